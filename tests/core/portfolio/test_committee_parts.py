"""The committee's choice in a call that pays parts: shared out again as the study would, against every set tried."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.facts import UNKNOWN, Contribution
from rebond.financing.problem.model import FinancingProblem
from rebond.portfolio.committee.choice import Contender, shared_out, stand
from rebond.portfolio.committee.rules import Best, Conflict, Rule, RuleKind, best_choice, unmet
from rebond.portfolio.contributors import Allowance, Payers
from rebond.portfolio.parts import PartRange
from tests.core.portfolio.test_contributors import SCALE
from tests.core.portfolio.test_paid_together import allocated, project


def part(name: str, value: int, least: int, most: int, given: int | None = None) -> Contender:
    return Contender(
        id=name,
        firm=name,
        place="CC",
        small=True,
        value=Decimal(value),
        asks=Decimal(least if given is None else given),
        part=PartRange(least=least, most=most, full=most),
    )


def test_who_moves_in_takes_from_where_a_euro_brings_least_and_gives_it_back_when_it_goes() -> None:
    """A has 200, B 200 of 300. C needs 100 at least: B, whose euro brings least, gives way; nothing falls."""
    few = (part("A", 80, 50, 200, 200), part("B", 60, 50, 300, 200), part("C", 50, 100, 100))
    as_proposed = stand(few, {"A", "B"}, envelope=Decimal(400), proposal={"A", "B"})
    assert as_proposed.amounts == {"A": 200, "B": 200}
    assert (int(as_proposed.left), int(as_proposed.value), int(as_proposed.lost)) == (0, 120, 0)
    moved = stand(few, {"A", "B", "C"}, envelope=Decimal(400), proposal={"A", "B"}, held={"C"})
    assert moved.amounts == {"A": 200, "B": 100, "C": 100}
    assert (moved.left, moved.falls, moved.fits) == (Decimal(0), (), True)
    assert (moved.value, moved.lost) == (Decimal(150), Decimal(-30))
    out = stand(few, {"B"}, envelope=Decimal(400), proposal={"A", "B"})
    assert out.amounts == {"B": 300}
    assert (out.left, out.lost) == (Decimal(100), Decimal(60))


def test_what_falls_is_counted_once_what_it_leaves_is_shared_among_the_others() -> None:
    """Of 200, A (100 at least) and C (80 at least) leave no room for B's 50: B falls, and A has its 120."""
    few = (part("A", 60, 100, 200, 150), part("B", 10, 50, 50, 50), part("C", 40, 80, 80))
    found = stand(few, {"A", "B", "C"}, envelope=Decimal(200), proposal={"A", "B"}, held={"C"})
    assert (found.falls, found.left) == (("B",), Decimal(-30))
    assert found.amounts == {"A": 100, "B": 50, "C": 80}
    # Proposed: 45 + 10. After: A at 120 of 200, and C.
    assert found.lost_after == 55 - (36 + 40)


def test_what_the_committee_decided_is_not_shared_out_again() -> None:
    decided = replace(part("A", 80, 50, 200, 120), part=PartRange(least=50, most=200, full=200).fixed_at(120))
    found = stand((decided, part("B", 60, 50, 300, 280)), {"A", "B"}, envelope=Decimal(200), proposal={"B"})
    assert found.amounts == {"A": 120, "B": 80}
    assert found.value == 48 + 16


def test_contributors_share_out_again_by_their_own_rules() -> None:
    few = (part("A", 80, 50, 200, 200), part("B", 60, 50, 300, 200))
    payers = Payers(amounts=(150, 250), of={"A": (Allowance(0, 0, 150),), "B": (Allowance(1, 0, 250),)}, binding=True)
    found = stand(few, {"A", "B"}, envelope=Decimal(400), proposal=set(), payers=payers)
    assert found.amounts == {"A": 150, "B": 250}
    assert found.shared


