"""Keep what is in a form while it is typed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rebond.web.editing import drafts


@require_POST
@login_not_required
@csrf_exempt  # The page's own signed token says who typed: no other site has it, and it outlives a new sign-in.
def keep(request: HttpRequest, mission: str) -> HttpResponse:
    """204 when it is kept; 403 when nothing says whose it is. The page's own token says so, signed in or not."""
    del mission
    kept = drafts.keep(request, address=request.POST.get("adresse", ""))
    return HttpResponse(status=204 if kept else 403)
