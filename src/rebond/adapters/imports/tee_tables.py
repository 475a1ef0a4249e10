"""The lists that read TEE: operators, objectives, natures, labels of sectors."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from rebond.adapters.imports.tables import (
    Operator,
    PlaceNames,
    folded,
    load_operators,
    load_place_names,
    rows,
    unlisted_operator,
)
from rebond.data import catalogue_part
from rebond.dispositifs.organisations import load_organisations
from rebond.eligibility.dictionary import load_dictionary

SOURCE = "TEE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """An objective of TEE in our words."""

    words: str
    """As the publicodes rules of TEE call it."""
    values: tuple[str, ...]
    """Values of the fact ``objectifs`` that stand for it, the closest first."""
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TeeTables:
    """Everything that reading TEE rests on."""

    operators: Mapping[str, Operator]
    objectives: Mapping[str, Objective]
    instruments: Mapping[str, str]
    sectors: Mapping[str, AbstractSet[str]]
    places: PlaceNames
    all_objectives: tuple[str, ...]
    """Every value of the fact ``objectifs``."""
    all_regions: tuple[str, ...]

    def operator(self, name: str) -> Operator:
        """An operator by the name that TEE gives it."""
        return self.operators.get(folded(name)) or unlisted_operator(name, source=SOURCE)


def load_tee_tables(folder: Path) -> TeeTables:
    """The tables of a catalogue, or the shipped ones."""
    referentials = catalogue_part(folder, "referentiels")
    places = load_place_names(referentials)
    known = load_organisations(folder)
    return TeeTables(
        operators=load_operators(referentials / "operateurs_tee.csv", known=known, source=SOURCE),
        objectives={row["objectif_tee"]: _objective(row) for row in rows(referentials / "objectifs_tee.csv")},
        instruments={folded(row["nature_tee"]): row["forme"] for row in rows(referentials / "natures_tee.csv")},
        sectors={
            folded(row["libelle"]): frozenset(row["sections"].split("|"))
            for row in rows(referentials / "secteurs_tee.csv")
        },
        places=places,
        all_objectives=load_dictionary(referentials / "faits.csv")["objectifs"].values,
        all_regions=tuple(sorted(places.regions.values())),
    )


def _objective(row: Mapping[str, str]) -> Objective:
    also = tuple(value for value in row["aussi"].split("|") if value)
    return Objective(words=row["libelle_tee"], values=(row["objectif"], *also), fields=tuple(row["champs"].split("|")))
