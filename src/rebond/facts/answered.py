"""What funders answered for each project, dispositif by dispositif: what is closed to it, what it was granted.

Read in its referrals' steps, as their pages do (``rebond.facts.followed``). Rows may come in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from rebond.facts.followed import Followed, followed
from rebond.facts.referred import ReferralState, ReferralStep, SentReferral
from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros


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
    found: defaultdict[str, list[Asked | Closed | Granted]] = defaultdict(list)
    for referral in followed(sorted(referrals, key=lambda each: each.id), steps):
        for dispositif in sorted(referral.dispositifs) or [""]:
            if not dispositif or dispositif not in apart:
                found[referral.sent.project_id] += _answers(referral, dispositif)
    return {project: _sorted(each) for project, each in found.items()}


def _answers(referral: Followed, dispositif: str) -> Iterable[Asked | Closed | Granted]:
    """Where one dispositif of a referral is."""
    part = referral.of(dispositif)
    organisation, ref = referral.sent.organisation, referral.sent.id
    yield Asked(
        dispositif=dispositif,
        organisation=organisation,
        referral_id=ref,
        state=part.state,
        on=part.since,
        amount=part.totals.asked,
        sent_on=part.sent_on,
        first_on=part.answered_on,
        decided_on=part.decided_on,
        jobs=part.totals.jobs,
    )
    if part.outcome.is_no:
        no = part.said[-1]
        yield Closed(
            dispositif=dispositif,
            organisation=organisation,
            referral_id=ref,
            state=no.state,
            on=no.on,
            reason=no.reason,
        )
        return
    held = part.since_refused
    grant = next((step for step in held.said if step.state is ReferralState.GRANTED), None)
    if grant is not None and dispositif:
        yield Granted(
            dispositif=dispositif,
            organisation=organisation,
            referral_id=ref,
            on=grant.on,
            amount=held.totals.granted,
            paid=held.totals.paid,
        )


def _sorted(found: Iterable[Asked | Closed | Granted]) -> Answers:
    ordered = sorted(found, key=lambda each: (each.dispositif, each.referral_id))
    closed = [each for each in ordered if isinstance(each, Closed)]
    granted = [each for each in ordered if isinstance(each, Granted)]
    return Answers(
        asked=tuple(each for each in ordered if isinstance(each, Asked)), closed=tuple(closed), granted=tuple(granted)
    )
