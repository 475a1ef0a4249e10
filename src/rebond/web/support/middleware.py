"""While a session of help is open, the site answers the administrator as it answers the person."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from rebond.web.guard.requests import refusal
from rebond.web.support.acts import close_session
from rebond.web.support.models import SupportSession

OPEN = "assistance"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class InPlaceOf:
    """Puts the person in the administrator's place on each request; what would change anything is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer for the person, or for the administrator once the session of help is over."""
        number = request.session.get(OPEN)
        if number is None or not request.user.is_authenticated:
            return self._get_response(request)
        rows = SupportSession.objects.select_related("administrator", "person")
        session = rows.filter(pk=number, administrator=request.user, ended_at=None).first()
        over = session is None or session.ends_at <= timezone.now() or not session.person.is_active
        if session is None or over or not request.user.is_staff:
            request.session.pop(OPEN, None)
            if session is not None:
                close_session(session)
            return self._get_response(request)
        ends = request.path in {reverse("support:close"), reverse("accounts:logout")}
        if not ends:
            session.person.supported_by = session
            request.user = session.person
            request.support = session  # type: ignore[attr-defined]  # told to the page
        if refused := "" if ends else _refused(request, session):
            return refusal(request, 403, "Session d’assistance", refused)
        return self._get_response(request)


def _refused(request: HttpRequest, session: SupportSession) -> str:
    """Why an administrator may not do that in someone's place; empty when he may."""
    if request.path.startswith((reverse("accounts:mine"), reverse("support:home"), "/invitation/")):
        return "Le compte d’une personne n’est qu’à elle : on ne l’ouvre pas à sa place."
    if request.method not in _READING and not session.may_change and request.path != reverse("accounts:extend"):
        return "Cette session est en lecture seule : rien n’est enregistré à la place de la personne."
    return ""
