"""A partner's list, in four pages: received, its columns settled, compared with the mission, applied whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.adapters.partner_lists import MEANINGS, UNITS, DateOrder, Field, Numbers, Offered
from rebond.errors import DataError, Fault
from rebond.facts import UNKNOWN
from rebond.facts import PartnerEntry as Entry
from rebond.history import Change, Kind
from rebond.units import format_number
from rebond.web.accounts.models import User
from rebond.web.exchange.applying import NotChosenError, apply_draft, preview_of
from rebond.web.exchange.list_forms import EACH_ITS_OWN, Chosen, ListForm
from rebond.web.exchange.models import ImportDraft, ReceivedList
from rebond.web.exchange.partner_lists import (
    compare_list,
    forget_file,
    open_list,
    organisations,
    receive_list,
    reread,
)
from rebond.web.exchange.preview import Preview
from rebond.web.exchange.uploads import received
from rebond.web.guard.heavy import heavy
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import TEAM, for_roles, page, role_in
from rebond.web.missions.models import Mission, Role
from rebond.web.projects.models import PartnerEntry

_UNREADABLE = 422
_MOST_SHOWN = 200
_ALL = "tous"
_DATES = {
    DateOrder.DAY_FIRST: "jour, mois, année : 31/12/2026",
    DateOrder.YEAR_FIRST: "année, mois, jour : 2026-12-31",
    DateOrder.MONTH_FIRST: "mois, jour, année : 12/31/2026",
}
_NUMBERS = {Numbers.FRENCH: "à la française : 1 234,50", Numbers.ENGLISH: "à l’anglaise : 1,234.50"}
_UNIT_LABELS = {"euros": "euros", "milliers": "milliers d’euros", "millions": "millions d’euros"}


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*TEAM)
@heavy
def lists(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The lists that the mission has, and a new one to give."""
    known = _known(mission, cast(User, request.user))
    first = frozenset(row["partner"] for row in known)
    if request.method != "POST":
        form = ListForm(initial={"partner": request.GET.get("partenaire", "")}, first=first)
        return _lists_page(request, mission, form, known)
    _require_open(mission)
    form = ListForm(request.POST, request.FILES, first=first)
    faults: tuple[Fault, ...] = ()
    if form.is_valid():
        told = form.cleaned_data
        try:
            with _as_file(told) as path:
                by = author_of(cast(User, request.user))
                found = receive_list(mission, path, partner=told["partner"], dated=told["dated"], by=by)
            return redirect("exchange:list_columns", mission.slug, found.pk)
        except DataError as error:
            faults = error.faults
    return _lists_page(request, mission, form, known, faults=faults, status=_UNREADABLE)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*TEAM)
@heavy
def columns(request: HttpRequest, mission: Mission, pk: UUID) -> HttpResponse:
    """Which column is what: proposed, corrected, confirmed; then the list is compared with the mission."""
    found = _received(request, mission, pk)
    if not found.content:
        return redirect("exchange:lists", mission.slug)
    sheet = (request.POST if request.method == "POST" else request.GET).get("feuille", "")
    opened = open_list(found, sheet=sheet)
    if opened.offered is None:
        context = {"received": found, "sheets": opened.sheets, "partner": _partner(found)}
        return page(request, mission, "exchange/list_sheet.html", "exchange", context)
    if request.method != "POST":
        return _columns_page(request, mission, found, opened.offered, Chosen(opened.offered, None))
    _require_open(mission)
    chosen = Chosen(opened.offered, request.POST.dict())
    if chosen.errors:
        return _columns_page(request, mission, found, opened.offered, chosen, status=_UNREADABLE)
    try:
        compare_list(found, opened.offered, chosen.settled, by=author_of(cast(User, request.user)))
    except DataError as error:
        return _columns_page(request, mission, found, opened.offered, chosen, status=_UNREADABLE, faults=error.faults)
    return redirect("exchange:list_preview", mission.slug, found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*TEAM)
@heavy
def preview(request: HttpRequest, mission: Mission, pk: UUID) -> HttpResponse:
    """What the list changes; a POST applies it, all or nothing."""
    found = _received(request, mission, pk)
    draft = found.draft
    if draft is None:
        return redirect("exchange:list_columns", mission.slug, found.pk)
    if draft.state != ImportDraft.State.WAITING:
        return redirect("exchange:lists", mission.slug)
    if request.method == "POST":
        return _applied(request, mission, found, draft)
    return _preview_page(request, mission, found, preview_of(draft))


