"""Nothing silent can be worked out: an attacker written apart, from the published tables alone, tries all of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.publication.edition import Edition, Figures, is_same, prepare
from rebond.publication.layers import Why
from rebond.publication.lines import Basis, Line
from rebond.publication.rules import Family, Measure, Rules, shipped_rules

SHIPPED = shipped_rules()
COUNT = Measure(code="n", label="Projets", unit="projets")
MONEY = Measure(code="e", label="Investissement", unit="€")
TABLES = (("t",), ("s",), ("t", "v"), ("v",))
Named = tuple[tuple[str, str], ...]
Amounts = Mapping[str, int]
"""Unit → what it adds."""


def rules(*measures: Measure, tables: Sequence[tuple[str, ...]] = TABLES) -> Rules:
    return replace(
        SHIPPED, families=(Family(code="f", title="Projets", tables=tuple(tables), measures=tuple(measures)),)
    )


def basis(lines: Iterable[Line]) -> Basis:
    return Basis(lines={"f": tuple(lines)}, labels={"t": {"A": "Chaumont"}})


def line(unit: str, t: str, s: str = "C/25", v: str = "x", *, e: int = 100_000) -> Line:
    return Line(unit=unit, place={"t": t, "s": s, "v": v}, values={"n": 1, "e": e})


class Attacker:
    """Knows tables as printed. One unknown for each cell of each table, told or not; sums of rows and columns."""

    def __init__(self) -> None:
        self._highs = highspy.Highs()
        self._highs.setOptionValue("output_flag", False)
        self._at: dict[object, int] = {}

    def unknown(self, name: object, low: float = 0.0, high: float = highspy.kHighsInf) -> int:
        if name not in self._at:
            self._at[name] = len(self._at)
            self._highs.addCol(0.0, low, high, 0, np.array([], dtype=np.int32), np.array([]))
        return self._at[name]

    def learn(self, name: object, low: float, high: float) -> None:
        self._highs.changeColBounds(self.unknown(name), low, high)

    def equal(self, terms: Mapping[object, float], low: float = 0.0, high: float = 0.0) -> None:
        columns = np.array([self.unknown(name) for name in terms], dtype=np.int32)
        self._highs.addRow(low, high, len(columns), columns, np.array(list(terms.values()), dtype=float))

    def between(self, name: object) -> tuple[float, float]:
        found = []
        for sign in (1.0, -1.0):
            self._highs.changeColCost(self.unknown(name), sign)
            self._highs.run()
            status = self._highs.getModelStatus()
            if status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
                found.append(-math.inf)
            else:
                assert status == highspy.HighsModelStatus.kOptimal
                found.append(self._highs.getInfo().objective_function_value)
            self._highs.changeColCost(self.unknown(name), 0.0)
        return found[0], -found[1]


def groups(lines: Iterable[Line], tables: Sequence[tuple[str, ...]]) -> dict[Named, list[Line]]:
    """The lines of each cell that some table prints: every choice of levels of every part of the table."""
    found: dict[Named, list[Line]] = {(): list(lines)}
    for table in tables:
        for size in range(1, len(table) + 1):
            for names in combinations(sorted(table), size):
                mine: dict[Named, list[Line]] = {}
                for each in found[()]:
                    keys: list[Named] = [()]
                    for name in names:
                        parts = each.place[name].split("/")
                        levels = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
                        keys = [(*key, (name, level)) for key in keys for level in levels]
                    for key in keys:
                        mine.setdefault(key, []).append(each)
                found |= mine
    return found


def amounts(lines: Iterable[Line], measure: Measure) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in lines:
        found[each.unit] = found.get(each.unit, 0) + each.values[measure.code]
    return found


def secret(parts: Amounts) -> bool:
    some = [value for value in parts.values() if value]
    few = len(parts) < 3 or 0 < len(some) < 3
    return bool(parts) and (few or (bool(some) and max(some) > Fraction(85, 100) * sum(some)))


def wanted(parts: Amounts, measure: Measure) -> float:
    largest = max(parts.values())
    return max(10_000 if measure is MONEY else 2, math.ceil(Fraction(largest) / Fraction(85, 100) - largest))


def ties(cells: Iterable[Named]) -> Iterable[tuple[Named, list[Named]]]:
    """A cell, and those that are it told apart by one more name or one more level."""
    every = set(cells)
    for whole in every:
        names = dict(whole)
        finer: dict[str, list[Named]] = {}
        for cell in every:
            other = dict(cell)
            extra = [name for name in other if other[name] != names.get(name)]
            if len(extra) == 1 and set(names) <= set(other):
                name = extra[0]
                before = names.get(name)
                above = other[name].rpartition("/")[0]
                if above == (before or ""):
                    finer.setdefault(name, []).append(cell)
        yield from ((whole, parts) for parts in finer.values())


def attack(
    told: Mapping[Named, int], cells: Mapping[Named, list[Line]], measure: Measure, *, unit: str = ""
) -> Attacker:
    """What somebody knows of one edition, its own part included; amounts as if they were told to the euro."""
    attacker = Attacker()
    for cell, lines in cells.items():
        parts = amounts(lines, measure)
        if cell in told:
            attacker.learn(cell, sum(parts.values()), sum(parts.values()))
        elif unit in parts:
            alone = not any(value for name, value in parts.items() if name != unit)
            attacker.learn(cell, parts[unit], parts[unit] if alone else math.inf)
        else:
            attacker.unknown(cell)
    for whole, parts_of in ties(cells):
        attacker.equal({whole: -1.0, **dict.fromkeys(parts_of, 1.0)})
    return attacker


def holds(told: Mapping[Named, int], cells: Mapping[Named, list[Line]], measure: Measure) -> bool:
    """Whether nobody works out what must be silent, and nothing silent is worked out by who knows nothing."""
    silent = [cell for cell in cells if cell not in told]
    anybody = attack(told, cells, measure)
    for cell in silent:
        parts = amounts(cells[cell], measure)
        if not parts:  # emptied since an edition: what went is what is silent
            continue
        low, high = anybody.between(cell)
        need = wanted(parts, measure) if secret(parts) else (10_000 if measure is MONEY else 2)
        if high - low < need * (1 - 1e-5):
            return False
    alone = {next(iter(p)) for cell in silent if len(p := amounts(cells[cell], measure)) == 1}
    for cell in silent:
        parts = amounts(cells[cell], measure)
        if not secret(parts):
            continue
        for unit in alone | set(parts):
            others = sum(value for name, value in parts.items() if name != unit)
            if others:
                low, high = attack(told, cells, measure, unit=unit).between(cell)
                if high - low < min(others, wanted(parts, measure)) * (1 - 1e-5):
                    return False
    return True


def check(figures: Figures, lines: Sequence[Line]) -> None:
    """A published measure tells nothing secret, and nothing secret can be worked out of it."""
    cells = {**{key: [] for key in figures.cells}, **groups(lines, figures.tables)}
    if not figures.tables:
        return
    told = figures.told
    for cell, mine in cells.items():
        parts = amounts(mine, figures.measure)
        assert cell in figures.cells
        if cell in told:
            assert not secret(parts), (cell, parts)
            assert abs(told[cell] - sum(parts.values())) <= (5_000 if figures.measure.is_amount else 0)
    assert holds(told, cells, figures.measure)


lines_of_missions = st.lists(
    st.builds(
        line,
        st.sampled_from([f"u{rank}" for rank in range(9)]),
        st.sampled_from("ABC"),
        st.sampled_from(["C/25", "C/28", "D/35"]),
        st.sampled_from("xyz"),
        e=st.sampled_from([0, 1, 30_000, 100_000, 450_000, 9_000_000]),
    ),
    max_size=24,
)


@settings(max_examples=25, deadline=None)
@given(lines_of_missions, st.sampled_from([COUNT, MONEY]))
def test_no_attacker_works_out_a_silent_cell(lines: list[Line], measure: Measure) -> None:
    edition, _ = prepare(basis(lines), [], rules(measure))
    check(edition.figures[0], lines)


def brute_force(lines: Sequence[Line], measure: Measure, tables: Sequence[tuple[str, ...]]) -> int | None:
    """The least loss of any safe choice, tried one by one."""
    cells = groups(lines, tables)
    must = {cell for cell, mine in cells.items() if secret(amounts(mine, measure))}
    if () in must:
        return None
    free = [cell for cell in cells if cell and cell not in must]
    loss = {cell: 1 + len(amounts(mine, measure)) for cell, mine in cells.items()}
    choices = (set(more) for size in range(len(free) + 1) for more in combinations(free, size))
    for choice in sorted(choices, key=lambda more: sum(loss[cell] for cell in more)):
        told = {cell: 0 for cell in cells if cell not in must and cell not in choice}
        if holds(told, cells, measure):
            return sum(loss[cell] for cell in must | choice)
    return None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            line,
            st.sampled_from([f"u{rank}" for rank in range(6)]),
            st.sampled_from("AB"),
            st.just("C/25"),
            st.sampled_from("xy"),
            e=st.sampled_from([30_000, 100_000, 450_000]),
        ),
        min_size=5,
        max_size=14,
    ),
    st.sampled_from([COUNT, MONEY]),
)
def test_what_is_proven_is_the_least_of_all_choices(lines: list[Line], measure: Measure) -> None:
    tables = (("t", "v"),)
    _, (report,) = prepare(basis(lines), [], rules(measure, tables=tables))
    best = brute_force(lines, measure, tables)
    assert (best is not None) is (report.figures.tables == tables)
    if best is not None and report.proven:
        cells = groups(lines, tables)
        assert sum(1 + len(amounts(cells[cell], measure)) for cell in report.why) == best


def test_two_firms_of_one_group_are_one_unit_and_the_cell_of_two_groups_is_silent() -> None:
    lines = [line(f"u{rank}", "A") for rank in range(6)] + [line("g", "B"), line("g", "B"), line("h", "B")]
    edition, (report,) = prepare(basis(lines), [], rules(COUNT, tables=(("t",),)))
    assert report.why == {(("t", "B"),): Why.FEW, (("t", "A"),): Why.OTHERS}
    assert edition.figures[0].told == {(): 9}


def test_a_cell_that_one_group_dominates_is_silent_for_its_amount_and_told_as_a_number() -> None:
    lines = [line(f"u{rank}", t, e=100_000) for t in "AB" for rank in range(8)]
    lines += [line(f"u{rank}", "C", e=e) for rank, e in enumerate((4_000_000, 100_000, 100_000))]
    edition, (number, money) = prepare(basis(lines), [], rules(COUNT, MONEY, tables=(("t",),)))
    assert number.why == {}
    assert money.why[(("t", "C"),)] is Why.DOMINANT
    assert Why.OTHERS in money.why.values()
    assert edition.figures[0].told[(("t", "C"),)] == 3


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_mission_of_too_few_firms_tells_nothing_but_that_there_is_none(count: int) -> None:
    edition, _ = prepare(basis([line(f"u{rank}", "A") for rank in range(count)]), [], rules(COUNT, MONEY))
    assert edition.is_empty is (count > 0)
    assert [each.told for each in edition.figures] == [{(): 0} if not count else {}] * 2
    assert edition.labels == {}


def test_when_no_choice_is_found_in_time_the_finest_tables_are_given_up() -> None:
    lines = [line(f"u{rank}", "A", v="xy"[rank % 2]) for rank in range(8)] + [line("h", "B")]
    short = replace(rules(COUNT, tables=(("v",), ("t",))), rounds=1)
    _, (report,) = prepare(basis(lines), [], short)
    assert (report.figures.tables, report.dropped) == ((("v",),), (("t",),))
    check(report.figures, lines)


def test_an_edition_keeps_its_words_and_values_as_data() -> None:
    edition, _ = prepare(basis([line(f"u{rank}", "AB"[rank % 2]) for rank in range(9)]), [], rules(COUNT, MONEY))
    assert Edition.from_data(edition.as_data()) == edition


def changed(now: Sequence[Line], before: Sequence[Line], measure: Measure) -> dict[str, int]:
    new, old = amounts(now, measure), amounts(before, measure)
    return {unit: abs(new.get(unit, 0) - old.get(unit, 0)) for unit in {*new, *old} if new.get(unit) != old.get(unit)}


def check_both(first: Edition, then: Edition, old: Sequence[Line], new: Sequence[Line]) -> None:
    """What is told twice differs by enough groups; and who knows which cells did not change works nothing out."""
    before, after = first.figures[0], then.figures[0]
    measure = after.measure
    was, now = groups(old, before.tables or TABLES), groups(new, after.tables or TABLES)
    for cell in {*was, *now} if before.tables and after.tables else ():
        both = [each.cells.get(cell, 0) is not None for each in (before, after)]
        moved = changed(now.get(cell, []), was.get(cell, []), measure)
        if all(both) and before.tables == after.tables:
            assert not secret(moved), (cell, moved)
    attacker = Attacker()
    for name, cells, told in (("was", was, before.told), ("now", now, after.told)):
        for cell, mine in cells.items():
            value = sum(amounts(mine, measure).values())
            if cell in told:
                attacker.learn((name, cell), value, value)
            else:
                attacker.unknown((name, cell))
        for whole, finer in ties(cells):
            attacker.equal({(name, whole): -1.0, **{(name, part): 1.0 for part in finer}})
    for cell in was.keys() & now.keys():
        if not changed(now[cell], was[cell], measure):
            attacker.equal({("was", cell): 1.0, ("now", cell): -1.0})
    for name, cells, figures in (("was", was, before), ("now", now, after)):
        for cell, mine in cells.items():
            parts = amounts(mine, measure)
            if figures.tables and cell not in figures.told and secret(parts):
                low, high = attacker.between((name, cell))
                assert high - low >= wanted(parts, measure) * (1 - 1e-5), (name, cell)


@settings(max_examples=20, deadline=None)
@given(lines_of_missions, lines_of_missions, st.booleans(), st.sampled_from([COUNT, MONEY]))
def test_two_editions_together_tell_nothing_more(
    old: list[Line], more: list[Line], grown: bool, measure: Measure
) -> None:
    said = rules(measure)
    first, _ = prepare(basis(old), [], said)
    new = [*old, *more] if grown else more
    then, _ = prepare(basis(new), [(first, basis(old))], said)
    check(then.figures[0], new)
    check_both(first, then, old, new)


def test_one_project_entered_alone_stops_the_edition_and_three_let_it_out() -> None:
    said, old = rules(COUNT), [line(f"u{rank}", "AB"[rank % 2], v="xy"[rank % 2]) for rank in range(12)]
    first, _ = prepare(basis(old), [], said)
    published = [(first, basis(old))]
    _, (one,) = prepare(basis([*old, line("new", "A")]), published, said)
    assert (one.refused, one.figures.tables) == (Why.DIFFERENCE, ())
    more, (three,) = prepare(basis([*old, *(line(f"new{rank}", "A") for rank in range(3))]), published, said)
    assert three.refused is None
    assert more.figures[0].told[()] == 15
    same, _ = prepare(basis(old), published, said)
    assert is_same(same, published)


def test_who_left_after_entering_is_not_told_by_the_edition_before_last() -> None:
    said, old = rules(COUNT, tables=(("t",),)), [line(f"u{rank}", "AB"[rank % 2]) for rank in range(12)]
    grown = [*old, *(line(f"new{rank}", "A") for rank in range(3))]
    first, _ = prepare(basis(old), [], said)
    second, _ = prepare(basis(grown), [(first, basis(old))], said)
    history = [(first, basis(old)), (second, basis(grown))]
    _, (third,) = prepare(basis([*old, line("new0", "A")]), history, said)
    assert third.refused is Why.DIFFERENCE


def test_a_mission_of_six_hundred_projects_is_proven_and_holds() -> None:
    lines = [
        line(
            f"u{rank * 7 % 391}",
            f"T{(rank % 17) % 9}",
            f"C/{10 + rank * rank % 97 % 29 // (1 + rank % 5)}",
            "wxyz"[rank % 31 % 4],
            e=rank**3,
        )
        for rank in range(600)
    ]
    edition, (number, money) = prepare(basis(lines), [], rules(COUNT, MONEY))
    assert number.proven
    assert money.proven
    assert money.why
    for figures in edition.figures:
        check(figures, lines)


def test_an_amount_is_known_not_to_be_below_what_is_told_of_its_support() -> None:
    """Without its support C is silent with B; known to be above its support, it would be told within 115 000 €."""
    measure = replace(MONEY, above=("g", "e"))
    lines = [line(f"u{rank}", "A", e=500_000) for rank in range(5)]
    lines += [line(f"v{rank}", "B", e=60_000) for rank in range(3)]
    lines += [line("w", "C", e=900_000)]
    support = (line("w", "C", e=800_000), *(line(f"v{rank}", "B", e=55_000) for rank in range(3)))
    said = rules(measure, tables=(("t",),))
    _, (free,) = prepare(basis(lines), [], said)
    _, (known,) = prepare(Basis(lines={"f": tuple(lines), "g": support}, labels={}), [], said)
    assert set(free.why) == {(("t", "B"),), (("t", "C"),)}
    assert set(known.why) == {(("t", "A"),), (("t", "C"),)}
