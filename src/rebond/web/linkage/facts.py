"""Decisions about partners' lines, from rows to the core and back."""

from __future__ import annotations

from rebond import facts as core
from rebond.facts import LinkAnswer
from rebond.history import Kind
from rebond.web.linkage.models import LinkDecision
from rebond.web.missions.columns import columns, fields
from rebond.web.missions.extract import Extract, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, sync

LINK_DECISION = ("by", "on", "reason")


def link_decisions_of(mission: Mission, extract: Extract | None = None) -> tuple[core.LinkDecision, ...]:
    """What people settled; one query."""
    rows = within(LinkDecision.objects.of(mission), extract, Kind.LINK).order_by("position", "pk")
    return tuple(
        core.LinkDecision(
            entry_id=row.entry_ref,
            firm_id=row.firm_ref,
            project_id=row.project_ref,
            answer=LinkAnswer(row.answer),
            **fields(row, LINK_DECISION),
        )
        for row in rows
    )


def write_link_decisions(mission: Mission, decisions: tuple[core.LinkDecision, ...]) -> Changes[LinkDecision]:
    """What people settled, whether or not the census still holds what it is about."""
    return sync(
        LinkDecision,
        LinkDecision.ever.of(mission),
        {
            (each.entry_id, each.firm_id, each.project_id): {
                "mission_id": mission.pk,
                "entry_ref": each.entry_id,
                "firm_ref": each.firm_id,
                "project_ref": each.project_id,
                "position": position,
                "answer": each.answer.value,
                **columns(each, LINK_DECISION),
            }
            for position, each in enumerate(decisions)
        },
        key=lambda row: (row.entry_ref, row.firm_ref, row.project_ref),
        quiet=("position",),
    )
