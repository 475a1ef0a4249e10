"""Firms: entered, corrected, with the aid that they obtained; withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rebond.facts import AidObtained, Census, Firm
from rebond.history import Kind
from rebond.identifiers import SIREN_LENGTH
from rebond.web.editing.flow import Form, editing_view, run, since_of
from rebond.web.editing.gestures import journal_position
from rebond.web.editing.in_place import field_alone, links_of, place_in, shown_at
from rebond.web.editing.opened import Opened, Typed, context_of, facts_of, next_refs, open_rows
from rebond.web.editing.parts import AID, FIRM
from rebond.web.editing.withdrawing import withdraw_aid, withdraw_firm
from rebond.web.missions.models import Mission


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def new(request: HttpRequest, mission: Mission) -> HttpResponse:
    """A firm that the mission meets."""
    census = facts_of(mission)
    opened = Opened(
        mission=mission,
        since=since_of(request, journal_position(mission)),
        rows={},
        sheets={},
        context=context_of(census.settings, same_numbers(request, census)),
        own_sheets=("entreprises", "exercices", "groupes"),
    )

    def complete(typed: Typed) -> Typed:
        (ref,) = next_refs(mission, Kind.FIRM)
        return _of_firm(ref, {**typed, "entreprises": [{**row, "id": ref} for row in typed.get("entreprises", [{}])]})

    form = Form(
        title="Nouvelle entreprise",
        section="firms",
        opened=opened,
        parts=FIRM,
        complete=complete,
        done=lambda rows: _sheet(mission, next(ref for kind, ref in rows if kind is Kind.FIRM)),
        back=((reverse("firms:list", args=[mission.slug]), "Entreprises"),),
        is_new=True,
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def edit(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The facts of a firm, its accounts and its group."""
    census = facts_of(mission)
    others = [firm for firm in same_numbers(request, census) if firm.id != ref]
    opened = _open(request, mission, (Kind.FIRM, ref), context_of(census.settings, others))
    firm = cast(Firm, opened.rows[Kind.FIRM, ref])
    form = Form(
        title="Modifier l’entreprise",
        kicker=f"Entreprise {ref} · {firm.name}",
        section="firms",
        opened=opened,
        parts=FIRM,
        complete=lambda typed: _of_firm(ref, typed),
        done=lambda _: _sheet(mission, ref),
        back=_back(mission, firm),
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def field(request: HttpRequest, mission: Mission, ref: str, column: str) -> HttpResponse:
    """One field of a firm, in place on its sheet or alone on a page."""
    opening = field_alone(Kind.FIRM, column)
    census = facts_of(mission)
    others = [firm for firm in same_numbers(request, census) if firm.id != ref]
    opened = _open(request, mission, (Kind.FIRM, ref), context_of(census.settings, others))
    firm = cast(Firm, opened.rows[Kind.FIRM, ref])
    form = Form(
        title=opening.title,
        kicker=f"Entreprise {ref} · {firm.name}",
        section="firms",
        opened=opened,
        parts=(opening.part,),
        complete=lambda typed: _of_firm(ref, typed),
        done=lambda _: shown_at(mission.slug, Kind.FIRM, ref, column),
        back=(_back(mission, firm)[0], (shown_at(mission.slug, Kind.FIRM, ref, column), firm.name)),
        template="editing/one_field.html",
        context={"links": links_of(mission.slug, Kind.FIRM, ref, column, place_in(request.GET))},
    )
    return run(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def withdraw(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Take a firm out; refused with the list of what names it."""
    return withdraw_firm(request, mission, ref)


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def new_aid(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """An aid that a firm obtained."""
    census = facts_of(mission)
    firm = next((each for each in census.firms if each.id == ref), None)
    if firm is None:
        raise Http404
    opened = Opened(
        mission=mission,
        since=since_of(request, journal_position(mission)),
        rows={},
        sheets={},
        context=_context_of_aid(census, firm),
        own_sheets=("aides",),
    )

    def complete(typed: Typed) -> Typed:
        (name,) = next_refs(mission, Kind.AID)
        return {"aides": [{**row, "entreprise": ref, "repere": name} for row in typed.get("aides", [])]}

    return run(request, _aid_form(mission, census, firm, opened, complete, title="Nouvelle aide obtenue", is_new=True))


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def aid(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """An aid obtained, corrected."""
    census = facts_of(mission)
    opened = _open(request, mission, (Kind.AID, ref), {})
    held = cast(AidObtained, opened.rows[Kind.AID, ref])
    firm = next((each for each in census.firms if each.id == held.firm_id), None)
    if firm is None:
        raise Http404
    opened.context.update(_context_of_aid(census, firm))

    def complete(typed: Typed) -> Typed:
        return {"aides": [{**row, "entreprise": held.firm_id, "repere": ref} for row in typed.get("aides", [])]}

    return run(request, _aid_form(mission, census, firm, opened, complete, title="Modifier l’aide obtenue", aid=ref))


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def remove_aid(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """Take an aid out."""
    return withdraw_aid(request, mission, ref)


def same_numbers(request: HttpRequest, census: Census) -> list[Firm]:
    """The firms that already have the SIREN that is typed: the form must not repeat it."""
    return numbered(census, (request.POST.get(f"entreprises.0.{key}", "") for key in ("siren", "siret")))


def numbered(census: Census, typed: Iterable[str]) -> list[Firm]:
    """The firms that have one of the numbers typed."""
    numbers = {re.sub(r"\D", "", text)[:SIREN_LENGTH] for text in typed} - {""}
    return [firm for firm in census.firms if firm.siren in numbers]


def _aid_form(
    mission: Mission,
    census: Census,
    firm: Firm,
    opened: Opened,
    complete: Any,
    *,
    title: str,
    is_new: bool = False,
    aid: str = "",
) -> Form:
    own = [(each.id, f"{each.title} ({each.id})") for each in census.projects if each.firm_id == firm.id]
    remove = reverse("editing:remove_aid", args=[mission.slug, aid]) if aid else ""
    return Form(
        title=title,
        kicker=f"Entreprise {firm.id} · {firm.name}",
        section="firms",
        opened=opened,
        parts=AID,
        complete=complete,
        done=lambda _: _sheet(mission, firm.id),
        back=_back(mission, firm),
        offered={"aides.projet": own},
        is_new=is_new,
        context={"remove": remove},
    )


def _context_of_aid(census: Census, firm: Firm) -> Typed:
    own = [project for project in census.projects if project.firm_id == firm.id]
    return context_of(census.settings, [firm], own)


def _of_firm(ref: str, typed: Mapping[str, list[dict[str, str]]]) -> Typed:
    own = {sheet: [{**row, "entreprise": ref} for row in typed.get(sheet, [])] for sheet in ("exercices", "groupes")}
    return {**typed, **own}


def _open(request: HttpRequest, mission: Mission, key: tuple[Kind, str], context: Typed) -> Opened:
    try:
        since = since_of(request, journal_position(mission))
        return open_rows(mission, [key], since=since, context=context, is_sent=request.method == "POST")
    except KeyError:
        raise Http404 from None


def _sheet(mission: Mission, ref: str) -> str:
    return reverse("firms:sheet", args=[mission.slug, ref])


def _back(mission: Mission, firm: Firm) -> tuple[tuple[str, str], ...]:
    return ((reverse("firms:list", args=[mission.slug]), "Entreprises"), (_sheet(mission, firm.id), firm.name))
