"""What a mission cannot assume of a zone."""

import pytest

ROW = {"zonage": "frr", "valeur": "FRR", "source": "arrêté", "communes": "52121 ; 52269"}


def test_a_value_is_read_as_the_zonage_writes_it(bench, small_mission):
    _, zone = bench.read(bench.write({**small_mission, "zonages": [ROW]})).settings.zone_assumptions
    assert (zone.zone, zone.value, zone.communes) == ("frr", "frr", frozenset({"52121", "52269"}))


@pytest.mark.parametrize(
    ("rows", "where", "problem", "mend"),
    [
        ([{**ROW, "valeur": "zonée"}], "B2", "n'est pas une valeur de ce zonage", "« frr_plus », « frr »"),
        ([{**ROW, "source": None}], "C2", "cellule obligatoire vide", "Source"),
        ([{**ROW, "communes": "52121, 52999"}], "D2", "code INSEE inconnu : 52999", "cellule texte"),
        ([ROW, {**ROW, "communes": "52269"}], "A3", "déjà supposé pour 52269", "une hypothèse par zonage"),
        ([{**ROW, "zonage": "afr", "valeur": "c", "communes": None}], "A2", "tout le territoire", "une hypothèse"),
    ],
)
def test_what_cannot_be_assumed_is_told_in_its_cell(bench, small_mission, rows, where, problem, mend):
    (fault,) = bench.faults(bench.write({**small_mission, "zonages": rows}))
    assert fault.where == f"feuille « zonages supposés », cellule {where}"
    assert problem in fault.problem
    assert mend in fault.mend
