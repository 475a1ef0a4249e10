"""Which cells to keep silent so that none that must be is worked out: the least loss, and whether it is proven.

The choice starts from the cells that must be silent. Whenever a reader can work one out, the programme of that reader
gives an inequality that every safe choice obeys (Fischetti and Salazar-González, 2001); the cheapest choice that obeys
all of them is tried next. The first that nobody can work out is the best.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from rebond.publication.layers import Layer, Reach, Target, Why
from rebond.publication.reader import Floats, Reader, own_parts, quiet

TOTAL = 0
_SLACK = 1e-6
_NOTHING = 1e-9
_BY_ROUND = 40
"""Inequalities added before the choice is made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The cells that are not told, and why."""

    why: dict[int, Why]
    proven: bool
    """No safe choice loses less."""
    rounds: int


@dataclass(frozen=True)
class _Question:
    """Somebody asks for a cell: anybody, or a unit that knows its own part."""

    target: Target
    unit: str = ""


def must_be_silent(layers: Sequence[Layer]) -> dict[int, Why]:
    """The cells that are not told whatever the rest: those of today, and those whose change would tell."""
    found: dict[int, Why] = {}
    for layer in layers:
        for target in layer.targets:
            if layer.reach[target.at] is Reach.IF_SILENT:
                found.setdefault(layer.cells[target.at], target.why)
    return found


def loss_of(layer: Layer, cell: int) -> int:
    """What silence on a cell costs: itself, and the units whose figures it sums."""
    return 1 + len(layer.units[cell])


def keep_silent(
    count: int,
    layers: Sequence[Layer],
    *,
    least: int,
    rounds: int,
    nodes: int,
    also: Mapping[int, Why],
    unshown: Collection[int] = (),
) -> Silence | None:
    """The least silence that protects every layer; ``None`` when there is none with the total told, or none was found.

    ``count``: the number of cells; the total is the first. ``least``: how uncertain any silent cell must stay, one that
    could be told included: what can be worked out is not silent. ``also``: cells that are silent whatever readers know.
    ``unshown``: cells of no table of today, silent at no loss.
    """
    primary = {**must_be_silent(layers), **also}
    if TOTAL in primary:
        return None
    readers = [Reader(layer, count) for layer in layers]
    # An empty cell is no cover: whoever left it knows that it is empty.
    empty = {cell for cell in range(count) if not layers[0].units[cell]}
    told = {TOTAL, *empty} - {*primary, *unshown}
    master = _Master([loss_of(layers[0], cell) for cell in range(count)], {*primary, *unshown}, told, nodes)
    for turn in range(1, rounds + 1):
        found = master.choose()
        if found is None:
            return None
        silent, best = found
        broken = 0
        for reader in readers:
            reader.silence(silent)
            broken += _settle(reader, master, silent, {*primary, *unshown}, least=least if reader is readers[0] else 0)
        if not broken:
            why = {
                cell: primary.get(cell, Why.OTHERS) for cell, held in enumerate(silent) if held and cell not in unshown
            }
            return Silence(why=why, proven=best, rounds=turn)
    return None


def _settle(reader: Reader, master: _Master, silent: Sequence[bool], given: Collection[int], *, least: int) -> int:
    """Ask everything of a layer; each answer that is too narrow becomes an inequality. How many did."""
    broken = 0
    for question in _questions(reader.layer, silent):
        target = question.target
        own = own_parts(reader.layer.units, question.unit) if question.unit else None
        if reader.width(target.at, target.width, own) < target.width * (1 - _SLACK):
            weights, anyway = reader.cut(target.at, own)
            master.require(weights, target.width - anyway)
            broken += 1
            if broken >= _BY_ROUND:
                return broken
    if broken or not least:
        return broken
    for cell, held in enumerate(silent):
        if held and cell not in given and reader.width(cell, least) < least * (1 - _SLACK):
            weights, anyway = reader.cut(cell)
            master.require(weights, least - anyway, of=cell)
            broken += 1
    return broken


def _questions(layer: Layer, silent: Sequence[bool]) -> Iterator[_Question]:
    """Anybody first; then those that are alone in a silent cell, and those of the cell itself."""
    for target in layer.targets:
        yield _Question(target)
    alone = sorted(_alone(layer, silent))
    for target in layer.targets:
        mine = layer.units[target.at]
        for unit in dict.fromkeys((*alone, *(mine if len(mine) > 1 else ()))):
            others = sum(abs(amount) for name, amount in mine.items() if name != unit)
            if others:
                yield _Question(Target(target.at, min(target.width, _within(others, target)), target.why), unit)


def _within(others: int, target: Target) -> int:
    """What must stay uncertain to a unit of the cell: never more than the others' part is worth."""
    return max(1, min(others, target.width))


def _alone(layer: Layer, silent: Sequence[bool]) -> Iterable[str]:
    return {
        next(iter(units))
        for units, cell, reach in zip(layer.units, layer.cells, layer.reach, strict=True)
        if len(units) == 1 and (reach is Reach.ALWAYS or (reach is Reach.IF_SILENT and silent[cell]))
    }


class _Master:
    """The choice of silent cells under the inequalities found so far."""

    def __init__(self, losses: Sequence[int], given: Collection[int], told: Collection[int], nodes: int) -> None:
        self._count = len(losses)
        self._highs = quiet(
            (("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-6), ("mip_feasibility_tolerance", 1e-7), ("mip_max_nodes", nodes))
        )
        for cell, loss in enumerate(losses):
            least, most = float(cell in given), float(cell not in told)
            self._highs.addCol(float(loss), least, most, 0, np.array([], dtype=np.int32), np.array([]))
            self._highs.changeColIntegrality(cell, highspy.HighsVarType.kInteger)

    def require(self, weights: Floats, least: float, *, of: int | None = None) -> None:
        """Silent cells must weigh that much, when ``of`` is silent if it is given; each is worth at most the whole."""
        row = np.minimum(weights / max(least, _NOTHING), 1.0) if least > 0 else np.ones(self._count)
        if of is not None:
            row[of] -= 1.0
        floor = 1.0 if of is None else 0.0
        columns = np.flatnonzero(np.abs(row) > _NOTHING).astype(np.int32)
        self._highs.addRow(floor, highspy.kHighsInf, len(columns), columns, row[columns])

    def choose(self) -> tuple[list[bool], bool] | None:
        """The cheapest choice and whether it is proven; ``None`` when nothing obeys, or nothing was found."""
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if self._highs.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return None
        columns = self._highs.getSolution().col_value
        return [round(value) == 1 for value in columns], status == highspy.HighsModelStatus.kOptimal
