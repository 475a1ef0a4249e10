"""Interviews: one screen for the firm, the needs and the projects heard; what to ask before leaving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.adapters.workbook.entry import EntryFault, is_blank
from rebond.errors import FactsError
from rebond.facts import UNKNOWN, Census, Firm, Interview
from rebond.history import Kind, rows_of
from rebond.reading.words import fold
from rebond.web.accounts.models import User
from rebond.web.editing.decided import position_sent
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.firm_views import same_numbers
from rebond.web.editing.flow import Form, editing_view, run, since_of
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.editing.opened import Opened, Typed, context_of, facts_of, next_refs, open_rows
from rebond.web.editing.parts import COST_OF_PROJECT, INTERVIEW, NEW_FIRM, SEVERAL_PROJECTS, Part
from rebond.web.editing.project_views import firm_options
from rebond.web.editing.unlocks import Unlock, questions_for_firm
from rebond.web.guard.heavy import BusyError, turn
from rebond.web.guard.requests import person_of
from rebond.web.journal.writing import LONGEST_REASON, author_of
from rebond.web.missions.access import changing, page
from rebond.web.missions.models import Mission
from rebond.web.wording import ended

FIRM_CHOSEN = Part(key="entreprise", title="Entreprise", sheet="entretiens", columns=("entreprise",))
_PATIENCE = 5.0
"""Seconds that the page waits for its turn to compute the questions."""
COSTS_HEARD = Part(key="couts", title="Coûts", sheet="depenses", columns=COST_OF_PROJECT, repeated=True, optional=True)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def new(request: HttpRequest, mission: Mission) -> HttpResponse:
    """An interview with what was heard: needs, and several projects in a row."""
    census = facts_of(mission)
    given = request.GET.get("entreprise", "")
    chosen = request.POST.get("entretiens.0.entreprise", "") or given
    firms = {firm.id: firm for firm in same_numbers(request, census)}
    firms |= {firm.id: firm for firm in census.firms if firm.id == chosen}
    projects = [each for each in census.projects if each.firm_id == chosen]
    opened = Opened(
        mission=mission,
        since=since_of(request, journal_position(mission)),
        rows={},
        sheets={"entretiens": [{"entreprise": given, "conduit_par": str(request.user)}]},
        context=context_of(census.settings, firms.values(), projects),
        own_sheets=("entretiens", "entreprises", "projets", "depenses"),
    )
    form = Form(
        title="Saisir un entretien",
        section="interviews",
        opened=opened,
        parts=(FIRM_CHOSEN, NEW_FIRM, *INTERVIEW, SEVERAL_PROJECTS, COSTS_HEARD),
        complete=lambda typed: _completed(mission, typed),
        check=lambda typed: (*_check_firm(census, typed), *_check_projects(typed)),
        done=lambda rows: _questions_of(mission, rows),
        template="editing/interview.html",
        back=((reverse("interviews:list", args=[mission.slug]), "Entretiens"),),
        offered={"entretiens.entreprise": firm_options(census.firms)},
        is_new=True,
        blank_lines=1,
        button="Terminer l’entretien",
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def edit(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """An interview corrected: its date, who led it, needs and notes."""
    census = facts_of(mission)
    try:
        since = since_of(request, journal_position(mission))
        key = (Kind.INTERVIEW, ref)
        opened = open_rows(mission, [key], since=since, context={}, is_sent=request.method == "POST")
    except KeyError:
        raise Http404 from None
    held = cast(Interview, opened.rows[Kind.INTERVIEW, ref])
    firm = next((each for each in census.firms if each.id == held.firm_id), None)
    opened.context.update(context_of(census.settings, [firm] if firm else []))
    form = Form(
        title="Modifier l’entretien",
        kicker=f"Entretien {ref} · {firm.name if firm else ''}",
        section="interviews",
        opened=opened,
        parts=INTERVIEW,
        done=lambda _: reverse("interviews:list", args=[mission.slug]),
        back=((reverse("interviews:list", args=[mission.slug]), "Entretiens"),),
    )
    return run(request, form)


@require_http_methods(["POST"])
@editing_view
def called_back(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The call was made: the firm waits no more. What was to be said stays in the journal, with the note."""
    held = rows_of(facts_of(mission)).get((Kind.INTERVIEW, ref))
    if not isinstance(held, Interview):
        raise Http404
    note = request.POST.get("motif", "").strip()
    done = replace(held, callback_on=UNKNOWN, callback_by="", callback_why="")
    if len(note) > LONGEST_REASON:
        messages.error(request, f"Rien n’est enregistré : {len(note)} caractères, {LONGEST_REASON} au plus.")
    else:
        try:
            author = author_of(cast(User, request.user))
            since = position_sent(request)
            save(mission, {(Kind.INTERVIEW, ref): done}, by=author, since=since, reason=note or "Appel passé")
        except ClashError:
            messages.error(request, "Quelqu’un a changé ce rappel depuis que vous lisez la page : relisez-le.")
        except FactsError as refused:
            messages.error(request, " ".join(ended(str(fault)) for fault in refused.faults))
        else:
            messages.success(request, "Appel noté.")
    return redirect("desk:agenda", mission.slug)


