"""What an organisation may answer by the link of a letter, and what its answer adds to the referral."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import UNKNOWN, ReferralState, ReferralStep, SentReferral
from rebond.facts.followed import Followed
from rebond.referrals.answers import Choice, Outcome, choices, counts_jobs, is_awaited, may_be, said, to_pay, waiting
from rebond.referrals.followed import Side, objections

LOAN, GRANT = "bpifrance/pret", "bpifrance/subvention"
DAY = date(2026, 11, 29)
S = ReferralState


def referral(*states: ReferralState | tuple[ReferralState, str], dispositifs: tuple[str, ...] = (GRANT,)) -> Followed:
    sent = SentReferral(id="O001", project_id="P001", organisation="bpifrance", dispositifs=dispositifs, sent_on=DAY)
    named = [each if isinstance(each, tuple) else (each, "") for each in states]
    steps = tuple(
        ReferralStep(referral_id="O001", number=rank, state=state, on=DAY, dispositif=key, reason="dit")
        for rank, (state, key) in enumerate(named, start=1)
    )
    return Followed(sent, steps)


def test_the_choices_follow_the_referral_from_its_letter_to_its_decision() -> None:
    every = (Choice.TAKE, Choice.LACK, Choice.FILED, Choice.DECIDED, Choice.NOT_OURS)
    assert choices(referral()) == every
    assert choices(referral(S.ASKED)) == every
    assert choices(referral(S.TAKEN)) == every[1:]
    # What is examined is refused, no longer « pas pour nous ».
    assert choices(referral(S.TAKEN, S.FILED)) == (Choice.LACK, Choice.DECIDED)
    for state in (S.REFUSED, S.NOT_OURS, S.CLOSED):
        assert choices(referral(state)) == ()
    assert choices(referral(S.GRANTED)) == (Choice.PAID,)
    # The mission sends it again: everything is open anew.
    assert choices(referral(S.ASKED, S.SENT)) == every
    # An adviser has nothing to file nor to grant.
    assert choices(referral(dispositifs=())) == (Choice.TAKE, Choice.LACK, Choice.NOT_OURS)


def test_what_is_settled_of_one_dispositif_stays_so_whatever_is_said_of_the_other() -> None:
    half = referral((S.GRANTED, GRANT), dispositifs=(GRANT, LOAN))
    assert waiting(half) == (LOAN,)
    assert not may_be(half, GRANT, S.GRANTED)
    assert Choice.FILED in choices(half)
    assert choices(half)[-1] is Choice.PAID
    told = said(half, Choice.LACK)
    assert told == (Outcome(dispositif=LOAN, state=S.ASKED),)
    after = Followed(
        half.sent, (*half.steps, ReferralStep(referral_id="O001", number=2, state=S.ASKED, dispositif=LOAN))
    )
    assert after.of(GRANT).state is S.GRANTED
    # Nothing settled: one step speaks of the whole.
    assert said(referral(dispositifs=(GRANT, LOAN)), Choice.LACK) == (Outcome(dispositif="", state=S.ASKED),)


def test_a_refusal_is_written_before_the_grant_that_comes_with_it() -> None:
    both = referral(dispositifs=(GRANT, LOAN))
    granted = Outcome(dispositif=GRANT, state=S.GRANTED, amount=Decimal(80_000))
    refused = Outcome(dispositif=LOAN, state=S.REFUSED)
    assert said(both, Choice.DECIDED, [granted, refused]) == (refused, granted)


def test_what_was_granted_is_paid_in_parts_and_its_jobs_are_counted_once() -> None:
    held = referral(dispositifs=(GRANT, LOAN))

    def says(state: ReferralState, key: str, **more: Any) -> None:
        nonlocal held
        step = ReferralStep(
            referral_id="O001", number=held.last + 1, state=state, on=DAY, dispositif=key, reason="dit", **more
        )
        assert objections(held, step, Side.ORGANISATION) == ()
        held = Followed(held.sent, (*held.steps, step))

    says(S.GRANTED, LOAN, granted=Decimal(80_000))
    assert (to_pay(held), counts_jobs(held, to_pay(held))) == ((LOAN,), LOAN)
    says(S.GRANTED, LOAN, paid=Decimal(30_000), jobs=2)
    says(S.GRANTED, GRANT, granted=Decimal(20_000))
    assert to_pay(held) == (GRANT, LOAN)
    assert counts_jobs(held, to_pay(held)) == LOAN, "the jobs of a project do not add up with themselves"
    says(S.GRANTED, counts_jobs(held, to_pay(held)), paid=Decimal(80_000), jobs=3)
    assert to_pay(held) == (GRANT,)
    assert (held.totals.granted, held.totals.paid) == (Decimal(100_000), Decimal(80_000))
    assert held.totals.jobs == 3
    says(S.REFUSED, GRANT)
    assert choices(held) == (), "all that was granted is paid, the rest was taken back"
    assert not is_awaited(held)


@given(
    st.lists(st.tuples(st.sampled_from(list(S)), st.sampled_from(("", GRANT, LOAN))), max_size=5),
    st.sampled_from(list(Choice)),
    st.sampled_from(((GRANT,), (GRANT, LOAN), ())),
)
def test_whatever_happened_an_offered_choice_is_one_that_the_rules_take(
    history: list[tuple[ReferralState, str]], choice: Choice, dispositifs: tuple[str, ...]
) -> None:
    held = referral(*[(s, key) for s, key in history if not key or key in dispositifs], dispositifs=dispositifs)
    if choice not in choices(held):
        return
    outcomes = [
        Outcome(dispositif=key, state=S.FILED if choice is Choice.FILED else S.GRANTED)
        for key in waiting(held)
        if choice is Choice.DECIDED or may_be(held, key, S.FILED)
    ]
    if choice is Choice.PAID:
        outcomes = [Outcome(dispositif=key, state=S.GRANTED, paid=Decimal(1)) for key in to_pay(held)]
    told = said(held, choice, outcomes)
    assert told
    for each in told:
        step = ReferralStep(
            referral_id="O001",
            number=99,
            state=each.state,
            on=DAY,
            dispositif=each.dispositif,
            paid=each.paid,
            reason="dit",
        )
        assert objections(held, step, Side.ORGANISATION) == ()
        assert step.granted is UNKNOWN
        held = Followed(held.sent, (*held.steps, step))
