"""Prices for very many undertakings, from some of them looked at exactly.

Relaxations say prices of the budgets in seconds, and somewhat wrong: they share what is whole. Exact answers of all
take minutes a pass. So some undertakings are taken apart, with what the relaxed mix gives them of each budget: with
these budgets their relaxed prices are those of all, and the exact ones differ by what wholeness changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rebond.portfolio.joint.bounding import Relaxed, Terms, first_bound, generate
from rebond.portfolio.joint.master import Master
from rebond.portfolio.joint.ways import Answer, Effort, Pricer, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Prices where some undertakings, looked at exactly, agree with their part of the budgets; the ways found."""

    prices: np.ndarray
    ways: Sequence[Way]


def sample_prices(
    pricer: Pricer, mosts: Sequence[float], relaxed: Relaxed, terms: Terms, count: int, deadline: float
) -> Sampled:
    """Exact prices of about ``count`` undertakings (whole groups of those that the relaxed mix is made of)."""
    groups = len(relaxed.taken)
    apart = max(1, round(groups * count / len(mosts)))
    blocks = [block for block in range(len(mosts)) if block % groups < apart]
    taken = relaxed.taken[:apart].sum(axis=0)
    left = np.maximum(0.0, terms.limits - relaxed.taken.sum(axis=0))
    limits = taken + left * len(blocks) / len(mosts)
    bound = first_bound([mosts[block] for block in blocks], limits)
    own = replace(
        terms,
        limits=limits,
        save=lambda _: None,
        tell=lambda text: terms.tell(f"{text} ({len(blocks)} entreprises)"),
    )
    master = Master(len(blocks), limits)
    generate(_Some(pricer, blocks), master, relaxed.prices, own, bound, deadline)
    return Sampled(prices=bound.prices, ways=[replace(way, block=blocks[way.block]) for way in master.ways])


@dataclass(frozen=True, slots=True)
class _Some:
    """Some of the blocks, under new numbers."""

    pricer: Pricer
    blocks: Sequence[int]

    def ask(
        self, prices: np.ndarray, blocks: Sequence[int] | None, effort: Effort, room: np.ndarray | None = None
    ) -> Iterable[Answer]:
        """As the pricer of all."""
        asked = self.blocks if blocks is None else [self.blocks[block] for block in blocks]
        rank = {block: number for number, block in enumerate(self.blocks)}
        for answer in self.pricer.ask(prices, asked, effort, room):
            number = rank[answer.block]
            way = None if answer.way is None else replace(answer.way, block=number)
            yield Answer(block=number, way=way, bound=answer.bound)
