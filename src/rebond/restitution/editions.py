"""A mission as one reader is given it: the result itself is reduced, before any chapter, sheet or file reads it.

What a reader may not know is no longer in the result: no document can print it. Who reads what is declared
(``confidentialite.yaml``, ``confidences.yaml``).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rebond.facts import UNKNOWN, CommitteeDecision, Firm, Interview
from rebond.financing.plan.model import FinancingPlan
from rebond.indicators.breakdowns import project_row
from rebond.portfolio.call import CallDecision, CallStatus
from rebond.portfolio.pools import account_of
from rebond.restitution.audiences import Reader, audiences
from rebond.restitution.code_names import code_names, scrubbed, veils
from rebond.restitution.confidences import confidences, key_of, rows_of_firms, without_confidences
from rebond.restitution.edition_parts import (
    ZERO,
    bare_census,
    emptied,
    no_linkage,
    no_problem,
    project_for,
    without_assessment,
)
from rebond.restitution.edition_rows import edition_rows
from rebond.results import MissionResult, ProjectResult

_SHORTEST_NAME, _SHORTEST_NUMBER = 2, 4


class Edition(enum.StrEnum):
    """Whom a document is made for."""

    TEAM = "equipe"
    COMMITTEE = "comite"
    PARTNER = "partenaire"
    FIRM = "entreprise"
    PRESS = "presse"


_READERS = {
    Edition.COMMITTEE: Reader.COMMITTEE,
    Edition.PARTNER: Reader.PARTNER,
    Edition.FIRM: Reader.FIRM,
    Edition.PRESS: Reader.PRESS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who a document is for, and what was shared with them: without a word of it, nothing was."""

    edition: Edition
    organisation: str = ""
    """Of a partner: its key in the catalogue."""
    firm: str = ""
    """Of a firm: its identifier."""
    presented: frozenset[str] | None = None
    """Projects put before the committee; ``None``: the candidates to the call, and what it decided of."""
    agreed: frozenset[str] = frozenset()
    """Firms that agreed to be named to the partner."""
    addressed: frozenset[str] | None = None
    """Projects sent to the partner; ``None``: those that the mission orients to it."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """The code name of a project, where it has one already."""

    @property
    def reader(self) -> Reader:
        """The reader that the declaration knows; ``KeyError`` for the team, that reads everything."""
        return _READERS[self.edition]


TEAM = Recipient(edition=Edition.TEAM)
COMMITTEE = Recipient(edition=Edition.COMMITTEE)
PRESS = Recipient(edition=Edition.PRESS)


def put_before_committee(result: MissionResult) -> frozenset[str]:
    """The projects that a committee has before it when nobody said which: the candidates, and those it decided of."""
    candidates = {
        p.project.id for p in result.projects if p.decision.status in (CallStatus.RETAINED, CallStatus.NOT_RETAINED)
    }
    return frozenset(candidates | {decision.project_id for decision in result.census.decisions})


def edition_of(result: MissionResult, recipient: Recipient) -> MissionResult:
    """The result as it is given to a reader: nothing else of it may reach a document made for them."""
    if recipient.edition is Edition.TEAM:
        return result
    return _without_rivals(_told_to(result, recipient), recipient)


def _without_rivals(result: MissionResult, recipient: Recipient) -> MissionResult:
    """Who would have to give way to whom, and what choosing together is worth: for the team and the committee alone."""
    committee = recipient.edition is Edition.COMMITTEE
    shown = {p.project.id for p in result.projects} if committee else set()
    selection = result.selection
    if selection is not None:
        # The account of an undertaking names it.
        prices = tuple(price for price in selection.prices if not account_of(price.pool))
        selection = replace(selection, prices=prices) if committee else None

    def told(decision: CallDecision) -> CallDecision:
        """Without who would have to give way, to whoever does not see them all."""
        if decision.way_in is None or (committee and shown.issuperset(decision.way_in.instead_of)):
            return decision
        return replace(decision, way_in=None)

    projects = tuple(
        replace(p, decision=told(p.decision), calls={name: told(each) for name, each in p.calls.items()})
        for p in result.projects
    )
    calls = result.calls if committee else tuple(replace(each, prices=()) for each in result.calls)
    return replace(result, selection=selection, calls=calls, projects=projects)


def _told_to(result: MissionResult, recipient: Recipient) -> MissionResult:
    if recipient.edition is Edition.FIRM:
        return _of_firm(result, recipient.firm)
    if recipient.edition is Edition.PARTNER:
        return _of_partner(result, recipient)
    named = put_before_committee(result) if recipient.presented is None else recipient.presented
    return _veiled(result, named if recipient.edition is Edition.COMMITTEE else frozenset(), recipient)


# ---- A firm: its own, whole; of the rest, nothing but what is published.


def _of_firm(result: MissionResult, firm: str) -> MissionResult:
    census = result.census
    mine = tuple(
        replace(without_assessment(p), answers=p.answers.without_words()) for p in result.projects if p.firm.id == firm
    )
    return replace(
        emptied(result),
        census=replace(
            bare_census(result),
            firms=tuple(each for each in census.firms if each.id == firm),
            interviews=tuple(replace(each, interviewer="") for each in census.interviews if each.firm_id == firm),
            projects=tuple(p.project for p in mine),
            aids=tuple(each for each in census.aids if each.firm_id == firm),
        ),
        firms=tuple(each for each in result.firms if each.firm.id == firm),
        projects=mine,
    )


# ---- A partner: what is sent to it; named once the firm agreed; of its plan, what is asked of that partner.


def _of_partner(result: MissionResult, recipient: Recipient) -> MissionResult:
    sent = recipient.addressed
    if sent is None:
        sent = frozenset(
            p.project.id for p in result.projects if any(r.organisation == recipient.organisation for r in p.referrals)
        )
    secret = {p.firm.id for p in result.projects if any(r.kind in confidences().kinds for r in p.referrals)}
    mine = [p for p in result.projects if p.project.id in sent and p.firm.id not in secret]
    named = {p.project.id for p in mine if p.firm.id in recipient.agreed}
    codes = code_names([p for p in mine if p.project.id not in named], recipient.codes)
    told = veils(result)
    asked = [_asked(p, recipient.organisation) for p in mine if p.project.id in named]
    hidden = [scrubbed(p, codes[p.project.id]) for p in mine if p.project.id not in named]
    return replace(
        emptied(result),
        census=replace(
            bare_census(result),
            firms=tuple({p.firm.id: p.firm for p in asked}.values()),
            projects=tuple(p.project for p in (*asked, *hidden)),
        ),
        projects=(*asked, *hidden),
        veiled={codes[p.project.id]: told[p.project.id] for p in mine if p.project.id not in named},
    )


def _asked(p: ProjectResult, organisation: str) -> ProjectResult:
    """A project under its name, with the part of its plan that is asked of one organisation."""
    declared = audiences()
    public = {
        name
        for name, key in _FIRM_FIELDS.items()
        if declared.admits(declared.fields[f"entreprises.{key}"], Reader.PARTNER)
    }
    firm = Firm(id=p.firm.id, **{name: getattr(p.firm, name) for name in public | {"name"}})
    lines = tuple(line for line in p.plan.lines if line.dispositif.partition("/")[0] == organisation)
    return replace(
        without_assessment(p),
        project=project_for(p.project, Reader.PARTNER),
        firm=firm,
        facts={},
        verdicts=(),
        built=no_problem(p.project.id),
        plan=FinancingPlan(project=p.project.id, cost=p.plan.cost, need=ZERO, lines=lines, benefit=ZERO),
        referrals=tuple(r for r in p.referrals if r.organisation == organisation),
        awards=tuple(award for award in p.awards if award.dispositif.partition("/")[0] == organisation),
        answers=p.answers.of(organisation),
    )


_FIRM_FIELDS = {"name": "nom", "siren": "siren", "trade": "metier", "establishment": "commune"}
# ---- The committee and the press: the figures of the mission; the committee, the projects put before it.


def _veiled(result: MissionResult, named: Collection[str], recipient: Recipient) -> MissionResult:
    told = veils(result)
    base = without_confidences(result)
    secret = {p.project.id for p in base.projects} - {p.project.id for p in result.projects}
    hidden = [p for p in base.projects if p.project.id not in named and p.project.id not in secret]
    codes = code_names(hidden, recipient.codes)
    kept = [_discreet(p) for p in base.projects if p.project.id in named]
    folded = [p for p in base.projects if p.project.id in secret or p.project.id in codes]
    projects = (
        *kept,
        *(
            scrubbed(p, p.project.id, title=p.project.title, firm=p.firm.name)
            for p in base.projects
            if p.project.id in secret
        ),
        *sorted((scrubbed(p, codes[p.project.id]) for p in hidden), key=lambda p: p.project.id),
    )
    firms = {p.firm.id for p in kept}
    others = {firm.id for firm in base.census.firms} - firms
    rows = {
        **{key_of(row): False for row in rows_of_firms(base, others)},
        **{key_of(project_row(p)): True for p in folded},
        # The rows of a confidence have no firm in their label any more.
        **{(ref, confidences().project): True for ref in secret},
    }
    veiled = {codes[p.project.id]: told[p.project.id] for p in hidden} | dict.fromkeys(secret, confidences().reason)
    press = recipient.edition is Edition.PRESS
    titles = {key_of(project_row(p)): key_of(project_row(q)) for p, q in zip(_named(base, named), kept, strict=True)}
    return replace(
        base,
        robustness_by_call={}
        if press
        else {name: each.told_of({p.project.id for p in kept}) for name, each in base.robustness_by_call.items()},
        robustness=None if press or base.robustness is None else base.robustness.told_of({p.project.id for p in kept}),
        census=replace(
            bare_census(base),
            firms=tuple(each for each in base.census.firms if each.id in firms),
            interviews=tuple(map(_when, base.census.interviews)),
            projects=tuple(p.project for p in projects),
            decisions=tuple(_decision(each, codes) for each in base.census.decisions),
        ),
        firms=tuple(each for each in base.firms if each.firm.id in firms),
        projects=projects,
        linkage=no_linkage(base),
        indicators=tuple(edition_rows(base, rows, titles, press=press)),
        alerts=tuple(_alerts(result, kept)),
        studies=(),
        veiled=veiled,
    )


def _named(base: MissionResult, named: Collection[str]) -> list[ProjectResult]:
    return [p for p in base.projects if p.project.id in named]


def _discreet(p: ProjectResult) -> ProjectResult:
    """A project before the committee: without what its firm said of itself, nor words that give a confidence away."""
    words = confidences()
    project = project_for(p.project, Reader.COMMITTEE)
    costs = tuple(replace(line, label="") if words.tells(line.label) else line for line in project.costs)
    project = replace(
        project,
        title=words.title if words.tells(project.title) else project.title,
        description="" if words.tells(project.description) else project.description,
        costs=costs,
    )
    firm = Firm(id=p.firm.id, name=p.firm.name, establishment=p.firm.establishment)
    referrals = tuple(replace(r, dispositifs=(), reason="") for r in p.referrals)
    return replace(p, project=project, firm=firm, facts={}, referrals=referrals, answers=p.answers.without_words())


def _decision(decision: CommitteeDecision, codes: Mapping[str, str]) -> CommitteeDecision:
    if decision.project_id not in codes:
        return decision
    return replace(decision, project_id=codes[decision.project_id], amount=UNKNOWN, reason="", by="")


def _when(interview: Interview) -> Interview:
    """That an interview took place, and when."""
    return replace(interview, id="", firm_id="", interviewer="", minutes="", needs=())


def _alerts(result: MissionResult, kept: Collection[ProjectResult]) -> Iterator[str]:
    """The alerts that name no firm or project but those told."""
    told = {p.project.id for p in kept}
    firms = {p.firm.id for p in kept}
    words = [
        *(word for p in result.projects if p.project.id not in told for word in (p.project.id, p.project.title)),
        *(word for f in result.census.firms if f.id not in firms for word in (f.id, f.name)),
        *(each.id for each in result.census.interviews),
        *(each.id for each in result.census.partner_entries),
        *(each.id for each in result.census.aids),
    ]
    # Not \b: a name may end with a sign, « Forge & Cie. ».
    found = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words if _names(word)) or r"(?!)")
    return (alert for alert in result.alerts if not found.search(alert))


def _names(word: str) -> bool:
    """Whether a word of an alert can be nothing else than that name; a bare number under a thousand can be any."""
    return len(word) >= (_SHORTEST_NUMBER if word.isdecimal() else _SHORTEST_NAME)
