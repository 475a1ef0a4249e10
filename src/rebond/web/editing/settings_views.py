"""The settings of a mission: who, where, when, with which envelope, weights and assumption on the zone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from rebond.history import Kind
from rebond.web.editing.flow import Form, editing_view, run, since_of
from rebond.web.editing.gestures import journal_position
from rebond.web.editing.opened import open_rows
from rebond.web.editing.parts import SETTINGS
from rebond.web.missions.models import Mission


@require_http_methods(["GET", "HEAD", "POST"])
@editing_view
def settings(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every setting, the assumptions shown as such."""
    since = since_of(request, journal_position(mission))
    key = (Kind.SETTINGS, "")
    opened = open_rows(mission, [key], since=since, context={}, is_sent=request.method == "POST")
    form = Form(
        title="Réglages de la mission",
        section="settings",
        opened=opened,
        parts=SETTINGS,
        done=lambda _: request.path,
        blank_lines=1,
    )
    return run(request, form)
