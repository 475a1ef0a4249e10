"""How good the links are, against a truth established by people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rebond.linkage.model import Link, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Counts of pairs; what waits for a person is neither right nor wrong and is counted apart."""

    right: int
    """Linked, and true."""
    wrong: int
    """Linked, and false."""
    waiting_true: int
    """True, and left to a person."""
    waiting_false: int
    """False, and left to a person: the work asked for nothing."""
    missed: int
    """True, and neither linked nor left to a person."""

    @property
    def precision(self) -> float:
        """Share of automatic links that are true; 1 when there is none."""
        linked = self.right + self.wrong
        return self.right / linked if linked else 1.0

    @property
    def recall(self) -> float:
        """Share of true pairs that are linked automatically; 1 when there is none."""
        true = self.right + self.waiting_true + self.missed
        return self.right / true if true else 1.0

    @property
    def recall_with_queue(self) -> float:
        """Same, once people have confirmed what waits for them."""
        true = self.right + self.waiting_true + self.missed
        return (self.right + self.waiting_true) / true if true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def evaluate(links: Iterable[Link], truth: Collection[tuple[str, str]]) -> Quality:
    """Compare links with the true (project or firm id, line id) pairs.

    Pass ``result.project_links`` with pairs of projects, or ``result.firm_links`` with pairs of firms.
    """
    outcomes = {link.pair: link.outcome for link in links}
    true = set(truth)
    linked = {pair for pair, outcome in outcomes.items() if outcome is Outcome.LINKED}
    waiting = {pair for pair, outcome in outcomes.items() if outcome is Outcome.TO_CONFIRM}
    return Quality(
        right=len(linked & true),
        wrong=len(linked - true),
        waiting_true=len(waiting & true),
        waiting_false=len(waiting - true),
        missed=len(true - linked - waiting),
    )
