"""Incentive effect, funder by funder: which request came first, and what was ordered before it.

RGEC art. 6(2): the written application precedes the start of works, which art. 2(23) places at the first firm order.
A letter of intent is such an application when it says what art. 6(2) asks: name and size, project and dates, place,
costs, form and amount of the aid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN, FactValue, FunderRequest, Maybe, Project

APPLIED_FIRST = "demande_avant_travaux"
"""The fact that a regime's incentive effect rests on."""
STARTED = "travaux_commences"
"""Whether works began, or an order was signed."""


def applied_before_works(project: Project, funders: Collection[str] = ()) -> Maybe[bool]:
    """Whether the request to one of these funders comes before any irrevocable commitment (GBER arts. 2(23) and 6).

    Works not started: a request still can. Started: it depends on the two dates, UNKNOWN when one lacks. Without a
    request recorded for them, the date given for the whole project stands for every funder.
    """
    if project.works_started is False:
        return True
    requested = requested_on(project, funders)
    if requested is not UNKNOWN and project.first_order_on is not UNKNOWN:
        return requested < project.first_order_on
    return UNKNOWN


def requested_on(project: Project, funders: Collection[str] = ()) -> Maybe[date]:
    """The day of the first letter or application to one of these funders."""
    mine = [request for request in project.requests if request.funder in funders]
    if not mine:
        return project.applied_on
    days = [day for request in mine for day in (request.letter_on, request.applied_on) if day is not UNKNOWN]
    return min(days) if days else UNKNOWN


def facts_for_funders(facts: Facts, project: Project, funders: Collection[str]) -> Mapping[str, FactValue]:
    """The facts as these funders see them: the order of request and works is their own when their dates are known.

    A first order that is dated says that works began, whoever answers the question.
    """
    if project.first_order_on is not UNKNOWN and facts.get(STARTED, UNKNOWN) is UNKNOWN:
        facts = {**facts, STARTED: True}
    if not any(request.funder in funders for request in project.requests):
        return facts
    return {**facts, APPLIED_FIRST: applied_before_works(project, funders)}


def supposing(project: Project, *, applied_first: bool) -> Project:
    """The project as if each request whose order is not established came before the works, or after them.

    What the dates known already settle stays.
    """
    order = project.first_order_on
    # Without the day of the order nothing is settled: any day will do, and every request is placed beside it.
    day = _ANY_DAY if order is UNKNOWN else order
    asked = day - timedelta(days=1) if applied_first else day

    def placed(known: Maybe[date]) -> Maybe[date]:
        return asked if order is UNKNOWN or known is UNKNOWN else known

    requests = tuple(
        replace(request, applied_on=asked, letter_on=UNKNOWN)
        if applied_before_works(project, {request.funder}) is UNKNOWN
        else request
        for request in project.requests
    )
    return replace(project, first_order_on=day, applied_on=placed(project.applied_on), requests=requests)


_ANY_DAY = date(2000, 1, 1)


def late_requests(project: Project, names: Mapping[str, str]) -> Iterator[str]:
    """One sentence for each funder asked too late, naming the document that came first; and for a date that lacks."""
    if project.works_started is False:
        return
    order = project.first_order_on
    document = project.first_order_document or "la première commande ferme"
    if order is UNKNOWN:
        if project.works_started is True:
            yield "Travaux commencés sans date de première commande : l'effet incitatif (RGEC art. 6) reste à établir."
        return
    if not project.requests:
        yield from _late(document, order, "la demande", project.applied_on)
    for request in project.requests:
        what, day = _first(request)
        yield from _late(document, order, what, day, names.get(request.funder, request.funder))


def _first(request: FunderRequest) -> tuple[str, Maybe[date]]:
    """The earlier of a funder's letter and application, with its name."""
    if request.letter_on is UNKNOWN or (request.applied_on is not UNKNOWN and request.applied_on < request.letter_on):
        return "la demande", request.applied_on
    return "la lettre d'intention", request.letter_on


def _late(document: str, order: date, what: str, day: Maybe[date], funder: str = "") -> Iterator[str]:
    who, scope = (funder, "pour ce financeur, ") if funder else ("Tous financeurs", "")
    if day is UNKNOWN:
        yield (
            f"{who} : {document} date du {order:%d/%m/%Y} et aucune demande n'est datée ; l'effet incitatif "
            "(RGEC art. 6) reste à établir."
        )
    elif day >= order:
        yield (
            f"{who} : {document} ({order:%d/%m/%Y}) précède {what} ({day:%d/%m/%Y}) ; {scope}le projet "
            "entier sort de tout régime qui exige l'effet incitatif (RGEC art. 6 et 2(23))."
        )
