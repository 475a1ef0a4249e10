"""The same rules as Polars expressions, for comparison: one Boolean column a leaf, then one a rule.

Generous to Polars: sets of texts are worked out beforehand on the distinct values, by the interpreter, so that what is
timed is only membership, comparison and Kleene's logic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import polars as pl

from rebond.bulk.program import AllNodes, AnyNode, Leaf, LeafAt, Node, NotNode, Program, is_ordered
from rebond.bulk.scales import AgeAt, interval_of
from rebond.eligibility.criteria import Compare, CostSum, Operator
from rebond.eligibility.dictionary import FactDictionary

_UNKNOWN = pl.lit(None, dtype=pl.Boolean)


class PolarsRules:
    """A program over a table in memory."""

    def __init__(self, program: Program, table: pl.DataFrame, dictionary: FactDictionary, on: date) -> None:
        self._program = program
        self._columns = set(table.columns)
        self._on = on
        self._values: Mapping[str, Sequence[tuple[str, Any]]] = {
            name: [(str(raw), dictionary[name].parse(raw)) for raw in table[name].drop_nulls().unique().to_list()]
            for name in table.columns
            if name != "id" and table[name].dtype in (pl.String, pl.Categorical, pl.Boolean)
        }
        self._leaves = [self._leaf(leaf).alias(f"c{rank}") for rank, leaf in enumerate(program.leaves)]

    def evaluate(self, table: pl.DataFrame) -> pl.DataFrame:
        """A column by rule: true, false or null."""
        leaves = table.select(pl.len().alias("rows"), *self._leaves)
        return leaves.select(self._rule(rank).alias(str(rank)) for rank in range(len(self._program.rules)))

    def _rule(self, rank: int) -> pl.Expr:
        rule = self._program.rules[rank]
        if not rule.is_open:
            return pl.lit(value=False)
        return reduce(and_, map(_node, rule.reasons), pl.lit(value=True))

    def _leaf(self, leaf: Leaf) -> pl.Expr:
        if is_ordered(leaf):
            return self._ordered(leaf)
        (name,) = leaf.names
        source = "code_naf" if name == "section_naf" else name
        if source not in self._columns:
            return _UNKNOWN
        held = [raw for raw, value in self._values[source] if leaf.holds(value)]
        if self._values[source] and isinstance(self._values[source][0][1], bool):
            return pl.col(source) if held == ["True"] else ~pl.col(source) if held == ["False"] else _UNKNOWN
        return pl.col(source).is_in(held)

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
