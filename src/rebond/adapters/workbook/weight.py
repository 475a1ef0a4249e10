"""What a workbook may weigh: parts, elements, cells and texts counted while they stream, before any is kept.

calamine holds a whole sheet, and writes a shared or repeated text out as often as it is used: what it would hold is
known here first. A census of ten thousand projects has half a million cells and stays far below.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass

from rebond.units import format_number

MOST_UNCOMPRESSED_BYTES = 400_000_000
"""The whole archive, pictures included."""
MOST_XML_BYTES = 100_000_000
"""The parts that are read, together."""
MOST_SIDE_PART_BYTES = 8_000_000
"""One part that holds no cells: styles, list of sheets, relations."""
MOST_ELEMENTS = 1_500_000
"""XML elements of the sheets, empty cells included."""
MOST_CELLS = 4_000_000
"""Cells of the rectangles from A1 to the last value of each sheet, together."""
MOST_LETTERS = 60_000_000
"""Characters of the cells, a text counted as often as it is shown."""
MOST_CELL_LETTERS = 32_767
"""What a spreadsheet itself holds in a cell."""
MOST_PARTS = 5_000
MOST_SHEETS = 200
MOST_MERGED = 200
"""Groups of merged cells of one sheet that are told one by one."""
MOST_COLUMNS = 1_000
"""Titled columns of one sheet."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""What a spreadsheet itself holds in a sheet."""
_CHUNK = 1 << 20
_XML = (".xml", ".rels")
_CELLS = ("xl/worksheets/", "xl/sharedstrings", "content.xml")
_MEGABYTE = 1_000_000


class TooHeavyError(Exception):
    """A workbook that no census would be: ``problem`` says what of it, ``mend`` what to do, both in French."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem, self.mend = problem, mend


@dataclass(slots=True)
class Weight:
    """What has been counted so far over the sheets of one workbook."""

    elements: int = 0
    letters: int = 0

    def element(self) -> None:
        """One more XML element."""
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            problem = f"plus de {format_number(MOST_ELEMENTS)} cellules et lignes, vides comprises"
            raise TooHeavyError(problem, "supprimer les lignes et les colonnes vides mises en forme, puis enregistrer")

    def text(self, letters: int, times: int = 1) -> None:
        """One more text, shown so many times."""
        if letters > MOST_CELL_LETTERS:
            problem = f"une cellule dépasse {format_number(MOST_CELL_LETTERS)} caractères"
            raise TooHeavyError(problem, "raccourcir le texte de cette cellule")
        self.letters += letters * times
        if self.letters > MOST_LETTERS:
            problem = f"les textes dépassent {format_number(MOST_LETTERS)} caractères, répétitions comprises"
            raise TooHeavyError(problem, "supprimer les lignes répétées")


def weigh_parts(archive: zipfile.ZipFile) -> None:
    """Count what each part really holds, for the sizes that an archive declares may lie; one name, one part."""
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise TooHeavyError(f"l'archive a {format_number(len(entries))} parties", "enregistrer de nouveau le classeur")
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        # Two readers would not read the same one.
        raise TooHeavyError("deux parties de l'archive ont le même nom", "enregistrer de nouveau le classeur")
    left, left_xml = MOST_UNCOMPRESSED_BYTES, MOST_XML_BYTES
    for entry in entries:
        name = entry.filename.lower()
        is_xml = name.endswith(_XML)
        size = 0
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > min(left, left_xml if is_xml else left):
                    raise _too_large(MOST_XML_BYTES if is_xml else MOST_UNCOMPRESSED_BYTES)
                if is_xml and size > MOST_SIDE_PART_BYTES and not name.startswith(_CELLS):
                    raise _too_large(MOST_SIDE_PART_BYTES)
        left -= size
        left_xml -= size if is_xml else 0


def _too_large(most: int) -> TooHeavyError:
    problem = f"une fois décompressé, le fichier dépasse {most // _MEGABYTE} Mo"
    return TooHeavyError(problem, "supprimer les lignes et colonnes vides mises en forme, ôter les images")
