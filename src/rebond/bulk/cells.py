"""From the cells of an Arrow column to a column of facts.

``FactDefinition.parse``, that is ``rebond.reading``, says what a cell means. It is called once a distinct text; numbers
that need no reading (Parquet's own, or plain digits in a text) are converted whole columns at a time, to the same
values: whatever the reader might refuse or round is left to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rebond.bulk.bits import pack
from rebond.bulk.columns import CodedColumn, Codes, OrderedColumn, Vocabulary
from rebond.bulk.faults import MAX_FAULTS, BatchFaults, CellFault
from rebond.bulk.scales import Cents, Days, Numbers, Scale
from rebond.eligibility.dictionary import FactDefinition, FactType
from rebond.facts import UNKNOWN, FactValue
from rebond.reading.bounds import EARLIEST, LATEST
from rebond.reading.dates import FIRST_TYPED_YEAR, LAST_TYPED_YEAR
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import is_absent, text_of

ArrowArray: TypeAlias = Any
"""pyarrow has no types."""
_PLAIN_AMOUNT = r"^[0-9]{1,12}(?:[.,][0-9]{1,2})?$"
_PLAIN_NUMBER = r"^[0-9]{1,9}(?:[.,](?:[0-9]{1,2}|[0-9]{4,6}))?$"
"""Three decimals may be thousands: the reader says. Six decimals and nine digits are exact in a float."""
_MILLIONTH, _SHORT_NUMBER = 1e6, 1e9
_MOST_EXACT_CENTS = 2**53 / 1000
_LARGEST_SCALE = 2
"""Decimals that Parquet stores with more digits after the point are not to be taken for texts of thousands."""
_FALSE = pa.scalar(value=False)
_MAX_VOCABULARY = 200_000
"""Beyond that many distinct texts a column's memory is started anew: what is kept never grows with the table."""

SCALES: dict[FactType, Scale] = {FactType.EUROS: Cents(), FactType.NUMBER: Numbers(), FactType.DATE: Days()}


def machine_number(fact: FactDefinition, value: FactValue) -> int | float:
    """The number that stands for a parsed value, exactly: the reader lets through nothing longer."""
    if isinstance(value, date):
        return value.toordinal()
    amount = Decimal(str(value))
    return int(amount.scaleb(2)) if fact.type is FactType.EUROS else float(amount)


class Undetermined(NamedTuple):
    """A text that says something, and why its fact is UNKNOWN all the same."""

    text: str
    reason: str


