"""Opens a table, Parquet or CSV, and streams it: a few batches in memory, whatever its size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from rebond.errors import FactsError, Fault

BATCH_ROWS = 131_072
CSV_BLOCK = 16 * 2**20
"""Bytes of text read at a time."""
_MAX_BROKEN = 50
_LONGEST_HEADER = 1_000_000
_LONGEST_LINE = 2_000_000
"""Bytes: a line twice as long holds a whole block without an end."""
_MOST_COLUMNS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An open table. ``rows`` is ``None`` when only reading it would tell."""

    name: str
    columns: tuple[str, ...]
    rows: int | None
    first_line: int
    """The number that people give to the first row: 2 under the header of a CSV."""
    read: Callable[[Sequence[str]], Iterator[Any]]
    """Streams the columns that are named; every one when none is."""
    broken: list[Fault]
    """Lines without the right number of cells, left out: known once the batches are read."""


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a ``.parquet`` or ``.csv`` file; raises ``FactsError`` when it is neither, or cannot be read."""
    if path.is_dir():
        raise _unreadable(path, "c’est un dossier", "donner un fichier, ou lire le dossier avec --engine spark")
    opened = {".parquet": _open_parquet, ".csv": _open_csv}.get(path.suffix.lower())
    if opened is None:
        raise _unreadable(path, "format inconnu", "donner un fichier .parquet ou .csv")
    if not path.stat().st_size:
        raise _unreadable(path, "fichier illisible : il est vide", "donner une ligne d’en-tête, puis les lignes")
    try:
        with opened(path) as table:
            yield table
    except (pa.ArrowException, pa.ArrowInvalid, OSError, UnicodeDecodeError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno:
            # The system's own refusal: a full disk, a right that is missing.
            raise
        is_csv = path.suffix.lower() == ".csv"
        problem = "ce n’est pas un CSV en UTF-8" if is_csv else "ce n’est pas un Parquet entier"
        if is_csv and "straddling" in str(error):
            mend = "fermer le guillemet resté ouvert, ou raccourcir la cellule"
            raise _unreadable(path, "une ligne n’a pas de fin", mend) from error
        mend = "l’enregistrer au format « CSV UTF-8 »" if is_csv else "l’écrire ou le télécharger de nouveau"
        raise _unreadable(path, f"fichier illisible : {problem}", mend) from error


@contextmanager
def _open_parquet(path: Path) -> Iterator[Table]:
    # Without pre_buffer=False the bytes already read stay in memory until the end of the file.
    with pq.ParquetFile(path, read_dictionary=_texts(path), pre_buffer=False) as file:
        _refuse_wide(path, len(file.schema_arrow.names))
        odd = [field for field in file.schema_arrow if pa.types.is_struct(field.type) or pa.types.is_map(field.type)]
        if odd:
            raise FactsError(
                Fault(
                    where=f"{path.name}, colonne « {field.name} »",
                    problem=f"type {field.type} sans valeur simple",
                    mend="mettre une seule valeur par cellule",
                )
                for field in odd
            )
        yield Table(
            name=path.name,
            columns=tuple(file.schema_arrow.names),
            rows=file.metadata.num_rows,
            first_line=1,
            read=lambda columns: file.iter_batches(BATCH_ROWS, columns=list(columns) or None),
            broken=[],
        )


def _texts(path: Path) -> list[str]:
    """Text columns: read as they are coded in the file, without writing each text out."""
    return [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type) and field.name != "id"]


def csv_separator(path: Path) -> str:
    """The separator of a CSV, as its header shows: ``;``, tab or ``,``; raises ``FactsError`` for no header at all."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = stream.readline(_LONGEST_HEADER)
    if len(header) >= _LONGEST_HEADER:
        raise _unreadable(path, "la première ligne n’a pas de fin", "donner une ligne d’en-tête, puis les lignes")
    separator = max(";\t,", key=header.count)
    _refuse_wide(path, header.count(separator) + 1)
    return separator


def _refuse_endless(path: Path) -> None:
    """Raise for a line of several megabytes: the library would look for its end for a minute, then say otherwise."""
    with path.open("rb") as stream:
        while block := stream.read(_LONGEST_LINE):
            if len(block) == _LONGEST_LINE and b"\n" not in block and b"\r" not in block:
                mend = "fermer le guillemet resté ouvert, ou raccourcir la cellule"
                raise _unreadable(path, "une ligne n’a pas de fin", mend)


def _refuse_wide(path: Path, columns: int) -> None:
    if columns > _MOST_COLUMNS:
        mend = "ne garder que « id » et les colonnes du dictionnaire des faits"
        raise _unreadable(path, f"{columns} colonnes, {_MOST_COLUMNS} au plus", mend)


@contextmanager
def _open_csv(path: Path) -> Iterator[Table]:
    """Every column as text: the dictionary of facts says how to read them. The header tells the separator."""
    separator = csv_separator(path)
    _refuse_endless(path)
    broken: list[Fault] = []

    def refuse(row: Any) -> str:
        if len(broken) < _MAX_BROKEN:
            broken.append(
                Fault(
                    where=f"{path.name}" + (f", ligne {row.number}" if row.number else ""),
                    found=row.text[:80],
                    problem=f"{row.actual_columns} colonnes au lieu de {row.expected_columns}",
                    mend="mettre entre guillemets les cellules qui contiennent le séparateur",
                )
            )
        return "skip"

    parse = pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True, invalid_row_handler=refuse)
    read = pa.csv.ReadOptions(block_size=CSV_BLOCK)
    names = pa.csv.open_csv(path, read_options=read, parse_options=parse).schema.names
    broken.clear()

    def batches(columns: Sequence[str]) -> Iterator[Any]:
        convert = pa.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
            include_columns=list(columns) or None,
        )
        return iter(pa.csv.open_csv(path, read_options=read, parse_options=parse, convert_options=convert))

    yield Table(name=path.name, columns=tuple(names), rows=None, first_line=2, read=batches, broken=broken)


def _unreadable(path: Path, problem: str, mend: str) -> FactsError:
    return FactsError([Fault(where=path.name, problem=problem, mend=mend)])
