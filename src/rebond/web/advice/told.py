"""What a firm and the committee are told of advice: the state, and of the firm alone what it promised."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from rebond.facts import Promiser
from rebond.restitution.typography import french_date, typeset
from rebond.web.advice.models import Accompaniment
from rebond.web.advice.paths import ripeness_of
from rebond.web.advice.promises import Promise, promises_of
from rebond.web.catalogue.reading import organisation_name
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A piece of evidence that a firm promised and that did not come."""

    project: str
    adviser: str
    promise: Promise


def states_of(mission: Mission, projects: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """Project → its adviser and where it stands; one query."""
    rows = Accompaniment.objects.of(mission).filter(project__in=projects).order_by("position", "pk")
    found: dict[int, Accompaniment] = {}
    for row in sorted(rows, key=lambda each: each.is_open):
        found[row.project_id] = row
    on = timezone.localdate()
    return {pk: (organisation_name(row.adviser), typeset(_state(row, on))) for pk, row in found.items()}


def _state(row: Accompaniment, on: date) -> str:
    if not row.is_open:
        return f"Accompagnement clos : {row.get_outcome_display().lower()}"
    if row.review_on is None or row.review_on < on:
        return "Accompagné par un conseil"
    return f"Accompagné par un conseil, prochain point le {french_date(row.review_on)}"


def expected_of(mission: Mission, projects: Sequence[Project]) -> list[Expected]:
    """What the firm of these projects promised and did not bring yet, the nearest day first."""
    rows = Accompaniment.objects.of(mission).filter(project__in=[each.pk for each in projects], outcome=None)
    held = {row.project_id: row for row in rows.prefetch_related("promises")}
    if not held:
        return []
    ripe = ripeness_of(mission, projects)
    found = [
        Expected(project=typeset(each.title), adviser=organisation_name(held[each.pk].adviser), promise=promise)
        for each in projects
        if each.pk in held
        for promise in promises_of(held[each.pk], ripe[each.pk], timezone.localdate())
        if promise.row.by == Promiser.FIRM and not promise.kept
    ]
    return sorted(found, key=lambda each: each.promise.row.before or date.max)
