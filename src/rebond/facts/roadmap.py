"""What a mission settled of its roadmap: actions adopted, or set aside with a reason, and how each one advances.

Both are decisions: a study proposes actions and never writes these. An action is edited; its progress is only ever
added to, the highest ``number`` comes last.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros


class ActionStatus(enum.StrEnum):
    """Where an action is."""

    TO_START = "a_lancer"
    RUNNING = "en_cours"
    DONE = "achevee"
    DROPPED = "abandonnee"
    SET_ASIDE = "ecartee"
    """A proposal that the mission does not adopt: kept with its reason, so that nobody proposes it anew."""

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "a_lancer": "À lancer",
            "en_cours": "En cours",
            "achevee": "Achevée",
            "abandonnee": "Abandonnée",
            "ecartee": "Écartée",
        }[self.value]

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self in (ActionStatus.TO_START, ActionStatus.RUNNING)

    @property
    def asks_why(self) -> bool:
        """Whether it is said with a reason."""
        return self in (ActionStatus.DROPPED, ActionStatus.SET_ASIDE)


class ActionPriority(enum.StrEnum):
    """What comes first."""

    HIGH = "haute"
    NORMAL = "normale"
    LOW = "basse"

    @property
    def rank(self) -> int:
        """From the first to the last."""
        return list(ActionPriority).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapAction:
    """An action of the roadmap: adopted from what a study proposed, written by hand, or set aside."""

    id: str
    axis: str
    title: str
    proposal: str = ""
    """Key of the proposal of the studies that it comes from (``ProposedAction.key``); empty: written by hand."""
    why: str = ""
    owner: str = ""
    """Code of an organisation of the catalogue, or a name that was typed; empty: nobody yet."""
    owner_person: str = ""
    partners: tuple[str, ...] = ()
    budget: Maybe[Euros] = UNKNOWN
    paid_by: tuple[str, ...] = ()
    starts_on: Maybe[date] = UNKNOWN
    ends_on: Maybe[date] = UNKNOWN
    status: ActionStatus = ActionStatus.TO_START
    status_reason: str = ""
    priority: Maybe[ActionPriority] = UNKNOWN
    indicator: str = ""
    unit: str = ""
    baseline: Maybe[Decimal] = UNKNOWN
    target: Maybe[Decimal] = UNKNOWN
    target_on: Maybe[date] = UNKNOWN
    needs: tuple[str, ...] = ()
    """The needs that it answers, by interview and axis (``need_ref``); one that was taken back since is kept."""
    projects: tuple[str, ...] = ()
    """The projects of the census that it helps; one that was withdrawn since is kept."""
    adopted_on: Maybe[date] = UNKNOWN
    """The day on which it was adopted or set aside."""
    adopted_by: str = ""

    @property
    def is_adopted(self) -> bool:
        """Whether it is of the roadmap, whatever became of it."""
        return self.status is not ActionStatus.SET_ASIDE

    def is_late(self, on: date) -> bool:
        """Whether its end is past while something is still to be done."""
        return self.status.is_open and isinstance(self.ends_on, date) and self.ends_on < on


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionProgress:
    """What was said of an action one day: the value of its indicator, words."""

    action_id: str
    number: int
    """From 1, in the order in which progress was recorded, for one action."""
    on: Maybe[date] = UNKNOWN
    value: Maybe[Decimal] = UNKNOWN
    words: str = ""
    by: str = ""
    """Who says so: a person, with the organisation."""


def need_ref(interview: str, axis: str) -> str:
    """How an action names a need: an interview has one on each axis."""
    return f"{interview}/{axis}"


def last_progress(progress: Iterable[ActionProgress]) -> dict[str, ActionProgress]:
    """Action → what was said last of it."""
    found: dict[str, ActionProgress] = {}
    for each in progress:
        if each.action_id not in found or found[each.action_id].number < each.number:
            found[each.action_id] = each
    return found


def last_values(progress: Iterable[ActionProgress]) -> dict[str, ActionProgress]:
    """Action → the last thing said of it that gives the value of its indicator."""
    return last_progress(each for each in progress if each.value is not UNKNOWN)
