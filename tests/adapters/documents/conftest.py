"""A dozen projects of the sample territory, one of them retained, and their documents written once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from rebond.adapters.documents.writing import write_documents
from rebond.adapters.points import load_points
from rebond.adapters.sample import write_sample
from rebond.adapters.workbook import load_layout, read_census, regime_codes
from rebond.data import data_folder
from rebond.indicators.definitions import compute_indicators
from rebond.mission import load_rulebook, run_mission
from rebond.portfolio.call import CallStatus
from rebond.referrals.orient import ReferralKind
from rebond.restitution.territory_map import Place, territory_places
from rebond.results import MissionResult, ProjectResult
from tests.once import found_once, once

_KEPT = 12
TRAP = "=HYPERLINK(1) & <b>essai</b>"
"""A title that a spreadsheet would run and a browser would draw."""


@pytest.fixture(scope="session")
def rulebook():
    return load_rulebook(data_folder())


@pytest.fixture(scope="session")
def result(rulebook, tmp_path_factory: pytest.TempPathFactory) -> MissionResult:
    data = data_folder()
    workbook = tmp_path_factory.mktemp("census") / "recensement.xlsx"
    write_sample(workbook)
    layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))
    census = read_census(workbook, layout=layout, gazetteer=rulebook.catalogue.gazetteer)
    projects = [replace(p, title=TRAP) if n == 0 else p for n, p in enumerate(census.projects[:_KEPT])]
    few = replace(census, projects=tuple(projects))

    def play() -> MissionResult:
        found = run_mission(few, rulebook, on=few.settings.committee_on)
        found = replace(found, projects=_with_one_retained(found.projects))
        return replace(found, indicators=compute_indicators(found))

    return found_once(MissionResult, "douze", play, near=workbook)


def _with_one_retained(projects: Sequence[ProjectResult]) -> tuple[ProjectResult, ...]:
    """The first ripe project with a plan, retained by decree: documents must show one whatever the sample gives."""
    chosen = next(p for p in projects if p.plan.lines and p.referrals[0].kind is ReferralKind.FUNDERS)
    line = replace(chosen.plan.lines[0], amount=150_000, aid=Decimal(150_000), is_envelope=True)
    retained = replace(
        chosen,
        plan=replace(chosen.plan, lines=(*chosen.plan.lines, line)),
        decision=replace(chosen.decision, status=CallStatus.RETAINED, envelope=150_000),
        referrals=(replace(chosen.referrals[0], kind=ReferralKind.RETAINED), *chosen.referrals),
    )
    return tuple(retained if p is chosen else p for p in projects)


@pytest.fixture(scope="session")
def places(rulebook, result: MissionResult) -> tuple[Place, ...]:
    return territory_places(rulebook.catalogue.gazetteer, result.census.settings.epcis)


@pytest.fixture(scope="session")
def points() -> dict[str, tuple[float, float]]:
    return load_points(data_folder())


@pytest.fixture(scope="session")
def folder(result, places, points, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Written by one process of the run, and only read by the tests of all."""

    def write(made: Path) -> None:
        write_documents(result, made / "resultats", places=places, points=points)

    return once("documents-des-douze", write, near=tmp_path_factory.getbasetemp() / "mission") / "resultats"
