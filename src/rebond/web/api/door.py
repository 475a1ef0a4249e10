"""The door of the API: who asks is who holds the token, never who is signed in; every answer is JSON, in French."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from rebond.web.api.models import Token
from rebond.web.api.tokens import holder_of
from rebond.web.guard.requests import Buckets, address_of, is_busy
from rebond.web.missions.access import View

_ASKS = Buckets(rate=5)
"""By token: fifty requests at once, then five a second."""
_FORGED = Buckets(rate=0.5)
"""By address: five wrong tokens at once, then one every two seconds."""
_BEARER = "Bearer "


def answer(data: Any, status: int = 200, **headers: str) -> HttpResponse:
    """JSON that no one keeps."""
    return JsonResponse(data, status=status, headers={"Cache-Control": "no-store", **headers})


def refusal(status: int, error: str, mend: str, **more: Any) -> HttpResponse:
    """Why nothing was done, and what to do."""
    return answer({"erreur": error, "remede": mend, **more}, status)


def token_of(request: HttpRequest) -> Token:
    """The token that a view of the API was asked with."""
    return cast(Token, request.token)  # type: ignore[attr-defined]  # told by the door alone


def for_programs(view: View) -> View:
    """A view that only a token opens. A session is not looked at: no page of elsewhere can ask in someone's name."""

    def opened(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        said = request.headers.get("Authorization", "")
        token = holder_of(said.removeprefix(_BEARER)) if said.startswith(_BEARER) else None
        if token is None:
            return _nobody(request, said)
        if not _ASKS.take(f"jeton:{token.pk}"):
            return _too_many()
        request.user = token.user
        request.token = token  # type: ignore[attr-defined]  # for the view
        return view(request, **kwargs)

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return _said(lambda: opened(request, **kwargs))

    return cast(View, login_not_required(csrf_exempt(wrapped)))


def _said(view: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """What a view answers, or why it does not, as the site refuses and in JSON."""
    try:
        return view()
    except Http404:
        return refusal(404, "Rien à cette adresse, ou rien que vous puissiez lire.", "Vérifier l’adresse.")
    except PermissionDenied:
        return refusal(
            403, "L’API n’est ouverte qu’à l’équipe de la mission.", "Demander un rôle au pilote de la mission."
        )
    except OperationalError as error:
        if not is_busy(error):
            raise
        busy = refusal(503, "Beaucoup de monde enregistre en ce moment : rien n’a été fait.", "Réessayer.")
        busy["Retry-After"] = "5"
        return busy


def _nobody(request: HttpRequest, said: str) -> HttpResponse:
    if said and not _FORGED.take(f"adresse:{address_of(request)}"):
        return _too_many()
    refused = refusal(
        401,
        "Aucun jeton en vigueur n’accompagne la demande.",
        "Envoyer l’en-tête « Authorization: Bearer … » avec un jeton de « Mon compte » ni révoqué ni expiré.",
    )
    refused["WWW-Authenticate"] = 'Bearer realm="Rebond"'
    return refused


def _too_many() -> HttpResponse:
    refused = refusal(429, "Trop de demandes à la fois.", "Réessayer dans un moment.")
    refused["Retry-After"] = "5"
    return refused
