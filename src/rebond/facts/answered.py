"""What funders answered for each project: what is closed to it, what it was granted, read in its referrals' steps.

A referral speaks of each of its dispositifs apart: the last step that names it, or that names none, says where it is;
closing says nothing of what was answered before.
Rows may come in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from rebond.facts.referred import ReferralState, ReferralStep, SentReferral
from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """That an organisation will not give a dispositif to a project, or will not advise it (``dispositif`` empty)."""

    dispositif: str
    organisation: str
    referral_id: str
    state: ReferralState
    on: Maybe[date] = UNKNOWN
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What an organisation granted to a project of a dispositif; ``amount`` in euros of that support."""

    dispositif: str
    organisation: str
    referral_id: str
    on: Maybe[date] = UNKNOWN
    amount: Maybe[Euros] = UNKNOWN
    paid: Maybe[Euros] = UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where a dispositif stands at an organisation that a project was sent to."""

    dispositif: str
    organisation: str
    referral_id: str
    state: ReferralState
    on: Maybe[date] = UNKNOWN
    amount: Maybe[Euros] = UNKNOWN
    """What the firm asks, when someone said."""
    sent_on: Maybe[date] = UNKNOWN
    first_on: Maybe[date] = UNKNOWN
    """The day of the organisation's first answer since it was last sent."""
    decided_on: Maybe[date] = UNKNOWN
    """The day on which it first said yes or no since it was last sent."""
    jobs: Maybe[int] = UNKNOWN
    """Jobs really created so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Of one project, in the order of dispositifs, then of referrals."""

    asked: tuple[Asked, ...] = ()
    closed: tuple[Closed, ...] = ()
    granted: tuple[Granted, ...] = ()

    @property
    def refused(self) -> frozenset[str]:
        """The dispositifs that are no way out any more; what is granted by one is not closed by another."""
        return frozenset(each.dispositif for each in self.closed if each.dispositif) - self.obtained

    @property
    def obtained(self) -> frozenset[str]:
        """The dispositifs granted."""
        return frozenset(each.dispositif for each in self.granted)

    @property
    def silent_advisers(self) -> frozenset[str]:
        """Organisations that will not advise the project."""
        return frozenset(each.organisation for each in self.closed if not each.dispositif)

    def of(self, organisation: str) -> Answers:
        """Those of one organisation."""
        return Answers(
            asked=tuple(each for each in self.asked if each.organisation == organisation),
            closed=tuple(each for each in self.closed if each.organisation == organisation),
            granted=tuple(each for each in self.granted if each.organisation == organisation),
        )

    def without_words(self) -> Answers:
        """The same without the reasons that organisations gave."""
        return replace(self, closed=tuple(replace(each, reason="") for each in self.closed))


NO_ANSWER = Answers()


def answers_of(
    referrals: Iterable[SentReferral], steps: Iterable[ReferralStep], *, without: Iterable[str] = ()
) -> Mapping[str, Answers]:
    """Project → what was answered. ``without``: dispositifs told elsewhere, as the call that the committee decides."""
    apart = frozenset(without)
    by_referral: defaultdict[str, list[ReferralStep]] = defaultdict(list)
    for step in steps:
        by_referral[step.referral_id].append(step)
    found: defaultdict[str, list[Asked | Closed | Granted]] = defaultdict(list)
    for referral in sorted(referrals, key=lambda each: each.id):
        mine = sorted(by_referral[referral.id], key=lambda step: step.number)
        named = dict.fromkeys((*referral.dispositifs, *(step.dispositif for step in mine if step.dispositif)))
        for dispositif in sorted(named) or [""]:
            if dispositif and dispositif in apart:
                continue
            told = [step for step in mine if step.dispositif in {"", dispositif}]
            alone = len(named) <= 1
            found[referral.project_id] += _answers(referral, dispositif, told, alone=alone)
    return {project: _sorted(each) for project, each in found.items()}


def _answers(
    referral: SentReferral, dispositif: str, told: list[ReferralStep], *, alone: bool
) -> Iterable[Asked | Closed | Granted]:
    """Where one dispositif of a referral is. An amount told of several at once is nobody's: it stays unknown."""
    closes = ReferralState.CLOSED
    said = [step for step in told if step.state is not closes]
    last, now = (said[-1] if said else None), (told[-1] if told else None)
    amounts = told if alone else [step for step in told if step.dispositif]
    again = next((step for step in reversed(said) if step.state is ReferralState.SENT), None)
    since_sent = [step for step in said if again is None or step.number > again.number]
    yield Asked(
        dispositif=dispositif,
        organisation=referral.organisation,
        referral_id=referral.id,
        state=now.state if now else ReferralState.SENT,
        on=now.on if now else referral.sent_on,
        amount=_last([*([referral.asked] if alone else []), *(step.asked for step in amounts)]),
        sent_on=again.on if again else referral.sent_on,
        first_on=next((step.on for step in since_sent), UNKNOWN),
        decided_on=next((step.on for step in since_sent if _decides(step)), UNKNOWN),
        jobs=_last([step.jobs for step in told]),
    )
    if last is not None and last.state.is_no:
        yield Closed(
            dispositif=dispositif,
            organisation=referral.organisation,
            referral_id=referral.id,
            state=last.state,
            on=last.on,
            reason=last.reason,
        )
        return
    since = max([step.number for step in said if step.state.is_no], default=-1)
    grants = [step for step in said if step.state is ReferralState.GRANTED and step.number > since]
    if grants and dispositif:
        yield Granted(
            dispositif=dispositif,
            organisation=referral.organisation,
            referral_id=referral.id,
            on=grants[0].on,
            amount=_last([step.granted for step in amounts if step.number > since]),
            paid=_last([step.paid for step in amounts if step.number > since]),
        )


def _decides(step: ReferralStep) -> bool:
    """Whether it says yes or no."""
    return step.state.is_no or step.state is ReferralState.GRANTED


def _last(values: Sequence[Maybe[T]]) -> Maybe[T]:
    """The last that is known."""
    return next((value for value in reversed(values) if value is not UNKNOWN), UNKNOWN)


def _sorted(found: Iterable[Asked | Closed | Granted]) -> Answers:
    ordered = sorted(found, key=lambda each: (each.dispositif, each.referral_id))
    closed = [each for each in ordered if isinstance(each, Closed)]
    granted = [each for each in ordered if isinstance(each, Granted)]
    return Answers(
        asked=tuple(each for each in ordered if isinstance(each, Asked)), closed=tuple(closed), granted=tuple(granted)
    )
