"""What each document is, from its name; documents in the order people look for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    "comite": "Pour le comité",
    "partenaires": "Pour le comité et les partenaires",
    "presse": "Pour tout le monde",
    "equipe": "Pour l’équipe seule",
}
"""Declared reader of a document → the heading its documents stand under, in the order people look for them."""
_TITLES = {
    "presentation": "Présentation au comité",
    "restitution": "Rapport de restitution",
    "restitution-annexes": "Annexes du rapport",
    "feuille-de-route": "Feuille de route",
    "communique": "Communiqué de presse",
    "communique-sources": "Sources du communiqué",
    "projets": "Tableau des projets",
    "recensement": "Classeur de recensement",
    "indicateurs": "Indicateurs et leurs lignes",
    "instantane": "Instantané des chiffres",
    "resultat": "Résultat complet de la mission",
}
"""Name of a document → its title, in the order people look for them."""
_TO_READ_FIRST = ("PDF", "Word", "PowerPoint", "Excel")
"""The formats offices open, before those of other uses."""


@dataclass(frozen=True, slots=True)
class DescribedFile:
    """One format of a document."""

    document: Document
    type: str


@dataclass(frozen=True, slots=True)
class DescribedDocument:
    """A document with a title for people and the formats it is in."""

    title: str
    files: list[DescribedFile]


@dataclass(frozen=True, slots=True)
class DocumentGroup:
    """The documents made for the same readers, or those of one folder."""

    title: str
    documents: list[DescribedDocument]

    @property
    def is_for_all(self) -> bool:
        """Whether anybody may be given them: what an embargo holds back."""
        return self.title == _READERS["presse"]


def described(documents: Iterable[Document], *, home: str = "") -> list[DocumentGroup]:
    """Documents at the top of ``home`` by reader, then those of each folder; a document once, in all its formats."""
    groups: dict[tuple[str, int], dict[str, list[DescribedFile]]] = {}
    readers, titles = list(_READERS), list(_TITLES)
    for document in documents:
        folder = document.path.removeprefix(f"{home}/").rpartition("/")[0]
        reader = confidences().documents.get(document.name)
        # What nothing says a reader of is the team's.
        rank = readers.index(reader if reader in _READERS else "equipe")
        stem, _, suffix = document.name.rpartition(".")
        file = DescribedFile(document, _TYPES.get(suffix.lower(), suffix.upper()))
        key = (folder, -1 if folder else rank)
        groups.setdefault(key, {}).setdefault(stem or document.name, []).append(file)
    return [
        DocumentGroup(
            _words(folder.rpartition("/")[2]) if folder else _READERS[readers[rank]],
            [
                DescribedDocument(_TITLES.get(stem, _words(stem)), sorted(files, key=_openable))
                for stem, files in sorted(found.items(), key=lambda row: (_rank(row[0], titles), row[0]))
            ],
        )
        for (folder, rank), found in sorted(groups.items())
    ]


def _rank(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)


def _openable(file: DescribedFile) -> tuple[int, str]:
    return _rank(file.type, _TO_READ_FIRST), file.type


def _words(name: str) -> str:
    """``feuille-de-route`` → ``Feuille de route``."""
    text = name.replace("-", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:]
