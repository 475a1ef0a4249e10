"""The time that a search is given: HiGHS counts that of a linear programme from its first run, of a choice from now."""

from __future__ import annotations

import math
import time
from decimal import Decimal
from typing import Any

import highspy
import numpy as np
import pytest

from rebond.portfolio.choosing.binary import Chooser
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.joint.generated import territory
from rebond.portfolio.joint.pricing import Here
from rebond.portfolio.joint.undertakings import compile_undertaking
from rebond.portfolio.joint.ways import Effort
from rebond.portfolio.robust.certificates import potentially_optimal_in_intervals
from rebond.portfolio.robust.cone import weight_cone
from rebond.portfolio.robust.model import RobustProblem
from rebond.portfolio.robust.regret import least_regret

_BEFORE = 1e6
"""Seconds that every engine is made to believe that it has already run."""


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, float]]:
    """Of each run: whether it had choices, the time limit then."""
    seen: list[tuple[bool, float]] = []
    run = highspy.Highs.run

    def told(highs: highspy.Highs) -> Any:
        whole = highspy.HighsVarType.kInteger in list(highs.getLp().integrality_)
        seen.append((whole, float(highs.getOptionValue("time_limit")[1])))
        highs.setOptionValue("time_limit", math.inf)
        return run(highs)

    monkeypatch.setattr(highspy.Highs, "getRunTime", lambda _: _BEFORE)
    monkeypatch.setattr(highspy.Highs, "run", told)
    return seen


def test_no_search_of_choices_is_given_the_time_of_those_before(limits: list[tuple[bool, float]]) -> None:
    drawn = territory(6, 6, seed=2)
    blocks = [compile_undertaking(drawn, part, values) for _, part, values in drawn.share(0, 1)]
    budgets = np.array([float(amount / Decimal(1000)) for amount in drawn.budgets.values()])
    list(Here(blocks, budgets).ask(np.zeros(len(budgets)), None, Effort()))
    assert {whole for whole, _ in limits} == {True, False}
    marks = ((3, 9), (8, 2), (5, 5), (6, 4))
    problem = RobustProblem(
        projects=tuple("abcd"),
        criteria=("x", "y"),
        low=marks,
        high=tuple((x + 2, y + 2) for x, y in marks),
        rows=(Row("budget", {0: 3, 1: 4, 2: 2, 3: 3}, high=7),),
    )
    Chooser(4, problem.rows).best([3, 4, 2, 5], seconds=2.0)
    deadline = time.monotonic() + 60
    weights = weight_cone(2, (), deadline=deadline)
    least_regret(problem, list(weights.rays), deadline=deadline)
    potentially_optimal_in_intervals(problem, weights, deadline=deadline)
    for whole, limit in limits:
        assert (limit < _BEFORE) == whole


def test_no_undertaking_is_looked_at_past_the_end(limits: list[tuple[bool, float]]) -> None:
    """What was not looked at keeps the bound that holds without looking: the whole stays a bound."""
    drawn = territory(6, 6, seed=2)
    blocks = [compile_undertaking(drawn, part, values) for _, part, values in drawn.share(0, 1)]
    here, none = Here(blocks, np.ones(len(drawn.budgets))), np.zeros(len(drawn.budgets))
    past = time.monotonic()
    for answers in (here.ask(none, None, Effort(until=past)), here.relaxed(none, past)):
        assert [(each.way, each.bound) for each in answers] == [(None, block.most) for block in blocks]
    assert here.each_within([(0, np.ones(len(none)))], Effort(until=past)) == [None]
    assert limits == []
