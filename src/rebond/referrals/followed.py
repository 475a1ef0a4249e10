"""What became of a referral, from its steps: where it stands, since when, what was asked, granted and paid, how late.

A referral may speak of several dispositifs, and a step of one of them: a refusal of one does not refuse the others.
``RULES`` is the only place that says what may follow what, and who may say it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from rebond.facts import UNKNOWN, Maybe, ReferralState, ReferralStep, SentReferral
from rebond.units import Euros

SENT, TAKEN, ASKED, FILED = ReferralState.SENT, ReferralState.TAKEN, ReferralState.ASKED, ReferralState.FILED
GRANTED, REFUSED, NOT_OURS = ReferralState.GRANTED, ReferralState.REFUSED, ReferralState.NOT_OURS
CLOSED = ReferralState.CLOSED


class Side(enum.StrEnum):
    """Who says a step."""

    MISSION = "mission"
    ORGANISATION = "organisation"


_BOTH = frozenset(Side)
_MISSION = frozenset({Side.MISSION})
RULES: Mapping[ReferralState, Mapping[ReferralState, frozenset[Side]]] = MappingProxyType(
    {
        # Sent, or sent again with what was asked for: every answer is open.
        SENT: dict.fromkeys((TAKEN, ASKED, FILED, GRANTED, REFUSED, NOT_OURS), _BOTH)
        | dict.fromkeys((SENT, CLOSED), _MISSION),
        TAKEN: dict.fromkeys((TAKEN, ASKED, FILED, GRANTED, REFUSED, NOT_OURS), _BOTH) | {CLOSED: _MISSION},
        # The mission gives what was asked for by sending again: the organisation owes an answer anew.
        ASKED: dict.fromkeys((TAKEN, ASKED, FILED, GRANTED, REFUSED, NOT_OURS), _BOTH)
        | dict.fromkeys((SENT, CLOSED), _MISSION),
        # An application is examined: it is refused, it is not « not for us » any more.
        FILED: dict.fromkeys((ASKED, FILED, GRANTED, REFUSED), _BOTH) | {CLOSED: _MISSION},
        # Granted again: an amount put right, a payment, jobs. Refused: the grant is withdrawn.
        GRANTED: dict.fromkeys((GRANTED, REFUSED), _BOTH) | {CLOSED: _MISSION},
        # An appeal, or a new application to the same organisation, that is examined or won.
        REFUSED: dict.fromkeys((FILED, GRANTED), _BOTH) | {CLOSED: _MISSION},
        # The organisation finds that it is for it after all.
        NOT_OURS: {TAKEN: _BOTH, CLOSED: _MISSION},
        # Nothing follows what is closed, but its being closed by mistake: the mission takes it up again and says why.
        CLOSED: {TAKEN: _MISSION},
    }
)
"""State → what may follow it, and who may say so; the mission may always write what an organisation told it."""
NEEDS_REASON = frozenset({REFUSED, NOT_OURS})
"""What is never said without why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Euros and jobs of a referral so far; UNKNOWN as long as nobody said, and never 0 in its place."""

    asked: Maybe[Euros] = UNKNOWN
    granted: Maybe[Euros] = UNKNOWN
    paid: Maybe[Euros] = UNKNOWN
    jobs: Maybe[int] = UNKNOWN


@dataclass(frozen=True)
class Followed:
    """A referral with its steps, in the order of their numbers."""

    sent: SentReferral
    steps: tuple[ReferralStep, ...] = ()

    @cached_property
    def state(self) -> ReferralState:
        """Where it stands: as its last step says, but for a no to one dispositif while another is alive."""
        if not self.steps:
            return SENT
        last = self.steps[-1]
        if not last.state.is_no or not last.dispositif:
            return last.state
        alive = [each for each in self._lasts.values() if each is None or not each.state.is_no]
        if not alive:
            return last.state
        told = [each for each in alive if each is not None]
        return max(told, key=lambda each: each.number).state if told else SENT

    @cached_property
    def outcome(self) -> ReferralState:
        """Where it stood before it was closed, when it is: closing says nothing of what was answered."""
        said = tuple(each for each in self.steps if each.state is not CLOSED)
        return Followed(self.sent, said).state if len(said) < len(self.steps) else self.state

    def state_of(self, dispositif: str) -> ReferralState:
        """Where what was asked under one dispositif stands."""
        last = self._last_of(dispositif)
        return SENT if last is None else last.state

    @cached_property
    def refused(self) -> tuple[str, ...]:
        """The dispositifs that the organisation will not pay: refused, or « not for us »."""
        return tuple(each for each in self._spoken_of if self._was_no(each))

    @property
    def last(self) -> int:
        """The number of the last step, 0 before any: what a page says that it showed."""
        return self.steps[-1].number if self.steps else 0

    @property
    def since(self) -> Maybe[date]:
        """Since when it stands so."""
        found = next((each for each in reversed(self.steps) if each.state is self.state), None)
        return self.sent.sent_on if found is None else found.on

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state.is_open

    @property
    def answer_by(self) -> Maybe[date]:
        """The day by which the organisation is asked to answer, as it was last sent."""
        again = next((each for each in reversed(self.steps) if each.state is SENT), None)
        return self.sent.answer_by if again is None or again.answer_by is UNKNOWN else again.answer_by

    @property
    def sent_on(self) -> Maybe[date]:
        """When it was last sent: the organisation's clock starts there."""
        again = next((each for each in reversed(self.steps) if each.state is SENT), None)
        return self.sent.sent_on if again is None else again.on

    @property
    def answered_on(self) -> Maybe[date]:
        """When the organisation first answered after it was last sent; UNKNOWN as long as it did not."""
        found: Maybe[date] = UNKNOWN
        for each in reversed(self.steps):
            if each.state is SENT:
                break
            found = found if each.state is CLOSED else each.on
        return found

    @property
    def days(self) -> Maybe[int]:
        """Days that the organisation took to answer; UNKNOWN as long as it did not, or when a date is."""
        start, end = self.sent_on, self.answered_on
        return UNKNOWN if start is UNKNOWN or end is UNKNOWN else (end - start).days

    def waiting(self, today: date) -> Maybe[int]:
        """Days for which the organisation has owed an answer; UNKNOWN when it owes none, or when nobody dated it."""
        start = self.sent_on
        return (today - start).days if self.state.waits_for_answer and start is not UNKNOWN else UNKNOWN

    def is_late(self, today: date) -> bool:
        """Whether the organisation owes an answer that was asked for before today."""
        before = self.answer_by
        return self.state.waits_for_answer and before is not UNKNOWN and before < today

    @cached_property
    def totals(self) -> Totals:
        """What was asked, granted, paid and created in all: of each dispositif what was said last, added up.

        A step of the whole referral says the total: what was said of its dispositifs before does not add to it. What
        was granted and then withdrawn counts no more.
        """
        granted = UNKNOWN if self.outcome.is_no else self._total("granted")
        asked = self._total("asked")
        return Totals(
            asked=self.sent.asked if asked is UNKNOWN else asked,
            granted=granted,
            paid=self._total("paid"),
            jobs=self._total("jobs"),
        )

    def granted_for(self, dispositif: str) -> Maybe[Euros]:
        """What was last granted under one dispositif, or to the whole referral."""
        if not dispositif:
            return self.totals.granted
        said = (each for each in reversed(self.steps) if each.dispositif == dispositif)
        return next((each.granted for each in said if each.granted is not UNKNOWN), UNKNOWN)

    def next_states(self, side: Side, dispositif: str = "") -> tuple[ReferralState, ...]:
        """What may be said next, of one dispositif or of the whole referral."""
        state = self.state
        if dispositif and state is not CLOSED:
            state = self.state_of(dispositif)
        return tuple(each for each in ReferralState if side in RULES[state].get(each, ()))

    @cached_property
    def _spoken_of(self) -> tuple[str, ...]:
        said = (each.dispositif for each in self.steps if each.dispositif)
        return tuple(dict.fromkeys((*self.sent.dispositifs, *said)))

    @cached_property
    def _lasts(self) -> Mapping[str, ReferralStep | None]:
        return {each: self._last_of(each) for each in self._spoken_of}

    def _last_of(self, dispositif: str) -> ReferralStep | None:
        return next((each for each in reversed(self.steps) if each.dispositif in ("", dispositif)), None)

    def _was_no(self, dispositif: str) -> bool:
        """Closing says nothing of what was answered before it."""
        told = (each for each in reversed(self.steps) if each.dispositif in ("", dispositif))
        last = next((each for each in told if each.state is not CLOSED), None)
        return last is not None and last.state.is_no

    def _total(self, name: str) -> Maybe[Any]:
        """The sum of what was last said, from the last step of the whole referral that says anything."""
        said = [each for each in self.steps if getattr(each, name) is not UNKNOWN]
        whole = next((rank for rank in range(len(said) - 1, -1, -1) if not said[rank].dispositif), None)
        if whole is not None and whole == len(said) - 1:
            found: Maybe[Any] = getattr(said[whole], name)
            return UNKNOWN if name == "granted" and self._is_withdrawn(said[whole]) else found
        parts: dict[str, ReferralStep] = {each.dispositif: each for each in said if each.dispositif}
        counted = [getattr(each, name) for each in parts.values() if name != "granted" or not self._is_withdrawn(each)]
        return sum(counted) if counted else UNKNOWN

    def _is_withdrawn(self, grant: ReferralStep) -> bool:
        """Whether a no came after it: granted again since without an amount, nobody knows how much."""
        alone = len(self._spoken_of) <= 1
        after = (each for each in self.steps if each.number > grant.number and each.state.is_no)
        return any(alone or each.dispositif in ("", grant.dispositif) for each in after)


