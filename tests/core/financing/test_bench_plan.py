"""The benchmark of the plan runs, and CBC finds the same optima on the same programmes."""

import pytest

from bench import plan
from bench._plan_cbc import cbc_optimum
from bench._plan_problems import problems
from rebond.financing.solving.optimize import optimise_plan
from tests.sample import sample_of_the_run


def test_cbc_finds_the_optima_of_the_engine():
    for problem in problems(4, seed=7):
        reached = [report.objective for report in optimise_plan(problem).reports]
        assert cbc_optimum(problem) == pytest.approx(reached, abs=0.05)


@pytest.mark.slow
def test_the_small_benchmark_reports_no_difference(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(plan, "run_mission", lambda *_, **__: sample_of_the_run(tmp_path))
    plan.main(rapide=True)
    shown = capsys.readouterr().out
    assert shown.count("optimums différents : 0") == 2
    assert shown.count("0 sans preuve") == 2
