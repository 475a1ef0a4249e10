"""Published knapsacks and participatory budgets: read whole or refused whole, solved with a bound, counted again."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.errors import DataError, SolverError
from rebond.portfolio.choosing.binary import Chooser
from rebond.portfolio.choosing.instance import Instance, Limit, select
from rebond.portfolio.choosing.orlib import parse_orlib
from rebond.portfolio.choosing.pabulib import parse_pabulib
from rebond.portfolio.choosing.row import Row

TWO = "2\n3 1 9\n5 4 3\n2 3 1\n4\n2 2 0\n1.5 2.5 1 2\n2 1\n2 2\n"

PB = """META
key;value
description;Budget d'une ville
budget;100
vote_type;approval
PROJECTS
project_id;cost;votes;name
1;60;2;Parc
2;50;2;Piste
3;40,5;1;Banc
VOTES
voter_id;vote
a;1,2
b;1
c;2,3
"""


def faults(text: str, *, read: object = parse_orlib) -> list[str]:
    with pytest.raises(DataError) as raised:
        read(text, name="essai.txt")  # type: ignore[operator]  # one of the two readers
    return [str(fault) for fault in raised.value.faults]


def test_a_file_of_two_instances_is_read_whatever_its_lines() -> None:
    first, second = parse_orlib(TWO, name="essai.txt")
    assert [*map(int, first.values)] == [5, 4, 3]
    assert [*map(int, (*first.limits[0].used, first.limits[0].room))] == [2, 3, 1, 4]
    assert first.best_known == 9
    assert (second.values, len(second.limits), second.best_known) == ((Decimal("1.5"), Decimal("2.5")), 2, None)
    assert parse_orlib(TWO.replace("\n", " "), name="essai.txt") == (first, second)


def test_one_instance_may_come_without_their_number() -> None:
    (only,) = parse_orlib("3 1 9 5 4 3 2 3 1 4", name="essai.txt")
    assert [*map(int, only.values)] == [5, 4, 3]


WEING1 = """2 28
1898 440 22507 270 14148 3100 4650 30800 615 4975 1160 4225 510 11880 479 440 490 330 110 560
24355 2885 11748 4550 750 3720 1950 10500
600 600
45 0 85 150 65 95 30 0 170 0 40 25 20 0 0 25 0 0 25 0 165 0 85 0 0 0 0 100
30 20 125 5 80 25 35 73 12 15 15 40 5 10 10 12 10 9 0 20 60 40 50 36 49 40 19 150

