"""The mission on the sample territory, run once, and how to run it again on something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from rebond.adapters.sample import write_sample
from rebond.adapters.workbook import load_layout, read_census, regime_codes
from rebond.data import data_folder
from rebond.facts import UNKNOWN, Census, Maybe
from rebond.linkage import LinkageResult, link_census
from rebond.mission import Rulebook, load_rulebook, run_mission
from rebond.regimes.readings import Reading
from rebond.results import MissionResult
from rebond.study.kept import KeptStudies
from rebond.study.robust import RobustAsked
from tests.sample import sample_of_the_run


@dataclass(frozen=True)
class Bench:
    """A catalogue and a census to play missions with."""

    rulebook: Rulebook
    census: Census
    kept: KeptStudies = field(default_factory=KeptStudies)
    """What missions already played have studied; ``test_study`` proves that it changes no figure."""

    def play(
        self,
        census: Census | None = None,
        *,
        on: date | None = None,
        rulebook: Rulebook | None = None,
        reading: Maybe[Reading] = UNKNOWN,
        from_nothing: bool = False,
        robust: RobustAsked | None = None,
    ) -> MissionResult:
        """The mission, on another census, date, rulebook or reading of the law where they are given."""
        census = census or self.census
        # A rulebook changed in memory keeps the version of the shipped files, by which studies are told apart.
        kept = self.kept if rulebook is None and not from_nothing else None
        on, rulebook = on or census.settings.committee_on, rulebook or self.rulebook
        return run_mission(census, rulebook, on=on, reading=reading, robust=robust, kept=kept)

    def link(self, decisions: Mapping[tuple[str, str], bool]) -> LinkageResult:
        """Who is known, once people have decided."""
        gazetteer = self.rulebook.catalogue.gazetteer
        return link_census(self.census, rules=self.rulebook.linkage, gazetteer=gazetteer, decisions=decisions)


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The shipped catalogue and grids."""
    return load_rulebook(data_folder())


@pytest.fixture(scope="session")
def read_workbook(rulebook: Rulebook) -> Callable[[Path], Census]:
    """Reads a workbook against the shipped catalogue."""
    data = data_folder()
    layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))
    return lambda path: read_census(path, layout=layout, gazetteer=rulebook.catalogue.gazetteer)


@pytest.fixture(scope="session")
def bench(
    rulebook: Rulebook, read_workbook: Callable[[Path], Census], tmp_path_factory: pytest.TempPathFactory
) -> Bench:
    """The sample territory."""
    workbook = tmp_path_factory.mktemp("demo") / "recensement.xlsx"
    write_sample(workbook)
    return Bench(rulebook=rulebook, census=read_workbook(workbook))


@pytest.fixture(scope="session")
def sample(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> MissionResult:
    """The result of the mission on the sample territory."""
    found = sample_of_the_run(tmp_path_factory.getbasetemp() / "resultat")
    bench.kept.keep(found.studies)
    return found
