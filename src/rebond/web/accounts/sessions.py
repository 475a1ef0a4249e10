"""A session ends after an hour without a gesture, and after half a day whatever is done; the page says it before.

What a form held when its session ended is kept by the form itself (``editing.drafts``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from rebond.web.accounts.signing import TO_ENROL

BEGUN, SEEN, ENDED = "debut", "vu", "fin_de_session"
_NOTED_EVERY = 60
"""Seconds: a session is not written at each page."""
_PERIODIC = frozenset({"etude-montree", "jeu"})
"""Pieces of pages that ask by themselves: nobody is there for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Seconds before a session ends: without a gesture, and whatever is done."""

    idle: int
    longest: int


class SessionClock:
    """Ends the sessions that lasted, and leads to the second factor those who must set one first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer for the person, or for nobody once the session is over."""
        if not request.session.get("_auth_user_id"):
            return self._get_response(request)
        now = int(time.time())
        begun, seen = request.session.get(BEGUN), request.session.get(SEEN)
        if begun is None or seen is None:
            begun = seen = request.session[BEGUN] = request.session[SEEN] = now
        too_long, silent = now - begun >= settings.SESSION_COOKIE_AGE, _is_silent(now - seen)
        if too_long or silent:
            logout(request)
            request.session[ENDED] = "duree" if too_long else "inactivite"
            return self._get_response(request)
        if not _is_periodic(request):
            if now - seen >= _NOTED_EVERY:
                request.session[SEEN] = now
            seen = now
        if request.session.get(TO_ENROL) and request.path not in _while_enrolling():
            return redirect("accounts:factor")
        longest = begun + settings.SESSION_COOKIE_AGE - now
        idle = int(seen + settings.SESSION_IDLE - now) if settings.SESSION_IDLE else longest
        request.session_left = Left(idle=min(idle, longest), longest=longest)  # type: ignore[attr-defined]  # told to the page
        return self._get_response(request)


@receiver(user_logged_in)
def _begin(sender: object, request: HttpRequest | None = None, **kwargs: Any) -> None:
    if request is not None:
        request.session[BEGUN] = request.session[SEEN] = int(time.time())


def _is_silent(seconds: int) -> bool:
    return bool(settings.SESSION_IDLE) and seconds >= settings.SESSION_IDLE


def _is_periodic(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request")) and request.headers.get("HX-Trigger") in _PERIODIC


def _while_enrolling() -> set[str]:
    return {reverse(f"accounts:{name}") for name in ("factor", "logout", "extend")}
