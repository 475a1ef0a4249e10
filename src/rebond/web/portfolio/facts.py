"""The envelope, the weights and the committee's decisions, from rows to the core and back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone

from rebond import facts as core
from rebond.facts import UNKNOWN, CallStage, DecisionOutcome, StageOutcome
from rebond.facts.marks import person
from rebond.history import Kind
from rebond.history.changes import reference_of
from rebond.web.firms.models import Firm
from rebond.web.missions.columns import column, columns, field, fields
from rebond.web.missions.extract import Extract, place, within
from rebond.web.missions.fitting import check_fits
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, only_added, sync
from rebond.web.portfolio.models import (
    CallCriterion,
    CallStep,
    CommitteeDecision,
    Contribution,
    CriterionWeight,
    DecisionStep,
    Envelope,
    Mark,
    Recusal,
    WeightStatement,
)
from rebond.web.projects.models import Project

ENVELOPE = (
    "title",
    "dispositif",
    "funds_part",
    "max_rate",
    "max_per_project",
    "min_spend",
    "min_aid",
    "grant_share",
    "max_months",
    "after_cutoff",
    "operator",
)
CONTRIBUTION = ("contributor", "amount", "min_per_project", "max_per_project", "max_share")
LISTS = ("epcis", "regions", "activities")
STEP = ("on", "amount", "by", "reason")
DECISION = ("amount", "decided_on", "reason", "by", "call")
MARK = ("criterion", "assessor", "number", "score", "reason", "on")
CRITERION = ("code", "label", "weight", "computed", "call")
RECUSAL = ("assessor", "number", "aside", "reason", "by", "on")
S = TypeVar("S", Mark, Recusal)


def envelopes_of(mission: Mission) -> tuple[core.Envelope, ...]:
    """The calls of a mission, the first one first; one without contribution nor rule when none was written.

    Three queries.
    """
    rows = list(Envelope.objects.of(mission))
    if not rows:
        return (core.Envelope(contributions=()),)
    parts: dict[int, list[core.Contribution]] = {}
    for part in Contribution.objects.of(mission).order_by("position", "pk"):
        parts.setdefault(part.envelope_id, []).append(contribution_of(part))
    steps: dict[int, list[core.CallStep]] = {}
    for step in CallStep.objects.of(mission).order_by("position", "pk"):
        steps.setdefault(step.envelope_id, []).append(step_of(step))
    return tuple(
        core.Envelope(
            **fields(row, ENVELOPE),
            contributions=tuple(parts.get(row.pk, ())),
            calendar=tuple(steps.get(row.pk, ())),
        )
        for row in rows
    )


def contribution_of(row: Contribution) -> core.Contribution:
    """What one contributor puts, and its rules."""
    named: dict[str, Any] = {name: tuple(getattr(row, name)) for name in LISTS}
    return core.Contribution(**fields(row, CONTRIBUTION), **named, sizes=frozenset(row.sizes))


def _contribution_columns(part: core.Contribution) -> dict[str, Any]:
    named = {name: list(getattr(part, name)) for name in LISTS}
    return {**columns(part, CONTRIBUTION), **named, "sizes": sorted(part.sizes)}


def step_of(row: CallStep | DecisionStep) -> core.CallStep:
    """A step of the call, or of a decision."""
    outcome = UNKNOWN if row.outcome is None else StageOutcome(row.outcome)
    return core.CallStep(stage=CallStage(row.stage), outcome=outcome, **fields(row, STEP))


def _step_columns(step: core.CallStep) -> dict[str, Any]:
    return {"stage": step.stage.value, "outcome": column(step.outcome), **columns(step, STEP)}


def envelope_row(row: Envelope | None) -> core.Envelope:
    """The rules of the call alone, without who pays nor its calendar."""
    return core.Envelope(contributions=(), **({} if row is None else fields(row, ENVELOPE)))


def decision_of(row: CommitteeDecision) -> core.CommitteeDecision:
    """A decision whose project is read, with its steps: a query unless they are."""
    return core.CommitteeDecision(
        project_id=row.project.ref,
        outcome=DecisionOutcome(row.outcome),
        **fields(row, DECISION),
        steps=tuple(map(step_of, row.steps.all())),
    )


def steps_of(mission: Mission, ref: str) -> tuple[core.CallStep, ...]:
    """What came so far of the decision on a project; one query."""
    rows = DecisionStep.objects.of(mission).filter(decision__project__ref=ref).order_by("position", "pk")
    return tuple(map(step_of, rows))


def weights_of(mission: Mission) -> tuple[tuple[str, Decimal], ...]:
    """The weights that the mission gives to the criteria of the call; one query."""
    rows = CriterionWeight.objects.of(mission).order_by("position", "pk")
    return tuple((row.criterion, field(row.weight)) for row in rows)


def criteria_of(mission: Mission) -> tuple[core.CallCriterion, ...]:
    """The criteria that the mission set; one query."""
    rows = CallCriterion.objects.of(mission).order_by("position", "pk")
    return tuple(core.CallCriterion(**fields(row, CRITERION), anchors=tuple(row.anchors)) for row in rows)


def statements_of(mission: Mission, extract: Extract | None = None) -> tuple[core.WeightStatement, ...]:
    """What is said today of the weights, what is agreed first; one query."""
    rows = within(WeightStatement.objects.of(mission), extract, Kind.OPINION)
    return tuple(sorted(map(statement_of, rows), key=lambda said: said.who))


def statement_of(row: WeightStatement) -> core.WeightStatement:
    """What one person said."""
    return core.WeightStatement(
        who=row.who,
        bounds=tuple((name, (low, high)) for name, (low, high) in row.said["bornes"].items()),
        ranks=tuple(map(tuple, row.said["rangs"])),
        by=row.by_name,
        on=field(row.on),
    )


def write_statements(mission: Mission, statements: tuple[core.WeightStatement, ...]) -> Changes[WeightStatement]:
    """What is said of the weights: what was said before by the same person stays, withdrawn."""
    found: Changes[WeightStatement] = Changes(model=WeightStatement)
    held = {row.who: row for row in WeightStatement.objects.of(mission)}
    now = timezone.now()
    wanted = {said.who: said for said in statements}
    found.gone = [row for who, row in held.items() if who not in wanted or statement_of(row) != wanted[who]]
    WeightStatement.objects.filter(pk__in=[row.pk for row in found.gone]).update(withdrawn_at=now)
    kept = held.keys() - {row.who for row in found.gone}
    found.added = [
        WeightStatement(
            mission_id=mission.pk,
            who=who,
            said={"bornes": {n: list(b) for n, b in said.bounds}, "rangs": [list(rank) for rank in said.ranks]},
            by_name=said.by,
            on=column(said.on),
        )
        for who, said in wanted.items()
        if who not in kept
    ]
    check_fits(WeightStatement, found.added, ["who", "by_name"])
    WeightStatement.objects.bulk_create(found.added)
    return found


def committee_decisions_of(mission: Mission, extract: Extract | None = None) -> tuple[core.CommitteeDecision, ...]:
    """What the committee settled, with what came of it; two queries."""
    steps: dict[int, list[core.CallStep]] = {}
    followed = within(DecisionStep.objects.of(mission), extract, Kind.DECISION, "decision__project__ref")
    for row in followed.order_by("position", "pk"):
        steps.setdefault(row.decision_id, []).append(step_of(row))
    held = within(CommitteeDecision.objects.of(mission), extract, Kind.DECISION, "project__ref")
    rows = held.select_related("project").order_by("position", "pk")
    return tuple(
        core.CommitteeDecision(
            project_id=row.project.ref,
            outcome=DecisionOutcome(row.outcome),
            **fields(row, DECISION),
            steps=tuple(steps.get(row.pk, ())),
        )
        for row in rows
    )


def write_envelopes(mission: Mission, settings: core.MissionSettings) -> Changes[Envelope]:
    """The calls with their contributions and their steps."""
    calls = dict(zip(settings.call_names, settings.every_call, strict=True))
    found = sync(
        Envelope,
        Envelope.ever.of(mission),
        {
            name: {"mission_id": mission.pk, "call": name, "position": position, **columns(envelope, ENVELOPE)}
            for position, (name, envelope) in enumerate(calls.items())
        },
        key=lambda row: row.call,
    )
    pks = {name: found.rows[name].pk for name in calls}
    found.hang(
        sync(
            Contribution,
            Contribution.ever.of(mission),
            {
                (pks[name], position): {
                    "envelope_id": pks[name],
                    "position": position,
                    **_contribution_columns(part),
                }
                for name, envelope in calls.items()
                for position, part in enumerate(envelope.contributions)
            },
            key=lambda row: (row.envelope_id, row.position),
        )
    )
    found.hang(
        sync(
            CallStep,
            CallStep.ever.of(mission),
            {
                (pks[name], position): {"envelope_id": pks[name], "position": position, **_step_columns(step)}
                for name, envelope in calls.items()
                for position, step in enumerate(envelope.calendar)
            },
            key=lambda row: (row.envelope_id, row.position),
        )
    )
    return found


def write_weights(mission: Mission, weights: tuple[tuple[str, Decimal], ...]) -> Changes[CriterionWeight]:
    """The weights of the criteria."""
    return sync(
        CriterionWeight,
        CriterionWeight.ever.of(mission),
        {
            position: {"mission_id": mission.pk, "position": position, "criterion": criterion, "weight": weight}
            for position, (criterion, weight) in enumerate(weights)
        },
        key=lambda row: row.position,
    )


def write_criteria(mission: Mission, criteria: tuple[core.CallCriterion, ...]) -> Changes[CallCriterion]:
    """The criteria that the mission set."""
    return sync(
        CallCriterion,
        CallCriterion.ever.of(mission),
        {
            position: {
                "mission_id": mission.pk,
                "position": position,
                **columns(each, CRITERION),
                "anchors": list(each.anchors),
            }
            for position, each in enumerate(criteria)
        },
        key=lambda row: row.position,
    )


def write_committee_decisions(
    mission: Mission,
    decisions: tuple[core.CommitteeDecision, ...],
    projects: Changes[Project],
    extract: Extract | None = None,
) -> Changes[CommitteeDecision]:
    """What the committee settled: a decision is no change of its project."""
    wanted: dict[Any, dict[str, Any]] = {}
    for position, decision in enumerate(decisions):
        project = projects.rows[decision.project_id].pk
        wanted[project] = {
            "project_id": project,
            "position": place(extract, Kind.DECISION, decision.project_id, position),
            "outcome": decision.outcome.value,
            **columns(decision, DECISION),
        }
    found = sync(
        CommitteeDecision,
        within(CommitteeDecision.ever.of(mission), extract, Kind.DECISION, "project__ref"),
        wanted,
        key=lambda row: row.project_id,
        quiet=("position",),
    )
    pks = {decision.project_id: found.rows[projects.rows[decision.project_id].pk].pk for decision in decisions}
    found.hang(
        sync(
            DecisionStep,
            within(DecisionStep.ever.of(mission), extract, Kind.DECISION, "decision__project__ref"),
            {
                (pks[decision.project_id], position): {
                    "decision_id": pks[decision.project_id],
                    "position": position,
                    **_step_columns(step),
                }
                for decision in decisions
                for position, step in enumerate(decision.steps)
            },
            key=lambda row: (row.decision_id, row.position),
            owner="decision_id",
            kept=found.withdrawn,
        )
    )
    return found


# ---- What assessors say: only ever added


def marks_of(mission: Mission, extract: Extract | None = None) -> tuple[core.Mark, ...]:
    """Every mark of the assessors, those corrected since too; one query."""
    held = within(Mark.objects.of(mission), extract, Kind.MARK)
    rows = held.select_related("project").order_by("position", "pk")
    return tuple(core.Mark(project_id=row.project.ref, **fields(row, MARK)) for row in rows)


def recusals_of(mission: Mission, extract: Extract | None = None) -> tuple[core.Recusal, ...]:
    """Where assessors stand aside, and no longer do; one query."""
    held = within(Recusal.objects.of(mission), extract, Kind.RECUSAL)
    rows = held.select_related("firm").order_by("position", "pk")
    return tuple(core.Recusal(firm_id=row.firm.ref, **fields(row, RECUSAL)) for row in rows)


def write_marks(
    mission: Mission, marks: tuple[core.Mark, ...], projects: Changes[Project], extract: Extract | None = None
) -> Changes[Mark]:
    """The marks that a census has more; raises ``FactsError`` for one that would not be what it was."""
    said = [(mark, {"project_id": projects.rows[mark.project_id].pk, **columns(mark, MARK)}) for mark in marks]
    return _only_added(Mark, mission, Kind.MARK, said, extract)


def write_recusals(
    mission: Mission, recusals: tuple[core.Recusal, ...], firms: Changes[Firm], extract: Extract | None = None
) -> Changes[Recusal]:
    """What a census has more of who stands aside; raises ``FactsError`` as ``write_marks``."""
    said = [(each, {"firm_id": firms.rows[each.firm_id].pk, **columns(each, RECUSAL)}) for each in recusals]
    return _only_added(Recusal, mission, Kind.RECUSAL, said, extract)


def _only_added(
    model: type[S],
    mission: Mission,
    kind: Kind,
    said: Iterable[tuple[core.Mark | core.Recusal, dict[str, Any]]],
    extract: Extract | None,
) -> Changes[S]:
    wanted: dict[str, dict[str, Any]] = {}
    for rank, (each, values) in enumerate(said):
        ref = reference_of(kind, each)
        placed = {"ref": ref, "position": place(extract, kind, ref, rank)}
        wanted[ref] = {**values, **placed, "who": person(each.assessor)}
    return only_added(
        model,
        within(model.ever.of(mission), extract, kind),
        wanted,
        key=lambda row: row.ref,
        already=lambda row: f"{_SAID[kind]} par {row.assessor}, sous le numéro {row.number} : elle ne se modifie pas",
    )


_SAID = {Kind.MARK: "note déjà donnée", Kind.RECUSAL: "déclaration déjà faite"}
