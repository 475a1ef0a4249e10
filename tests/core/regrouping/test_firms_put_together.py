"""Firms put together: all that named one names the other, and what they say twice is asked."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rebond.facts import (
    UNKNOWN,
    AidObtained,
    LinkAnswer,
    LinkDecision,
    Recusal,
)
from rebond.facts.marks import aside_of
from rebond.history import Kind
from rebond.regrouping import (
    RegroupingError,
    TwoRows,
    join_firms,
)
from tests.core.regrouping.two_firms import FORGE, ON, OTHER, made, money


def test_all_that_named_a_firm_names_the_one_that_stays(bare):
    aid = AidObtained(
        id="A1", firm_id="E2", funder="x", label="y", regime="z", granted_on=ON, amount=Decimal(10), project_id="P2"
    )
    census = replace(bare, aids=(aid,))
    joined = join_firms(census, TwoRows(kept="E1", absorbed="E2", answers={"name": "autre"}, on=ON))
    assert joined.lacks == ()
    after = made(census, joined.rows)
    assert [firm.id for firm in after.firms] == ["E1", "E3"]
    firm = after.firm("E1")
    assert (firm.name, firm.former_names) == ("Forge de la Marne", ("Forge",))
    assert [year.year for year in firm.accounts] == [2025, 2024]
    assert after.firm("E3").single_undertaking == "E1"
    named: list[Any] = [*after.projects, *after.interviews, *after.aids, *after.link_decisions]
    assert {row.firm_id for row in named} == {"E1"}
    assert {move.ref for move in joined.moves} == {"P2", "I1", "A1", "L1/E2", "L2/E2/P2", "E3"}
    assert money(after)["E1"][0] == sum(each.total_cost for each in bare.projects)


def test_who_stands_aside_for_one_of_two_firms_does_so_for_the_one_that_they_are(bare):
    def says(firm: str, who: str, number: int, *, aside: bool) -> Recusal:
        return Recusal(firm_id=firm, assessor=who, number=number, aside=aside, reason="parent", by=who)

    said = (
        says("E1", "anne", 1, aside=True),
        says("E1", "anne", 2, aside=False),
        says("E2", "Anne", 1, aside=True),
        says("E1", "bruno", 1, aside=True),
        says("E2", "bruno", 1, aside=True),
        says("E2", "bruno", 2, aside=False),
    )
    joined = join_firms(
        replace(bare, recusals=said), TwoRows(kept="E1", absorbed="E2", answers={"name": "autre"}, on=ON)
    )
    after = made(replace(bare, recusals=said), joined.rows)
    assert aside_of(after.recusals) == {"E1": frozenset({"anne", "bruno"})}


@pytest.mark.parametrize(
    ("kept", "absorbed", "key"),
    [
        ({}, {"siren": "000000026"}, "siren"),
        ({"single_undertaking": "G1"}, {"single_undertaking": "G2"}, "single_undertaking"),
        ({"aid_declared": True}, {"aid_declared": True}, "aid_declared"),
    ],
)
def test_two_firms_that_cannot_be_one_are_not_put_together(bare, kept, absorbed, key):
    aid = AidObtained(id="A1", firm_id="E1", funder="x", label="y", regime="z", granted_on=ON, amount=Decimal(10))
    census = replace(bare, firms=(replace(FORGE, **kept), replace(OTHER, **absorbed)), aids=(aid,))
    with pytest.raises(RegroupingError) as refused:
        join_firms(census, TwoRows(kept="E1", absorbed="E2", answers={}, on=ON))
    assert [lack.key for lack in refused.value.lacks] == [key]


def test_an_aid_on_both_sheets_and_two_answers_on_one_line_are_asked(bare):
    aid = AidObtained(id="A1", firm_id="E1", funder="x", label="y", regime="z", granted_on=ON, amount=Decimal(10))
    census = replace(
        bare,
        firms=(replace(FORGE, aid_declared=True), OTHER),
        aids=(aid, replace(aid, id="A2", firm_id="E2")),
        link_decisions=(
            *bare.link_decisions,
            LinkDecision(entry_id="L1", firm_id="E1", answer=LinkAnswer.DIFFERENT),
        ),
    )
    lacking = join_firms(census, TwoRows(kept="E1", absorbed="E2", answers={}, on=ON))
    keys = {"name", "aid_declared", "aids/A2", "links_decided/L1"}
    assert {lack.key for lack in lacking.lacks} == keys
    answers = {"name": "garde", "aid_declared": "autre", "aids/A2": "garde", "links_decided/L1": "garde"}
    after = made(census, join_firms(census, TwoRows(kept="E1", absorbed="E2", answers=answers, on=ON)).rows)
    assert [each.id for each in after.aids] == ["A1"]
    assert after.firm("E1").aid_declared is UNKNOWN
    assert {(each.entry_id, each.answer) for each in after.link_decisions} == {
        ("L1", LinkAnswer.DIFFERENT),
        ("L2", LinkAnswer.DIFFERENT),
    }
    both = replace(TwoRows(kept="E1", absorbed="E2", answers=answers | {"aids/A2": "deux"}, on=ON))
    assert len(made(census, join_firms(census, both).rows).aids) == 2
    assert Kind.AID in {move.kind for move in join_firms(census, both).moves}
