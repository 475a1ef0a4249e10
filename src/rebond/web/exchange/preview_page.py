"""The page of a preview: its lines filtered by kind and sheet, fifty at a time, with the choices made so far."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rebond.errors import Fault
from rebond.web.exchange.figures import token_of
from rebond.web.exchange.models import ImportDraft
from rebond.web.exchange.preview import Line, Preview
from rebond.web.missions.access import page, role_in
from rebond.web.missions.models import Mission, Role

PER_PAGE = 50
_UNREADABLE = 422
_PATIENCE = timedelta(minutes=3)
"""A calculation that says nothing for so long was stopped, or nobody does it."""


def preview_page(
    request: HttpRequest,
    mission: Mission,
    found: ImportDraft,
    what: Preview,
    *,
    missing: tuple[str, ...] = (),
    reason_error: str = "",
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    """A preview as asked: ``quoi`` (what happens to the line) and ``feuille`` in the address."""
    # What lacks a choice is what is to be seen next.
    kind = "conflit" if missing else request.GET.get("quoi", "")
    sheet = "" if missing else request.GET.get("feuille", "")
    lines = [
        (code, line)
        for code, _, lines in what.kinds
        if kind in {"", code}
        for line in lines
        if sheet in {"", line.place.sheet} and (not missing or line.key in missing)
    ]
    shown = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "draft": found,
        "preview": what,
        "kinds": [(code, label, len(lines)) for code, label, lines in what.kinds if lines],
        "sheets": _sheets(what, kind),
        "kind": kind,
        "sheet": sheet,
        "page": shown,
        **{name: [line for code, line in shown if code == name] for name, _, _ in what.kinds},
        "chosen": [(line, found.choices.get(line.key, "")) for code, line in shown if code == "conflit"],
        "undecided": sum(line.key not in found.choices for line in what.conflicts),
        "missing": frozenset(missing),
        "lacking": len(missing),
        "withdrawn": set(found.withdrawn),
        "count": len(what.free) + len(what.conflicts),
        "decisions": what.decisions(),
        "reason": request.POST.get("motif", ""),
        "reason_error": reason_error,
        "faults": faults or what.faults,
        "is_pilot": role_in(mission) == Role.PILOT,
        "repairs": found.repairs,
        **figures_context(found),
    }
    response = page(request, mission, "exchange/draft.html", "exchange", context)
    response.status_code = _UNREADABLE if missing or reason_error or faults else 200
    return response


def _sheets(what: Preview, kind: str) -> list[tuple[str, str, int]]:
    """Sheets that hold lines of a kind, in the order of the workbook, with how many."""
    lines: list[Line] = [line for code, _, lines in what.kinds if kind in {"", code} for line in lines]
    titles = {line.place.sheet: line.place.title for line in lines}
    numbers = Counter(line.place.sheet for line in lines)
    return [(key, title, numbers[key]) for key, title in titles.items()]


def figures_context(found: ImportDraft) -> dict[str, Any]:
    """The figures and what may be said of them: computed, of before the last changes, awaited, or not computed."""
    told = found.figures if found.figures_for == found.figures_asked else None
    began = told.get("commence") if told else None
    since = datetime.fromisoformat(began) if began else found.at
    waits = bool(found.figures_asked) and (told is None or began is not None)
    now = token_of(found.mission, found.choices, found.withdrawn)
    return {
        "figures": None if waits else told,
        "figures_wait": waits,
        "figures_stopped": waits and timezone.now() - since > _PATIENCE,
        "figures_old": found.figures_asked != now,
    }
