"""The journal as people read it: of a row, of the mission; a value restored, a gesture undone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from rebond.adapters.workbook.places import column_at
from rebond.errors import FactsError
from rebond.history import Kind
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.editing.clashes import clash_rows
from rebond.web.editing.decided import position_sent
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.flow import editing_view
from rebond.web.editing.gestures import FACTS_ACTS, ClashError, journal_position, restore, undo
from rebond.web.editing.going_with import offers
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.reading import fields_of, gestures_of, history_of, line_of, on_field, words_of_field
from rebond.web.journal.wording import KINDS
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.access import changing, page
from rebond.web.missions.data import MissionData
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.projects.models import Project
from rebond.web.wording import sentence

_FIELD = re.compile(r"^[a-z_]{2,40}(/[a-z0-9_]{2,60})?$")
"""A field that never changed has an address too: a sheet leads to the history of each."""
_SINCE = " depuis que la fiche existe."
_MOST_GESTURES = 2_000
"""Rows of the journal shown of one import: the others are counted."""


@changing
def project_history(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """What changed on a project."""
    row = get_object_or_404(Project.ever.visible_to(request.user).of(mission), ref=ref)
    back = ((reverse("projects:list", args=[mission.slug]), "Projets"), (_sheet(mission, row), row.title))
    return _history(request, mission, Kind.PROJECT, ref, section="projects", title=row.title, back=back)


@changing
def firm_history(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """What changed on a firm."""
    row = get_object_or_404(Firm.ever.visible_to(request.user).of(mission), ref=ref)
    back = ((reverse("firms:list", args=[mission.slug]), "Entreprises"), (_sheet(mission, row), row.name))
    return _history(request, mission, Kind.FIRM, ref, section="firms", title=row.name, back=back)


@changing
def interview_history(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """What changed on an interview."""
    row = get_object_or_404(Interview.ever.visible_to(request.user).of(mission).select_related("firm"), ref=ref)
    firm = reverse("firms:sheet", args=[mission.slug, row.firm.ref])
    back = ((reverse("firms:list", args=[mission.slug]), "Entreprises"), (firm, row.firm.name))
    return _history(request, mission, Kind.INTERVIEW, ref, section="firms", title=str(row), back=back)


LISTING = Listing(
    name="journal",
    title="Journal",
    view="editing:journal",
    default_sort="rang",
    sorts={"rang": "position"},
    columns=(
        Column(key="quand", label="Quand", value=lambda row: f"{timezone.localtime(row.entry.at):%d/%m/%Y %H:%M}"),
        Column(key="par", label="Par", value=lambda row: row.entry.by_name),
        Column(key="pour", label="Pour", value=lambda row: row.entry.on_behalf),
        Column(key="geste", label="Geste", value=lambda row: row.entry.get_act_display()),
        Column(key="genre", label="Sur", value=lambda row: row.noun),
        Column(key="fiche", label="Fiche", value=lambda row: row.entry.ref),
        Column(key="nom", label="Nom", value=lambda row: row.entry.label),
        Column(key="champ", label="Champ", value=lambda row: row.field),
        Column(key="avant", label="Avant", value=lambda row: row.before),
        Column(key="apres", label="Après", value=lambda row: row.after),
        Column(key="motif", label="Motif", value=lambda row: row.entry.reason),
    ),
)
_MOST_EXPORTED = 50_000
"""Rows of the journal in one file."""


@changing
def journal(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The gestures of a mission; filters by person, by kind of row and by date are in the address."""
    entries = Entry.objects.visible_to(request.user).of(mission).exclude(act__in=(Act.READ, Act.EXPORTED))
    people = sorted(set(entries.order_by().values_list("by_name", flat=True).distinct()))
    who, kind, since = (request.GET.get(name, "").strip() for name in ("qui", "genre", "depuis"))
    error, day = "", None
    if since:
        try:
            day = read_date(since).value
        except Unreadable as fault:
            error = f"{fault.problem} : {fault.mend}"
    if who in people:
        entries = entries.filter(by_name=who)
    if kind in KINDS:
        entries = entries.filter(kind=kind)
    if isinstance(day, date):
        entries = entries.filter(at__gte=timezone.make_aware(datetime.combine(day, time.min)))
    rows = entries.order_by("-position")
    answer = export(LISTING, request, mission, map(line_of, rows[:_MOST_EXPORTED]))
    if answer is not None:
        return answer
    shown = page_of(request, rows)
    context: dict[str, object] = {
        **tools(LISTING, request, mission),
        "page": shown,
        "gestures": gestures_of(shown),
        "people": people,
        "kinds": list(KINDS.items()),
        "who": who,
        "kind": kind,
        "since": since,
        "error": error,
        "undoable": FACTS_ACTS,
        "here": request.get_full_path(),
    }
    return page(request, mission, "editing/journal.html", "journal", context)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def undo_gesture(request: HttpRequest, mission: Mission, gesture: UUID) -> HttpResponse:
    """Everything that one person did at once, undone; what others changed since is shown and nothing is undone."""
    entries = list(Entry.objects.visible_to(request.user).of(mission).filter(gesture=gesture).order_by("position"))
    if not entries or entries[0].act not in FACTS_ACTS:
        raise Http404
    clashes: tuple[object, ...] = ()
    faults: tuple[str, ...] = ()
    user = cast(User, request.user)
    offered = offers(user, mission, entries)
    ticked = [offer for offer in offered if request.POST.get(offer.name)]
    if request.method == "POST":
        try:
            with transaction.atomic():
                undo(mission, gesture, by=_author(request), reason=_reason(request))
                taken = [offer.take(user) for offer in ticked]
        except ClashError as error:
            clashes = clash_rows(mission, error.conflicts, entries[-1].position)
        except FactsError as error:
            faults = tuple(map(str, error.faults))
        else:
            messages.success(request, " ".join(["Geste annulé ; l’étude sera refaite.", *taken]))
            return redirect(_back(request, mission))
    (told,) = gestures_of(entries[:_MOST_GESTURES])
    context = {
        "gesture": told,
        "more": max(0, len(entries) - _MOST_GESTURES),
        "clashes": clashes,
        "faults": faults,
        "offers": [(offer, offer in ticked) for offer in offered],
        "back": _back(request, mission),
    }
    return page(request, mission, "editing/undo.html", "journal", context)


