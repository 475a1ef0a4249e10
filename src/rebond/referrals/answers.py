"""What an organisation may answer of a referral, and the steps that its answer adds: the choices of the page.

Five of them lead to a decision; once something is granted, a sixth says what was paid of it and the jobs that came.

A referral for several dispositifs is answered dispositif by dispositif where the answer is an amount, and what is
settled of one of them stays so whatever is said of the others. What may follow what is ``followed.RULES``'.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from rebond.facts import UNKNOWN, Maybe, ReferralState
from rebond.facts.followed import Followed
from rebond.referrals.followed import Side, next_states
from rebond.units import Euros

_SETTLED = frozenset({ReferralState.GRANTED, ReferralState.REFUSED, ReferralState.NOT_OURS, ReferralState.CLOSED})


class Choice(enum.StrEnum):
    """What whoever answers chooses between, in the order of the page."""

    TAKE = "je_prends"
    LACK = "il_me_manque"
    FILED = "depose"
    DECIDED = "decision"
    NOT_OURS = "pas_pour_nous"
    PAID = "verse"

    @property
    def label(self) -> str:
        """The words beside the radio button."""
        return _WORDS[self][0]

    @property
    def summary(self) -> str:
        """The same in the middle of a sentence, in a letter."""
        return _WORDS[self][1]


_WORDS = {
    Choice.TAKE: ("Je prends en charge", "« je prends en charge »"),
    Choice.LACK: ("Il me manque…", "« il me manque… »"),
    Choice.FILED: ("La demande est déposée", "« la demande est déposée »"),
    Choice.DECIDED: ("Accordé ou refusé", "« accordé ou refusé » (avec le montant ou le motif)"),
    Choice.NOT_OURS: ("Pas pour nous", "« pas pour nous » (avec le motif)"),
    Choice.PAID: ("Versé à ce jour", "« versé à ce jour » (avec le montant ou les emplois créés)"),
}
_STATES = {
    Choice.TAKE: ReferralState.TAKEN,
    Choice.LACK: ReferralState.ASKED,
    Choice.NOT_OURS: ReferralState.NOT_OURS,
}
"""What the choices without amount say, of all that still waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is said of one dispositif: filed, granted, refused, or paid of what was granted."""

    dispositif: str
    state: ReferralState
    amount: Maybe[Euros] = UNKNOWN
    """Asked for what is filed, granted for what is granted."""
    paid: Maybe[Euros] = UNKNOWN
    jobs: Maybe[int] = UNKNOWN


def waiting(referral: Followed) -> tuple[str, ...]:
    """The dispositifs of which something is still to be said; one empty name for an adviser, who has none."""
    if referral.state is ReferralState.CLOSED:
        return ()
    return tuple(each for each in referral.sent.dispositifs or ("",) if referral.of(each).state not in _SETTLED)


def to_pay(referral: Followed) -> tuple[str, ...]:
    """The dispositifs granted of which all was not paid yet; one empty name for a referral that names none."""
    if referral.state is ReferralState.CLOSED:
        return ()
    return tuple(each for each in referral.sent.dispositifs or ("",) if _is_to_pay(referral.of(each)))


def _is_to_pay(part: Followed) -> bool:
    granted, paid = part.since_refused.totals.granted, part.since_refused.totals.paid
    whole = granted is not UNKNOWN and paid is not UNKNOWN and paid >= granted
    return part.state is ReferralState.GRANTED and not whole


def counts_jobs(referral: Followed, granted: Sequence[str]) -> str:
    """The dispositif that bears the jobs created: theirs add up, and the jobs of a project are counted once."""
    told = [each.dispositif for each in referral.steps if each.jobs is not UNKNOWN and each.dispositif in granted]
    return told[-1] if told else granted[0]


def is_awaited(referral: Followed) -> bool:
    """Whether its organisation still has something to say: an answer, or what it pays."""
    return bool(waiting(referral) or to_pay(referral))


def may_be(referral: Followed, dispositif: str, state: ReferralState) -> bool:
    """Whether the organisation may say that of one dispositif, and has not just said it."""
    return state is not referral.of(dispositif).state and state in next_states(referral, Side.ORGANISATION, dispositif)


def choices(referral: Followed) -> tuple[Choice, ...]:
    """What may be answered today; nothing once all is settled. An adviser has nothing to file nor to grant."""
    named = waiting(referral)
    offered = {
        Choice.TAKE: _every(referral, named, ReferralState.TAKEN)
        and any(may_be(referral, each, ReferralState.TAKEN) for each in named),
        Choice.LACK: _every(referral, named, ReferralState.ASKED),
        Choice.FILED: any(each and may_be(referral, each, ReferralState.FILED) for each in named),
        Choice.DECIDED: any(each and may_be(referral, each, ReferralState.GRANTED) for each in named),
        Choice.NOT_OURS: _every(referral, named, ReferralState.NOT_OURS),
    }
    answers = tuple(choice for choice, is_offered in offered.items() if named and is_offered)
    return (*answers, Choice.PAID) if to_pay(referral) else answers


def _every(referral: Followed, dispositifs: Sequence[str], state: ReferralState) -> bool:
    return all(state in next_states(referral, Side.ORGANISATION, each) for each in dispositifs)


def said(referral: Followed, choice: Choice, outcomes: Sequence[Outcome] = ()) -> tuple[Outcome, ...]:
    """What an answer says, step by step, refusals first: what is still hoped for is said last.

    Without amounts it is one step, of the whole; once something is settled, one for each dispositif that still waits.
    """
    if choice in _STATES:
        named = waiting(referral)
        whole = len(named) == len(referral.sent.dispositifs or ("",))
        return tuple(Outcome(dispositif=each, state=_STATES[choice]) for each in ([""] if whole else named))
    return tuple(sorted(outcomes, key=lambda each: not each.state.is_no))
