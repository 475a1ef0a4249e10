"""What a referral's steps say of it: where it stands, what may follow, what it brought, how late its answer is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import UNKNOWN, ReferralState, ReferralStep, SentReferral
from rebond.facts.answered import answers_of
from rebond.facts.followed import Followed, followed, open_between
from rebond.referrals.followed import RULES, Side, objections, out_of_order

S = ReferralState
DAY = date(2026, 11, 2)
SENT = SentReferral(
    id="O001",
    project_id="P1",
    organisation="bpifrance",
    dispositifs=("pret", "subvention"),
    asked=Decimal(300_000),
    sent_on=DAY,
    answer_by=date(2026, 11, 23),
)


def told(*steps: tuple[ReferralState, dict[str, Any]]) -> Followed:
    """A referral with steps, one a day, each numbered after the one before."""
    rows = [
        ReferralStep(
            **{
                "referral_id": "O001",
                "number": rank,
                "state": state,
                "on": DAY.replace(day=DAY.day + rank),
                "reason": "hors champ",
                **said,
            }
        )
        for rank, (state, said) in enumerate(steps, start=1)
    ]
    return next(iter(followed([SENT], reversed(rows))))


def test_what_was_only_sent_waits_for_its_organisation_and_is_late_the_day_after() -> None:
    bare = told()
    assert (bare.state, bare.since, bare.is_open, bare.days) == (S.SENT, DAY, True, UNKNOWN)
    assert (bare.is_late(date(2026, 11, 23)), bare.is_late(date(2026, 11, 24))) == (False, True)
    assert bare.waiting(date(2026, 11, 12)) == 10
    assert bare.totals.asked == 300_000
    assert (bare.totals.granted, bare.totals.paid, bare.totals.jobs) == (UNKNOWN, UNKNOWN, UNKNOWN)
    taken = told((S.TAKEN, {}))
    assert (taken.is_late(date(2030, 1, 1)), taken.days, taken.waiting(DAY)) == (False, 1, UNKNOWN)


def test_sending_again_starts_the_clock_anew() -> None:
    again = told((S.ASKED, {"reason": "le bilan 2025"}), (S.SENT, {"answer_by": date(2026, 12, 15)}))
    assert (again.state, again.since, again.answer_by) == (S.SENT, date(2026, 11, 4), date(2026, 12, 15))
    assert (again.answered_on, again.is_late(date(2026, 12, 1))) == (UNKNOWN, False)
    kept = told((S.SENT, {}))
    assert kept.answer_by == SENT.answer_by


def test_a_refusal_of_one_dispositif_does_not_refuse_the_others() -> None:
    one = told((S.FILED, {}), (S.GRANTED, {"dispositif": "pret", "granted": Decimal(200_000)}))
    both = told(
        (S.FILED, {}),
        (S.GRANTED, {"dispositif": "pret", "granted": Decimal(200_000)}),
        (S.REFUSED, {"dispositif": "subvention"}),
    )
    assert (one.state, both.state, both.refused) == (S.GRANTED, S.GRANTED, ("subvention",))
    assert (both.of("pret").state, both.of("subvention").state) == (S.GRANTED, S.REFUSED)
    assert both.totals.granted == 200_000
    none = told((S.REFUSED, {"dispositif": "subvention"}))
    assert (none.state, none.refused) == (S.SENT, ("subvention",))
    neither = told((S.REFUSED, {"dispositif": "subvention"}), (S.NOT_OURS, {"dispositif": "pret"}))
    assert (neither.state, neither.is_open, neither.refused) == (S.NOT_OURS, False, ("pret", "subvention"))
    assert told((S.REFUSED, {}), (S.CLOSED, {})).refused == ("pret", "subvention")


def test_a_step_of_the_whole_does_not_take_up_again_what_was_refused() -> None:
    no = (S.REFUSED, {"dispositif": "pret"})
    for word in (S.TAKEN, S.FILED, S.ASKED, S.SENT, S.GRANTED):
        after = told(no, (word, {}))
        assert (after.state, after.refused) == (word, ("pret",)), word
        assert (after.of("pret").state, after.of("subvention").state) == (S.REFUSED, word)
    granted = told((S.FILED, {}), no, (S.GRANTED, {"granted": Decimal(40_000)}))
    assert granted.of("subvention").totals.granted == 40_000, "the only one that was still asked for"
    assert granted.of("pret").totals.granted is UNKNOWN
    assert told(no, (S.FILED, {"dispositif": "pret"})).refused == (), "an appeal names it"
    closed = told(no, (S.CLOSED, {}), (S.TAKEN, {"reason": "close par erreur"}))
    assert (closed.refused, closed.of("pret").state) == (("pret",), S.REFUSED), "taken up again as it was"
    every = told(no, (S.REFUSED, {"dispositif": "subvention"}), (S.FILED, {}))
    assert every.refused == (), "once all are refused, the whole is what is taken up again"


def test_what_was_refused_of_the_whole_has_an_outcome_once_closed() -> None:
    assert told((S.REFUSED, {}), (S.CLOSED, {})).outcome is S.REFUSED


def test_euros_add_up_by_dispositif_and_a_grant_withdrawn_counts_no_more() -> None:
    said = told(
        (S.GRANTED, {"dispositif": "pret", "granted": Decimal(200_000), "jobs": 2}),
        (S.GRANTED, {"dispositif": "subvention", "granted": Decimal(50_000)}),
        (S.GRANTED, {"dispositif": "subvention", "granted": Decimal(40_000), "paid": Decimal(10_000)}),
    )
    assert (said.totals.granted, said.totals.paid, said.totals.jobs) == (Decimal(240_000), Decimal(10_000), 2)
    whole = told(
        (S.GRANTED, {"dispositif": "pret", "granted": Decimal(200_000)}), (S.GRANTED, {"granted": Decimal(230_000)})
    )
    assert whole.totals.granted == 230_000
    lost = told((S.GRANTED, {"granted": Decimal(200_000)}), (S.REFUSED, {}), (S.CLOSED, {}))
    assert lost.totals.granted is UNKNOWN
    for one in ({}, {"dispositif": "pret"}):
        again = told((S.GRANTED, {"granted": Decimal(200_000), **one}), (S.REFUSED, one), (S.GRANTED, one))
        assert again.totals.granted is UNKNOWN, "nobody said how much of it was granted anew"
    closed = told((S.GRANTED, {"granted": Decimal(200_000)}), (S.CLOSED, {"paid": Decimal(200_000), "jobs": 3}))
    assert (closed.totals.granted, closed.totals.paid, closed.totals.jobs) == (Decimal(200_000), Decimal(200_000), 3)


def test_what_may_follow_is_one_table() -> None:
    assert set(RULES) == set(ReferralState)
    for state, following in RULES.items():
        assert all(Side.MISSION in sides for sides in following.values()), state
    assert RULES[S.CLOSED] == {S.TAKEN: {Side.MISSION}}, "only the mission takes up again what was closed by mistake"
    by_organisation = {(a, b) for a, after in RULES.items() for b, sides in after.items() if Side.ORGANISATION in sides}
    assert not any(S.SENT in pair[1:] or S.CLOSED in pair for pair in by_organisation), "the mission sends and closes"
    assert (S.REFUSED, S.FILED) in by_organisation, "a refusal may be appealed"
    assert S.NOT_OURS not in RULES[S.FILED], "what is examined is refused, it is not for others any more"


@pytest.mark.parametrize(
    ("steps", "said", "side", "field"),
    [
        ([], {"state": S.REFUSED, "reason": " "}, Side.ORGANISATION, "reason"),
        ([], {"state": S.NOT_OURS}, Side.ORGANISATION, "reason"),
        ([], {"state": S.ASKED}, Side.ORGANISATION, "reason"),
        ([], {"state": S.CLOSED}, Side.ORGANISATION, "state"),
        ([], {"state": S.SENT}, Side.ORGANISATION, "state"),
        ([S.CLOSED], {"state": S.TAKEN, "reason": "par erreur"}, Side.ORGANISATION, "state"),
        ([S.CLOSED], {"state": S.TAKEN}, Side.MISSION, "reason"),
        ([S.CLOSED], {"state": S.GRANTED, "dispositif": "pret"}, Side.MISSION, "state"),
        ([], {"state": S.TAKEN, "granted": Decimal(1)}, Side.ORGANISATION, "granted"),
        ([], {"state": S.TAKEN, "paid": Decimal(1)}, Side.ORGANISATION, "paid"),
        ([], {"state": S.GRANTED, "granted": Decimal(1), "paid": Decimal(2)}, Side.ORGANISATION, "paid"),
        ([], {"state": S.TAKEN, "dispositif": "autre"}, Side.ORGANISATION, "dispositif"),
        ([], {"state": S.TAKEN, "on": date(2026, 11, 1)}, Side.ORGANISATION, "on"),
    ],
)
def test_a_step_that_lacks_something_or_may_not_follow_is_refused_by_its_field(steps, said, side, field) -> None:
    was = told(*((state, {}) for state in steps))
    step = ReferralStep(**{"referral_id": "O001", "number": 9, "on": DAY, **said})
    assert field in dict(objections(was, step, side))


@given(st.lists(st.sampled_from(ReferralState), max_size=6), st.booleans())
def test_a_story_is_told_step_by_step_or_refused_at_its_first_step_out_of_order(states, by_mission) -> None:
    """Against the table read the plain way: whole referral, no dispositif."""
    steps = [
        ReferralStep(referral_id="O001", number=rank, state=each, reason="x")
        for rank, each in enumerate(states, start=1)
    ]
    pairs = list(zip([S.SENT, *states], states, strict=False))
    wrong = [rank for rank, (before, after) in enumerate(pairs, start=1) if after not in RULES[before]]
    assert [step.number for step, _ in out_of_order([SENT], steps)] == wrong
    side = Side.MISSION if by_mission else Side.ORGANISATION
    was = Followed(SENT, tuple(steps))
    assert was.state == (states[-1] if states else S.SENT)
    for after in ReferralState:
        step = ReferralStep(referral_id="O001", number=9, state=after, reason="x")
        assert (not objections(was, step, side)) == (side in RULES[was.state].get(after, ()))


def test_one_referral_at_a_time_between_a_project_and_an_organisation() -> None:
    known = [told(), Followed(replace(SENT, id="O002", project_id="P2")), told((S.REFUSED, {}))]
    assert open_between(known, "P1", "bpifrance") is known[0]
    assert open_between(known[1:], "P1", "bpifrance") is None
    assert open_between(known, "P1", "ademe") is None


SAID_WITH = {"asked": set(S), "granted": {S.GRANTED}, "paid": {S.GRANTED, S.CLOSED}}
EUROS = st.sampled_from(["", *SAID_WITH])
SAID = st.tuples(st.sampled_from(S), st.sampled_from(["", "pret", "subvention"]), EUROS)


@given(st.lists(SAID, max_size=7))
def test_the_study_reads_a_referral_as_its_page_does(said: list[tuple[ReferralState, str, str]]) -> None:
    """The same states, refusals, euros and days, whatever was said in whatever order; read the plain way too."""
    for offered in (("pret", "subvention"), ("pret",)):
        stories: list[tuple[ReferralState, dict[str, Any]]] = [(S.SENT, {})]
        stories += [
            (state, {"dispositif": one} | ({euros: Decimal(100 + rank)} if state in SAID_WITH.get(euros, ()) else {}))
            for rank, (state, one, euros) in enumerate(said)
            if one in ("", *offered)
        ]
        page = replace(told(*stories), sent=replace(SENT, dispositifs=offered))
        study = answers_of([page.sent], reversed(page.steps))["P1"]
        assert set(page.refused) == {each.dispositif for each in study.closed}
        for asked in study.asked:
            steps, own = read_plainly(page.steps, offered, asked.dispositif)
            answers = [each for each in steps if each.state is not S.CLOSED]
            sent = max((each.number for each in steps if each.state is S.SENT), default=1)
            after = [each for each in answers if each.number > sent]
            decided = [each for each in after if each.state.is_no or each.state is S.GRANTED]
            no = max((each.number for each in answers if each.state.is_no), default=0)
            held = [each for each in steps if each.number > no and each.number in own]
            assert asked.state is steps[-1].state
            assert asked.on == [each for each in steps if each.state is asked.state][-1].on
            assert asked.sent_on == page.of(asked.dispositif).sent_on == page.steps[sent - 1].on
            assert asked.first_on == (after[0].on if after else UNKNOWN)
            assert asked.decided_on == (decided[0].on if decided else UNKNOWN)
            assert [each.reason for each in study.closed if each.dispositif == asked.dispositif] == (
                ["hors champ"] if answers[-1].state.is_no else []
            )
            granted = [each for each in study.granted if each.dispositif == asked.dispositif]
            assert bool(granted) == any(each.state is S.GRANTED and each.number > no for each in answers)
            for each in granted:
                assert each.amount == known_last(held, "granted")
                assert each.paid == known_last(held, "paid")
        if len(offered) == 1:
            assert page.totals.granted == next((each.amount for each in study.granted), UNKNOWN)
            assert (page.totals.asked, page.sent_on, page.answered_on) == (
                study.asked[0].amount,
                study.asked[0].sent_on,
                study.asked[0].first_on,
            )


def read_plainly(
    steps: Sequence[ReferralStep], offered: Sequence[str], one: str
) -> tuple[list[ReferralStep], set[int]]:
    """The steps that speak of one dispositif, and the numbers of those whose euros are its own."""
    kept: dict[str, list[ReferralStep]] = {each: [] for each in offered}
    own: set[int] = set()
    for step in steps:
        last = {each: [said for said in kept[each] if said.state is not S.CLOSED][-1:] for each in offered}
        open_ones = [each for each in offered if not any(said.state.is_no for said in last[each])] or list(offered)
        about = [step.dispositif] if step.dispositif else open_ones
        if step.state is S.CLOSED and not step.dispositif:
            about = list(offered)
        for each in set(offered) - set(about) if not step.dispositif else ():
            if kept[each][-1].state is S.CLOSED:
                del kept[each][-1]
        for each in about:
            kept[each].append(step)
        if step.dispositif or len(open_ones) == 1:
            own.add(step.number)
    return kept[one], own


def known_last(steps: list[ReferralStep], name: str) -> Any:
    """What was said last of euros."""
    return next((getattr(each, name) for each in reversed(steps) if getattr(each, name) is not UNKNOWN), UNKNOWN)
