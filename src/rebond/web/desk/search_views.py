"""One search over what a person may read of a mission, and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview, Need
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.search_text import searchable

_SHOWN = 10
"""Results of each kind on the page; the list of the kind has them all."""
_MOST_WORDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A result: where it leads, what it is."""

    title: str
    url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The results of a kind; ``every``: the list that has them all, empty when the page does."""

    label: str
    count: int
    hits: tuple[Hit, ...]
    every: str


@of_mission
def search(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Firms, projects, interviews and dispositifs that hold every word."""
    text = request.GET.get("q", "").strip()
    user = request.user
    kinds: list[Kind] = []
    if text and user.is_authenticated:
        found = (_firms(user, mission, text), _projects(user, mission, text), _interviews(user, mission, text))
        kinds = [kind for kind in (*found, _dispositifs(text)) if kind.count]
    total = sum(kind.count for kind in kinds)
    return page(request, mission, "desk/search.html", "search", {"searched": text, "kinds": kinds, "total": total})


def _firms(user: User, mission: Mission, text: str) -> Kind:
    rows = Firm.objects.visible_to(user).of(mission).matching(text).select_related("establishment").order_by("name")
    return _kind(
        "Entreprises",
        rows.count(),
        [
            Hit(
                title=typeset(row.name),
                url=reverse("firms:sheet", args=[mission.slug, row.ref]),
                note=row.establishment.commune,
            )
            for row in rows[:_SHOWN]
        ],
        reverse("firms:list", args=[mission.slug]),
        text,
    )


def _projects(user: User, mission: Mission, text: str) -> Kind:
    rows = Project.objects.visible_to(user).of(mission).matching(text).select_related("firm").order_by("ref")
    return _kind(
        "Projets",
        rows.count(),
        [
            Hit(
                title=typeset(row.title),
                url=reverse("projects:sheet", args=[mission.slug, row.ref]),
                note=typeset(", ".join(part for part in (row.firm.name, row.commune) if part)),
            )
            for row in rows[:_SHOWN]
        ],
        reverse("projects:list", args=[mission.slug]),
        text,
    )


def _interviews(user: User, mission: Mission, text: str) -> Kind:
    """By firm, by who held them, by what was heard: their texts have no column for searching."""
    needs: dict[int, list[str]] = {}
    for interview, need in Need.objects.visible_to(user).of(mission).values_list("interview", "text"):
        needs.setdefault(interview, []).append(need)
    rows = Interview.objects.visible_to(user).of(mission).select_related("firm")
    words = _words(text)
    found = [
        row for row in rows if _holds((row.firm.name, row.interviewer, row.minutes, *needs.get(row.pk, ())), words)
    ]
    return _kind(
        "Entretiens",
        len(found),
        [
            Hit(
                title=typeset(row.firm.name),
                url=f"{reverse('firms:sheet', args=[mission.slug, row.firm.ref])}#entretiens",
                note=typeset(f"{row.held_on:%d/%m/%Y}" + (f", {row.interviewer}" if row.interviewer else "")),
            )
            for row in found[:_SHOWN]
        ],
        reverse("interviews:list", args=[mission.slug]),
        text,
    )


def _dispositifs(text: str) -> Kind:
    words = _words(text)
    found = [
        row
        for row in current_catalogue().dispositifs.values()
        if _holds((row.title, organisation_name(row.funder)), words)
    ]
    return _kind(
        "Dispositifs",
        len(found),
        [
            Hit(
                title=typeset(row.title),
                url=reverse("catalogue:dispositif", args=row.id.split("/", 1)),
                note=organisation_name(row.funder),
            )
            for row in found[:_SHOWN]
        ],
        reverse("catalogue:list"),
        text,
    )


def _kind(label: str, count: int, hits: Sequence[Hit], listing: str, text: str) -> Kind:
    every = f"{listing}?{urlencode({'q': text})}" if count > len(hits) else ""
    return Kind(label=label, count=count, hits=tuple(hits), every=every)


def _words(text: str) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(searchable([text]).split()), _MOST_WORDS))


def _holds(parts: Sequence[str], words: Sequence[str]) -> bool:
    said = searchable(parts)
    return all(word in said for word in words)
