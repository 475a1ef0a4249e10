"""The link by which a letter is stopped without signing in: signed, it says whose letters, and can only stop them."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from rebond.web.accounts.models import User

_SALT = "rebond.rappels.arret"


def stop_path(user: User) -> str:
    """Path of the link of a person: the same in each letter, and good as long as the account is."""
    return reverse("reminders:stop", args=[signing.Signer(salt=_SALT).sign_object([user.pk])])


def person_of(token: str) -> User | None:
    """Whose letters a link stops."""
    try:
        (number,) = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found: User | None = User.objects.filter(pk=number).first()
    return found
