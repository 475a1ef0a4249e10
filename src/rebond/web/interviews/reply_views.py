"""What firms say of their minutes, for the team."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from rebond.web.accounts.models import User
from rebond.web.interviews import replies as acts
from rebond.web.interviews.models import MinutesReply
from rebond.web.journal.writing import LONGEST_REASON
from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.row_numbers import row_number

_RECENT = 50


@require_http_methods(["GET", "HEAD", "POST"])
@of_mission
def replies(request: HttpRequest, mission: Mission) -> HttpResponse:
    """The corrections that await an answer, then the latest replies."""
    user = cast(User, request.user)
    rows = MinutesReply.objects.visible_to(user).of(mission).select_related("interview__firm", "settled_by")
    if request.method == "POST":
        row = get_object_or_404(rows, pk=row_number(request.POST.get("ligne", "")))
        try:
            _done(request, row, user)
        except acts.ReplyError as error:
            messages.error(request, str(error))
        return redirect("interviews:replies", mission.slug)
    context = {"waiting": acts.waiting(mission), "replies": list(rows[:_RECENT])}
    return page(request, mission, "interviews/replies.html", "interviews", context)


def _done(request: HttpRequest, row: MinutesReply, user: User) -> None:
    gesture = request.POST.get("geste", "")
    if gesture == "reprendre":
        acts.take_over(row, by=user)
        messages.success(request, "Les mots de l’entreprise sont ajoutés au compte rendu, sous son nom.")
    elif gesture == "repondre":
        text = request.POST.get("reponse", "").strip()
        if not text or len(text) > LONGEST_REASON:
            messages.error(request, f"Écrivez une réponse, en {LONGEST_REASON} caractères au plus.")
            return
        acts.answer(row, text, by=user)
        messages.success(request, "La réponse est dans l’espace de l’entreprise ; le compte rendu n’a pas changé.")
    else:
        raise Http404