@dataclass(slots=True)
class _Memory:
    """The distinct texts that a column has shown, each with the code of its value and what is wrong with it."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    texts: ArrowArray = field(default_factory=lambda: pa.array([], pa.string()))
    codes: Codes = field(default_factory=lambda: np.zeros(0, np.intp))
    problems: dict[int, Unreadable] = field(default_factory=dict)
    """By rank of the text."""
    reasons: dict[int, str] = field(default_factory=dict)
    """Why a text that says something is UNKNOWN all the same, by its rank."""

    @classmethod
    def of(cls, plain: Sequence[str]) -> _Memory:
        """A memory that knows texts which are their own value."""
        vocabulary = Vocabulary.of(plain)
        return cls(
            vocabulary=vocabulary, texts=pa.array(plain, pa.string()), codes=np.arange(len(plain), dtype=np.intp)
        )

    def learn(self, texts: ArrowArray, found: Iterable[Reading[FactValue] | Unreadable]) -> None:
        """What new texts say."""
        codes = []
        for rank, told in enumerate(found, start=len(self.codes)):
            if isinstance(told, Unreadable):
                self.problems[rank] = told
            elif told.value is UNKNOWN and told.note:
                self.reasons[rank] = told.note
            codes.append(self.vocabulary.code(UNKNOWN if isinstance(told, Unreadable) else told.value))
        self.texts = pa.concat_arrays([self.texts, texts])
        self.codes = np.concatenate([self.codes, np.array(codes, np.intp)])


@dataclass(slots=True)
class ColumnReader:
    """Reads one column, batch after batch."""

    fact: FactDefinition
    normalise: Callable[[str], str] | None = None
    """Puts a value in its usual form, or refuses it: the département « 8 » → « 08 »."""
    read: Callable[[str], Reading[str]] | None = None
    """Reads a cell in the dictionary's stead: a commune, an activity."""
    plain: Sequence[str] = ()
    """Texts that are known to be their own value: a commune's code, an activity's."""
    undetermined: Counter[Undetermined] = field(default_factory=Counter)
    """The texts that were read and stay UNKNOWN: how many rows each."""
    _memory: _Memory = field(init=False)

    def __post_init__(self) -> None:
        self._memory = _Memory.of(self.plain)

    def coded(self, cells: ArrowArray, faults: BatchFaults) -> CodedColumn:
        """A column of texts, of yes and no, or of sets."""
        if len(self._memory.texts) > _MAX_VOCABULARY:
            self._memory = _Memory.of(self.plain)
        memory = self._memory
        texts, positions = _distinct(cells, as_text=True)
        places = pc.index_in(texts, value_set=memory.texts)
        if places.null_count:
            new = texts.filter(pc.is_null(places)).unique()
            memory.learn(new, map(self._found, new.to_pylist()))
            places = pc.index_in(texts, value_set=memory.texts)
        seen = np.asarray(places, np.intp)
        if memory.problems:
            problems = [memory.problems.get(rank) for rank in seen.tolist()]
            _report(faults, self.fact.name, texts.to_pylist(), problems, positions)
        if memory.reasons:
            self._count(texts, seen, positions)
        return CodedColumn(codes=memory.codes[seen][positions], vocabulary=memory.vocabulary)

    def _found(self, text: str | None) -> Reading[FactValue] | Unreadable:
        """The value of a text, or what is wrong with it."""
        try:
            if self.read is None:
                value = self.fact.parse(text)
                return Reading(self.normalise(value) if self.normalise and isinstance(value, str) else value)
            found = Reading(UNKNOWN) if text is None or is_absent(text) else self.read(text)
            return Reading(found.value, found.note)
        except Unreadable as error:
            return error

    def _count(self, texts: ArrowArray, seen: NDArray[np.intp], positions: NDArray[np.intp]) -> None:
        rows = np.bincount(positions, minlength=len(seen)).tolist()
        for text, rank, count in zip(texts.to_pylist(), seen.tolist(), rows, strict=True):
            if count and rank in self._memory.reasons:
                self.undetermined[Undetermined(text, self._memory.reasons[rank])] += count

    def ordered(self, cells: ArrowArray, faults: BatchFaults) -> OrderedColumn:
        """A column of numbers, of amounts or of dates."""
        cells = _plain(cells)
        numbers, known, slow = _at_once(cells, self.fact)
        rows = np.flatnonzero(slow)
        if len(rows):
            numbers, known = numbers.copy(), known.copy()
            values, positions = _distinct(cells.take(pa.array(rows)), as_text=False)
            texts = values.to_pylist()
            found, problems = zip(*(self._number(text) for text in texts), strict=True)
            _report(faults, self.fact.name, texts, problems, positions, rows)
            numbers[rows] = np.array([number or 0 for number in found], numbers.dtype)[positions]
            known[rows] = np.array([number is not None for number in found], np.bool_)[positions]
        return OrderedColumn(numbers=numbers, known=pack(known), scale=SCALES[self.fact.type])

    def _number(self, text: str | float | None) -> tuple[int | float | None, Unreadable | None]:
        """The number of a cell (``None``: unknown) and what is wrong with it."""
        try:
            value = self.fact.parse(text)
            return (None if value is UNKNOWN else machine_number(self.fact, value)), None
        except Unreadable as error:
            return None, error


def _at_once(cells: ArrowArray, fact: FactDefinition) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[np.bool_]]:
    """Numbers, where they are known, and which cells must be read one by one."""
    kind = fact.type
    valid = np.asarray(pc.is_valid(cells), np.bool_)
    nothing = np.zeros(len(cells), np.float64 if kind is FactType.NUMBER else np.int64)
    if kind is FactType.DATE:
        return _days(cells, valid) if pa.types.is_date32(cells.type) else (nothing, np.zeros_like(valid), valid)
    if pa.types.is_string(cells.type):
        pattern = _PLAIN_AMOUNT if kind is FactType.EUROS else _PLAIN_NUMBER
        plain = np.asarray(pc.match_substring_regex(cells, pattern).fill_null(_FALSE), np.bool_)
        texts = pc.replace_substring(pc.if_else(pa.array(plain), cells, "0"), ",", ".")
        numbers = np.asarray(texts.cast(pa.float64()))
        plain &= _within(numbers, fact)
        exact = numbers if kind is FactType.NUMBER else np.rint(numbers * 100).astype(np.int64)
        return exact, plain, valid & ~plain
    if pa.types.is_integer(cells.type):
        integers = np.asarray(cells.fill_null(0))
        simple = valid & _within(integers, fact)
        kept = np.where(simple, integers, 0).astype(np.int64)
        return (kept.astype(np.float64) if kind is FactType.NUMBER else kept * 100), simple, valid & ~simple
    if pa.types.is_floating(cells.type):
        return _from_floats(np.asarray(cells.fill_null(0.0)), valid, fact)
    return nothing, np.zeros_like(valid), valid


