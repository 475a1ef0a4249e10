"""Choices that the contributors of the envelope can pay, each by its own rules: who, at least, at most, what share.

What some contributors cannot share out, they cannot share out with one project more: each set found too much for them
is a limit on every later choice, so that nothing but whole sharings is ever answered.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rebond.portfolio.choosing.binary import LEAST_SECONDS, Choice, Chooser, NoChoiceInTimeError
from rebond.portfolio.choosing.row import Row
from rebond.portfolio.contributors import Payers, pay_out
from rebond.portfolio.paid_rows import paid_rows

_CENTS = 100


@dataclass(slots=True)
class Payable:
    """What contributors can pay of the projects of a list, in its order; ``cents``: what each asks."""

    cents: Mapping[str, int]
    payers: Payers | None
    """``None``, or rules that bind nothing: the sum of the envelope is the only limit."""
    learned: list[Row] = field(default_factory=list)
    """Sets of projects that cannot be paid together."""
    _unit: int = 1
    _rules: Payers | None = None

    def __post_init__(self) -> None:
        if self.payers is None or not self.payers.binding:
            return
        # In whole euros unless somebody decided cents: the smaller the numbers, the surer the sharing.
        self._unit = 1 if any(amount % _CENTS for amount in self.cents.values()) else _CENTS
        self._rules = self.payers if self._unit == _CENTS else in_cents(self.payers)
        self.learned += paid_rows(self._asked(self.cents), self._rules)

    def _asked(self, names: Collection[str]) -> dict[str, int]:
        return {name: asked // self._unit for name, asked in self.cents.items() if name in names}

    def pays(self, names: Collection[str]) -> bool:
        """Whether a sharing keeps every rule of the contributors."""
        return self._rules is None or pay_out(self._asked(names), self._rules) is not None

    def best(
        self, rows: Sequence[Row], values: Sequence[int], *, seconds: float, start: Sequence[int] | None = None
    ) -> Choice | None:
        """The choice of highest value within the rows that the contributors can pay; ``None``: there is none.

        ``start`` keeps them all. Raises ``NoChoiceInTimeError`` when time runs out before any choice.
        """
        names, deadline = list(self.cents), time.monotonic() + seconds
        while True:
            left = max(LEAST_SECONDS, deadline - time.monotonic())
            found = Chooser(len(names), [*rows, *self.learned]).best(values, seconds=left, start=start)
            if found is None or self.pays({names[rank] for rank in found.chosen}):
                return found
            self._learn(found.chosen)
            if time.monotonic() > deadline:
                if start is None:
                    raise NoChoiceInTimeError("le temps a manqué pour partager l'enveloppe entre les contributeurs")
                value = sum(values[rank] for rank in start)
                return Choice(chosen=tuple(start), value=value, bound=found.bound, proven=False, seconds=seconds)

    def _learn(self, chosen: Sequence[int]) -> None:
        """Some of a choice that cannot be paid, none of which can be spared."""
        names, kept = list(self.cents), list(chosen)
        for rank in chosen:
            fewer = [each for each in kept if each != rank]
            if not self.pays({names[each] for each in fewer}):
                kept = fewer
        self.learned.append(Row("contributeurs", dict.fromkeys(kept, 1), high=len(kept) - 1))


def in_cents(payers: Payers) -> Payers:
    """The same rules, counted in cents."""
    of = {
        project: tuple(replace(each, low=each.low * _CENTS, high=each.high * _CENTS) for each in mine)
        for project, mine in payers.of.items()
    }
    return replace(payers, amounts=tuple(amount * _CENTS for amount in payers.amounts), of=of)
