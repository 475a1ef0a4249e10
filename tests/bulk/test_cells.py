"""A cell means the same thing in a table of a million rows and in a form."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rebond.bulk.bits import unpack
from rebond.bulk.cells import SCALES, ColumnReader
from rebond.bulk.faults import BatchFaults
from rebond.bulk.scales import AgeAt, Cents, Days, Length, Numbers, Scale, interval_of
from rebond.eligibility.criteria import Compare, Operator
from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.eligibility.project_facts import complete
from rebond.facts import UNKNOWN, FactValue

EUROS = FactDefinition(name="capitaux_propres", label="Fonds propres", type=FactType.EUROS)
NUMBER = FactDefinition(name="tco2_evitees_an", label="Émissions", type=FactType.NUMBER)
DATE = FactDefinition(name="date_debut", label="Début", type=FactType.DATE)
YES_NO = FactDefinition(name="cotee", label="Cotée", type=FactType.BOOLEAN)
SIZES = FactDefinition(name="taille_ue", label="Taille", type=FactType.TEXT, values=("micro", "petite"))
GOALS = FactDefinition(name="objectifs", label="Objectifs", type=FactType.SET, values=("eau", "energie"))
ON = date(2026, 11, 23)


def read(fact: FactDefinition, cells: Any) -> tuple[list[FactValue], BatchFaults]:
    """What a column of cells is read as."""
    faults = BatchFaults()
    reader = ColumnReader(fact)
    array = cells if isinstance(cells, pa.Array | pa.DictionaryArray) else pa.array(cells)
    if fact.type not in SCALES:
        column = reader.coded(array, faults)
        return [column.vocabulary.values[code] for code in column.codes], faults
    ordered = reader.ordered(array, faults)
    known = unpack(ordered.known, len(array))
    return [
        _value(ordered.scale, number) if here else UNKNOWN
        for number, here in zip(ordered.numbers.tolist(), known, strict=True)
    ], faults


def _value(scale: Scale, number: float) -> FactValue:
    if isinstance(scale, Numbers):
        return Decimal(repr(number))
    return scale.value(int(number))


@pytest.mark.parametrize(
    ("fact", "cells"),
    [
        (EUROS, ["400000", "1,5 M€", "250 000 EUR", "-12,5", "", None, "inconnu", "0,01", "1000000000000"]),
        (NUMBER, ["12", "12,5", "1 250", "0.1", "?", None, "n. c."]),
        (DATE, ["2026-11-23", "23/11/2026", "1800-01-01", "2100-12-31", None, ""]),
        (YES_NO, ["oui", "NON", "vrai", "0", "x", None, "inconnu"]),
        (SIZES, ["micro", " petite ", None, ""]),
        (GOALS, ["eau", "eau, energie", None, ","]),
        (EUROS, [1, 0, -250_000, None, 10**12]),
        (NUMBER, [1, 0, 10**12, None]),
        (EUROS, [0.005, 0.015, 1.005, 399_999.995, 999_999_999_999.99, 1e-9, -0.005, None, 2.675]),
        (NUMBER, [0.1, 0.3, 1e-9, 123456.789, None, 0.1 + 0.2]),
        (YES_NO, [True, False, None]),
        (DATE, [date(2026, 11, 23), None, date(1900, 1, 1)]),
    ],
)
def test_a_column_is_read_as_each_of_its_cells_alone(fact: FactDefinition, cells: list[Any]) -> None:
    found, faults = read(fact, cells)
    assert faults.total == 0
    assert found == [fact.parse(cell) for cell in cells]


@given(st.lists(st.floats(-1e12, 1e12), min_size=1))
@example([0.125, 0.145, 1.115, 8.575, -8.575, 703687441776.125])
def test_amounts_stored_as_floats_are_rounded_to_the_cent_as_in_a_spreadsheet(amounts: list[float]) -> None:
    assert read(EUROS, amounts)[0] == [EUROS.parse(amount) for amount in amounts]


@given(st.lists(st.decimals(-(10**12), 10**12, places=2), min_size=1))
def test_cents_are_kept_up_to_a_thousand_billion(amounts: list[Decimal]) -> None:
    for cells in (
        pa.array([str(a) for a in amounts]),
        pa.array(amounts, pa.decimal128(20, 2)),
        [float(a) for a in amounts],
    ):
        assert read(EUROS, cells)[0] == amounts


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([date(2026, 11, 23)], pa.date64()),
        pa.array([datetime(2026, 11, 23, 18, tzinfo=UTC)], pa.timestamp("ns", "UTC")),
        pa.array([datetime(2026, 11, 23, 18)], pa.timestamp("ms")),  # noqa: DTZ001 - as Parquet often has it
        pa.array(["2026-11-23"]).dictionary_encode(),
        pa.array(["23/11/2026"], pa.large_string()),
    ],
)
def test_every_way_that_parquet_writes_a_day_is_the_same_day(cells: Any) -> None:
    assert read(DATE, cells)[0] == [date(2026, 11, 23)]


def test_a_list_of_texts_is_a_set() -> None:
    cells = pa.array([["eau", "energie"], None, ["eau"]], pa.list_(pa.string()))
    assert read(GOALS, cells)[0] == [frozenset({"eau", "energie"}), UNKNOWN, frozenset({"eau"})]


@pytest.mark.parametrize(
    ("fact", "cell", "words"),
    [
        (EUROS, "beaucoup", "montant"),
        (EUROS, "1,234", "ambigu"),
        (EUROS, "1,2345", "centime"),
        (EUROS, "9999999999999999", "démesuré"),
        (EUROS, float("nan"), "montant"),
        (NUMBER, "douze", "nombre"),
        (NUMBER, "-3", "négative"),
        (NUMBER, float("inf"), "nombre"),
        (DATE, "9999-12-31", "invraisemblable"),
        (DATE, "31/02/2026", "date"),
        (YES_NO, "peut-être", "ni oui ni non"),
        (SIZES, "énorme", "hors de la liste"),
        (GOALS, "eau,feu", "feu"),
    ],
)
def test_an_unreadable_cell_is_reported_with_its_row_and_column(fact: FactDefinition, cell: Any, words: str) -> None:
    found, faults = read(fact, [None, cell, None, cell])
    assert faults.total == 2
    assert [(fault.row, fault.column) for fault in faults.cells] == [(1, fact.name), (3, fact.name)]
    assert words in faults.cells[0].problem
    assert found == [UNKNOWN] * 4


def neighbours(scale: Scale, ranks: Iterable[int]) -> list[int]:
    return [rank + step for rank in ranks for step in (-1, 0, 1) if scale.first <= rank + step <= scale.last]


@given(
    st.sampled_from([Cents(), Numbers(), AgeAt(ON), Length()]),
    st.sampled_from(list(Operator)),
    st.decimals(-(10**4), 10**12, places=4) | st.decimals("0.1", 60, places=2) | st.integers(0, 500).map(Decimal),
)
@example(AgeAt(ON), Operator.AT_LEAST, Decimal(3))
@example(AgeAt(ON), Operator.LESS_THAN, Decimal(1))
@example(Numbers(), Operator.EQUAL, Decimal("0.3"))
@example(Cents(), Operator.MORE_THAN, Decimal("999999999999.995"))
def test_a_comparison_turns_exactly_where_the_interpreter_turns(
    scale: Scale, operator: Operator, value: Decimal
) -> None:
    leaf = Compare(fact=NUMBER, operator=operator, value=value)
    interval = interval_of(leaf, scale)
    ends = [0, scale.first, scale.last, *((interval.low, interval.high) if interval else ())]
    if isinstance(scale, AgeAt):
        ends[0] = ON.toordinal()
    for rank in neighbours(scale, ends):
        inside = interval is not None and interval.low <= rank <= interval.high
        assert inside is leaf.holds(scale.value(rank))


@given(st.sampled_from(list(Operator)), st.dates())
def test_dates_compare_as_dates(operator: Operator, day: date) -> None:
    leaf = Compare(fact=DATE, operator=operator, value=day)
    interval = interval_of(leaf, Days())
    for rank in neighbours(Days(), [day.toordinal()]):
        assert (interval is not None and interval.low <= rank <= interval.high) is leaf.holds(date.fromordinal(rank))


def test_the_third_birthday_is_judged_in_days_of_the_interpreters_year() -> None:
    leaf = Compare(fact=NUMBER, operator=Operator.AT_LEAST, value=Decimal(3))
    interval = interval_of(leaf, AgeAt(ON))
    assert interval is not None
    oldest_refused = date.fromordinal(interval.high + 1)
    assert complete({"date_creation": date.fromordinal(interval.high)}, ON)["age_annees"] >= 3  # type: ignore[operator]  # a number
    assert complete({"date_creation": oldest_refused}, ON)["age_annees"] < 3  # type: ignore[operator]  # a number
