"""Whole missions drawn at random go through a workbook: nobody's change, and the same figures."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rebond.adapters.workbook import census_rows, load_layout, regime_codes, write_workbook
from rebond.adapters.workbook.exchange import brought_by_workbook
from rebond.adapters.workbook.reading import read_workbook
from rebond.data import data_folder
from rebond.facts import Accounts, AssessorScore, Evidence, Need
from rebond.history import diff
from rebond.mission import load_rulebook, run_mission
from rebond.results import MissionResult
from tests.spreadsheets import as_ods
from tests.whole_missions import Missions

SEEDS = st.integers(0, 10**6)
DENSE = max(3, settings().max_examples // 25)
"""A mission holds some hundred values: few are needed; CI looks at more of them, always the same."""


class _Bench:
    def __init__(self) -> None:
        data = data_folder()
        self.rulebook = load_rulebook(data)
        self.layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))
        self.gazetteer = self.rulebook.catalogue.gazetteer
        self.missions = Missions(self.layout, self.gazetteer)

    def written(self, census, folder):
        path = Path(folder) / "export.xlsx"
        write_workbook(path, self.layout, census_rows(census, self.layout))
        return path

    def read(self, path):
        return read_workbook(path, layout=self.layout, gazetteer=self.gazetteer).census

    def returned(self, census, path):
        kept: dict[str, Any] = {"layout": self.layout, "gazetteer": self.gazetteer}
        return brought_by_workbook(self.read(path), known=census, now=census, typed=False, **kept)


HELD: list[_Bench] = []


def bench() -> _Bench:
    """Made once: Hypothesis runs many examples in one test."""
    if not HELD:
        HELD.append(_Bench())
    return HELD[0]


@settings(max_examples=DENSE)
@given(seed=SEEDS)
def test_a_mission_exported_then_imported_does_not_change(seed):
    held = bench()
    census = held.missions.draw(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = held.written(census, folder)
        assert held.read(path).repairs == ()
        assert diff(census, held.returned(census, path)) == ()


@settings(max_examples=DENSE // 2)
@given(seed=SEEDS)
def test_a_mission_saved_as_opendocument_does_not_change_either(seed):
    held = bench()
    census = held.missions.draw(seed)
    with tempfile.TemporaryDirectory() as folder:
        assert diff(census, held.returned(census, as_ods(held.written(census, folder)))) == ()


@settings(max_examples=DENSE)
@given(seed=SEEDS)
@example(seed=72_601)  # Someone said « inconnu » of who carries a project, which a workbook leaves empty.
def test_a_mission_has_the_same_figures_on_the_site_and_from_its_workbook(seed):
    held = bench()
    census = held.missions.draw(seed, sober=True)
    on = census.settings.committee_on
    with tempfile.TemporaryDirectory() as folder:
        told = held.read(held.written(census, folder))
    one, other = (run_mission(each, held.rulebook, on=on) for each in (census, told))
    assert figures(other) == figures(one)


def figures(result: MissionResult) -> dict[object, object]:
    """All that a mission found, and nothing of what it was told."""
    of_projects = {
        project.project.id: (
            project.plan,
            project.verdicts,
            project.maturity,
            project.score,
            project.decision,
            project.known,
            project.referrals,
        )
        for project in result.projects
    }
    of_firms = {firm.firm.id: (firm.size, firm.account) for firm in result.firms}
    whole = (result.indicators, result.envelope_spent, result.roadmap, result.alerts, result.readings)
    return of_projects | of_firms | {None: whole}


def test_a_mission_whose_catalogue_lost_an_axis_a_criterion_or_a_fact_is_still_exported():
    """Facts outlive the questions that they answered: they stay behind what the workbook says."""
    held = bench()
    census = held.missions.draw(1)
    first, *others = census.projects
    project = replace(
        first,
        declared=(*first.declared, ("question_d_avant", True)),
        evidence=(*first.evidence, Evidence(criterion="ancien", level=2, proof="devis")),
        scores=(*first.scores, AssessorScore(criterion="ancien", score=2, reason="avant")),
    )
    met = tuple(replace(each, needs=(*each.needs, Need(axis="ancien", text="un besoin"))) for each in census.interviews)
    census = replace(census, projects=(project, *others), interviews=met)
    with tempfile.TemporaryDirectory() as folder:
        assert diff(census, held.returned(census, held.written(census, folder))) == ()


def test_years_of_accounts_before_the_last_two_are_in_the_workbook_and_make_the_size():
    """Annex I, art. 4(2): a size changes after two years running, and is followed from the first year known."""
    held = bench()
    census = held.missions.draw(2, sober=True)
    firm, *others = census.firms
    small = {"turnover": 1_000_000, "balance_sheet": 1_000_000}
    large = {"turnover": 90_000_000, "balance_sheet": 90_000_000}
    years = ((2025, 400, large), (2024, 20, small), (2023, 400, large), (2022, 400, large), (2021, 20, small))
    accounts = tuple(Accounts(year=year, staff=staff, **money) for year, staff, money in years)  # type: ignore[arg-type]  # whole euros
    census = replace(census, firms=(replace(firm, accounts=accounts, links=()), *others))
    with tempfile.TemporaryDirectory() as folder:
        told = held.read(held.written(census, folder))
    assert told.firms[0].accounts == accounts
