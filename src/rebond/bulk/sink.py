"""Writes verdicts, one line a row and dispositif, in Parquet or CSV; nothing is left when the writing is given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from rebond.bulk.kernel import NO_REASON, VERDICTS, Verdicts
from rebond.bulk.program import Program
from rebond.bulk.summary import forget_summary
from rebond.data.csvfile import inert
from rebond.data.outfolder import written_file

GROUP_LINES = 1_048_576
"""Lines of a row group, at most: what is held in memory before it is written."""
_COMPRESSION = "zstd"
_LIKE_A_FORMULA = "^[=+\\-@\\t\\r\\n＝＋－＠]"


class VerdictLines:
    """Turns the verdicts of a batch into Arrow tables of lines ``id, dispositif, verdict`` and, if asked, ``motif``."""

    def __init__(self, program: Program, *, with_reasons: bool) -> None:
        self._program = program
        self._dispositifs = pa.array([rule.dispositif for rule in program.rules])
        self._verdicts = pa.array([truth.value for truth in VERDICTS])
        self._with_reasons = with_reasons
        texts = list(dict.fromkeys(text for rule in program.rules for text in rule.texts))
        place = {text: code for code, text in enumerate(texts)}
        self._texts = pa.array(texts, pa.string())
        self._text_codes = [np.array([place[text] for text in rule.texts], np.int32) for rule in program.rules]
        self.schema = pa.schema(
            [(name, pa.dictionary(pa.int32(), pa.string())) for name in ("id", "dispositif", "verdict")]
            + ([("motif", pa.dictionary(pa.int32(), pa.string()))] if with_reasons else [])
        )

    def tables(self, ids: Any, verdicts: Verdicts) -> Iterator[Any]:
        """The lines, all those of a row together, some rows at a time."""
        rules = len(self._program.rules)
        if not rules or not verdicts.rows:
            return
        codes = np.stack([verdicts.codes(rule) for rule in range(rules)])
        step = max(1, GROUP_LINES // rules)
        for start in range(0, verdicts.rows, step):
            stop = min(start + step, verdicts.rows)
            # Several rows may bear one id (the projects of a firm): Parquet wants each text once in its dictionary.
            named = ids[start:stop].dictionary_encode()
            columns = [
                _coded(np.repeat(np.asarray(named.indices), rules), named.dictionary),
                _coded(np.tile(np.arange(rules, dtype=np.int32), stop - start), self._dispositifs),
                _coded(codes[:, start:stop].T.ravel().astype(np.int32), self._verdicts),
            ]
            if self._with_reasons:
                columns.append(self._reasons(verdicts, start, stop))
            yield pa.Table.from_arrays(columns, schema=self.schema)

    def _reasons(self, verdicts: Verdicts, start: int, stop: int) -> Any:
        """What decides; empty for a YES."""
        ranks = np.stack([deciding[start:stop] for deciding in verdicts.deciding])
        codes = np.stack([texts[rank] for texts, rank in zip(self._text_codes, ranks, strict=True)])
        return _coded(codes.T.ravel(), self._texts, (ranks == NO_REASON).T.ravel())


def _coded(codes: Any, values: Any, empty: Any = None) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=empty), values)


@contextmanager
def verdict_file(path: Path, lines: VerdictLines) -> Iterator[Any]:
    """A writer of tables of lines; the file takes its name only when all went well."""
    made = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with written_file(path) as partial:
            with _writer(partial, path.suffix, lines) as writer:
                yield writer
            forget_summary(path)
    finally:
        if made:
            # A folder made for verdicts that did not come is not left behind; one that holds them cannot be removed.
            with suppress(OSError):
                path.parent.rmdir()


def _writer(partial: Path, suffix: str, lines: VerdictLines) -> Any:
    if suffix == ".csv":
        return _CsvLines(partial, lines)
    return pq.ParquetWriter(partial, lines.schema, compression=_COMPRESSION, use_dictionary=True)


class _CsvLines:
    """Lines as plain texts, under one header."""

    def __init__(self, path: Path, lines: VerdictLines) -> None:
        self._schema = pa.schema([(name, pa.string()) for name in lines.schema.names])
        self._writer = pa.csv.CSVWriter(path, self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def write_table(self, table: Any) -> None:
        texts = table.cast(self._schema)
        for place, name in enumerate(texts.column_names):
            if pc.any(pc.match_substring_regex(texts[name], _LIKE_A_FORMULA)).as_py():
                calm = pa.array(
                    [None if text is None else inert(text) for text in texts[name].to_pylist()], pa.string()
                )
                texts = texts.set_column(place, name, calm)
        self._writer.write_table(texts)
