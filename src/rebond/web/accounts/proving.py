"""The password asked again, before something that a screen left open must not give."""

from __future__ import annotations

from django.forms import Form
from django.http import HttpRequest

from rebond.web.accounts.models import User
from rebond.web.accounts.throttle import forget_failures, record_failure, seconds_to_wait
from rebond.web.guard.requests import address_of


def is_password_right(request: HttpRequest, user: User, form: Form) -> bool:
    """Whether the ``password`` of a form is that of the person; a wrong one counts as a failed sign-in."""
    name, place = f"compte:{user.pk}", address_of(request)
    if seconds_to_wait(name, place):
        form.add_error("password", "Trop d’essais. Réessayez dans un moment.")
        return False
    right = user.check_password(form.cleaned_data["password"])
    (forget_failures if right else record_failure)(name, place)
    if not right:
        form.add_error("password", "Le mot de passe n’est pas le bon.")
    return right
