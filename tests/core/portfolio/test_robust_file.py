"""A robust choice read from a file: every fault with its place, and each kind of information taken as it is meant."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from rebond.data import data_folder
from rebond.data.yamlfile import load_schema
from rebond.errors import DataError, SolverError
from rebond.portfolio.robust.classify import classify
from rebond.portfolio.robust.cone import weight_cone
from rebond.portfolio.robust.model import Definition, Status
from rebond.portfolio.robust.reading import RobustFile, parse_robust

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = load_schema(data_folder() / "schemas" / "robustesse-v1.json")


def base() -> dict[str, Any]:
    return {
        "schema": "robustesse/v1",
        "criteres": [{"id": "a"}, {"id": "b", "echelle": [0, 5]}],
        "projets": [
            {"id": "P", "couts": {"eur": 1}, "notes": {"a": 3, "b": 1}},
            {"id": "Q", "couts": {"eur": 1}, "notes": {"a": "1,5", "b": 4}},
        ],
        "budgets": {"eur": 1},
    }


def read(data: dict[str, Any]) -> RobustFile:
    return parse_robust(json.dumps(data), name="choix.json", schema=SCHEMA)


def corners(weights: dict[str, Any]) -> set[tuple[Fraction, ...]]:
    problem = read({**base(), "poids": weights}).problem
    rays = weight_cone(2, problem.weight_rows).rays
    return {tuple(Fraction(value, sum(ray)) for value in ray) for ray in rays}


def test_the_published_schema_is_the_one_that_files_are_read_with() -> None:
    published = (DOCS / "schemas" / "robustesse-v1.json").read_text(encoding="utf-8")
    assert (data_folder() / "schemas" / "robustesse-v1.json").read_text(encoding="utf-8") == published


def test_marks_are_exact_whatever_their_writing() -> None:
    problem = read(base()).problem
    assert [[mark * problem.unit for mark in row] for row in problem.low] == [[3, 1], [Fraction(3, 2), 4]]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({}, {(1, 0), (0, 1)}),
        ({"exacts": {"a": 3, "b": 1}}, {(Fraction(3, 4), Fraction(1, 4))}),
        ({"intervalles": {"a": [0.25, "0,5"]}}, {(Fraction(1, 4), Fraction(3, 4)), (Fraction(1, 2), Fraction(1, 2))}),
        ({"intervalles": {"a": ["1/3", 1]}}, {(Fraction(1, 3), Fraction(2, 3)), (1, 0)}),
        ({"ordre": ["b", "a"]}, {(0, 1), (Fraction(1, 2), Fraction(1, 2))}),
        ({"ordre": [["b", "a"]]}, {(1, 0), (0, 1)}),
        ({"minimum": 0.1}, {(Fraction(1, 10), Fraction(9, 10)), (Fraction(9, 10), Fraction(1, 10))}),
        ({"contraintes": [{"termes": {"a": 1, "b": -2}, "au_moins": 0}]}, {(1, 0), (Fraction(2, 3), Fraction(1, 3))}),
    ],
)
def test_what_is_said_of_the_weights_leaves_these_corners(
    weights: dict[str, Any], expected: set[tuple[Fraction, ...]]
) -> None:
    assert corners(weights) == expected


@pytest.mark.parametrize(
    ("link", "status"),
    [
        ({"type": "exclusifs", "projets": ["P", "Q"]}, [Status.BORDERLINE, Status.BORDERLINE]),
        ({"type": "exige", "projet": "P", "requis": ["Q"]}, [Status.CORE, Status.CORE]),
        ({"type": "au_plus", "nombre": 0, "projets": ["P"]}, [Status.EXTERIOR, Status.CORE]),
        ({"type": "exactement", "nombre": 1, "projets": ["Q"]}, [Status.CORE, Status.CORE]),
        ({"type": "lineaire", "termes": {"P": 2, "Q": "1,5"}, "au_plus": 2}, [Status.BORDERLINE, Status.BORDERLINE]),
    ],
)
def test_constraints_between_projects_hold(link: dict[str, Any], status: list[Status]) -> None:
    problem = read({**base(), "budgets": {"eur": 2}, "contraintes": [link]}).problem
    for definition in Definition:
        assert [f.status for f in classify(problem, seconds=30, definition=definition).findings] == status


def test_an_unknown_mark_is_anywhere_on_the_scale() -> None:
    data = base()
    data["projets"][0]["notes"]["b"] = "inconnu"
    problem = read(data).problem
    assert [float(marks[0][1] * problem.unit) for marks in (problem.low, problem.high)] == [0, 5]


def test_every_fault_comes_at_once_with_its_place() -> None:
    data = base()
    data["projets"][0]["notes"] = {"a": [3, 1], "z": 1, "b": "beaucoup"}
    data["projets"][1]["couts"] = {"usd": 1}
    data["contraintes"] = [{"type": "exclusifs", "projets": ["P", "X"]}, {"type": "lineaire", "termes": {"P": 1}}]
    data["poids"] = {"ordre": ["a", "c"]}
    with pytest.raises(DataError) as raised:
        read(data)
    told = [str(fault) for fault in raised.value.faults]
    for place in (
        "$.projets[0].notes.a",
        "$.projets[0].notes.z",
        "$.projets[0].notes.b",
        "$.projets[1].couts.usd",
        "$.contraintes[0].projets[1]",
        "$.contraintes[1]",
        "$.poids.ordre",
    ):
        assert any(place in each for each in told), (place, told)


def test_an_unknown_mark_without_a_scale_is_a_fault() -> None:
    data = base()
    data["projets"][0]["notes"]["a"] = "inconnu"
    with pytest.raises(DataError, match="échelle"):
        read(data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"poids": {"intervalles": {"a": [0.6, 1]}, "ordre": ["b", "a"]}},
            "poids se contredisent.*: « a » entre 0.6 et 1 ; « b » pèse au moins autant que « a »",
        ),
        (
            {"contraintes": [{"type": "au_moins", "nombre": 2, "projets": ["P", "Q"]}]},
            "contraintes se contredisent.*: budget « .* » ; contrainte 1",
        ),
    ],
)
def test_what_cannot_be_is_said(change: dict[str, Any], words: str) -> None:
    problem = read({**base(), **change}).problem
    for definition in Definition:
        with pytest.raises(SolverError, match=words):
            classify(problem, seconds=30, definition=definition)


def test_a_result_that_time_cut_short_says_so_and_settles_nothing_by_itself() -> None:
    result = classify(read(base()).problem, seconds=0, definition=Definition.POTENTIALLY_OPTIMAL)
    assert not result.complete
    assert {finding.status for finding in result.findings} <= {Status.OPEN, Status.BORDERLINE}


def test_weights_with_too_many_corners_for_the_time_given_settle_nothing() -> None:
    """Sixteen weights between bounds have a hundred thousand extreme ones."""
    names = [f"c{rank}" for rank in range(16)]
    data = {
        "schema": "robustesse/v1",
        "criteres": [{"id": name} for name in names],
        "projets": [{"id": "P", "notes": dict.fromkeys(names, 1)}],
        "poids": {"intervalles": {name: [0.01 + rank / 1000, 0.12 + rank / 900] for rank, name in enumerate(names)}},
    }
    result = classify(read(data).problem, seconds=0.3)
    assert result.seconds < 20
    assert [finding.status for finding in result.findings] == [Status.OPEN]
    assert not result.complete


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"poids": {"ordre": ["a", "b", "a"]}}, "« a » — critère cité deux fois"),
        ({"poids": {"intervalles": {"a": [20, 30]}}}, "un poids est une part de 1"),
        ({"poids": {"intervalles": {"a": [0.9, 1], "b": [0.5, 1]}}}, "les planchers passent 1"),
        ({"poids": {"exacts": {"a": 1}}}, "critère sans poids exact"),
        ({"poids": {"exacts": {"a": -1, "b": 2}}}, "exacts.a.*poids négatif"),
        ({"poids": {"minimum": 0.7}}, "tous les poids ensemble passeraient 1"),
        ({"poids": {"membres": [{"nom": "X", "ordre": ["a"]}, {"nom": "X", "ordre": ["b"]}]}}, "membre en double"),
        ({"criteres": [{"id": "a", "echelle": [90, 95]}, {"id": "b"}]}, "note hors de l'échelle"),
    ],
)
def test_a_slip_in_what_is_said_of_the_weights_is_a_fault_with_its_place(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError) as raised:
        read({**base(), **change})
    assert any(re.search(words, str(fault)) for fault in raised.value.faults)


def test_members_leave_every_compromise_between_them_and_are_kept_apart() -> None:
    members = [{"nom": "Mme Roy", "exacts": {"a": 3, "b": 1}}, {"nom": "M. Petit", "intervalles": {"b": [0.5, 0.8]}}]
    file = read({**base(), "poids": {"membres": members}})
    assert list(file.members) == ["Mme Roy", "M. Petit"]
    assert weight_cone(2, file.problem.weight_rows).rays.keys() == {(3, 1), (1, 4)}
    assert {tuple(sorted(weight_cone(2, rows).rays)) for rows in file.members.values()} == {
        ((3, 1),),
        ((1, 1), (1, 4)),
    }


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"type": "foo"}, "« type » : choisir parmi exclusifs, exige, au_moins, au_plus, exactement, lineaire"),
        ({"type": "exclusifs"}, "clé obligatoire absente : projets"),
        ({"type": "exige", "projet": "P", "requis": 3}, "une liste attendu"),
    ],
)
def test_a_constraint_of_a_wrong_shape_is_told_in_the_words_of_the_one_that_was_meant(
    link: dict[str, Any], words: str
) -> None:
    with pytest.raises(DataError) as raised:
        read({**base(), "contraintes": [link], "budgets": {"eur": [1, 2]}})
    shape, budget = sorted(map(str, raised.value.faults), key=lambda told: "budgets" in told)
    assert words in shape
    assert "un nombre ou un texte attendu" in budget
