"""What a mission makes of a proposal: an action of its own, or a reason to leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rebond import facts as core
from rebond.facts import ActionStatus
from rebond.facts.roadmap import need_ref
from rebond.history import Kind
from rebond.units import NO_BREAK_SPACE
from rebond.web.editing.opened import Key, next_refs
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Action

_NARROW = "\u202f"


def adopted(mission: Mission, proposals: Iterable[Action], *, by: str, on: date) -> Mapping[Key, Any]:
    """Each proposal as an action to launch, all that the study proposes of it written, the rest unknown."""
    rows = list(proposals)
    refs = next_refs(mission, Kind.ACTION, len(rows))
    made = (_made(row, ref, by=by, on=on) for row, ref in zip(rows, refs, strict=True))
    return {(Kind.ACTION, action.id): action for action in made}


def set_aside(mission: Mission, proposal: Action, reason: str, *, by: str, on: date) -> Mapping[Key, Any]:
    """A proposal that the mission leaves, kept with its reason."""
    (ref,) = next_refs(mission, Kind.ACTION)
    made = _made(proposal, ref, by=by, on=on, status=ActionStatus.SET_ASIDE, reason=reason)
    return {(Kind.ACTION, ref): made}


def _made(
    row: Action, ref: str, *, by: str, on: date, status: ActionStatus = ActionStatus.TO_START, reason: str = ""
) -> core.RoadmapAction:
    return core.RoadmapAction(
        id=ref,
        proposal=row.code,
        axis=row.axis,
        title=_typed(row.title),
        why=_typed(row.from_what),
        owner=row.owner or _typed(row.owner_name),
        partners=tuple(row.partner_codes or map(_typed, row.partners)),
        ends_on=row.due_on,
        status=status,
        status_reason=reason,
        indicator=_typed(row.indicator),
        needs=tuple(dict.fromkeys(need_ref(need.interview.ref, need.axis) for need in row.needs.all())),
        adopted_on=on,
        adopted_by=by,
    )


def _typed(text: str) -> str:
    """A text as people type it: the spaces of typography are set again when it is shown."""
    return text.replace(NO_BREAK_SPACE, " ").replace(_NARROW, " ")
