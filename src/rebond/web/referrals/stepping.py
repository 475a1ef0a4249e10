"""What a person says of a referral in a form: read whole, every fault at once, kept as typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rebond.facts import UNKNOWN, ReferralState, ReferralStep
from rebond.facts.followed import Followed
from rebond.reading.amounts import read_euros
from rebond.reading.dates import read_date
from rebond.reading.numbers import read_integer
from rebond.reading.problem import Unreadable
from rebond.referrals.followed import Side, objections
from rebond.web.journal.writing import LONGEST_REASON
from rebond.web.referrals.gestures import Said
from rebond.web.wording import ended, mending

FIELDS = ("etat", "dispositif", "date", "demande", "accorde", "verse", "emplois", "motif", "avant")
_READERS = {
    "date": ("on", read_date),
    "demande": ("asked", read_euros),
    "accorde": ("granted", read_euros),
    "verse": ("paid", read_euros),
    "emplois": ("jobs", read_integer),
    "avant": ("answer_by", read_date),
}
_FIELD_OF = {name: key for key, (name, _) in _READERS.items()} | {
    "state": "etat",
    "reason": "motif",
    "dispositif": "dispositif",
}


@dataclass(slots=True)
class Typed:
    """What was typed, and what is wrong by field."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    said: Said | None = None


def read_said(sent: Mapping[str, str], was: Followed, side: Side, today: date) -> Typed:
    """What the form says of a referral; ``said`` when nothing is wrong."""
    typed = Typed(values={name: sent.get(name, "") for name in FIELDS})
    state = next((each for each in ReferralState if each.value == sent.get("etat")), None)
    if state is None:
        typed.errors["etat"] = "Choisissez ce qui est dit."
    values: dict[str, Any] = {}
    for key, (name, reader) in _READERS.items():
        try:
            values[name] = reader(sent.get(key, "").strip()).value  # type: ignore[operator]  # readers of one text
        except Unreadable as fault:
            typed.errors[key] = mending(fault)
            values[name] = UNKNOWN
    reason = sent.get("motif", "").replace("\r\n", "\n").strip()
    if len(reason) > LONGEST_REASON:
        typed.errors["motif"] = f"{len(reason)} caractères, {LONGEST_REASON} au plus."
    if values["on"] is not UNKNOWN and values["on"] > today:
        typed.errors["date"] = "Une étape se note une fois faite : donnez une date passée, ou celle du jour."
    if state is None:
        return typed
    said = Said(state=state, dispositif=sent.get("dispositif", ""), reason=reason, **values)
    step = ReferralStep(
        referral_id=was.sent.id,
        number=len(was.steps) + 1,
        state=state,
        dispositif=said.dispositif,
        reason=reason,
        on=today if values["on"] is UNKNOWN else values["on"],
        asked=said.asked,
        granted=said.granted,
        paid=said.paid,
        jobs=said.jobs,
    )
    for name, problem in objections(was, step, side):
        typed.errors.setdefault(_FIELD_OF[name], ended(problem))
    if not typed.errors:
        typed.said = said
    return typed
