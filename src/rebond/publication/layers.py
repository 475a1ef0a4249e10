"""What a reader could work out, and what must stay uncertain.

One layer holds what is told of today with all that earlier editions told: a figure that has not changed and is told now
tells what an edition kept silent. Another, for each edition, holds what has changed since: whoever entered alone would
be the difference.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rebond.publication.rules import Measure, Rules


class Why(enum.StrEnum):
    """Why a cell is not told: for the pilot alone, a reader is only told that it is not."""

    FEW = "frequence"
    DOMINANT = "dominance"
    DIFFERENCE = "difference"
    OTHERS = "secondaire"

    @property
    def label(self) -> str:
        """The words shown to the pilot."""
        return {
            "frequence": "trop peu de groupes d’entreprises",
            "dominance": "un groupe en fait presque tout",
            "difference": "trop peu de groupes ont changé depuis une édition déjà publiée",
            "secondaire": "protège une autre case, qui se déduirait par soustraction",
        }[self.value]


class Reach(enum.Enum):
    """When a cell's value is uncertain to a reader of a layer."""

    IF_SILENT = "x"
    ALWAYS = "open"
    NEVER = "closed"


Units = Mapping[str, int]
"""Unit → what it adds to a figure."""
Sum = tuple[int, tuple[int, ...]]
"""A figure, and those that make it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that must stay uncertain, to anybody and to those whose own parts are in the table."""

    at: int
    width: int
    why: Why


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Figures that obey sums; how far each may be from the truth for all that a reader knows at first."""

    cells: tuple[int, ...]
    """Figure → the cell that gives it away when it is told."""
    sums: tuple[Sum, ...]
    units: tuple[Units, ...]
    down: tuple[int, ...]
    """A reader knows that a figure is not below zero."""
    up: tuple[int, ...]
    """Nor above the whole."""
    reach: tuple[Reach, ...]
    targets: tuple[Target, ...]

    @property
    def scale(self) -> int:
        """The order of its values."""
        return max((*self.down, *self.up), default=0) or 1


@dataclass(frozen=True, slots=True)
class Past:
    """An edition that was published, on the cells of today: what it told, and what it was made from."""

    told: Mapping[int, int]
    """Cell → value as published; a cell that is not there was kept silent."""
    units: tuple[Units, ...]
    floors: tuple[int, ...]


def sensitive(units: Units, rules: Rules) -> Why | None:
    """Why a cell made of these units may not be told; ``None`` when it may, an empty one included.

    A unit that adds nothing counts in the number of units; those that add something must also be enough, for each
    knows its own part.
    """
    if not units:
        return None
    amounts = [abs(amount) for amount in units.values() if amount]
    if len(units) < rules.units or 0 < len(amounts) < rules.units:
        return Why.FEW
    total = sum(amounts)
    return Why.DOMINANT if amounts and max(amounts) > rules.share * total else None


def layers_of(
    sums: Sequence[Sum],
    units: Sequence[Units],
    past: Sequence[Past],
    rules: Rules,
    measure: Measure,
    floors: Sequence[int],
) -> tuple[Layer, ...]:
    """Everything that must hold together: all that is told, of today and before, then what changed since each edition.

    The figures of today come first, in the order of their cells. ``floors``: what each is known not to be below.
    """
    found = [_together(sums, Past({}, tuple(units), tuple(floors)), past, rules, measure)]
    for edition in past:
        changed = [_change(now, before) for now, before in zip(units, edition.units, strict=True)]
        if any(changed):
            reach = [Reach.IF_SILENT if cell in edition.told else Reach.ALWAYS for cell in range(len(units))]
            found.append(_changes(sums, changed, reach, rules, measure))
    return tuple(found)


def _together(sums: Sequence[Sum], today: Past, past: Sequence[Past], rules: Rules, measure: Measure) -> Layer:
    """All editions at once, read by who knows which figures did not change: those are one figure, told once for all."""
    at: dict[tuple[int, int], int] = {}
    """Cell and value as published → figure."""
    layer = _Figures(rules, measure)
    rows: dict[Sum, None] = {}
    for rank, edition in enumerate((today, *past)):
        values = [sum(each.values()) for each in edition.units]
        whole_told = rank == 0 or 0 in edition.told
        whole = values[0] if whole_told else _beyond(values[0], rules, measure)
        figures = []
        for cell, value in enumerate(values):
            said = rules.told(measure, value)
            figure = at.setdefault((cell, said), len(at))
            down = max(0, value - edition.floors[cell])
            is_told = edition.told.get(cell) == said
            layer.add(figure, cell, edition.units[cell], (down, whole - value), today=rank == 0, told=is_told)
            figures.append(figure)
        rows |= {(figures[whole], tuple(figures[part] for part in parts)): None for whole, parts in sums}
    return layer.build(tuple(rows))


class _Figures:
    """The figures of all editions, as they are met."""

    def __init__(self, rules: Rules, measure: Measure) -> None:
        self._rules, self._measure = rules, measure
        self._cells: list[int] = []
        self._units: list[Units] = []
        self._down: list[int] = []
        self._up: list[int] = []
        self._reach: list[Reach] = []
        self._targets: dict[int, Target] = {}

    def add(self, figure: int, cell: int, units: Units, room: tuple[int, int], *, today: bool, told: bool) -> None:
        """A figure of an edition: a new one, or one that another edition has too."""
        if figure == len(self._cells):
            self._cells.append(cell)
            self._units.append(units)
            self._down.append(room[0])
            self._up.append(room[1])
            self._reach.append(Reach.IF_SILENT if today else Reach.ALWAYS)
        if told:
            self._reach[figure] = Reach.NEVER
        why = sensitive(units, self._rules)
        if why is not None:
            width = self._rules.width(self._measure, max(map(abs, units.values())))
            known = self._targets.get(figure)
            if known is None or known.width < width:
                self._targets[figure] = Target(figure, width, known.why if known else why)

    def build(self, sums: tuple[Sum, ...]) -> Layer:
        """The layer. What was told of a sensitive figure is told: nothing can be asked of it any more."""
        return Layer(
            cells=tuple(self._cells),
            sums=sums,
            units=tuple(self._units),
            down=tuple(self._down),
            up=tuple(self._up),
            reach=tuple(self._reach),
            targets=tuple(each for each in self._targets.values() if self._reach[each.at] is not Reach.NEVER),
        )


def _changes(
    sums: Sequence[Sum], changed: Sequence[Units], reach: Sequence[Reach], rules: Rules, measure: Measure
) -> Layer:
    """Who guesses the worst knows that a figure only grew, or only shrank."""
    values = tuple(sum(each.values()) for each in changed)
    most = max(sum(map(abs, each.values())) for each in changed)
    whole = most if reach[0] is Reach.IF_SILENT else _beyond(most, rules, measure)
    spread = [abs(value) for value in values]
    return Layer(
        cells=tuple(range(len(values))),
        sums=tuple(sums),
        units=tuple(changed),
        down=tuple(s if v >= 0 else whole - s for v, s in zip(values, spread, strict=True)),
        up=tuple(whole - s if v >= 0 else s for v, s in zip(values, spread, strict=True)),
        reach=tuple(reach),
        targets=tuple(
            Target(cell, rules.width(measure, max(map(abs, each.values()))), Why.DIFFERENCE)
            for cell, each in enumerate(changed)
            if sensitive(each, rules) is not None
        ),
    )


def _beyond(whole: int, rules: Rules, measure: Measure) -> int:
    """What no figure passes to who was not told the total."""
    return 2 * (whole + rules.least(measure))


def _change(now: Units, before: Units) -> dict[str, int]:
    """Unit by unit, what changed: whoever came or went is there even with nothing."""
    return {
        unit: now.get(unit, 0) - before.get(unit, 0)
        for unit in {*now, *before}
        if now.get(unit, 0) != before.get(unit, 0) or (unit in now) != (unit in before)
    }
