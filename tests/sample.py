"""The sample mission as every part of the tests reads it: computed by one process of a run, for all of them."""

import tempfile
from pathlib import Path

from rebond.adapters.sample import write_sample
from rebond.adapters.workbook import load_layout, read_census, regime_codes
from rebond.data import data_folder
from rebond.mission import load_rulebook, run_mission
from rebond.results import MissionResult
from rebond.study.robust import RobustAsked
from tests.once import found_once


def sample_of_the_run(near: Path) -> MissionResult:
    """Its result, how robust the choice is included; ``near``: any temporary path of the run."""
    return found_once(MissionResult, "resultat", _play, near=near)


def _play() -> MissionResult:
    data = data_folder()
    rulebook = load_rulebook(data)
    layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "recensement.xlsx"
        write_sample(workbook)
        census = read_census(workbook, layout=layout, gazetteer=rulebook.catalogue.gazetteer)
    return run_mission(census, rulebook, on=census.settings.committee_on, robust=RobustAsked())