@settings(max_examples=25)
@given(asked=st.tuples(*[st.integers(2, 6)] * 4), values=st.tuples(*[st.integers(1, 9)] * 4), left=st.integers(2, 20))
def test_sharing_out_the_proposal_again_gives_what_the_study_gave(
    asked: tuple[int, ...], values: tuple[int, ...], left: int
) -> None:
    problem = FinancingProblem(
        projects=tuple(project(rank, need * SCALE, 0) for rank, need in enumerate(asked)), de_minimis_room={}
    )
    envelope = Contribution(contributor="État", amount=Decimal(left * SCALE))
    found, _, _ = allocated(problem, values, [envelope], part=True)
    kept = [
        Contender(
            id=name,
            firm=name,
            place="",
            small=UNKNOWN,
            value=Decimal(values[int(name[1:])]),
            asks=Decimal(found.given[name]),
            part=found.parts[name],
        )
        for name in found.retained
    ]
    again = {each.id: int(each.asks or 0) for each in shared_out(kept, envelope.amount, None)}
    worth = {each.id: each.value / each.part.full for each in kept if each.part}

    def brought(amounts: dict[str, int]) -> Decimal:
        return sum((worth[name] * amount for name, amount in amounts.items()), Decimal(0)).quantize(Decimal("0.0001"))

    assert sum(again.values()) == sum(found.given.values())
    assert brought(again) == brought(dict(found.given))
    standing = stand(kept, set(found.retained), envelope=envelope.amount, proposal=set(found.retained))
    assert standing.amounts == found.given
    assert standing.lost == 0


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[Contender], Decimal, list[Rule]]:
    found = []
    for name in "ABCDE"[: draw(st.integers(1, 5))]:
        least = draw(st.integers(1, 5)) * 20
        most = least + draw(st.integers(0, 5)) * 20
        each = part(name, draw(st.integers(1, 90)), least, most)
        found.append(replace(each, firm=draw(st.sampled_from("XY")), place=draw(st.sampled_from(["Nord", "Sud"]))))
    kinds = draw(st.lists(st.sampled_from([RuleKind.PER_PLACE, RuleKind.PER_FIRM]), unique=True))
    return found, Decimal(draw(st.integers(0, 20)) * 20), [Rule(kind=kind, number=1) for kind in kinds]


def possible(contenders: Sequence[Contender], envelope: Decimal, rules: Sequence[Rule]) -> Iterator[Collection[str]]:
    for size in range(len(contenders) + 1):
        for chosen in combinations(contenders, size):
            names = {each.id for each in chosen}
            least = sum((each.at_least.asks or 0 for each in chosen), Decimal(0))
            if least <= envelope and not list(unmet(rules, contenders, names)):
                yield names


def filled(chosen: Sequence[Contender], envelope: Decimal) -> Decimal:
    """What a set is worth, each with its least, then what is left where a euro brings most."""
    ranges = {each.id: each.part or PartRange(least=0, most=0, full=1) for each in chosen}
    given = {name: part.least for name, part in ranges.items()}
    left = int(envelope) - sum(given.values())
    for each in sorted(chosen, key=lambda one: -one.value / ranges[one.id].full):
        more = min(left, ranges[each.id].most - ranges[each.id].least)
        given[each.id] += more
        left -= more
    return sum((each.value * given[each.id] / ranges[each.id].full for each in chosen), Decimal(0))


@settings(max_examples=60)
@given(calls())
def test_the_best_choice_is_that_of_every_set_each_filled_at_best(
    call: tuple[list[Contender], Decimal, list[Rule]],
) -> None:
    contenders, envelope, rules = call
    every = list(possible(contenders, envelope, rules))
    found = best_choice(contenders, envelope=envelope, rules=rules)
    if isinstance(found, Conflict):
        assert not every
        return
    assert isinstance(found, Best)
    assert set(found.chosen) in every
    most = max(filled([each for each in contenders if each.id in names], envelope) for names in every)
    assert found.proven
    assert abs(found.value - most) < Decimal("0.05")
