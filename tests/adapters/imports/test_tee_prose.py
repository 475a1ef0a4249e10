"""Sentences of TEE: set aside only when the typed criteria ask at least as much."""

import pytest

from rebond.adapters.imports.tables import PlaceNames, load_place_names
from rebond.adapters.imports.tee_prose import (
    Range,
    Restated,
    age_sentence,
    place_sentence,
    sector_sentence,
    size_sentence,
)
from rebond.data import data_folder

ALL = frozenset("ABCDEFGHIJKLMNOPQRSTU")
LABELS = {"tous secteurs d'activité": ALL, "industrie": frozenset("BCDE")}


@pytest.fixture(scope="module")
def places() -> PlaceNames:
    return load_place_names(data_folder() / "referentiels")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Moins de 250 salariés", None, 249),
        ("Moins de 50 salariés", None, 50),
        ("Entre 20 et 500 salariés", 20, 499),
        ("Plus de 50 salariés", 50, None),
        ("Jusqu'à 500 salariés", None, 499),
        ("moins de 5 000 salariés", None, 4999),
    ],
)
def test_a_size_that_the_data_bound_is_a_repetition(text: str, low: int | None, high: int | None) -> None:
    assert isinstance(size_sentence(text, bounds=Range(low=low, high=high), excludes_micro=False), Restated)


def test_a_size_tighter_than_the_data_is_put_to_people() -> None:
    assert size_sentence("Moins de 50 salariés", bounds=Range(high=249), excludes_micro=False) is None


def test_a_size_that_the_data_leave_free_becomes_a_bound() -> None:
    assert size_sentence("Moins de 250 salariés", bounds=Range(), excludes_micro=False) == Range(high=249)


@pytest.mark.parametrize("text", ["PME", "TPE et PME", "PME avec un CA supérieur à 5M€."])
def test_a_european_size_is_no_headcount_and_is_put_to_people(text: str) -> None:
    assert size_sentence(text, bounds=Range(high=249), excludes_micro=False) is None


def test_any_size_said_of_bounded_data_is_a_contradiction() -> None:
    found = size_sentence("Toutes tailles", bounds=Range(high=499), excludes_micro=False)
    assert isinstance(found, Restated)
    assert "499" in found.contradiction


def test_micro_enterprises_excluded_by_the_text_alone_are_put_to_people() -> None:
    text = "Non éligible aux micro-entreprises"
    assert size_sentence(text, bounds=Range(), excludes_micro=False) is None
    assert size_sentence(text, bounds=Range(), excludes_micro=True) is not None


def test_a_sector_wider_than_the_sections_is_a_repetition_and_a_contradiction() -> None:
    found = sector_sentence("Industrie", typed=frozenset("CD"), labels=LABELS)
    assert found is not None
    assert "B, E" in found.contradiction


def test_a_sector_narrower_than_the_sections_is_put_to_people() -> None:
    assert sector_sentence("Industrie", typed=frozenset("ABCDE"), labels=LABELS) is None
    assert sector_sentence("Librairies", typed=frozenset("G"), labels=LABELS) is None


def test_typographic_apostrophes_and_final_stops_do_not_matter() -> None:
    assert sector_sentence("Tous secteurs d’activité.", typed=ALL, labels=LABELS) == Restated(
        detail="n'ajoute aucune condition"
    )


def test_places_that_repeat_the_list_are_set_aside(places: PlaceNames) -> None:
    typed = frozenset({"Grand Est", "Occitanie"})
    assert place_sentence("Occitanie, Grand Est", typed=typed, places=places) is not None


def test_a_departement_narrower_than_the_typed_region_is_put_to_people(places: PlaceNames) -> None:
    typed = frozenset({"Provence-Alpes-Côte d'Azur"})
    assert place_sentence("Bouches-du-Rhône", typed=typed, places=places) is None
    assert place_sentence("Bouches-du-Rhône, Corse", typed=frozenset(), places=places) is None


@pytest.mark.parametrize(
    ("text", "years"),
    [("Au moins 3 ans d’activité", 3), ("Au moins 1 an d'activité", 1), ("Au moins un an d'activité", 1)],
)
def test_a_plain_number_of_years_is_typed(text: str, years: int) -> None:
    assert age_sentence(text) == years


@pytest.mark.parametrize(
    "text",
    [
        "Au moins 3 ans d'activité ou deux bilans couvrant une durée minimum de 24 mois",
        "Au moins un an avant la date de la demande (sauf en cas de reprise d’entreprise).",
    ],
)
def test_years_with_an_alternative_are_put_to_people(text: str) -> None:
    assert age_sentence(text) is None
