"""At which amount of a resource each project enters the best selection: every amount at once, exactly.

For one limit and known values, the best selection changes at finitely many amounts: those of the choices that no
cheaper one is worth as much as (Nemhauser and Ullmann 1969). They are found project by project, in whole numbers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_MOST_KEPT = 200_000
_EXACT = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """From which amounts a project is in the best selection, in whole units of the resource."""

    first: int | None
    """The least amount with which it is in; ``None``: never."""
    steady: int | None
    """The least amount from which it is always in; ``None``: never, or it leaves again whatever is added."""
    spans: tuple[tuple[int, int | None], ...]
    """Every span of amounts with it, both ends included; ``None``: without end."""


def entries(
    values: Sequence[int], costs: Sequence[int], *, deadline: float, most: int | None = None
) -> tuple[Entry, ...] | None:
    """For each project; ``None`` when the choices are too many to hold. Raises ``TimeoutError`` at the deadline.

    ``most``: amounts beyond are not looked at. Of choices of equal value the cheapest is taken, then the first found.
    """
    if any(cost < 0 for cost in costs) or sum(map(abs, values)) >= _EXACT or sum(costs) >= _EXACT:
        return None
    spent, worth = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    held = np.zeros((1, len(values)), dtype=bool)
    for project in sorted(range(len(values)), key=lambda p: (costs[p], -values[p])):
        if values[project] <= 0:
            continue
        added = held.copy()
        added[:, project] = True
        all_spent = np.concatenate([spent, spent + costs[project]])
        all_worth = np.concatenate([worth, worth + values[project]])
        fits = np.ones(len(all_spent), dtype=bool) if most is None else all_spent <= most
        order = np.flatnonzero(fits)[np.lexsort((-all_worth[fits], all_spent[fits]))]
        ranked = all_worth[order]
        before = np.concatenate([[np.int64(-1)], np.maximum.accumulate(ranked)[:-1]])
        kept = order[ranked > before]
        if len(kept) > _MOST_KEPT:
            return None
        if time.monotonic() > deadline:
            raise TimeoutError("trop de choix efficaces pour le temps donné")
        spent, worth, held = all_spent[kept], all_worth[kept], np.vstack([held, added])[kept]
    return tuple(_entry(held[:, project], spent) for project in range(len(values)))


def _entry(inside: np.ndarray, spent: np.ndarray) -> Entry:
    """A project, from the choices by growing amount, each the best until the next one."""
    spans: list[tuple[int, int | None]] = []
    for rank in np.flatnonzero(inside):
        end = int(spent[rank + 1]) - 1 if rank + 1 < len(spent) else None
        if spans and spans[-1][1] is not None and spans[-1][1] + 1 == int(spent[rank]):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((int(spent[rank]), end))
    return Entry(
        first=spans[0][0] if spans else None,
        steady=spans[-1][0] if spans and spans[-1][1] is None else None,
        spans=tuple(spans),
    )
