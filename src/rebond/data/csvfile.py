"""CSV tables of a catalogue, read with the line of every fault; cells that a spreadsheet cannot take for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from rebond.data.limits import MOST_CSV_FIELD, MOST_TABLE_BYTES
from rebond.data.texts import read_text
from rebond.errors import CatalogueError, DataError, Fault

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula in a spreadsheet, full-width signs of an eastern one included."""
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_MOST_SHOWN, _MOST_COLUMNS = 20, 500


def csv_rows(path: Path, *columns: str, separator: str = ",") -> list[dict[str, str]]:
    """The lines of a CSV under one header; raises ``CatalogueError`` with every fault.

    ``columns`` must be there. A line has as many cells as the header; an absent file is a fault.
    """
    header, lines = csv_lines(path, *columns, separator=separator)
    return [dict(zip(header, cells, strict=True)) for cells in lines]


def csv_lines(path: Path, *columns: str, separator: str = ",") -> tuple[list[str], list[list[str]]]:
    """The header of a CSV and its lines as they are cut, as ``csv_rows``: for a table of which few lines are used."""
    try:
        text = read_text(path, most=MOST_TABLE_BYTES)
    except DataError as error:
        raise CatalogueError(error.faults) from error
    return _parse_lines(text, path.name, columns, separator)


def parse_rows(text: str, name: str, *columns: str, separator: str = ",") -> list[dict[str, str]]:
    """The lines of a CSV text, as ``csv_rows``."""
    header, lines = _parse_lines(text, name, columns, separator)
    return [dict(zip(header, cells, strict=True)) for cells in lines]


def _parse_lines(text: str, name: str, columns: Collection[str], separator: str) -> tuple[list[str], list[list[str]]]:
    csv.field_size_limit(MOST_CSV_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    faults: list[Fault] = []
    lines: list[list[str]] = []
    try:
        header = next(reader, [])
        faults.extend(_header_faults(name, header, columns))
        if faults:
            raise CatalogueError(faults)
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header) and len(faults) < _MOST_SHOWN:
                problem = f"{len(cells)} cellules au lieu de {len(header)}"
                mend = "mettre entre guillemets les cellules qui contiennent le séparateur"
                faults.append(Fault(where=f"{name}, ligne {reader.line_num}", problem=problem, mend=mend))
            lines.append(cells)
    except csv.Error as error:
        where = f"{name}, ligne {reader.line_num + 1}"
        raise CatalogueError([_unreadable(where, error)]) from error
    if faults:
        raise CatalogueError(faults)
    return header, lines


def _header_faults(name: str, header: list[str], columns: Collection[str]) -> list[Fault]:
    if not any(header):
        mend = f"colonnes : {', '.join(columns)}" if columns else "donner une ligne d'en-tête"
        return [Fault(where=name, problem="le fichier est vide", mend=mend)]
    where = f"{name}, ligne 1"
    if len(header) > _MOST_COLUMNS:
        problem = f"{len(header)} colonnes, {_MOST_COLUMNS} au plus"
        return [Fault(where=where, problem=problem, mend="vérifier le séparateur et la ligne d'en-tête")]
    doubled = sorted(column for column, times in Counter(header).items() if times > 1)
    faults = [
        Fault(where=where, found=column, problem="colonne écrite deux fois", mend="n'en garder qu'une")
        for column in doubled
    ]
    if missing := [column for column in columns if column not in header]:
        problem = f"colonne absente : {', '.join(missing)}"
        faults.append(Fault(where=where, problem=problem, mend="l'ajouter à la ligne d'en-tête"))
    return faults


def _unreadable(where: str, error: csv.Error) -> Fault:
    if "field larger" in str(error):
        problem = f"cellule de plus de {MOST_CSV_FIELD} caractères"
        return Fault(where=where, problem=problem, mend="fermer le guillemet resté ouvert, ou raccourcir le texte")
    return Fault(where=where, problem="CSV illisible", mend="vérifier les guillemets et les fins de ligne")


def inert(text: str) -> str:
    """A text that a spreadsheet which opens a CSV cannot take for a formula; a number stays one.

    >>> inert("=1+1"), inert("-12,5"), inert("Forge")
    ("'=1+1", '-12,5', 'Forge')
    """
    return f"'{text}" if is_like_a_formula(text) else text


def is_like_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    return text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)


def french_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as French spreadsheets open it by themselves: UTF-8 with its mark, semicolons, no formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")
