"""The settings of a mission: who, where, when, with which envelope, weights and assumption on the zone."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from rebond.facts import CallCriterion, MissionSettings
from rebond.history import Kind
from rebond.portfolio.criteria import mission_grid
from rebond.web.catalogue.reading import selection_grid
from rebond.web.editing.flow import Form, editing_view, run, since_of
from rebond.web.editing.gestures import journal_position
from rebond.web.editing.opened import Opened, Typed, open_rows, texts_of
from rebond.web.editing.parts import CALLS, SETTINGS, with_calls
from rebond.web.missions.models import Mission

_ASKED = "criteres=catalogue"
"""The address of the form with the criteria of the catalogue as lines to change."""


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def settings(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every setting, the assumptions shown as such."""
    since = since_of(request, journal_position(mission))
    key = (Kind.SETTINGS, "")
    opened = open_rows(mission, [key], since=since, context={}, is_sent=request.method == "POST")
    own = any(not each.call for each in opened.rows[key].criteria)
    asked = not own and "criteres" in request.GET
    sent = any(name.startswith(f"{CALLS.sheet}.") for name in request.POST)
    several = bool(opened.rows[key].calls) or sent or CALLS.key in request.GET
    form = Form(
        title="Réglages de la mission",
        section="settings",
        opened=opened,
        parts=with_calls(SETTINGS) if several else SETTINGS,
        done=lambda _: request.path,
        blank_lines=1,
        context={
            "catalogue_criteria": "" if own or asked else f"{request.path}?{_ASKED}#criteres",
            "unfolded": "criteres" if asked else "",
            "other_calls": "" if several else f"{request.path}?{CALLS.key}=autre#{CALLS.key}",
        },
        suggested=_with_catalogue(opened) if asked else None,
    )
    return run(request, form)


def _with_catalogue(opened: Opened) -> Typed:
    """The settings as they are, with the criteria of the catalogue as lines to change: nothing is kept before saving.

    They come with the weights that hold, which are no longer given apart.
    """
    settings: MissionSettings = opened.rows[Kind.SETTINGS, ""]
    grid = mission_grid(selection_grid(), settings)
    weights = dict(settings.weights) or {each.code: each.weight * 100 for each in grid.criteria}
    own = tuple(
        CallCriterion(
            code=each.code,
            label=each.label,
            weight=weights.get(each.code, Decimal(0)),
            computed=each.computed,
            anchors=each.anchors,
        )
        for each in grid.criteria
    )
    suggested = replace(settings, criteria=(*own, *settings.criteria), weights=())
    return texts_of({(Kind.SETTINGS, ""): suggested}, suggested)
