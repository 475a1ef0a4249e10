"""Sets of rows as bits, sixty-four to a word, and Kleene's logic on pairs of them.

A three-valued criterion is two sets: the rows where it is true and the rows where it is false; the others are
UNKNOWN. Row ``i`` is bit ``i % 64`` of word ``i // 64``; bits beyond the last row are zero in both sets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Words: TypeAlias = NDArray[np.uint64]
WORD_BITS = 64


class TruthBits(NamedTuple):
    """The rows where a criterion is true and those where it is false."""

    true: Words
    false: Words


def words_for(rows: int) -> int:
    """How many words hold that many rows."""
    return -(-rows // WORD_BITS)


def no_rows(rows: int) -> Words:
    """The empty set."""
    return np.zeros(words_for(rows), np.uint64)


def all_rows(rows: int) -> Words:
    """The set of all rows."""
    return pack(np.ones(rows, np.bool_))


def pack(flags: NDArray[np.bool_]) -> Words:
    """One bit a row.

    >>> int(pack(np.array([True, False, True]))[0])
    5
    """
    words = no_rows(len(flags))
    packed = np.packbits(flags, bitorder="little")
    words.view(np.uint8)[: len(packed)] = packed
    return words


def unpack(words: Words, rows: int) -> NDArray[np.uint8]:
    """One byte a row: 1 where the row is in the set."""
    return np.unpackbits(words.view(np.uint8), count=rows, bitorder="little")


def count(words: Words) -> int:
    """How many rows the set holds."""
    return int(np.bitwise_count(words).sum(dtype=np.int64))


def kleene_and(pairs: Iterable[TruthBits], everywhere: Words) -> TruthBits:
    """True where all are, false where any is; true ``everywhere`` for none."""
    true, false = everywhere.copy(), np.zeros_like(everywhere)
    for pair in pairs:
        np.bitwise_and(true, pair.true, out=true)
        np.bitwise_or(false, pair.false, out=false)
    return TruthBits(true, false)


def kleene_or(pairs: Iterable[TruthBits], everywhere: Words) -> TruthBits:
    """True where any is, false where all are; false ``everywhere`` for none."""
    true, false = np.zeros_like(everywhere), everywhere.copy()
    for pair in pairs:
        np.bitwise_or(true, pair.true, out=true)
        np.bitwise_and(false, pair.false, out=false)
    return TruthBits(true, false)


def kleene_not(pair: TruthBits) -> TruthBits:
    """The two sets change places; what is unknown stays so."""
    return TruthBits(pair.false, pair.true)
