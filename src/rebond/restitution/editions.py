"""A mission as one reader is given it: the result itself is reduced, before any chapter, sheet or file reads it.

What a reader may not know is no longer in the result: no document can print it. Who reads what is declared
(``confidentialite.yaml``, ``confidences.yaml``).
"""

from __future__ import annotations

import enum
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from rebond.facts import UNKNOWN, Census, CommitteeDecision, Firm, Interview, Project
from rebond.financing.building.build import BuiltProject
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import ProjectProblem
from rebond.indicators.breakdowns import project_row
from rebond.linkage import LinkageResult
from rebond.portfolio.call import CallStatus
from rebond.restitution.audiences import Reader, Traits, audiences
from rebond.restitution.confidences import confidences, key_of, rows_of_firms, without_confidences
from rebond.restitution.edition_rows import PREFIX, edition_rows
from rebond.restitution.figures import NOT_TOLD
from rebond.results import MissionResult, ProjectResult

ZERO = Decimal(0)
UNNAMED = "sous un nom de code"
_SHORTEST_NAME = 4


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
    if recipient.edition is Edition.FIRM:
        return _of_firm(result, recipient.firm)
    if recipient.edition is Edition.PARTNER:
        return _of_partner(result, recipient)
    named = put_before_committee(result) if recipient.presented is None else recipient.presented
    return _veiled(result, named if recipient.edition is Edition.COMMITTEE else frozenset(), recipient)


# ---- A firm: its own, whole; of the rest, nothing but what is published.


def _of_firm(result: MissionResult, firm: str) -> MissionResult:
    census = result.census
    mine = tuple(p for p in result.projects if p.firm.id == firm)
    ids = {p.project.id for p in mine}
    return replace(
        _emptied(result),
        census=replace(
            _bare_census(result),
            firms=tuple(each for each in census.firms if each.id == firm),
            interviews=tuple(replace(each, interviewer="") for each in census.interviews if each.firm_id == firm),
            projects=tuple(each for each in census.projects if each.firm_id == firm),
            aids=tuple(each for each in census.aids if each.firm_id == firm),
        ),
        firms=tuple(each for each in result.firms if each.firm.id == firm),
        projects=tuple(_without_assessment(p) for p in mine),
        studies=tuple(each for each in result.studies if each.project.id in ids),
    )


