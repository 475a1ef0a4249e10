"""What is published and what is kept silent, as ``publication.yaml`` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from rebond.data import data_folder
from rebond.data.shapes import RATE, TEXT, WHOLE, YES_NO, block, by_key, many, read_shaped
from rebond.reading.amounts import require_rate

EUROS = "€"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of a family: an amount when its unit is the euro, else a number of things."""

    code: str
    label: str
    unit: str
    above: tuple[str, str] | None = field(default=None, compare=False)
    """Family and measure that it is never below: who reads that one knows so much. An edition does not keep it."""

    @property
    def is_amount(self) -> bool:
        """Whether it is rounded when published."""
        return self.unit == EUROS


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Figures on the same things, told apart by the same tables: the last table is given up first."""

    code: str
    title: str
    tables: tuple[tuple[str, ...], ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The thresholds, each with its source in the file, and the tables."""

    units: int
    """A cell made of fewer units is not told."""
    share: Fraction
    """A cell of which one unit makes more is not told."""
    least_number: int
    least_amount: int
    """How much must stay uncertain of a cell that is not told, at the least."""
    step: int
    """Amounts are told as multiples of it."""
    rounds: int
    nodes: int
    dimensions: Mapping[str, str]
    families: tuple[Family, ...]

    def least(self, measure: Measure) -> int:
        """The least uncertainty on a figure that is not told."""
        return self.least_amount if measure.is_amount else self.least_number

    def told(self, measure: Measure, value: int) -> int:
        """A value as it is published: the nearest multiple of the step, for an amount."""
        if not measure.is_amount:
            return value
        return (2 * value + self.step) // (2 * self.step) * self.step

    def width(self, measure: Measure, largest: int) -> int:
        """How wide the values that a cell may have must stay: what its largest unit lacks to be no longer dominant."""
        lacking = largest / self.share - largest
        return max(self.least(measure), -int(-lacking // 1))


def load_rules(path: Path) -> Rules:
    """Read ``publication.yaml``; raises ``CatalogueError`` with every fault of the file."""
    data: dict[str, Any] = read_shaped(path, _SHAPE).data
    rules, effort = data["regles"], data["effort"]
    return Rules(
        units=rules["unites_min"]["valeur"],
        share=Fraction(require_rate(rules["part_max"]["valeur"])),
        least_number=rules["incertitude_min"]["nombre"],
        least_amount=rules["incertitude_min"]["montant"],
        step=rules["arrondi"]["valeur"],
        rounds=effort["tours"],
        nodes=effort["noeuds"],
        dimensions=data["dimensions"],
        families=tuple(
            Family(
                code=code,
                title=family["titre"],
                tables=tuple(tuple(table) for table in family["tableaux"]),
                measures=tuple(
                    Measure(
                        code=name,
                        label=each["libelle"],
                        unit=each["unite"],
                        above=tuple(each["au_moins"]) if "au_moins" in each else None,
                    )
                    for name, each in family["mesures"].items()
                ),
            )
            for code, family in data["chiffres"].items()
        ),
    )


_SOURCED = {"source": TEXT, "verifie": YES_NO}
_POSITIVE = {"type": "integer", "minimum": 1}
_SHAPE = block(
    schema={"const": "publication/v1"},
    regles=block(
        unites_min=block(valeur={"type": "integer", "minimum": 2}, **_SOURCED),
        part_max=block(valeur=RATE, **_SOURCED),
        incertitude_min=block(nombre=_POSITIVE, montant=_POSITIVE, **_SOURCED),
        arrondi=block(valeur=_POSITIVE, **_SOURCED),
    ),
    effort=block(tours=WHOLE, noeuds=WHOLE),
    dimensions=by_key(TEXT),
    chiffres=by_key(
        block(
            titre=TEXT,
            tableaux=many(many(TEXT, least=1), least=1),
            mesures=by_key(
                block(
                    frozenset({"au_moins"}),
                    libelle=TEXT,
                    unite=TEXT,
                    au_moins={"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2},
                )
            ),
        )
    ),
)


@cache
def shipped_rules() -> Rules:
    """The rules that are shipped: no catalogue of an instance loosens them."""
    return load_rules(data_folder() / "referentiels" / "publication.yaml")
