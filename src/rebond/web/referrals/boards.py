"""The boards of what was sent: the pilot's, by organisation, mine, late; and the inbox of an organisation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rebond.facts import ReferralState
from rebond.history import Kind as History
from rebond.web.accounts.models import User
from rebond.web.desk.filters import Filter, counted
from rebond.web.desk.lists import Column, Listing, export, tools
from rebond.web.editing.decided import LastGesture, last_gesture
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import for_roles, of_mission, page, parts_in
from rebond.web.missions.models import Mission, Role
from rebond.web.paging import Sort, page_of
from rebond.web.readings.middleware import note
from rebond.web.readings.models import Kind
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.reading import Line, Situation, counts, lines_for_organisations, lines_for_team
from rebond.web.search_text import searchable, words_sought

MINE = "moi"
_COLUMNS = (
    Column(key="situation", label="Situation", value=lambda row: row.situation.of_one, sort="urgence"),
    Column(key="depuis", label="Depuis le", value=lambda row: row.since, sort="depuis"),
    Column(key="reponse", label="Réponse avant le", value=lambda row: row.answer_by, sort="reponse"),
    Column(key="pourquoi", label="Pourquoi", value=lambda row: row.why, default=False),
    Column(key="accorde", label="Accordé (€)", value=lambda row: row.granted, sort="accorde", numeric=True),
    Column(key="verse", label="Versé (€)", value=lambda row: row.paid, sort="verse", numeric=True, default=False),
    Column(key="emplois", label="Emplois créés", value=lambda row: row.jobs, numeric=True, default=False),
    Column(key="delai", label="Délai de réponse (jours)", value=lambda row: row.days, numeric=True, default=False),
    Column(key="envoyee", label="Envoyée le", value=lambda row: row.sent_on, sort="envoyee", default=False),
)
_PROJECT = Column(key="projet", label="Projet", value=lambda row: row.named.name, sort="projet", fixed=True)
LISTING = Listing(
    name="orientations-envoyees",
    title="Orientations envoyées",
    view="referrals:sent",
    default_sort="situation",
    sorts={"ref": "ref"},
    columns=(
        _PROJECT,
        Column(key="vers", label="Vers", value=lambda row: row.organisation, sort="vers"),
        _COLUMNS[0],
        Column(key="etat", label="État", value=lambda row: row.state.label, sort="etat"),
        Column(key="demande", label="Demandé (€)", value=lambda row: row.asked, sort="demande", numeric=True),
        *_COLUMNS[1:],
        Column(key="par", label="Envoyée par", value=lambda row: row.row.sent_by, default=False),
    ),
)
INBOX = Listing(
    name="ma-boite",
    title="Ma boîte",
    view="referrals:inbox",
    default_sort="situation",
    sorts={"ref": "ref"},
    columns=(
        _PROJECT,
        Column(key="entreprise", label="Entreprise", value=lambda row: row.named.firm),
        _COLUMNS[0],
        Column(key="etat", label="État", value=lambda row: row.state.label, sort="etat"),
        Column(key="montant", label="Montant envisagé", value=lambda row: row.amount),
        *_COLUMNS[1:],
    ),
)
_KEYS: dict[str, Callable[[Line], Any]] = {
    "projet": lambda row: row.named.name.casefold(),
    "vers": lambda row: row.organisation.casefold(),
    "situation": lambda row: (row.situation.rank, row.answer_by or row.since or date.max),
    "etat": lambda row: list(ReferralState).index(row.state),
    "demande": lambda row: row.asked,
    "depuis": lambda row: row.since,
    "reponse": lambda row: row.answer_by,
    "accorde": lambda row: row.granted,
    "verse": lambda row: row.paid,
    "envoyee": lambda row: row.sent_on,
    "ref": lambda row: row.ref,
}


@require_safe
@of_mission
def sent(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Everything that was sent, for the team."""
    today = timezone.localdate()
    every = lines_for_team(SentReferral.objects.visible_to(request.user).of(mission), today)
    me = author_of(cast(User, request.user)).said
    asked = {key: request.GET.get(key, "") for key in ("organisation", "situation", "etat", "qui")}
    filters = [
        counted(
            "organisation",
            "Organisation",
            ((each.row.organisation, each.organisation) for each in every),
            asked["organisation"],
        ),
        *_shared_filters(every, asked),
        counted("qui", "Envoyée par", ((MINE, "Moi") for each in every if each.row.sent_by == me), asked["qui"]),
    ]
    kept = [
        each
        for each in _kept(every, asked, words_sought(request.GET.get("q", "")))
        if asked["organisation"] in ("", each.row.organisation) and (asked["qui"] != MINE or each.row.sent_by == me)
    ]
    done = last_gesture(request, mission, History.REFERRAL)
    return _listed(request, mission, LISTING, every, kept, filters, "referrals/sent.html", done=done)


@require_safe
@for_roles(Role.PARTNER)
def inbox(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What was sent to the organisations that the person stands for."""
    today = timezone.localdate()
    codes = sorted({part.code for part in parts_in(mission) if part.role == Role.PARTNER and part.code})
    rows = SentReferral.objects.visible_to(request.user).of(mission)
    every = lines_for_organisations(mission, rows, codes, today)
    for each in every:
        if each.named.named:
            note(request, Kind.PROJECT, each.row.project.ref, "Boîte de l’organisation, en clair")
    asked = {key: request.GET.get(key, "") for key in ("situation", "etat")}
    kept = _kept(every, asked, words_sought(request.GET.get("q", "")))
    return _listed(request, mission, INBOX, every, kept, _shared_filters(every, asked), "referrals/inbox.html")


def _shared_filters(every: Sequence[Line], asked: dict[str, str]) -> list[Filter]:
    return [
        counted(
            "situation", "Situation", ((str(row.situation), row.situation.label) for row in every), asked["situation"]
        ),
        counted("etat", "État", ((str(row.state), row.state.label) for row in every), asked["etat"]),
    ]


def _kept(every: Iterable[Line], asked: dict[str, str], words: Sequence[str]) -> list[Line]:
    kept = []
    for each in every:
        text = searchable([each.ref, each.named.name, each.named.firm, each.organisation])
        if asked["situation"] not in ("", each.situation) or asked["etat"] not in ("", each.state):
            continue
        if all(word in text for word in words):
            kept.append(each)
    return kept


def _listed(
    request: HttpRequest,
    mission: Mission,
    listing: Listing,
    every: Sequence[Line],
    kept: Sequence[Line],
    filters: Sequence[Filter],
    template: str,
    *,
    done: LastGesture | None = None,
) -> HttpResponse:
    sort = Sort.asked(request, listing.sorted_by, listing.default_sort)
    key = _KEYS[sort.key]
    known = sorted((row for row in kept if key(row) is not None), key=key, reverse=sort.descending)
    rows = [*known, *(row for row in kept if key(row) is None)]
    context = {
        **tools(listing, request, mission),
        "page": page_of(request, rows),
        "q": request.GET.get("q", "").strip(),
        "total": len(every),
        "counts": counts(every),
        "awaited": any(each.state.waits_for_answer for each in every),
        "filters": filters,
        "active": [one for one in filters if one.value],
        "late": Situation.LATE,
        "done": done,
    }
    section = "inbox" if listing is INBOX else "referrals"
    return export(listing, request, mission, rows) or page(request, mission, template, section, context)
