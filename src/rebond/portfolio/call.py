"""The call: which projects it admits, what the envelope could give them, which are proposed to the committee."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Instrument, Part
from rebond.eligibility.criteria import Facts
from rebond.eligibility.incentive import facts_for_funders
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, Envelope, Project
from rebond.financing.building.build import BuiltProject, ProblemBuilder
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import Basis, FinancingProblem, Offer
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.open_paths import OpenPath, open_paths
from rebond.portfolio.prices import Price
from rebond.portfolio.reasons import Entry, refusal, way_in
from rebond.portfolio.scoring import Score
from rebond.portfolio.select import Candidate, uncovered_needs, without_possible_loans
from rebond.portfolio.together import Allocation, allocate_together
from rebond.regimes.readings import Reading
from rebond.units import Euros, format_euros, format_number, format_rate

ENVELOPE_DISPOSITIF = "bpifrance/rebond-industriel"
COMMITTEE = "prévalidation en comité de pilotage, puis instruction financière de l'opérateur"
COVERED = (
    "les autres dispositifs, ceux qui restent à confirmer compris mais sans prêt dont rien ne dit que l'entreprise le "
    "peut, peuvent couvrir tout le besoin : l'enveloppe est un dernier recours"
)
SHARED_SUFFICES = (
    "dans l'allocation d'ensemble, ce que les dispositifs partagés lui donnent couvre tout le besoin : l'enveloppe est "
    "un dernier recours"
)
SETTINGS = (
    "réglages de la mission (taux, plafond, part de subvention, aide minimale) : le cahier des charges national n'est "
    "pas public et aucune page de l'opérateur ne les donne"
)
TOO_SMALL = (
    "{missing} manquent, sous les {least} qui font une aide utile de l'appel : instruction et contrat coûteraient plus "
    "qu'elle n'apporte"
)
NO_ASSET = "aucun actif à financer : l'appel n'aide que l'acquisition d'actifs"


class CallStatus(enum.StrEnum):
    """Where a project stands in the call."""

    RETAINED = "retenu"
    NOT_RETAINED = "non_retenu"
    COVERED = "finance_ailleurs"
    NOT_ADMITTED = "non_admis"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "retenu": "Proposé au comité",
            "non_retenu": "Candidat non proposé",
            "finance_ailleurs": "Finançable sans l'enveloppe",
            "non_admis": "Hors de l'appel",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEntry:
    """A project as it comes before the call."""

    project: Project
    built: BuiltProject
    facts: Facts
    verdicts: tuple[Verdict, ...]
    ripe: Truth
    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDecision:
    """What the software proposes for one project, and why."""

    status: CallStatus
    reasons: tuple[str, ...]
    uncovered: Euros
    """What no other support can pay, in euros."""
    envelope: int = 0
    """What the envelope would give, in euros."""
    way_in: Entry | None = None
    """What would bring a candidate in that is not proposed; it names other projects, for those who see them all."""


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """The proposal: decisions and plans for all, what is spent and left."""

    decisions: Mapping[str, CallDecision]
    plans: Mapping[str, FinancingPlan]
    """Of every project."""
    retained: tuple[str, ...]
    candidates: Mapping[str, Candidate]
    binding: frozenset[str]
    """The pools that run out."""
    spent: int
    left: Euros
    prices: tuple[Price, ...]
    """Of the envelope and of the pools that run out."""
    reports: tuple[SolverReport, ...]
    """How sure the selection is; empty when no choice had to be made."""


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Who is before the call, and who is not."""

    decisions: dict[str, CallDecision]
    """On the projects that are no candidates."""
    candidates: list[Candidate]
    paths: Mapping[str, tuple[OpenPath, ...]]
    """Candidate → what is open to it beside the envelope, whose amount nobody can compute."""


def run_call(
    entries: Sequence[CallEntry],
    *,
    envelope: Envelope,
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    solved: SolvedParts | None = None,
) -> CallResult:
    """Admit, allocate all that is shared together, decide.

    ``shared`` holds the problems of all projects of the mission, under the ``reading`` of the law that is taken.
    ``solved``: the answers already found. The pools that run out are found by allocating: as long as the plans take
    more of one than there is, those that draw on it are linked and all is allocated again.
    """
    binding: frozenset[str] = frozenset()
    values = {entry.project.id: entry.score.value for entry in entries}
    while True:
        admitted = admit(
            entries,
            envelope=envelope,
            builder=builder,
            shared=shared,
            reading=reading,
            solved=solved,
            running_out=binding,
        )
        found = allocate_together(
            shared, admitted.candidates, values, envelope=envelope.amount, binding=binding, solved=solved
        )
        if not found.over:
            break
        binding |= found.over
    decisions = dict(admitted.decisions)
    for name, missing in found.missing.items():
        if name in decisions:
            decisions[name] = replace(decisions[name], uncovered=missing)
    for candidate in admitted.candidates:
        decisions[candidate.project.id] = _decision(candidate, found, admitted.paths[candidate.project.id], values)
    return CallResult(
        decisions=decisions,
        plans=found.plans,
        retained=found.retained,
        candidates={candidate.project.id: candidate for candidate in admitted.candidates},
        binding=binding,
        spent=found.spent,
        left=found.left,
        prices=found.prices,
        reports=found.reports,
    )


