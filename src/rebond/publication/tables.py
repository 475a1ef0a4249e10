"""The tables of an edition as people read them, and as a spreadsheet takes them: for the site and the commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rebond.publication.cells import TOTAL, Key
from rebond.publication.edition import Edition, Figures
from rebond.publication.lines import LEVEL
from rebond.publication.rules import Measure
from rebond.units import format_euros, format_number

SILENT = "s"
"""What the French statistical service prints in place of a secret."""
NOT_MADE = "–"
LEGEND = (
    "s : case tue, parce qu’elle ou une case que l’on en déduirait tient à trop peu de groupes d’entreprises.",
    "– : chiffre non publié dans ce tableau.",
    "Les montants sont arrondis : leurs sommes peuvent différer du total.",
)
HEADER = ("chiffres", "mesure", "unité", "dimension 1", "valeur 1", "dimension 2", "valeur 2", "nombre", "remarque")
_PLAIN_WIDTH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a table; ``depth``: how far below a heading it is."""

    label: str
    cells: tuple[str, ...]
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with words in every cell."""

    title: str
    head: tuple[str, ...]
    """The first is that of the labels."""
    rows: tuple[Row, ...]
    note: str = ""


def tables_of(edition: Edition) -> tuple[Table, ...]:
    """Every table of an edition: one measure a column, or one table a measure where things are told apart twice."""
    families: dict[str, list[Figures]] = {}
    for figures in edition.figures:
        families.setdefault(figures.family, []).append(figures)
    return tuple(table for each in families.values() for table in _tables_of_family(each, edition))


def _tables_of_family(figures: Sequence[Figures], edition: Edition) -> Iterable[Table]:
    shown = dict.fromkeys(table for each in figures for table in each.tables)
    for table in shown:
        mine = [each for each in figures if each.tables]
        if len(table) < _PLAIN_WIDTH:
            yield _plain(table[0] if table else "", mine, edition)
        else:
            yield from (_crossed((table[0], table[1]), each, edition) for each in mine if table in each.tables)


def _plain(dimension: str, figures: Sequence[Figures], edition: Edition) -> Table:
    rows = [
        Row(
            label=words,
            depth=code.count(LEVEL),
            cells=tuple(
                value_of(each, ((dimension, code),)) if (dimension,) in each.tables else NOT_MADE for each in figures
            ),
        )
        for code, words in _codes(edition, dimension, figures)
    ]
    rows.append(Row(label="Total", cells=tuple(value_of(each, TOTAL) for each in figures)))
    by = f" par {lower_first(edition.dimensions.get(dimension, dimension))}" if dimension else ""
    return Table(
        title=f"{figures[0].title}{by}",
        head=(edition.dimensions.get(dimension, ""), *(each.measure.label for each in figures)),
        rows=tuple(rows),
        note=_note(figures),
    )


def _crossed(dimensions: tuple[str, str], figures: Figures, edition: Edition) -> Table:
    across, down = sorted(dimensions, key=lambda name: len(edition.labels.get(name, {})))
    columns = [*_codes(edition, across, [figures]), ("", "Total")]
    rows = [
        Row(
            label=words,
            depth=code.count(LEVEL),
            cells=tuple(value_of(figures, _key((down, code), (across, column))) for column, _ in columns),
        )
        for code, words in [*_codes(edition, down, [figures]), ("", "Total")]
    ]
    names = [edition.dimensions.get(name, name) for name in (down, across)]
    return Table(
        title=f"{figures.measure.label} par {lower_first(names[0])} et {lower_first(names[1])}",
        head=(names[0], *(words for _, words in columns)),
        rows=tuple(rows),
        note=_note([figures]),
    )


def value_of(figures: Figures, key: Key) -> str:
    """A cell in words: its value, nothing as zero, or that it is silent."""
    return written(figures.measure, figures.cells.get(key, 0))


def written(measure: Measure, value: int | None) -> str:
    """A value with its unit when it is an amount, or that it is silent."""
    if value is None:
        return SILENT
    return format_euros(value) if measure.is_amount else format_number(value)


def rows_of(edition: Edition) -> list[tuple[str, ...]]:
    """Every cell of an edition, one a line, for a spreadsheet or a programme: numbers without any mark."""
    found: list[tuple[str, ...]] = []
    for figures in edition.figures:
        for key, value in figures.cells.items():
            places = [
                (edition.dimensions.get(name, name), edition.labels.get(name, {}).get(code, code)) for name, code in key
            ]
            places += [("", "")] * (_PLAIN_WIDTH - len(places))
            remark = "secret" if value is None else "minimum" if figures.partial else ""
            found.append(
                (
                    figures.title,
                    figures.measure.label,
                    figures.measure.unit,
                    *places[0],
                    *places[1],
                    "" if value is None else str(value),
                    remark,
                )
            )
    return found


def _codes(edition: Edition, dimension: str, figures: Sequence[Figures]) -> list[tuple[str, str]]:
    """The values of a dimension that some of these figures have."""
    every = edition.labels.get(dimension, {}).items()
    return [(code, words) for code, words in every if any(((dimension, code),) in each.cells for each in figures)]


def _key(*parts: tuple[str, str]) -> Key:
    return tuple(sorted((name, code) for name, code in parts if code))


def _note(figures: Sequence[Figures]) -> str:
    lacking = [lower_first(each.measure.label) for each in figures if each.partial]
    return f"Des réponses manquent : ces chiffres sont des minimums ({', '.join(lacking)})." if lacking else ""


def lower_first(words: str) -> str:
    """Words that go on a sentence."""
    return f"{words[:1].lower()}{words[1:]}"
