"""What is read, and what is never guessed: each kind of value, and whatever a hostile text may hold."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rebond.bulk.bits import unpack
from rebond.bulk.cells import ColumnReader
from rebond.bulk.faults import BatchFaults
from rebond.bulk.scales import Cents
from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.facts import UNKNOWN
from rebond.reading import bounds
from rebond.reading.amounts import read_euros, read_rate, require_euros, require_rate, require_share
from rebond.reading.choices import Choice, read_choice, read_choices, read_name, read_story, read_text, read_yes_no
from rebond.reading.dates import read_date, read_date_or_month
from rebond.reading.firm_numbers import read_siren, read_siret
from rebond.reading.numbers import read_headcount, read_integer, read_number
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import is_unknown, says_nothing
from rebond.units import format_euros, format_rate
from tests.reading.table import UNKNOWN_TEXTS

LIST = (Choice(code="nd", label="Non daté"), Choice(code="eau", label="Eau"))
READERS: dict[str, Callable[[Any], Reading[Any]]] = {
    "euros": read_euros,
    "rate": read_rate,
    "number": read_number,
    "integer": read_integer,
    "headcount": read_headcount,
    "date": read_date,
    "date or month": read_date_or_month,
    "yes or no": read_yes_no,
    "SIREN": read_siren,
    "SIRET": read_siret,
    "choice": lambda raw: read_choice(raw, LIST),
    "choices": lambda raw: read_choices(raw, LIST),
    "name": read_name,
    "text": read_text,
    "story": read_story,
}
VALUES = READERS.keys() - {"choice", "choices", "text", "story"}
ENDLESS = 10
"""Seconds of work: what hangs takes minutes (ten million digits), what answers takes milliseconds."""


# --------------------------------------------------------------------------------------------- not known


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_every_way_to_say_not_known_is_unknown(kind: str) -> None:
    for text in ("", "  ", "\u200b", None, UNKNOWN, *UNKNOWN_TEXTS):
        assert READERS[kind](text).value is UNKNOWN, text


@pytest.mark.parametrize(
    "text",
    [
        "NC Numericable",
        "ND Logistics",
        "Na",
        "N.D. de Lorette",
        "Inconnu au bataillon",
        "x",
        "0",
        "Xylo",
        "non",
        "#N/A",
    ],
)
def test_a_name_that_begins_so_is_no_unknown_word(text: str) -> None:
    assert is_unknown(text) is (text == "Na")


def test_a_code_of_a_closed_list_wins_over_a_word_for_unknown() -> None:
    assert read_choice("ND", LIST).value == "nd"
    assert read_choice("nc", LIST).value is UNKNOWN
    assert read_choices("nd, eau", LIST).value == frozenset({"nd", "eau"})


def test_two_values_that_fold_alike_are_told_apart_by_how_they_are_written() -> None:
    zones = (Choice(code="frr_plus", label="FRR+"), Choice(code="frr", label="FRR"))
    for text in ("frr", "FRR", "Frr"):
        assert read_choice(text, zones).value == "frr"
    for text in ("FRR+", "frr_plus", "frr+"):
        assert read_choice(text, zones).value == "frr_plus"
    with pytest.raises(Unreadable, match="hors de la liste"):
        read_choice("FRR !", zones)


def test_a_free_text_keeps_the_word_and_a_name_does_not() -> None:
    assert read_text("NC").value == "NC"
    assert read_story("— voir le compte rendu").value == "— voir le compte rendu"
    assert read_name("NC").value is UNKNOWN
    assert read_name("NC Numericable").value == "NC Numericable"


@pytest.mark.parametrize("text", ["NC", "[ND]", "sans objet", "#N/A", "néant", "—", ""])
def test_what_names_nobody_matches_nobody(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("kind", sorted(VALUES - {"name"}))
@pytest.mark.parametrize("text", ["#N/A", "#REF!", "Err:502", "sans objet", "tour\x07nage", "\ud800"])
def test_an_error_of_a_spreadsheet_and_no_object_are_faults_not_unknowns(kind: str, text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        READERS[kind](text)
    assert caught.value.mend


# --------------------------------------------------------------------------------------------- values


@given(st.integers(0, 10**12).map(lambda cents: Decimal(cents) / 100))
def test_a_written_amount_reads_back(amount: Decimal) -> None:
    assert read_euros(format_euros(amount)).value == amount


@given(st.integers(0, 10_000).map(lambda points: Decimal(points) / 10_000))
def test_a_written_rate_reads_back(rate: Decimal) -> None:
    assert read_rate(format_rate(rate)).value == rate
    assert require_rate(format_rate(rate)) == require_share(format_rate(rate)) == rate


@pytest.mark.parametrize("text", ["35", "0,35", "35.5"])
def test_a_bare_rate_is_refused_with_both_readings(text: str) -> None:
    with pytest.raises(Unreadable, match=r"ou .* pour 1") as caught:
        read_rate(text)
    assert "35 %" in caught.value.mend
    with pytest.raises(Unreadable):
        require_rate(text)


def test_a_rate_of_a_problem_file_may_be_a_fraction_in_text() -> None:
    assert require_share("0.35") == require_share("0,35") == require_share("35 %") == Decimal("0.35")
    with pytest.raises(Unreadable, match="nombre nu"):
        require_share(0.35)


def test_a_numeric_cell_holds_a_rate_as_a_fraction() -> None:
    assert read_rate(0.1 + 0.2).value == Decimal("0.3")
    for wrong in (35, 1.2, -0.1, float("nan")):
        with pytest.raises(Unreadable):
            read_rate(wrong)


def test_what_must_be_known_says_so() -> None:
    with pytest.raises(Unreadable, match="valeur connue"):
        require_euros("nc")


@pytest.mark.parametrize("text", ["mars 2027", "en mars 2027", "03/2027", "2027-03", "Mars  2027"])
def test_a_month_is_a_date_only_where_a_month_is_enough_and_it_is_said(text: str) -> None:
    with pytest.raises(Unreadable, match="mois sans le jour"):
        read_date(text)
    reading = read_date_or_month(text)
    assert reading.value == date(2027, 3, 1)
    assert "premier du mois" in reading.note


def test_the_day_of_a_number_is_told_and_not_assumed() -> None:
    with pytest.raises(Unreadable) as caught:
        read_date(46_023)
    assert "01/01/2026" in caught.value.mend


def test_a_siren_is_repaired_and_the_repair_is_told() -> None:
    assert read_siren("552 081 317.0") == Reading("552081317", "séparateurs retirés, partie décimale retirée")
    with pytest.raises(Unreadable, match="clé de contrôle"):
        read_siren("552081318")


def test_a_text_longer_than_its_column_is_refused() -> None:
    with pytest.raises(Unreadable, match="301 caractères") as caught:
        read_text("x" * 301)
    assert "300" in caught.value.mend
    assert read_story("x" * 301).value == "x" * 301


def test_own_funds_may_be_negative_and_a_cost_may_not() -> None:
    assert read_euros("-50 000 €", negative=True).value == read_euros("\u221250000", negative=True).value == -50_000
    with pytest.raises(Unreadable, match="négative"):
        read_euros("-1")


# --------------------------------------------------------------------------------------------- hostile


def answer(read: Callable[[Any], Any], raw: object) -> tuple[Any, tuple[str, str] | None]:
    """A value, or the sentence of its refusal: problem and mend."""
    try:
        found = read(raw)
    except Unreadable as error:
        return None, (error.problem, error.mend)
    return (found.value if isinstance(found, Reading) else found), None


HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789.,-+ eEkM€%/:\u00a0\u202f'_àhtxncd?[](){}#\u0661\u00b2\u0bf0", max_size=40),
    st.builds(
        lambda piece, count: piece * count,
        st.sampled_from(["9", "1 ", "1.", "1,000", "0x", "(", "- ", "e", "k€"]),
        st.integers(1, 30_000),
    ),
    st.floats(),
    st.integers(),
    st.integers(1, 300_000).map(lambda power: 1 << power),
    st.decimals(),
    st.builds(lambda sign, power: Decimal(f"{sign}1e{power}"), st.sampled_from(["", "-"]), st.integers(-10**9, 10**9)),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.lists(st.text(max_size=5), max_size=3),
    st.binary(max_size=4),
)  # fmt: skip


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=40, deadline=None)
@given(raw=HOSTILE)
@example(raw=Decimal("1e99999999"))
@example(raw=Decimal("-1e-99999999"))
@example(raw=Decimal("sNaN"))
@example(raw="9" * 100_000)
@example(raw=1 << 10_000_000)
@example(raw="1 " * 50_000)
@example(raw=1e308)
def test_anything_ends_in_a_value_unknown_or_one_sentence_and_at_once(kind: str, raw: object) -> None:
    start = time.process_time()
    value, sentence = answer(READERS[kind], raw)
    if sentence is not None:
        assert all(sentence)
        assert sum(map(len, sentence)) < 500
    if isinstance(value, Decimal):
        assert abs(value) <= bounds.LARGEST_AMOUNT
        assert len(format(value, "f")) < 40
    if isinstance(value, date):
        assert bounds.EARLIEST <= value <= bounds.LATEST
    assert time.process_time() - start < ENDLESS


# --------------------------------------------------------------------------------------------- by columns

FACTS = (
    FactDefinition(name="cout_total", label="Coût", type=FactType.EUROS),
    FactDefinition(name="capitaux_propres", label="Fonds propres", type=FactType.EUROS),
    FactDefinition(name="effectif", label="Effectif", type=FactType.NUMBER),
    FactDefinition(name="emplois_crees", label="Emplois", type=FactType.NUMBER),
    FactDefinition(name="tco2_evitees_an", label="Émissions", type=FactType.NUMBER),
)
NUMERALS = st.one_of(
    st.from_regex(r"\A-?[0-9]{1,13}([.,][0-9]{1,7})?\Z"),
    st.from_regex(r"\A[0-9]{1,3}([ .,][0-9]{3}){0,3}([.,][0-9]{1,2})?( ?(k|M)?€)?\Z"),
    st.sampled_from(["nc", "", "-0", "0,5 M€", "1,234", "0.125", "007", "1e5", "2,50", "999999999999.99"]),
)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(FACTS),
    st.one_of(
        st.lists(NUMERALS, min_size=1),
        st.lists(st.floats(allow_nan=True), min_size=1),
        st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=20),
        st.lists(st.integers(-10, 10**13).map(lambda n: n / 1000), min_size=1),
    ),
)
@example(FACTS[4], [0.1 + 0.2, 1234567.1234567891, -0.0, 1e-7, 999_999_999.999999, 1e12])
@example(FACTS[0], [0.005, 1.005, 1e12, 1e12 + 1, -0.001])
@example(FACTS[3], [2.0, 2.5, 1e7, 1e7 + 1])
def test_whole_columns_are_read_as_each_cell_alone(fact: FactDefinition, cells: list[Any]) -> None:
    faults = BatchFaults()
    column = ColumnReader(fact).ordered(pa.array(cells), faults)
    known = unpack(column.known, len(cells))
    refused = {cell.row: (cell.problem, cell.mend) for cell in faults.cells}
    for row, cell in enumerate(cells):
        value, sentence = answer(fact.parse, cell)
        assert refused.get(row) == sentence
        if sentence is not None:
            continue
        assert bool(known[row]) is (value is not UNKNOWN)
        if known[row]:
            number = column.numbers[row]
            read = Cents().value(int(number)) if fact.type is FactType.EUROS else Decimal(repr(float(number)))
            assert read == value


def test_what_is_read_fits_what_comes_after() -> None:
    """Cents in 64 bits, floats of fifteen digits, sums of lines, the narrowest columns of the database."""
    assert int(bounds.LARGEST_AMOUNT) * 100 * 1_000 < np.iinfo(np.int64).max
    assert Decimal(repr(float("999999999999.99"))) == Decimal("999999999999.99")
    assert bounds.LARGEST_AMOUNT < 10 ** (16 - 2)
    assert min(10 ** (10 - 2), 2**31) > bounds.LARGEST_COUNT


@pytest.mark.parametrize("digits", [15, 16, 27, 28, 29, 30, 60, 199, 200, 201, 6_000])
@pytest.mark.parametrize("read", [read_integer, read_number, read_headcount, read_euros])
def test_a_number_of_any_length_is_read_or_refused_in_one_sentence(read: Callable[..., object], digits: int) -> None:
    for text in ("9" * digits, f"-{'9' * digits}", f"{'9' * digits},5"):
        with suppress(Unreadable):
            read(text)
