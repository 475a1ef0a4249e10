"""The committee's choice: what falls, what its rules ask, the best choice under them, against every choice there is."""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import UNKNOWN, Maybe
from rebond.portfolio.choosing.binary import Chooser
from rebond.portfolio.committee.choice import Contender, stand
from rebond.portfolio.committee.rules import Best, Conflict, Rule, RuleKind, Unsettled, best_choice, unmet
from rebond.portfolio.contributors import Allowance, Payers
from rebond.units import format_number

EPCI, FIRM, SHARE = RuleKind.PER_PLACE, RuleKind.PER_FIRM, RuleKind.SMALL_SHARE


def contender(name: str, value: int, asks: int | None, **other: Any) -> Contender:
    told: dict[str, Any] = {"firm": name, "place": "CC", "small": True} | other
    return Contender(id=name, value=Decimal(value), asks=None if asks is None else Decimal(asks), **told)


FEW = (
    contender("A", 90, 600, place="Nord", small=False),
    contender("B", 70, 400, place="Nord"),
    contender("C", 60, 300, place="Sud", firm="B"),
    contender("D", 50, None, place="Sud"),
)


def test_moving_a_project_in_says_what_no_longer_fits_for_the_least_value() -> None:
    found = stand(FEW, {"A", "B", "C"}, envelope=Decimal(1000), proposal={"A", "B"}, held={"C"})
    assert (found.committed, found.left, found.fits) == (Decimal(1300), Decimal(-300), False)
    assert found.falls == ("B",)
    assert found.lost == -60
    kept = stand(FEW, {"A", "C"}, envelope=Decimal(1000), proposal={"A", "B"}, held={"C"})
    assert (kept.left, kept.lost, kept.falls, kept.fits) == (Decimal(100), Decimal(10), (), True)


def test_what_is_held_is_never_what_falls_even_when_it_passes_the_envelope_alone() -> None:
    found = stand(FEW, {"A", "B"}, envelope=Decimal(900), proposal=set(), held={"A", "B"})
    assert (found.stuck, found.falls) == (True, ())