@changing
def questions(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Saved; at most three questions to ask before leaving, those that unlock most."""
    census = facts_of(mission)
    interview = next((each for each in census.interviews if each.id == ref), None)
    if interview is None:
        raise Http404
    firm = next(each for each in census.firms if each.id == interview.firm_id)
    asked: tuple[Unlock, ...] = ()
    busy = False
    try:
        with turn(person_of(request), patience=_PATIENCE):
            asked = questions_for_firm(request, mission, firm.id)
    except BusyError:  # What was heard is saved: this page says so, whatever else the site is doing.
        busy = True
    context = {
        "interview": interview,
        "firm": firm,
        "questions": asked,
        "busy": busy,
        "projects": [each for each in census.projects if each.firm_id == firm.id],
    }
    return page(request, mission, "editing/questions.html", "interviews", context)


def _completed(mission: Mission, typed: Typed) -> Typed:
    """References of what is new, and who each row belongs to."""
    layout = current_layout()
    (ref,) = next_refs(mission, Kind.INTERVIEW)
    firm = next((row.get("entreprise", "") for row in typed.get("entretiens", [])), "")
    firms = [row for row in typed.get("entreprises", []) if not is_blank(row, layout.sheet("entreprises"))]
    if firms:
        (firm,) = next_refs(mission, Kind.FIRM)
        firms = [{**firms[0], "id": firm}]
    projects, costs = typed.get("projets", []), typed.get("depenses", [])
    names = iter(next_refs(mission, Kind.PROJECT, max(1, len(projects))))
    named: list[dict[str, str]] = []
    lines: list[dict[str, str]] = []
    for number, row in enumerate(projects):
        is_heard = not is_blank(row, layout.sheet("projets"))
        name = next(names) if is_heard else ""
        cost = costs[number] if number < len(costs) else {}
        named.append({**row, "id": name, "entreprise": firm} if is_heard else {})
        lines.append({**cost, "projet": name} if is_heard else {})
    return {
        "entretiens": [{**row, "id": ref, "entreprise": firm} for row in typed.get("entretiens", [{}])],
        "entreprises": firms,
        "projets": named,
        "depenses": lines,
    }


def _check_firm(census: Census, typed: Typed) -> Sequence[EntryFault]:
    """One firm: chosen, or new and not one that the mission already met."""
    new_firm = next(iter(typed.get("entreprises", [])), {})
    name = new_firm.get("nom", "")
    chosen = next((row.get("entreprise", "") for row in typed.get("entretiens", [])), "")
    if not any(new_firm.values()):
        return ()
    known: Firm | None = next((firm for firm in census.firms if name and fold(firm.name) == fold(name)), None)
    if chosen:
        said = "une entreprise est déjà choisie dans la liste", "effacer l'une des deux"
    elif known:
        said = f"cette entreprise est déjà recensée ({known.id})", "la choisir dans la liste"
    else:
        return ()
    return (_fault("entreprises", "nom", 0, name, said),)


def _check_projects(typed: Typed) -> Iterator[EntryFault]:
    """A cost is that of a project, which has a title."""
    layout = current_layout()
    projects = typed.get("projets", [])
    for number, cost in enumerate(typed.get("depenses", [])):
        row = projects[number] if number < len(projects) else {}
        if is_blank(row, layout.sheet("projets")) and not is_blank(cost, layout.sheet("depenses")):
            said = "coût d'un projet sans intitulé", "nommer le projet, ou effacer le coût"
            yield _fault("projets", "intitule", number, "", said)


def _fault(sheet: str, column: str, row: int, found: str, said: tuple[str, str]) -> EntryFault:
    title = current_layout().sheet(sheet).column(column).title
    problem, mend = said
    return EntryFault(sheet=sheet, row=row, column=column, title=title, found=found, problem=problem, mend=mend)


def _questions_of(mission: Mission, rows: Mapping[Any, Any]) -> str:
    ref = next(ref for kind, ref in rows if kind is Kind.INTERVIEW)
    return reverse("editing:questions", args=[mission.slug, ref])
