"""What came of requests, counted: whatever the order of rows and of dispositifs, and without a guess."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from rebond.facts import UNKNOWN, ReferralState, ReferralStep, SentReferral
from rebond.facts.answered import NO_ANSWER, answers_of
from rebond.indicators.answers import by_answer

S = ReferralState


def day(number):
    return date(2026, 11, number)


def told(*steps):
    """The answers to a referral for two dispositifs, sent on the first of the month."""
    sent = SentReferral(id="O1", project_id="P1", organisation="cci", dispositifs=("a", "b"), sent_on=day(1))
    said = [
        ReferralStep(referral_id="O1", number=rank, state=state, on=day(on), dispositif=dispositif)
        for rank, (state, on, dispositif) in enumerate(steps, 1)
    ]
    return answers_of([sent], said)["P1"]


def figures(*projects):
    """Code → figure; a project: what was answered, euros of its awards."""
    found = [
        SimpleNamespace(
            project=SimpleNamespace(id=f"P{rank}", title=f"P{rank}", total_cost=Decimal(1000)),
            firm=SimpleNamespace(name="Forge"),
            answers=answers,
            awards=[
                SimpleNamespace(
                    support=euros, paid=UNKNOWN, at_least=0, at_least_support=0 if euros is UNKNOWN else euros
                )
                for euros in awards
            ],
            stack=SimpleNamespace(useful=0),
            plan=SimpleNamespace(lines=()),
            referrals=(),
        )
        for rank, (answers, *awards) in enumerate(projects, 1)
    ]
    result: Any = SimpleNamespace(projects=found)
    return {each.code.removeprefix("suivi_"): each for each in by_answer(result)}


def test_the_first_answer_of_an_organisation_is_the_first_whichever_dispositif_it_is_about() -> None:
    for first, then in ("ab", "ba"):
        found = figures((told((S.REFUSED, 6, first), (S.GRANTED, 26, then)), Decimal(10)))
        assert (found["delai_premiere_reponse"].value, found["delai_decision"].value) == (5, 5)


def test_what_was_decided_before_a_new_sending_is_not_decided_in_less_than_no_time() -> None:
    """Sent again after a no to both, both wait again; a no to one stays decided, counted from its own sending."""
    both = told((S.REFUSED, 6, "a"), (S.REFUSED, 8, "b"), (S.SENT, 11, ""), (S.GRANTED, 26, "b"))
    assert figures((both, Decimal(10)))["delai_decision"].value == 15
    one = told((S.REFUSED, 6, "a"), (S.ASKED, 8, "b"), (S.SENT, 11, ""), (S.GRANTED, 26, "b"))
    found = figures((one, Decimal(10)))["delai_decision"]
    assert (found.value, [row.value for row in found.rows]) == (5, [5])


def test_an_amount_that_nobody_said_does_not_make_the_others_bring_more() -> None:
    one = told((S.GRANTED, 6, "a"))
    found = figures((one, Decimal(500)), (NO_ANSWER, Decimal(250), UNKNOWN))["levier_obtenu"]
    assert (found.value, [row.id for row in found.rows]) == (200, ["P1"])
    assert figures((one, UNKNOWN))["levier_obtenu"].absent
