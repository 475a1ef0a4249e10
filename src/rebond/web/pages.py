"""Public pages about the site itself."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from rebond import __version__
from rebond.web.catalogue.reading import current_catalogue


@login_not_required
def legal_notice(request: HttpRequest) -> HttpResponse:
    """Who publishes the site."""
    return render(request, "pages/legal.html")


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "pages/accessibility.html")


@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    """What Rebond is, its sources and licences."""
    return render(request, "pages/about.html", {"version": __version__, "catalogue": current_catalogue()})
