"""The text of a file, whatever wrote it: size, byte order marks, encodings and NUL bytes are said in French."""

from __future__ import annotations

import codecs
from pathlib import Path

from rebond.data.unreadable import system_reason
from rebond.errors import DataError, Fault

_WIDE_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SNIFFED, _TWO_LETTERS = 64, 4
_MEGABYTE = 1_000_000


def read_text(path: Path, *, most: int, name: str | None = None, windows: bool = False) -> str:
    """The text of a UTF-8 file, without its byte order mark; raises ``DataError`` with one fault.

    ``windows``: a file that is not in UTF-8 is read as French spreadsheets used to write it.
    """
    label = name or path.name
    try:
        with path.open("rb") as stream:
            raw = stream.read(most + 1)
    except OSError as error:
        raise _unreadable(
            label, f"fichier illisible : {system_reason(error)}", "vérifier le chemin et les droits"
        ) from error
    if len(raw) > most:
        raise _unreadable(label, f"le fichier dépasse {most // _MEGABYTE} Mo", "vérifier que c'est le bon fichier")
    return decode(raw, label, windows=windows)


def decode(raw: bytes, label: str, *, windows: bool = False) -> str:
    """The text of bytes in UTF-8; raises ``DataError`` with one fault."""
    if is_wide(raw):
        raise _unreadable(label, "le fichier n'est pas en UTF-8 mais en UTF-16", "l'enregistrer en UTF-8")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if windows:
            return _without_nul(raw.decode("cp1252", errors="replace"), label)
        line = raw.count(b"\n", 0, error.start) + 1
        raise _unreadable(
            f"{label}, ligne {line}", "le fichier n'est pas en UTF-8", "l'enregistrer en UTF-8"
        ) from error
    return _without_nul(text, label)


def _without_nul(text: str, label: str) -> str:
    place = text.find("\0")
    if place >= 0:
        where = f"{label}, ligne {text.count(chr(10), 0, place) + 1}"
        raise _unreadable(where, "octet nul : ce n'est pas un fichier texte", "donner le fichier d'origine, entier")
    return text


def is_wide(raw: bytes) -> bool:
    """Whether bytes begin as UTF-16 or UTF-32 does, with its mark or, for plain letters, without.

    >>> is_wide("id;nom".encode("utf-16")), is_wide(b"id;nom"), is_wide("id;nom".encode("utf-16-le"))
    (True, False, True)
    """
    head = raw[:_SNIFFED]
    if head.startswith(_WIDE_MARKS):
        return True
    return len(head) >= _TWO_LETTERS and (not any(head[1:8:2]) or not any(head[0:8:2]))


def _unreadable(where: str, problem: str, mend: str) -> DataError:
    return DataError([Fault(where=where, problem=problem, mend=mend)])
