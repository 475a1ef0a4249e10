"""Marks of the assessors: the board of all projects, and the form of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.history import Kind, rows_of
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import maturity_grid, selection_grid
from rebond.web.desk.filters import counted
from rebond.web.desk.lists import Column, Listing, Value, export, tools
from rebond.web.editing.decided import last_gesture, position_sent
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import TEAM, page, read_by
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.paging import page_of
from rebond.web.portfolio.marks import LONGEST_REASON, Sent, marked_criteria, read_marks, shown
from rebond.web.projects.models import AssessorScore, Project
from rebond.web.search_text import words_sought

_CONFLICT, _UNREADABLE = 409, 422
_MEANWHILE = (
    "Quelqu’un a changé une de ces valeurs pendant que vous remplissiez la page. Les vôtres sont restées dans le "
    "formulaire : relisez la fiche du projet, puis enregistrez de nouveau pour garder les vôtres."
)


@read_by(TEAM)
def board(request: HttpRequest, mission: Mission, *, may_decide: bool) -> HttpResponse:
    """Projects with their marks, those that lack one first; ``?q=`` and ``?notes=`` keep some of them."""
    codes = [code for code, _ in marked_criteria()]
    rows = Project.objects.visible_to(request.user).of(mission).with_finding(mission.current_study)
    marks: dict[int, dict[str, AssessorScore]] = {}
    for mark in AssessorScore.objects.visible_to(request.user).of(mission):
        marks.setdefault(mark.project_id, {})[mark.criterion] = mark
    found = [(row, [marks.get(row.pk, {}).get(code) for code in codes]) for row in rows.select_related("firm")]
    found.sort(key=lambda pair: (all(pair[1]), pair[0].ref))
    lacking = sum(not all(given) for _, given in found)
    filters = [counted("notes", "Notes", [_state(given) for _, given in found], request.GET.get("notes", ""))]
    words = words_sought(request.GET.get("q", ""))
    kept = [
        (row, given)
        for row, given in found
        if (not filters[0].chosen or _state(given)[0] == filters[0].value) and all(word in row.search for word in words)
    ]
    listing = _listing()
    answer = export(listing, request, mission, kept)
    if answer is not None:
        return answer
    context: dict[str, object] = {
        "criteria": [label for _, label in marked_criteria()],
        "page": page_of(request, kept),
        "q": request.GET.get("q", "").strip(),
        "filters": filters,
        "active": [each for each in filters if each.value],
        "total": len(found),
        "lacking": lacking,
        **tools(listing, request, mission),
        "done": last_gesture(request, mission, Kind.PROJECT),
        "may_decide": may_decide,
    }
    return page(request, mission, "portfolio/marks.html", "call", context)


def _state(given: Sequence[AssessorScore | None]) -> tuple[str, str]:
    return ("completes", "Toutes données") if all(given) else ("manquantes", "Une note manque")


def _listing() -> Listing:
    """Its columns are the criteria of the call."""
    criteria = marked_criteria()

    def mark(rank: int) -> Callable[[Any], Value]:
        return lambda row: row[1][rank].score if row[1][rank] else None

    def why(rank: int) -> Callable[[Any], Value]:
        return lambda row: row[1][rank].reason if row[1][rank] else ""

    return Listing(
        name="notes",
        title="Notes",
        view="portfolio:marks",
        default_sort="manque",
        sorts={"manque": "manque"},
        columns=(
            Column(key="projet", label="Projet", value=lambda row: row[0].title, fixed=True),
            Column(key="entreprise", label="Entreprise", value=lambda row: row[0].firm.name),
            *(Column(key=code, label=label, value=mark(rank)) for rank, (code, label) in enumerate(criteria)),
            *(
                Column(key=f"motif_{code}", label=f"Motif, {label.lower()}", value=why(rank))
                for rank, (code, label) in enumerate(criteria)
            ),
            Column(key="niveau", label="Niveau imposé", value=lambda row: row[0].imposed_maturity or ""),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@read_by(TEAM)
def marks(request: HttpRequest, mission: Mission, ref: str, *, may_decide: bool) -> HttpResponse:
    """The marks of one project with their reasons, and the level imposed."""
    projects = Project.objects.visible_to(request.user).of(mission).with_finding(mission.current_study, record=True)
    project = get_object_or_404(projects.select_related("firm", "mission"), ref=ref)
    held = rows_of(census_of(mission))[Kind.PROJECT, ref]
    if request.method != "POST":
        return _form(request, mission, project, shown(held), may_decide=may_decide)
    user = cast(User, request.user)
    sent = read_marks(request.POST.dict(), held)
    if sent.project is None:
        return _form(request, mission, project, sent, may_decide=True, status=_UNREADABLE)
    try:
        done = save(
            mission,
            {(Kind.PROJECT, ref): sent.project},
            by=author_of(user),
            since=position_sent(request),
            act=Act.DECIDED,
        )
    except ClashError:
        return _form(request, mission, project, sent, may_decide=True, warning=_MEANWHILE, status=_CONFLICT)
    asked = urlencode({"fait": str(done.gesture or "")})
    return redirect(f"{reverse('portfolio:marks', args=[mission.slug])}?{asked}#projet-{ref}")


def _form(
    request: HttpRequest,
    mission: Mission,
    project: Project,
    sent: Sent,
    *,
    may_decide: bool,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {
        "project": project,
        "finding": project.finding,
        "scores": project.finding.found.scores if project.finding else (),
        "sent": sent.typed,
        "rows": sent.rows,
        "errors": sent.errors,
        "marks": [str(mark) for mark in range(selection_grid().top_score + 1)],
        "levels": [(level.code, level.label) for level in maturity_grid().levels],
        "position": journal_position(mission),
        "may_decide": may_decide,
        "warning": warning,
        "longest": LONGEST_REASON,
    }
    response = page(request, mission, "portfolio/marks_form.html", "call", context)
    response.status_code = status
    return response