def admit(
    entries: Sequence[CallEntry],
    *,
    envelope: Envelope,
    builder: ProblemBuilder,
    shared: FinancingProblem,
    reading: Reading,
    solved: SolvedParts | None = None,
    running_out: Collection[str] = (),
) -> Admission:
    """The decisions on the projects that are no candidates, and the candidates with what nothing else pays.

    ``running_out``: the pools that others may empty, which no project can count on.
    """
    counted = without_possible_loans(shared)
    uncovered = uncovered_needs(counted, without=running_out, solved=solved)
    known_money = {project.id: project for project in counted.projects}
    with_loans = uncovered_needs(shared, without=running_out, solved=solved) if counted != shared else uncovered
    decisions: dict[str, CallDecision] = {}
    candidates: list[Candidate] = []
    paths: dict[str, tuple[OpenPath, ...]] = {}
    for entry in entries:
        missing = uncovered[entry.project.id]
        refusals = list(_refusals(entry, envelope, builder.catalogue))
        if refusals:
            decisions[entry.project.id] = CallDecision(
                status=CallStatus.NOT_ADMITTED, reasons=tuple(refusals), uncovered=missing
            )
        elif missing == 0:
            decisions[entry.project.id] = CallDecision(status=CallStatus.COVERED, reasons=(COVERED,), uncovered=missing)
        else:
            found = open_paths(entry.project, entry.built, entry.facts, entry.verdicts, builder.catalogue, builder.on)
            if enough := [path.first for path in found if path.covers(missing)]:
                decisions[entry.project.id] = CallDecision(
                    status=CallStatus.COVERED, reasons=tuple(enough), uncovered=missing
                )
                continue
            paths[entry.project.id] = found
            offer = envelope_offer(entry, envelope, builder, reading)
            if isinstance(offer, Offer) and missing < offer.least_useful:
                offer = TOO_SMALL.format(missing=format_euros(missing), least=format_euros(offer.least_useful))
            if isinstance(offer, str):
                decisions[entry.project.id] = CallDecision(
                    status=CallStatus.NOT_ADMITTED, reasons=(offer,), uncovered=missing
                )
                continue
            candidates.append(
                Candidate(
                    project=known_money[entry.project.id],
                    value=entry.score.value,
                    offer=offer,
                    uncovered=missing,
                    perhaps=max(Euros(0), missing - with_loans[entry.project.id]),
                )
            )
    return Admission(decisions=decisions, candidates=candidates, paths=paths)


def _decision(
    candidate: Candidate, found: Allocation, paths: Sequence[OpenPath], values: Mapping[str, Decimal]
) -> CallDecision:
    identifier = candidate.project.id
    missing = found.missing.get(identifier, candidate.uncovered)
    reserves = (*_perhaps(candidate), *(path.reserve(missing) for path in paths))
    amount = found.plans[identifier].envelope
    value = f"valeur {format_number(candidate.value, 1)} sur 100"
    if amount:
        why = (
            value,
            f"{format_euros(missing)} ne trouvent aucun autre financement"
            + (" dont le montant se calcule" if paths else ""),
            f"l'enveloppe apporte {format_euros(amount)}",
            *reserves,
        )
        return CallDecision(status=CallStatus.RETAINED, reasons=why, uncovered=missing, envelope=amount)
    if identifier in found.financed:
        return CallDecision(status=CallStatus.COVERED, reasons=(SHARED_SUFFICES,), uncovered=Euros(0))
    need = found.needs.get(identifier) or missing
    given = {name: found.plans[name].envelope for name in found.retained}
    return CallDecision(
        status=CallStatus.NOT_RETAINED,
        reasons=(value, refusal(candidate, need, found.left), *reserves),
        uncovered=missing,
        way_in=way_in(candidate, need, found.left, given, values),
    )


def _perhaps(candidate: Candidate) -> Iterable[str]:
    """That the last resort is not proven: a loan could pay, if the firm turned out to be able to bear it."""
    if candidate.perhaps:
        yield (
            f"un prêt pourrait couvrir {format_euros(candidate.perhaps)} de ce qui manque : capacité d'emprunt et "
            "euros privés en face à établir avant de décider"
        )


