"""The shapes that verdicts may be written in, made from a batch as Arrow tables: lines, columns or bits."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from rebond.bulk.bits import TruthBits, Words
from rebond.bulk.kernel import NO_REASON, VERDICTS, Verdicts
from rebond.bulk.program import Program

GROUP_LINES = 1_048_576
"""Lines of a row group, at most: what is held in memory before it is written."""
ID, MOTIVE_PREFIX = "id", "motif:"
_TEXT = pa.dictionary(pa.int32(), pa.string())


class Shape(StrEnum):
    """How verdicts lie in their file."""

    LONG = "longue"
    """One line a row and dispositif: ``id, dispositif, verdict``."""
    WIDE = "large"
    """One line a row, one column a dispositif: ``oui``, ``non`` or ``inconnu``."""
    BITS = "bits"
    """The same, each verdict true, false or null: two bits, that any reader of Parquet takes for a Boolean."""


class Layout(Protocol):
    """Turns the verdicts of a batch into Arrow tables of one schema."""

    schema: Any

    def tables(self, ids: Any, verdicts: Verdicts) -> Iterator[Any]:
        """The verdicts of some rows, whose ids are an Arrow array of texts."""
        ...


def layout_of(shape: Shape, program: Program, *, with_reasons: bool) -> Layout:
    """The layout of a shape; ``with_reasons`` adds what decides each verdict, which bits have no room for."""
    if shape is Shape.BITS:
        return VerdictBits(program)
    return (VerdictLines if shape is Shape.LONG else VerdictColumns)(program, with_reasons=with_reasons)


class _Reasons:
    """The texts of what decides, each once for the whole program."""

    def __init__(self, program: Program) -> None:
        texts = list(dict.fromkeys(text for rule in program.rules for text in rule.texts))
        place = {text: code for code, text in enumerate(texts)}
        self._texts = pa.array(texts, pa.string())
        self._codes = [np.array([place[text] for text in rule.texts], np.int32) for rule in program.rules]

    def of_rule(self, verdicts: Verdicts, rule: int) -> Any:
        """What decides each row on one rule; empty for a YES."""
        ranks = verdicts.deciding[rule]
        return _coded(self._codes[rule][ranks], self._texts, ranks == NO_REASON)

    def of_rows(self, verdicts: Verdicts, start: int, stop: int) -> Any:
        """The same for every rule, row after row."""
        ranks = np.stack([deciding[start:stop] for deciding in verdicts.deciding])
        codes = np.stack([texts[rank] for texts, rank in zip(self._codes, ranks, strict=True)])
        return _coded(codes.T.ravel(), self._texts, (ranks == NO_REASON).T.ravel())


class VerdictLines:
    """Lines ``id, dispositif, verdict`` and, if asked, ``motif``; all those of a row together."""

    def __init__(self, program: Program, *, with_reasons: bool) -> None:
        self._rules = len(program.rules)
        self._dispositifs = pa.array([rule.dispositif for rule in program.rules], pa.string())
        self._verdicts = pa.array([truth.value for truth in VERDICTS])
        self._reasons = _Reasons(program) if with_reasons else None
        names = (ID, "dispositif", "verdict", *(["motif"] if with_reasons else []))
        self.schema = pa.schema([(name, _TEXT) for name in names])

    def tables(self, ids: Any, verdicts: Verdicts) -> Iterator[Any]:
        """Some rows at a time."""
        if not self._rules or not verdicts.rows:
            return
        codes = np.stack([verdicts.codes(rule) for rule in range(self._rules)])
        step = max(1, GROUP_LINES // self._rules)
        for start in range(0, verdicts.rows, step):
            stop = min(start + step, verdicts.rows)
            # Several rows may bear one id (the projects of a firm): Parquet wants each text once in its dictionary.
            named = ids[start:stop].dictionary_encode()
            columns = [
                _coded(np.repeat(np.asarray(named.indices), self._rules), named.dictionary),
                _coded(np.tile(np.arange(self._rules, dtype=np.int32), stop - start), self._dispositifs),
                _coded(codes[:, start:stop].T.ravel().astype(np.int32), self._verdicts),
            ]
            if self._reasons:
                columns.append(self._reasons.of_rows(verdicts, start, stop))
            yield pa.Table.from_arrays(columns, schema=self.schema)


class VerdictColumns:
    """A line a row: ``id``, a column a dispositif and, if asked, one for what decides it, ``motif:<dispositif>``."""

    def __init__(self, program: Program, *, with_reasons: bool) -> None:
        self._rules = range(len(program.rules))
        self._verdicts = pa.array([truth.value for truth in VERDICTS])
        self._reasons = _Reasons(program) if with_reasons else None
        named = [rule.dispositif for rule in program.rules]
        motives = [(MOTIVE_PREFIX + name, _TEXT) for name in named] if with_reasons else []
        self.schema = pa.schema(
            [(ID, pa.string()), *((name, pa.dictionary(pa.int8(), pa.string())) for name in named), *motives]
        )

    def tables(self, ids: Any, verdicts: Verdicts) -> Iterator[Any]:
        """One table a batch."""
        columns = [_coded(verdicts.codes(rule).view(np.int8), self._verdicts) for rule in self._rules]
        if self._reasons:
            columns += [self._reasons.of_rule(verdicts, rule) for rule in self._rules]
        yield pa.Table.from_arrays([ids, *columns], schema=self.schema)


class VerdictBits:
    """A line a row: ``id``, then a Boolean a dispositif, null where the verdict is UNKNOWN: the kernel's own bits."""

    def __init__(self, program: Program) -> None:
        self.schema = pa.schema([(ID, pa.string()), *((rule.dispositif, pa.bool_()) for rule in program.rules)])

    def tables(self, ids: Any, verdicts: Verdicts) -> Iterator[Any]:
        """One table a batch."""
        columns = [_booleans(pair, verdicts.rows) for pair in verdicts.bits]
        yield pa.Table.from_arrays([ids, *columns], schema=self.schema)


def _booleans(pair: TruthBits, rows: int) -> Any:
    known: Words = pair.true | pair.false
    return pa.Array.from_buffers(pa.bool_(), rows, [pa.py_buffer(known), pa.py_buffer(pair.true)])


def _coded(codes: Any, values: Any, empty: Any = None) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=empty), values)