def _without_assessment(p: ProjectResult) -> ProjectResult:
    """Without what the team alone thinks of it: marks, reasons of a level, partners' lists, the place in the call."""
    project = replace(p.project, scores=(), evidence=(), maturity_override=UNKNOWN, maturity_reason="")
    return replace(
        p,
        project=project,
        known=replace(p.known, by=(), maybe_by=(), links=()),
        maturity=replace(p.maturity, criteria=(), reason="", missing=(), remarks=()),
        score=replace(p.score, value=ZERO, criteria=()),
        decision=replace(p.decision, reasons=(), uncovered=ZERO, envelope=0),
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
    codes = _codes([p for p in mine if p.project.id not in named], recipient)
    told = veils(result)
    asked = [_asked(p, recipient.organisation) for p in mine if p.project.id in named]
    hidden = [_scrubbed(p, codes[p.project.id]) for p in mine if p.project.id not in named]
    return replace(
        _emptied(result),
        census=replace(
            _bare_census(result),
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
        _without_assessment(p),
        project=_project_for(p.project, Reader.PARTNER),
        firm=firm,
        facts={},
        verdicts=(),
        built=_no_problem(p.project.id),
        plan=FinancingPlan(project=p.project.id, cost=p.plan.cost, need=ZERO, lines=lines, benefit=ZERO),
        referrals=tuple(r for r in p.referrals if r.organisation == organisation),
    )


_FIRM_FIELDS = {"name": "nom", "siren": "siren", "trade": "metier", "establishment": "commune"}
_PROJECT_FIELDS = {
    "title": "intitule",
    "description": "description",
    "commune": "commune",
    "kind": "type_projet",
    "starts_on": "debut",
    "ends_on": "fin",
    "jobs_created": "emplois_crees",
    "jobs_kept": "emplois_maintenus",
    "objectives": "objectifs",
    "works_started": "travaux_commences",
    "first_order_on": "date_premiere_commande",
    "first_order_document": "piece_premiere_commande",
    "applied_on": "date_demande",
    "own_financing": "financement_acquis",
    "borrowing_capacity": "capacite_emprunt",
}
"""Field of a record → its column: what a reader is not given of it goes back to what nobody said."""


def _project_for(project: Project, reader: Reader) -> Project:
    declared = audiences()
    kept = {
        name: getattr(project, name)
        for name, key in _PROJECT_FIELDS.items()
        if declared.admits(declared.fields[f"projets.{key}"], reader)
    }
    answers = tuple(
        (name, value) for name, value in project.declared if declared.admits(declared.facts.get(name, "equipe"), reader)
    )
    return Project(id=project.id, firm_id=project.firm_id, costs=project.costs, declared=answers, **kept)


# ---- The committee and the press: the figures of the mission; the committee, the projects put before it.


def _veiled(result: MissionResult, named: Collection[str], recipient: Recipient) -> MissionResult:
    told = veils(result)
    base = without_confidences(result)
    secret = {p.project.id for p in base.projects} - {p.project.id for p in result.projects}
    hidden = [p for p in base.projects if p.project.id not in named and p.project.id not in secret]
    codes = _codes(hidden, recipient)
    kept = [_discreet(p) for p in base.projects if p.project.id in named]
    folded = [p for p in base.projects if p.project.id in secret or p.project.id in codes]
    projects = (
        *kept,
        *(
            _scrubbed(p, p.project.id, title=p.project.title, firm=p.firm.name)
            for p in base.projects
            if p.project.id in secret
        ),
        *sorted((_scrubbed(p, codes[p.project.id]) for p in hidden), key=lambda p: p.project.id),
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
        census=replace(
            base.census,
            firms=tuple(each for each in base.census.firms if each.id in firms),
            interviews=tuple(map(_when, base.census.interviews)),
            projects=tuple(p.project for p in projects),
            aids=(),
            partner_entries=(),
            confirmations=(),
            decisions=tuple(_decision(each, codes) for each in base.census.decisions),
            link_decisions=(),
            lineage=(),
            repairs=(),
        ),
        firms=tuple(each for each in base.firms if each.firm.id in firms),
        projects=projects,
        linkage=_no_linkage(base),
        indicators=tuple(edition_rows(base, rows, titles, press=press)),
        alerts=tuple(_alerts(result, kept)),
        studies=(),
        veiled=veiled,
    )


def _named(base: MissionResult, named: Collection[str]) -> list[ProjectResult]:
    return [p for p in base.projects if p.project.id in named]


def veils(result: MissionResult) -> dict[str, str]:
    """What is told of each project under a code name: the traits that fit several firms."""
    every = {p.project.id: (p.firm.id, _traits(result, p)) for p in result.projects}
    found = {}
    for ref, (_, traits) in every.items():
        told = audiences().veiled(traits, list(every.values()))
        found[ref] = " ; ".join(filter(None, (told[2], told[1], told[0]))) or NOT_TOLD
    return found


def _traits(result: MissionResult, p: ProjectResult) -> Traits:
    labels, declared = result.labels, audiences()
    kind = "" if p.project.kind is UNKNOWN else declared.kinds.get(p.project.kind, p.project.kind)
    return (
        labels.epcis.get(p.commune.epci, "") if p.commune else "",
        kind,
        declared.band(p.project.total_cost) if p.project.costs else "",
    )


def _codes(projects: Iterable[ProjectResult], recipient: Recipient) -> dict[str, str]:
    """``NC-01``, ``NC-02``… in an order that says nothing of that of the census, unless they have a code name."""
    order = sorted(projects, key=lambda p: hashlib.sha256(f"{p.project.title}{p.project.id}".encode()).digest())
    width = len(str(len(order)))
    return {
        p.project.id: recipient.codes.get(p.project.id, f"{PREFIX}-{rank:0{width}}")
        for rank, p in enumerate(order, start=1)
    }


def _scrubbed(p: ProjectResult, code: str, *, title: str = "", firm: str = UNNAMED) -> ProjectResult:
    """A project of which nothing is left but that it is, its place in the call and whom it was sent to."""
    return replace(
        p,
        project=Project(id=code, firm_id=code, title=title or f"Projet {code}"),
        firm=Firm(id=code, name=firm),
        commune=replace(p.commune, name=firm) if title and p.commune else None,
        zones={},
        facts={},
        known=replace(p.known, subject_id=code, by=(), maybe_by=(), links=()),
        maturity=replace(p.maturity, criteria=(), reason="", missing=(), remarks=()),
        score=replace(p.score, value=ZERO, criteria=()),
        verdicts=(),
        built=_no_problem(code),
        plan=FinancingPlan(project=code, cost=ZERO, need=ZERO, lines=(), benefit=ZERO),
        decision=replace(p.decision, reasons=p.decision.reasons if title else (), uncovered=ZERO, envelope=0),
        referrals=tuple(replace(r, project=code, dispositifs=(), reason="") for r in p.referrals),
    )


def _no_problem(code: str) -> BuiltProject:
    problem = ProjectProblem(id=code, undertaking=code, lines=(), offers=(), need=ZERO)
    return BuiltProject(problem=problem, unquantified=())


def _discreet(p: ProjectResult) -> ProjectResult:
    """A project before the committee: without what its firm said of itself, nor words that give a confidence away."""
    words = confidences()
    project = _project_for(p.project, Reader.COMMITTEE)
    costs = tuple(replace(line, label="") if words.tells(line.label) else line for line in project.costs)
    project = replace(
        project,
        title=words.title if words.tells(project.title) else project.title,
        description="" if words.tells(project.description) else project.description,
        costs=costs,
    )
    firm = Firm(id=p.firm.id, name=p.firm.name, establishment=p.firm.establishment)
    referrals = tuple(replace(r, dispositifs=(), reason="") for r in p.referrals)
    return replace(p, project=project, firm=firm, facts={}, referrals=referrals)


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
    found = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words if len(word) >= _SHORTEST_NAME) or r"(?!)")
    return (alert for alert in result.alerts if not found.search(alert))


# ---- Shared


def _emptied(result: MissionResult) -> MissionResult:
    """The result without any figure nor row: what is published comes from elsewhere."""
    roadmap = tuple(replace(action, needs=()) for action in result.roadmap)
    return replace(
        result,
        firms=(),
        linkage=_no_linkage(result),
        envelope_spent=0,
        roadmap=roadmap,
        alerts=(),
        readings=(),
        indicators=(),
        studies=(),
        selection_reports=(),
    )


def _bare_census(result: MissionResult) -> Census:
    return replace(
        result.census,
        firms=(),
        interviews=(),
        projects=(),
        aids=(),
        partner_entries=(),
        confirmations=(),
        decisions=(),
        link_decisions=(),
        lineage=(),
        repairs=(),
    )


def _no_linkage(result: MissionResult) -> LinkageResult:
    return replace(
        result.linkage,
        projects=(),
        firms=(),
        firm_links=(),
        project_links=(),
        unmatched_entries=(),
        questions=(),
        unused_decisions=(),
    )
