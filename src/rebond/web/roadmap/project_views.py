"""The projects that an action helps, ticked among those of the mission: found by a word, never by a reference."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from rebond.errors import FactsError
from rebond.facts import RoadmapAction
from rebond.history import Kind, rows_of
from rebond.web.accounts.models import User
from rebond.web.editing.decided import position_sent
from rebond.web.editing.gestures import ClashError, journal_position, save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import author_of
from rebond.web.missions.access import for_roles, page
from rebond.web.missions.extract import extract_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission, Role
from rebond.web.projects.models import Project
from rebond.web.search_text import words_sought
from rebond.web.wording import ended

MOST = 60
"""Projects found that one page shows: another word tells them apart."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def projects(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The projects of an action: those that it has first, then those that a word finds. What is not shown stays."""
    key = Kind.ACTION, ref
    try:
        held = cast(RoadmapAction, rows_of(census_of(mission, extract_of(mission, [key], {})))[key])
    except KeyError:
        raise Http404 from None
    every = Project.objects.visible_to(request.user).of(mission).select_related("firm").order_by("firm__name", "title")
    text, error = request.GET.get("q", "").strip(), ""
    if request.method == "POST":
        shown, ticked = set(request.POST.getlist("montre")), dict.fromkeys(request.POST.getlist("projet"))
        known = set(every.filter(ref__in=[*ticked]).values_list("ref", flat=True))
        kept = [each for each in held.projects if each not in shown or each in ticked]
        new = [each for each in ticked if each in known and each not in kept]
        wanted = replace(held, projects=(*kept, *new))
        try:
            by = author_of(cast(User, request.user))
            save(mission, {key: wanted}, by=by, since=position_sent(request), act=Act.DECIDED)
        except ClashError:
            error = "Quelqu’un a changé les projets de cette action pendant que vous lisiez la page : relisez-les."
        except FactsError as refused:
            error = " ".join(ended(str(fault)) for fault in refused.faults)
        else:
            messages.success(request, "Projets de l’action enregistrés ; l’étude sera refaite.")
            if "encore" in request.POST:
                asked = urlencode({"q": request.POST.get("cherche", "").strip()})
                return redirect(f"{reverse('roadmap:projects', args=[mission.slug, ref])}?{asked}")
            return redirect("roadmap:action", mission.slug, ref)
    linked = list(every.filter(ref__in=held.projects))
    sought = every.exclude(ref__in=held.projects)
    for word in words_sought(text):
        sought = sought.filter(search__contains=word)
    count = sought.count()
    context = {
        "action": held,
        "linked": linked,
        "lost": sorted(set(held.projects) - {each.ref for each in linked}),
        "found": list(sought[:MOST]),
        "count": count,
        "most": MOST,
        "q": text,
        "error": error,
        "position": journal_position(mission),
    }
    return page(request, mission, "roadmap/projects.html", "roadmap", context)
