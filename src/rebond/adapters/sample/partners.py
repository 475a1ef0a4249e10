"""What partners already know, as they wrote it, and the truth that tests compare linkage with."""

from __future__ import annotations

from typing import TypedDict

from rebond.adapters.sample import source
from rebond.adapters.sample.noise import Noise

_FROM_PROJECT = "auto"
"""In ``listes.csv``: the amount is the project's cost, as the partner remembers it."""


class TruthRow(TypedDict):
    """Which firm and project an entry really is; empty when it is none of the sample's."""

    entree: str
    entreprise: str
    projet: str


def partner_rows(seed: int) -> list[dict[str, str | None]]:
    """The rows of the sheet of partner lists, as text, noise included."""
    noise = Noise(seed)
    costs = {str(project["id"]): source.total_cost(project) for project in source.projects()}
    return [_row(noise, rank, record, costs) for rank, record in enumerate(source.table("listes"), start=1)]


def sample_truth() -> list[TruthRow]:
    """The truth, entry by entry, in the order of the sheet: it does not depend on the seed."""
    return [
        TruthRow(entree=f"L{rank:03d}", entreprise=record["id_entreprise"], projet=record["id_projet"])
        for rank, record in enumerate(source.table("listes"), start=1)
    ]


def _row(noise: Noise, rank: int, record: dict[str, str], costs: dict[str, int]) -> dict[str, str | None]:
    amount = record["montant"]
    return {
        "partenaire": record["partenaire"],
        "entreprise": noise.name(record["entreprise"]),
        "siren": noise.identifier(record["id_entreprise"] or f"X{rank:03d}"),
        "commune": noise.commune(record["commune"]),
        "projet": noise.title(record["projet"]),
        "montant": str(noise.amount(costs[record["id_projet"]])) if amount == _FROM_PROJECT else amount,
        "date": record["date"],
    }
