"""Sessions of help, for the administrators of the instance."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from dsfr.forms import DsfrBaseForm

from rebond.web.accounts.models import User
from rebond.web.accounts.throttle import forget_failures, record_failure, seconds_to_wait
from rebond.web.exchange.life_views import for_administrators
from rebond.web.guard.requests import address_of
from rebond.web.reminders.sending import not_sent
from rebond.web.support.acts import MINUTES, SHORTEST_REASON, close_session, open_session
from rebond.web.support.middleware import OPEN
from rebond.web.support.models import SupportSession


class OpeningForm(DsfrBaseForm):
    """In whose place, why, for how long."""

    person = forms.CharField(label="À la place de", max_length=254, help_text="Identifiant ou adresse électronique.")
    reason = forms.CharField(
        label="Motif",
        min_length=SHORTEST_REASON,
        max_length=500,
        help_text="Écrit dans le journal de chaque mission de la personne : qui a demandé de l’aide, et pour quoi.",
        widget=forms.Textarea({"rows": 3}),
    )
    minutes = forms.TypedChoiceField(
        label="Durée", coerce=int, choices=[(each, f"{each} minutes") for each in MINUTES], initial=MINUTES[0]
    )
    may_change = forms.BooleanField(
        label="Pouvoir modifier, et pas seulement lire : le motif dit pourquoi", required=False
    )
    password = forms.CharField(
        label="Votre mot de passe", widget=forms.PasswordInput({"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, administrator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._administrator = administrator

    def clean_person(self) -> User:
        """Someone who looks after no instance: help gives no other right."""
        said = self.cleaned_data["person"].strip()
        found = list(User.objects.filter(Q(username=said) | Q(email__iexact=said), is_active=True, is_staff=False)[:2])
        if len(found) != 1:
            raise ValidationError("Aucun compte de ce nom que l’on puisse aider, ou plusieurs.")
        return found[0]

    def clean_password(self) -> str:
        """One's own, again."""
        if not self._administrator.check_password(self.cleaned_data["password"]):
            raise ValidationError("Ce n’est pas votre mot de passe.")
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def home(request: HttpRequest) -> HttpResponse:
    """The sessions there were, and the form of a new one."""
    administrator, address = cast(User, request.user), address_of(request)
    name = f"compte:{administrator.pk}"
    sent = request.POST if request.method == "POST" and not seconds_to_wait(name, address) else None
    form = OpeningForm(sent, administrator=administrator)
    if sent is None and request.method == "POST":
        messages.error(request, "Trop d’essais. Réessayez dans un moment.")
    if sent is not None and form.is_valid():
        told = form.cleaned_data
        forget_failures(name, address)
        session = open_session(
            administrator,
            told["person"],
            reason=told["reason"],
            minutes=told["minutes"],
            may_change=told["may_change"],
        )
        request.session[OPEN] = session.pk
        return redirect("home")
    if "password" in form.errors:
        record_failure(name, address)
    context = {
        "form": form,
        "sessions": SupportSession.objects.select_related("administrator", "person")[:50],
        "letters": not_sent(timezone.now()),
        "section": "support",
    }
    return render(request, "support/home.html", context, status=422 if form.errors else 200)


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Back to one's own place."""
    number = request.session.pop(OPEN, None)
    user = cast(User, request.user)
    session = SupportSession.objects.filter(pk=number, administrator=user).first() if number else None
    if session is not None:
        close_session(session)
        messages.success(request, "La session d’assistance est fermée.")
    return redirect("support:home" if user.is_staff else "home")
