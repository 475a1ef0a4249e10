"""Names of firms: one form for all the ways of writing them."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rebond
from rebond.errors import CatalogueError
from rebond.linkage import load_rules, normalise_name
from rebond.linkage.names import is_acronym, likeness, read_name, written_variants
from rebond.linkage.text import fold

FOLDER = Path(rebond.__file__).parent / "data" / "referentiels"
RULES = load_rules(FOLDER)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("S.A.R.L. Goujon & Fils", "GOUJON ET FILS"),
        ("GOUJON ET FILS SAS", "GOUJON ET FILS"),
        ("Éts Goujon", "ETABLISSEMENTS GOUJON"),
        ("Sté Gle de Méca", "SOCIETE GENERALE DE MECANIQUE"),
        ("Société par actions simplifiée Dupont", "DUPONT"),
        ("Forges de l’Œuf S.A.S.U.", "FORGES DE OEUF"),
        ("SAS", "SAS"),
        ("Sa Majesté", "MAJESTE"),
        ("Fonderie SA Industrie", "FONDERIE SA INDUSTRIE"),
        ("", ""),
    ],
)
def test_ways_of_writing_a_name_come_to_one_form(written, expected):
    assert normalise_name(written, RULES) == expected


words = st.sampled_from(
    [
        "S",
        "A",
        "R",
        "L",
        "SARL",
        "SA",
        "Ets",
        "Sté",
        "S.A.S.",
        "Goujon",
        "&",
        "d'",
        "Méca",
        "tp",
        "société",
        "anonyme",
    ]
)


@given(st.one_of(st.text(max_size=30), st.lists(words, max_size=8).map(" ".join)))
def test_normalising_twice_changes_nothing(text):
    once = normalise_name(text, RULES)
    assert normalise_name(once, RULES) == once
    assert fold(fold(text)) == fold(text)


names = st.lists(
    st.sampled_from(["GOUJON", "GOUJEON", "FILS", "FORGES", "NOGENT", "MECANIQUE", "DURAND", "SARL", "Ets"]),
    min_size=1,
    max_size=4,
).map(" ".join)


@given(names, names)
def test_likeness_does_not_depend_on_the_order_of_the_two_names(left, right):
    first, second = read_name(left, RULES), read_name(right, RULES)
    places = frozenset({"NOGENT"})
    assert likeness(first, second, places) == likeness(second, first, places)
    assert likeness(first, first, places) == 100


@pytest.mark.parametrize(
    ("left", "right", "low", "high"),
    [
        ("Ets GOUJON & Fils", "GOUJON ET FILS SAS", 100, 100),
        ("GOUJON", "Ets Goujon & Fils", 88, 99),
        ("SARL Vauthier Décolletage", "Vautier decoll.", 88, 99),
        ("Mécanique Dupont", "Mécanique Durand", 0, 73),
        ("Forges de Nogent", "Ateliers de Nogent", 0, 73),
        ("Menuiserie Dupont", "Dupont Mécanique", 74, 87),
        ("Martin", "Martel", 0, 73),
    ],
)
def test_likeness_follows_the_words_that_distinguish(left, right, low, high):
    score = likeness(read_name(left, RULES), read_name(right, RULES), frozenset({"NOGENT"}))
    assert low <= score <= high


def test_a_name_between_brackets_is_another_name_of_the_firm():
    assert written_variants("Manuval (ex Forges du Val)") == (
        "Manuval (ex Forges du Val)",
        "MANUVAL",
        "FORGES DU VAL",
    )


def test_initials_are_recognised_with_or_without_small_words():
    long = read_name("Forges de Nogent SAS", RULES)
    assert is_acronym(read_name("FDN", RULES), long, RULES)
    assert not is_acronym(read_name("FXN", RULES), long, RULES)


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("abreviations.csv", "ABC,ETS GOUJON,nom\n", "la forme contient une abréviation (ETS)"),
        ("abreviations.csv", "ETS,ETABLISSEMENTS,nom\n", "abréviation en double"),
        ("abreviations.csv", "ABC,ABECEDAIRE,partout\n", "usage inconnu"),
        ("abreviations.csv", "ABC,,nom\n", "case vide"),
        ("formes_juridiques.csv", "SELARL,Exercice libéral,ailleurs\n", "position inconnue"),
    ],
)
def test_a_wrong_line_of_a_vocabulary_is_named(tmp_path, file, line, message):
    for name in ("rapprochement.yaml", "abreviations.csv", "formes_juridiques.csv"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    with (tmp_path / file).open("a", encoding="utf-8") as stream:
        stream.write(line)
    with pytest.raises(CatalogueError) as caught:
        load_rules(tmp_path)
    assert message in str(caught.value)
    assert f"{file}, ligne" in str(caught.value)


def test_a_resemblance_is_said_in_the_words_of_the_rules():
    said = [RULES.likeness(score) for score in (100, 85, 84, 60, 59, 0)]
    assert said == ["forte", "forte", "moyenne", "moyenne", "faible", "faible"]
    assert replace(RULES, alike=((90, "forte"),)).likeness(85) == "faible"
