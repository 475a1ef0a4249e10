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
    "communique": "Communiqué de presse",
    "communique-sources": "Sources du communiqué",
    "feuille-de-route": "Feuille de route",
    "indicateurs": "Indicateurs et leurs lignes",
    "presentation": "Présentation au comité",
    "instantane": "Instantané des chiffres",
    "projets": "Tableau des projets",
    "recensement": "Classeur de recensement",
    "restitution-annexes": "Annexes du rapport de restitution",
    "restitution": "Rapport de restitution",
    "resultat": "Résultat complet de la mission",
}


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
    return [groups[folder] for folder in sorted(groups)]


def _words(name: str) -> str:
    """``feuille-de-route`` → ``Feuille de route``."""
    text = name.replace("-", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:]
