"""What each document is, from its name; documents in the order people look for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rebond.restitution.confidences import confidences
from rebond.web.studies.models import Document

_TYPES = {
    "pdf": "PDF",
    "docx": "Word",
    "pptx": "PowerPoint",
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
_READERS = {
    "equipe": "équipe seule",
    "presse": "tout le monde",
    "partenaires": "partenaires et comité",
    "comite": "comité",
}
"""Declared reader of a document → the words of it."""
_TITLES = {
    "restitution": "Rapport de restitution",
    "restitution-annexes": "Annexes du rapport de restitution",
    "presentation": "Présentation au comité",
    "communique": "Communiqué de presse",
    "communique-sources": "Sources du communiqué",
    "feuille-de-route": "Feuille de route",
    "projets": "Tableau des projets",
    "recensement": "Classeur de recensement",
    "indicateurs": "Indicateurs et leurs lignes",
    "instantane": "Instantané des chiffres",
    "resultat": "Résultat complet de la mission",
}
"""Name of a document → its title, what a reader opens first before the others; within a name, as in ``_TYPES``."""


@dataclass(frozen=True, slots=True)
class DescribedDocument:
    """A document with a title for people and the name of its type."""

    document: Document
    title: str
    type: str
    reader: str = ""
    """Whom it is made for; the team, when nothing says so."""


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
            document,
            _TITLES.get(stem, _words(stem or document.name)),
            _TYPES.get(suffix.lower(), suffix.upper()),
            _READERS.get(confidences().documents.get(document.name, "equipe"), ""),
        )
        groups.setdefault(folder, DocumentGroup(title, [])).documents.append(row)
    for group in groups.values():
        group.documents.sort(key=_rank)
    return [groups[folder] for folder in sorted(groups)]


def _rank(row: DescribedDocument) -> tuple[int, int, str]:
    """Where a document comes: by what it is, then by its type, then by its name; those of other names come last."""
    stem, _, suffix = row.document.name.rpartition(".")
    names, types = list(_TITLES), list(_TYPES)
    return (
        names.index(stem) if stem in _TITLES else len(names),
        types.index(suffix.lower()) if suffix.lower() in _TYPES else len(types),
        row.document.name,
    )


def _words(name: str) -> str:
    """``feuille-de-route`` → ``Feuille de route``."""
    text = name.replace("-", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:]
