"""What is done next about a plan, payer by payer: at which desk, before which day. The referrals give them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskStep:
    """One thing to do at one organisation."""

    organisation: str
    """Its name."""
    supports: tuple[str, ...]
    """What is asked of it, in words."""
    reason: str
    action: str
    pages: tuple[str, ...]
    """Where to reach the desk, as the catalogue has it."""
    before: date
    before_order: bool
    """Whether it must be done before any order."""
