"""One's own name and address. An address counts once the link sent there is confirmed; the one before is told."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from rebond.web.accounts import moving
from rebond.web.accounts.forms import AddressForm, NameForm
from rebond.web.accounts.models import User
from rebond.web.accounts.throttle import forget_failures, record_failure, seconds_to_wait
from rebond.web.guard.requests import address_of
from rebond.web.mail import letter, send_later

_GONE, _UNREADABLE = 410, 422


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """The name that others read; what was signed before keeps the name of then."""
    form = NameForm(request.POST or None, instance=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Votre nom est enregistré. Ce que le journal a déjà noté garde l’ancien.")
        return redirect("accounts:mine")
    return render(request, "accounts/name.html", {"form": form}, status=_UNREADABLE if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Ask for another address, the password in hand; it says the same whether an account has that address or not."""
    user, here = cast(User, request.user), address_of(request)
    asked, guessed = f"adresse:{user.pk}", f"compte:{user.pk}"
    sent = request.method == "POST"
    wait = sent and (seconds_to_wait(guessed, here) or seconds_to_wait(asked, here))
    form = AddressForm(request.POST if sent and not wait else None, user=user)
    if wait:
        messages.error(request, "Trop d’essais. Réessayez dans un moment.")
    elif sent and form.is_valid():
        forget_failures(guessed, here)
        record_failure(asked, here)
        _ask(request, user, form.cleaned_data["email"])
        return redirect("accounts:mine")
    elif "password" in form.errors:
        record_failure(guessed, here)
    return render(request, "accounts/address.html", {"form": form}, status=_UNREADABLE if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """What the link opens, for the person alone; a POST confirms: programs that check letters open links."""
    user = cast(User, request.user)
    found = moving.change_of(user, token)
    before = moving.confirm(user, token) if found and request.method == "POST" else None
    if found is None or (request.method == "POST" and before is None):
        return render(request, "accounts/no_address_change.html", status=_GONE)
    if before is None:
        return render(request, "accounts/confirm_address.html", {"change": found})
    _tell(before, user, found.email, done=True)
    messages.success(request, f"Votre adresse est maintenant {found.email}.")
    return redirect("accounts:mine")


@require_POST
def withdraw_address(request: HttpRequest) -> HttpResponse:
    """The address stays as it is."""
    if moving.withdraw(cast(User, request.user)):
        messages.success(request, "La demande est retirée : le lien envoyé ne sert plus.")
    return redirect("accounts:mine")


def _ask(request: HttpRequest, user: User, email: str) -> None:
    change, secret = moving.ask(user, email)
    path = reverse("accounts:confirm_address", args=[secret])
    taken = moving.is_taken(email, by_other_than=user)
    told = {"person": user, "change": change, "taken": taken, "link": request.build_absolute_uri(path)}
    send_later(letter(email, "Confirmez votre adresse", "accounts/new_address.txt", told))
    _tell(user.email, user, email, done=False)
    messages.success(request, f"Un lien part à {email}. Votre adresse ne change qu’une fois ce lien confirmé.")


def _tell(to: str, user: User, email: str, *, done: bool) -> None:
    """The address before; nobody when there was none."""
    if to:
        told = {"person": user, "email": email, "done": done}
        send_later(letter(to, "Votre adresse sur Rebond", "accounts/old_address.txt", told))