def _days(cells: ArrowArray, valid: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[np.bool_]]:
    days = np.asarray(cells.cast(pa.int32()).fill_null(0)).astype(np.int64) + date(1970, 1, 1).toordinal()
    odd = (days < EARLIEST.toordinal()) | (days > LATEST.toordinal())
    odd |= (days >= FIRST_TYPED_YEAR.toordinal()) & (days <= LAST_TYPED_YEAR.toordinal())
    return days, valid & ~odd, valid & odd


def _within(numbers: NDArray[Any], fact: FactDefinition) -> NDArray[np.bool_]:
    """Which numbers the reader lets through as they are: not negative, not too large, whole where they must be."""
    largest = int(fact.largest)
    kept = numbers <= largest
    if numbers.dtype.kind != "u":
        kept &= numbers >= (-largest if fact.may_be_negative else 0)
    if fact.is_whole:
        kept &= numbers == np.rint(numbers)
    return np.asarray(kept, np.bool_)


def _from_floats(
    floats: NDArray[Any], valid: NDArray[np.bool_], fact: FactDefinition
) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[np.bool_]]:
    """Parquet's floats; those that are no short decimal are left to the reader, which rounds them."""
    if fact.type is FactType.NUMBER:
        simple = valid & _within(floats, fact)  # NaN and infinities are not
        kept = np.where(simple, floats, 0.0)
        short = (np.abs(kept) < _SHORT_NUMBER) & (np.rint(kept * _MILLIONTH) / _MILLIONTH == kept)
        simple &= short | (np.rint(kept) == kept)
        return np.where(simple, kept, 0.0), simple, valid & ~simple
    most = min(float(fact.largest), _MOST_EXACT_CENTS)
    with np.errstate(invalid="ignore", over="ignore"):  # NaN and infinities, which no comparison keeps
        cents = np.rint(floats * 100)
        simple = valid & (floats <= most) & (floats >= (-most if fact.may_be_negative else 0)) & (cents / 100 == floats)
    return np.where(simple, cents, 0).astype(np.int64), simple, valid & ~simple


def _distinct(cells: ArrowArray, *, as_text: bool) -> tuple[ArrowArray, NDArray[np.intp]]:
    """The distinct values of a column, null among them, and by row the position of its own.

    Floats and dates that are not wanted as texts stay what they are: ``FactDefinition.parse`` knows them.
    """
    if pa.types.is_list(cells.type) or pa.types.is_large_list(cells.type):
        cells = pc.binary_join(cells.cast(pa.list_(pa.string())), ",")
    if not pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode()
    values, positions = cells.dictionary, cells.indices.fill_null(len(cells.dictionary))
    numbers = (pa.types.is_floating, pa.types.is_temporal, pa.types.is_decimal)
    if as_text or not any(holds(values.type) for holds in numbers):
        values = values.cast(pa.string())
    return pa.concat_arrays([values, pa.nulls(1, values.type)]), np.asarray(positions, np.intp)


def _plain(cells: ArrowArray) -> ArrowArray:
    """The kinds of numbers and dates that Parquet has many of, brought to few."""
    if pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_decode()
    kind = cells.type
    if pa.types.is_timestamp(kind):
        return (pc.local_timestamp(cells) if kind.tz else cells).cast(pa.date32(), safe=False)
    if pa.types.is_date64(kind):
        return cells.cast(pa.date32())
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        return cells.cast(pa.float64())
    if pa.types.is_decimal(kind):
        return cells.cast(pa.string()) if 0 <= kind.scale <= _LARGEST_SCALE else cells
    return cells.cast(pa.string()) if pa.types.is_large_string(kind) else cells


def _report(
    faults: BatchFaults,
    column: str,
    texts: Sequence[Any],
    problems: Sequence[Unreadable | None],
    positions: NDArray[np.intp],
    rows: NDArray[np.intp] | None = None,
) -> None:
    """Report each row whose value has a problem; ``rows`` numbers them when only some are looked at."""
    bad = [position for position, problem in enumerate(problems) if problem is not None]
    if bad:
        wrong = np.flatnonzero(np.isin(positions, bad))
        first = [(int(place), int(positions[place])) for place in wrong[:MAX_FAULTS]]
        faults.add(
            [
                CellFault(
                    place if rows is None else int(rows[place]), column, text_of(texts[value]), told.problem, told.mend
                )
                for place, value in first
                if (told := problems[value]) is not None
            ],
            total=len(wrong),
        )
