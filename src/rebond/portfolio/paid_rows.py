"""Contributors' rules as rows of a choice where what each project asks is settled: no sharing to decide with it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations

from rebond.facts import UNKNOWN
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.contributors import Allowance, Payers

_MOST = 6
"""Contributions whose every group has a row; of more, none, each alone and all together."""


def paid_rows(needs: Mapping[str, int], payers: Payers, *, unit: int = 1) -> Iterator[Row]:
    """Groups of contributions, each with what no other can pay of the choice; a row that nothing breaks is left out.

    A sharing exists if and only if no group is asked for more than it has (minimum cut), but for the least that a
    contribution gives to a project that it pays, which these rows do not hold. ``needs``: project → whole euros asked,
    in the order of the items; a row counts ``unit`` a euro.
    """
    ranks = range(len(payers.amounts))
    sizes = range(len(ranks) + 1) if len(ranks) <= _MOST else (0, 1, len(ranks))
    for group in (each for size in sizes for each in combinations(ranks, size)):
        asked = {
            item: need - sum(_most(each, need) for each in payers.of.get(project, ()) if each.payer not in group)
            for item, (project, need) in enumerate(needs.items())
        }
        terms = {item: euros * unit for item, euros in asked.items() if euros > 0}
        high = sum(payers.amounts[rank] for rank in group) * unit
        if sum(terms.values()) > high:
            who = " et ".join(dict.fromkeys(payers.names[rank] for rank in group))
            yield Row(who or "contributeurs", terms, high=high)


def _most(allowance: Allowance, need: int) -> int:
    return min(allowance.high, need if allowance.share is UNKNOWN else math.ceil(allowance.share * need))
