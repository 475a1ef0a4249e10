"""The record of a project: verdicts with their reasons, the plan line by line, the grid of maturity, the scores."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rebond.dispositifs.model import Dispositif
from rebond.eligibility.places import ZONE_FACTS
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Reason, Verdict
from rebond.facts import UNKNOWN, AwardedAid, Band, Maybe
from rebond.facts.answered import Closed
from rebond.portfolio.scoring import Score
from rebond.reading.band import amount_words
from rebond.results import MissionResult, ProjectResult
from rebond.units import format_euros
from rebond.web.catalogue.reading import (
    current_catalogue,
    fact_label,
    maturity_grid,
    organisation_name,
    zone_label,
)
from rebond.web.financing.records_json import plan_as_record
from rebond.web.studies.records import (
    StoredAward,
    StoredCost,
    StoredCriterion,
    StoredLine,
    StoredMaturity,
    StoredReason,
    StoredRefusal,
    StoredScore,
    StoredVerdict,
    StoredZone,
    project_data,
)
from rebond.web.studies.storing.ceilings import line_ceiling
from rebond.web.studies.values import column
from rebond.web.wording import set_once

_CENT = Decimal("0.01")
_SUMMARY = 3
"""Reasons named in the summary of a verdict."""
_LONGEST_SUMMARY = 590


def project_record(found: ProjectResult, result: MissionResult) -> dict[str, Any]:
    """Everything long that was found of a project."""
    verdicts = sorted(found.verdicts, key=_place)
    unquantified = {row.dispositif: set_once(row.reason) for row in found.built.unquantified}
    return project_data(
        {
            "verdicts": [_verdict(verdict, unquantified.get(verdict.dispositif, "")) for verdict in verdicts],
            "lignes": tuple(_lines(found)),
            "grille": tuple(_criteria(found)),
            "maturite": (_maturity(found),),
            "notes": tuple(stored_scores(found.score)),
            "zonages": tuple(_zones(found)),
            "postes": tuple(_costs(found, result)),
            "obtenus": tuple(map(_award, found.awards)),
            "refus": tuple(map(_refusal, found.answers.closed)),
        },
        reasons=[[_reason(reason) for reason in verdict.reasons] for verdict in verdicts],
        remarks=[set_once(remark) for remark in found.plan.remarks],
        plan=plan_as_record(found.plan),
    )


def _place(verdict: Verdict) -> tuple[str, str]:
    """By funder, then title, as people read them."""
    dispositif = current_catalogue().dispositifs[verdict.dispositif]
    return organisation_name(dispositif.funder), set_once(dispositif.title, capital=False)


def _verdict(verdict: Verdict, unquantified: str) -> StoredVerdict:
    dispositif: Dispositif = current_catalogue().dispositifs[verdict.dispositif]
    return StoredVerdict(
        dispositif=dispositif.id,
        title=set_once(dispositif.title, capital=False),
        funder=organisation_name(dispositif.funder),
        instrument=set_once(dispositif.instrument.label, capital=False),
        truth=verdict.truth.value,
        summary=_summary(verdict),
        missing=tuple(_question(name) for name in verdict.missing),
        unquantified=unquantified,
    )


def _question(name: str) -> str:
    """What to ask for a missing fact; a sentence to confirm is its own question."""
    definition = current_catalogue().dictionary.get(name)
    return set_once(definition.question if definition and definition.question else fact_label(name))


def _reason(reason: Reason) -> StoredReason:
    return StoredReason(
        truth=reason.truth.value,
        expected=set_once(reason.expected),
        observed=set_once(reason.observed, capital=False),
        source=set_once(reason.source, capital=False),
        to_confirm=reason.to_confirm,
        change=set_once(reason.change),
    )


def _summary(verdict: Verdict) -> str:
    """The criteria that decide, in a line: those that fail for a NO, those that wait for an UNKNOWN."""
    if verdict.truth is Truth.YES:
        return ""
    deciding = [reason.expected for reason in verdict.reasons if reason.truth is verdict.truth]
    named = " · ".join(set_once(text) for text in deciding[:_SUMMARY])
    more = len(deciding) - _SUMMARY
    text = f"{named} · et {more} de plus" if more > 0 else named
    return text if len(text) <= _LONGEST_SUMMARY else f"{text[:_LONGEST_SUMMARY]}…"


def _lines(found: ProjectResult) -> Iterable[StoredLine]:
    natures = current_catalogue().natures
    costs = {cost.id: cost.label or natures.get(cost.nature, cost.nature) for cost in found.project.costs}
    for line in found.plan.lines:
        yield StoredLine(
            cost_ref=line.line,
            cost_line=set_once(costs[line.line], capital=False),
            dispositif=line.dispositif,
            title=set_once(line.title, capital=False),
            funder=organisation_name(line.funder),
            instrument=set_once(line.instrument.label, capital=False),
            regime=line.regime,
            article=set_once(line.article, capital=False),
            amount=Decimal(line.amount),
            aid=Decimal(line.aid).quantize(_CENT),
            formula=set_once(line.formula),
            ceiling=set_once(line.ceiling, capital=False),
            sources=tuple(set_once(source, capital=False) for source in line.sources),
            reserves=tuple(set_once(reserve) for reserve in line.reserves),
            verified=line.verified,
            is_envelope=line.is_envelope,
            by_form=line.forms,
        )


def _criteria(found: ProjectResult) -> Iterable[StoredCriterion]:
    for row in found.maturity.criteria:
        level = column(row.used)
        yield StoredCriterion(
            label=set_once(row.criterion.label, capital=False),
            best=row.criterion.best,
            level=level,
            level_label="" if level is None else set_once(row.criterion.levels[level]),
            proof=set_once(row.proof),
            remark=set_once(row.remark),
            next_step=set_once(row.next_label),
        )


def _maturity(found: ProjectResult) -> StoredMaturity:
    maturity, grid = found.maturity, maturity_grid()
    derived = maturity.derived
    return StoredMaturity(
        derived_label="" if derived is UNKNOWN else set_once(grid.level(derived).label, capital=False),
        reason=set_once(maturity.reason, capital=False),
        remarks=tuple(set_once(remark, capital=False) for remark in maturity.remarks),
    )


def stored_scores(score: Score) -> Iterable[StoredScore]:
    """A score, criterion by criterion, as a study keeps it."""
    for entry in score.criteria:
        yield StoredScore(
            label=set_once(entry.label, capital=False),
            weight=entry.weight,
            score=entry.score.quantize(_CENT),
            explanation=set_once(entry.explanation),
            known=entry.known,
            criterion=entry.criterion,
            margin=entry.margin.quantize(_CENT),
            marks=entry.marks,
            spread=entry.spread,
            diverges=entry.diverges,
            by_hand=entry.by_hand,
        )


def _zones(found: ProjectResult) -> Iterable[StoredZone]:
    dictionary = current_catalogue().dictionary
    for name, zone in found.zones.items():
        yield StoredZone(
            name=zone_label(name),
            value="" if zone.value is UNKNOWN else dictionary[ZONE_FACTS[name]].show(zone.value),
            source=set_once(zone.source, capital=False),
            assumed=zone.assumed,
        )


def _award(award: AwardedAid) -> StoredAward:
    catalogue = current_catalogue()
    dispositif, regime = catalogue.dispositifs[award.dispositif], catalogue.regimes.get(award.regime)
    return StoredAward(
        dispositif=dispositif.id,
        title=set_once(dispositif.title, capital=False),
        funder=award.funder,
        instrument=set_once(dispositif.instrument.label, capital=False),
        referral=award.referral_id,
        granted_on=award.granted_on.isoformat(),
        amount=column(award.support),
        most=award.most,
        paid=column(award.paid),
        regime=award.regime,
        article=set_once(regime.article, capital=False) if regime else "",
        aid_words=amount_words(award.amount) if isinstance(award.amount, Band) else told_euros(award.amount),
        breach=set_once(award.breach),
    )


def told_euros(amount: Maybe[Decimal]) -> str:
    """An amount in words, or that nobody said it."""
    return "non renseigné" if amount is UNKNOWN else format_euros(amount)


def _refusal(closed: Closed) -> StoredRefusal:
    dispositif = current_catalogue().dispositifs.get(closed.dispositif)
    return StoredRefusal(
        dispositif=closed.dispositif if dispositif else "",
        title=set_once(dispositif.title, capital=False) if dispositif else closed.dispositif,
        organisation=organisation_name(closed.organisation),
        state_label=closed.state.label,
        said_on="" if closed.on is UNKNOWN else closed.on.isoformat(),
        reason=closed.reason,
    )


def _costs(found: ProjectResult, result: MissionResult) -> Iterable[StoredCost]:
    for line in found.project.costs:
        aid, ceiling = line_ceiling(found, line, result)
        yield StoredCost(
            ref=line.id,
            aid=aid.quantize(_CENT),
            ceiling=None if ceiling is None else ceiling.quantize(_CENT),
        )
