"""One's own account: parts in missions, password, second factor, and who saw the site in one's place."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rebond.web.accounts import moving
from rebond.web.accounts.forms import ChangePasswordForm, CodeForm, PasswordForm, TeamForm
from rebond.web.accounts.models import User
from rebond.web.accounts.second_factor import (
    codes_left,
    confirm,
    device_of,
    device_to_confirm,
    drawing,
    forget,
    must_have,
    secret_words,
)
from rebond.web.accounts.signing import enrolment_done
from rebond.web.accounts.throttle import forget_failures, record_failure, seconds_to_wait
from rebond.web.guard.requests import address_of
from rebond.web.journal.writing import author_of
from rebond.web.missions.models import Membership
from rebond.web.organisations.people import stop_working_for as end_affiliation
from rebond.web.reminders.people import chosen_by, reminded_words
from rebond.web.support.models import SupportSession

_UNREADABLE = 422
_MOST_SHOWN = 20


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The account of who asks."""
    user = cast(User, request.user)
    context = {
        "parts": Membership.objects.filter(user=user).select_related("mission", "organisation", "firm"),
        "affiliations": user.affiliations.select_related("organisation"),
        "moving": moving.waiting(user).first(),
        "factor": device_of(user),
        "codes_left": codes_left(user),
        "must_have": must_have(user),
        "reminded": reminded_words(chosen_by(user)),
        "support": SupportSession.objects.filter(person=user).select_related("administrator")[:_MOST_SHOWN],
    }
    return render(request, "accounts/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """A new password; the other sessions of the account end."""
    user = cast(User, request.user)
    form = ChangePasswordForm(user, request.POST or None)
    if request.method == "POST" and not _too_soon(request, user) and _checked(request, user, form.is_valid()):
        form.save()
        update_session_auth_hash(request, user)
        messages.success(request, "Le mot de passe est changé. Vos autres sessions sont fermées.")
        return redirect("accounts:mine")
    return render(request, "accounts/password.html", {"form": form}, status=_UNREADABLE if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Set a telephone: the square, then a code that proves it was read; recovery codes are shown once."""
    user = cast(User, request.user)
    if device_of(user) is not None:
        return redirect("accounts:mine")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if codes := confirm(user, form.cleaned_data["code"]):
            enrolment_done(request)
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        form.add_error("code", "Ce code n’est pas celui du téléphone. Attendez le suivant, puis réessayez.")
    device = device_to_confirm(user)
    context = {
        "form": form,
        "square": mark_safe(drawing(device)),  # noqa: S308 - drawn by segno from our own address
        "secret": secret_words(device),
        "must_have": must_have(user),
    }
    return render(request, "accounts/factor.html", context, status=_UNREADABLE if form.errors else 200)


@require_POST
def factor_off(request: HttpRequest) -> HttpResponse:
    """Neither telephone nor recovery codes any more; the password is asked again."""
    user = cast(User, request.user)
    form = PasswordForm(request.POST)
    right = not _too_soon(request, user) and form.is_valid() and user.check_password(form.cleaned_data["password"])
    if _checked(request, user, right):
        forget(user)
        messages.success(request, "Le second facteur est retiré. Vous pouvez en poser un autre.")
        return redirect("accounts:factor" if must_have(user) else "accounts:mine")
    messages.error(request, "Le mot de passe n’est pas le bon : rien n’a changé.")
    return redirect("accounts:mine")


@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, affiliation: int) -> HttpResponse:
    """The team or service in which the person works there."""
    held = get_object_or_404(cast(User, request.user).affiliations.select_related("organisation"), pk=affiliation)
    form = TeamForm(request.POST if request.method == "POST" else None, instance=held)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Votre équipe est enregistrée.")
        return redirect("accounts:mine")
    context = {"form": form, "affiliation": held}
    return render(request, "accounts/team.html", context, status=_UNREADABLE if form.errors else 200)


@require_POST
def stop_working_for(request: HttpRequest, affiliation: int) -> HttpResponse:
    """The person works for this organisation no more, nor speaks for it."""
    user = cast(User, request.user)
    held = get_object_or_404(user.affiliations.select_related("organisation", "user"), pk=affiliation)
    end_affiliation(held, by=author_of(user))
    messages.success(request, f"Vous ne travaillez plus pour {held.organisation} : vos rôles en son nom sont terminés.")
    return redirect("accounts:mine")


def _too_soon(request: HttpRequest, user: User) -> bool:
    wait = seconds_to_wait(f"compte:{user.pk}", address_of(request))
    if wait:
        messages.error(request, "Trop d’essais. Réessayez dans un moment.")
    return bool(wait)


def _checked(request: HttpRequest, user: User, right: bool) -> bool:  # noqa: FBT001 - what was found
    """Count a wrong password as a failed sign-in: a screen left open is no way to guess it."""
    (forget_failures if right else record_failure)(f"compte:{user.pk}", address_of(request))
    return right
