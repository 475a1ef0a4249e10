"""The standing of the studies, by itself; a study, a reading of the law, documents asked by those who may change."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from rebond.regimes.readings import Reading
from rebond.web.accounts.models import User
from rebond.web.missions.access import changing, of_mission
from rebond.web.missions.models import Mission
from rebond.web.row_numbers import number_in
from rebond.web.studies.models import Study
from rebond.web.worker import asking
from rebond.web.worker.standing import standing_of


@of_mission
def standing(request: HttpRequest, mission: Mission) -> HttpResponse:
    """A piece of a page, which asks for it again and again; 204 when it would say the same."""
    shown = request.GET.get("vue", "")
    found = standing_of(mission, shown=number_in(shown))
    if request.GET.get("vu") == found.token:
        return HttpResponse(status=204)
    context = {"mission": mission, "standing": found, "contact": settings.CONTACT}
    return render(request, "worker/standing.html", context)


@require_POST
@changing
def ask(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Study the mission again, though its facts are the same."""
    asking.ask_study(mission, by=cast(User, request.user))
    return redirect("studies:list", mission.slug)


@require_POST
@changing
def choose_reading(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Follow another reading of the law; what is none is refused and changes nothing."""
    asked = request.POST.get("lecture", "")
    if asked and asked not in set(Reading):
        raise BadRequest("lecture du droit inconnue")
    asking.choose_reading(mission, Reading(asked) if asked else None, by=cast(User, request.user))
    return redirect("studies:list", mission.slug)


@require_POST
@changing
def prepare(request: HttpRequest, mission: Mission, number: int) -> HttpResponse:
    """Print the documents of a study in the background."""
    done = Study.objects.visible_to(request.user).of(mission).filter(status=Study.Status.DONE)
    asking.ask_documents(get_object_or_404(done, number=number), by=cast(User, request.user))
    return redirect(f"{reverse('restitution:documents', args=[mission.slug])}?etude={number}")
