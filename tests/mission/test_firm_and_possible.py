"""Firm and possible support: what is not known is never worth more; a euro that is not firm names its question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Census, Firm, Project
from rebond.financing.context import context_from_census, study
from rebond.financing.explaining.what_if import what_if
from rebond.financing.plan.certainty import TO_REREAD, Certainty, SupportStack, sum_of
from rebond.financing.plan.model import FinancingPlan
from rebond.portfolio.call import COVERED, CallStatus
from rebond.results import MissionResult
from tests.law.worked import as_read
from tests.mission.conftest import Bench

SOME = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
EURO = 2
"""Whole euros that rounding may take from a plan of two files, and not from another."""
FIRM_FACTS = (
    "own_funds",
    "in_difficulty",
    "up_to_date",
    "aid_declared",
    "legal_form",
    "code_naf",
    "created_on",
    "accounts",
)
PROJECT_FACTS = (
    "own_financing",
    "borrowing_capacity",
    "works_started",
    "starts_on",
    "ends_on",
    "kind",
    "jobs_created",
    "objectives",
    "evidence",
    "maturity_override",
    "declared",
)
"""The optional answers of a project; its commune is left out: a blank one is that of the firm's site, by convention."""
BLANK = {"accounts": (), "objectives": frozenset(), "evidence": (), "declared": ()}


def answered(bench: Bench) -> Bench:
    """The sample as if every sentence were confirmed, every figure read and every firm declared: firm euros exist."""
    catalogue = bench.rulebook.catalogue
    confirmed = {
        sentence.key: True
        for sentences in (
            *(dispositif.to_confirm for dispositif in catalogue.dispositifs.values()),
            *(regime.to_confirm for regime in catalogue.regimes.values()),
        )
        for sentence in sentences
    }
    read = replace(
        catalogue,
        regimes={key: as_read(regime) for key, regime in catalogue.regimes.items()},
        dispositifs={key: replace(item, reliability="V", gaps=()) for key, item in catalogue.dispositifs.items()},
    )
    census = bench.census
    census = replace(
        census,
        firms=tuple(replace(firm, aid_declared=True) for firm in census.firms),
        projects=tuple(
            replace(
                project,
                declared=tuple({**dict(project.declared), **confirmed}.items()),
                borrowing_capacity=project.total_cost
                if project.borrowing_capacity is UNKNOWN
                else project.borrowing_capacity,
                works_started=False if project.works_started is UNKNOWN else project.works_started,
            )
            for project in census.projects
        ),
    )
    return Bench(rulebook=replace(bench.rulebook, catalogue=read), census=census)


@pytest.fixture(scope="module")
def known(bench: Bench) -> Bench:
    return answered(bench)


@pytest.fixture(scope="module")
def plan_of(known: Bench) -> Callable[[Project, Firm], FinancingPlan]:
    """The plan of a project, its firm and itself as given."""
    book = known.rulebook

    def plan(project: Project, firm: Firm) -> FinancingPlan:
        census: Census = replace(known.census, firms=(firm,), projects=(project,), aids=())
        context = context_from_census(
            census,
            project.id,
            catalogue=book.catalogue,
            rates=book.rates,
            sizes=book.sizes,
            grid=book.maturity,
            on=known.census.settings.committee_on,
        )
        return study(context).plan

    return plan


def kept_for_good(plan: FinancingPlan) -> Decimal:
    """What the plan brings that has not to be paid back, in gross grant equivalent."""
    return sum((min(line.benefit, Decimal(line.amount - line.to_pay_back)) for line in plan.lines), Decimal(0))


def emptied(subject, names):
    """The same without those answers."""
    return replace(subject, **{name: BLANK.get(name, UNKNOWN) for name in names})


@pytest.fixture(scope="module")
def firm_before(known: Bench, plan_of: Callable[[Project, Firm], FinancingPlan]) -> Callable[[str], FinancingPlan]:
    firms = {firm.id: firm for firm in known.census.firms}

    @cache
    def before(project_id: str) -> FinancingPlan:
        project = next(project for project in known.census.projects if project.id == project_id)
        plan: FinancingPlan = plan_of(project, firms[project.firm_id]).firm
        return plan

    return before


@SOME
@given(data=st.data())
def test_emptying_answers_never_raises_firm_support(known, plan_of, firm_before, data):
    firms = {firm.id: firm for firm in known.census.firms}
    project = data.draw(st.sampled_from(known.census.projects), label="projet")
    of_project = data.draw(st.lists(st.sampled_from(PROJECT_FACTS), max_size=3, unique=True), label="projet, vidé")
    of_firm = data.draw(st.lists(st.sampled_from(FIRM_FACTS), max_size=2, unique=True), label="entreprise, vidée")
    less = plan_of(emptied(project, of_project), emptied(firms[project.firm_id], of_firm)).firm
    before = firm_before(project.id)
    # Of what is given: a grant that closes may leave its room to a loan, which a plan never prefers to it (adr/0032).
    assert kept_for_good(less) <= kept_for_good(before) + EURO


