"""Views of lists: kept, opened by their address, forgotten; each person has his or her own."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from rebond.web.desk.models import SavedView
from rebond.web.missions.access import of_mission
from rebond.web.missions.models import Mission

LISTINGS = {
    "entreprises": "firms:list",
    "entretiens": "interviews:list",
    "projets": "projects:list",
    "orientations": "referrals:list",
    "orientations-envoyees": "referrals:sent",
    "questions": "desk:questions",
    "vraisemblance": "editing:checks",
    "journal": "editing:journal",
    "seance": "portfolio:session",
    "notes": "portfolio:marks",
    "indicateurs": "restitution:indicators",
    "feuille-de-route": "roadmap:roadmap",
    "rapprochements": "linkage:decided",
    "pieces": "files:list",
}
_MOST_NAME = 80
_MOST_QUERY = 2000
_MOST_VIEWS = 50


@require_POST
@of_mission
def save(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Keep a list under a name; the same name again takes the place of the one before."""
    listing = request.POST.get("liste", "")
    if listing not in LISTINGS:
        raise Http404
    query = QueryDict(request.POST.get("recherche", "")[:_MOST_QUERY], mutable=True)
    for key in ("page", "export", "fait"):
        query.pop(key, None)
    name = " ".join(request.POST.get("nom", "").split())[:_MOST_NAME]
    mine = _mine(request, mission).filter(listing=listing)
    if name and (mine.count() < _MOST_VIEWS or mine.filter(name=name).exists()):
        SavedView.objects.update_or_create(
            user_id=request.user.pk or 0,
            mission=mission,
            listing=listing,
            name=name,
            defaults={"query": query.urlencode()},
        )
    return redirect(_address(mission, listing, query.urlencode()))


@require_POST
@of_mission
def forget(request: HttpRequest, mission: Mission, pk: int) -> HttpResponse:
    """Forget a view; only one's own."""
    view = get_object_or_404(_mine(request, mission), pk=pk)
    view.delete()
    return redirect(_address(mission, view.listing, ""))


def _mine(request: HttpRequest, mission: Mission) -> QuerySet[SavedView]:
    return SavedView.objects.visible_to(request.user).of(mission).filter(user_id=request.user.pk or 0)


def _address(mission: Mission, listing: str, query: str) -> str:
    address = reverse(LISTINGS[listing], args=[mission.slug])
    return f"{address}?{query}" if query else address
