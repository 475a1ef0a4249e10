"""Offers built once for facts that are tried one after another: only those that read a changed fact are built again.

What an offer reads is noted while it is built, not guessed from its file: what went through every fact is not kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from rebond.eligibility.criteria import Facts
from rebond.eligibility.watched import WatchedFacts
from rebond.facts import UNKNOWN, FactValue
from rebond.financing.problem.model import Offer


@dataclass(frozen=True, slots=True)
class _Built:
    question: tuple[object, ...]
    read: Mapping[str, FactValue]
    found: Offer | str


class KeptOffers:
    """The offers of one project, by dispositif, by what was asked and by the facts that they read."""

    def __init__(self) -> None:
        self._built: defaultdict[Hashable, list[_Built]] = defaultdict(list)

    def offer(
        self, dispositif: str, question: tuple[object, ...], facts: Facts, build: Callable[[Facts], Offer | str]
    ) -> Offer | str:
        """The offer of a dispositif, or why there is none; ``question``: all that it rests on besides the facts."""
        for built in self._built[dispositif]:
            if built.question == question and all(_same(facts, name, value) for name, value in built.read.items()):
                return built.found
        watched = WatchedFacts(facts)
        found = build(watched)
        if not watched.whole:
            read = {name: facts.get(name, UNKNOWN) for name in watched.names}
            self._built[dispositif].append(_Built(question, read, found))
        return found


def _same(facts: Facts, name: str, value: FactValue) -> bool:
    """Whether a fact still has a value, its type and its decimals included: 1 is not « oui », 1.0 is written apart."""
    now = facts.get(name, UNKNOWN)
    return now is value or (type(now) is type(value) and repr(now) == repr(value))
