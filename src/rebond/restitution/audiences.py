"""Who reads each datum outside the team: declared once (``confidentialite.yaml``), applied by one function.

Sheets, forms, workbook help, documents and the page of the guide are made from it. Whoever tells anything of a project
gathers all that there is to tell, and gives what ``Audiences.given`` leaves of it.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from rebond.data import data_folder
from rebond.data.csvfile import csv_rows
from rebond.data.referentials import load_labels
from rebond.data.yamlfile import read_yaml
from rebond.errors import CatalogueError, Fault
from rebond.units import format_euros

FILE = "confidentialite.yaml"
TEAM_ONLY = "equipe"


class Reader(enum.StrEnum):
    """Who reads something outside the team; the values of the site's roles, and the press."""

    FIRM = "entreprise"
    COMMITTEE = "copil"
    PARTNER = "partenaire"
    OBSERVER = "observateur"
    PRESS = "presse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """For whom a datum is; the team reads them all."""

    code: str
    title: str
    sensitivity: str
    """Of an answer: ``public``, ``partenaires``, ``mission``."""
    readers: frozenset[Reader]


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """Something told of a project."""

    key: str
    title: str
    kind: str
    """Its column in the table of who sees what."""
    field: str
    """``sheet.column`` of the workbook it comes from; empty when it is computed."""
    audience: str
    veiled: bool = False
    """Whether a project under a code name tells it too, in a form that fits several firms."""


Traits: TypeAlias = tuple[str, str, str]
"""Place, kind and range of cost, as they are told of a project under a code name; empty: not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiences:
    """The declaration."""

    threshold: int
    """How many firms must fit what is told of a project under a code name."""
    bands: tuple[int, ...]
    audiences: Mapping[str, Audience]
    data: Mapping[str, Datum]
    fields: Mapping[str, str]
    """``sheet.column`` → its audience."""
    facts: Mapping[str, str]
    """Fact of the dictionary → its audience."""
    kinds: Mapping[str, str]
    """Kind of project → its words."""

    def admits(self, audience: str, reader: Reader) -> bool:
        """Whether a reader is of that audience, for a project that is named to them."""
        return reader in self.audiences[audience].readers

    def gives(self, key: str, reader: Reader, *, named: bool) -> bool:
        """Whether a reader is given a datum of a project; ``named``: under its name, else under a code name."""
        datum = self.data[key]
        return self.admits(datum.audience, reader) and (named or datum.veiled)

    def given(self, told: Mapping[str, Any], reader: Reader, *, named: bool) -> dict[str, Any]:
        """What a reader is given of all that there is to tell of a project."""
        return {key: value for key, value in told.items() if self.gives(key, reader, named=named)}

    def band(self, amount: Decimal | int) -> str:
        """The range in which an amount is told."""
        below = [each for each in self.bands if each <= amount]
        above = [each for each in self.bands if each > amount]
        if not below:
            return f"moins de {format_euros(above[0])}"
        if not above:
            return f"{format_euros(below[-1])} ou plus"
        return f"de {format_euros(below[-1])} à {format_euros(above[0])}"

    def veiled(self, traits: Traits, every: Collection[tuple[object, Traits]]) -> Traits:
        """What may be told of a project under a code name, ``every``: (firm, traits) of all the projects.

        At least ``threshold`` firms fit it: the place is left out first, then the kind, then the range of the cost.
        """
        for kept in ((True, True, True), (False, True, True), (False, False, True)):
            place, kind, cost = (value if keep else "" for value, keep in zip(traits, kept, strict=True))
            if len(firms_that_fit((place, kind, cost), every)) >= self.threshold:
                return place, kind, cost
        return "", "", ""


def firms_that_fit(told: Iterable[str], every: Iterable[tuple[object, Traits]]) -> set[object]:
    """The firms with a project that what is told could be of."""
    said = tuple(told)
    return {
        firm
        for firm, traits in every
        if all(not word or word == value for word, value in zip(said, traits, strict=True))
    }


def load_audiences(folder: Path) -> Audiences:
    """Read the declaration of a folder of referentials; raises ``CatalogueError`` with every fault."""
    file = read_yaml(folder / FILE)
    if file.faults:
        raise CatalogueError(file.faults)
    data: Any = file.data
    audiences = {
        code: Audience(
            code=code,
            title=row["titre"],
            sensitivity=row["sensibilite"],
            readers=frozenset(Reader(each) for each in row["lecteurs"]),
        )
        for code, row in data["audiences"].items()
    }
    fields = _field_audiences(folder / "classeur.yaml")
    faults = [
        file.fault(
            ("donnees", key), row["champ"], "cette colonne n'est pas dans classeur.yaml", "la nommer feuille.cle"
        )
        for key, row in data["donnees"].items()
        if "champ" in row and row["champ"] not in fields
    ]
    faults += [
        Fault(
            where=f"classeur.yaml, {name}", found=code, problem="audience inconnue", mend=f"une de : {_list(audiences)}"
        )
        for name, code in fields.items()
        if code not in audiences
    ]
    if faults:
        raise CatalogueError(faults)
    return Audiences(
        threshold=data["seuil"],
        bands=tuple(data["tranches"]),
        audiences=audiences,
        data={
            key: Datum(
                key=key,
                title=row["titre"],
                kind=row["genre"],
                field=row.get("champ", ""),
                audience=row.get("audience") or fields[row["champ"]],
                veiled=row.get("sous_nom_de_code") == "oui",
            )
            for key, row in data["donnees"].items()
        },
        fields=fields,
        facts={row["nom"]: row["audience"] for row in csv_rows(folder / "faits.csv", "nom", "audience")},
        kinds=load_labels(folder / "types_projet.csv"),
    )


def _list(codes: Iterable[str]) -> str:
    return ", ".join(codes)


def _field_audiences(path: Path) -> dict[str, str]:
    """The audience of each column of the workbook; one without any is the team's (``load_layout`` refuses it)."""
    file: Any = read_yaml(path).data
    return {
        f"{sheet['cle']}.{column['cle']}": column.get("audience", TEAM_ONLY)
        for sheet in file["feuilles"]
        for column in sheet["colonnes"]
    }


@cache
def audiences() -> Audiences:
    """The declaration that is shipped: no catalogue of an instance loosens it."""
    return load_audiences(data_folder() / "referentiels")
