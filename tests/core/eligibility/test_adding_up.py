"""Which figures of a project its parts have together: said in the dictionary, for each of them."""

import csv
from pathlib import Path

import pytest

from rebond.data import data_folder
from rebond.eligibility.dictionary import FactType, load_dictionary
from rebond.errors import CatalogueError

FILE = data_folder() / "referentiels" / "faits.csv"


def test_every_figure_about_a_project_says_whether_it_adds_up() -> None:
    """One that is not said would be copied to every part of a project that is split."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    figures = {FactType.EUROS.value, FactType.NUMBER.value}
    for row in rows:
        is_figure = row["porte_sur"] == "projet" and row["type"] in figures
        assert bool(row["s_additionne"]) == is_figure, row["nom"]


def test_the_cost_of_a_single_investment_project_is_that_of_each_part() -> None:
    """GBER art. 14(13): halved, each part would look smaller than what the law counts."""
    facts = load_dictionary(FILE)
    assert not facts["couts_projet_unique"].adds_up
    assert not facts["economie_energie_primaire"].adds_up
    assert facts["emplois_crees"].adds_up
    assert facts["cout_materiel"].adds_up


def test_another_word_than_yes_or_no_is_a_fault(tmp_path: Path) -> None:
    head, *lines = FILE.read_text(encoding="utf-8").splitlines()
    line = next(each for each in lines if each.startswith("emplois_crees,"))
    path = tmp_path / "faits.csv"
    path.write_text(f"{head}\n{line.replace(',oui,', ',peut-être,')}\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="s_additionne"):
        load_dictionary(path)
