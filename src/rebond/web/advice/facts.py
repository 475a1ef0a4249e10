"""Advisers, promises and meetings, from rows to the core and back."""

from __future__ import annotations

from typing import Any

from rebond import facts as core
from rebond.facts import UNKNOWN, AccompanimentOutcome, Promiser
from rebond.history import Kind
from rebond.history.changes import meeting_ref
from rebond.web.advice.models import Accompaniment, AdviceMeeting, PromisedEvidence
from rebond.web.missions.columns import column, columns, fields
from rebond.web.missions.extract import Extract, place, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, only_added, sync
from rebond.web.projects.models import Project

ACCOMPANIMENT = ("adviser", "contact", "opened_on", "review_on", "closed_on", "reason")
PROMISE = ("criterion", "level", "before")
MEETING = ("number", "on", "who", "agreed", "next", "organisation", "by")


def accompaniment_of(row: Accompaniment) -> core.Accompaniment:
    """One adviser with one project; its project and promises are at hand."""
    return core.Accompaniment(
        id=row.ref,
        project_id=row.project.ref,
        **fields(row, ACCOMPANIMENT),
        outcome=UNKNOWN if row.outcome is None else AccompanimentOutcome(row.outcome),
        promises=tuple(
            core.PromisedEvidence(by=Promiser(each.by), **fields(each, PROMISE)) for each in row.promises.all()
        ),
    )


def meeting_of(row: AdviceMeeting) -> core.AdviceMeeting:
    """What was agreed one day; its accompaniment is at hand."""
    return core.AdviceMeeting(accompaniment_id=row.accompaniment.ref, **fields(row, MEETING))


def accompaniments_of(mission: Mission, extract: Extract | None = None) -> tuple[core.Accompaniment, ...]:
    """Which adviser each project is with; two queries."""
    held = within(Accompaniment.objects.of(mission), extract, Kind.ACCOMPANIMENT)
    rows = held.select_related("project").prefetch_related("promises").order_by("position", "pk")
    return tuple(map(accompaniment_of, rows))


def meetings_of(mission: Mission, extract: Extract | None = None) -> tuple[core.AdviceMeeting, ...]:
    """What was agreed, meeting after meeting; one query."""
    held = within(AdviceMeeting.objects.of(mission), extract, Kind.MEETING)
    return tuple(map(meeting_of, held.select_related("accompaniment").order_by("position", "pk")))


def write_accompaniments(
    mission: Mission,
    accompaniments: tuple[core.Accompaniment, ...],
    projects: Changes[Project],
    extract: Extract | None = None,
) -> Changes[Accompaniment]:
    """Advisers with what was promised to them; what is promised changes the accompaniment."""
    found = sync(
        Accompaniment,
        within(Accompaniment.ever.of(mission), extract, Kind.ACCOMPANIMENT),
        {
            each.id: {
                "mission_id": mission.pk,
                "project_id": projects.rows[each.project_id].pk,
                "ref": each.id,
                "position": place(extract, Kind.ACCOMPANIMENT, each.id, rank),
                "outcome": column(each.outcome),
                **columns(each, ACCOMPANIMENT),
            }
            for rank, each in enumerate(accompaniments)
        },
        key=lambda row: row.ref,
        quiet=("position",),
    )
    pks = {each.id: found.rows[each.id].pk for each in accompaniments}
    found.hang(
        sync(
            PromisedEvidence,
            within(PromisedEvidence.ever.of(mission), extract, Kind.ACCOMPANIMENT, "accompaniment__ref"),
            {
                (pks[each.id], position): {
                    "accompaniment_id": pks[each.id],
                    "position": position,
                    "by": promise.by.value,
                    **columns(promise, PROMISE),
                }
                for each in accompaniments
                for position, promise in enumerate(each.promises)
            },
            key=lambda row: (row.accompaniment_id, row.position),
            owner="accompaniment_id",
            kept=found.withdrawn,
        )
    )
    return found


def write_meetings(
    mission: Mission,
    meetings: tuple[core.AdviceMeeting, ...],
    accompaniments: Changes[Accompaniment],
    extract: Extract | None = None,
) -> Changes[AdviceMeeting]:
    """The meetings that a census has more; raises ``FactsError`` for one that would not be what it was."""
    wanted: dict[str, dict[str, Any]] = {}
    for rank, each in enumerate(meetings):
        ref = meeting_ref(each.accompaniment_id, each.number)
        wanted[ref] = {
            "accompaniment_id": accompaniments.rows[each.accompaniment_id].pk,
            "ref": ref,
            "position": place(extract, Kind.MEETING, ref, rank),
            **columns(each, MEETING),
        }
    return only_added(
        AdviceMeeting,
        within(AdviceMeeting.ever.of(mission), extract, Kind.MEETING),
        wanted,
        key=lambda row: row.ref,
        already=lambda _: "rendez-vous déjà noté : il ne se modifie pas",
    )
