"""What else a person may take back while undoing a gesture: offered in a box of its own, never done in silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rebond.web.accounts.models import User
from rebond.web.journal.models import Entry
from rebond.web.missions.models import Mission


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One box of the page that undoes a gesture."""

    name: str
    """Of the control."""
    label: str
    items: tuple[str, ...]
    """What it takes back, one line each."""
    stays: tuple[str, ...]
    """What it leaves, and why."""
    take: Callable[[User], str]
    """Do it, once the gesture is undone; what it did, in words."""


Provider = Callable[[User, Mission, Sequence[Entry]], Offer | None]
_PROVIDERS: list[Provider] = []


def goes_with(provider: Provider) -> Provider:
    """Register what another app knows to go with a gesture: its ``ready`` imports it."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def offers(user: User, mission: Mission, entries: Sequence[Entry]) -> list[Offer]:
    """What this person may take back with the gesture of these entries."""
    return [offer for provider in _PROVIDERS if (offer := provider(user, mission, entries)) is not None]
