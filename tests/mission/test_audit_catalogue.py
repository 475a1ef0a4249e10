"""The audit against the catalogue refuses plans that the files do not allow, each for its own reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rebond.financing.auditing.catalogue import audit_against_catalogue
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.regimes.model import RegimeKind
from rebond.results import MissionResult, ProjectResult
from tests.mission.conftest import Bench


def rules_broken(bench: Bench, result: MissionResult, project: ProjectResult, plan: FinancingPlan) -> set[str]:
    """The rules that the audit says are broken."""
    catalogue = bench.rulebook.catalogue
    account = next(firm.account for firm in result.firms if firm.firm.id == project.firm.id)
    found = audit_against_catalogue(
        plan,
        project=project.project,
        facts=project.facts,
        catalogue=catalogue,
        on=result.on,
        aids=result.census.aids,
        room=account.room,
    )
    return {breach.rule for breach in found}


@pytest.fixture(scope="module")
def aided(bench: Bench, sample: MissionResult) -> ProjectResult:
    """A project with aid under an exempted regime, outside the envelope."""
    regimes = bench.rulebook.catalogue.regimes
    return next(
        p
        for p in sample.projects
        if any(regimes[line.regime].kind is RegimeKind.EXEMPTION and not line.is_envelope for line in p.plan.lines)
    )


def exempted(bench: Bench, plan: FinancingPlan) -> int:
    """Rank of a line under an exempted regime."""
    regimes = bench.rulebook.catalogue.regimes
    return next(i for i, line in enumerate(plan.lines) if regimes[line.regime].kind is RegimeKind.EXEMPTION)


def test_every_plan_of_the_sample_holds_against_the_catalogue(bench: Bench, sample: MissionResult) -> None:
    assert all(not rules_broken(bench, sample, project, project.plan) for project in sample.projects)


Breaking = Callable[[PlanLine], PlanLine]


@pytest.mark.parametrize(
    ("breaking", "rule"),
    [
        (lambda line: replace(line, amount=line.amount * 50), "assiette"),
        (lambda line: replace(line, aid=line.aid * 50), "cumulation"),
        (lambda line: replace(line, regime="rgec_31_formation"), "assiette"),
        (lambda line: replace(line, regime="rgec_22_jeunes_pousses"), "floor_and_cap"),
        (lambda line: replace(line, line="P999-1"), "assiette"),
        (lambda line: replace(line, dispositif="bpifrance/inexistant"), "assiette"),
        (lambda line: replace(line, dispositif="region-grand-est/epee"), "eligibility"),
    ],
)
def test_a_plan_broken_on_purpose_is_refused_by_name(
    bench: Bench, sample: MissionResult, aided: ProjectResult, breaking: Breaking, rule: str
) -> None:
    rank = exempted(bench, aided.plan)
    lines = list(aided.plan.lines)
    lines[rank] = breaking(lines[rank])
    assert rule in rules_broken(bench, sample, aided, replace(aided.plan, lines=tuple(lines)))


def test_works_begun_before_the_application_take_the_plan_out_of_the_regime(
    bench: Bench, sample: MissionResult, aided: ProjectResult
) -> None:
    started = replace(aided, facts={**aided.facts, "demande_avant_travaux": False})
    assert "incentive_effect" in rules_broken(bench, sample, started, aided.plan)