def test_what_falls_is_not_said_to_be_the_least_when_time_did_not_prove_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stops the search before HiGHS finds anything: all that is not held goes, and nothing is claimed of it."""
    proven = stand(FEW, {"A", "B", "C"}, envelope=Decimal(1000), proposal=set(), held={"C"})
    assert (proven.falls, proven.falls_proven) == (("B",), True)
    monkeypatch.setattr(Chooser, "_run", lambda *_: (None, math.inf, False))
    found = stand(FEW, {"A", "B", "C"}, envelope=Decimal(1000), proposal=set(), held={"C"})
    assert (found.falls, found.falls_proven, found.stuck) == (("A", "B"), False, False)
    rules = (Rule(kind=EPCI, number=1),)
    assert isinstance(best_choice(FEW, envelope=Decimal(600), rules=rules), Unsettled)
    # Proven that no choice keeps them all, and no time left to know which conflict.
    monkeypatch.setattr(Chooser, "_run", lambda chooser, *_: (None, math.inf, False) if len(chooser.rows) < 4 else None)
    assert isinstance(best_choice(FEW, envelope=Decimal(600), rules=rules, held={"A"}), Unsettled)


def test_a_project_that_no_legal_plan_finances_is_said_and_never_counted_as_free() -> None:
    found = stand(FEW, {"D"}, envelope=Decimal(900), proposal=set())
    assert (found.unpaid, found.fits, found.left) == (("D",), False, Decimal(900))
    best = best_choice(FEW, envelope=Decimal(10_000), rules=())
    assert isinstance(best, Best)
    assert best.chosen == ("A", "B", "C")


def test_a_rule_that_is_not_kept_says_what_is_missing() -> None:
    rules = (Rule(kind=EPCI, number=1), Rule(kind=FIRM, number=1), Rule(kind=SHARE, number=50))
    said = dict(unmet(rules, FEW, {"A", "B"}))
    assert list(said) == [rules[0], rules[2]]
    assert said[rules[0]] == "Sud : 0 sur 1"
    assert f"soit {format_number(Decimal(40), 1)}" in said[rules[2]]
    assert [rule for rule, _ in unmet(rules, FEW, {"B", "C"})] == [rules[1]]


def test_a_firm_whose_size_nobody_knows_is_not_counted_as_small_and_the_sentence_says_so() -> None:
    unsure = (contender("A", 90, 600, small=UNKNOWN),)
    ((_, said),) = unmet([Rule(kind=SHARE, number=10)], unsure, {"A"})
    assert "1 de taille inconnue" in said


def test_rules_that_conflict_are_named_and_only_those() -> None:
    rules = (Rule(kind=FIRM, number=1), Rule(kind=EPCI, number=2), Rule(kind=SHARE, number=1))
    found = best_choice(FEW, envelope=Decimal(10_000), rules=rules)
    assert isinstance(found, Conflict)
    # Two in the South would take D, which nothing finances: that rule alone cannot be kept.
    assert (found.rules, found.held, found.over) == ((rules[1],), False, False)
    held = best_choice(FEW, envelope=Decimal(10_000), rules=(rules[0],), held={"B", "C"})
    assert isinstance(held, Conflict)
    assert (held.rules, held.held) == ((rules[0],), True)
    over = best_choice(FEW, envelope=Decimal(500), rules=(), held={"A"})
    assert isinstance(over, Conflict)
    assert over.over


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[Contender], Decimal, list[Rule]]:
    count = draw(st.integers(1, 7))
    found = [
        contender(
            f"P{rank}",
            draw(st.integers(0, 100)),
            draw(st.none() | st.integers(0, 400)),
            firm=draw(st.sampled_from("XYZ")),
            place=draw(st.sampled_from(["", "Nord", "Sud"])),
            small=draw(st.sampled_from([True, False, UNKNOWN])),
            unsure=draw(st.booleans()),
        )
        for rank in range(count)
    ]
    rules = [
        Rule(kind=kind, number=draw(st.integers(1, 2 if kind is not SHARE else 100)))
        for kind in draw(st.lists(st.sampled_from(list(RuleKind)), unique=True))
    ]
    return found, Decimal(draw(st.integers(0, 900))), rules


def possible(contenders: Sequence[Contender], envelope: Decimal, rules: Sequence[Rule]) -> Iterator[set[str]]:
    payable = [each for each in contenders if each.asks is not None]
    for size in range(len(payable) + 1):
        for chosen in combinations(payable, size):
            names = {each.id for each in chosen}
            if sum((each.asks or 0 for each in chosen), Decimal(0)) <= envelope and not list(
                unmet(rules, contenders, names)
            ):
                yield names


@given(calls())
def test_the_best_choice_under_rules_is_that_of_every_choice_tried(
    call: tuple[list[Contender], Decimal, list[Rule]],
) -> None:
    contenders, envelope, rules = call
    """What nothing else can pay first, then those that a loan might pay in part."""

    def worth(names: Collection[str]) -> tuple[Decimal, Decimal]:
        kept = [each for each in contenders if each.id in names]
        sure = sum((each.value for each in kept if not each.unsure), Decimal(0))
        return sure, sum((each.value for each in kept), Decimal(0))

    every = list(possible(contenders, envelope, rules))
    found = best_choice(contenders, envelope=envelope, rules=rules)
    if isinstance(found, Conflict):
        assert not every
        assert not list(possible(contenders, envelope, found.rules))
        for rule in found.rules:
            assert list(possible(contenders, envelope, [each for each in found.rules if each != rule]))
    else:
        assert isinstance(found, Best)
        assert set(found.chosen) in every
        assert found.proven
        assert worth(found.chosen) == max(map(worth, every))
        assert found.value == worth(found.chosen)[1]


@given(calls(), st.data())
def test_what_falls_is_the_least_value_that_makes_room(
    call: tuple[list[Contender], Decimal, list[Rule]], data: st.DataObject
) -> None:
    contenders, envelope, _ = call
    names = [each.id for each in contenders]
    chosen = set(data.draw(st.lists(st.sampled_from(names), unique=True)))
    held = set(data.draw(st.lists(st.sampled_from(sorted(chosen)), unique=True))) if chosen else set()
    found = stand(contenders, chosen, envelope=envelope, proposal=set(), held=held)
    worth = {each.id: (each.value, each.asks or Decimal(0)) for each in contenders}
    rooms = [
        set(gone)
        for size in range(len(chosen) + 1)
        for gone in combinations(sorted(chosen - held), size)
        if sum((worth[name][1] for name in chosen - set(gone)), Decimal(0)) <= envelope
    ]
    assert found.stuck is (not rooms)
    if rooms:
        assert set(found.falls) in rooms
        assert sum(worth[name][0] for name in found.falls) == min(
            sum(worth[name][0] for name in gone) for gone in rooms
        )


SHARES: st.SearchStrategy[Maybe[Decimal]] = st.sampled_from([UNKNOWN, UNKNOWN, Decimal("0.5")])


@st.composite
def funded(draw: st.DrawFn) -> tuple[list[Contender], Payers]:
    """Up to five projects and three contributors, each with whom it may pay, its least, its most and its share."""
    contenders, _, _ = draw(calls())
    kept = [each for each in contenders if each.asks is not None][:5]
    amounts = tuple(draw(st.lists(st.integers(0, 400), min_size=1, max_size=3)))
    of = {
        each.id: tuple(
            Allowance(
                rank,
                low=draw(st.sampled_from([0, 0, 50, 120])),
                high=draw(st.integers(120, 400)),
                share=draw(SHARES),
            )
            for rank in range(len(amounts))
            if draw(st.booleans())
        )
        for each in kept
    }
    return kept, Payers(amounts=amounts, of=of, binding=True, names=("Région", "État", "EPCI")[: len(amounts)])


def payable(asked: Sequence[tuple[str, int]], payers: Payers, left: Sequence[int]) -> bool:
    """Every sharing tried, by steps of ten euros: a project after the other, one contributor after the other."""
    if not asked:
        return True
    (name, need), *others = asked
    mine = {each.payer: each for each in payers.of[name]}

    def shares(rank: int, missing: int) -> Iterator[list[int]]:
        if rank == len(left):
            if not missing:
                yield []
            return
        yield from ([0, *rest] for rest in shares(rank + 1, missing))
        if rank in mine:
            each = mine[rank]
            most = min(each.high, left[rank], missing, need if each.share is UNKNOWN else math.ceil(each.share * need))
            for given_ in range(max(each.low, 10), most + 1, 10):
                yield from ([given_, *rest] for rest in shares(rank + 1, missing - given_))

    return any(
        payable(others, payers, [had - gave for had, gave in zip(left, each, strict=True)]) for each in shares(0, need)
    )


@given(funded(), st.data())
def test_contributors_own_rules_bound_the_best_choice_and_what_falls(
    call: tuple[list[Contender], Payers], data: st.DataObject
) -> None:
    """Amounts by tens of euros, so that every sharing can be tried."""
    ten = Decimal(20)
    contenders = [replace(each, asks=(each.asks or 0) // ten * ten, unsure=False) for each in call[0]]
    payers = replace(
        call[1],
        amounts=tuple(each // 10 * 10 for each in call[1].amounts),
        of={
            key: tuple(replace(a, low=a.low // 10 * 10, high=a.high // 10 * 10) for a in mine)
            for key, mine in call[1].of.items()
        },
    )
    envelope = Decimal(sum(payers.amounts))
    every = [
        set(names)
        for size in range(len(contenders) + 1)
        for names in combinations([each.id for each in contenders], size)
        if payable([(each.id, int(each.asks or 0)) for each in contenders if each.id in names], payers, payers.amounts)
    ]
    worth = {each.id: each.value for each in contenders}

    def value(names: Collection[str]) -> Decimal:
        return sum((worth[name] for name in names), Decimal(0))

    best = best_choice(contenders, envelope=envelope, rules=(), payers=payers)
    assert isinstance(best, Best)
    assert set(best.chosen) in every
    assert best.value == max(map(value, every))
    chosen = set(worth)
    held = set(data.draw(st.lists(st.sampled_from(sorted(worth)), unique=True))) if worth else set()
    found = stand(contenders, chosen, envelope=envelope, proposal=set(), held=held, payers=payers)
    assert found.fits is (chosen in every)
    left = [names for names in every if held <= names]
    assert found.stuck is (not left)
    if left:
        assert chosen - set(found.falls) in left
        assert value(found.falls) == value(chosen) - max(map(value, left))
