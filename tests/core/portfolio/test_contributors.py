"""Who pays what of the envelope: against brute force on small problems, and to the euro on any."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.eligibility.criteria import Facts
from rebond.facts import UNKNOWN, Contribution
from rebond.portfolio.contributors import pay_out, payers_of
from rebond.portfolio.paid import Paid, paid_breaches
from rebond.portfolio.reasons import refusal
from rebond.portfolio.select import Candidate
from tests.core.portfolio.allocating import allocate
from tests.core.portfolio.test_select import candidate

FACTS: Mapping[str, Facts] = {
    "P0": {"epci": "1", "region": "44", "taille_ue": "petite", "code_naf": "25.62B"},
    "P1": {"epci": "2", "region": "44", "taille_ue": "moyenne", "code_naf": "13.20Z"},
    "P2": {"epci": UNKNOWN, "region": UNKNOWN, "taille_ue": UNKNOWN, "code_naf": UNKNOWN},
}
maybe = st.one_of(st.just(UNKNOWN), st.integers(0, 9).map(Decimal))


def contributions_of(most: int) -> st.SearchStrategy[list[Contribution]]:
    """One to three contributions with any rules; their rank is their name."""
    one = st.builds(
        Contribution,
        contributor=st.just("C"),
        amount=st.integers(0, most).map(Decimal),
        epcis=st.sampled_from([(), (), ("1",), ("2",)]),
        regions=st.sampled_from([(), (), ("44",), ("32",)]),
        sizes=st.sampled_from([frozenset(), frozenset({"petite"})]),
        activities=st.sampled_from([(), (), ("25",), ("13.2",)]),
        min_per_project=maybe,
        max_per_project=maybe,
        max_share=st.sampled_from([UNKNOWN, UNKNOWN, Decimal("0.5"), Decimal("0.25"), Decimal("0.8")]),
    )
    return st.lists(one, min_size=1, max_size=3)


def pays(part: Contribution, project: str) -> bool:
    """Whether the rules on places, sizes and activities leave a project to a contributor."""
    facts = FACTS[project]
    naf = facts["code_naf"]
    return (
        (not part.epcis or facts["epci"] in part.epcis)
        and (not part.regions or facts["region"] in part.regions)
        and (not part.sizes or facts["taille_ue"] in part.sizes)
        and (not part.activities or (naf is not UNKNOWN and str(naf).startswith(part.activities)))
    )


def ways(project: str, amount: int, parts: Sequence[Contribution], step: int) -> Iterator[tuple[int, ...]]:
    """Every way to pay an amount to a project, contribution by contribution, by so many euros."""
    choices = []
    for part in parts:
        share = math.ceil(part.max_share * amount) if part.max_share is not UNKNOWN else amount
        allowed = [
            euros
            for euros in range(step, amount + 1, step)
            if euros <= share
            and pays(part, project)
            and (part.min_per_project is UNKNOWN or euros >= part.min_per_project)
            and (part.max_per_project is UNKNOWN or euros <= part.max_per_project)
        ]
        choices.append([0, *allowed])
    return (way for way in product(*choices) if sum(way) == amount)


def affordable(amounts: Mapping[str, int], parts: Sequence[Contribution], step: int = 1) -> bool:
    """Whether some way to pay them all keeps every contribution."""
    left = {tuple(int(part.amount) for part in parts)}
    for project, amount in amounts.items():
        each = list(ways(project, amount, parts, step))
        left = {
            rest
            for room in left
            for way in each
            if min(rest := tuple(have - euros for have, euros in zip(room, way, strict=True))) >= 0
        }
    return bool(left)


@given(parts=contributions_of(15), amounts=st.tuples(*[st.integers(0, 9)] * 3))
def test_an_envelope_is_shared_out_whenever_some_sharing_keeps_every_rule(
    parts: list[Contribution], amounts: tuple[int, ...]
) -> None:
    wanted = {f"P{rank}": amount for rank, amount in enumerate(amounts) if amount}
    shared = pay_out(wanted, payers_of(parts, FACTS))
    assert (shared is not None) == affordable(wanted, parts)
    if shared is not None:
        paid = [Paid(project=p, rank=rank, contributor="C", amount=euros) for (rank, p), euros in shared.items()]
        assert list(paid_breaches(paid, parts, wanted, FACTS)) == []


SCALE = 20
"""Euros a unit: the shares above of any amount are then whole, and no rounding is told from a rule."""


@given(
    parts=contributions_of(12), asked=st.tuples(*[st.integers(1, 5)] * 3), values=st.tuples(*[st.integers(1, 9)] * 3)
)
def test_the_projects_of_most_value_that_the_contributors_can_pay_are_retained(
    parts: list[Contribution], asked: tuple[int, ...], values: tuple[int, ...]
) -> None:
    """Nothing else pays these needs: each retained project takes its whole need of the envelope."""
    parts = [scaled(part) for part in parts]
    needs = [need * SCALE for need in asked]
    projects = [
        candidate(rank, cost=400, need=need, other=0, value=value)
        for rank, (need, value) in enumerate(zip(needs, values, strict=True))
    ]
    payers = payers_of(parts, FACTS)
    total = sum((part.amount for part in parts), Decimal(0))
    found = allocate(projects, envelope=total, de_minimis_room={}, payers=payers)
    best = max(
        sum(values[rank] for rank in chosen)
        for size in range(4)
        for chosen in combinations(range(3), size)
        if affordable({f"P{rank}": needs[rank] for rank in chosen}, parts, SCALE // 4)
    )
    assert sum(values[int(project[1:])] for project in found.retained) == best
    amounts = found.given
    shared = pay_out(amounts, payers)
    assert shared is not None
    paid = [Paid(project=p, rank=rank, contributor="C", amount=euros) for (rank, p), euros in shared.items()]
    assert list(paid_breaches(paid, parts, amounts, FACTS)) == []


def scaled(part: Contribution) -> Contribution:
    low, high = (each if each is UNKNOWN else each * SCALE for each in (part.min_per_project, part.max_per_project))
    return replace(part, amount=part.amount * SCALE, min_per_project=low, max_per_project=high)


def part_funded(rank: int, *, need: int, least: int, value: int) -> Candidate:
    """A project of a call that pays a part of its need, 20 % of a cost of 1 000 at most."""
    whole = candidate(rank, cost=1000, need=need, other=0, value=value, ceiling="0.2")
    return replace(whole, offer=replace(whole.offer, pays_part=True, least_useful=Decimal(least)))


def test_a_call_that_pays_a_part_retains_what_it_cannot_make_whole() -> None:
    """20 % of 1 000 for a need of 700: a call that wants the need whole retains nothing, this one gives 200."""
    part = part_funded(0, need=700, least=100, value=50)
    whole = replace(part, offer=replace(part.offer, pays_part=False))
    (refused, found) = (allocate([c], envelope=Decimal(900), de_minimis_room={}) for c in (whole, part))
    assert refused.retained == ()
    assert found.retained == ("P0",)
    assert found.plans["P0"].envelope == 200
    assert found.plans["P0"].gap == 500


def test_a_part_is_never_under_the_minimum_aid_and_the_most_value_is_helped_first() -> None:
    """250 € and a minimum of 100 €: two of three projects, and the euros that are left go to them."""
    three = [part_funded(rank, need=700, least=100, value=value) for rank, value in enumerate((10, 30, 20))]
    found = allocate(three, envelope=Decimal(250), de_minimis_room={})
    assert found.retained == ("P1", "P2")
    assert found.spent == 250
    assert all(amount >= 100 for amount in found.given.values())
    assert found.at_least == {"P1": 100, "P2": 100}
    assert "100" in refusal(three[0], Decimal(100), found.left)


@pytest.mark.parametrize("least", [10, 100, 200])
def test_the_minimum_aid_is_a_floor_and_decides_who_gets_what_no_more(least: int) -> None:
    """400 € for three projects that may get 200 each: two are served in full, whatever the least is."""
    three = [part_funded(rank, need=700, least=least, value=value) for rank, value in enumerate((30, 10, 29))]
    found = allocate(three, envelope=Decimal(400), de_minimis_room={})
    assert found.given == {"P0": 200, "P2": 200}
    assert [found.served(key) for key in found.retained] == [1, 1]


def test_a_payment_that_breaks_a_rule_is_told_by_the_check() -> None:
    """Every rule of a contribution, broken one at a time."""
    part = Contribution(
        contributor="Région",
        amount=Decimal(100),
        epcis=("1",),
        regions=("44",),
        sizes=frozenset({"petite"}),
        activities=("25",),
        min_per_project=Decimal(20),
        max_per_project=Decimal(60),
        max_share=Decimal("0.5"),
    )

    def told(project: str, amount: int, given_: int) -> str:
        paid = [Paid(project=project, rank=0, contributor="Région", amount=amount)]
        return " ".join(paid_breaches(paid, [part], {project: given_}, FACTS))

    assert "sous son minimum" in told("P0", 10, 10)
    assert "plafond par projet" in told("P0", 70, 140)
    assert "au-delà de sa part" in told("P0", 40, 60)
    assert "40 € payés pour 60 € donnés" in told("P0", 40, 60)
    assert "plus que l'enveloppe" in told("P0", 50, 101)
    for words in ("intercommunalités", "taille", "activité"):
        assert words in told("P1", 30, 60)
    assert "régions" in told("P2", 30, 60)