141278
"""
"""Weingartner and Ness (1967), as in mknap2 and the SAC-94 suite: two limits, 28 items."""


def test_limits_before_items_as_in_mknap2_reach_the_published_optimum() -> None:
    (only,) = parse_orlib(WEING1, name="WEING1.DAT")
    assert (len(only.items), [int(limit.room) for limit in only.limits]) == (28, [600, 600])
    found = select(only, seconds=30)
    assert found.value == only.best_known == 141278
    assert found.proven


def test_words_between_the_problems_of_mknap2_name_them() -> None:
    text = f"+++++++++++++\nproblem WEING1.DAT\n{WEING1}+++++++++++++\nproblem PETIT.DAT\n1 2\n3 4\n5\n2 4\n4\n"
    first, second = parse_orlib(text, name="mknap2.txt")
    assert [first.name, second.name] == ["WEING1.DAT", "PETIT.DAT"]
    assert first.values == parse_orlib(WEING1, name="WEING1.DAT")[0].values
    assert [*map(int, (*second.values, *second.limits[0].used, second.limits[0].room))] == [3, 4, 2, 4, 5]
    assert second.best_known == 4
    assert any("finit trop tôt : PETIT.DAT" in told for told in faults(text[:-2]))


def test_each_word_that_is_no_number_is_told_with_its_line() -> None:
    told = faults(TWO.replace("5 4 3", "5 quatre 3").replace("2 1\n", "2 1e999\n"))
    assert [("ligne 3" in told[0]), ("ligne 8" in told[1])] == [True, True]
    assert "quatre" in told[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "aucun nombre"),
        (TWO[:-4], "finit trop tôt"),
        (TWO + "7", "de trop"),
        (TWO.replace("2 3 1", "2 -3 1"), "négative"),
        (TWO.replace("3 1 9", "3.5 1 9"), "un entier"),
        ("1000000000000 1 1", "un entier"),
    ],
)
def test_a_file_that_does_not_add_up_is_refused(text: str, words: str) -> None:
    assert any(words in told for told in faults(text))


def test_ballots_give_the_value_and_the_budget_is_kept() -> None:
    instance = parse_pabulib(PB, name="ville.pb")
    assert [*map(int, instance.values)] == [2, 2, 1]
    found = select(instance, seconds=10)
    assert found.proven
    assert found.value == 3
    assert sum(instance.limits[0].used[item] for item in found.items) <= 100


def test_a_scale_of_points_is_read_as_approvals_and_said() -> None:
    instance = parse_pabulib(PB.replace("approval", "cumulative"), name="ville.pb")
    assert any("cumulative" in remark for remark in instance.remarks)


def test_the_ballots_rule_when_the_column_of_votes_differs() -> None:
    instance = parse_pabulib(PB.replace("1;60;2;Parc", "1;60;99;Parc"), name="ville.pb")
    assert instance.values[0] == 2
    assert any("bulletins" in remark for remark in instance.remarks)


def test_every_fault_of_a_participatory_budget_comes_at_once() -> None:
    text = PB.replace("budget;100", "budget;beaucoup").replace("2;50;2;Piste", "1;-5;2;Piste").replace("b;1", "b;9")
    told = faults(text, read=parse_pabulib)
    for words in ("beaucoup", "projet en double", "-5", "« 9 »", "ligne 9", "ligne 14"):
        assert any(words in each for each in told), (words, told)


def test_a_quotation_mark_that_nothing_closes_swallows_no_other_line() -> None:
    instance = parse_pabulib(PB.replace("1;60;2;Parc", '1;60;2;"Parc'), name="ville.pb")
    assert len(instance.items) == 3


@pytest.mark.parametrize("section", ["META", "PROJECTS", "VOTES"])
def test_a_section_that_lacks_is_told(section: str) -> None:
    assert any(section in told for told in faults(PB.replace(f"{section}\n", ""), read=parse_pabulib))


numbers = st.integers(0, 30)
instances = st.integers(1, 7).flatmap(
    lambda count: st.tuples(
        st.lists(numbers, min_size=count, max_size=count),
        st.lists(
            st.tuples(st.lists(numbers, min_size=count, max_size=count), st.integers(0, 80)), min_size=1, max_size=3
        ),
    )
)


@given(drawn=instances)
def test_the_selection_is_the_best_that_enumeration_finds(drawn: tuple[list[int], list[tuple[list[int], int]]]) -> None:
    values, limits = drawn
    found = select(_instance(values, limits), seconds=30)
    best = max(
        sum(values[item] for item in chosen)
        for size in range(len(values) + 1)
        for chosen in combinations(range(len(values)), size)
        if all(sum(used[item] for item in chosen) <= room for used, room in limits)
    )
    assert (found.value, found.bound) == (Decimal(best), Decimal(best))
    assert (found.gap, found.proven) == (0.0, True)


def _instance(values: list[int], limits: list[tuple[list[int], int]]) -> Instance:
    return Instance(
        name="essai",
        items=tuple(map(str, range(len(values)))),
        values=tuple(map(Decimal, values)),
        limits=tuple(
            Limit(name=f"l{rank}", used=tuple(map(Decimal, used)), room=Decimal(room))
            for rank, (used, room) in enumerate(limits)
        ),
    )


def test_no_time_gives_a_possible_selection_with_its_gap() -> None:
    """Thirty correlated items under five limits: HiGHS has no time for anything."""
    uses = [[(7 * item * row + 13 * item + row) % 97 + 3 for item in range(60)] for row in range(1, 6)]
    values = [sum(row[item] for row in uses) + item % 5 for item in range(60)]
    found = select(_instance(values, [(row, sum(row) // 2) for row in uses]), seconds=0)
    assert found.value > 0
    assert found.bound is not None
    assert found.bound >= found.value
    assert found.proven == (found.gap == 0)


def test_rows_that_contradict_each_other_are_no_choice_at_all() -> None:
    chooser = Chooser(2, [Row("deux", {0: 1, 1: 1}, low=2), Row("un", {0: 1, 1: 1}, high=1)])
    assert chooser.best([1, 1], seconds=5) is None


def test_a_choice_that_breaks_a_row_is_refused_rather_than_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    chooser = Chooser(2, [Row("deux", {0: 1, 1: 1}, low=1)])
    monkeypatch.setattr(chooser, "_run", lambda *_: ((), 2.0, True))
    with pytest.raises(SolverError, match="aucun choix possible"):
        chooser.best([-1, -1], seconds=5)
