"""What an organisation may answer by the link of a letter, and what its answer adds to the referral."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import UNKNOWN, ReferralState, ReferralStep, SentReferral
from rebond.facts.followed import Followed
from rebond.referrals.answers import Choice, Outcome, choices, may_be, said, waiting
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
    for state in (S.GRANTED, S.REFUSED, S.NOT_OURS, S.CLOSED):
        assert choices(referral(state)) == ()
    # The mission sends it again: everything is open anew.
    assert choices(referral(S.ASKED, S.SENT)) == every
    # An adviser has nothing to file nor to grant.
    assert choices(referral(dispositifs=())) == (Choice.TAKE, Choice.LACK, Choice.NOT_OURS)


def test_what_is_settled_of_one_dispositif_stays_so_whatever_is_said_of_the_other() -> None:
    half = referral((S.GRANTED, GRANT), dispositifs=(GRANT, LOAN))
    assert waiting(half) == (LOAN,)
    assert not may_be(half, GRANT, S.GRANTED)
    assert Choice.FILED in choices(half)
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
    told = said(held, choice, outcomes)
    assert told
    for each in told:
        step = ReferralStep(
            referral_id="O001", number=99, state=each.state, on=DAY, dispositif=each.dispositif, reason="dit"
        )
        assert objections(held, step, Side.ORGANISATION) == ()
        assert step.granted is UNKNOWN
        held = Followed(held.sent, (*held.steps, step))
