"""Which figures of a project its parts have together: said in the dictionary, for each of them."""

import csv
from pathlib import Path

import pytest

from rebond.data import data_folder
from rebond.eligibility.dictionary import load_dictionary
from rebond.errors import CatalogueError

FILE = data_folder() / "referentiels" / "faits.csv"


def test_the_cost_of_a_single_investment_project_is_that_of_each_part() -> None:
    """GBER art. 14(13): halved, each part would look smaller than what the law counts."""
    facts = load_dictionary(FILE)
    assert not facts["couts_projet_unique"].adds_up
    assert not facts["economie_energie_primaire"].adds_up
    assert facts["emplois_crees"].adds_up
    assert facts["cout_materiel"].adds_up


@pytest.mark.parametrize(
    ("fact", "said", "told"),
    [
        ("emplois_crees", "peut-être", "on ne sait pas"),
        ("emplois_crees", "", "on ne sait pas"),
        ("effectif", "non", "seul un chiffre"),
    ],
)
def test_a_figure_about_a_project_says_yes_or_no_and_nothing_else_does(
    fact: str, said: str, told: str, tmp_path: Path
) -> None:
    """One that is not said would be copied to every part of a project that is split."""
    path = tmp_path / "faits.csv"
    with FILE.open(encoding="utf-8", newline="") as stream, path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictReader(stream)
        written = csv.DictWriter(out, rows.fieldnames or ())
        written.writeheader()
        written.writerows(row | {"s_additionne": said} for row in rows if row["nom"] == fact)
    with pytest.raises(CatalogueError, match=told) as caught:
        load_dictionary(path)
    assert "s_additionne" in str(caught.value)
