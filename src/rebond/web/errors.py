"""Error pages in French."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from rebond.web.editing import drafts
from rebond.web.guard.requests import refusal
from rebond.web.missions.access import TEAM, role_in
from rebond.web.regrouping.lineage import BecameError


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not allowed."""
    return render(request, "403.html", status=403)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form whose page was too old or came from elsewhere; what one's own page held is kept and shown again."""
    if request.user.is_authenticated and drafts.keep(request, address=request.get_full_path()):
        return redirect(drafts.resumed(request.get_full_path()))
    return render(request, "403_csrf.html", status=403)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a request that cannot be read, or a form with too many fields."""
    return refusal(request, 400, "Demande illisible", "Revenez à la page précédente, rechargez-la et recommencez.")


def gone(request: HttpRequest, exception: BecameError) -> HttpResponse:
    """410: a sheet that was put into another one, which is told."""
    context = {
        "mission": exception.mission,
        "ref": exception.row.ref,
        "name": str(exception.row),
        "became": exception.became,
        "history": exception.history,
        "may_change": role_in(exception.mission) in TEAM,
    }
    return render(request, "regrouping/gone.html", context, status=410)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this person may see."""
    if isinstance(exception, BecameError):
        return gone(request, exception)
    return render(request, "404.html", status=404)
