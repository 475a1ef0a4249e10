"""The path of a project that is not ripe: what evidence lacks, and in which order it is soonest ripe.

A step is one thing to do: to climb one level of one criterion, or to bring the proof of a level already declared. The
path has the fewest steps; among those, proofs alone rather than climbs, then the lowest levels, for each is harder than
the one before, then the fewest pieces of evidence, then the first criteria of the grid. Unknown counts as 0, as it does
for the grid: a project is surely ripe at the end of the path, whatever is learnt on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Maybe
from rebond.maturity import CriterionLevel, Grid, Maturity

__all__ = ["Path", "Piece", "path_to_ripe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of evidence to bring, for one criterion."""

    criterion: str
    label: str
    used: Maybe[int]
    """The level that the criterion counts for today."""
    declared: Maybe[int]
    target: int
    """The level that the evidence is to prove."""
    asks: str
    """What that level is, in the words of the grid."""
    needs_proof: bool
    """Whether a level is nothing without its proof."""

    @property
    def is_proof_alone(self) -> bool:
        """Whether all that lacks is the proof of a level already declared."""
        return self.declared is not UNKNOWN and self.declared >= self.target

    @property
    def steps(self) -> int:
        """How many things there are to do for it."""
        return _steps(self.declared, self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What brings a project to ripe; no step when it is, or when no evidence can."""

    pieces: tuple[Piece, ...]
    imposed: bool = False
    """A person fixed the level below what ripeness asks: no evidence changes it, only that person does."""

    @property
    def steps(self) -> int:
        """Things to do in all."""
        return sum(piece.steps for piece in self.pieces)


def _steps(declared: Maybe[int], target: int) -> int:
    return max(1, _climb(declared, target))


def _climb(declared: Maybe[int], target: int) -> int:
    return max(0, target - (0 if declared is UNKNOWN else declared))


def _cost(declared: Maybe[int], target: int) -> tuple[int, int, int, int]:
    """Of one piece of evidence, as ``_Cost``."""
    climb = _climb(declared, target)
    return _steps(declared, target), climb, sum(range(target - climb + 1, target + 1)), 1


def path_to_ripe(maturity: Maturity, grid: Grid) -> Path:
    """The shortest way from what the evidence gives today to the level from which a project is ripe."""
    if maturity.ripe is Truth.YES:
        return Path(pieces=())
    if maturity.overridden:
        return Path(pieces=(), imposed=True)
    targets = _cheapest(maturity.criteria, grid)
    pieces = [
        Piece(
            criterion=row.criterion.code,
            label=row.criterion.label,
            used=row.used,
            declared=row.declared,
            target=target,
            asks=row.criterion.levels[target],
            needs_proof=target > grid.proof_needed_above,
        )
        for row, target in zip(maturity.criteria, targets, strict=True)
        if target is not None
    ]
    return Path(pieces=tuple(sorted(pieces, key=lambda piece: piece.steps)))


_Cost = tuple[int, int, int, int, tuple[int, ...]]
"""Steps, levels climbed, their heights added up, pieces, then the choices: the first criteria of the grid."""


def _cheapest(criteria: Sequence[CriterionLevel], grid: Grid) -> list[int | None]:
    """The level that each criterion is brought to; ``None``: it is left as it is.

    The grid asks for a mean and for a least level of each criterion: only the sum of levels ties the criteria together,
    so that for each sum the cheapest choice of the criteria before is enough.
    """
    asked = grid.level(grid.ripe_from)
    best: dict[int, tuple[_Cost, tuple[int | None, ...]]] = {0: ((0, 0, 0, 0, ()), ())}
    for row in criteria:
        after: dict[int, tuple[_Cost, tuple[int | None, ...]]] = {}
        for total, ((*before, order), chosen) in best.items():
            for target, level in _choices(row, asked.each_at_least):
                more = (0, 0, 0, 0) if target is None else _cost(row.declared, target)
                steps, climb, height, pieces = map(sum, zip(before, more, strict=True))
                cost = (steps, climb, height, pieces, (*order, int(target is None), level))
                if total + level not in after or cost < after[total + level][0]:
                    after[total + level] = cost, (*chosen, target)
        best = after
    reached = [found for total, found in best.items() if Decimal(total) / len(criteria) >= asked.mean_at_least]
    return list(min(reached)[1]) if reached else [None] * len(criteria)


def _choices(row: CriterionLevel, least: int) -> Iterator[tuple[int | None, int]]:
    """Where a criterion may be brought: (target, level that it counts for)."""
    used = 0 if row.used is UNKNOWN else row.used
    if used >= least:
        yield None, used
    # The proof of a level already declared costs the same as that of a lower one.
    declared = 0 if row.declared is UNKNOWN else row.declared
    for level in range(max(used + 1, least, declared), row.criterion.best + 1):
        yield level, level
