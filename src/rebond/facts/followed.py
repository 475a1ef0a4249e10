"""What became of a referral, from its steps: where it stands, since when, what was asked, granted and paid, how late.

A referral may speak of several dispositifs, and a step of one of them: a refusal of one does not refuse the others.
The pages and the study both read steps here; what may follow what is ``rebond.referrals.followed``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from rebond.facts.referred import ReferralState, ReferralStep, SentReferral
from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros

SENT, GRANTED, CLOSED = ReferralState.SENT, ReferralState.GRANTED, ReferralState.CLOSED


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
    def dispositifs(self) -> tuple[str, ...]:
        """Those that it was sent for, then any other that a step names."""
        said = (each.dispositif for each in self.steps if each.dispositif)
        return tuple(dict.fromkeys((*self.sent.dispositifs, *said)))

    def of(self, dispositif: str) -> Followed:
        """What was said of one dispositif: of it alone, or of all that are not refused at once.

        An amount told of several at once is nobody's: it stays unknown.
        """
        if self.dispositifs in ((), (dispositif,)):
            return self
        mine = self._parts.get(dispositif)
        told = tuple(map(_of_nobody, (each for each in self.steps if not each.dispositif))) if mine is None else mine
        return Followed(replace(self.sent, dispositifs=(dispositif,), asked=UNKNOWN), tuple(told))

    @cached_property
    def _parts(self) -> dict[str, list[ReferralStep]]:
        """Dispositif → its steps. A step of the whole says nothing of what was refused while another is alive.

        Only what names it, or a step of the whole once all are refused, takes a refused dispositif up again.
        """
        kept: dict[str, list[ReferralStep]] = {each: [] for each in self.dispositifs}
        for step in self.steps:
            if step.dispositif:
                kept[step.dispositif].append(step)
                continue
            refused = {each for each, mine in kept.items() if _is_no(mine)}
            alive = kept.keys() - refused or kept.keys()
            for each, mine in kept.items():
                if each in alive or step.state is CLOSED:
                    mine.append(step if len(alive) == 1 else _of_nobody(step))
                elif mine[-1].state is CLOSED:
                    # What was closed by mistake is taken up again as it was: refused.
                    mine.pop()
        return kept

    @cached_property
    def said(self) -> tuple[ReferralStep, ...]:
        """The steps but those that closed it: closing says nothing of what was answered."""
        return tuple(each for each in self.steps if each.state is not CLOSED)

    @cached_property
    def state(self) -> ReferralState:
        """Where it stands: as its last step says, but for a no to one dispositif while another is alive."""
        if not self.steps:
            return SENT
        last = self.steps[-1]
        if not last.state.is_no or not last.dispositif or len(self.dispositifs) <= 1:
            return last.state
        alive = [part for part in map(self.of, self.dispositifs) if not part.state.is_no]
        if not alive:
            return last.state
        told = [part.steps[-1] for part in alive if part.steps]
        return max(told, key=lambda each: each.number).state if told else SENT

    @cached_property
    def outcome(self) -> ReferralState:
        """Where it stood before it was closed, when it is."""
        return Followed(self.sent, self.said).state if len(self.said) < len(self.steps) else self.state

    @cached_property
    def refused(self) -> tuple[str, ...]:
        """The dispositifs that the organisation will not pay: refused, or « not for us »."""
        return tuple(each for each in self.dispositifs if self.of(each).outcome.is_no)

    @property
    def since_refused(self) -> Followed:
        """What was said after the last no: what was granted before it does not hold any more."""
        no = max((each.number for each in self.steps if each.state.is_no), default=0)
        return Followed(self.sent, tuple(each for each in self.steps if each.number > no))

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
        again = self._again
        return self.sent.answer_by if again is None or again.answer_by is UNKNOWN else again.answer_by

    @property
    def sent_on(self) -> Maybe[date]:
        """When it was last sent: the organisation's clock starts there."""
        return self.sent.sent_on if self._again is None else self._again.on

    @property
    def answered_on(self) -> Maybe[date]:
        """When the organisation first answered after it was last sent; UNKNOWN as long as it did not."""
        return next((each.on for each in self._answers), UNKNOWN)

    @property
    def decided_on(self) -> Maybe[date]:
        """When it first said yes or no after it was last sent."""
        return next((each.on for each in self._answers if each.state.is_no or each.state is GRANTED), UNKNOWN)

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

    @cached_property
    def _again(self) -> ReferralStep | None:
        return next((each for each in reversed(self.steps) if each.state is SENT), None)

    @property
    def _answers(self) -> tuple[ReferralStep, ...]:
        return tuple(each for each in self.said if self._again is None or each.number > self._again.number)

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
        alone = len(self.dispositifs) <= 1
        after = (each for each in self.steps if each.number > grant.number and each.state.is_no)
        return any(alone or each.dispositif in ("", grant.dispositif) for each in after)


def _of_nobody(step: ReferralStep) -> ReferralStep:
    """A step of several dispositifs, as each of them reads it."""
    return replace(step, asked=UNKNOWN, granted=UNKNOWN, paid=UNKNOWN)


def _is_no(steps: Sequence[ReferralStep]) -> bool:
    """Whether the last thing said, but for closing, is a no."""
    said = [each for each in steps if each.state is not CLOSED]
    return bool(said) and said[-1].state.is_no


def followed(referrals: Iterable[SentReferral], steps: Iterable[ReferralStep]) -> tuple[Followed, ...]:
    """Each referral with its steps, in the order of the referrals."""
    of: dict[str, list[ReferralStep]] = {}
    for each in steps:
        of.setdefault(each.referral_id, []).append(each)
    return tuple(Followed(each, tuple(sorted(of.get(each.id, ()), key=lambda step: step.number))) for each in referrals)


def open_between(known: Sequence[Followed], project_id: str, organisation: str) -> Followed | None:
    """What is still open between a project and an organisation: there is at most one, and no other may be sent."""
    mine = (each for each in known if (each.sent.project_id, each.sent.organisation) == (project_id, organisation))
    return next((each for each in mine if each.is_open), None)
