"""Projects with marks by criterion, limits, and what is known of the weights: all in whole numbers.

A portfolio is worth Σ over its projects of Σ weight × mark, the weights adding up to 1. Marks may be intervals, weights
any polytope. J. Liesiö, P. Mild, A. Salo, « Preference programming for robust portfolio modeling and project
selection », European Journal of Operational Research 181 (2007) 1488-1505.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from rebond.errors import SolverError
from rebond.portfolio.choosing.row import Row

Portfolio = tuple[int, ...]
"""The projects of it, by rank, in order."""


class NoPortfolioError(SolverError):
    """No portfolio keeps every row."""

    def __init__(self) -> None:
        super().__init__("les contraintes se contredisent : aucune sélection n'est possible")


class Status(enum.StrEnum):
    """Where a project stands, whatever the weights and marks may be."""

    CORE = "coeur"
    BORDERLINE = "limite"
    EXTERIOR = "exterieur"
    OPEN = "non_etabli"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "coeur": "Cœur",
            "limite": "Limite",
            "exterieur": "Extérieur",
            "non_etabli": "Non établi",
        }[self.value]


class Definition(enum.StrEnum):
    """Which portfolios are compared."""

    NON_DOMINATED = "non_dominee"
    POTENTIALLY_OPTIMAL = "potentiellement_optimale"

    @property
    def sentence(self) -> str:
        """What the definition means, for people."""
        return {
            "non_dominee": "sélections non dominées : aucune autre ne vaut au moins autant pour tous les poids et "
            "toutes les notes possibles, et davantage pour certains (Liesiö, Mild et Salo 2007)",
            "potentiellement_optimale": "sélections potentiellement optimales : les meilleures pour des poids et des "
            "notes possibles au moins",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustProblem:
    """What is known; ``low`` and ``high`` are marks by project then criterion, each worth ``unit``."""

    projects: tuple[str, ...]
    criteria: tuple[str, ...]
    low: tuple[tuple[int, ...], ...]
    high: tuple[tuple[int, ...], ...]
    rows: tuple[Row, ...]
    weight_rows: tuple[tuple[int, ...], ...] = ()
    """Each says Σ coefficient × weight ≥ 0, the weights being at least 0."""
    weight_names: tuple[str, ...] = ()
    """What each of these rows says, in words; empty when nobody will read them."""
    unit: Fraction = Fraction(1)

    @property
    def exact(self) -> bool:
        """Whether every mark is known."""
        return self.low == self.high

    def values(self, marks: Sequence[Sequence[int]], weights: Sequence[int]) -> list[int]:
        """What each project is worth under whole weights."""
        return [sum(w * mark for w, mark in zip(weights, row, strict=True)) for row in marks]

    def lead(self, portfolio: Portfolio, rival: Portfolio) -> list[int]:
        """By criterion, what a portfolio has more than a rival for the marks that favour it most."""
        mine, theirs = set(portfolio) - set(rival), set(rival) - set(portfolio)
        return [
            sum(self.high[p][c] for p in mine) - sum(self.low[p][c] for p in theirs) for c in range(len(self.criteria))
        ]

    def best_marks_of(self, portfolio: Portfolio) -> tuple[tuple[int, ...], ...]:
        """The marks that favour a portfolio most: the highest of its projects, the lowest of the others."""
        inside = set(portfolio)
        return tuple(self.high[p] if p in inside else self.low[p] for p in range(len(self.projects)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Weights (whole, relative to one another) and a portfolio that is the best under them, or not dominated.

    Its marks, where they are intervals: the highest for its projects, the lowest for the others.
    """

    weights: tuple[int, ...] | None
    """``None``: the portfolio is not dominated, yet no weights were found under which it is the best."""
    portfolio: Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is found of one project."""

    status: Status
    inside: Witness | None
    outside: Witness | None
    share: Fraction | None = None
    """Share of the non-dominated portfolios that hold it (the core index), when they are all known."""

    @property
    def settled(self) -> bool:
        """Whether a witness that lacks is proven impossible."""
        return self.status is not Status.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Regret:
    """The portfolio that loses least, at worst, beside the best one that the true weights and marks would tell."""

    portfolio: Portfolio
    most: Fraction
    bound: float
    """No portfolio has a smaller greatest regret than this."""
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustResult:
    """Core, borderline and exterior projects, under the definition named."""

    definition: Definition
    complete: bool
    findings: tuple[Finding, ...]
    portfolios: tuple[Portfolio, ...]
    """Those of the definition that were found: all of them when ``complete`` and ``counted``."""
    counted: bool
    """Whether ``portfolios`` holds every non-dominated portfolio."""
    regret: Regret | None
    extreme_weights: int
    seconds: float = field(compare=False)

    @property
    def sentence(self) -> str:
        """Whether all is settled."""
        if self.complete:
            return "Résultat complet : chaque statut est établi."
        return (
            "Résultat inachevé, temps écoulé : « limite » est établi par deux témoins ; « non établi » ne dit rien "
            "encore."
        )
