"""The weights of the call in the settings of the mission: all of them or none, relative to one another."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from shutil import copytree

import openpyxl
import pytest

from rebond.adapters.workbook import census_rows, load_layout, write_template, write_workbook
from rebond.data import data_folder
from rebond.errors import CatalogueError
from rebond.portfolio.scoring import load_selection_grid
from rebond.units import format_rate
from tests.adapters.conftest import SMALL_MISSION

GRID = load_selection_grid(data_folder() / "referentiels" / "selection.yaml")
ALL = dict(zip((f"poids_{criterion.code}" for criterion in GRID.criteria), (5, 3, 0, 1, 1, 0), strict=True))


def weighed(**weights):
    """The small mission with weights."""
    return SMALL_MISSION | {"mission": SMALL_MISSION["mission"] | weights}


def test_weights_are_read_and_written_back(bench):
    census = bench.read(bench.write(weighed(**ALL)))
    assert dict(census.settings.weights) == {key.removeprefix("poids_"): Decimal(w) for key, w in ALL.items()}
    again = bench.folder / "export.xlsx"
    write_workbook(again, bench.layout, census_rows(census, bench.layout))
    assert bench.read(again).settings.weights == census.settings.weights


def test_a_mission_without_weights_leaves_them_to_the_call(bench):
    assert bench.read(bench.write()).settings.weights == ()


@pytest.mark.parametrize(
    ("weights", "problem", "mend"),
    [
        ({"poids_emplois": 40}, "sans poids : Poids de l'appel : maturité", "0 pour l'écarter"),
        (dict.fromkeys(ALL, 0), "tous les poids de l'appel sont nuls", "laisser vide pour garder ceux de l'appel"),
        (ALL | {"poids_levier": -1}, "négative", "0 ou plus"),
        (ALL | {"poids_levier": "beaucoup"}, "nombre", ""),
    ],
)
def test_weights_that_mean_nothing_get_one_message(bench, weights, problem, mend):
    path = bench.write()
    book = openpyxl.load_workbook(path)
    rows = {column.key: rank for rank, column in enumerate(bench.layout.sheet("mission").columns, start=2)}
    for key, value in weights.items():
        book["mission"].cell(rows[key], 2).value = value
    book.save(path)
    (fault,) = bench.faults(path)
    assert fault.where.startswith("feuille « mission », cellule B")
    assert problem in fault.problem
    assert mend in fault.mend


def test_the_guide_says_the_weight_that_each_criterion_has_when_the_mission_gives_none(bench):
    path = bench.folder / "modele.xlsx"
    write_template(path, bench.layout)
    guide = openpyxl.load_workbook(path)["guide"]
    said = {row[1]: row[4] for row in guide.iter_rows(values_only=True) if row[0] == "mission"}
    for column in bench.layout.sheet("mission").columns:
        if column.criterion:
            usual = next(criterion.weight for criterion in GRID.criteria if criterion.code == column.criterion)
            assert f"tous vides : {format_rate(usual)}" in str(said[column.title])


def test_a_catalogue_that_weighs_some_criteria_only_is_told_which_lack(tmp_path: Path):
    folder = copytree(data_folder() / "referentiels", tmp_path / "referentiels")
    file = folder / "classeur.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "critere: levier" not in line), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"levier.*critère de selection.yaml sans poids"):
        load_layout(folder)
    file.write_text("".join(lines).replace("critere: levier", "critere: effet"), encoding="utf-8")
    with pytest.raises(CatalogueError, match="effet"):
        load_layout(folder)
