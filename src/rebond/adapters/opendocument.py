"""A workbook of plain tables in the OpenDocument format (.ods): what the State asks its services to publish in.

The format is a zip of XML parts (ISO/IEC 26300): a few lines write the little that tables of text and numbers need.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from rebond.restitution.typography import UNPRINTABLE

MIME = "application/vnd.oasis.opendocument.spreadsheet"
_IN_A_NAME = re.compile(r"[\[\]*?:/\\']")
_LONGEST_NAME = 31
_NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
Sheet = tuple[str, Iterable[Sequence[str | int]]]
"""Its name and its rows; a number is written as one, a text stays a text."""


def as_ods(sheets: Iterable[Sheet]) -> bytes:
    """The workbook; the same sheets give the same bytes."""
    taken: set[str] = set()
    tables = "".join(_table(_name(name, taken), rows) for name, rows in sheets)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMESPACES} office:version="1.3">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        # The first part, not compressed: that is how the format is recognised.
        _part(archive, "mimetype", MIME, zipfile.ZIP_STORED)
        _part(archive, "content.xml", content, zipfile.ZIP_DEFLATED)
        _part(archive, "META-INF/manifest.xml", _MANIFEST, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _part(archive: zipfile.ZipFile, name: str, text: str, compression: int) -> None:
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, compress_type=compression)


def _name(name: str, taken: set[str]) -> str:
    """A name that every spreadsheet takes, and that no other sheet has."""
    short = _IN_A_NAME.sub(" ", name)[:_LONGEST_NAME].strip() or "Feuille"
    found, rank = short, 1
    while found.casefold() in taken:
        rank += 1
        found = f"{short[: _LONGEST_NAME - len(str(rank)) - 1]} {rank}"
    taken.add(found.casefold())
    return found


def _table(name: str, rows: Iterable[Sequence[str | int]]) -> str:
    lines = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
    return f"<table:table table:name={quoteattr(name)}>{lines}</table:table>"


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )
    text = escape(UNPRINTABLE.sub(" ", value))
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