@require_http_methods(["POST"])
@editing_view
def restore_value(request: HttpRequest, mission: Mission, pk: int) -> HttpResponse:
    """Give a value back what it was before a change."""
    entry = get_object_or_404(Entry.objects.visible_to(request.user).of(mission), pk=pk, act__in=FACTS_ACTS)
    try:
        done = restore(mission, entry, by=_author(request), since=position_sent(request), reason=_reason(request))
    except ClashError as error:
        (clash,) = clash_rows(mission, error.conflicts, position_sent(request) or 0)
        who = f"{clash.by} a écrit" if clash.by else "La mission contient"
        said = f"Rien n’est rétabli. {who} « {clash.theirs} » depuis que vous avez ouvert la page"
        messages.error(request, f"{said} ; la valeur à rétablir était « {clash.mine} ». Relisez, puis recommencez.")
    except FactsError as error:
        messages.error(request, " ".join(map(str, error.faults)))
    except (KeyError, TypeError):
        messages.error(request, "La ligne n’existe plus : annulez d’abord le geste qui l’a retirée.")
    else:
        said = "Valeur rétablie ; l’étude sera refaite." if done.gesture else "Cette valeur tient déjà."
        messages.success(request, said)
    return redirect(_back(request, mission))


def _history(
    request: HttpRequest,
    mission: Mission,
    kind: Kind,
    ref: str,
    *,
    section: str,
    title: str,
    back: Iterable[tuple[str, str]],
) -> HttpResponse:
    entries = history_of(mission, kind.value, ref).visible_to(request.user)
    fields = fields_of(entries)
    field = request.GET.get("champ", "")
    if field in fields or _FIELD.match(field):
        column = column_at(current_layout(), kind, tuple(field.split("/")))
        # « Inconnu : demandé, personne ne sait » is kept beside the value, under the name of the column.
        entries = on_field(entries, field, *([f"asked/{column.key}"] if column else ()))
        fields.setdefault(field, sentence(typeset(column.title)) if column else words_of_field(field))
    shown = page_of(request, entries.order_by("-position"))
    context: dict[str, object] = {
        "fields": sorted(fields.items(), key=lambda each: each[1].casefold()),
        "field": field if field in fields else "",
        "field_words": fields.get(field, ""),
        "empty": f"Ce champ n’a jamais changé{_SINCE}" if field in fields else f"Rien n’a changé{_SINCE}",
        "since": journal_position(mission),
        "page": shown,
        "gestures": gestures_of(shown),
        "title": title,
        "ref": ref,
        "back": tuple(back),
        "undoable": FACTS_ACTS,
        "here": request.get_full_path(),
    }
    return page(request, mission, "editing/history.html", section, context)


def _sheet(mission: Mission, row: MissionData) -> str:
    """The sheet of a row; the journal for one that was withdrawn."""
    if getattr(row, "withdrawn_at", None) is not None:
        return reverse("editing:journal", args=[mission.slug])
    name = "projects:sheet" if isinstance(row, Project) else "firms:sheet"
    return reverse(name, args=[mission.slug, row.ref])  # type: ignore[attr-defined]  # both have one


def _author(request: HttpRequest) -> Author:
    return author_of(cast(User, request.user))


def _reason(request: HttpRequest) -> str:
    return request.POST.get("motif", "").strip()[:500]


def _back(request: HttpRequest, mission: Mission) -> str:
    """Where the person came from, on this site only."""
    asked = request.POST.get("retour", "") or request.GET.get("retour", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if asked and safe else reverse("editing:journal", args=[mission.slug])
