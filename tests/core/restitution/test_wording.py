from datetime import date
from decimal import Decimal

import pytest

from rebond.indicators.model import Indicator
from rebond.restitution.typography import french_date, french_period, listed, typeset
from rebond.restitution.wording import about, counted, counted_first, in_millions, more_than, of_about, short_euros


def _count(value: int, unit: str = "projets") -> Indicator:
    return Indicator(code="c", label="C", definition="", unit=unit, value=Decimal(value), rows=())


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0, "projets", "aucun projet"),
        (0, "actions", "aucune action"),
        (1, "projets", "un projet"),
        (1, "entreprises", "une entreprise"),
        (7, "projets", "sept projets"),
        (16, "projets", "seize projets"),
        (17, "projets", "17 projets"),
        (1500, "emplois", "1 500 emplois"),
    ],
)
def test_counts_are_in_words_up_to_sixteen(value: int, unit: str, expected: str) -> None:
    assert counted(_count(value, unit)).replace("\u00a0", " ").replace("\u202f", " ") == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (54, "projets", "Cinquante-quatre projets"),
        (21, "actions", "Vingt et une actions"),
        (71, "projets", "Soixante et onze projets"),
        (80, "projets", "Quatre-vingts projets"),
        (81, "entreprises", "Quatre-vingt-une entreprises"),
        (99, "projets", "Quatre-vingt-dix-neuf projets"),
        (135, "emplois", "135 emplois"),
    ],
)
def test_a_sentence_begins_with_a_number_spelled(value: int, unit: str, expected: str) -> None:
    assert counted_first(_count(value, unit)).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (106_115_500, "plus de 100 millions d'euros"),
        (100_000_000, "100 millions d'euros"),
        (99_999_999, "plus de 99 millions d'euros"),
        (1_250_000, "plus de 1,2 million d'euros"),
        (950_000, "950 000 €"),
    ],
)
def test_an_amount_is_brought_down_never_up(amount: int, expected: str) -> None:
    assert more_than(Decimal(amount)).replace("\u00a0", " ").replace("\u202f", " ") == expected


def test_an_amount_in_millions_is_exact() -> None:
    assert in_millions(Decimal(2_000_000)).replace("\u00a0", " ") == "2 millions d'euros"
    assert in_millions(Decimal(1_988_000)).replace("\u202f", " ").replace("\u00a0", " ") == "1 988 000 €"


@pytest.mark.parametrize(
    ("share", "expected", "after_de"),
    [
        ("0.338", "un tiers", "d'un tiers"),
        ("0.312", "près d'un tiers", "de près d'un tiers"),
        ("0.351", "plus d'un tiers", "de plus d'un tiers"),
        ("0.5", "la moitié", "de la moitié"),
        ("0.44", "44 %", "de 44 %"),
        ("0", "0 %", "de 0 %"),
    ],
)
def test_a_share_is_said_as_the_fraction_it_is_near_to(share: str, expected: str, after_de: str) -> None:
    assert about(Decimal(share)).replace("\u00a0", " ") == expected
    assert of_about(Decimal(share)).replace("\u00a0", " ") == after_de


def test_chart_amounts_are_never_rounded_to_nothing() -> None:
    found = [short_euros(Decimal(v)).replace("\u00a0", " ") for v in (62_232_500, 999_600, 999_400, 20_000, 300)]
    assert found == ["62,2 M€", "1,0 M€", "999 k€", "20 k€", "300 €"]


@pytest.mark.parametrize(
    "text", ["l'aide : 200 000 € ; « oui » ?", "n° 3, art. 14", "aujourd'hui...", "https://a.fr/?x"]
)
def test_setting_a_text_twice_changes_nothing(text: str) -> None:
    assert typeset(typeset(text)) == typeset(text)


def test_signs_never_begin_a_line() -> None:
    assert typeset("Un mot : « deux » ; trois ?") == "Un mot\u00a0: «\u00a0deux\u00a0»\u202f; trois\u202f?"


def test_addresses_are_left_alone() -> None:
    assert typeset("https://a.fr/?x=1") == "https://a.fr/?x=1"


def test_dates_are_french() -> None:
    assert french_date(date(2026, 8, 1)).replace("\u00a0", " ") == "1er août 2026"
    assert french_period(date(2026, 10, 1), date(2027, 3, 4)).replace("\u00a0", " ") == "d'octobre 2026 à mars 2027"
    assert french_period(date(2026, 5, 1), date(2026, 5, 4)).replace("\u00a0", " ") == "en mai 2026"


def test_lists_end_with_et() -> None:
    assert listed(["l'ADEME", "Bpifrance", "la Région"]) == "l'ADEME, Bpifrance et la Région"
