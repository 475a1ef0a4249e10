"""Contributors' rules in the joint allocation: money of a region shared, parts paid, against every set and sharing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.facts import UNKNOWN, Contribution
from rebond.financing.problem.model import FinancingProblem, Line, Offer, ProjectProblem
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.allocation import Allocation
from rebond.portfolio.contributors import pay_out, payers_of
from rebond.portfolio.first_come import first_come
from rebond.portfolio.paid import Paid, paid_breaches
from rebond.portfolio.paid_rows import paid_rows
from rebond.portfolio.reasons import refusal, way_in
from rebond.portfolio.select import Candidate, uncovered_needs
from rebond.portfolio.selection_words import price_sentences
from rebond.portfolio.together import allocate_together
from tests.core.portfolio.test_contributors import FACTS, SCALE, affordable, contributions_of, scaled
from tests.core.portfolio.test_select import grant

REGION, LEAST = "region", 2 * SCALE
A_EURO_EACH = 3 * 9 / (2 * SCALE)
"""Points: what whole euros may take of three projects of nine points at most, of one need of two steps at least."""
Call = tuple[Allocation, Mapping[str, Candidate], frozenset[str]]


def project(rank: int, need: int, region: int) -> ProjectProblem:
    """Of another undertaking each: nothing but the region's money, as far as it goes, pays a part of the need."""
    return ProjectProblem(
        id=f"P{rank}",
        undertaking=f"E{rank}",
        lines=(Line(id="L", nature="materiel", amount=Decimal(1000), year=2027),),
        offers=(replace(grant("region", region), budget=REGION),) if region else (),
        need=Decimal(need),
    )


def offered(*, part: bool) -> Offer:
    call = grant("enveloppe", 1000)
    return replace(call, pays_part=True, least_useful=Decimal(LEAST)) if part else call


def allocated(problem: FinancingProblem, values: Sequence[int], parts: Sequence[Contribution], *, part: bool) -> Call:
    """As the call does: pools that run out found on the way, admission again each time."""
    worth = {f"P{rank}": Decimal(value) for rank, value in enumerate(values)}
    envelope = sum((each.amount for each in parts), Decimal(0))
    binding: frozenset[str] = frozenset()
    while True:
        missing = uncovered_needs(problem, without=binding)
        candidates = {
            p.id: Candidate(project=p, value=worth[p.id], offer=offered(part=part), uncovered=missing[p.id])
            for p in problem.projects
            if missing[p.id] >= (LEAST if part else 1)
        }
        every = tuple(candidates.values())
        payers = payers_of(parts, FACTS)
        found = allocate_together(problem, every, worth, envelope=envelope, binding=binding, payers=payers)
        if not found.over:
            return found, candidates, binding
        binding |= found.over


def amounts_that_finance(
    chosen: Sequence[int],
    needs: Sequence[int],
    caps: Sequence[int],
    region: int,
    called: Mapping[str, Candidate],
    envelope: int,
    part: bool,
) -> Iterator[tuple[dict[str, int], dict[int, float]]]:
    """What the envelope may give each of a set so that it is financed, by steps of ``SCALE``; how far each is served.

    In a call that pays parts a project brings its value in proportion to the most that the call could give it.
    """

    def most(rank: int) -> int:
        """The envelope never pays what something else can."""
        return min(int(called[f"P{rank}"].uncovered), envelope) if f"P{rank}" in called else 0

    ways = [
        [
            (money, amount)
            for money in range(0, min(caps[rank], needs[rank]) + 1, SCALE)
            for amount in range(0, min(needs[rank] - money, most(rank)) + 1, SCALE)
            if (money + amount == needs[rank] and (not part or amount == 0)) or (part and amount >= LEAST)
        ]
        for rank in chosen
    ]
    for way in product(*ways):
        if sum(money for money, _ in way) <= region:
            served = {
                rank: 1.0 if money + amount == needs[rank] else min(1.0, amount / most(rank))
                for rank, (money, amount) in zip(chosen, way, strict=True)
            }
            yield {f"P{rank}": amount for rank, (_, amount) in zip(chosen, way, strict=True) if amount}, served


