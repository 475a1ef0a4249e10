"""An action written by hand, corrected whole or field by field; the needs that it answers."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rebond.errors import FactsError
from rebond.facts import RoadmapAction
from rebond.facts.roadmap import need_ref
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import axis_label
from rebond.web.editing.decided import position_sent
from rebond.web.editing.flow import Form, editing_view, run, since_of
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.editing.opened import Opened, Typed, context_of, facts_of, next_refs, open_rows
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import for_roles, page, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.roadmap.editing import (
    PARTS,
    SHEET,
    action_in,
    faults_of,
    links_of,
    part_of,
    with_codes,
    with_names,
)
from rebond.web.wording import ended


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def new(request: HttpRequest, mission: Mission) -> HttpResponse:
    """An action that no study proposed."""
    _decides(mission)
    census = facts_of(mission)
    known = {project.id for project in census.projects}
    opened = Opened(
        mission=mission,
        since=since_of(request, journal_position(mission)),
        rows={},
        sheets={SHEET: [{"etat": "a_lancer", "axe": request.GET.get("axe", "")}]},
        context=context_of(census.settings),
        own_sheets=(SHEET,),
    )

    def complete(typed: Typed) -> Typed:
        (ref,) = next_refs(mission, Kind.ACTION)
        said = {"id": ref, "date_decision": f"{timezone.localdate():%d/%m/%Y}", "par": str(request.user)}
        coded = with_codes(typed)
        return {**coded, SHEET: [{**row, **said} for row in coded.get(SHEET, [{}])]}

    form = Form(
        title="Écrire une action",
        section="roadmap",
        opened=opened,
        parts=PARTS,
        complete=complete,
        check=lambda typed: faults_of(typed, known),
        done=lambda rows: reverse("roadmap:action", args=[mission.slug, action_in(rows).id]),
        back=((reverse("roadmap:roadmap", args=[mission.slug]), "Feuille de route"),),
        is_new=True,
        lead="Elle est adoptée dès qu’elle est enregistrée. Ce que personne ne sait encore reste vide.",
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def edit(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """An action, whole."""
    held, opened, known = _open(request, mission, ref)
    form = Form(
        title="Modifier l’action",
        kicker=f"Action {ref} · {held.title}",
        section="roadmap",
        opened=opened,
        parts=PARTS,
        complete=with_codes,
        check=lambda typed: faults_of(typed, known),
        done=lambda _: reverse("roadmap:action", args=[mission.slug, ref]),
        back=_back(mission, held),
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def field(request: HttpRequest, mission: Mission, ref: str, column: str) -> HttpResponse:
    """One field of an action, in place on its page or alone on one."""
    part = part_of(column)
    if part is None:
        raise Http404
    held, opened, known = _open(request, mission, ref)
    links = links_of(mission, ref, column)
    here = f"{reverse('roadmap:action', args=[mission.slug, ref])}#{links.anchor}"
    form = Form(
        title=part.title,
        kicker=f"Action {ref} · {held.title}",
        section="roadmap",
        opened=opened,
        parts=(part,),
        complete=with_codes,
        check=lambda typed: faults_of(typed, known),
        done=lambda _: here,
        back=(*_back(mission, held)[:1], (here, held.title)),
        template="editing/one_field.html",
        context={"links": links},
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def needs(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The needs that an action answers, ticked among all those that were heard."""
    census = facts_of(mission)
    held = next((each for each in census.actions if each.id == ref), None)
    if held is None:
        raise Http404
    error = ""
    if request.method == "POST":
        ticked = dict.fromkeys(request.POST.getlist("besoin"))
        known = {need_ref(each.id, need.axis) for each in census.interviews for need in each.needs}
        # One that no interview holds any more has no box: it stays until the pilot takes it off.
        lost = [each for each in held.needs if each not in known and "oublier" not in request.POST]
        wanted = replace(held, needs=(*lost, *(each for each in ticked if each in known)))
        try:
            by = author_of(cast(User, request.user))
            save(mission, {(Kind.ACTION, ref): wanted}, by=by, since=position_sent(request), act=Act.DECIDED)
        except ClashError:
            error = "Quelqu’un a changé les besoins de cette action pendant que vous lisiez la page : relisez-les."
        except FactsError as refused:
            error = " ".join(ended(str(fault)) for fault in refused.faults)
        else:
            messages.success(request, "Besoins de l’action enregistrés ; l’étude sera refaite.")
            return redirect("roadmap:action", mission.slug, ref)
    firms = {firm.id: firm.name for firm in census.firms}
    linked = set(request.POST.getlist("besoin") if request.method == "POST" else held.needs)
    taken = {each for action in census.actions if action.is_adopted and action.id != ref for each in action.needs}
    groups: dict[str, list[dict[str, object]]] = {}
    for interview in census.interviews:
        for need in interview.needs:
            name = need_ref(interview.id, need.axis)
            groups.setdefault(need.axis, []).append(
                {
                    "ref": name,
                    "firm": firms.get(interview.firm_id, interview.firm_id),
                    "text": need.text,
                    "checked": name in linked,
                    "taken": name in taken,
                }
            )
    own_first = sorted(groups, key=lambda axis: (axis != held.axis, axis_label(axis)))
    heard = {need_ref(each.id, need.axis) for each in census.interviews for need in each.needs}
    context = {
        "action": held,
        "groups": [(axis, axis_label(axis), groups[axis], axis == held.axis) for axis in own_first],
        "lost": [each for each in held.needs if each not in heard],
        "error": error,
        "position": journal_position(mission),
    }
    return page(request, mission, "roadmap/needs.html", "roadmap", context)


def _open(request: HttpRequest, mission: Mission, ref: str) -> tuple[RoadmapAction, Opened, set[str]]:
    _decides(mission)
    is_sent = request.method == "POST"
    try:
        since = since_of(request, journal_position(mission))
        opened = open_rows(mission, [(Kind.ACTION, ref)], since=since, context={}, is_sent=is_sent)
    except KeyError:
        raise Http404 from None
    held = cast(RoadmapAction, opened.rows[Kind.ACTION, ref])
    if not opened.sheets[SHEET]:  # Of an axis that the catalogue no longer has: no form can hold it.
        raise Http404
    census = facts_of(mission)
    opened.context.update(context_of(census.settings))
    known = {*(project.id for project in census.projects), *held.projects}
    return held, opened if is_sent else replace(opened, sheets=with_names(opened.sheets)), known


def _decides(mission: Mission) -> None:
    """An action is a decision: the pilot's."""
    if Role.PILOT not in roles_in(mission):
        raise PermissionDenied


def _back(mission: Mission, held: RoadmapAction) -> tuple[tuple[str, str], ...]:
    return (
        (reverse("roadmap:roadmap", args=[mission.slug]), "Feuille de route"),
        (reverse("roadmap:action", args=[mission.slug, held.id]), held.title),
    )
