"""The lists that importers read: they are data, advisers complete them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rebond.adapters.imports.draft import Organisation
from rebond.data.csvfile import csv_rows

_SPACES = re.compile(r"\s+")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV file."""
    return csv_rows(path)


def folded(text: str) -> str:
    """A text as two people would agree that it is the same: case, apostrophes, spaces, final stop left out.

    >>> folded("Tous secteurs d’activité. ") == folded("tous secteurs d'activité")
    True
    """
    plain = text.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")
    return _SPACES.sub(" ", plain).strip().rstrip(".").strip().casefold()


def slug(text: str) -> str:
    """A code made from a name.

    >>> slug("Agence de l'Eau Loire-Bretagne")
    'agence-de-l-eau-loire-bretagne'
    """
    ascii_text = unicodedata.normalize("NFKD", text.replace("œ", "oe")).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", ascii_text.casefold()).strip("-")


@dataclass(frozen=True, kw_only=True)
class PlaceNames:
    """Regions and départements by folded name, without accents."""

    regions: Mapping[str, str]
    departements: Mapping[str, str]
    region_of: Mapping[str, str]
    """Département → region."""

    def region(self, name: str) -> str | None:
        """INSEE code of a region."""
        return self.regions.get(slug(name))

    def departement(self, name: str) -> str | None:
        """Code of a département."""
        return self.departements.get(slug(name))


def load_place_names(referentials: Path) -> PlaceNames:
    """From ``regions.csv`` and ``departements.csv``."""
    departements = rows(referentials / "departements.csv")
    return PlaceNames(
        regions={slug(row["nom"]): row["code"] for row in rows(referentials / "regions.csv")},
        departements={slug(row["nom"]): row["code"] for row in departements},
        region_of={row["code"]: row["region"] for row in departements},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An operator as a source names it, and the organisation that it is."""

    code: str
    added: Organisation | None
    """To add to the catalogue; ``None`` when the referentials have it."""


def load_operators(path: Path, *, known: Iterable[str], source: str) -> dict[str, Operator]:
    """The operators of a table ``operateur, code, sigle, role, region``, by folded name."""
    codes = set(known)
    return {folded(row["operateur"]): _operator(row, codes, source) for row in rows(path)}


def _operator(row: Mapping[str, str], known: set[str], source: str) -> Operator:
    if row["code"] in known:
        return Operator(code=row["code"], added=None)
    added = Organisation(
        code=row["code"],
        name=row["operateur"],
        short_name=row["sigle"] or row["operateur"],
        role=row["role"],
        region=row["region"],
        source=source,
    )
    return Operator(code=row["code"], added=added)


def unlisted_operator(name: str, *, source: str) -> Operator:
    """An operator that no table names: it becomes an organisation of its own, with the role « autre »."""
    code = slug(name)
    added = Organisation(code=code, name=name.strip(), short_name=name.strip(), role="autre", source=source)
    return Operator(code=code, added=added)
