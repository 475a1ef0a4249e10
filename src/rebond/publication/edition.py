"""An edition of published figures: numbered, dated, frozen; each is checked against those that were published before.

``prepare`` says what may be told; whoever publishes it decides. An edition withdrawn has been read: it still counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebond.publication.cells import TOTAL, Cells, Key, cells_of, shown
from rebond.publication.layers import Past, Reach, Why, layers_of, sensitive
from rebond.publication.lines import Basis, Line
from rebond.publication.rules import Family, Measure, Rules
from rebond.publication.silence import Silence, keep_silent

EMPTY: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One measure of a family, as it is published: the cells of its tables, those that are silent without a value."""

    family: str
    title: str
    """Of the family."""
    measure: Measure
    tables: tuple[tuple[str, ...], ...]
    """Those that are published; none: the measure is not."""
    cells: Mapping[Key, int | None]
    """Rounded; ``None``: silent. A cell that is not there holds nothing."""
    partial: bool = False
    """Some answers are missing: the figures are minimums."""

    @property
    def told(self) -> dict[Key, int]:
        """The cells that are told."""
        return {key: value for key, value in self.cells.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """For the pilot alone: what is silent of a measure, and why."""

    figures: Figures
    why: Mapping[Key, Why]
    dropped: tuple[tuple[str, ...], ...] = ()
    """Tables that could not be protected."""
    proven: bool = True
    """No safe choice tells more of these tables."""
    refused: Why | None = None
    """Why the measure is not published at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is published, with the words of its codes."""

    figures: tuple[Figures, ...]
    labels: Mapping[str, Mapping[str, str]]
    """Dimension → code → words, in the order of the tables."""
    dimensions: Mapping[str, str]
    """Dimension → words."""

    def as_data(self) -> dict[str, Any]:
        """As JSON-ready data: what is published, and nothing of why."""
        return {
            "labels": [[dimension, list(map(list, words.items()))] for dimension, words in self.labels.items()],
            "dimensions": dict(self.dimensions),
            "figures": [
                {
                    "family": each.family,
                    "title": each.title,
                    "measure": each.measure.code,
                    "label": each.measure.label,
                    "unit": each.measure.unit,
                    "partial": each.partial,
                    "tables": [list(table) for table in each.tables],
                    "cells": [[[list(part) for part in key], value] for key, value in each.cells.items()],
                }
                for each in self.figures
            ],
        }

    @classmethod
    def from_data(cls, data: Any) -> Edition:
        """What ``as_data`` wrote."""
        return cls(
            # Lists: a database keeps the order of a list, not that of keys.
            labels={dimension: dict(words) for dimension, words in data["labels"]},
            dimensions=data["dimensions"],
            figures=tuple(
                Figures(
                    family=each["family"],
                    title=each["title"],
                    measure=Measure(code=each["measure"], label=each["label"], unit=each["unit"]),
                    partial=each["partial"],
                    tables=tuple(tuple(table) for table in each["tables"]),
                    cells={tuple((name, code) for name, code in key): value for key, value in each["cells"]},
                )
                for each in data["figures"]
            ),
        )

    def of(self, family: str, measure: str) -> Figures | None:
        """The figures of a measure."""
        return next((each for each in self.figures if (each.family, each.measure.code) == (family, measure)), None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is told."""
        return not any(each.tables for each in self.figures)


Published = tuple[Edition, Basis]
"""An edition already published, and what it was made from."""


def prepare(basis: Basis, before: Sequence[Published], rules: Rules) -> tuple[Edition, tuple[Report, ...]]:
    """The edition that may be published after some others, and what of it is silent."""
    reports = tuple(
        _prepared(basis, before, rules, family, measure) for family in rules.families for measure in family.measures
    )
    figures = tuple(each.figures for each in reports)
    return Edition(figures=figures, labels=_words(figures, basis), dimensions=rules.dimensions), reports


def _words(figures: Iterable[Figures], basis: Basis) -> dict[str, dict[str, str]]:
    """The words of what is published alone: those of a measure that is not would tell where its firms are."""
    used = {part for each in figures for key in each.cells for part in key}
    found = {
        dimension: {code: text for code, text in words.items() if (dimension, code) in used}
        for dimension, words in basis.labels.items()
    }
    return {dimension: words for dimension, words in found.items() if words}


def is_same(edition: Edition, before: Sequence[Published]) -> bool:
    """Whether the last edition published tells the same: nothing would be new."""
    return bool(before) and before[-1][0].figures == edition.figures


def _prepared(basis: Basis, before: Sequence[Published], rules: Rules, family: Family, measure: Measure) -> Report:
    """The most useful tables first: without its last one, down to the total alone, until a safe silence is found."""
    refused = _refusal(basis, before, rules, family, measure)
    for count in range(len(family.tables), -1, -1) if refused is None else ():
        problem = _Problem(basis, before, rules, family, measure, family.tables[:count])
        found = problem.solve()
        if found is not None:
            return Report(
                figures=problem.figures(found, partial=measure.code in basis.partial),
                why={problem.cells.keys[cell]: why for cell, why in found.why.items()},
                dropped=family.tables[count:],
                proven=found.proven,
            )
    nothing = Figures(family=family.code, title=family.title, measure=measure, tables=(), cells={})
    return Report(figures=nothing, why={}, dropped=family.tables, refused=refused or Why.OTHERS)


def _refusal(basis: Basis, before: Sequence[Published], rules: Rules, family: Family, measure: Measure) -> Why | None:
    """Why even the total of a measure may not be told."""
    problem = _Problem(basis, before, rules, family, measure, ())
    if why := sensitive(problem.units[0], rules):
        return why
    layers = layers_of(problem.cells.sums, problem.units, problem.past, rules, measure, problem.floors)
    return next(
        (
            target.why
            for layer in layers
            for target in layer.targets
            if target.why is Why.DIFFERENCE and layer.reach[target.at] is Reach.IF_SILENT
        ),
        None,
    )


class _Problem:
    """Some tables of a measure, with what earlier editions told of their cells."""

    def __init__(
        self,
        basis: Basis,
        before: Sequence[Published],
        rules: Rules,
        family: Family,
        measure: Measure,
        tables: tuple[tuple[str, ...], ...],
    ) -> None:
        self._rules, self._family, self._measure, self._tables = rules, family, measure, tables
        lines = basis.lines.get(family.code, EMPTY)
        old = [each.lines.get(family.code, EMPTY) for _, each in before]
        every = dict.fromkeys((*tables, *_tables_of(before, family.code, measure)))
        self.cells: Cells = cells_of(tuple(every), _every(lines, old))
        self._shown = [shown(key, tables) for key in self.cells.keys]
        self.units = self.cells.values(lines, measure.code)
        self.floors = _floors(self.cells, basis, measure)
        self.past = tuple(
            Past(
                told=self._told(edition),
                units=tuple(self.cells.values(mine, measure.code)),
                floors=_floors(self.cells, earlier, measure),
            )
            for (edition, earlier), mine in zip(before, old, strict=True)
        )

    def solve(self) -> Silence | None:
        """The silent cells; ``None`` when they cannot be chosen."""
        rules = self._rules
        # What is sensitive today is silent even where an earlier edition told it.
        sensitive_now = [(cell, sensitive(units, rules)) for cell, units in enumerate(self.units)]
        layers = layers_of(self.cells.sums, self.units, self.past, rules, self._measure, self.floors)
        return keep_silent(
            len(self.cells.keys),
            layers,
            least=rules.least(self._measure),
            rounds=rules.rounds,
            nodes=rules.nodes,
            also={cell: why for cell, why in sensitive_now if why is not None},
            unshown={cell for cell, is_shown in enumerate(self._shown) if not is_shown},
        )

    def figures(self, silence: Silence, *, partial: bool) -> Figures:
        """As published. A cell that nothing fills is there only when it is silent."""
        cells: dict[Key, int | None] = {}
        for cell, key in enumerate(self.cells.keys):
            if not self._shown[cell]:
                continue
            if cell in silence.why:
                cells[key] = None
            elif self.units[cell] or key == TOTAL:
                cells[key] = self._rules.told(self._measure, sum(self.units[cell].values()))
        return Figures(
            family=self._family.code,
            title=self._family.title,
            measure=self._measure,
            tables=self._tables or ((),),
            cells=cells,
            partial=partial,
        )

    def _told(self, edition: Edition) -> dict[int, int]:
        """What an edition told of the cells of today: nothing of a measure or table that it did not publish."""
        figures = edition.of(self._family.code, self._measure.code)
        if figures is None or not figures.tables:
            return {}
        found: dict[int, int] = {}
        for cell, key in enumerate(self.cells.keys):
            if shown(key, figures.tables):
                value = figures.cells.get(key, 0)
                if value is not None:
                    found[cell] = value
        return found


def _floors(cells: Cells, basis: Basis, measure: Measure) -> tuple[int, ...]:
    """What each cell is known not to be below: the other measure, where its lines say the same of a thing."""
    family, code = measure.above or ("", "")
    lines = basis.lines.get(family, EMPTY)
    found = []
    for key in cells.keys:
        mine = [line for line in lines if all(line.place.get(name) == value for name, value in key)]
        found.append(sum(line.values.get(code, 0) for line in mine))
    return tuple(found)


def _tables_of(before: Sequence[Published], family: str, measure: Measure) -> Iterable[tuple[str, ...]]:
    """The tables of a measure in earlier editions: what they told is known."""
    for edition, _ in before:
        figures = edition.of(family, measure.code)
        yield from figures.tables if figures else ()


def _every(lines: Sequence[Line], old: Iterable[Sequence[Line]]) -> Iterable[Line]:
    yield from lines
    for each in old:
        yield from each
