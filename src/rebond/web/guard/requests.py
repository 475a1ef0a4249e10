"""Requests that nobody needs to serve: unreadable, too long, or too many from one place."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from rebond.web.editing import drafts
from rebond.web.editing.gestures import ArchivedError, FrozenError

LONGEST_QUERY = 16_000
"""Characters of an address after « ? »: the simulator's longest keeps under 4 000."""
_FORGOTTEN_AFTER = 4_096
"""Places remembered at once; the one seen longest ago goes first."""
_BUSY = ("is locked", "lock timeout", "deadlock detected")
_KEPT = (
    "Rien n’a été enregistré, mais ce que vous avez tapé est gardé : rouvrez le formulaire et enregistrez de nouveau."
)
_NOT_DONE = "Rien n’a été enregistré. Revenez à la page précédente et recommencez dans quelques secondes."


class RequestGuard:
    """Answers what cannot be served in one French page, before any work: 400, 414 or 429.

    ``REBOND_REQUESTS`` says how many requests a second one person, or one address of the network, may go on asking
    for; ten seconds of them can come at once. Files of the site's own do not count: they are served before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._buckets = Buckets(rate=settings.REQUESTS_PER_SECOND)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or the reason why there is none."""
        query = request.META.get("QUERY_STRING", "")
        if len(query) > LONGEST_QUERY:
            return refusal(request, 414, "Adresse trop longue", "Raccourcissez votre recherche ou vos réponses.")
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return _unreadable(request)
        if not self._buckets.take(person_of(request)):
            response = refusal(
                request, 429, "Trop de demandes", "Le site en a reçu trop de vous à la fois. Réessayez dans un moment."
            )
            response["Retry-After"] = "5"
            return response
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A mission that is only read; a database that was busy all the time that it waits: what was typed is kept."""
        if isinstance(error, ArchivedError):
            said = "On ne fait que la lire : rien n’a été enregistré. Il faut la sortir des archives d’abord."
            return refusal(request, 409, "Cette mission est archivée", said)
        if isinstance(error, FrozenError):
            said = "Rien n’a été enregistré : une décision gelée ne change plus. Ouvrez d’abord la séance qui la suit."
            return refusal(request, 409, "Cette séance du comité est gelée", said)
        if not is_busy(error):
            return None
        kept = False
        if request.method == "POST":
            with suppress(DatabaseError):
                kept = drafts.keep(request, address=request.get_full_path())
        response = refusal(request, 503, "Beaucoup de monde enregistre en ce moment", _KEPT if kept else _NOT_DONE)
        response["Retry-After"] = "5"
        return response

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """A form that holds a character that no database keeps."""
        is_form = request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}
        if request.method != "POST" or not is_form:
            return None
        if any("\x00" in value for values in request.POST.lists() for value in (values[0], *values[1])):
            return _unreadable(request)
        return None


def is_busy(error: BaseException) -> bool:
    """Whether a database says that others were writing for longer than it waits (``timeout``, ``lock_timeout``)."""
    words = str(error).lower()
    return isinstance(error, OperationalError) and any(word in words for word in _BUSY)


class Buckets:
    """How much each place may still ask: one unit a request, filled again at a rate, at most ten seconds of it."""

    def __init__(self, *, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, place: str) -> bool:
        """Whether a place may ask once more now; a rate of 0 sets no limit."""
        if not self._rate:
            return True
        now, most = self._clock(), self._rate * 10
        with self._lock:
            left, seen = self._left.pop(place, (most, now))
            left = min(most, left + (now - seen) * self._rate)
            allowed = left >= 1
            self._left[place] = (left - 1 if allowed else left, now)
            if len(self._left) > _FORGOTTEN_AFTER:
                self._left.popitem(last=False)
        return allowed


def person_of(request: HttpRequest) -> str:
    """Who asks: the account that is signed in, else the address of the network."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"compte:{user.pk}"
    return f"adresse:{address_of(request)}"


def address_of(request: HttpRequest) -> str:
    """The address that a request comes from; behind HTTPS, the one that the proxy added last."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.HTTPS and forwarded:
        return str(forwarded).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def refusal(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    """A page that says why nothing was done, and what to do."""
    return render(request, "refused.html", {"status": status, "title": title, "advice": advice}, status=status)


def _unreadable(request: HttpRequest) -> HttpResponse:
    return refusal(
        request, 400, "Demande illisible", "Elle contient un caractère qui ne s’affiche pas. Retapez le texte."
    )
