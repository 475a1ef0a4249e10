from decimal import Decimal

import pytest

from rebond.facts import Contribution, Envelope
from rebond.indicators.breakdowns import contributor_rows
from rebond.indicators.model import Indicator, Row


def _indicator(value: str, unit: str) -> Indicator:
    return Indicator(
        code="c", label="C", definition="", unit=unit, value=Decimal(value), rows=(Row(id="P1", label="x"),)
    )


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("0", "projets", "0 projet"),
        ("1", "projets", "1 projet"),
        ("2", "projets", "2 projets"),
        ("1", "entreprises", "1 entreprise"),
        ("2000000", "€", "2 000 000 €"),
        ("0.338", "%", "33,8 %"),
    ],
)
def test_the_unit_agrees_with_the_value(value: str, unit: str, expected: str) -> None:
    assert _indicator(value, unit).text.replace("\u00a0", " ").replace("\u202f", " ") == expected


def test_a_figure_knows_its_rows() -> None:
    assert _indicator("1", "projets").row("P1").label == "x"
    with pytest.raises(KeyError):
        _indicator("1", "projets").row("P2")


def test_a_contributor_written_twice_is_one_figure_of_the_envelope() -> None:
    lines = [("Région Grand Est", 1000), ("État", 700), ("Région Grand Est", 500)]
    envelope = Envelope(contributions=tuple(Contribution(contributor=who, amount=Decimal(sum_)) for who, sum_ in lines))
    assert [(row.id, row.label, row.value) for row in contributor_rows(envelope)] == [
        ("region_grand_est", "Région Grand Est", Decimal(1500)),
        ("etat", "État", Decimal(700)),
    ]
