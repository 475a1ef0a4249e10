"""Error pages in French."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page was too old or came from elsewhere."""
    return render(request, "403_csrf.html", status=403)
