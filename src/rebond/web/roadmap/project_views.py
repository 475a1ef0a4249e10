"""The projects that an action helps, ticked among those of the mission: found by a word, never by a reference."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from rebond.web.editing.gestures import journal_position
from rebond.web.missions.access import for_roles, page
from rebond.web.missions.models import Mission, Role
from rebond.web.projects.models import Project
from rebond.web.roadmap.choosing import action_of, keep
from rebond.web.search_text import words_sought

MOST = 60
"""Projects found that one page shows: another word tells them apart."""


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.PILOT)
def projects(request: HttpRequest, mission: Mission, ref: str) -> HttpResponse:
    """The projects of an action: those that it has first, then those that a word finds. What is not shown stays."""
    held = action_of(mission, ref)
    every = Project.objects.visible_to(request.user).of(mission).select_related("firm").order_by("firm__name", "title")
    text, error = request.GET.get("q", "").strip(), ""
    if request.method == "POST":
        shown, ticked = set(request.POST.getlist("montre")), dict.fromkeys(request.POST.getlist("projet"))
        known = set(every.filter(ref__in=[*ticked]).values_list("ref", flat=True))
        kept = [each for each in held.projects if each not in shown or each in ticked]
        new = [each for each in ticked if each in known and each not in kept]
        wanted = replace(held, projects=(*kept, *new))
        done = keep(
            request,
            mission,
            wanted,
            chosen="les projets",
            said="Projets de l’action enregistrés ; l’étude sera refaite.",
            again="roadmap:projects",
        )
        if isinstance(done, HttpResponse):
            return done
        error = done
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
