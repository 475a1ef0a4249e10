"""The evidence that was promised to an adviser, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rebond.facts import UNKNOWN, Promiser
from rebond.web.advice.models import Accompaniment, PromisedEvidence
from rebond.web.advice.paths import Ripeness
from rebond.web.catalogue.reading import maturity_grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A piece of evidence that was promised, and whether it came."""

    row: PromisedEvidence
    label: str
    asks: str
    """What the level promised is, in the words of the grid; empty: whatever it shows."""
    kept: bool
    late: bool

    @property
    def by(self) -> str:
        """Who is to bring it."""
        return Promiser(self.row.by).label


def promises_of(accompaniment: Accompaniment, ripeness: Ripeness | None, on: date) -> Iterable[Promise]:
    """What was promised to an adviser, and what came of it."""
    used = {} if ripeness is None else {row.criterion.code: row.used for row in ripeness.maturity.criteria}
    criteria = {criterion.code: criterion for criterion in maturity_grid().criteria}
    for row in accompaniment.promises.all():
        criterion, level = criteria.get(row.criterion), used.get(row.criterion, UNKNOWN)
        kept = level is not UNKNOWN and level >= (1 if row.level is None else row.level)
        asks = ""
        if criterion is not None and row.level is not None and row.level <= criterion.best:
            asks = criterion.levels[row.level]
        yield Promise(
            row=row,
            label=criterion.label if criterion else row.criterion,
            asks=asks,
            kept=kept,
            late=not kept and accompaniment.is_open and row.before is not None and row.before < on,
        )
