"""The roadmap that a mission settled, from rows to the core and back."""

from __future__ import annotations

from typing import Any

from rebond import facts as core
from rebond.facts import UNKNOWN, ActionPriority, ActionStatus
from rebond.history import Kind
from rebond.history.changes import progress_ref
from rebond.web.missions.columns import column, columns, fields
from rebond.web.missions.extract import Extract, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, only_added, sync
from rebond.web.roadmap.models import ActionProgress, RoadmapAction

ACTION = (
    "proposal",
    "axis",
    "title",
    "why",
    "owner",
    "owner_person",
    "budget",
    "starts_on",
    "ends_on",
    "status_reason",
    "indicator",
    "unit",
    "baseline",
    "target",
    "target_on",
    "adopted_on",
    "adopted_by",
)
LISTS = ("partners", "paid_by", "needs", "projects")
PROGRESS = ("number", "on", "value", "words", "by")


def action_of(row: RoadmapAction) -> core.RoadmapAction:
    """An action as the core has it."""
    named: dict[str, Any] = {name: tuple(getattr(row, name)) for name in LISTS}
    return core.RoadmapAction(
        id=row.ref,
        status=ActionStatus(row.status),
        priority=UNKNOWN if row.priority is None else ActionPriority(row.priority),
        **fields(row, ACTION),
        **named,
    )


def actions_of(mission: Mission, extract: Extract | None = None) -> tuple[core.RoadmapAction, ...]:
    """What the mission adopted or set aside; one query."""
    rows = within(RoadmapAction.objects.of(mission), extract, Kind.ACTION)
    return tuple(map(action_of, rows.order_by("position", "pk")))


def progress_of(mission: Mission, extract: Extract | None = None) -> tuple[core.ActionProgress, ...]:
    """How these actions advance; one query."""
    rows = within(ActionProgress.objects.of(mission), extract, Kind.PROGRESS).select_related("action")
    return tuple(
        core.ActionProgress(action_id=row.action.ref, **fields(row, PROGRESS))
        for row in rows.order_by("position", "pk")
    )


def write_actions(mission: Mission, actions: tuple[core.RoadmapAction, ...]) -> Changes[RoadmapAction]:
    """The actions, all of them: they are few."""
    return sync(
        RoadmapAction,
        RoadmapAction.ever.of(mission),
        {
            each.id: {
                "mission_id": mission.pk,
                "ref": each.id,
                "position": position,
                "status": each.status.value,
                "priority": column(each.priority),
                **columns(each, ACTION),
                **{name: list(getattr(each, name)) for name in LISTS},
            }
            for position, each in enumerate(actions)
        },
        key=lambda row: row.ref,
        quiet=("position",),
    )


def write_progress(
    mission: Mission, progress: tuple[core.ActionProgress, ...], actions: Changes[RoadmapAction]
) -> Changes[ActionProgress]:
    """What a census has more of their progress; raises ``FactsError`` for what would not be what it was."""
    wanted = {
        progress_ref(each.action_id, each.number): {
            "action_id": actions.rows[each.action_id].pk,
            "position": position,
            **columns(each, PROGRESS),
        }
        for position, each in enumerate(progress)
    }
    return only_added(
        ActionProgress,
        ActionProgress.ever.of(mission).select_related("action"),
        wanted,
        key=lambda row: progress_ref(row.action.ref, row.number),
        already=lambda row: (
            f"déjà dit{f' par {row.by}' if row.by else ''}, sous le numéro {row.number} : il ne se modifie pas"
        ),
    )
