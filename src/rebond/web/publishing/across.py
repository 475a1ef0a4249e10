"""The published figures of all the missions that a person has a part in, side by side and together."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from rebond.publication.across import Together, together
from rebond.publication.tables import LEGEND, written
from rebond.units import agreed
from rebond.web.missions.models import Mission
from rebond.web.publishing.held import told_now
from rebond.web.publishing.models import Edition
from rebond.web.publishing.views import attached

HEADER = ("chiffres", "mesure", "unité", "mission", "nombre", "remarque")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure over missions, in words."""

    label: str
    cells: tuple[str, ...]
    total: str
    note: str


def _editions(request: HttpRequest) -> dict[Mission, Edition]:
    """The latest edition of each mission that publishes, of those that this person may be given now."""
    rows = told_now(Edition.objects.told_to(request.user, Mission.objects.visible_to(request.user)))
    found: dict[Mission, Edition] = {}
    for row in rows:
        found.setdefault(row.mission, row)
    return dict(sorted(found.items(), key=lambda each: each[0].name))


def across(request: HttpRequest) -> HttpResponse:
    """What each mission publishes, and the sums of what they tell."""
    editions = _editions(request)
    sums = together({mission.slug: edition.figures for mission, edition in editions.items()})
    context = {
        "editions": editions.items(),
        "rows": [_row(each) for each in sums],
        "legend": LEGEND,
        "fictitious": any(mission.fictitious for mission in editions),
    }
    return render(request, "publishing/across.html", context)


def across_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same for a spreadsheet."""
    editions = _editions(request)
    if not editions:
        raise Http404
    sums = together({mission.slug: edition.figures for mission, edition in editions.items()})
    names = {mission.slug: mission.name for mission in editions}
    rows = [line for each in sums for line in _lines(each, names)]
    return attached(LEGEND, HEADER, rows, kind, "chiffres-publies")


def _row(each: Together) -> Row:
    lacking = f"sans {each.silent} {agreed('missions', each.silent)}" if each.silent else ""
    return Row(
        label=each.measure.label,
        cells=tuple(written(each.measure, value) for value in each.of.values()),
        total=written(each.measure, each.value),
        note="" if each.value is None else " ; ".join(filter(None, (lacking, "minimum" if each.partial else ""))),
    )


def _lines(each: Together, names: dict[str, str]) -> list[tuple[str, ...]]:
    about = (each.title, each.measure.label, each.measure.unit)
    missing = f" : {each.silent} mission{'s manquent' if each.silent > 1 else ' manque'}" if each.silent else ""
    minimum = f"minimum{missing}" if missing or each.partial else ""
    values = [*((names[slug], value, "") for slug, value in each.of.items()), ("Total", each.value, minimum)]
    return [
        (*about, name, "" if value is None else str(value), "secret ou non publié" if value is None else note)
        for name, value, note in values
    ]
