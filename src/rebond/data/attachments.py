"""What may be attached to a sheet: read from ``pieces.yaml``; whether the bytes of a file are what its name says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from rebond.data.shapes import TEXT, WHOLE, YES_NO, Shape, block, by_key, many, read_shaped
from rebond.errors import DataError, Fault
from rebond.units import format_number

FILE = "pieces.yaml"
_MACROS = ("vbaproject.bin", "macros/", "basic/", "scripts/")
_EMBEDDED_TEXT = (b"<script", b"<html", b"<!doctype html", b"<svg")
_HEAD = 4_096
_MOST_MEMBERS = 5_000
_MEGA = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """A type of file, by its extension."""

    extension: str
    title: str
    mime: str
    signatures: tuple[bytes, ...]
    member: str
    """For an archive: a file that it holds."""
    is_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentRules:
    """Content of ``pieces.yaml``."""

    types: Mapping[str, FileType]
    proofs: Mapping[str, str]
    """Code → what a file proves."""
    most_bytes: int
    most_files: int
    """Of a mission."""
    most_mission_bytes: int

    def type_of(self, name: str, content: bytes) -> FileType:
        """The type of a file, sniffed; raises ``DataError``, in one sentence, for one that is not taken."""
        if not content:
            _refuse(name, "le fichier est vide", "choisir le bon fichier")
        if len(content) > self.most_bytes:
            most = f"{format_number(self.most_bytes // _MEGA)} Mo"
            _refuse(name, f"le fichier dépasse {most}", "le compresser ou le découper")
        found = self.types.get(name.rpartition(".")[2].lower())
        if found is None:
            known = ", ".join(f".{each}" for each in self.types)
            _refuse(name, "ce type de fichier ne se joint pas", f"l'enregistrer dans un de ces formats : {known}")
        if problem := _wrong(found, content):
            _refuse(name, problem, f"vérifier que c'est bien un {found.title}, et l'enregistrer de nouveau")
        return found


def load_attachment_rules(folder: Path) -> AttachmentRules:
    """Read ``pieces.yaml`` in a folder; raises ``CatalogueError`` with every fault of the file."""
    data = read_shaped(folder / FILE, _SHAPE).data
    return AttachmentRules(
        types={
            extension: FileType(
                extension=extension,
                title=row["titre"],
                mime=row["mime"],
                signatures=tuple(bytes.fromhex(each) for each in row.get("signature", ())),
                member=row.get("contient", ""),
                is_text=row.get("texte") == "oui",
            )
            for extension, row in data["types"].items()
        },
        proofs={row["code"]: row["titre"] for row in data["preuves"]},
        most_bytes=data["octets_max"],
        most_files=data["pieces_par_mission"],
        most_mission_bytes=data["octets_par_mission"],
    )


def _wrong(found: FileType, content: bytes) -> str:
    """Why bytes are not those of a type; empty when they may be."""
    if found.is_text:
        return _wrong_text(content)
    if found.member:
        return _wrong_archive(found, content)
    if not content.startswith(found.signatures):
        return "son contenu n'est pas celui que son nom annonce"
    return ""


def _wrong_text(content: bytes) -> str:
    if b"\x00" in content or content.startswith((b"MZ", b"\x7fELF", b"#!", b"PK\x03\x04", b"%PDF")):
        return "ce n'est pas du texte, malgré son nom"
    if any(mark in content[:_HEAD].lower() for mark in _EMBEDDED_TEXT):
        return "c'est une page web, malgré son nom"
    return ""


def _wrong_archive(found: FileType, content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member.filename for member in archive.infolist()]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        return "le fichier est abîmé, chiffré, ou n'est pas ce que son nom annonce"
    if len(members) > _MOST_MEMBERS or found.member not in members:
        return "son contenu n'est pas celui que son nom annonce"
    if any(mark in member.lower() for member in members for mark in _MACROS):
        return "il contient des macros"
    return ""


def _refuse(name: str, problem: str, mend: str) -> NoReturn:
    raise DataError([Fault(where=f"fichier « {name} »", problem=problem, mend=mend)])


_TYPE: Shape = block(
    frozenset({"signature", "contient", "texte"}),
    titre=TEXT,
    mime=TEXT,
    signature=many({"type": "string", "pattern": "^([0-9a-f]{2})+$"}, least=1),
    contient=TEXT,
    texte=YES_NO,
)
_SHAPE: Shape = block(
    schema={"const": "pieces/v1"},
    source=TEXT,
    verifie=YES_NO,
    octets_max=WHOLE,
    pieces_par_mission=WHOLE,
    octets_par_mission=WHOLE,
    types=by_key(_TYPE),
    preuves=many(block(code=TEXT, titre=TEXT), least=1),
)
