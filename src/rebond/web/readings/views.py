"""« Qui a consulté ce dossier »: people for the pilot, organisations and functions for the firm; both leave with it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.desk.lists import EXPORT, Value, csv_file
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.access import firms_in, for_roles, page
from rebond.web.missions.models import Mission, Role
from rebond.web.paging import page_of
from rebond.web.readings.models import Reading
from rebond.web.readings.reading import readings_of, visits
from rebond.web.readings.rule import rule

_MOST_LINES = 20_000
_MOST_SHOWN = 2_000


@require_safe
@for_roles(Role.PILOT)
def of_mission(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Everyone who read, by firm and by person; the file of it is an export like another."""
    rows = Reading.objects.visible_to(request.user).of(mission)
    firms = Firm.objects.visible_to(request.user).of(mission)
    people = sorted(set(rows.order_by().values_list("by_name", flat=True).distinct()))
    ref, who = request.GET.get("entreprise", ""), request.GET.get("qui", "")
    firm = firms.filter(ref=ref).first() if ref else None
    if firm is not None:
        rows = readings_of(mission, firm)
    if who in people:
        rows = rows.filter(by_name=who)
    if request.GET.get(EXPORT) == "csv":
        lines = [_line(row) for row in rows[:_MOST_LINES]]
        note = Note(kind="liste", ref="consultations", label=f"Consultations, {len(lines)} lignes (csv)")
        record(mission, [note], by=author_of(cast(User, request.user)), act=Act.EXPORTED)
        heads = ["Le", "Qui", "Rôle", "Pour", "Quoi", "Genre", "Référence", "Partie"]
        return _csv(f"{mission.slug}-consultations", heads, lines)
    context = {
        "page": page_of(request, rows),
        "people": people,
        "who": who if who in people else "",
        "firm": firm,
        "firms": [(each.ref, typeset(each.name)) for each in firms.order_by("name")],
        "rule": rule(),
    }
    return page(request, mission, "readings/mission.html", "readings", context)


@require_safe
@for_roles(Role.FIRM)
def of_firm(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """What a firm is told of who read its file."""
    firm = get_object_or_404(Firm.objects.of(mission).filter(pk__in=firms_in(mission)), ref=ref)
    found = visits(readings_of(mission, firm)[:_MOST_LINES])
    if request.GET.get(EXPORT) == "csv":
        lines: list[list[Value]] = [
            [f"{each.day:%d/%m/%Y}", each.organisation, each.role, " ; ".join(each.parts)] for each in found
        ]
        return _csv("consultations", ["Le", "Organisation", "Fonction", "Parties"], lines)
    context = {"firm": firm, "visits": found[:_MOST_SHOWN], "rule": rule()}
    return page(request, mission, "readings/firm.html", "space", context)


def _line(row: Reading) -> list[Value]:
    when = f"{timezone.localtime(row.at):%d/%m/%Y %H:%M}"
    return [
        when,
        row.by_name,
        row.get_role_display(),
        row.on_behalf,
        row.get_what_display(),
        row.get_kind_display(),
        row.ref,
        row.part,
    ]


def _csv(name: str, heads: list[str], lines: list[list[Value]]) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(csv_file(name, heads, lines), content_type="text/csv; charset=utf-8", headers=headers)
