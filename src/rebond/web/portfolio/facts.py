"""The envelope, the weights and the committee's decisions, from rows to the core and back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rebond import facts as core
from rebond.facts import DecisionOutcome
from rebond.history import Kind
from rebond.portfolio.robust.weights import Opinion
from rebond.web.missions.columns import columns, field, fields
from rebond.web.missions.extract import Extract, place, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, sync
from rebond.web.portfolio.models import CommitteeDecision, Contribution, CriterionWeight, Envelope, WeightStatement
from rebond.web.projects.models import Project

ENVELOPE = ("max_rate", "max_per_project", "min_spend", "min_aid", "grant_share", "max_months", "operator")
CONTRIBUTION = ("contributor", "amount")
DECISION = ("amount", "decided_on", "reason", "by")


def envelope_of(mission: Mission) -> core.Envelope:
    """The envelope of a mission; without contribution nor rule when it was never written. Two queries."""
    row = Envelope.objects.of(mission).first()
    if row is None:
        return core.Envelope(contributions=())
    parts = Contribution.objects.of(mission).order_by("position", "pk")
    contributions = tuple(core.Contribution(**fields(part, CONTRIBUTION)) for part in parts)
    return core.Envelope(**fields(row, ENVELOPE), contributions=contributions)


def weights_of(mission: Mission) -> tuple[tuple[str, Decimal], ...]:
    """The weights that the mission gives to the criteria of the call; one query."""
    rows = CriterionWeight.objects.of(mission).order_by("position", "pk")
    return tuple((row.criterion, field(row.weight)) for row in rows)


def opinions_of(mission: Mission) -> tuple[Opinion, ...]:
    """What is said today of the weights, what is agreed first; one query."""
    return tuple(Opinion.of_data({"qui": row.who, **row.said}) for row in WeightStatement.objects.of(mission))


def committee_decisions_of(mission: Mission, extract: Extract | None = None) -> tuple[core.CommitteeDecision, ...]:
    """What the committee settled; one query."""
    held = within(CommitteeDecision.objects.of(mission), extract, Kind.DECISION, "project__ref")
    rows = held.select_related("project").order_by("position", "pk")
    return tuple(
        core.CommitteeDecision(
            project_id=row.project.ref, outcome=DecisionOutcome(row.outcome), **fields(row, DECISION)
        )
        for row in rows
    )


def write_envelope(mission: Mission, envelope: core.Envelope) -> Changes[Envelope]:
    """The envelope with its contributions."""
    found = sync(
        Envelope,
        Envelope.ever.of(mission),
        {mission.pk: {"mission_id": mission.pk, **columns(envelope, ENVELOPE)}},
        key=lambda row: row.mission_id,
    )
    pk = found.rows[mission.pk].pk
    found.hang(
        sync(
            Contribution,
            Contribution.ever.of(mission),
            {
                position: {"envelope_id": pk, "position": position, **columns(part, CONTRIBUTION)}
                for position, part in enumerate(envelope.contributions)
            },
            key=lambda row: row.position,
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
    return sync(
        CommitteeDecision,
        within(CommitteeDecision.ever.of(mission), extract, Kind.DECISION, "project__ref"),
        wanted,
        key=lambda row: row.project_id,
        quiet=("position",),
    )
