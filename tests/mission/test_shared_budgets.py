"""The mission when the region and the GIP have less than their schemes would give: all projects allocated together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.financing.building.build import ProblemBuilder
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.call import CallResult, run_call
from rebond.portfolio.proof_words import selection_proof
from rebond.regimes.de_minimis import known_rooms
from rebond.results import MissionResult
from rebond.units import Euros
from tests.mission.conftest import Bench

SHARED: Mapping[str, Euros] = {
    "region-grand-est/investissements-productifs-durables": Euros(1_500_000),
    "gip-haute-marne/friches": Euros(600_000),
    "gip-haute-marne/tpe-equipements": Euros(600_000),
}


@pytest.fixture(scope="module")
def scarce(bench: Bench, sample: MissionResult) -> tuple[CallResult, FinancingProblem]:
    """The call on the sample, the money of the region and of the GIP being short, rows in the reverse order."""
    problems = [
        replace(
            study.built.problem,
            offers=tuple(replace(o, budget=o.id) if o.id in SHARED else o for o in study.built.problem.offers),
        )
        for study in reversed(sample.studies)
    ]
    problem = FinancingProblem(
        projects=tuple(problems), de_minimis_room=known_rooms(f.account for f in sample.firms), budgets=SHARED
    )
    reading = sample.reading.reading if sample.reading else None
    assert reading is not None
    rulebook = bench.rulebook
    call = run_call(
        [study.entry for study in reversed(sample.studies)],
        envelope=sample.census.settings.envelope,
        builder=ProblemBuilder(catalogue=rulebook.catalogue, rates=rulebook.rates, on=sample.on),
        shared=problem,
        reading=reading,
        solved=SolvedParts(),
    )
    return call, problem


def test_together_the_same_money_finances_six_projects_more_than_in_two_steps(
    scarce: tuple[CallResult, FinancingProblem], sample: MissionResult
) -> None:
    """Retained first, then the others on what is left: 41 projects whole, worth 2 305.8 points. Together: 47, 2 573."""
    call, problem = scarce
    whole = [p.id for p in problem.projects if call.plans[p.id].covered >= p.payable_need]
    values = {p.project.id: p.score.value for p in sample.projects}
    assert len(whole) == 47
    assert round(sum(values[name] for name in whole), 1) == Decimal("2573.1")
    assert call.spent <= sample.census.settings.envelope.amount
    assert not selection_proof(call.reports).startswith("Sélection non prouvée")
    for budget, amount in SHARED.items():
        lines = [line for plan in call.plans.values() for line in plan.lines if line.dispositif == budget]
        assert sum(line.amount for line in lines) <= amount


def test_only_the_money_that_runs_out_has_a_price(scarce: tuple[CallResult, FinancingProblem]) -> None:
    call, _ = scarce
    assert [price.pool for price in call.prices] == [
        "budget:region-grand-est/investissements-productifs-durables",
        "enveloppe",
    ]
    assert all(price.value > 0 for price in call.prices)


def test_every_retained_project_gets_of_the_envelope_what_nothing_else_can_pay(
    scarce: tuple[CallResult, FinancingProblem],
) -> None:
    call, _ = scarce
    for name in call.retained:
        assert call.decisions[name].uncovered == call.decisions[name].envelope == call.plans[name].envelope
