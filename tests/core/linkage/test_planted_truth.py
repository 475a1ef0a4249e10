"""Linkage against a planted truth: lists spoilt in three independent ways (the measure: ``bench linkage``)."""

import pytest

from bench._linkage_noise import MODELS, planted
from bench._linkage_score import linker, report, settled
from tests.core.linkage.lists import RULES

INDEPENDENT = [model for model in MODELS if model != "tout"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("seed", [101, 102])
def test_nothing_false_is_said_without_a_person(model: str, seed: int) -> None:
    mission = planted(model, seed)
    found = report(mission, linker(mission, RULES)({}))
    assert found.firms.wrong == 0
    assert found.projects.wrong == 0
    assert found.known_wrongly == 0
    assert found.queue <= 40


@pytest.mark.parametrize("model", INDEPENDENT)
def test_a_project_that_a_partner_has_is_hardly_ever_said_unknown(model: str) -> None:
    mission = planted(model, 103)
    link = linker(mission, RULES)
    found = report(mission, link({}))
    assert found.unknown_wrongly <= 3
    assert found.unknown_low - found.unknown_wrongly <= found.unknown_true <= found.unknown_high
    after, _ = settled(mission, link)
    assert report(mission, after).firms.recall >= found.firms.recall
    assert after.unknown_share.settled
    assert abs(after.unknown_share.low - found.unknown_true) <= 3
