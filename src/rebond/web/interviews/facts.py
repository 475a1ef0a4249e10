"""Interviews with their needs, from rows to the core and back: a field added to one way goes to the other."""

from __future__ import annotations

from collections import defaultdict

from rebond import facts as core
from rebond.history import Kind
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview, Need
from rebond.web.missions.columns import columns, fields
from rebond.web.missions.extract import Extract, place, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, sync

INTERVIEW = ("held_on", "interviewer", "minutes", "callback_on", "callback_by", "callback_why")
NEED = ("axis", "text")


def interviews_of(mission: Mission, extract: Extract | None = None) -> tuple[core.Interview, ...]:
    """The interviews of a mission, in the order of the census; two queries."""
    needs: dict[int, list[core.Need]] = defaultdict(list)
    for need in within(Need.objects.of(mission), extract, Kind.INTERVIEW, "interview__ref").order_by("position"):
        needs[need.interview_id].append(core.Need(**fields(need, NEED)))
    found = within(Interview.objects.of(mission), extract, Kind.INTERVIEW)
    rows = found.select_related("firm").order_by("position", "pk")
    return tuple(
        core.Interview(id=row.ref, firm_id=row.firm.ref, **fields(row, INTERVIEW), needs=tuple(needs[row.pk]))
        for row in rows
    )


def write_interviews(
    mission: Mission, interviews: tuple[core.Interview, ...], firms: Changes[Firm], extract: Extract | None = None
) -> Changes[Interview]:
    """Interviews and needs; a need that changes changes its interview."""
    found = sync(
        Interview,
        within(Interview.ever.of(mission), extract, Kind.INTERVIEW),
        {
            interview.id: {
                "mission_id": mission.pk,
                "firm_id": firms.rows[interview.firm_id].pk,
                "ref": interview.id,
                "position": place(extract, Kind.INTERVIEW, interview.id, position),
                **columns(interview, INTERVIEW),
            }
            for position, interview in enumerate(interviews)
        },
        key=lambda row: row.ref,
        quiet=("position",),
    )
    found.hang(
        sync(
            Need,
            within(Need.ever.of(mission), extract, Kind.INTERVIEW, "interview__ref"),
            {
                (found.rows[interview.id].pk, position): {
                    "interview_id": found.rows[interview.id].pk,
                    "position": position,
                    **columns(need, NEED),
                }
                for interview in interviews
                for position, need in enumerate(interview.needs)
            },
            key=lambda row: (row.interview_id, row.position),
            owner="interview_id",
            kept=found.withdrawn,
        )
    )
    return found
