"""The page of one's calendar address, and what calendars read there: no session, the address alone opens it."""

from __future__ import annotations

from datetime import UTC
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rebond.web.accounts.forms import PasswordForm
from rebond.web.accounts.models import User
from rebond.web.accounts.proving import is_password_right
from rebond.web.guard.requests import Buckets, refusal
from rebond.web.guard.requests import address_of as place_of
from rebond.web.readings.middleware import note_of
from rebond.web.readings.models import Kind, What
from rebond.web.readings.places import Place
from rebond.web.reminders import calendars, clock

_UNREADABLE = 422
_FORGED = Buckets(rate=0.5)
"""By address of the network: five wrong addresses at once, then one every two seconds."""
_TAKEN = Place(Kind.MISSION, "Agenda, par son adresse", What.TAKEN)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """The address is shown in the answer that makes it, and nowhere else; another one ends it."""
    user = cast(User, request.user)
    form, text = PasswordForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid() and is_password_right(request, user, form):
        path = reverse("reminders:feed", args=[calendars.renew(user, clock.now())])
        text, form = request.build_absolute_uri(path), PasswordForm()
    context = {"form": form, "text": text, "held": calendars.address_of(user)}
    return render(request, "reminders/calendar.html", context, status=_UNREADABLE if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """The address opens nothing any more."""
    if calendars.revoke(cast(User, request.user)):
        messages.success(
            request, "L’adresse de votre agenda est retirée : les calendriers qui la suivent ne lisent plus rien."
        )
    return redirect("reminders:calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The days to come, of every mission of the person; unchanged, they are not sent again (304)."""
    place = f"adresse:{place_of(request)}"
    held = calendars.opened_by(token)
    if held is None:
        if not _FORGED.take(place):
            refused = refusal(request, 429, "Trop de demandes", "Réessayez dans un moment.")
            refused["Retry-After"] = "5"
            return refused
        raise Http404
    days = calendars.days_of(held, f"{request.scheme}://{request.get_host()}", clock.now())
    if days is None:
        raise Http404
    changed = days.changed_at.astimezone(UTC)
    etag = f'"{days.digest}"'
    response = HttpResponse(
        days.body,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'inline; filename="rebond.ics"',
            "Cache-Control": "private, no-cache",
            "ETag": etag,
            "Last-Modified": http_date(changed.timestamp()),
        },
    )
    answer = get_conditional_response(request, etag=etag, last_modified=int(changed.timestamp()), response=response)
    if answer is response:
        request.user = held.user
        for mission in days.naming:
            note_of(request, mission, _TAKEN)
    return cast(HttpResponse, answer)
