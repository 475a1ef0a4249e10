"""What each document is, from its name; documents in the order people look for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rebond.web.studies.models import Document

_TYPES = {
    "pdf": "PDF",
    "docx": "Word",
    "odt": "OpenDocument texte",
    "xlsx": "Excel",
    "ods": "OpenDocument tableur",
    "csv": "CSV",
    "json": "JSON",
    "svg": "Image SVG",
    "html": "Page HTML",
    "txt": "Texte",
    "md": "Markdown",
}
_TITLES = {
    "communique": "Communiqué de presse",
    "feuille-de-route": "Feuille de route",
    "indicateurs": "Indicateurs et leurs lignes",
    "projets": "Tableau des projets",
    "recensement": "Classeur de recensement",
    "restitution": "Rapport de restitution",
    "resultat": "Résultat complet de la mission",
}


@dataclass(frozen=True, slots=True)
class DescribedDocument:
    """A document with a title for people and the name of its type."""

    document: Document
    title: str
    type: str


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """The documents of one folder."""

    title: str
    documents: list[DescribedDocument]


def described(documents: Iterable[Document], *, home: str = "") -> list[DocumentGroup]:
    """Documents by folder, those at the top of ``home`` first."""
    groups: dict[str, DocumentGroup] = {}
    for document in documents:
        folder = document.path.removeprefix(f"{home}/").rpartition("/")[0]
        title = _words(folder.rpartition("/")[2]) if folder else "Documents de la mission"
        stem, _, suffix = document.name.rpartition(".")
        row = DescribedDocument(
            document, _TITLES.get(stem, _words(stem or document.name)), _TYPES.get(suffix.lower(), suffix.upper())
        )
        groups.setdefault(folder, DocumentGroup(title, [])).documents.append(row)
    return [groups[folder] for folder in sorted(groups)]


def _words(name: str) -> str:
    """``feuille-de-route`` → ``Feuille de route``."""
    text = name.replace("-", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:]
