"""Firms found by their project: the same title at the same price, under a name that says nothing (a group's)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal

from rebond.facts import UNKNOWN, Census, PartnerEntry, Project
from rebond.linkage.projects import same_work
from rebond.linkage.rules import LinkageRules
from rebond.linkage.titles import TitleReader
from rebond.units import Euros

_SCALES = (Decimal(1), Decimal(1_000), Decimal(1_000_000))


class WorkIndex:
    """Projects by what they cost, whole or one line."""

    def __init__(self, census: Census, rules: LinkageRules, reader: TitleReader) -> None:
        self._rules = rules
        self._reader = reader
        priced: list[tuple[Euros, int]] = []
        for rank, project in enumerate(census.projects):
            amounts = {project.total_cost, *(line.amount for line in project.costs)}
            priced += [(amount, rank) for amount in amounts if amount > 0]
        self._priced = sorted(priced)
        self._amounts = [amount for amount, _ in self._priced]
        self._projects = census.projects

    def firms(self, entry: PartnerEntry, among: frozenset[str]) -> list[str]:
        """Firms, among those of the place, that have a project with that title at that price."""
        if not among or entry.amount is UNKNOWN or entry.amount <= 0:
            return []
        near = {project.id: project for project in self._near(entry.amount) if project.firm_id in among}
        return sorted(
            {project.firm_id for project in near.values() if same_work(entry, project, self._rules, self._reader)}
        )

    def _near(self, amount: Euros) -> Iterator[Project]:
        margin = 1 + 2 * self._rules.projects.same_amount
        for scale in _SCALES:
            low = bisect_left(self._amounts, amount * scale / margin)
            high = bisect_right(self._amounts, amount * scale * margin)
            for _, rank in self._priced[low:high]:
                yield self._projects[rank]
