"""Small lists of codes and labels: axes of the roadmap, sizes, types of project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rebond.data.csvfile import csv_rows


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
    kinds: Mapping[str, str]
    """Of projects."""
    themes: Mapping[str, str]
    """What a project serves."""
    sectors: Mapping[str, str]
    """Division of activities → its label."""


def load_axes(folder: Path) -> tuple[Axis, ...]:
    """``axes.csv``, in its order."""
    return tuple(
        Axis(code=row["code"], label=row["libelle"], description=row["description"])
        for row in csv_rows(folder / "axes.csv", "code", "libelle", "description")
    )


def load_labels(path: Path) -> dict[str, str]:
    """Code → label of a list such as ``tailles.csv``."""
    return {row["code"]: row["libelle"] for row in csv_rows(path, "code", "libelle")}
