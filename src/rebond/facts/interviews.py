"""What a firm said when it was met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rebond.facts.values import UNKNOWN, Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A need heard in an interview, not yet a project; ``axis`` is a key of the roadmap's axes."""

    axis: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """A meeting with a firm."""

    id: str
    firm_id: str
    held_on: date
    interviewer: str = ""
    needs: tuple[Need, ...] = ()
    minutes: str = ""
    callback_on: Maybe[date] = UNKNOWN
    """The day on which the firm waits to be called back."""
    callback_by: str = ""
    callback_why: str = ""
