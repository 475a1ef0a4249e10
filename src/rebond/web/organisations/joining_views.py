"""What the link of an invitation opens. To read it does nothing: programs that check letters open links."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rebond.web.accounts.models import User
from rebond.web.accounts.signing import sign_in
from rebond.web.organisations.forms import NewAccountForm
from rebond.web.organisations.people import PartError, accept, invitation_of, seat_of

_GONE, _UNREADABLE = 410, 422


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites to what; a POST joins, with the account that is signed in or with a new one."""
    invitation = invitation_of(token)
    if invitation is None:
        return render(request, "organisations/no_invitation.html", status=_GONE)
    known = request.user.is_authenticated
    sent = request.POST if request.method == "POST" and not known else None
    form = NewAccountForm(sent, email=invitation.email)
    if request.method == "POST" and (known or form.is_valid()):
        try:
            with transaction.atomic():
                user = cast(User, request.user) if known else form.save()
                mission = accept(token, user)
        except (PartError, IntegrityError):
            return render(request, "organisations/no_invitation.html", status=_GONE)
        if not known:
            sign_in(request, user)
        messages.success(request, f"Vous avez rejoint la mission : {mission.name}.")
        return redirect(mission)
    context = {"invitation": invitation, "seat": seat_of(invitation).words, "form": form, "named": invitation.mission}
    return render(request, "organisations/join.html", context, status=_UNREADABLE if form.errors else 200)
