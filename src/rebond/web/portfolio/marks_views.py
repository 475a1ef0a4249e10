"""Marks of the assessors: the board of all projects, the form of one, and who stands aside for it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rebond.facts.marks import person
from rebond.history import Kind, rows_of
from rebond.portfolio.scoring import SelectionCriterion
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import maturity_grid
from rebond.web.desk.filters import counted
from rebond.web.desk.lists import Column, Listing, Value, export, tools
from rebond.web.editing.decided import last_gesture, position_sent
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import of_mission, page, roles_in
from rebond.web.missions.extract import extract_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission, Role
from rebond.web.paging import page_of
from rebond.web.portfolio.calls import calls_of
from rebond.web.portfolio.given import Assessed, Given, assessed
from rebond.web.portfolio.grids import call_grid, marking_grids
from rebond.web.portfolio.marks import LONGEST_REASON, Sent, read_marks, shown
from rebond.web.portfolio.models import Mark, Recusal
from rebond.web.portfolio.recusing import ENDS, Said, assessors, read_recusal, unsigned_lost
from rebond.web.projects.models import Project
from rebond.web.search_text import words_sought

_CONFLICT, _UNREADABLE, _FORBIDDEN = 409, 422, 403
_MEANWHILE = (
    "Quelqu’un a changé une de ces valeurs pendant que vous remplissiez la page. Les vôtres sont restées dans le "
    "formulaire : relisez la fiche du projet, puis enregistrez de nouveau pour garder les vôtres."
)
_ASIDE = "Vous vous êtes déporté pour cette entreprise : vous ne notez pas ses projets."


@of_mission
def board(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Projects with their marks, those that lack one first; ``?q=`` and ``?notes=`` keep some of them."""
    user = cast(User, request.user)
    rows = list(Project.objects.visible_to(user).of(mission).select_related("firm"))
    given = assessed(user, mission, rows)
    found = sorted(((row, given[row.pk]) for row in rows), key=lambda pair: (not pair[1].lacks, pair[0].ref))
    filters = [counted("notes", "Notes", [_state(each) for _, each in found], request.GET.get("notes", ""))]
    words = words_sought(request.GET.get("q", ""))
    kept = [
        (row, each)
        for row, each in found
        if (not filters[0].chosen or _state(each)[0] == filters[0].value) and all(word in row.search for word in words)
    ]
    listing = _listing(mission)
    answer = export(listing, request, mission, kept)
    if answer is not None:
        return answer
    context: dict[str, object] = {
        "several_calls": calls_of(mission).several,
        "criteria": [each.label for each in _marked(mission)],
        "page": page_of(request, kept),
        "q": request.GET.get("q", "").strip(),
        "filters": filters,
        "active": [each for each in filters if each.value],
        "total": len(found),
        "lacking": sum(each.lacks for _, each in found),
        "diverging": sum(bool(each.diverging) for _, each in found),
        "threshold": call_grid(mission).diverging_from,
        "top": call_grid(mission).top_score,
        **tools(listing, request, mission),
        "done": last_gesture(request, mission, Kind.MARK) or last_gesture(request, mission, Kind.PROJECT),
    }
    return page(request, mission, "portfolio/marks.html", "call", context)


def _state(given: Assessed) -> tuple[str, str]:
    if given.standing.mine:
        return "deport", "Je me suis déporté"
    if given.lacks:
        return "manquantes", "Une note manque"
    if given.diverging:
        return "ecart", "Les évaluateurs divergent"
    return ("a_moi", "Ma note manque") if given.waits_for_me else ("completes", "Toutes données")


def _marked(mission: Mission) -> list[SelectionCriterion]:
    """The criteria that assessors mark, of every call."""
    return [each for grid in marking_grids(mission).values() for each in grid.marked]


def _listing(mission: Mission) -> Listing:
    """Its columns are the criteria of the call."""
    criteria = _marked(mission)

    def cell(rank: int, told: Callable[[Given], Value]) -> Callable[[Any], Value]:
        return lambda row: told(row[1].given[rank]) if row[1].given else ""

    return Listing(
        name="notes",
        title="Notes",
        view="portfolio:marks",
        default_sort="manque",
        sorts={"manque": "manque"},
        columns=(
            Column(key="projet", label="Projet", value=lambda row: row[0].title, fixed=True),
            Column(key="entreprise", label="Entreprise", value=lambda row: row[0].firm.name),
            *(Column(key=each.code, label=each.label, value=cell(rank, _mean)) for rank, each in enumerate(criteria)),
            *(
                Column(key=f"ecart_{each.code}", label=f"Écart, {each.label.lower()}", value=cell(rank, _spread))
                for rank, each in enumerate(criteria)
            ),
            *(
                Column(
                    key=f"motif_{each.code}", label=f"Notes et motifs, {each.label.lower()}", value=cell(rank, _told)
                )
                for rank, each in enumerate(criteria)
            ),
            Column(key="deports", label="Déports", value=lambda row: ", ".join(row[1].standing.names)),
            Column(key="niveau", label="Niveau imposé", value=lambda row: row[0].imposed_maturity or ""),
        ),
    )


