"""Tokens made, found again and revoked: shown once, kept as a digest, good for as long as the account may sign in."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from rebond.web.accounts.models import User
from rebond.web.accounts.second_factor import device_of, must_have
from rebond.web.api.models import Token
from rebond.web.missions.access import TEAM
from rebond.web.missions.models import Membership

DAYS = (30, 90, 365)
MOST = 10
"""Tokens in force of one person."""
_PREFIX = "rebond_"
_BYTES = 32
_SHAPE = re.compile(rf"^{_PREFIX}[A-Za-z0-9_-]{{43}}$")
_NOTED_EVERY = timedelta(minutes=1)
"""The last use is not written at each request."""


class TooManyError(Exception):
    """The person has as many tokens as one may have."""


def may_have(user: User) -> bool:
    """Whether a person works on the whole of some mission: the only ones whom the API answers."""
    return Membership.objects.filter(user=user, role__in=TEAM).exists()


@transaction.atomic
def create(user: User, *, name: str, days: int) -> str:
    """A new token, said once. Raises ``TooManyError``."""
    User.objects.select_for_update().get(pk=user.pk)
    now = timezone.now()
    if Token.objects.filter(user=user, revoked_at=None, expires_at__gt=now).count() >= MOST:
        raise TooManyError
    text = f"{_PREFIX}{secrets.token_urlsafe(_BYTES)}"
    Token.objects.create(
        user=user,
        name=name,
        digest=_digest(text),
        account_digest=_account_digest(user),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return text


def revoke(user: User, number: int) -> bool:
    """End a token of a person, for good; whether there was one in force."""
    return bool(Token.objects.filter(user=user, pk=number, revoked_at=None).update(revoked_at=timezone.now()))


def holder_of(text: str) -> Token | None:
    """The token in force that a program says, with its person; ``None`` for any other text.

    Not in force: revoked, too old, of an account that is closed, whose password changed since, or that must first
    have the second factor of the instance.
    """
    if not _SHAPE.match(text):
        return None
    now = timezone.now()
    token = Token.objects.select_related("user").filter(digest=_digest(text), revoked_at=None).first()
    if token is None or token.expires_at <= now:
        return None
    user = token.user
    if not user.is_active or not constant_time_compare(token.account_digest, _account_digest(user)):
        return None
    if must_have(user) and device_of(user) is None:
        return None
    old = Q(used_at=None) | Q(used_at__lt=now - _NOTED_EVERY)
    Token.objects.filter(old, pk=token.pk).update(used_at=now)
    return token


def _digest(text: str) -> str:
    """Of 256 bits drawn at random: no need for the slow digest of a password."""
    return hashlib.sha256(text.encode()).hexdigest()


def _account_digest(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()