def test_some_support_is_firm_once_everything_is_answered(known, firm_before):
    assert sum(bool(firm_before(project.id).lines) for project in known.census.projects[:20]) >= 5


def test_every_euro_that_waits_names_what_it_waits_for(sample: MissionResult) -> None:
    for project in sample.projects:
        for line in project.plan.lines:
            assert bool(line.questions) == (line.state is not Certainty.FIRM)
            if line.state is Certainty.UNVERIFIED:
                assert line.law_question or line.unread
                assert all(f"{TO_REREAD}{figure}" in line.questions for figure in line.unread)
            if line.state is Certainty.NOT_RIPE:
                assert project.maturity.ripe is not Truth.YES


def test_the_total_of_the_mission_is_the_stack_of_its_plans(sample: MissionResult) -> None:
    stack = sum_of(project.stack for project in sample.projects)
    assert sample.stack == stack
    assert stack.useful == sum(min(project.plan.support, int(project.plan.need)) for project in sample.projects)
    figures = {indicator.code: indicator.value for indicator in sample.indicators}
    assert figures["soutien_utile_eur"] == stack.useful
    assert figures["soutien_ferme_eur"] == stack.firm
    parts = ("soutien_ferme_eur", "soutien_sous_conditions_eur", "soutien_droit_non_relu_eur")
    assert sum(figures[code] for code in (*parts, "soutien_projets_non_murs_eur")) == stack.useful


def test_no_plan_brings_more_than_the_need(sample: MissionResult) -> None:
    assert all(project.plan.support <= project.plan.need for project in sample.projects)


def test_the_surest_euros_meet_the_need_first() -> None:
    assert SupportStack(firm=3) + SupportStack(conditional=4) == SupportStack(firm=3, conditional=4)
    assert SupportStack(firm=3, conditional=4).possible == 4


def test_a_firm_of_unknown_capacity_borrows_no_more_than_the_prudent_reading(sample: MissionResult) -> None:
    """Half the cost at most, and never for certain."""
    unknown = [project for project in sample.projects if project.project.borrowing_capacity is UNKNOWN]
    borrowers = [project for project in unknown if project.plan.to_pay_back]
    assert borrowers
    for project in borrowers:
        loans = [line for line in project.plan.lines if line.to_pay_back == line.amount]
        assert sum(line.amount for line in loans) * 2 <= project.project.total_cost
        assert all(line.state is not Certainty.FIRM for line in loans)


def test_a_loan_that_nobody_knows_the_firm_can_bear_covers_no_project_without_the_envelope(bench: Bench) -> None:
    """Every capacity emptied: a project that a computed plan covers is not covered by such a loan.

    One that a right without a computed amount may cover (C3IV) is no candidate for another reason, which is said.
    """
    blank = replace(
        bench.census,
        projects=tuple(replace(project, borrowing_capacity=UNKNOWN) for project in bench.census.projects),
    )
    elsewhere = [p for p in bench.play(blank).projects if p.decision.status is CallStatus.COVERED]
    covered = [p for p in elsewhere if p.decision.reasons == (COVERED,)]
    assert covered
    for project in covered:
        loans = sum(line.amount for line in project.plan.lines if line.to_pay_back == line.amount)
        assert not loans or project.plan.support - loans >= project.plan.need


ANSWERS = {
    "capacite_emprunt": ["0", "100000", "10000000"],
    "autofinancement": ["0", "50000"],
    "en_difficulte": ["oui", "non"],
    "scenario_contrefactuel": ["oui", "non"],
    "a_jour_obligations": ["oui", "non"],
    "capitaux_propres": ["0", "500000"],
}


@SOME
@given(data=st.data())
def test_an_answer_that_lowers_the_possible_says_why_and_names_itself(bench: Bench, data) -> None:
    """Less aid or less support than was announced: each dispositif that gives less says what stops it."""
    book = bench.rulebook
    project = data.draw(st.sampled_from(bench.census.projects), label="projet")
    fact = data.draw(st.sampled_from([name for name in ANSWERS if _known_fact(bench, name)]), label="fait")
    context = context_from_census(
        bench.census,
        project.id,
        catalogue=book.catalogue,
        rates=book.rates,
        sizes=book.sizes,
        grid=book.maturity,
        on=bench.census.settings.committee_on,
    )
    found = what_if(context, {fact: data.draw(st.sampled_from(ANSWERS[fact]), label="réponse")})
    lower = found.support_gained < 0 or found.aid_gained < 0
    assert bool(found.lost_because) == lower
    assert all(found.changes[0].label in why and " : " in why for why in found.lost_because)


def _known_fact(bench: Bench, name: str) -> bool:
    return name in {"capacite_emprunt", "autofinancement"} or name in bench.rulebook.catalogue.dictionary
