"""Sheets of projects in every format: page, PDF, text document, workbook, table, data."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from rebond.adapters.documents.html import html_page, paper_page
from rebond.adapters.documents.json_text import json_text
from rebond.adapters.documents.letters import zip_bytes
from rebond.adapters.documents.markdown import markdown_text
from rebond.adapters.documents.word import write_word
from rebond.adapters.printing.pdf import PdfUnavailableError
from rebond.adapters.printing.printer import printer
from rebond.data.csvfile import french_csv, is_like_a_formula
from rebond.indicators.breakdowns import slug
from rebond.restitution.contents import Document
from rebond.restitution.sheets import ProjectSheet

_HEADER = ("Projet", "Rubrique", "Détail", "Valeur")
SCHEMA = "fiches/v1"
WHOLE = "dossier.pdf"
_LONGEST_NAME = 60
Writer = Callable[[Path, Sequence[ProjectSheet], Document], None]


def write_sheets(path: Path, sheets: Sequence[ProjectSheet], document: Document) -> None:
    """Write sheets in the format that the name of the file says; ``KeyError`` for another."""
    FORMATS[path.suffix](path, sheets, document)


def _page(path: Path, _: Sequence[ProjectSheet], document: Document) -> None:
    path.write_text(html_page(document), encoding="utf-8")


def _print(path: Path, _: Sequence[ProjectSheet], document: Document) -> None:
    with printer(path) as printing:
        printing.begin(paper_page(document))
        printing.finish()


def _word(path: Path, _: Sequence[ProjectSheet], document: Document) -> None:
    write_word(path, document)


def _apart(path: Path, sheets: Sequence[ProjectSheet], document: Document) -> None:
    """What is sent in one piece: a text document a project, what comes before them, and all of it as one PDF."""
    files = []
    with TemporaryDirectory() as folder:
        for rank, section in enumerate(document.sections):
            name = f"{rank:02d}-{slug(section.title)[:_LONGEST_NAME].strip('_').replace('_', '-') or 'fiche'}.docx"
            target = Path(folder) / name
            write_word(
                target, replace(document, title=section.title, sections=(replace(section, title=""),)), notes=False
            )
            files.append((name, target.read_bytes()))
        files.append(_whole(Path(folder) / WHOLE, sheets, document))
    path.write_bytes(zip_bytes(files))


def _whole(path: Path, sheets: Sequence[ProjectSheet], document: Document) -> tuple[str, bytes]:
    """The PDF; where this machine lacks the libraries of it, what to do instead."""
    try:
        _print(path, sheets, document)
    except PdfUnavailableError as error:
        return f"{path.stem}-absent.txt", f"{error}\n".encode()
    return path.name, path.read_bytes()


def _markdown(path: Path, _: Sequence[ProjectSheet], document: Document) -> None:
    path.write_text(markdown_text(document), encoding="utf-8")


def _rows(sheets: Sequence[ProjectSheet]) -> list[tuple[str, ...]]:
    return [(sheet.name, *line) for sheet in sheets for line in sheet.lines]


def _csv(path: Path, sheets: Sequence[ProjectSheet], _: Document) -> None:
    path.write_bytes(french_csv(_HEADER, _rows(sheets)))


def _workbook(path: Path, sheets: Sequence[ProjectSheet], document: Document) -> None:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        book.set_properties(
            {"title": document.title, "author": "Rebond", "created": datetime.combine(document.dated, time())}
        )
        target = book.add_worksheet("Fiches")
        bold, text = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        inert = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        for index, width in enumerate((40, 24, 32, 60)):
            target.set_column(index, index, width)
        target.freeze_panes(1, 1)
        target.write_row(0, 0, _HEADER, bold)
        for number, row in enumerate(_rows(sheets), start=1):
            for index, cell in enumerate(row):
                target.write_string(number, index, cell, inert if is_like_a_formula(cell) else text)
        notice = book.add_worksheet("À lire")
        for number, words in enumerate((document.title, document.subtitle, *document.warnings)):
            notice.write_string(number, 0, words)
    path.write_bytes(made.getvalue())


def _json(path: Path, sheets: Sequence[ProjectSheet], document: Document) -> None:
    data = {
        "schema": SCHEMA,
        "mission": document.title,
        "pour": document.subtitle,
        "donnees_fictives": document.fictitious,
        "fiches": [
            {
                "nom": sheet.name,
                "sous_nom_de_code": not sheet.named,
                "lignes": [{"rubrique": datum, "detail": label, "valeur": text} for datum, label, text in sheet.lines],
            }
            for sheet in sheets
        ],
    }
    path.write_text(json_text(data), encoding="utf-8")


FORMATS: Mapping[str, Writer] = {
    ".html": _page,
    ".pdf": _print,
    ".docx": _word,
    ".md": _markdown,
    ".xlsx": _workbook,
    ".csv": _csv,
    ".json": _json,
    ".zip": _apart,
}