def _refusals(entry: CallEntry, envelope: Envelope, catalogue: Catalogue) -> Iterable[str]:
    """Why a project is not put before the call; unknown answers keep it out until they are given, and say so."""
    project = entry.project
    if entry.ripe is not Truth.YES:
        yield "projet pas assez mûr" if entry.ripe is Truth.NO else "maturité à établir"
    if not project.costs:
        yield "aucun poste de dépense"
    if project.own_financing is UNKNOWN:
        yield "financement déjà acquis inconnu : le besoin ne peut être établi"
    duration = entry.facts.get("duree_mois", UNKNOWN)
    if envelope.max_months is not UNKNOWN:
        if not isinstance(duration, Decimal):
            yield f"durée inconnue (au plus {envelope.max_months} mois)"
        elif duration > envelope.max_months:
            yield f"{format_number(duration)} mois, au-delà des {envelope.max_months} mois de l'appel"
    spend = sum((line.amount for line in project.costs if line.nature in catalogue.tangible), Euros(0))
    if not spend:
        yield NO_ASSET
        return
    if envelope.min_spend is not UNKNOWN and spend < envelope.min_spend:
        yield f"{format_euros(spend)} d'actifs, sous le minimum de {format_euros(envelope.min_spend)}"
    for verdict in entry.verdicts:
        if verdict.dispositif == ENVELOPE_DISPOSITIF and verdict.truth is Truth.NO:
            yield from (f"condition de l'appel non remplie : {reason.expected}" for reason in verdict.refusals)


def envelope_offer(entry: CallEntry, envelope: Envelope, builder: ProblemBuilder, reading: Reading) -> Offer | str:
    """What the envelope could give to a project under the mission's settings and a reading, or why it cannot."""
    dispositif = builder.catalogue.dispositifs.get(ENVELOPE_DISPOSITIF)
    if dispositif is None:
        return f"le catalogue ne contient pas {ENVELOPE_DISPOSITIF}"
    dispositif = _with_settings(dispositif, envelope)
    lines = entry.built.problem.lines
    assets = [line for line in lines if line.nature in builder.catalogue.tangible and line.amount > 0]
    if not assets:
        return NO_ASSET
    facts = facts_for_funders(entry.facts, entry.project, dispositif.desks)
    award = builder.catalogue.award(entry.project, dispositif, builder.on)
    bases = [b for b in builder.bases.of(dispositif, facts, assets, lines, award) if reading in b.readings]
    usable = [basis for basis in bases if not basis.refused_by and not basis.doubtful]
    if not usable:
        reasons = dict.fromkeys(text for basis in bases for text in (*basis.refusals, *_doubts(basis)))
        return "aucune base légale : " + (" ; ".join(reasons) or "plafond d'intensité nul ou inconnu")
    base = sum((line.amount for line in assets), Euros(0))
    rate = envelope.max_rate
    share = format_rate(Decimal(1) if rate is UNKNOWN else rate)
    offer = Offer(
        id=dispositif.id,
        title=dispositif.title,
        funder=dispositif.funder,
        instrument=dispositif.instrument,
        lines=frozenset(line.id for line in assets),
        bases=tuple(usable),
        max_support=base if rate is UNKNOWN else rate * base,
        aid_cap=None if envelope.max_per_project is UNKNOWN else envelope.max_per_project,
        formula=f"jusqu'à {share} de {format_euros(base)} d'actifs, dans la limite du besoin sans autre financement",
        sources=(SETTINGS,),
        reserves=(COMMITTEE,),
        questions=(COMMITTEE,),
        benefit_per_euro=builder.equivalents.benefit(dispositif),
        is_envelope=True,
        parts=dispositif.advantage.parts,
    )
    if envelope.min_aid is not UNKNOWN:
        return replace(offer, least_useful=envelope.min_aid)
    useful = builder.catalogue.plan_settings.least_useful
    return replace(offer, least_useful=useful(offer.instrument, entry.built.problem.need, borrowed=offer.borrowed))


def _doubts(basis: Basis) -> tuple[str, ...]:
    """The questions of a legal basis that an unknown fact may close."""
    return tuple(f"{basis.article} : {question}" for question in basis.questions) if basis.doubtful else ()


def _with_settings(dispositif: Dispositif, envelope: Envelope) -> Dispositif:
    """The envelope's split between grant and repayable advance is a setting of the mission."""
    share = envelope.grant_share
    if share is UNKNOWN or share == 1:
        return dispositif
    if share == 0:
        return replace(dispositif, instrument=Instrument.REPAYABLE_ADVANCE)
    parts = (
        Part(instrument=Instrument.GRANT, share=share),
        Part(instrument=Instrument.REPAYABLE_ADVANCE, share=1 - share),
    )
    return replace(dispositif, advantage=replace(dispositif.advantage, parts=parts))
