"""« Conseil »: the projects to bring to ripe, with whom, and those that just ripened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from rebond.web.accounts.models import User
from rebond.web.advice.advised import STATES, WITHOUT, Advised, advised
from rebond.web.advice.ripened import say_read, told, unread
from rebond.web.desk.filters import UNKNOWN, Filter, counted
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.missions.access import TEAM, for_roles, page, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.paging import page_of
from rebond.web.projects.models import Project
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind
from rebond.web.search_text import plain, words_sought

ADVISING = (Role.PILOT, Role.CONSULTANT, Role.PARTNER)
LATE, TO_COME, NO_DAY = "retard", "a_venir", "sans_date"
_DAYS = {LATE: "En retard", TO_COME: "À venir", NO_DAY: "Sans date"}


def _lacks(row: Advised) -> int | str | None:
    return "niveau fixé" if row.ripeness is not None and row.ripeness.path.imposed else row.lacks


_OF_THE_TEAM = (
    Column(key="ouvre", label="Possible une fois mûr (€)", value=lambda row: row.opens, numeric=True),
    Column(key="entreprise", label="Entreprise", value=lambda row: row.firm, default=False),
    Column(key="propose", label="Conseil proposé", value=lambda row: row.proposed_name, default=False),
)
_OF_ALL = (
    Column(key="projet", label="Projet", value=lambda row: row.name, fixed=True),
    Column(key="etat", label="État", value=lambda row: row.state_label),
    Column(key="conseil", label="Conseil", value=lambda row: row.adviser_name),
    Column(key="niveau", label="Niveau", value=lambda row: _level(row)[1]),
    Column(key="manque", label="Preuves qui manquent", value=_lacks, numeric=True),
    Column(key="point", label="Prochain point", value=lambda row: row.review_on),
)
LISTING = Listing(
    name="conseil",
    title="Conseil",
    view="advice:list",
    default_sort="etat",
    sorts={"etat": "etat"},
    columns=(*_OF_ALL, *_OF_THE_TEAM),
)
_OF_AN_ADVISER = replace(LISTING, columns=_OF_ALL)
"""An adviser is told neither amounts nor what is proposed to others."""


@for_roles(*ADVISING)
def advice_list(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The projects that the filters of the address keep, those that call for someone first."""
    user, on, team = request.user, timezone.localdate(), not roles_in(mission).isdisjoint(TEAM)
    every = sorted(advised(user, mission, on), key=_urgency)
    asked = {name: request.GET.get(name, "") for name in ("etat", "conseil", "niveau", "point")}
    filters: list[Filter] = [
        counted("etat", "État", ((row.state, STATES[row.state]) for row in every), asked["etat"]),
        counted("conseil", "Conseil", ((row.adviser, row.adviser_name or "Aucun") for row in every), asked["conseil"]),
        counted("niveau", "Niveau", (_level(row) for row in every), asked["niveau"]),
        counted("point", "Prochain point", (_day(row, on) for row in every if row.adviser), asked["point"]),
    ]
    words = words_sought(request.GET.get("q", ""))
    kept = [row for row in every if _fits(row, asked, on) and all(word in _search(row, team=team) for word in words)]
    listing = LISTING if team else _OF_AN_ADVISER
    if (answer := export(listing, request, mission, kept)) is not None:
        return answer
    shown = page_of(request, kept)
    if not team:
        for row in shown.object_list:
            note(request, Kind.PROJECT, row.project.ref, "Conseil" if row.named else "Sous un nom de code")
    changes = told(user, mission, unread(user, mission)) if team else []
    context: dict[str, object] = {
        "page": shown,
        "q": request.GET.get("q", "").strip(),
        "filters": filters,
        "active": [one for one in filters if one.value],
        "total": len(every),
        "without": sum(row.state == WITHOUT for row in every),
        "late": sum(row.late for row in every),
        "to_open": sum(row.state == WITHOUT and bool(row.proposed) for row in every),
        "team": team,
        "ripened": changes,
        "today": on,
        **tools(listing, request, mission),
    }
    return page(request, mission, "advice/list.html", "advice", context)


def _urgency(row: Advised) -> tuple[Any, ...]:
    return list(STATES).index(row.state), not row.late, row.review_on or date.max, row.project.ref


def _level(row: Advised) -> tuple[str, str]:
    code, words = row.ripeness.level if row.ripeness else ("", "À établir")
    return code or UNKNOWN, words


def _day(row: Advised, on: date) -> tuple[str, str]:
    code = NO_DAY if row.review_on is None else LATE if row.review_on < on else TO_COME
    return code, _DAYS[code]


def _fits(row: Advised, asked: dict[str, str], on: date) -> bool:
    checks: Iterable[tuple[str, str]] = (
        (asked["etat"], row.state),
        (asked["conseil"], row.adviser or UNKNOWN),
        (asked["niveau"], _level(row)[0]),
        (asked["point"], _day(row, on)[0] if row.adviser else ""),
    )
    return all(not wanted or wanted == found for wanted, found in checks)


def _search(row: Advised, *, team: bool) -> str:
    """An adviser finds a project by what it is told of it alone."""
    found: str = row.project.search if team else plain(f"{row.name} {row.firm}")
    return found


@require_POST
@for_roles(Role.PILOT)
def read_ripened(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The pilot read that a project ripened, or no longer is ripe."""
    user = cast(User, request.user)
    project = get_object_or_404(Project.objects.visible_to(user).of(mission), ref=ref)
    if mission.archived_at is None and say_read(mission, project, by=user):
        messages.success(request, "Noté : ce changement de maturité est lu.")
    return redirect("advice:list", mission.slug)
