"""What someone says of an action one day: read from a form, numbered after what was said before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from rebond import facts as core
from rebond.facts import UNKNOWN, Maybe
from rebond.history import Kind
from rebond.history.changes import progress_ref
from rebond.reading.numbers import read_number
from rebond.reading.problem import Unreadable
from rebond.web.editing.decided import fault_of_reason
from rebond.web.editing.opened import Key
from rebond.web.portfolio.session import day_typed
from rebond.web.roadmap.models import ActionProgress, RoadmapAction
from rebond.web.wording import mending

LONGEST_WORDS = 2000
DAY, VALUE, WORDS = "le", "valeur", "mots"


@dataclass(slots=True)
class Said:
    """What the form says, and what is wrong in it."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    wanted: Mapping[Key, Any] | None = None


def read_progress(sent: Mapping[str, str], action: RoadmapAction, *, by: str, on: date) -> Said:
    """Progress of an action, with every fault at once; one query for its number."""
    said = Said(typed={name: sent.get(name, "") for name in (DAY, VALUE, WORDS)})
    day = day_typed(DAY, said.typed, said.errors, "Donnez le jour de ce point.")
    if isinstance(day, date) and day > on:
        said.errors[DAY] = "Ce jour n’est pas encore venu : dites ce qui est fait."
    value: Maybe[Decimal] = UNKNOWN
    try:
        value = read_number(said.typed[VALUE].strip()).value
    except Unreadable as fault:
        said.errors[VALUE] = mending(fault)
    words = said.typed[WORDS].strip()
    if fault_in := fault_of_reason(words, most=LONGEST_WORDS):
        said.errors[WORDS] = fault_in
    elif not words and value is UNKNOWN and VALUE not in said.errors:
        said.errors[WORDS] = "Écrivez ce qui est fait, ou donnez la valeur de l’indicateur."
    if not said.errors:
        number = ActionProgress.ever.filter(action=action).next_number()
        progress = core.ActionProgress(action_id=action.ref, number=number, on=day, value=value, words=words, by=by)
        said.wanted = {(Kind.PROGRESS, progress_ref(action.ref, number)): progress}
    return said
