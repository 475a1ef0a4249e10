"""Writes verdicts, of any shape, in Parquet or CSV; nothing is left when the writing is given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from rebond.bulk.shapes import Layout
from rebond.bulk.summary import forget_summary
from rebond.data.csvfile import inert
from rebond.data.outfolder import written_file

_COMPRESSION = "zstd"
_LIKE_A_FORMULA = "^[=+\\-@\\t\\r\\n＝＋－＠]"


@contextmanager
def verdict_file(path: Path, layout: Layout) -> Iterator[Any]:
    """A writer of tables of one layout; the file takes its name only when all went well."""
    made = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with written_file(path) as partial:
            with _writer(partial, path.suffix, layout) as writer:
                yield writer
            forget_summary(path)
    finally:
        if made:
            # A folder made for verdicts that did not come is not left behind; one that holds them cannot be removed.
            with suppress(OSError):
                path.parent.rmdir()


def _writer(partial: Path, suffix: str, layout: Layout) -> Any:
    if suffix == ".csv":
        return _CsvLines(partial, layout)
    coded = [field.name for field in layout.schema if pa.types.is_dictionary(field.type)]
    # Where a row has one line its id comes once: it is written by what it changes of the one before.
    plain = {field.name: "DELTA_BYTE_ARRAY" for field in layout.schema if pa.types.is_string(field.type)}
    return pq.ParquetWriter(
        partial,
        layout.schema,
        compression=_COMPRESSION,
        use_dictionary=coded,
        column_encoding=plain or None,
        write_statistics=[name for name in layout.schema.names if name not in plain],
    )


class _CsvLines:
    """Lines as plain texts, under one header."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._schema = pa.schema([(name, pa.string()) for name in layout.schema.names])
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
