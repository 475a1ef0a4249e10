"""Projects split and put together: no euro and no fact is lost, no decision silently carried over."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import (
    UNKNOWN,
    Accompaniment,
    AccompanimentOutcome,
    AdviceMeeting,
    Census,
    Evidence,
    Mark,
    Project,
    ReferralState,
    ReferralStep,
    SentReferral,
)
from rebond.facts.followed import followed
from rebond.history import diff_rows, rows_of
from rebond.referrals.followed import out_of_order
from rebond.regrouping import (
    Join,
    Part,
    RegroupingError,
    Split,
    decided_of,
    join,
    pieces_of,
    split,
)
from tests.core.history.censuses import censuses
from tests.core.regrouping.two_firms import ON, OVEN, made, money

ADDING = frozenset({"tco2_evitees_an"})


def parted(census: Census, ref: str, dice: Random, count: int = 2) -> Split:
    """A split drawn at random that lacks nothing; what was settled stays with the first part."""
    project = next(each for each in census.projects if each.id == ref)
    shares, holders = {}, {}
    for piece in pieces_of(project, census, adding=ADDING):
        if piece.amount is None:
            some = dice.sample(range(count), 1 if piece.at_most_one else dice.randint(1, count))
            holders[piece.key] = some
        else:
            first = type(piece.amount)(dice.randint(0, int(piece.amount)))
            shares[piece.key] = [first, piece.amount - first, *[type(first)(0)] * (count - 2)]
    return Split(
        project=ref,
        parts=[Part(ref=ref, title="Une part"), *(Part(ref=f"N{rank}", title="Autre") for rank in range(1, count))],
        shares=shares,
        holders=holders,
        decided=dict.fromkeys((each.key for each in decided_of(project, census)), 0),
        on=ON,
    )


@given(censuses, st.integers(0, 2**32))
def test_split_then_put_together_gives_the_same_census_and_no_sum_moves(census, seed):
    dice = Random(seed)
    if not census.projects:
        return
    ref = dice.choice(census.projects).id
    asked = parted(census, ref, dice, count=dice.choice([2, 3]))
    granted = {each.project_id for each in census.decisions if each.project_id == ref and each.amount is not UNKNOWN}
    if granted:
        census = replace(census, decisions=tuple(each for each in census.decisions if each.project_id != ref))
    before = census
    census = made(census, split(census, asked, adding=ADDING))
    assert money(census) == money(before)
    assert len(census.projects) == len(before.projects) + len(asked.parts) - 1

    for part in asked.parts[1:]:
        both = {each.id: each for each in census.projects}
        answers = {"title": "garde"}
        decided = {each.key: True for ref_ in (ref, part.ref) for each in decided_of(both[ref_], census)}
        joined = join(census, Join(kept=ref, absorbed=part.ref, answers=answers, decided=decided, on=ON), adding=ADDING)
        assert not joined.lacks
        assert {question.key for question in joined.questions} <= {"title"}
        census = made(census, joined.rows)
        assert money(census) == money(before)
    title = next(each for each in before.projects if each.id == ref).title
    again = replace(
        census,
        projects=tuple(replace(each, title=title) if each.id == ref else each for each in census.projects),
        lineage=before.lineage,
    )
    assert rows_of(again).keys() == rows_of(before).keys()
    assert diff_rows(rows_of(before), rows_of(again)) == ()


def asked(**changes) -> Split:
    whole = Split(
        project="P1",
        parts=[Part(ref="P1", title="Four"), Part(ref="P9", title="Bâtiment")],
        shares={
            "costs/D1": [Decimal("600.50"), Decimal(400)],
            "jobs_created": [5, 0],
            "own_financing": [Decimal(400), Decimal(0)],
            "declared/tco2_evitees_an": [Decimal(12), Decimal(0)],
        },
        holders={"declared/audit_energetique": [0], "evidence/chiffrage": [0, 1]},
        decided={"niveau:P1": 1, "comite:P1": None},
        on=ON,
    )
    return replace(whole, **changes)


def test_what_was_decided_of_the_whole_goes_where_a_person_says_and_nowhere_else(bare):
    after = made(bare, split(bare, asked(), adding=ADDING))
    oven, building = (next(each for each in after.projects if each.id == ref) for ref in ("P1", "P9"))
    assert (oven.maturity_override, building.maturity_override) == (UNKNOWN, "pret")
    assert after.decisions == ()
    assert [line.amount for line in (*oven.costs, *building.costs)] == [Decimal("600.50"), Decimal(400)]
    assert (dict(oven.declared), dict(building.declared)) == (
        {"tco2_evitees_an": Decimal(12), "audit_energetique": True},
        {"tco2_evitees_an": Decimal(0)},
    )
    assert [(each.origin, each.became) for each in after.lineage] == [("P1", "P9")]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"shares": {**asked().shares, "costs/D1": [Decimal(600), Decimal(400)]}}, "costs/D1"),
        ({"shares": {**asked().shares, "jobs_created": [6, -1]}}, "jobs_created"),
        ({"shares": {}}, "own_financing"),
        ({"holders": {**asked().holders, "evidence/chiffrage": []}}, "evidence/chiffrage"),
        ({"decided": {"niveau:P1": 0}}, "comite:P1"),
        ({"decided": {"niveau:P1": 7, "comite:P1": None}}, "niveau:P1"),
        ({"decided": {"niveau:P1": 0, "comite:P1": 0}}, "comite:P1"),  # 900 € granted, 600,50 € of costs.
        ({"decided": {"niveau:P1": 0, "comite:P1": 1}}, "comite:P1"),  # Nor 400 € of them.
        ({"parts": [Part(ref="P1", title="Four")]}, "parts"),
        ({"parts": [Part(ref="P1", title="Four"), Part(ref="P2", title="Bâtiment")]}, "parts"),
        ({"parts": [Part(ref="P1", title="Four"), Part(ref="P9", title=" ")]}, "intitule:1"),
    ],
)
def test_a_split_that_loses_or_invents_something_is_refused(bare, changes, key):
    with pytest.raises(RegroupingError) as refused:
        split(bare, asked(**changes), adding=ADDING)
    assert key in {lack.key for lack in refused.value.lacks}


def test_figures_add_up_and_what_only_one_project_knows_is_asked_not_guessed(bare):
    more = replace(
        OVEN,
        id="P3",
        title="Four 2",
        jobs_created=2,
        own_financing=UNKNOWN,
        declared=(("audit_energetique", False),),
        evidence=(Evidence(criterion="chiffrage", level=1, proof="devis"),),
    )
    census = replace(bare, projects=(*bare.projects, more))
    decided = {"niveau:P1": True, "niveau:P3": True, "comite:P1": False}
    first = join(census, Join(kept="P1", absorbed="P3", answers={}, decided=decided, on=ON), adding=ADDING)
    assert {question.key for question in first.questions} == {
        "title",
        "own_financing",
        "declared/audit_energetique",
        "evidence/chiffrage",
    }
    assert "niveau:P3" in {lack.key for lack in first.lacks}  # Two levels imposed: one at most.
    answers = {
        "title": "garde",
        "own_financing": "inconnu",
        "declared/audit_energetique": "autre",
        "evidence/chiffrage": "garde",
    }
    decided |= {"niveau:P3": False}
    joined = join(census, Join(kept="P1", absorbed="P3", answers=answers, decided=decided, on=ON), adding=ADDING)
    assert joined.lacks == ()
    after = made(census, joined.rows)
    project = next(each for each in after.projects if each.id == "P1")
    assert project.jobs_created == 7
    assert project.own_financing is UNKNOWN
    # They were never one project: two lines that say the same stay two.
    assert [line.amount for line in project.costs] == [Decimal("1000.50")] * 2
    assert len({line.id for line in project.costs}) == 2
    assert dict(project.declared)["audit_energetique"] is False


def test_two_projects_of_two_firms_are_not_put_together(bare):
    with pytest.raises(RegroupingError, match="deux entreprises"):
        join(bare, Join(kept="P1", absorbed="P2", answers={}, decided={}, on=ON))


def test_signed_marks_stay_with_their_project_and_leave_with_the_one_put_in_another(bare):
    both = [
        Mark(project_id=ref, criterion="ancrage", assessor="anne", number=1, score=3, reason="vu")
        for ref in ("P1", "P2")
    ]
    census = replace(
        bare,
        marks=tuple(both),
        projects=(OVEN, Project(id="P2", firm_id="E1", title="Chaudière")),
        link_decisions=(),
        decisions=(),
    )
    joined = join(
        census, Join(kept="P1", absorbed="P2", answers={"title": "garde"}, decided={"niveau:P1": False}, on=ON)
    )
    assert list(made(census, joined.rows).marks) == both[:1]


def test_advisers_follow_the_project_put_in_another_and_one_alone_goes_on(bare):
    census = replace(
        bare,
        accompaniments=(
            Accompaniment(id="C1", project_id="P1", adviser="cci"),
            Accompaniment(id="C2", project_id="P2", adviser="agence"),
        ),
        meetings=(AdviceMeeting(accompaniment_id="C2", number=1, on=ON, who="anne", agreed="un devis"),),
        projects=(OVEN, Project(id="P2", firm_id="E1", title="Chaudière")),
        link_decisions=(),
        decisions=(),
    )
    asked_for = Join(kept="P1", absorbed="P2", answers={"title": "garde"}, decided={"niveau:P1": False}, on=ON)
    both = made(census, join(census, asked_for).rows)
    assert [(each.project_id, each.is_open) for each in both.accompaniments] == [("P1", True), ("P1", False)]
    assert both.accompaniments[1].outcome is AccompanimentOutcome.PASSED_ON
    assert both.meetings == census.meetings
    alone = replace(census, accompaniments=census.accompaniments[1:])
    (moved,) = made(alone, join(alone, asked_for).rows).accompaniments
    assert (moved.project_id, moved.is_open) == ("P1", True)


@pytest.mark.parametrize("furthest", ["P1", "P2", ""])
def test_of_two_referrals_of_joined_projects_open_at_one_organisation_the_furthest_along_stays_so(bare, furthest):
    sent = [SentReferral(id=f"O{ref}", project_id=ref, organisation="ademe", sent_on=ON) for ref in ("P1", "P2")]
    alone = SentReferral(id="O3", project_id="P2", organisation="bpifrance", sent_on=ON)
    refused = SentReferral(id="O4", project_id="P1", organisation="bpifrance", sent_on=ON)
    steps = [ReferralStep(referral_id="O4", number=1, state=ReferralState.REFUSED, on=ON, reason="hors champ")]
    steps += [ReferralStep(referral_id=f"O{furthest}", number=1, state=ReferralState.FILED, on=ON)] if furthest else []
    census = replace(
        bare,
        referrals=(*sent, alone, refused),
        referral_steps=tuple(steps),
        projects=(OVEN, Project(id="P2", firm_id="E1", title="Chaudière")),
        link_decisions=(),
        decisions=(),
    )
    asked_for = Join(
        kept="P1",
        absorbed="P2",
        answers={"title": "garde"},
        decided={"niveau:P1": False},
        on=ON,
        by="anne",
        numbers={"OP2": 7},
    )
    after = made(census, join(census, asked_for).rows)
    assert {each.project_id for each in after.referrals} == {"P1"}
    found = {each.sent.id: each for each in followed(after.referrals, after.referral_steps)}
    stays, leaves = ("OP2", "OP1") if furthest == "P2" else ("OP1", "OP2")
    assert {ref for ref, each in found.items() if each.is_open} == {stays, "O3"}
    closed = found[leaves].steps[-1]
    assert (closed.state, closed.on, closed.by, stays in closed.reason) == (ReferralState.CLOSED, ON, "anne", True)
    assert closed.number == (1 if leaves == "OP1" else 7), "what was undone keeps its number"
    assert list(out_of_order(after.referrals, after.referral_steps)) == []