@settings(max_examples=25)
@given(
    parts=contributions_of(9),
    asked=st.tuples(*[st.integers(2, 5)] * 3),
    caps=st.tuples(*[st.sampled_from([0, 1, 5])] * 3),
    region=st.integers(0, 6),
    values=st.tuples(*[st.integers(1, 9)] * 3),
    part=st.booleans(),
)
def test_no_set_that_the_contributors_can_pay_beside_the_region_is_worth_more(
    parts: list[Contribution],
    asked: tuple[int, ...],
    caps: tuple[int, ...],
    region: int,
    values: tuple[int, ...],
    part: bool,
) -> None:
    """What is found is legal to the euro, and no set on a grid of sharings is worth more: it is the best."""
    parts, needs, region = [scaled(each) for each in parts], [need * SCALE for need in asked], region * SCALE
    limits = [cap * SCALE for cap in caps]
    problem = FinancingProblem(
        projects=tuple(project(rank, *each) for rank, each in enumerate(zip(needs, limits, strict=True))),
        budgets={REGION: Decimal(region)},
    )
    found, called, binding = allocated(problem, values, parts, part=part)
    envelope = int(sum((each.amount for each in parts), Decimal(0)))
    given_ = found.given
    helped = {p.id for p in problem.projects if found.plans[p.id].gap == 0 or (part and p.id in given_)}
    best = max(
        sum(values[rank] * share for rank, share in served.items())
        for size in range(4)
        for chosen in combinations(range(3), size)
        for amounts, served in amounts_that_finance(chosen, needs, limits, region, called, envelope, part)
        if affordable(amounts, parts, SCALE // 4)
    )
    reached = sum(values[int(key[1:])] * float(found.served(key)) for key in helped)
    assert reached >= best - A_EURO_EACH
    assert all(report.proven for report in found.reports)
    _check_to_the_euro(given_, parts)
    sought = {key: found.plans[key].gap + amount for key, amount in given_.items() if key in found.missing}
    assert sought == {key: found.missing[key] for key in sought}, "a part paid leaves the rest to be found"
    assert all(amount >= LEAST for amount in given_.values()) or not part
    taken = sum(line.amount for plan in found.plans.values() for line in plan.lines if line.dispositif == "region")
    assert taken <= region
    plans = first_come(
        problem,
        called,
        found.plans,
        envelope=sum((each.amount for each in parts), Decimal(0)),
        binding=binding,
        payers=payers_of(parts, FACTS),
        solved=SolvedParts(),
    )
    _check_to_the_euro({key: plan.envelope for key, plan in plans.items() if plan.envelope}, parts)


def _check_to_the_euro(amounts: Mapping[str, int], parts: Sequence[Contribution]) -> None:
    """Σ retained within each contributor's rules, by the check that shares no code with the sharing."""
    shared = pay_out(amounts, payers_of(parts, FACTS))
    assert shared is not None
    paid = [Paid(project=p, rank=rank, contributor="C", amount=euros) for (rank, p), euros in shared.items()]
    assert list(paid_breaches(paid, parts, amounts, FACTS)) == []


def test_who_stays_out_for_want_of_a_contributor_is_told_who_could_give_way() -> None:
    """The State's 100 are free for all, the agglomeration's 100 only for P0: P1 waits for P2's euros, not for P0's."""
    state = Contribution(contributor="État", amount=Decimal(100))
    local = Contribution(contributor="Agglo", amount=Decimal(100), epcis=("1",))
    values = (10, 20, 30)
    problem = FinancingProblem(projects=tuple(project(rank, 80, 0) for rank in range(3)))
    found, called, _ = allocated(problem, values, [state, local], part=False)
    assert found.retained == ("P0", "P2")
    payers, worth = payers_of([state, local], FACTS), {f"P{rank}": Decimal(v) for rank, v in enumerate(values)}
    told = refusal(called["P1"], Decimal(80), found.left, payers=payers, given=found.at_least)
    assert "apportent plus de valeur" in told
    entry = way_in(called["P1"], Decimal(80), found.left, found.at_least, worth, payers=payers)
    assert entry is not None
    assert (entry.short, entry.instead_of, entry.lost) == (Decimal(60), ("P2",), Decimal(10))
    told = " ".join(price_sentences(found.prices, {}))
    assert "versés par État" in told
    assert "versés par Agglo ne changeraient rien" in told


@settings(max_examples=60)
@given(
    parts=contributions_of(12),
    asked=st.tuples(*[st.integers(1, 5)] * 3),
)
def test_rows_of_groups_hold_exactly_where_a_sharing_exists(parts: list[Contribution], asked: tuple[int, ...]) -> None:
    """A choice whose amounts are settled, contributors without a floor: whole units, shares above included."""
    parts = [replace(scaled(each), min_per_project=UNKNOWN) for each in parts]
    needs = {f"P{rank}": need * SCALE for rank, need in enumerate(asked)}
    payers = payers_of(parts, FACTS)
    rows = list(paid_rows(needs, replace(payers, binding=True)))
    for size in range(4):
        for chosen in combinations(range(3), size):
            wanted = {f"P{rank}": needs[f"P{rank}"] for rank in chosen}
            assert all(row.holds(chosen) for row in rows) == affordable(wanted, parts, SCALE // 4)
