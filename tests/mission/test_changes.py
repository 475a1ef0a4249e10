"""What changes when something changes: a cost, a rate of the law, a date, a whole territory."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from rebond.data import data_folder
from rebond.mission import load_rulebook
from rebond.results import MissionResult
from tests.mission.conftest import Bench


def test_a_higher_cost_raises_the_total_and_the_aid_of_its_own_project(bench: Bench, sample: MissionResult) -> None:
    target = next(p for p in sample.projects if p.plan.aid and not p.plan.envelope)
    lines = target.project.costs
    raised = (replace(lines[0], amount=lines[0].amount + 50_000), *lines[1:])
    projects = tuple(replace(p, costs=raised) if p.id == target.project.id else p for p in bench.census.projects)
    result = bench.play(replace(bench.census, projects=projects))
    assert _value(result, "investissement_eur") == _value(sample, "investissement_eur") + 50_000
    assert result.project(target.project.id).plan.need == target.plan.need + 50_000


def test_a_lower_rate_of_a_regime_lowers_the_plans_that_rest_on_it(
    bench: Bench, sample: MissionResult, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "regimes" / "rgec_38_efficacite_energetique.yaml"
    text = file.read_text(encoding="utf-8")
    assert '"30 %"' in text
    file.write_text(text.replace('"30 %"', '"6 %"'), encoding="utf-8")
    changed = load_rulebook(folder)
    result = bench.play(rulebook=changed)
    assert result.catalogue_version != sample.catalogue_version
    used = "rgec_38_efficacite_energetique"
    before, after = _aid_under(sample, used), _aid_under(result, used)
    assert after < before


def test_without_an_assumed_zone_no_plan_uses_regional_aid(bench: Bench) -> None:
    settings = replace(bench.census.settings, zone_assumptions=())
    result = bench.play(replace(bench.census, settings=settings))
    assert all(line.regime != "rgec_14_afr" for p in result.projects for line in p.plan.lines)


def test_a_bigger_envelope_never_lowers_the_value_of_the_selection(bench: Bench, sample: MissionResult) -> None:
    envelope = bench.census.settings.envelope
    double = tuple(replace(part, amount=part.amount * 2) for part in envelope.contributions)
    settings = replace(bench.census.settings, envelope=replace(envelope, contributions=double))
    result = bench.play(replace(bench.census, settings=settings))
    assert _retained_value(result) >= _retained_value(sample)


def _value(result: MissionResult, code: str) -> Decimal:
    return next(indicator.value for indicator in result.indicators if indicator.code == code)


def _aid_under(result: MissionResult, regime: str) -> Decimal:
    return sum((line.aid for p in result.projects for line in p.plan.lines if line.regime == regime), Decimal(0))


def _retained_value(result: MissionResult) -> Decimal:
    return sum((p.score.value for p in result.projects if p.decision.envelope), Decimal(0))


def test_a_project_outside_the_intercommunalities_is_an_alert_and_stays_counted(bench: Bench) -> None:
    away = replace(bench.census.projects[0], commune="74010")
    result = bench.play(replace(bench.census, projects=(away,), partner_entries=()))
    named = f"hors des intercommunalités de la mission : {away.id} à Annecy (74010)"
    assert any(named in alert for alert in result.alerts)
    assert len(result.projects) == 1