def followed(referrals: Iterable[SentReferral], steps: Iterable[ReferralStep]) -> tuple[Followed, ...]:
    """Each referral with its steps, in the order of the referrals."""
    of: dict[str, list[ReferralStep]] = {}
    for each in steps:
        of.setdefault(each.referral_id, []).append(each)
    return tuple(Followed(each, tuple(sorted(of.get(each.id, ()), key=lambda step: step.number))) for each in referrals)


def objections(was: Followed, step: ReferralStep, side: Side) -> tuple[tuple[str, str], ...]:
    """Why a step may not be recorded, each with the field that it is about; none when it may."""
    found = []
    allowed = was.next_states(side, step.dispositif)
    if step.state not in allowed:
        now = was.state if not step.dispositif or was.state is CLOSED else was.state_of(step.dispositif)
        offered = ", ".join(f"« {each.label} »" for each in allowed) or "rien"
        found.append(("state", f"après « {now.label} » ne peut suivre que : {offered}"))
    if step.dispositif and step.dispositif not in was.sent.dispositifs:
        found.append(("dispositif", "cette orientation ne parle pas de ce dispositif"))
    reopens = was.state is CLOSED and step.state is TAKEN
    if (step.state in NEEDS_REASON or reopens) and not step.reason.strip():
        why = "dire pourquoi elle est reprise" if reopens else "dire pourquoi : un refus sans motif n’apprend rien"
        found.append(("reason", why))
    if step.state is ASKED and not step.reason.strip():
        found.append(("reason", "dire ce qu’il manque"))
    if step.granted is not UNKNOWN and step.state not in (GRANTED, CLOSED):
        found.append(("granted", "un montant accordé ne se note qu’avec « Accordée »"))
    if step.paid is not UNKNOWN and step.state not in (GRANTED, CLOSED):
        found.append(("paid", "un montant versé ne se note qu’avec « Accordée » ou « Close »"))
    granted = step.granted if step.granted is not UNKNOWN else was.granted_for(step.dispositif)
    if step.paid is not UNKNOWN and granted is not UNKNOWN and step.paid > granted:
        found.append(("paid", "plus que ce qui est accordé"))
    if step.on is not UNKNOWN and was.sent.sent_on is not UNKNOWN and step.on < was.sent.sent_on:
        found.append(("on", "avant l’envoi"))
    return tuple(found)


def open_between(known: Sequence[Followed], project_id: str, organisation: str) -> Followed | None:
    """What is still open between a project and an organisation: there is at most one, and no other may be sent."""
    mine = (each for each in known if (each.sent.project_id, each.sent.organisation) == (project_id, organisation))
    return next((each for each in mine if each.is_open), None)


def deadline(sent_on: date, days: int) -> date:
    """The day by which an answer is asked."""
    return sent_on + timedelta(days=days)


def out_of_order(
    referrals: Iterable[SentReferral], steps: Iterable[ReferralStep]
) -> Iterator[tuple[ReferralStep, str]]:
    """The steps that could not follow those before them, each with why: what a workbook may bring."""
    for each in followed(referrals, steps):
        for rank, step in enumerate(each.steps):
            was = Followed(each.sent, each.steps[:rank])
            yield from ((step, problem) for _, problem in objections(was, step, Side.MISSION))
