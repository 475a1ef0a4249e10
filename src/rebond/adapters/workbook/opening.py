"""Open a workbook without trusting it: kind of file, password, macros, size; then its raw cells.

Values come from calamine (.xlsx and .ods alike); what calamine does not tell (formulas, error cells, merged
cells, empty rows) comes from a pass over the XML, see ``marks``.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NoReturn, TypeAlias
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineWorkbook

from rebond.adapters.workbook.marks import Marks, ods_marks, xlsx_marks
from rebond.adapters.workbook.weight import MOST_CELLS, TooHeavyError, weigh_parts
from rebond.adapters.workbook.wording import cell_where
from rebond.data.unreadable import system_reason
from rebond.errors import CensusError, Fault

RawCell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta | None

MOST_BYTES = 50_000_000
"""A census weighs less than 5 MB."""
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    CalamineError,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,  # an encrypted part
    ValueError,
    zipfile.LargeZipFile,
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_DIRECTORY_SEARCHED = 1 << 22
_XLSX_PART = "xl/workbook.xml"
_ODS_PART = "content.xml"
_SAVE_AS = "dans le tableur, « Enregistrer sous » au format Excel (.xlsx) ou OpenDocument (.ods)"
_OTHER_FORMATS = {
    ".xls": "ancien format Excel (.xls)",
    ".xlsb": "format Excel binaire (.xlsb)",
    ".csv": "fichier CSV : une seule feuille, sans types",
    ".tsv": "fichier texte : une seule feuille, sans types",
    ".txt": "fichier texte : une seule feuille, sans types",
    ".pdf": "fichier PDF",
    ".docx": "document Word",
    ".numbers": "format Numbers",
}
_MACRO_FORMATS = (".xlsm", ".xltm", ".xlam")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSheet:
    """A sheet as found: rows of raw cells from A1, and what is special about some of them."""

    name: str
    rows: tuple[tuple[RawCell, ...], ...]
    marks: Marks


def open_workbook(path: Path) -> tuple[RawSheet, ...]:
    """The sheets of a workbook, in its order; raises ``CensusError`` when it is not one that may be read."""
    suffix = path.suffix.lower()
    if path.is_dir():
        _refuse(path, "c'est un dossier", "donner le chemin du classeur")
    if not path.is_file():
        _refuse(path, "fichier introuvable", "vérifier le chemin et le nom du fichier")
    if suffix in _MACRO_FORMATS:
        _refuse(path, "classeur avec macros", f"les macros ne sont pas acceptées : {_SAVE_AS}")
    if suffix in _OTHER_FORMATS:
        _refuse(path, _OTHER_FORMATS[suffix], _SAVE_AS)
    try:
        _refuse_ole(path)
    except OSError as error:
        _refuse(path, f"fichier illisible : {system_reason(error)}", "vérifier les droits du fichier")
    try:
        with zipfile.ZipFile(path) as archive:
            kind = _kind_of(path, archive)
            weigh_parts(archive)
            marks = xlsx_marks(archive) if kind == _XLSX_PART else ods_marks(archive)
        _refuse_far_cells(marks)
        return tuple(_raw_sheets(path, marks))
    except TooHeavyError as error:
        return _refuse(path, error.problem, error.mend)
    except _UNREADABLE:
        problem = "le fichier n'est pas un classeur lisible (il est abîmé ou d'un autre type)"
        return _refuse(path, problem, f"l'ouvrir, puis {_SAVE_AS}")


def _raw_sheets(path: Path, marks: Mapping[str, Marks]) -> Iterator[RawSheet]:
    try:
        # By what the file holds, not by its name: an .ods that is called .xlsx is one all the same.
        with CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())) as book:
            for name in book.sheet_names:
                if name in marks:
                    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                    yield RawSheet(name=name, rows=tuple(tuple(row) for row in rows), marks=marks[name])
    except BaseException as error:
        # A panic of calamine (Rust) is no Exception, so that nobody catches it by mistake: here it is on purpose.
        if type(error).__name__ == "PanicException":
            raise ValueError(str(error)) from error
        raise


def _refuse_far_cells(marks: Mapping[str, Marks]) -> None:
    """A lone value in the last cell of a sheet would make it a table of seventeen billion cells."""
    if sum(each.height * each.width for each in marks.values()) <= MOST_CELLS:
        return
    largest = max(each.height * each.width for each in marks.values())
    faults = [
        Fault(
            where=cell_where(name, each.height - 1, each.width - 1),
            problem="le tableau s'étend jusqu'à cette cellule, très loin des données",
            mend="supprimer les lignes et les colonnes au-delà des données, puis enregistrer",
        )
        for name, each in marks.items()
        if each.height * each.width >= min(largest, MOST_CELLS)
    ]
    if faults:
        raise CensusError(faults)


def _refuse_ole(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(_OLE_DIRECTORY_SEARCHED)
        size = stream.seek(0, io.SEEK_END)
    if size > MOST_BYTES:
        _refuse(
            path, f"le fichier dépasse {MOST_BYTES // 1_000_000} Mo", "ôter les images, supprimer les feuilles inutiles"
        )
    if not head.startswith(_OLE):
        return
    if _ENCRYPTED in head:
        _refuse(path, "classeur protégé par un mot de passe", "ôter le mot de passe d'ouverture, puis enregistrer")
    _refuse(path, "ancien format Excel (.xls), quel que soit le nom du fichier", _SAVE_AS)


def _kind_of(path: Path, archive: zipfile.ZipFile) -> str:
    """The part that tells .xlsx from .ods."""
    names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        _refuse(path, "classeur avec macros", f"les macros ne sont pas acceptées : {_SAVE_AS}")
    if _XLSX_PART in names:
        return _XLSX_PART
    if _ODS_PART in names and b"opendocument.spreadsheet" in archive.read("mimetype"):
        if b"encryption-data" in archive.read("META-INF/manifest.xml"):
            _refuse(
                path,
                "classeur protégé par un mot de passe",
                "ôter le mot de passe d'ouverture, puis enregistrer",
            )
        return _ODS_PART
    return _refuse(path, "le fichier n'est pas un classeur", _SAVE_AS)


def _refuse(path: Path, problem: str, mend: str) -> NoReturn:
    raise CensusError([Fault(where=f"fichier « {path.name} »", problem=problem, mend=mend)])
