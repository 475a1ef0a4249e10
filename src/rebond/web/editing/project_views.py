"""Projects: entered, corrected, their costs, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.facts import Census, Firm, Project
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.flow import Form, editing_view, run, since_of
from rebond.web.editing.gestures import journal_position
from rebond.web.editing.in_place import field_alone, links_of, place_in, shown_at
from rebond.web.editing.opened import Key, Opened, Typed, context_of, facts_of, next_refs, open_rows
from rebond.web.editing.parts import COSTS, PROJECT, Part, is_mark, without_marks
from rebond.web.editing.withdrawing import withdraw_project
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import left_by

OWNER = Part(key="porteur", title="Entreprise", sheet="projets", columns=("entreprise",))
_NEW = tuple(part for part in PROJECT if part.key in {"identite", "dates", "financement", "effets"})


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def new(request: HttpRequest, mission: Mission) -> HttpResponse:
    """A project of a firm, chosen in the address or in the form."""
    census = facts_of(mission)
    given = request.GET.get("entreprise", "")
    chosen = request.POST.get("projets.0.entreprise", "") or given
    owners = [firm for firm in census.firms if firm.id == chosen]
    opened = Opened(
        mission=mission,
        since=since_of(request, journal_position(mission)),
        rows={},
        sheets={"projets": [{"entreprise": given}]} if owners else {},
        context=context_of(census.settings, owners, _projects_of(census, chosen)),
        own_sheets=("projets", "depenses"),
    )

    def complete(typed: Typed) -> Typed:
        (ref,) = next_refs(mission, Kind.PROJECT)
        rows = [{**row, "id": ref} for row in typed.get("projets", [{}])]
        return {"projets": rows, "depenses": [{**row, "projet": ref} for row in typed.get("depenses", [])]}

    form = Form(
        title="Nouveau projet",
        section="projects",
        opened=opened,
        parts=(OWNER, *_NEW, COSTS),
        complete=complete,
        done=lambda rows: _sheet(mission, _project_in(rows)),
        back=((reverse("projects:list", args=[mission.slug]), "Projets"),),
        offered={"projets.entreprise": firm_options(census.firms)},
        is_new=True,
        blank_lines=3,
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def edit(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The facts of a project, in parts."""
    project, opened, census = _open(request, mission, ref)
    form = Form(
        title="Modifier le projet",
        kicker=f"Projet {ref} · {project.title}",
        section="projects",
        opened=opened,
        parts=without_marks(PROJECT, current_layout()) if _left(request, census, project) else PROJECT,
        complete=_of_project(ref),
        done=lambda _: _sheet(mission, ref),
        back=_back(mission, project),
        context={"unlocks": reverse("editing:unlocks", args=[mission.slug, ref]), "project_ref": ref},
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def field(request: HttpRequest, mission: Mission, ref: str, column: str) -> HttpResponse:
    """One field of a project, in place on its sheet or alone on a page."""
    opening = field_alone(Kind.PROJECT, column)
    project, opened, census = _open(request, mission, ref)
    if is_mark(opening.column) and _left(request, census, project):
        raise PermissionDenied
    form = Form(
        title=opening.title,
        kicker=f"Projet {ref} · {project.title}",
        section="projects",
        opened=opened,
        parts=(opening.part,),
        complete=_of_project(ref),
        done=lambda _: shown_at(mission.slug, Kind.PROJECT, ref, column),
        back=(*_back(mission, project), (shown_at(mission.slug, Kind.PROJECT, ref, column), "Faits")),
        template="editing/one_field.html",
        context={
            "links": links_of(mission.slug, Kind.PROJECT, ref, column, place_in(request.GET)),
            "unlocks": f"{reverse('editing:unlocks', args=[mission.slug, ref])}?champ={column}",
        },
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def costs(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The cost grid of a project."""
    project, opened, _ = _open(request, mission, ref)
    form = Form(
        title="Coûts du projet",
        kicker=f"Projet {ref} · {project.title}",
        section="projects",
        opened=opened,
        parts=(COSTS,),
        complete=_of_project(ref),
        done=lambda _: reverse("projects:costs", args=[mission.slug, ref]),
        back=_back(mission, project),
        template="editing/costs.html",
        blank_lines=3,
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def withdraw(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Take a project out, with a reason."""
    return withdraw_project(request, mission, ref)


def firm_options(firms: Sequence[Firm]) -> list[tuple[str, str]]:
    """Firms as a list offers them, by name."""
    return sorted(((firm.id, f"{firm.name} ({firm.id})") for firm in firms), key=lambda each: each[1].casefold())


def _left(request: HttpRequest, census: Census, project: Project) -> bool:
    """Whether the person who asks stands aside for the firm of a project."""
    return project.firm_id in left_by(cast(User, request.user), census)


def _open(request: HttpRequest, mission: Mission, ref: str) -> tuple[Project, Opened, Census]:
    census = facts_of(mission)
    is_sent = request.method == "POST"
    try:
        since = since_of(request, journal_position(mission))
        opened = open_rows(mission, [(Kind.PROJECT, ref)], since=since, context={}, is_sent=is_sent)
    except KeyError:
        raise Http404 from None
    project = cast(Project, opened.rows[Kind.PROJECT, ref])
    others = [each for each in _projects_of(census, project.firm_id) if each.id != ref]
    owners = [firm for firm in census.firms if firm.id == project.firm_id]
    opened.context.update(context_of(census.settings, owners, others))
    return project, opened, census


def _of_project(ref: str) -> Any:
    def complete(typed: Typed) -> Typed:
        for sheet in ("depenses", "demandes"):
            typed[sheet] = [{**row, "projet": ref} for row in typed.get(sheet, [])]
        return typed

    return complete


def _projects_of(census: Census, firm: str) -> list[Project]:
    return [project for project in census.projects if project.firm_id == firm]


def _project_in(rows: Mapping[Key, Any]) -> str:
    return next(ref for kind, ref in rows if kind is Kind.PROJECT)


def _sheet(mission: Mission, ref: str) -> str:
    return reverse("projects:sheet", args=[mission.slug, ref])


def _back(mission: Mission, project: Project) -> tuple[tuple[str, str], ...]:
    return (
        (reverse("projects:list", args=[mission.slug]), "Projets"),
        (_sheet(mission, project.id), project.title),
    )
