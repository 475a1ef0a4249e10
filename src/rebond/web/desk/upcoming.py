"""What comes next in a mission: days, questions by euros, what others changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.urls import reverse

from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.desk.ahead import Ahead
from rebond.web.journal.models import Act
from rebond.web.journal.reading import changes_since
from rebond.web.journal.wording import KINDS
from rebond.web.missions.models import Mission
from rebond.web.studies.models import OpenQuestion, PlanLine

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


def next_days(ahead: Ahead, on: date) -> list[Day]:
    """Committee, ends of the texts that plans rest on, actions of the roadmap: the nearest."""
    mission = ahead.mission
    by_regime = counted_on(ahead.user, mission).values_list("regime").annotate(amount=Sum("amount"))
    days = list(ends_of_texts(by_regime, on))
    sittings = [row for row in ahead.sittings if row.held_on >= on]
    days += (
        Day(on=row.held_on, what=row.get_kind_display(), url=reverse("committee:sitting", args=[mission.slug, row.pk]))
        for row in sittings
    )
    if mission.committee_on >= on and not any(row.decides for row in sittings):
        call = reverse("portfolio:call", args=[mission.slug])
        days.append(Day(on=mission.committee_on, what="Comité de la mission", url=call))
    days += (
        Day(
            on=row.ends_on,
            what=typeset(f"{row.title} ({organisation_name(row.owner) if row.owner else 'sans pilote'})"),
            url=reverse("roadmap:action", args=[mission.slug, row.ref]),
        )
        for row in ahead.adopted
        if row.ends_on is not None and row.ends_on >= on
    )
    roadmap = reverse("roadmap:roadmap", args=[mission.slug])
    days += (
        Day(on=row.due_on, what=typeset(f"{row.title} ({row.owner_name})"), url=roadmap)
        for row in ahead.proposals
        if row.due_on >= on
    )
    return sorted(days, key=lambda day: day.on)[:_DATES]


def counted_on(user: User, mission: Mission) -> QuerySet[PlanLine]:
    """The lines of the plans of the current study, in no order."""
    return PlanLine.objects.visible_to(user).found_by(mission.current_study).order_by()


def ends_of_texts(amounts: Iterable[tuple[str, Decimal]], on: date) -> Iterable[Day]:
    """The last day of each text under which plans count on aid, with the euros decided by then or lost.

    ``amounts``: a regime and what is counted on under it, as often as there are.
    """
    catalogue = current_catalogue()
    euros: dict[date, Decimal] = {}
    for code, amount in amounts:
        regime = catalogue.regimes.get(code)
        last = catalogue.readings.last_day(regime) if regime else None
        if last is not None and last >= on:
            euros[last] = euros.get(last, Decimal(0)) + amount
    for last, total in euros.items():
        what = typeset(f"Fin des textes sous lesquels les plans comptent {format_euros(int(total))} de soutiens")
        yield Day(on=last, what=what, url=reverse("catalogue:regimes"))


def closings(counted: Iterable[tuple[str, int]], on: date) -> Iterable[Closing]:
    """The dispositifs of the plans whose applications close, as the catalogue says.

    ``counted``: a dispositif and a project that counts on it, as often as there are.
    """
    every = current_catalogue().dispositifs
    projects: dict[str, set[int]] = {}
    for code, project in counted:
        projects.setdefault(code, set()).add(project)
    for code, those in projects.items():
        dispositif = every.get(code)
        last = dispositif.validity.next_cutoff(on) if dispositif else None
        if dispositif is None or last is None:
            continue
        count = len(those)
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
