"""The same rules as Polars expressions, for comparison: one Boolean column a leaf, then one a rule.

As for the kernel, the interpreter judges each distinct text, on the clock, and the facts that follow from the commune
are worked out before; unlike the kernel's, the table is in memory whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_, or_
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from rebond.bulk.derived import PLACE_FACTS, SETTLED
from rebond.bulk.program import AllNodes, AnyNode, Leaf, LeafAt, Node, NotNode, Program, compile_rules, is_ordered
from rebond.bulk.scales import AgeAt, interval_of
from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.criteria import Compare, CostSum, Operator
from rebond.eligibility.dictionary import FactDictionary, FactType
from rebond.eligibility.naf import section_of
from rebond.facts import UNKNOWN, FactValue

Values: TypeAlias = Mapping[str, Sequence[tuple[str, FactValue]]]
_UNKNOWN = pl.lit(None, dtype=pl.Boolean)


def with_places(table: pl.DataFrame, catalogue: Catalogue, on: date) -> pl.DataFrame:
    """The table with what follows from the commune, the activity and the firm, worked out before the clock starts."""
    return table.with_columns(places_of(table, catalogue, on))


def places_of(table: pl.DataFrame, catalogue: Catalogue, on: date) -> list[pl.Expr]:
    """What follows from the commune, the activity and the firm, as expressions."""
    places = {code: catalogue.zonages.facts_of(commune, on) for code, commune in catalogue.gazetteer.communes.items()}
    found = {
        name: {code: facts[name] for code, facts in places.items() if facts[name] is not UNKNOWN}
        for name in PLACE_FACTS
        if name not in table.columns
    }
    codes = table["code_naf"].drop_nulls().unique().to_list()
    sections = {code: section for code in codes if (section := section_of(code))}  # UNKNOWN in a vacant division
    return [
        *(_mapped("code_commune", name, mapping) for name, mapping in found.items() if mapping),
        _mapped("code_naf", "section_naf", sections),
        *_settled(table, catalogue.dictionary),
    ]


def _settled(table: pl.DataFrame, dictionary: FactDictionary) -> Iterable[pl.Expr]:
    """What the legal form and the difficulty settle, as the kernel derives them."""
    for source, rule, targets in SETTLED:
        if source not in table.columns:
            continue
        texts = table[source].cast(pl.String).drop_nulls().unique().to_list()
        answers = {text: rule(dictionary[source].parse(text)) for text in texts}
        for name in targets:
            if name in table.columns:
                continue
            mapping = {text: given[name] for text, given in answers.items() if name in given}
            if mapping and dictionary[name].type is not FactType.BOOLEAN:
                yield _mapped(source, name, mapping)
            elif mapping:
                found = pl.col(source).cast(pl.String)
                yield found.replace_strict(mapping, default=None, return_dtype=pl.Boolean).alias(name)


def _mapped(source: str, target: str, mapping: Mapping[str, Any]) -> pl.Expr:
    text = pl.col(source).cast(pl.String).replace_strict(mapping, default=None, return_dtype=pl.String)
    return text.cast(pl.Categorical).alias(target)


def distinct_values(table: pl.DataFrame, dictionary: FactDictionary) -> Values:
    """The distinct texts of each column, with what they mean."""
    return {
        name: [(str(raw), dictionary[name].parse(raw)) for raw in table[name].drop_nulls().unique().to_list()]
        for name in table.columns
        if name != "id" and table[name].dtype in (pl.String, pl.Categorical, pl.Boolean)
    }


class PolarsRules:
    """A program over a table in memory."""

    def __init__(self, program: Program, values: Values, columns: Iterable[str], on: date) -> None:
        self._program = program
        self._columns = set(columns)
        self._on = on
        self._values = values
        self._leaves = [self._leaf(leaf).alias(f"c{rank}") for rank, leaf in enumerate(program.leaves)]

    def evaluate(self, table: pl.DataFrame) -> pl.DataFrame:
        """A column by rule: true, false or null."""
        leaves = table.select(pl.len().alias("rows"), *self._leaves)
        return leaves.select(self._rule(rank).alias(str(rank)) for rank in range(len(self._program.rules)))

    def over(self, table: pl.LazyFrame) -> pl.LazyFrame:
        """The same, of a lazy table: ``id``, then a column by rule under the name of its dispositif."""
        rules = enumerate(self._program.rules)
        named = [self._rule(rank).alias(rule.dispositif) for rank, rule in rules]
        return table.select("id", *self._leaves).select("id", *named)

    def _rule(self, rank: int) -> pl.Expr:
        rule = self._program.rules[rank]
        if not rule.is_open:
            return pl.lit(value=False)
        return reduce(and_, map(_node, rule.reasons), pl.lit(value=True))

    def _leaf(self, leaf: Leaf) -> pl.Expr:
        if is_ordered(leaf):
            return self._ordered(leaf)
        (name,) = leaf.names
        if name not in self._columns:
            return _UNKNOWN
        held = [raw for raw, value in self._values[name] if leaf.holds(value)]
        if held in (["True"], ["False"]):
            return pl.col(name) if held == ["True"] else ~pl.col(name)
        return pl.col(name).is_in(held)

    def _ordered(self, leaf: Compare | CostSum) -> pl.Expr:
        if leaf.names == ("age_annees",) and isinstance(leaf, Compare):
            span = interval_of(leaf, AgeAt(self._on))
            if span is None:
                return pl.col("date_creation").is_null().replace_strict({True: None, False: False})
            return pl.col("date_creation").is_between(date.fromordinal(span.low), date.fromordinal(span.high))
        if not set(leaf.names) <= self._columns:
            return _UNKNOWN
        value = leaf.value if isinstance(leaf.value, date) else float(str(leaf.value))
        total = reduce(lambda one, other: one + other, map(pl.col, leaf.names))
        return {
            Operator.AT_LEAST: total >= value,
            Operator.AT_MOST: total <= value,
            Operator.MORE_THAN: total > value,
            Operator.LESS_THAN: total < value,
            Operator.EQUAL: total == value,
        }[leaf.operator]


class PolarsFile:
    """The rules from file to file, as one lazy query: it reads only the columns that the rules need.

    Made before the clock starts: the expressions, the distinct values, the zones of each commune.
    """

    def __init__(self, table: Path, catalogue: Catalogue, on: date) -> None:
        program = compile_rules(catalogue.dispositifs.values(), on)
        read = {name for leaf in program.leaves for name in leaf.names}
        given = pl.read_parquet(table)
        every = with_places(given, catalogue, on)
        rules = PolarsRules(program, distinct_values(every, catalogue.dictionary), every.columns, on)
        derived = [found for found in places_of(given, catalogue, on) if found.meta.output_name() in read]
        self._query = rules.over(pl.scan_parquet(table).with_columns(derived))
        self._in_memory = rules.over(every.lazy())

    def evaluation(self) -> Callable[[], object]:
        """The rules and their counts over the table in memory, places worked out."""

        def evaluate() -> object:
            found = self._in_memory.collect()
            return found.select(pl.exclude("id").sum()), found.select(pl.exclude("id").null_count())

        return evaluate

    def write(self, out: Path) -> list[tuple[int, int]]:
        """Run the query, write the verdicts; by dispositif, how many YES and UNKNOWN."""
        found = self._query.collect()
        found.write_parquet(out, compression="zstd")
        yes, unknown = found.select(pl.exclude("id").sum()), found.select(pl.exclude("id").null_count())
        return list(zip(yes.row(0), unknown.row(0), strict=True))


def _node(node: Node) -> pl.Expr:
    match node:
        case LeafAt():
            return pl.col(f"c{node.index}")
        case AllNodes():
            return reduce(and_, map(_node, node.children), pl.lit(value=True))
        case AnyNode():
            return reduce(or_, map(_node, node.children), pl.lit(value=False))
        case NotNode():
            return ~_node(node.child)
