"""The kernel: a program over a batch, all rows at once, by bitwise operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rebond.bulk.bits import TruthBits, Words, all_rows, count, kleene_and, kleene_not, kleene_or, unpack
from rebond.bulk.columns import Batch
from rebond.bulk.leaves import LeafEvaluator
from rebond.bulk.program import AllNodes, AnyNode, LeafAt, Node, NotNode, Program, Rule
from rebond.eligibility.truth import Truth

VERDICTS = (Truth.YES, Truth.NO, Truth.UNKNOWN)
"""A verdict by its code."""
_NO, _UNKNOWN = 1, 2
NO_REASON = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """The verdicts of a batch, rule by rule."""

    rows: int
    bits: tuple[TruthBits, ...]
    deciding: tuple[NDArray[np.int16], ...] = ()
    """By rule, the rank in ``Rule.texts`` of what decides each row; ``NO_REASON`` for a YES. Empty unless asked."""

    def counts(self) -> NDArray[np.int64]:
        """By rule: how many rows are YES, NO, UNKNOWN."""
        known = [(count(pair.true), count(pair.false)) for pair in self.bits]
        return np.array([(yes, no, self.rows - yes - no) for yes, no in known], np.int64).reshape(-1, len(VERDICTS))

    def codes(self, rule: int) -> NDArray[np.uint8]:
        """The verdict of each row on one rule, by its code in ``VERDICTS``."""
        pair = self.bits[rule]
        return np.uint8(_UNKNOWN) - unpack(pair.true, self.rows) * np.uint8(2) - unpack(pair.false, self.rows)


class Kernel:
    """Evaluates a program, batch after batch."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._leaves = LeafEvaluator(program.leaves)

    def evaluate(self, batch: Batch) -> Verdicts:
        """The verdict of every rule on every row."""
        leaves, everywhere = self._leaves.evaluate(batch), all_rows(batch.rows)
        bits = tuple(_verdict(rule, _reasons(rule, leaves, everywhere), everywhere) for rule in self.program.rules)
        return Verdicts(rows=batch.rows, bits=bits)

    def explain(self, batch: Batch) -> Verdicts:
        """The same, with what decides: the first criterion that fails, else the first that is unknown."""
        leaves, everywhere = self._leaves.evaluate(batch), all_rows(batch.rows)
        bits: list[TruthBits] = []
        deciding: list[NDArray[np.int16]] = []
        for rule in self.program.rules:
            reasons = tuple(_reasons(rule, leaves, everywhere))
            bits.append(_verdict(rule, reasons, everywhere))
            deciding.append(_deciding(rule, reasons, batch.rows))
        return Verdicts(rows=batch.rows, bits=tuple(bits), deciding=tuple(deciding))


def _reasons(rule: Rule, leaves: Sequence[TruthBits], everywhere: Words) -> Iterable[TruthBits]:
    return (_evaluate(node, leaves, everywhere) for node in rule.reasons)


def _verdict(rule: Rule, reasons: Iterable[TruthBits], everywhere: Words) -> TruthBits:
    if not rule.is_open:
        return TruthBits(np.zeros_like(everywhere), everywhere)
    return kleene_and(reasons, everywhere)


def _evaluate(node: Node, leaves: Sequence[TruthBits], everywhere: Words) -> TruthBits:
    match node:
        case LeafAt():
            return leaves[node.index]
        case AllNodes():
            return kleene_and((_evaluate(child, leaves, everywhere) for child in node.children), everywhere)
        case AnyNode():
            return kleene_or((_evaluate(child, leaves, everywhere) for child in node.children), everywhere)
        case NotNode():
            return kleene_not(_evaluate(node.child, leaves, everywhere))


def _deciding(rule: Rule, reasons: Sequence[TruthBits], rows: int) -> NDArray[np.int16]:
    """Written from the last reason to the first, the unknown ones before the failing ones: the last writer wins."""
    if not rule.is_open:
        return np.zeros(rows, np.int16)
    found = np.full(rows, NO_REASON, np.int16)
    backwards = [(rank, reasons[rank - 1]) for rank in range(len(reasons), 0, -1)]
    for rank, pair in backwards:
        np.copyto(found, np.int16(rank), where=unpack(~(pair.true | pair.false), rows).view(np.bool_))
    for rank, pair in backwards:
        np.copyto(found, np.int16(rank), where=unpack(pair.false, rows).view(np.bool_))
    return found
