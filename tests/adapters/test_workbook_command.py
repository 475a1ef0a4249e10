"""``rebond census template`` and ``rebond census check``."""

import shutil

from click.testing import CliRunner

from rebond.cli.census import census
from rebond.data import data_folder


def test_the_template_is_written_where_asked(tmp_path):
    target = tmp_path / "modele.xlsx"
    result = CliRunner().invoke(census, ["template", "--out", str(target)])

    assert result.exit_code == 0
    assert target.is_file()


def test_a_valid_workbook_ends_with_code_zero_and_its_counts(bench):
    result = CliRunner().invoke(census, ["check", str(bench.write())])

    assert result.exit_code == 0
    assert "2 entreprises" in result.output
    assert "2 projets, 3 postes de dépense" in result.output


def test_a_need_that_no_action_of_the_roadmap_answers_is_said(bench, tmp_path):
    home = tmp_path / "catalogue" / "referentiels"
    shutil.copytree(data_folder() / "referentiels", home)
    roadmap = home / "feuille_de_route.yaml"
    lines = roadmap.read_text("utf-8").splitlines(keepends=True)
    roadmap.write_text("".join(line for line in lines if "axe: competences" not in line), "utf-8")
    result = CliRunner().invoke(census, ["check", str(bench.write()), "--catalogue", str(home.parent)])

    assert result.exit_code == 0
    assert "! Un besoin est sans action" in result.output
    assert "« competences »" in result.output


def test_repairs_are_shown(bench):
    path = bench.planted(lambda book: book["entreprises"].__setitem__("D3", "821.611.431"))
    result = CliRunner().invoke(census, ["check", str(path)])

    assert "« 821.611.431 » lu 821611431 (séparateurs retirés)" in result.output


def test_a_wrong_workbook_ends_with_code_two_and_every_fault(bench):
    path = bench.planted(lambda book: book["entreprises"].__setitem__("B2", None))
    result = CliRunner().invoke(census, ["check", str(path)])

    assert result.exit_code == 2
    assert "feuille « entreprises », cellule B2" in result.stderr
    assert "1 défaut à corriger" in result.stderr
