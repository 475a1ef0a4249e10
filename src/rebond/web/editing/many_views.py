"""The page where one field of the sheets that a list chose is given one value."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.adapters.workbook import Column
from rebond.adapters.workbook.entry import EntryError
from rebond.adapters.workbook.places import SHEETS
from rebond.errors import FactsError
from rebond.facts import Project
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.editing.changing import wanted
from rebond.web.editing.decided import fault_of_reason
from rebond.web.editing.drafts import typed_values
from rebond.web.editing.fields import Field, groups_of
from rebond.web.editing.flow import editing_view, since_of
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.editing.many import (
    KINDS,
    MOST,
    Before,
    context_for,
    given_to_all,
    labels_of,
    part_of,
    shared_columns,
    words_of,
)
from rebond.web.editing.opened import Opened, facts_of, open_rows
from rebond.web.editing.parts import is_mark
from rebond.web.editing.posted import typed_rows
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import page
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import left_by
from rebond.web.wording import ended

_UNREADABLE, _CONFLICT = 422, 409
_LISTS = {"projets": "projects:list", "entreprises": "firms:list", "entretiens": "interviews:list"}
_SECTIONS = {"projets": "projects", "entreprises": "firms", "entretiens": "interviews"}


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def many(request: HttpRequest, mission: Mission, family: str) -> HttpResponse:
    """``?ref=`` names the sheets, ``?champ=`` the field: its value before on each, then the one for all."""
    kind = KINDS.get(family)
    if kind is None:
        raise Http404
    columns = shared_columns(kind)
    column = next((each for each in columns if each.key == request.GET.get("champ", "")), None)
    refs = list(dict.fromkeys(request.GET.getlist("ref")))
    census = facts_of(mission)
    opened = None
    if 0 < len(refs) <= MOST:
        since = since_of(request, journal_position(mission))
        context = context_for(census, kind, refs)
        keys = [(kind, ref) for ref in refs]
        try:
            opened = open_rows(mission, keys, since=since, context=context, is_sent=request.method == "POST")
        except KeyError:
            messages.error(request, "Une des fiches cochées n’existe plus : choisissez de nouveau.")
            return redirect(_LISTS[family], mission.slug)
    shown: dict[str, Any] = {
        "family": family,
        "back": reverse(_LISTS[family], args=[mission.slug]),
        "columns": [(each.key, typeset(each.title)) for each in columns],
        "column": column,
        "refs": refs,
        "most": MOST,
        "too_many": len(refs) > MOST,
        "longest": LONGEST_REASON,
        "reason": request.POST.get("motif", "").strip(),
        "labels": list(zip(refs, labels_of(census, (opened.rows[kind, ref] for ref in refs)), strict=True))
        if opened
        else [],
        "since": opened.since if opened else 0,
        "address": request.get_full_path(),
    }
    if column is None or opened is None:
        return page(request, mission, "editing/several.html", _SECTIONS[family], shown)
    firms = {row.firm_id for row in opened.rows.values() if isinstance(row, Project)}
    if is_mark(column) and not firms.isdisjoint(left_by(cast(User, request.user), census)):
        raise PermissionDenied
    if request.method == "POST":
        return _given(request, mission, family, column, opened, shown)
    return _shown(request, mission, family, column, opened, shown)


def _given(
    request: HttpRequest, mission: Mission, family: str, column: Column, opened: Opened, shown: dict[str, Any]
) -> HttpResponse:
    sheet = SHEETS[KINDS[family]]
    sent = typed_rows(typed_values(request.POST)).get(sheet, [{}])
    text, reason = sent[0].get(column.key, ""), shown["reason"]
    shown["text"] = text
    if error := fault_of_reason(reason, "Dites pourquoi : un motif pour toutes les fiches, gardé au journal."):
        shown["error"] = error
        return _shown(request, mission, family, column, opened, shown, status=_UNREADABLE)
    try:
        rows = wanted(opened, given_to_all(opened.sheets, sheet, column.key, text))
        done = save(mission, rows, by=author_of(cast(User, request.user)), since=opened.since, reason=reason)
    except EntryError as refused:
        shown["faults"] = {
            fault.row: " ".join(ended(part) for part in (fault.problem, fault.mend)) for fault in refused.entered
        }
        return _shown(request, mission, family, column, opened, shown, status=_UNREADABLE)
    except FactsError as refused:
        shown["error"] = " ".join(map(str, refused.faults))
        return _shown(request, mission, family, column, opened, shown, status=_UNREADABLE)
    except ClashError:
        shown["error"] = "Quelqu’un a changé ce champ sur une de ces fiches entre-temps : relisez, puis recommencez."
        shown["since"] = journal_position(mission)
        return _shown(request, mission, family, column, opened, shown, status=_CONFLICT)
    count = len({change.ref for change in done.changes})
    plural = "s" if count > 1 else ""
    said = f"{count} fiche{plural} changée{plural} ; l’étude sera refaite." if count else "Rien n’a changé."
    messages.success(request, said)
    return redirect(shown["back"])


def _shown(
    request: HttpRequest,
    mission: Mission,
    family: str,
    column: Column,
    opened: Opened,
    shown: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    kind = KINDS[family]
    sheet, part, faults = SHEETS[kind], part_of(kind, column), shown.get("faults", {})
    held = opened.sheets.get(sheet, [])
    (group,) = groups_of((part,), {sheet: [{column.key: shown.get("text", "")}]}, (), offered={})
    field: Field = group.fields[0]
    before = [
        Before(ref=ref, label=label, text=words_of(column, held[rank].get(column.key, "")), error=faults.get(rank, ""))
        for rank, (ref, label) in enumerate(shown["labels"])
    ]
    context = {**shown, "field": field, "before": before}
    response = page(request, mission, "editing/several.html", _SECTIONS[family], context)
    response.status_code = status
    return response
