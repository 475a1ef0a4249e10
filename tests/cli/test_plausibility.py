"""``mission run`` and ``plan`` stop on what cannot be and on what nobody confirmed; one option goes on and says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rebond.adapters.sample import write_sample
from rebond.adapters.workbook import census_rows, load_layout, read_census, regime_codes, write_workbook
from rebond.cli import _plan_project, main, mission
from rebond.cli import _plausibility as stops
from rebond.data import data_folder
from rebond.facts import Census
from rebond.mission import Rulebook, load_rulebook, run_mission

DATA = data_folder()
LAYOUT = load_layout(DATA / "referentiels", regimes=regime_codes(DATA / "regimes"))


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(DATA)


@pytest.fixture
def _one_catalogue(rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue read once for all commands."""
    monkeypatch.setattr(mission, "load_rulebook", lambda _: rulebook)
    monkeypatch.setattr(_plan_project, "kept_rulebook", lambda _: rulebook)


@pytest.fixture(scope="module")
def one_project(rulebook: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Census:
    """The first project of the sample, and its firm."""
    path = tmp_path_factory.mktemp("sample") / "recensement.xlsx"
    write_sample(path)
    whole = read_census(path, layout=LAYOUT, gazetteer=rulebook.catalogue.gazetteer)
    project = whole.projects[0]
    return replace(
        whole,
        firms=(whole.firm(project.firm_id),),
        interviews=tuple(each for each in whole.interviews if each.firm_id == project.firm_id),
        projects=(project,),
        aids=tuple(aid for aid in whole.aids if aid.firm_id == project.firm_id),
        partner_entries=(),
    )


@pytest.fixture
def workbook(one_project: Census, tmp_path: Path) -> Callable[..., Path]:
    """A workbook of one project with some of its facts changed."""

    def write(**changes: Any) -> Path:
        census = replace(one_project, projects=(replace(one_project.projects[0], **changes),))
        path = tmp_path / "recensement.xlsx"
        write_workbook(path, LAYOUT, census_rows(census, LAYOUT))
        return path

    return write


COMMANDS = (
    ("mission", "run", "{book}", "--out", "{out}"),
    ("plan", "--workbook", "{book}", "--project", "P001", "--json"),
)


@pytest.mark.usefixtures("_one_catalogue")
@pytest.mark.parametrize("command", COMMANDS, ids=["mission run", "plan"])
def test_a_question_that_nobody_answered_stops_with_code_two_and_nothing_written(
    workbook: Callable[..., Path], tmp_path: Path, command: tuple[str, ...]
) -> None:
    out = tmp_path / "resultats"
    words = [word.format(book=workbook(jobs_created=900), out=out) for word in command]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "? projet P001" in result.stderr
    assert "900 emplois créés" in result.stderr
    assert "--malgre-les-questions" in result.stderr
    assert not out.exists()


@pytest.mark.usefixtures("_one_catalogue")
@pytest.mark.parametrize("command", COMMANDS, ids=["mission run", "plan"])
def test_what_cannot_be_stops_even_despite_questions(
    workbook: Callable[..., Path], tmp_path: Path, command: tuple[str, ...]
) -> None:
    words = [word.format(book=workbook(ends_on=date(2062, 1, 1)), out=tmp_path / "resultats") for word in command]
    result = CliRunner().invoke(main, [*words, "--malgre-les-questions"])
    assert result.exit_code == 2
    assert "✗ projet P001" in result.stderr
    assert "1 défaut à corriger" in result.stderr


@pytest.mark.usefixtures("_one_catalogue")
def test_despite_questions_the_plan_is_made_and_says_them(workbook: Callable[..., Path]) -> None:
    words = ["plan", "--workbook", str(workbook(jobs_created=900)), "--project", "P001", "--json", stops.DESPITE]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.stderr
    assert "900 emplois créés" in result.stdout


def test_the_mission_itself_carries_its_open_questions(rulebook: Rulebook, one_project: Census) -> None:
    """Whoever runs it: the site shows the alerts of the result."""
    census = replace(one_project, projects=(replace(one_project.projects[0], jobs_created=900),))
    result = run_mission(census, rulebook, on=census.settings.committee_on)
    assert "900 emplois créés" in result.alerts[0]
    assert "sans réponse" in result.alerts[0]
    quiet = run_mission(one_project, rulebook, on=census.settings.committee_on)
    assert not any("sans réponse" in alert for alert in quiet.alerts)
