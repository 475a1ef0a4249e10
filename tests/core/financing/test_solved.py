"""An answer of the solver is given again to the same question only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rebond.dispositifs.model import Instrument
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer, ProjectProblem
from rebond.financing.solving.optimize import optimise_plans
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.regimes.model import RegimeKind
from rebond.units import Euros, Rate

LINE = Line(id="L1", nature="materiel", amount=Euros(100_000), year=2027)
BASIS = Basis(regime="de_minimis", article="", kind=RegimeKind.DE_MINIMIS, ceilings={"L1": Rate(1)})
OFFER = Offer(
    id="region/aide",
    title="Aide",
    funder="region",
    instrument=Instrument.GRANT,
    lines=frozenset({"L1"}),
    bases=(BASIS,),
    max_support=Euros(50_000),
    budget="region/aide",
)
PROJECT = ProjectProblem(id="P1", undertaking="E1", lines=(LINE,), offers=(OFFER,), need=Euros(100_000))
PROBLEM = FinancingProblem(
    projects=(PROJECT,), de_minimis_room={"E1": Euros(30_000)}, budgets={"region/aide": Euros(80_000)}
)


class Asked:
    """A solver that counts its questions."""

    def __init__(self, *, proven: bool = True) -> None:
        self.proven = proven
        self.times = 0

    def __call__(self, problem: FinancingProblem) -> Answer[int]:
        self.times += 1
        return Answer(self.times, proven=self.proven)


def test_the_same_question_is_solved_once() -> None:
    solved, solver = SolvedParts(), Asked()
    again = replace(PROBLEM, projects=(replace(PROJECT),))
    assert [solved.answer("plans", each, solver) for each in (PROBLEM, again)] == [1, 1]


@pytest.mark.parametrize(
    "other",
    [
        replace(PROBLEM, projects=(replace(PROJECT, need=Euros(99_999)),)),
        replace(PROBLEM, projects=(replace(PROJECT, offers=(replace(OFFER, max_support=Euros(49_999)),)),)),
        replace(PROBLEM, de_minimis_room={"E1": Euros(29_999)}),
        replace(PROBLEM, de_minimis_room={}),
        replace(PROBLEM, budgets={"region/aide": Euros(79_999)}),
    ],
    ids=["need", "offer", "account", "account not known", "budget"],
)
def test_another_need_offer_account_or_budget_is_another_question(other: FinancingProblem) -> None:
    solved, solver = SolvedParts(), Asked()
    assert [solved.answer("plans", each, solver) for each in (PROBLEM, other, PROBLEM, other)] == [1, 2, 1, 2]
    assert solved.answer("besoin", PROBLEM, solver) == 3


def test_the_accounts_and_budgets_of_others_do_not_matter() -> None:
    solved, solver = SolvedParts(), Asked()
    other = replace(
        PROBLEM,
        de_minimis_room={**PROBLEM.de_minimis_room, "E2": Euros(1)},
        budgets={**PROBLEM.budgets, "ademe/fonds": Euros(1)},
    )
    assert [solved.answer("plans", each, solver) for each in (PROBLEM, other)] == [1, 1]


def test_what_time_cut_short_is_sought_again() -> None:
    solved, solver = SolvedParts(), Asked(proven=False)
    assert [solved.answer("plans", PROBLEM, solver) for _ in range(2)] == [1, 2]


def test_the_answers_kept_are_bounded_and_the_last_used_stay() -> None:
    solved, solver = SolvedParts(most=2), Asked()
    first, second, third = (replace(PROBLEM, projects=(replace(PROJECT, id=name),)) for name in ("P1", "P2", "P3"))
    for each in (first, second, first, third):
        solved.answer("plans", each, solver)
    assert solved.answer("plans", first, solver) == 1
    assert solved.answer("plans", second, solver) == 4


def test_a_plan_that_was_kept_is_the_plan_found_anew() -> None:
    solved = SolvedParts()
    plans = [optimise_plans(PROBLEM, solved=solved), optimise_plans(PROBLEM, solved=solved), optimise_plans(PROBLEM)]
    assert plans[0] is not plans[2]
    assert plans[0] == plans[1] == plans[2]
    assert plans[0]["P1"].support == 30_000
