"""The tokens of one's own account: made with the password again, shown once, revoked."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from dsfr.forms import DsfrBaseForm

from rebond.web.accounts.models import User
from rebond.web.accounts.proving import is_password_right
from rebond.web.api.models import Token
from rebond.web.api.tokens import DAYS, MOST, TooManyError, create, may_have, revoke

_UNREADABLE = 422
_MOST_SHOWN = 30


class TokenForm(DsfrBaseForm):
    """A program to let in."""

    name = forms.CharField(
        label="Nom du programme", max_length=60, help_text="Le journal le dit à côté de votre nom, par exemple « ERP »."
    )
    days = forms.TypedChoiceField(
        label="Durée", coerce=int, choices=[(each, f"{each} jours") for each in DAYS], initial=DAYS[1]
    )
    password = forms.CharField(
        label="Mot de passe actuel", widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of who asks; a new one is shown in the answer that makes it, and nowhere else."""
    user = cast(User, request.user)
    may = may_have(user)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form, text = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid() and is_password_right(request, user, form):
        try:
            text = create(user, name=form.cleaned_data["name"], days=form.cleaned_data["days"])
            form = TokenForm()
        except TooManyError:
            form.add_error(None, f"Vous avez déjà {MOST} jetons en vigueur : révoquez-en un d’abord.")
    now = timezone.now()
    context = {
        "form": form,
        "may_have": may,
        "text": text,
        "rows": [(row, _state(row, now)) for row in Token.objects.filter(user=user)[:_MOST_SHOWN]],
    }
    return render(request, "api/tokens.html", context, status=_UNREADABLE if form.errors else 200)


@require_POST
def revoke_token(request: HttpRequest, number: int) -> HttpResponse:
    """One's own token ends now."""
    if revoke(cast(User, request.user), number):
        messages.success(request, "Le jeton est révoqué : le programme qui s’en sert n’entre plus.")
    else:
        messages.error(request, "Ce jeton n’est pas à vous, ou n’est déjà plus en vigueur.")
    return redirect("api:tokens")


def _state(token: Token, now: datetime) -> str:
    """Why a token is no longer in force; empty when it is."""
    if token.revoked_at:
        return "révoqué"
    return "expiré" if token.expires_at <= now else ""