def _applied(request: HttpRequest, mission: Mission, found: ReceivedList, draft: ImportDraft) -> HttpResponse:
    """Apply a list, or say why not."""
    if role_in(mission) != Role.PILOT:
        raise PermissionDenied
    _require_open(mission)
    errors: dict[str, str] = {}
    reason = request.POST.get("motif", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        errors["motif"] = f"Donnez un motif, de {format_number(LONGEST_REASON)} caractères au plus."
    if found.told.get("en_defaut") and request.POST.get("saines") != "oui":
        errors["saines"] = "Dites si les lignes saines entrent sans celles en défaut, ou corrigez la liste."
    if errors:
        return _preview_page(request, mission, found, preview_of(draft), errors=errors)
    by = author_of(cast(User, request.user))
    try:
        apply_draft(draft, {}, set(request.POST.getlist("retirer")), by=by, reason=reason)
    except NotChosenError:
        again = reread(found, by=by)
        moved = {"": "Quelqu’un a changé les mêmes lignes entre-temps : la liste est comparée de nouveau, relisez-la."}
        return _preview_page(request, mission, found, preview_of(again), errors=moved)
    except DataError as error:
        return _preview_page(request, mission, found, preview_of(draft), faults=error.faults)
    forget_file(found)
    return redirect("exchange:lists", mission.slug)


def _received(request: HttpRequest, mission: Mission, pk: UUID) -> ReceivedList:
    rows = ReceivedList.objects.visible_to(request.user).of(mission).select_related("draft", "mission")
    return get_object_or_404(rows, pk=pk)


@contextmanager
def _as_file(told: dict[str, Any]) -> Iterator[Path]:
    """What was pasted, or sent, as a file."""
    if told.get("file"):
        with received(told["file"]) as path:
            yield path
        return
    with TemporaryDirectory(prefix="rebond-") as folder:
        path = Path(folder) / f"collage du {timezone.localdate():%d-%m-%Y}.tsv"
        path.write_text(told["text"], encoding="utf-8", newline="")
        yield path


def _known(mission: Mission, user: User) -> list[dict[str, Any]]:
    """The partners whose lines the mission has: how many, the latest date."""
    entries = PartnerEntry.objects.visible_to(user).of(mission).order_by()
    rows = entries.values("partner").annotate(lines=Count("pk"), last=Max("dated"))
    labels = {choice.code: choice.label for choice in organisations()}
    found = [{**row, "label": labels.get(row["partner"], row["partner"])} for row in rows]
    return sorted(found, key=lambda row: row["label"].casefold())


def _lists_page(
    request: HttpRequest,
    mission: Mission,
    form: ListForm,
    known: list[dict[str, Any]],
    *,
    faults: tuple[Fault, ...] = (),
    status: int = 200,
) -> HttpResponse:
    waiting = ReceivedList.objects.visible_to(request.user).of(mission).defer("content", "told", "columns")
    applied = waiting.filter(draft__state__in=(ImportDraft.State.APPLIED, ImportDraft.State.UNDONE))
    context = {
        "form": form,
        "known": known,
        "faults": faults,
        "waiting": waiting.exclude(draft__state__in=(ImportDraft.State.APPLIED, ImportDraft.State.UNDONE))[:10],
        "applied": applied.select_related("draft").defer("draft__known", "draft__brought")[:10],
        "is_pilot": role_in(mission) == Role.PILOT,
    }
    response = page(request, mission, "exchange/lists.html", "exchange", context)
    response.status_code = status
    return response


def _columns_page(
    request: HttpRequest,
    mission: Mission,
    found: ReceivedList,
    what: Offered,
    chosen: Chosen,
    *,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    proposed = {column: what.reasons.get(field, "") for field, column in what.columns.places.items()}
    rows = [
        {
            "column": column,
            "name": name,
            "sample": what.samples[column].shown,
            "reason": proposed.get(column, ""),
            "field": chosen.fields[column],
            "unit": chosen.units[column],
            "error": chosen.errors.get(f"colonne-{column}") or chosen.errors.get(f"unite-{column}", ""),
        }
        for column, name in what.names.items()
    ]
    context = {
        "received": found,
        "partner": _partner(found),
        "table": what.table,
        "lines": len(what.table.rows) - what.columns.header - 1,
        "origin": what.columns.origin,
        "rows": rows,
        "fields": [(field.value, MEANINGS[field]) for field in Field],
        "units": [(word, _UNIT_LABELS[word]) for word in UNITS],
        "dates": [(order.value, words) for order, words in _DATES.items()],
        "numbers": [(kind.value, words) for kind, words in _NUMBERS.items()],
        "chosen": chosen,
        "faults": faults,
    }
    response = page(request, mission, "exchange/list_columns.html", "exchange", context)
    response.status_code = status
    return response


def _preview_page(
    request: HttpRequest,
    mission: Mission,
    found: ReceivedList,
    what: Preview,
    *,
    errors: dict[str, str] | None = None,
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    errors = errors or {}
    added = [change.after for change in what.free if _is_entry(change) and not change.path]
    everyone = request.GET.get("retirer") == _ALL
    withdrawn = set(request.POST.getlist("retirer")) or ({line.key for line in what.gone} if everyone else set())
    context = {
        "received": found,
        "partner": _partner(found),
        "draft": found.draft,
        "preview": what,
        "told": found.told,
        "read_faults": [Fault(**fault) for fault in found.told.get("defauts", ())],
        "added": [_shown(entry) for entry in added if isinstance(entry, Entry)][:_MOST_SHOWN],
        "changed": what.changed[:_MOST_SHOWN],
        "gone": what.gone,
        "withdrawn": withdrawn,
        "reason": request.POST.get("motif", _reason(found)),
        "errors": errors,
        "moved": errors.get("", ""),
        "faults": faults or what.faults,
        "sound_chosen": request.POST.get("saines") == "oui",
        "is_pilot": role_in(mission) == Role.PILOT,
    }
    response = page(request, mission, "exchange/list_preview.html", "exchange", context)
    response.status_code = _UNREADABLE if errors or faults else 200
    return response


def _shown(entry: Entry) -> dict[str, Any]:
    """An entry for a table: what is unknown is nothing."""
    names = ("firm_name", "siren", "commune", "project_title", "amount", "dated")
    return {name: None if (value := getattr(entry, name)) is UNKNOWN else value for name in names}


def _is_entry(change: Change) -> bool:
    return change.kind is Kind.PARTNER_ENTRY


def _partner(found: ReceivedList) -> str:
    labels = {choice.code: choice.label for choice in organisations()}
    return labels.get(found.partner, found.partner) if found.partner else EACH_ITS_OWN.lower()


def _reason(found: ReceivedList) -> str:
    whose = f"Liste de {_partner(found)}" if found.partner else f"Liste « {found.file_name} »"
    return f"{whose} au {found.dated:%d/%m/%Y}"


def _require_open(mission: Mission) -> None:
    if mission.archived_at is not None:
        raise PermissionDenied
