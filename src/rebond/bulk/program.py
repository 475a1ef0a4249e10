"""From dispositifs to a program: trees over numbered leaves, each distinct leaf once for the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, TypeGuard

from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.screening import screen, top_level
from rebond.eligibility.criteria import AllOf, AnyOf, Compare, Confirm, CostSum, Criterion, NafIn, Not, OneOf
from rebond.eligibility.dictionary import FactType
from rebond.errors import CatalogueError, Fault

Leaf: TypeAlias = Compare | OneOf | NafIn | CostSum | Confirm
ORDERED_TYPES = frozenset({FactType.NUMBER, FactType.EUROS, FactType.DATE})


def is_ordered(leaf: Leaf) -> TypeGuard[Compare | CostSum]:
    """Whether a leaf compares along an order, rather than value by value."""
    return isinstance(leaf, CostSum) or (isinstance(leaf, Compare) and leaf.fact.type in ORDERED_TYPES)


@dataclass(frozen=True, slots=True)
class LeafAt:
    """The leaf of that rank in the program."""

    index: int


@dataclass(frozen=True, slots=True)
class AllNodes:
    """Kleene's AND."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyNode:
    """Kleene's OR."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NotNode:
    """Kleene's NOT."""

    child: Node


Node: TypeAlias = LeafAt | AllNodes | AnyNode | NotNode


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One dispositif at the date: the criteria that people read one by one, in the interpreter's order."""

    dispositif: str
    title: str
    is_open: bool
    reasons: tuple[Node, ...]
    """None when the window is closed."""
    texts: tuple[str, ...]
    """Of the window, then of each reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Rules over shared leaves."""

    leaves: tuple[Leaf, ...]
    rules: tuple[Rule, ...]

    @property
    def facts(self) -> frozenset[str]:
        """The facts that the leaves read."""
        return frozenset(name for leaf in self.leaves for name in leaf.names)


def compile_rules(dispositifs: Iterable[Dispositif], on: date) -> Program:
    """The program that judges these dispositifs at a date.

    Raises ``CatalogueError`` when a criterion has no meaning over a table: a number or a date compared as a text.
    """
    compiler = _Compiler()
    rules = tuple(compiler.rule(dispositif, on) for dispositif in dispositifs)
    if compiler.faults:
        raise CatalogueError(compiler.faults)
    return Program(leaves=tuple(compiler.leaves), rules=rules)


class _Compiler:
    def __init__(self) -> None:
        self.leaves: dict[Leaf, int] = {}
        self.faults: list[Fault] = []
        self._dispositif = ""

    def rule(self, dispositif: Dispositif, on: date) -> Rule:
        self._dispositif = dispositif.id
        criteria = (*top_level(dispositif), *dispositif.to_confirm)
        is_open, before = dispositif.validity.is_open(on), dict(self.leaves)
        reasons = tuple(self._node(criterion) for criterion in criteria)
        if not is_open:
            # The window decides alone: what the criteria would say of a row is asked by nobody.
            reasons, self.leaves = (), before
        return Rule(
            dispositif=dispositif.id,
            title=dispositif.title,
            is_open=is_open,
            reasons=reasons,
            texts=tuple(reason.expected for reason in screen(dispositif, {}, on).reasons),
        )

    def _node(self, criterion: Criterion) -> Node:
        match criterion:
            case AllOf():
                return AllNodes(tuple(self._node(child) for child in criterion.children))
            case AnyOf():
                return AnyNode(tuple(self._node(child) for child in criterion.children))
            case Not():
                return NotNode(self._node(criterion.child))
            case Compare() | OneOf() | NafIn() | CostSum() | Confirm():
                return self._leaf(criterion)
            case _:
                raise TypeError(f"criterion without a bulk form: {type(criterion).__name__}")

    def _leaf(self, leaf: Leaf) -> LeafAt:
        """The rank of a leaf; two leaves that differ only by their source or wording are one."""
        same: Leaf = replace(leaf, source="")
        match same:
            case CostSum():
                self._refuse_unless(same, fits=all(fact.type is FactType.EUROS for fact in same.facts))
                same = replace(same, facts=tuple(sorted(same.facts, key=lambda fact: fact.name)), label="")
            case Confirm():
                same = replace(same, text="")
            case OneOf() | NafIn():
                self._refuse_unless(same, fits=same.fact.type not in ORDERED_TYPES)
        return LeafAt(self.leaves.setdefault(same, len(self.leaves)))

    def _refuse_unless(self, leaf: OneOf | NafIn | CostSum, *, fits: bool) -> None:
        if not fits:
            self.faults.append(
                Fault(
                    where=f"{self._dispositif}.yaml",
                    found=leaf.expected,
                    problem="condition sans forme sur un tableau (un nombre ou une date lus comme un texte)",
                    mend="comparer avec egal, au_moins, au_plus, plus_de ou moins_de",
                )
            )
