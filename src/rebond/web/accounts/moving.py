"""Another address for one's letters: asked for, proved by the link sent there, told to the one before."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from rebond.web.accounts.models import AddressChange, User

VALID_FOR = timedelta(hours=24)
_TOKEN_BYTES = 32


@transaction.atomic
def ask(user: User, email: str) -> tuple[AddressChange, str]:
    """What is asked, and the secret of its link, kept nowhere; the link of an earlier request opens nothing more."""
    withdraw(user)
    secret, now = secrets.token_urlsafe(_TOKEN_BYTES), timezone.now()
    made = AddressChange.objects.create(
        user=user, email=email, token=_digest(secret), asked_at=now, expires_at=now + VALID_FOR
    )
    return made, secret


def withdraw(user: User) -> int:
    """The address stays as it is, whatever link was sent; how many requests are closed."""
    return user.address_changes.filter(closed_at=None).update(closed_at=timezone.now())


def waiting(user: User) -> QuerySet[AddressChange]:
    """The request that a link can still prove."""
    return user.address_changes.filter(closed_at=None, expires_at__gt=timezone.now())


def change_of(user: User, secret: str) -> AddressChange | None:
    """What a link proves; ``None`` when it is used, withdrawn, past, someone else's or no link of ours."""
    return waiting(user).filter(token=_digest(secret)).first()


def is_taken(email: str, *, by_other_than: User) -> bool:
    """Whether another account signs in by this address."""
    named = Q(email__iexact=email) | Q(username__iexact=email)
    return User.objects.filter(named).exclude(pk=by_other_than.pk).exists()


@transaction.atomic
def confirm(user: User, secret: str) -> str | None:
    """The address is changed; the one before, or ``None`` when the link proves nothing any more.

    Who signs in by an address, as people who came by an invitation do, signs in by the new one.
    """
    held = User.objects.select_for_update().get(pk=user.pk)
    found = change_of(held, secret)
    if found is None or is_taken(found.email, by_other_than=held):
        return None
    before = held.email
    if held.username.casefold() == before.casefold():
        held.username = found.email
    held.email = found.email
    held.save(update_fields=["email", "username"])
    withdraw(held)
    return before


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
