"""The thread of a referral: each message says who reads it, and is never changed."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from rebond.referrals.followed import Side
from rebond.web.editing.gestures import lock
from rebond.web.journal.writing import Author
from rebond.web.referrals.models import Audience, Message, SentReferral

LONGEST = 4_000
OFFERED = {
    Side.MISSION: (Audience.SHARED, Audience.MISSION),
    Side.ORGANISATION: (Audience.SHARED, Audience.ORGANISATION),
}
"""Whom each side may write to: nobody writes what he or she may not read."""


def offered(sides: Collection[Side]) -> tuple[Audience, ...]:
    """The audiences that a person of these sides may choose, the widest first."""
    return tuple(each for each in Audience if any(each in OFFERED[side] for side in sides))


def fault_of(text: str) -> str:
    """What is wrong with a message; empty when it may be written."""
    if not text.strip():
        return "Écrivez le message."
    return f"{len(text)} caractères, {LONGEST} au plus." if len(text) > LONGEST else ""


@transaction.atomic
def write(
    referral: SentReferral, text: str, audience: Audience, *, by: Author, signed: str = "", seen: int | None = None
) -> Message:
    """Add a message; ``signed``: how it names who writes it, when it is not the author's name.

    ``seen``: the last message that the page showed. The same words after it are the same button pressed twice.
    """
    lock(referral.project.mission)
    said = {"text": text.strip(), "audience": audience, "by": by.user}
    again = None if seen is None else referral.messages.filter(**said, pk__gt=seen).first()
    return again or Message.objects.create(referral=referral, **said, by_name=signed or by.said)
