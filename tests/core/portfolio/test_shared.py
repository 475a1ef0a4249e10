"""Projects of one undertaking share its de minimis account in the selection too."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from rebond.dispositifs.model import Instrument
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer, ProjectProblem
from rebond.portfolio.select import Candidate, select_portfolio, uncovered_needs
from rebond.regimes.model import RegimeKind


def envelope_under_de_minimis(amount: int) -> Offer:
    basis = Basis(regime="de_minimis_essai", article="essai", kind=RegimeKind.DE_MINIMIS, ceilings={"L": Decimal(1)})
    return Offer(
        id="enveloppe",
        title="enveloppe",
        funder="essai",
        instrument=Instrument.GRANT,
        lines=frozenset({"L"}),
        bases=(basis,),
        max_support=Decimal(amount),
    )


def candidate(identifier: str, undertaking: str, *, need: int, value: int) -> Candidate:
    line = Line(id="L", nature="materiel", amount=Decimal(1000), year=2027)
    project = ProjectProblem(id=identifier, undertaking=undertaking, lines=(line,), offers=(), need=Decimal(need))
    uncovered = uncovered_needs(FinancingProblem(projects=(project,)))[identifier]
    return Candidate(project=project, value=Decimal(value), offer=envelope_under_de_minimis(1000), uncovered=uncovered)


def test_two_projects_of_one_undertaking_are_retained_only_as_far_as_its_account_goes() -> None:
    first, second = candidate("P1", "UT", need=200, value=40), candidate("P2", "UT", need=200, value=60)
    third = candidate("P3", "AUTRE", need=200, value=10)
    room = {"UT": Decimal(300), "AUTRE": Decimal(300)}
    selection = select_portfolio([first, second, third], envelope=Decimal(1000), de_minimis_room=room)
    assert selection.retained == ("P2", "P3")
    assert selection.spent == 400


def test_an_account_that_is_large_enough_lets_both_in() -> None:
    first, second = candidate("P1", "UT", need=200, value=40), candidate("P2", "UT", need=200, value=60)
    selection = select_portfolio([first, second], envelope=Decimal(1000), de_minimis_room={"UT": Decimal(400)})
    assert selection.retained == ("P1", "P2")


def test_the_envelope_binds_projects_that_share_an_account_and_projects_that_do_not() -> None:
    first, second = candidate("P1", "UT", need=200, value=40), candidate("P2", "UT", need=200, value=60)
    third = replace(candidate("P3", "AUTRE", need=200, value=50))
    room = {"UT": Decimal(400), "AUTRE": Decimal(300)}
    selection = select_portfolio([first, second, third], envelope=Decimal(400), de_minimis_room=room)
    assert selection.retained == ("P2", "P3")
