"""Closed lists: codes are stored, labels are shown, both are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from rebond.data.csvfile import csv_rows
from rebond.data.yamlfile import read_yaml
from rebond.dispositifs.organisations import Organisation
from rebond.reading.choices import Choice
from rebond.reading.words import fold

LONGEST_LIST = 60
"""Choices; a longer list is one of the catalogue, which grows: no page nor schema that is published repeats it."""

_DE_MINIMIS = {
    "de_minimis_2023": "De minimis (règlement 2023/2831)",
    "de_minimis_2013": "De minimis (règlement 1407/2013)",
}
_SPELLINGS = {
    "liee": "liée",
    "c_partielle": "c (en partie)",
    "cout": "coût",
    "releve": "relève",
    "a_lancer": "à lancer",
    "achevee": "achevée",
    "abandonnee": "abandonnée",
    "ecartee": "écartée",
    "prevalidation": "prévalidation locale",
    "instruction": "instruction de l'opérateur",
    "decision_nationale": "décision nationale",
    "desistement": "désistement",
    "defavorable": "défavorable",
    "bloquee": "bloquée",
    "eti": "ETI",
    "muri": "mûri",
    "abandonne": "abandonné",
    "autre_conseil": "passé à un autre conseil",
}
"""Labels of short codes that no file carries: the code with its accents."""


def plain_choices(codes: Iterable[str]) -> tuple[Choice, ...]:
    """Codes that no file labels."""
    return tuple(Choice(code=code, label=_SPELLINGS.get(code, code.replace("_", " "))) for code in codes)


def choices_from_csv(path: Path) -> tuple[Choice, ...]:
    """The first two columns of a CSV are code and label; ``sigle`` and ``autres_noms`` are other names.

    ``anciens``: the values that were split up.
    """
    return tuple(_choice(row) for row in csv_rows(path))


def _choice(row: Mapping[str, str]) -> Choice:
    code, label, *_ = row.values()
    names = (row.get("sigle", ""), *row.get("autres_noms", "").split("|"))
    former = frozenset(fold(text) for text in row.get("anciens", "").split("|") if text)
    return Choice(code=code, label=label, spellings=frozenset(map(fold, names)) - {""}, former=former)


def organisation_choices(organisations: Iterable[Organisation]) -> tuple[Choice, ...]:
    """Organisations of a catalogue; the short name and former ones are other names."""
    return tuple(
        Choice(
            code=one.code,
            label=one.name,
            spellings=frozenset(fold(name) for name in (one.short_name, *one.other_names)) - {""},
        )
        for one in organisations
    )


def regime_choices(labels: Mapping[str, str]) -> tuple[Choice, ...]:
    """The given regimes (code → label), and always the two de minimis regulations of past aid."""
    known = _DE_MINIMIS | {code: label for code, label in labels.items() if code not in _DE_MINIMIS}
    return tuple(Choice(code=code, label=label) for code, label in known.items())


def maturity_criteria(folder: Path) -> tuple[Choice, ...]:
    """The criteria of the maturity grid."""
    rows = read_yaml(folder / "maturite.yaml").data["criteres"]
    return tuple(Choice(code=row["code"], label=row["libelle"]) for row in rows)
