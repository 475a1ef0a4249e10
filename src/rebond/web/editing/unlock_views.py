"""What the missing facts of a project unlock, brought to its form after the page: the study may take a while."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.posted import control
from rebond.web.editing.unlocks import column_of, unlocks_of
from rebond.web.guard.heavy import heavy
from rebond.web.missions.access import changing
from rebond.web.missions.models import Mission


@changing
@heavy
def unlocks(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """One piece a field, each with the euros that its answer may bring or take; ``?champ=`` for that field alone."""
    alone = request.GET.get("champ", "")
    columns = {column.key: column for column in current_layout().sheet("projets").columns}
    by_fact = {column.fact.name: key for key, column in columns.items() if column.fact}
    rows = []
    for unlock in unlocks_of(request, mission, ref):
        key = by_fact.get(unlock.fact) or column_of(unlock.fact)
        if key in columns and alone in {"", key}:
            rows.append((control("projets", 0, key).replace(".", "-"), unlock))
    return render(request, "editing/unlocks.html", {"rows": rows})
