"""What comes next in a mission: days, questions by euros, what others changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.urls import reverse

from rebond.facts import ActionStatus
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.committee.models import Sitting
from rebond.web.journal.models import Act
from rebond.web.journal.reading import changes_since
from rebond.web.journal.wording import KINDS
from rebond.web.missions.models import Mission
from rebond.web.roadmap.models import RoadmapAction
from rebond.web.studies.models import Action, OpenQuestion, PlanLine

_DATES = 5
_CHANGES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day to come, and where to read of it."""

    on: date
    what: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The last day to apply for a dispositif that plans count on: its end, or the next of its sessions."""

    dispositif: str
    day: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one person did at once."""

    at: datetime
    by_name: str
    act: str
    what: str
    rows: int
    reason: str


def open_questions(user: User | AnonymousUser, mission: Mission) -> QuerySet[Any, Any]:
    """The questions of the current study that people can answer, by the euros that wait for them."""
    rows = OpenQuestion.objects.visible_to(user).found_by(mission.current_study)
    grouped = rows.exclude(asked_of=OpenQuestion.AskedOf.TEXT).order_by().values("asked_of", "text")
    return grouped.annotate(euros=Sum("amount"), projects=Count("project")).order_by("-euros", "text")


def next_days(user: User, mission: Mission, on: date) -> list[Day]:
    """Committee, ends of the texts that plans rest on, actions of the roadmap: the nearest."""
    days = list(ends_of_texts(user, mission, on))
    planned = Sitting.objects.visible_to(user).of(mission).filter(frozen_at=None, cancelled_at=None, held_on__gte=on)
    sittings = list(planned.order_by("held_on", "pk")[:_DATES])
    days += (
        Day(on=row.held_on, what=row.get_kind_display(), url=reverse("committee:sitting", args=[mission.slug, row.pk]))
        for row in sittings
    )
    if mission.committee_on >= on and not any(row.decides for row in sittings):
        call = reverse("portfolio:call", args=[mission.slug])
        days.append(Day(on=mission.committee_on, what="Comité de la mission", url=call))
    settled = list(RoadmapAction.objects.visible_to(user).of(mission))
    days += (
        Day(
            on=row.ends_on,
            what=typeset(f"{row.title} ({organisation_name(row.owner) if row.owner else 'sans pilote'})"),
            url=reverse("roadmap:action", args=[mission.slug, row.ref]),
        )
        for row in settled
        if row.ends_on is not None and row.ends_on >= on and ActionStatus(row.status).is_open
    )
    actions = Action.objects.visible_to(user).found_by(mission.current_study).filter(due_on__gte=on)
    actions = actions.exclude(code__in={row.proposal for row in settled})
    roadmap = reverse("roadmap:roadmap", args=[mission.slug])
    days += (
        Day(on=row.due_on, what=typeset(f"{row.title} ({row.owner_name})"), url=roadmap)
        for row in actions.order_by("due_on", "position")[:_DATES]
    )
    return sorted(days, key=lambda day: day.on)[:_DATES]


def ends_of_texts(user: User, mission: Mission, on: date) -> Iterable[Day]:
    """The last day of each text under which plans count on aid, with the euros decided by then or lost."""
    catalogue = current_catalogue()
    rows = PlanLine.objects.visible_to(user).found_by(mission.current_study).order_by()
    euros: dict[date, int] = {}
    for row in rows.values("regime").annotate(amount=Sum("amount")):
        regime = catalogue.regimes.get(row["regime"])
        last = catalogue.readings.last_day(regime) if regime else None
        if last is not None and last >= on:
            euros[last] = euros.get(last, 0) + int(row["amount"])
    for last, amount in euros.items():
        what = typeset(f"Fin des textes sous lesquels les plans comptent {format_euros(amount)} de soutiens")
        yield Day(on=last, what=what, url=reverse("catalogue:regimes"))


def closings(user: User, mission: Mission, on: date) -> Iterable[Closing]:
    """The dispositifs of the plans whose applications close, as the catalogue says."""
    every = current_catalogue().dispositifs
    rows = PlanLine.objects.visible_to(user).found_by(mission.current_study).order_by()
    for row in rows.values("dispositif").annotate(projects=Count("finding__project", distinct=True)):
        dispositif = every.get(row["dispositif"])
        last = dispositif.validity.next_cutoff(on) if dispositif else None
        if dispositif is None or last is None:
            continue
        count = row["projects"]
        what = typeset(
            f"{dispositif.title} : {count} projet{'s' if count > 1 else ''} compte{'nt' if count > 1 else ''} dessus"
        )
        url = reverse("catalogue:dispositif", args=dispositif.id.split("/", 1))
        yield Closing(dispositif=dispositif.id.replace("/", "-"), day=Day(on=last, what=what, url=url))


def changes_by_others(user: User, mission: Mission, since: datetime) -> list[Change]:
    """What other people did since then, gesture by gesture, the latest first."""
    rows = changes_since(mission, since).visible_to(user).exclude(by=user).order_by()
    grouped = rows.values("gesture", "by_name", "act", "reason").annotate(
        rows=Count("pk"),
        at=Max("at"),
        one=Min("label"),
        other=Max("label"),
        one_kind=Min("kind"),
        other_kind=Max("kind"),
    )
    return [_change(row) for row in grouped.order_by("-at")[:_CHANGES]]


def _change(row: Mapping[str, Any]) -> Change:
    """One name when all is about one thing; its kind when all is of one kind."""
    kind = KINDS.get(row["one_kind"], row["one_kind"]) if row["one_kind"] == row["other_kind"] else "Plusieurs fiches"
    label = row["one"] if row["one"] == row["other"] else ""
    return Change(
        at=row["at"],
        by_name=row["by_name"],
        act=str(Act(row["act"]).label),
        what=typeset(f"{kind} : {label}" if label else kind),
        rows=row["rows"],
        reason=row["reason"],
    )