def _mean(given: Given) -> Value:
    if given.agreed is not None:
        return given.agreed.score.quantize(Decimal("0.01"))
    return given.unsigned.score if given.unsigned else None


def _spread(given: Given) -> Value:
    return given.agreed.spread if given.agreed is not None else ""


def _told(given: Given) -> Value:
    if given.unsigned is not None:
        return f"sans signature {given.unsigned.score} : {given.unsigned.reason}".rstrip(" :")
    voices = (each for each in given.voices if each.counts)
    scores = ((each, "reprise" if each.last.score is None else each.last.score) for each in voices)
    return " ; ".join(f"{each.name} {score} : {each.last.reason}" for each, score in scores)


@require_http_methods(["GET", "HEAD", "POST"])
@of_mission
def marks(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The marks of one project with their reasons: each assessor gives his or her own; the pilot may impose a level."""
    user = cast(User, request.user)
    project = _project(request, mission, ref)
    found = assessed(user, mission, [project])[project.pk]
    if request.method != "POST":
        return _form(request, mission, project, found, shown(project, found.given))
    if found.standing.mine:
        empty = shown(project, found.given)
        return _form(request, mission, project, found, empty, warning=_ASIDE, status=_FORBIDDEN)
    key = Kind.PROJECT, ref
    held = rows_of(census_of(mission, extract_of(mission, [key], {})))[key]
    me = person(user.username)
    mine = Mark.ever.filter(project=project, who=me).order_by("number")
    numbers = dict(mine.values_list("criterion", "number"))
    sent = read_marks(
        request.POST.dict(),
        held,
        found.given,
        assessor=user.username,
        on=timezone.localdate(),
        numbers=numbers,
        levels=_runs(mission),
    )
    if sent.wanted is None:
        return _form(request, mission, project, found, sent, status=_UNREADABLE)
    try:
        done = save(mission, sent.wanted, by=author_of(user), since=position_sent(request), act=Act.DECIDED)
    except ClashError:
        return _form(request, mission, project, found, sent, warning=_MEANWHILE, status=_CONFLICT)
    asked = urlencode({"fait": str(done.gesture or "")})
    return redirect(f"{reverse('portfolio:marks', args=[mission.slug])}?{asked}#projet-{project.ref}")


@require_POST
@of_mission
def recuse(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Someone stands aside for the firm of a project; the pilot alone says that an interest has ended."""
    user = cast(User, request.user)
    project = _project(request, mission, ref)
    found = assessed(user, mission, [project])[project.pk]
    pilot = _runs(mission)
    sent = {name: str(text) for name, text in request.POST.items() if pilot or name != ENDS}
    said = read_recusal(sent, mission, project, found.standing, by=user, pilot=pilot, on=timezone.localdate())
    if said.wanted is None:
        form = shown(project, found.given)
        return _form(request, mission, project, found, form, said=said, status=_UNREADABLE)
    save(mission, said.wanted, by=author_of(user), act=Act.DECIDED)
    return redirect(f"{reverse('portfolio:project_marks', args=[mission.slug, ref])}#deport")


def _project(request: HttpRequest, mission: Mission, ref: str) -> Project:
    projects = Project.objects.visible_to(request.user).of(mission).with_finding(mission.current_study, record=True)
    return get_object_or_404(projects.select_related("firm", "mission"), ref=ref)


def _runs(mission: Mission) -> bool:
    return Role.PILOT in roles_in(mission)


def _form(
    request: HttpRequest,
    mission: Mission,
    project: Project,
    found: Assessed,
    sent: Sent,
    *,
    said: Said | None = None,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    grid = call_grid(mission)
    scores = {each.criterion: each for each in project.finding.found.scores} if project.finding else {}
    pilot = _runs(mission)
    may_recuse = mission.archived_at is None and (pilot or not found.standing.mine)
    statements = Recusal.objects.visible_to(request.user).of(mission).filter(firm=project.firm_id)
    context: dict[str, object] = {
        "project": project,
        "finding": project.finding,
        "standing": found.standing,
        "statements": list(statements.order_by("-on", "-pk")),
        "computed": [(each, scores.get(each.code)) for each in grid.criteria if not each.is_marked],
        "source": grid.source,
        "top": grid.top_score,
        "sent": sent.typed,
        "rows": sent.rows,
        "errors": sent.errors | (said.errors if said else {}),
        "said": said.typed if said else {},
        "assessors": assessors(mission) if pilot else [],
        "levels": [(level.code, level.label) for level in maturity_grid().levels],
        "position": journal_position(mission),
        "may_mark": mission.archived_at is None and not found.standing.mine,
        "may_recuse": may_recuse,
        "unsigned": unsigned_lost(cast(User, request.user), mission, project, found.standing) if may_recuse else 0,
        "warning": warning,
        "longest": LONGEST_REASON,
    }
    response = page(request, mission, "portfolio/marks_form.html", "call", context)
    response.status_code = status
    return response
