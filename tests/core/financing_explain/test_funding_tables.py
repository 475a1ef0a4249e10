"""The plan as its funders read it: what is secured, expected beside maximum, a Région's table and a bank's."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.dispositifs.model import GuaranteeTerms, Instrument
from rebond.dispositifs.screening import screen_project
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.secured_financing import (
    BORROWED,
    LEASING,
    LOANS,
    PARTS,
    UNSPLIT,
    UNSURE,
    SecuredFinancing,
    secured_financing,
)
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, FactValue
from rebond.financing.context import Study, facts_of, study
from rebond.financing.plan.delays import load_delays
from rebond.financing.plan.schedule import RowKind, cash_flow, financing_table
from rebond.financing.problem.model import GrantedAid
from rebond.financing.tables.bank import BankTable, Debt, bank_table
from rebond.financing.tables.expected import ExpectedLine, expected_supports, expected_total, usual_lead
from rebond.financing.tables.funding import FundingTables, funding_tables
from rebond.financing.tables.leasing import leasing_of, said_of_leasing
from rebond.financing.tables.limits import plan_limits
from rebond.financing.tables.region import region_table
from rebond.regimes.model import RegimeKind
from tests.core.financing.problems import (
    a_basis,
    a_line,
    a_plan,
    a_problem,
    a_project,
    an_offer,
    de_minimis,
    no_aid,
)
from tests.core.financing_explain.test_what_if import CONTEXT, NOW, PROJECT, REGIONAL

D = Decimal
DELAYS = load_delays(data_folder() / "referentiels" / "delais.yaml")
LABELS = {key: CONTEXT.catalogue.dictionary[key].label for key in PARTS}
AMOUNTS = st.sampled_from([0, 1, 40_000, 75_500, 200_000]).map(D)


def declaring(**facts: FactValue) -> Study:
    """The study with more declared on its project; what no dispositif asks changes nothing of its plan."""
    project = replace(PROJECT, declared=tuple(facts.items()))
    return replace(NOW, context=replace(CONTEXT, project=project), facts={**NOW.facts, **facts})


def tables(found: Study) -> FundingTables:
    (project,) = found.problem.projects
    table = financing_table(project, found.plan, {}, secured=secured_financing(found.context.project).parts(LABELS))
    catalogue = found.context.catalogue.dispositifs
    terms = {key: item.advantage.loan or item.advantage.guarantee for key, item in catalogue.items()}
    known = {key: each for key, each in terms.items() if each is not None}
    flow = cash_flow(project, found.plan, DELAYS, known)
    return funding_tables(found, table, flow, plan_limits(found.plan, found.problem), known)


def usually(found: Study, dispositif: str, *rates: tuple[str, str]) -> Study:
    """The study where sources give a dispositif these usual rates."""
    catalogue = found.context.catalogue
    item = catalogue.dispositifs[dispositif]
    rows = tuple(DatedValue(value=D(rate), source=source) for rate, source in rates)
    changed = replace(item, advantage=replace(item.advantage, expected_rate=rows))
    both = {**catalogue.dispositifs, dispositif: changed}
    return replace(found, context=replace(found.context, catalogue=replace(catalogue, dispositifs=both)))


# What is secured.


@given(total=st.none() | AMOUNTS, given_=st.dictionaries(st.sampled_from(PARTS), AMOUNTS))
def test_the_parts_make_the_total_and_none_is_invented(total: Decimal | None, given_: dict[str, Decimal]) -> None:
    secured = SecuredFinancing(total=UNKNOWN if total is None else total, given=given_)
    parts = secured.parts(LABELS)
    assert sum(part.amount for part in parts) == (total or 0)
    assert all(part.amount == given_[part.key] for part in parts if part.key)
    if secured.disagrees:
        assert [part.label for part in parts] == [UNSURE]
    for key in PARTS:
        amount = secured.amount(key)
        assert amount is UNKNOWN or amount == given_.get(key, 0)


def test_the_rows_of_the_table_are_those_that_the_firm_gave() -> None:
    found = declaring(acquis_autofinancement=D(120_000), acquis_emprunts=D(50_000))
    rows = [row for row in own_rows(found) if row[1]]
    assert rows == [
        (LABELS["acquis_autofinancement"], 120_000),
        (LABELS["acquis_emprunts"], 50_000),
        (UNSPLIT, 30_000),
    ]


def test_without_a_split_one_row_says_that_it_is_not_given() -> None:
    assert own_rows(NOW) == [(UNSPLIT, 200_000)]


def test_a_split_against_its_total_is_one_row_to_review_and_no_debt_is_read_from_it() -> None:
    found = declaring(acquis_emprunts=D(900_000))
    assert own_rows(found) == [(UNSURE, 200_000)]
    assert tables(found).bank.secured_loans is UNKNOWN


def test_what_is_no_longer_needed_is_borrowed_money_first() -> None:
    secured = SecuredFinancing(total=D(700), given={"acquis_autofinancement": D(300), LOANS: D(400)})
    assert PARTS[-len(BORROWED) :] == (LEASING, LOANS)
    project = a_project(an_offer("a", a_basis(ceilings={"l1": "0.9"}), support=600), need=300)
    table = financing_table(project, a_plan(project, ("a", "rgec", "l1", 600)), {}, secured=secured.parts(LABELS))
    found = {row.key: (int(row.total), row.note) for row in table.resources if row.kind is RowKind.OWN}
    assert found["acquis_autofinancement"] == (300, "")
    assert found[LOANS][0] == 100
    assert "ne sont plus nécessaires" in found[LOANS][1]


def own_rows(found: Study) -> list[tuple[str, int]]:
    return [(row.label, int(row.total)) for row in tables(found).region.own if row.kind is RowKind.OWN]


# A Région.


def test_public_aid_of_the_lines_is_that_of_the_plan_and_stays_under_its_ceiling() -> None:
    region = tables(NOW).region
    assert region.public_aid == NOW.plan.benefit
    assert region.cost == NOW.plan.cost
    assert {row.articles for row in region.rows if row.public_aid} == {
        ("RGEC art. 14",),
        ("Règlement (UE) 2023/2831",),
    }
    assert [row.key for row in region.bounded] == ["m1"]
    assert all(row.used <= (row.ceiling or 0) for row in region.bounded)
    assert region.counted <= region.allowed
    assert region.contribution + region.to_find + NOW.plan.support == region.cost


def test_the_quarter_that_art_14_wants_free_is_counted_on_the_eligible_costs() -> None:
    ((article, found),) = tables(NOW).region.contributions
    mine = [line.share for line in NOW.plan.lines]
    assert article == "RGEC art. 14"
    assert found.share == D("0.25")
    assert found.free == found.base - sum(mine, D(0))
    assert found.holds


@pytest.mark.parametrize(("aid", "holds"), [(750, True), (751, False)])
def test_one_euro_too_much_leaves_less_than_the_quarter(aid: int, holds: bool) -> None:
    regional = an_offer("a", a_basis(ceilings={"l1": "0.9"}, own_contribution=D("0.25")))
    project = a_project(regional)
    ((_, found),) = a_region(project, ("a", "rgec", "l1", aid)).contributions
    assert found.free == 1000 - aid
    assert found.holds is holds


def test_de_minimis_alone_has_no_intensity_and_a_market_loan_is_no_aid() -> None:
    project = a_project(
        an_offer("m", de_minimis()),
        an_offer("b", no_aid(), lines="l2", instrument=Instrument.LOAN, benefit_per_euro=D(0)),
        lines=(a_line("l1"), a_line("l2")),
    )
    first, second = a_region(project, ("m", "minimis", "l1", 300), ("b", "marche", "l2", 400)).rows
    assert (first.public_aid, first.counted, first.ceiling) == (300, 300, None)
    assert (second.public_aid, second.counted, second.ceiling) == (0, 0, None)


def test_the_ceiling_shown_is_the_highest_of_the_articles_used_on_the_line_past_aid_included() -> None:
    granted = GrantedAid(line="l1", regime="passe", kind=RegimeKind.EXEMPTION, aid=D(100), ceiling=D("0.6"))
    project = a_project(an_offer("a"), granted=(granted,))
    (row,) = a_region(project, ("a", "rgec", "l1", 200)).rows
    assert (row.ceiling, row.articles) == (D("0.6"), ("Article passé",))
    assert row.public_aid == row.counted == 300
    assert row.public_rate == D("0.3")


def a_region(project: Any, *lines: tuple[str, str, str, int]) -> Any:
    plan = a_plan(project, *lines)
    table = financing_table(project, plan, {})
    limits = plan_limits(plan, a_problem(project, room=1000))
    return region_table(project, plan, table, limits, articles={"passe": "Article passé"})


# A bank.


def test_what_nobody_gave_is_to_be_asked_and_no_ratio_is_guessed() -> None:
    bank = tables(NOW).bank
    assert bank.lacking == ("bfr_projet", "capacite_autofinancement", "dettes_financieres")
    assert bank.debt_after is bank.on_own_funds is bank.years_of_cash_flow is bank.project_debt is UNKNOWN


def test_the_debt_with_the_project_is_that_of_the_accounts_what_is_secured_and_what_the_plan_adds() -> None:
    split = dict.fromkeys(PARTS, D(0)) | {LOANS: D(150_000), LEASING: D(50_000)}
    said = {"capacite_autofinancement": D(200_000), "dettes_financieres": D(300_000), "bfr_projet": D(0)}
    bank = tables(declaring(**split, **said)).bank
    assert bank.lacking == ()
    assert bank.new_debt == NOW.plan.to_pay_back == 0
    assert bank.debt_after == 500_000
    assert bank.on_own_funds == D("0.5")
    assert bank.years_of_cash_flow == D("2.5")
    assert bank.working_capital == 0


@pytest.mark.parametrize("own", [0, -620_000])
def test_a_debt_is_not_compared_with_own_funds_that_are_none(own: int) -> None:
    assert a_bank(own_funds=D(own)).on_own_funds is UNKNOWN
    assert a_bank(own_funds=D(400)).on_own_funds == D("2.5")


def test_capital_is_paid_back_over_the_years_that_follow_the_grace() -> None:
    debts = (
        Debt(label="a", nature="Prêt", amount=D(150_000), years=7, grace_years=2),
        Debt(label="b", nature="Crédit bancaire", amount=D(80_000)),
    )
    bank = a_bank(debts=debts)
    assert bank.by_year == 30_000
    assert bank.without_length == 80_000
    assert bank.new_debt == 230_000


def test_the_guaranteed_share_is_that_of_the_guarantor_and_the_credit_left_to_ask_is_a_debt_too() -> None:
    guarantee = an_offer("g", no_aid(), instrument=Instrument.GUARANTEE, benefit_per_euro=D(0))
    project = a_project(guarantee, loan_cap=D(900))
    plan = a_plan(project, ("g", "marche", "l1", 600))
    terms = {"g": GuaranteeTerms(covered=D("0.5"), years=5)}
    table, flow = financing_table(project, plan, {}), cash_flow(project, plan, DELAYS, terms)
    bank = bank_table(PROJECT, {}, table, flow, terms)
    assert [(debt.nature, int(debt.amount), int(debt.guaranteed)) for debt in bank.debts] == [
        ("Crédit bancaire garanti", 600, 300),
        ("Crédit bancaire", 300, 0),
    ]
    assert bank.guaranteed == 300
    private = region_table(project, plan, table, (), articles={}, private=frozenset({"g"}))
    assert private.contribution == 600
    assert private.to_find == project.need - 600, "the credit still to ask for is to be found"


def a_bank(**changes: Any) -> BankTable:
    figures = {
        "debts": (),
        "secured_loans": D(300),
        "leasing": D(0),
        "working_capital": UNKNOWN,
        "in_costs": D(0),
        "cash_flow": UNKNOWN,
        "existing": D(700),
        "own_funds": UNKNOWN,
    }
    return BankTable(**{**figures, **changes})


# Expected.


def test_no_source_no_expected_amount_and_the_lines_are_counted() -> None:
    supports = expected_supports(NOW)
    assert all(support.usual is None and support.expected is None for support in supports)
    total = expected_total(supports)
    assert (total.lines, total.unknown_lines) == (0, len(NOW.plan.lines))
    assert total.unknown_asked == NOW.plan.support


def test_a_usual_rate_gives_less_than_the_maximum_to_the_euro_over_the_lines() -> None:
    found = usually(NOW, REGIONAL, ("0.1", "moyenne publiée"))
    support = next(each for each in expected_supports(found) if each.dispositif == REGIONAL)
    assert support.maximum == D("0.3")
    assert support.usual is not None
    assert support.usual.source == "moyenne publiée"
    assert support.expected == min(support.asked, 40_000)
    assert sum(line.expected or 0 for line in support.lines) == support.expected
    assert all((support.on(line.line) or 0) <= line.asked for line in support.lines)
    total = expected_total(expected_supports(found))
    assert total.amount + total.unknown_asked <= NOW.plan.support


def test_a_usual_rate_above_what_is_asked_promises_no_more_than_it() -> None:
    found = usually(NOW, REGIONAL, ("1", "source"))
    support = next(each for each in expected_supports(found) if each.dispositif == REGIONAL)
    assert support.expected == support.asked


def test_two_usual_rates_between_which_nobody_can_choose_are_none() -> None:
    item = CONTEXT.catalogue.dispositifs[REGIONAL]
    unsettled = CONTEXT.catalogue.dispositifs["etat-dgfip/c3iv"].advantage.rate[0]
    rows = (unsettled, DatedValue(value=D("0.2"), source="ailleurs"))
    changed = replace(item, advantage=replace(item.advantage, expected_rate=rows))
    catalogue = replace(CONTEXT.catalogue, dispositifs={**CONTEXT.catalogue.dispositifs, REGIONAL: changed})
    facts = {**NOW.facts, "taille_ue": UNKNOWN}
    found = replace(NOW, context=replace(CONTEXT, catalogue=catalogue), facts=facts)
    support = next(each for each in expected_supports(found) if each.dispositif == REGIONAL)
    assert support.usual is None
    assert support.lines[0] == ExpectedLine(line=support.lines[0].line, asked=support.lines[0].asked, expected=None)


def test_a_rate_of_right_is_expected_as_it_stands() -> None:
    for key in ("credit-impot-recherche", "credit-impot-innovation", "c3iv"):
        advantage = CONTEXT.catalogue.dispositifs[f"etat-dgfip/{key}"].advantage
        assert [row.value for row in advantage.expected_rate] == [row.value for row in advantage.rate]


def test_a_lead_without_an_amount_says_what_its_funder_gave_on_average() -> None:
    words = usual_lead(NOW, "gip-haute-marne/entreprises-industrielles").replace("\u202f", " ").replace("\u00a0", " ")
    assert "15 % de 500 000 €, soit 75 000 €" in words
    assert "CRC" in words
    assert usual_lead(NOW, REGIONAL) == ""


# Leasing.


def test_nothing_is_said_of_leasing_where_nothing_is_leased() -> None:
    assert leasing_of(NOW) is None
    assert leasing_of(declaring(**{LEASING: D(0)})) is None


def test_a_text_that_admits_leasing_is_cited_and_one_that_says_nothing_is_a_question() -> None:
    found = leasing_of(declaring(**{LEASING: D(80_000)}))
    assert found is not None
    notes = {note.title: note for note in found.notes}
    regional = notes[CONTEXT.catalogue.dispositifs[REGIONAL].title]
    assert regional.truth is Truth.YES
    assert any("les-aides.fr" in source for source in regional.sources)


@pytest.mark.parametrize(
    "dispositif", ["gip-haute-marne/tpe-equipements", "region-hauts-de-france/developpement-pme-industrielles"]
)
def test_a_text_that_takes_no_leased_equipment_is_closed_to_it_and_says_so(dispositif: str) -> None:
    conditions = CONTEXT.catalogue.dispositifs[dispositif].conditions
    assert conditions is not None
    ((truth, source),) = said_of_leasing(conditions, {"mode_acquisition": "achat"})
    assert truth is Truth.NO
    assert "crédit-bail" in source
    assert conditions.truth({"mode_acquisition": "credit_bail"}) is Truth.NO
    assert conditions.truth({"mode_acquisition": "achat"}) is Truth.UNKNOWN


def test_a_firm_whose_equipment_is_leased_is_told_which_dispositifs_refuse_it_for_that() -> None:
    leased = facts_of(CONTEXT) | {"mode_acquisition": "location"}
    verdicts = screen_project(leased, CONTEXT.catalogue, CONTEXT.on, project=PROJECT)
    found = leasing_of(replace(declaring(**{LEASING: D(80_000)}), facts=leased, verdicts=verdicts))
    assert found is not None
    assert CONTEXT.catalogue.dispositifs[REGIONAL].title in found.refused


def test_the_plan_of_declared_parts_is_the_plan_without_them() -> None:
    split = tuple(dict.fromkeys(PARTS, D(40_000)).items())
    found = study(replace(CONTEXT, project=replace(PROJECT, declared=split)))
    assert found.plan.lines == NOW.plan.lines
    assert not secured_financing(found.context.project).disagrees
