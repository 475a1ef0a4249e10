"""A fact that nobody gave closes no legal basis to the possible plan: the question is named, and nothing is firm."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rebond.dispositifs.model import Instrument, LoanTerms
from rebond.facts import UNKNOWN
from rebond.financing.plan.certainty import Certainty
from rebond.financing.problem.model import FinancingProblem
from rebond.portfolio.select import without_possible_loans
from tests.law.worked import AFR, ART_17, build, catalogue, facts_of, plan, project, scheme

SMALL: Any = {"taille_ue": "petite"}


@pytest.mark.parametrize("fact", ["en_difficulte", "demande_avant_travaux"])
def test_an_unknown_condition_of_the_regulation_leaves_the_aid_possible_with_its_question(fact):
    found = plan(project(materiel=1_000_000), scheme("afr", AFR), **{**SMALL, fact: UNKNOWN})
    assert found.aid == 350_000
    assert found.firm.support == 0
    label = catalogue().dictionary[fact].label.lower()
    assert all(f"à renseigner — {label}" in line.questions for line in found.lines)
    assert all(line.state is not Certainty.FIRM for line in found.lines)


@pytest.mark.parametrize(("fact", "value"), [("en_difficulte", True), ("demande_avant_travaux", False)])
def test_a_known_refusal_still_closes_it(fact, value):
    assert not plan(project(materiel=1_000_000), scheme("afr", AFR), **{**SMALL, fact: value}).lines


def test_works_that_began_before_any_known_request_open_nothing():
    """A request made from now on would come too late: only one dated before the works can open the aid."""
    facts: Any = {**SMALL, "demande_avant_travaux": UNKNOWN, "travaux_commences": True}
    assert not plan(project(materiel=1_000_000), scheme("afr", AFR), **facts).lines


def test_a_funder_that_wants_the_request_first_waits_for_the_same_answer():
    item = replace(scheme("strict", "de_minimis_2023", rate="10 %"), before_works=True)
    found = plan(project(materiel=1_000_000), item, room=300_000, **{**SMALL, "demande_avant_travaux": UNKNOWN})
    assert found.aid == 100_000
    assert any("demande déposée" in question for question in found.lines[0].questions)


def test_an_aid_that_an_unknown_fact_may_close_is_not_counted_before_the_envelope():
    subject = project(materiel=1_000_000)
    facts = facts_of(subject, **{**SMALL, "en_difficulte": UNKNOWN})
    problem = FinancingProblem(projects=(build(subject, [scheme("afr", AFR)], facts).problem,))
    assert problem.projects[0].offers
    assert not without_possible_loans(problem).projects[0].offers
    sure = FinancingProblem(projects=(build(subject, [scheme("pme", ART_17)], facts_of(subject, **SMALL)).problem,))
    assert without_possible_loans(sure) == sure


def test_a_loan_capped_by_unknown_own_funds_is_possible_within_the_prudent_reading():
    """Half of its assiette, a setting: never firm, and no more than the own funds once they are said."""
    loan = scheme(
        "prêt", "hors_aide", instrument=Instrument.LOAN, loan=LoanTerms(gge_method="marche", capped_by_own_funds=True)
    )
    loan = replace(loan, no_aid_because="conditions du marché")
    unsaid = plan(project(materiel=1_000_000), loan, **SMALL)
    assert unsaid.support == 500_000
    assert unsaid.firm.support == 0
    label = catalogue().dictionary["capitaux_propres"].label.lower()
    assert f"à renseigner — {label}" in unsaid.lines[0].questions
    known = plan(project(materiel=1_000_000), loan, **{**SMALL, "capitaux_propres": Decimal(120_000)})
    assert known.support == known.firm.support == 120_000
