"""Closed lists: codes are stored, labels are shown, both are read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rebond.adapters.workbook.wording import fold
from rebond.data.yamlfile import read_yaml

_LABELLED_FACTS = {"type_projet": "types_projet.csv", "taille_ue": "tailles.csv"}
"""Facts whose values have their labels in a file of the referentials."""
_DE_MINIMIS = {
    "de_minimis_2023": "De minimis (règlement 2023/2831)",
    "de_minimis_2013": "De minimis (règlement 1407/2013)",
}
_SPELLINGS = {
    "liee": "liée",
    "c_partielle": "c (en partie)",
    "productivite": "productivité",
    "capacite": "capacité",
    "decarbonation": "décarbonation",
    "energie": "énergie",
    "economie_circulaire": "économie circulaire",
    "ecoconception": "écoconception",
    "numerique": "numérique",
    "competences": "compétences",
    "biodiversite": "biodiversité",
    "mobilite": "mobilité",
    "batiment": "bâtiment",
}
"""Labels of short codes that no file carries: the code with its accents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One allowed value; ``spellings`` are the folded texts by which it is also known."""

    code: str
    label: str
    spellings: frozenset[str] = frozenset()
    former: frozenset[str] = frozenset()
    """Folded codes and labels of a value that is no more, of which this one is a part."""

    def is_written(self, text: str) -> bool:
        """Whether a text, already folded, is this value's code, label or other name."""
        return text in self.spellings or text in {fold(self.code), fold(self.label)}


def plain_choices(codes: Iterable[str]) -> tuple[Choice, ...]:
    """Codes that no file labels."""
    return tuple(_plain(code) for code in codes)


def _plain(code: str) -> Choice:
    return Choice(code=code, label=_SPELLINGS.get(code, code.replace("_", " ")))


def choices_from_csv(path: Path) -> tuple[Choice, ...]:
    """The first two columns of a CSV are code and label; ``sigle`` is another name, ``anciens`` the values split up."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(_choice(row) for row in rows)


def _choice(row: Mapping[str, str]) -> Choice:
    code, label, *_ = row.values()
    short_name = fold(row.get("sigle", ""))
    former = frozenset(fold(text) for text in row.get("anciens", "").split("|") if text)
    return Choice(code=code, label=label, spellings=frozenset({short_name} - {""}), former=former)


def choices_of_fact(name: str, values: Iterable[str], folder: Path) -> tuple[Choice, ...]:
    """The values of a fact, with the labels of the referentials when they have some."""
    codes = tuple(values)
    if name == "niveau_maturite":
        labels = {level["code"]: level["libelle"] for level in read_yaml(folder / "maturite.yaml").data["niveaux"]}
    elif name in _LABELLED_FACTS:
        labels = {choice.code: choice.label for choice in choices_from_csv(folder / _LABELLED_FACTS[name])}
    else:
        with (folder / "valeurs.csv").open(encoding="utf-8", newline="") as stream:
            labels = {row["code"]: row["libelle"] for row in csv.DictReader(stream) if row["fait"] == name}
    return tuple(Choice(code=code, label=labels[code]) if code in labels else _plain(code) for code in codes)


def regime_choices(labels: Mapping[str, str]) -> tuple[Choice, ...]:
    """The given regimes (code → label), and always the two de minimis regulations of past aid."""
    known = _DE_MINIMIS | {code: label for code, label in labels.items() if code not in _DE_MINIMIS}
    return tuple(Choice(code=code, label=label) for code, label in known.items())


def maturity_criteria(folder: Path) -> tuple[Choice, ...]:
    """The criteria of the maturity grid."""
    rows = read_yaml(folder / "maturite.yaml").data["criteres"]
    return tuple(Choice(code=row["code"], label=row["libelle"]) for row in rows)
