"""What the pages that choose something for an action share: the action as it stands, and how a choice is kept."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from rebond.errors import FactsError
from rebond.facts import RoadmapAction
from rebond.history import Kind
from rebond.history.changes import rows_of
from rebond.web.accounts.models import User
from rebond.web.editing.decided import position_sent
from rebond.web.editing.gestures import ClashError, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.extract import extract_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.wording import ended


def action_of(mission: Mission, ref: str) -> RoadmapAction:
    """The action that a page is about, as the facts have it; raises ``Http404``."""
    key = Kind.ACTION, ref
    try:
        return cast(RoadmapAction, rows_of(census_of(mission, extract_of(mission, [key], {})))[key])
    except KeyError:
        raise Http404 from None


def keep(
    request: HttpRequest, mission: Mission, wanted: RoadmapAction, *, chosen: str, said: str, again: str
) -> HttpResponse | str:
    """Save what was chosen: where to go then, or what prevented it. ``again``: the page that goes on choosing."""
    try:
        by = author_of(cast(User, request.user))
        save(mission, {(Kind.ACTION, wanted.id): wanted}, by=by, since=position_sent(request), act=Act.DECIDED)
    except ClashError:
        return f"Quelqu’un a changé {chosen} de cette action pendant que vous lisiez la page : relisez-les."
    except FactsError as refused:
        return " ".join(ended(str(fault)) for fault in refused.faults)
    messages.success(request, said)
    if "encore" in request.POST:
        sought = urlencode({"q": request.POST.get("cherche", "").strip()})
        return redirect(f"{reverse(again, args=[mission.slug, wanted.id])}?{sought}")
    return redirect("roadmap:action", mission.slug, wanted.id)
