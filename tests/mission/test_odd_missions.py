"""What is odd in one row denies a mission nothing else: its study is made, and says it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rebond.adapters.workbook import load_layout, regime_codes
from rebond.data import data_folder
from rebond.facts import Census
from rebond.mission import Rulebook, run_mission
from rebond.restitution.contents import Document
from rebond.restitution.report.collect import collect_report
from rebond.restitution.roadmap_document import collect_roadmap
from tests.whole_missions import Missions


@pytest.fixture(scope="module")
def drawn(rulebook: Rulebook) -> Callable[[int], Census]:
    data = data_folder()
    layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))
    return Missions(layout, rulebook.catalogue.gazetteer).draw


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 22])
def test_an_odd_row_denies_no_mission_its_study(seed: int, rulebook: Rulebook, drawn: Callable[[int], Census]) -> None:
    """Seeds 1 and 2: a need on an axis without action. 22: dispositifs that give nothing, once « not a bound »."""
    census = drawn(seed)
    result = run_mission(census, rulebook, on=census.settings.committee_on)
    assert [found.project.id for found in result.projects] == [project.id for project in census.projects]
    heard = [(each.id, need.axis, need.text) for each in census.interviews for need in each.needs]
    planned = [(need.interview, need.axis, need.text) for action in result.roadmap for need in action.needs]
    assert sorted(heard) == sorted(planned)
    odd = {axis for _, axis, _ in heard} - {axis.code for axis in rulebook.axes}
    assert odd == {axis for axis in odd if any(f"« {axis} »" in alert for alert in result.alerts)}
    for document in (collect_roadmap(result), collect_report(result, places=(), points={})):
        assert isinstance(document, Document)
        assert ("Besoins sans action" in repr(document)) == bool(odd)
