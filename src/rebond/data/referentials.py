"""Small lists of codes and labels: axes of the roadmap, sizes, types of project."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis of the roadmap."""

    code: str
    label: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The French words for the codes of a mission's result; ``maturity_levels`` from the least to the most mature."""

    organisations: Mapping[str, str]
    """Full names."""
    roles: Mapping[str, str]
    """Organisation → ``operateur_etat``, ``financeur_local``, ``conseil``…"""
    dispositifs: Mapping[str, str]
    regimes: Mapping[str, str]
    natures: Mapping[str, str]
    epcis: Mapping[str, str]
    maturity_levels: Mapping[str, str]
    axes: Mapping[str, str]


def load_axes(folder: Path) -> tuple[Axis, ...]:
    """``axes.csv``, in its order."""
    return tuple(
        Axis(code=row["code"], label=row["libelle"], description=row["description"])
        for row in _rows(folder / "axes.csv")
    )


def load_labels(path: Path) -> dict[str, str]:
    """Code → label of a list such as ``tailles.csv``."""
    return {row["code"]: row["libelle"] for row in _rows(path)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
