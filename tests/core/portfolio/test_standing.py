"""What becomes of what a committee retained: blocked nationally, refused, withdrawn, and who comes in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rebond.facts import (
    UNKNOWN,
    CallStage,
    CallStep,
    CommitteeDecision,
    Contribution,
    DecisionOutcome,
    Envelope,
    Maybe,
    StageOutcome,
)
from rebond.portfolio.contributors import payers_of
from rebond.portfolio.standing import Standing, call_alerts, coming_in, held_amounts, reserve_list, standing

INSTRUCTION, NATIONAL, WITHDRAWAL = CallStage.INSTRUCTION, CallStage.NATIONAL, CallStage.WITHDRAWAL
YES, NO, BLOCKED = StageOutcome.FAVOURABLE, StageOutcome.UNFAVOURABLE, StageOutcome.BLOCKED


def retained(project: str, *steps: CallStep, amount: int = 100) -> CommitteeDecision:
    return CommitteeDecision(project_id=project, outcome=DecisionOutcome.RETAINED, amount=Decimal(amount), steps=steps)


def step(stage: CallStage, outcome: Maybe[StageOutcome] = UNKNOWN, *, amount: int | None = None) -> CallStep:
    return CallStep(stage=stage, outcome=outcome, amount=UNKNOWN if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("own", "of_call", "where"),
    [
        ((), (), Standing.RETAINED),
        ((), (step(CallStage.CUTOFF),), Standing.RETAINED),
        ((step(INSTRUCTION),), (), Standing.WAITING),
        ((step(INSTRUCTION, YES),), (), Standing.WAITING),
        ((step(INSTRUCTION, NO),), (), Standing.LOST),
        ((step(INSTRUCTION, YES), step(NATIONAL, YES)), (), Standing.GRANTED),
        ((), (step(NATIONAL, BLOCKED),), Standing.BLOCKED),
        ((step(INSTRUCTION, YES),), (step(NATIONAL, BLOCKED),), Standing.BLOCKED),
        ((step(INSTRUCTION, NO),), (step(NATIONAL, YES),), Standing.LOST),
        ((), (step(NATIONAL, BLOCKED), step(NATIONAL, YES)), Standing.GRANTED),
        ((step(NATIONAL, YES),), (step(NATIONAL, BLOCKED),), Standing.GRANTED),
        ((step(NATIONAL, YES), step(WITHDRAWAL)), (), Standing.WITHDRAWN),
    ],
)
def test_a_project_is_granted_by_the_national_decision_alone(
    own: tuple[CallStep, ...], of_call: tuple[CallStep, ...], where: Standing
) -> None:
    assert standing(retained("P1", *own), of_call) is where


def test_the_place_of_one_that_withdraws_goes_down_the_reserve_within_the_contributors_rules() -> None:
    """300 €: P1 holds 120 after its instruction, P2 left. Whose need does not fit is passed over."""
    decisions = [
        retained("P1", step(INSTRUCTION, YES, amount=120)),
        retained("P2", step(WITHDRAWAL), amount=180),
        CommitteeDecision(project_id="R3", outcome=DecisionOutcome.POSTPONED),
        CommitteeDecision(project_id="R4", outcome=DecisionOutcome.RESERVE),
        CommitteeDecision(project_id="R5", outcome=DecisionOutcome.REFUSED),
    ]
    asks = {"R1": 200, "R2": 90, "R3": 10, "R4": 100, "R5": 10, "R6": 60}
    waiting = {key: (Decimal(90 - rank), Decimal(needs)) for rank, (key, needs) in enumerate(asks.items())}
    reserve = reserve_list(waiting, decisions)
    assert [each.project_id for each in reserve] == ["R4", "R1", "R2", "R6"]

    held = held_amounts(decisions, ())
    assert held == {"P1": 120}
    assert [each.project_id for each in coming_in(reserve, Decimal(180), held=held)] == ["R4", "R6"]

    region = Contribution(contributor="Région", amount=Decimal(100), regions=("44",))
    envelope = Envelope(contributions=(Contribution(contributor="État", amount=Decimal(200)), region))
    payers = payers_of(
        envelope.contributions, {key: {"region": "32" if key == "R4" else "44"} for key in ("P1", *asks)}
    )
    come = coming_in(reserve, Decimal(180), held={"P1": 120}, payers=payers)
    assert [each.project_id for each in come] == ["R4", "R6"]
    # P1 can only be paid by the State now: 80 are left of it, and R4 needs 100.
    elsewhere = payers_of(envelope.contributions, {**{key: {"region": "44"} for key in asks}, "P1": {}, "R4": {}})
    come = coming_in(reserve, Decimal(180), held={"P1": 120}, payers=elsewhere)
    assert [each.project_id for each in come] == ["R2", "R6"]

    said = " ".join(call_alerts(decisions, envelope, waiting, payers, on=date(2026, 11, 1)))
    assert "P2 quitte l'enveloppe" in said
    assert "R4" in said
    # Of a retained project whose amount nobody wrote, the envelope does not keep zero: nobody is said to come in.
    unsaid = CommitteeDecision(project_id="P3", outcome=DecisionOutcome.RETAINED)
    said = " ".join(call_alerts([*decisions, unsaid], envelope, waiting, payers, on=date(2026, 11, 1)))
    assert "180 € au plus sont libres" in said.replace("\u00a0", " ")
    assert "pour P3 n'est pas renseigné" in said
    assert "R4" not in said


def test_what_is_blocked_closed_or_unpaid_is_told() -> None:
    calendar = (CallStep(stage=CallStage.CUTOFF, on=date(2026, 10, 1)), step(NATIONAL, BLOCKED))
    state = Contribution(contributor="État", amount=Decimal(500), max_per_project=Decimal(60))
    envelope = Envelope(contributions=(state,), calendar=calendar)
    payers = payers_of(envelope.contributions, {"P1": {}})
    said = list(call_alerts([retained("P1")], envelope, {}, payers, on=date(2026, 11, 1)))
    assert "bloqué au niveau national : P1" in said[0]
    assert "01/10/2026" in said[1]
    assert "ne peuvent être payés par les contributeurs" in said[2]
    assert (
        list(call_alerts([retained("P1")], Envelope(contributions=()), {}, payers_of((), {}), on=date(2026, 1, 1)))
        == []
    )
