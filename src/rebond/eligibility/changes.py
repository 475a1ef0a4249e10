"""What would turn a NO into something else: the smallest sets of changes to the facts, with their words.

The search chooses, one at a time, a leaf that must turn, gives every fact concerned the nearest value that suits all
leaves chosen so far, and judges again. A set is returned only after the criterion, judged on the changed facts, is no
longer NO; each of its changes is needed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import TypeAlias

from rebond.eligibility.change_words import options_of, words_of
from rebond.eligibility.criteria import AllOf, AnyOf, Compare, Confirm, CostSum, Criterion, Facts, Not, apply_from
from rebond.eligibility.dictionary import FactType
from rebond.eligibility.truth import Truth
from rebond.eligibility.values import AnyLeaf, telling_values
from rebond.facts import UNKNOWN, FactValue, Maybe
from rebond.units import Euros

TOTAL, COST = "cout_total", "cout_"
_FIXED_COST = 100.0
"""Cost of a change that nobody can make: dearer than any number of possible ones."""
_MOST_STEPS = 400

Literal: TypeAlias = tuple[AnyLeaf, bool]
"""A leaf and the truth wanted of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact (or a sum of amounts) taken from a value to the nearest one that suits."""

    facts: tuple[str, ...]
    before: FactValue
    after: FactValue
    words: str
    options: tuple[str, ...] = ()
    """For a fact among values: all that suit, in French."""
    obstacle: str = ""
    """Why nobody can make this change; empty when the firm or the project can."""

    @property
    def changeable(self) -> bool:
        """Whether the firm or the project can make it."""
        return not self.obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """Changes that, made together, are enough; none of them is superfluous."""

    changes: tuple[Change, ...]

    @property
    def changeable(self) -> bool:
        """Whether all of them can be made."""
        return all(change.changeable for change in self.changes)

    @property
    def words(self) -> str:
        """The set as one sentence."""
        return " ; ".join(change.words for change in self.changes)


def nearest_changes(criterion: Criterion, facts: Facts, *, limit: int = 3) -> tuple[ChangeSet, ...]:
    """The cheapest sets of changes after which a criterion is no longer NO, at most ``limit``.

    Sets that can really be made come alone; when there is none, the cheapest of the others says what stands in the
    way. Empty when the criterion is not NO, or when its conditions contradict each other.
    """
    if criterion.truth(facts) is not Truth.NO:
        return ()
    found: list[ChangeSet] = []
    order = count()
    queue: list[tuple[float, int, tuple[Literal, ...]]] = [(0.0, next(order), ())]
    seen: set[frozenset[tuple[int, bool]]] = set()
    for _ in range(_MOST_STEPS):
        if not queue or len(found) >= limit:
            break
        cost, _, chosen = heapq.heappop(queue)
        if found and (cost >= _FIXED_COST or not found[0].changeable):
            break
        changes = _settle(chosen, facts)
        if changes is None:
            continue
        changed = apply_changes(facts, changes)
        steps = [literal for literal in _ways(criterion, changed, wanted=True) if literal not in chosen]
        if not steps and criterion.truth(changed) is not Truth.NO:
            _keep(found, ChangeSet(changes=_needed(criterion, facts, changes)))
        for literal in steps:
            key = frozenset((id(leaf), wanted) for leaf, wanted in (*chosen, literal))
            if key not in seen:
                seen.add(key)
                together = (*chosen, literal)
                price = sum(_cost(change) for change in _settle(together, facts) or ())
                heapq.heappush(queue, (price, next(order), together))
    return tuple(found)


def apply_changes(facts: Facts, changes: Sequence[Change]) -> dict[str, FactValue]:
    """The facts once the changes are made.

    A sum that rises puts the difference on its first amount; a sum that falls takes it from the largest ones. The
    total cost follows its parts, unless it is itself among the changes.
    """
    changed = dict(facts)
    for change in changes:
        if len(change.facts) == 1:
            changed[change.facts[0]] = change.after
        elif isinstance(change.after, Decimal | int):
            changed.update(_spread(change.facts, Decimal(change.after), changed))
    parts = [name for name in changed if name.startswith(COST) and name != TOTAL]
    given = facts.get(TOTAL, UNKNOWN)
    if given is not UNKNOWN and all(TOTAL not in change.facts for change in changes):
        changed[TOTAL] = _amount(given) + sum(
            (_amount(changed[name]) - _amount(facts[name]) for name in parts if changed[name] is not facts[name]),
            Decimal(0),
        )
    return changed


def _spread(names: Sequence[str], total: Euros, facts: Mapping[str, FactValue]) -> dict[str, FactValue]:
    amounts = {name: _amount(facts[name]) for name in names}
    difference = total - sum(amounts.values())
    if difference > 0:
        amounts[names[0]] += difference
    for name in sorted(names, key=lambda name: -amounts[name]):
        taken = min(amounts[name], max(Decimal(0), -difference))
        amounts[name] -= taken
        difference += taken
    return dict(amounts)


def _ways(criterion: Criterion, facts: Facts, *, wanted: bool) -> Iterator[Literal]:
    """Leaves that could turn next for a criterion to have the truth wanted; none when it does not lack it."""
    if criterion.truth(facts) is not (Truth.NO if wanted else Truth.YES):
        return
    match criterion:
        case Not():
            yield from _ways(criterion.child, facts, wanted=not wanted)
        case AllOf() | AnyOf():
            every = isinstance(criterion, AllOf) is wanted
            for child in criterion.children:
                ways = list(_ways(child, facts, wanted=wanted))
                yield from ways
                if ways and every:
                    # All must turn anyway: one at a time.
                    return
        case _:
            yield criterion, wanted  # type: ignore[misc]  # what is no group is a leaf


def _settle(chosen: Sequence[Literal], facts: Facts) -> tuple[Change, ...] | None:
    """The nearest values that suit all leaves chosen, fact by fact; ``None`` when no value suits."""
    by_slot: dict[tuple[str, ...], list[Literal]] = {}
    for leaf, wanted in chosen:
        by_slot.setdefault(leaf.names, []).append((leaf, wanted))
    changes: list[Change] = []
    for names, literals in by_slot.items():
        before = _value(names, facts)
        turned = [(leaf, wanted) for leaf, wanted in literals if leaf.holds(before) is not wanted]
        if not turned:
            continue
        suitable = [
            value
            for value in _candidates(literals, before)
            if all(leaf.holds(value) is want for leaf, want in literals)
        ]
        if not suitable:
            return None
        after = min(suitable, key=lambda value: _distance(before, value))
        again = _lifted_on(turned, facts)
        words = " et ".join(words_of(leaf, before, after, wanted=wanted) for leaf, wanted in turned)
        changes.append(
            Change(
                facts=names,
                before=before,
                after=after,
                words=words if again is UNKNOWN else apply_from(again).capitalize(),
                options=options_of(turned),
                obstacle=_obstacle(turned[0][0], before, after) if again is UNKNOWN else "",
            )
        )
    return tuple(changes)


def _lifted_on(turned: Sequence[Literal], facts: Facts) -> Maybe[date]:
    """The day on which time alone gives the one leaf that must turn the truth wanted; UNKNOWN when it does not."""
    leaf, wanted = turned[0]
    return leaf.lifted_on(facts) if len(turned) == 1 and wanted and isinstance(leaf, Compare) else UNKNOWN


def _value(names: tuple[str, ...], facts: Facts) -> FactValue:
    if len(names) == 1:
        return facts[names[0]]
    return sum((_amount(facts[name]) for name in names), Decimal(0))


def _amount(value: FactValue) -> Euros:
    return Decimal(str(value))


def _candidates(literals: Sequence[Literal], before: FactValue) -> Sequence[FactValue]:
    leaves = [leaf for leaf, _ in literals]
    if not isinstance(before, frozenset):
        return telling_values(leaves)
    refused = {value for leaf, wanted in literals if not wanted for value in getattr(leaf, "values", ())}
    kept = before - refused
    for leaf, wanted in literals:
        missing = sorted(getattr(leaf, "values", frozenset()) - refused)
        if wanted and missing and not leaf.holds(kept):
            kept |= {missing[0]}
    return (kept,)


def _distance(before: FactValue, after: FactValue) -> float:
    """How far a value is; values that have no order are equally far, the first one then wins."""
    if isinstance(before, date) and isinstance(after, date):
        return abs((after - before).days)
    if isinstance(before, Decimal | int) and isinstance(after, Decimal | int) and not isinstance(before, bool):
        return abs(float(after) - float(before))
    return 0.0


def _cost(change: Change) -> float:
    """One per change, a little more when the value is far, much more when nobody can make it."""
    far = _distance(change.before, change.after)
    scale = abs(float(change.before)) if isinstance(change.before, Decimal | int) else 1.0
    return (_FIXED_COST if change.obstacle else 1.0) + far / (far + scale + 1) / 10


def _obstacle(leaf: AnyLeaf, before: FactValue, after: FactValue) -> str:
    if isinstance(leaf, Confirm | CostSum):
        return ""
    grows = isinstance(before, Decimal | int) and isinstance(after, Decimal | int) and after > before
    # An age only needs time.
    if leaf.fact.type is FactType.NUMBER and leaf.fact.name == "age_annees" and grows:
        return ""
    return leaf.fact.fixed


def _needed(criterion: Criterion, facts: Facts, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The changes without those that turn out to be superfluous, the dearest tried first."""
    kept = list(changes)
    for change in sorted(changes, key=_cost, reverse=True):
        rest = [other for other in kept if other is not change]
        if criterion.truth(apply_changes(facts, rest)) is not Truth.NO:
            kept = rest
    return tuple(kept)


def _keep(found: list[ChangeSet], new: ChangeSet) -> None:
    """Add a set unless one already found asks for no more."""
    asked = {(change.facts, change.after) for change in new.changes}
    if not any({(change.facts, change.after) for change in known.changes} <= asked for known in found):
        found.append(new)
