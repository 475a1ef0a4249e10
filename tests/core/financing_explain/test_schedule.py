"""The table « emplois et ressources » and the cash-flow: always balanced."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.dispositifs.model import Instrument, LoanTerms
from rebond.errors import CatalogueError
from rebond.facts import UNKNOWN
from rebond.financing.plan.delays import Delays, load_delays
from rebond.financing.plan.schedule import RowKind, cash_flow, financing_table
from rebond.financing.problem.model import FinancingProblem, GrantedAid, Line
from rebond.financing.solving.optimize import optimise_plans
from rebond.regimes.model import RegimeKind
from rebond.units import format_rate
from tests.core.financing.problems import SIXTY_FORTY, a_basis, a_plan, a_project, an_offer, problems

D = Decimal
DELAYS: Delays = load_delays(data_folder() / "referentiels" / "delais.yaml")


@settings(max_examples=40)
@given(problems(), st.lists(st.sampled_from([2026, 2027, 2029]), min_size=3, max_size=3))
def test_emplois_and_ressources_balance_every_year_and_aid_is_paid_in_full(
    problem: FinancingProblem, years: list[int]
) -> None:
    plans = optimise_plans(problem)
    for project in problem.projects:
        lines = tuple(
            Line(id=line.id, nature=line.nature, amount=line.amount, year=year)
            for line, year in zip(project.lines, years, strict=False)
        )
        dated = a_project(
            *project.offers, lines=lines, need=project.need, granted=project.granted, loan_cap=project.loan_cap
        )
        plan = plans[project.id]
        table = financing_table(dated, plan, {})
        over = any(sum(g.aid for g in project.granted if g.line == line.id) > line.amount for line in project.lines)
        assert table.total == project.cost
        for year in table.years:
            assert table.year_total(table.uses, year) == table.year_total(table.resources, year)
        if not over:
            assert all(amount >= 0 for row in table.resources for amount in row.by_year.values())
        assert sum(row.total for row in table.resources if row.kind is RowKind.SUPPORT) == plan.support
        flow = cash_flow(dated, plan, DELAYS)
        assert sum(flow.received(year) for year in flow.years) == plan.support
        assert flow.bridge >= 0
        assert flow.to_pay_back == plan.to_pay_back
        if flow.years and plan.lines:
            assert flow.position(flow.years[-1]) == 0


def two_years():
    lines = (
        Line(id="l1", nature="materiel", amount=D(1000), year=2026),
        Line(id="l2", nature="materiel", amount=D(500), year=2027),
    )
    offer = an_offer("a", a_basis(), lines="l1 l2", support=700)
    return a_project(offer, lines=lines, need=800, loan_cap=D(300))


def test_own_money_comes_first_then_the_bank_then_what_is_left() -> None:
    project = two_years()
    table = financing_table(project, a_plan(project, ("a", "rgec", "l1", 400)), {"materiel": "Machines"})
    totals = {row.kind: row.total for row in table.resources}
    assert totals == {RowKind.OWN: 700, RowKind.SUPPORT: 400, RowKind.BANK: 300, RowKind.LEFT: 100}
    assert [row.label for row in table.uses] == ["Machines"]
    assert table.to_find == project.need - 400 == 300 + 100, "a bank credit to ask for is to be found"


def test_each_cost_item_has_its_row_with_its_nature_and_two_years_of_an_item_are_one_row() -> None:
    lines = (
        Line(id="l1", nature="materiel", amount=D(1000), year=2026, label="Presse"),
        Line(id="l2", nature="conseil", amount=D(100), year=2026),
        Line(id="l3", nature="materiel", amount=D(500), year=2027, label="Presse"),
        Line(id="l4", nature="materiel", amount=D(200), year=2027, label="Robot"),
    )
    project = a_project(an_offer("a", a_basis()), lines=lines, need=800)
    table = financing_table(project, a_plan(project), {"materiel": "Machines", "conseil": "Conseil"})
    assert [(row.label, row.note, row.total) for row in table.uses] == [
        ("Presse", "Machines", D(1500)),
        ("Robot", "Machines", D(200)),
        ("Conseil", "", D(100)),
    ]


@given(st.lists(st.integers(min_value=0, max_value=10_000), min_size=1, max_size=9))
def test_shares_shown_add_up_to_the_whole_and_stay_within_a_tenth_of_a_percent(amounts: list[int]) -> None:
    lines = tuple(
        Line(id=f"l{rank}", nature="materiel", amount=D(amount), year=2026, label=f"Poste {rank}")
        for rank, amount in enumerate(amounts)
    )
    project = a_project(an_offer("a", a_basis(), lines="l0"), lines=lines, need=0)
    table = financing_table(project, a_plan(project), {})
    shown = table.shown_shares(table.uses)
    assert sum(shown) == (1 if sum(amounts) else 0)
    assert all(abs(share - table.share(row)) < D("0.001") for row, share in zip(table.uses, shown, strict=True))


def test_own_money_that_the_supports_replace_is_said() -> None:
    project = a_project(an_offer("a", a_basis()), need=100)
    table = financing_table(project, a_plan(project, ("a", "rgec", "l1", 400)), {})
    (own,) = [row for row in table.resources if row.kind is RowKind.OWN]
    assert own.total == 600
    assert "ne sont plus nécessaires" in own.note


def test_aid_already_obtained_is_a_resource() -> None:
    past = GrantedAid(line="l1", regime="rgec", kind=RegimeKind.EXEMPTION, aid=D(150), ceiling=D("0.5"))
    project = a_project(an_offer("a", a_basis()), need=1000, granted=(past,))
    table = financing_table(project, a_plan(project, ("a", "rgec", "l1", 300)), {})
    totals = {row.kind: row.total for row in table.resources}
    assert totals[RowKind.GRANTED] == 150
    assert totals[RowKind.LEFT] == 550


def test_a_grant_is_paid_in_three_times_and_has_to_be_fronted() -> None:
    project = two_years()
    flow = cash_flow(project, a_plan(project, ("a", "rgec", "l1", 400), ("a", "rgec", "l2", 200)), DELAYS)
    (receipt,) = flow.receipts
    # 30 % on signature, half as the works advance, the balance the year after the last cost.
    assert receipt.by_year == {2026: 180 + 200, 2027: 100, 2028: 120}
    assert flow.position(2026) == -20
    assert flow.bridge == 120
    assert flow.assumed


def test_a_form_without_terms_is_counted_on_final_proof() -> None:
    project = a_project(an_offer("a", a_basis(), instrument=Instrument.EQUITY))
    flow = cash_flow(project, a_plan(project, ("a", "rgec", "l1", 400)), DELAYS)
    assert flow.receipts[0].terms is None
    assert flow.receipts[0].by_year == {2027: 400}


def mixed_support():
    """1,001 € on two years, 60 % of it granted and 40 % advanced."""
    lines = (
        Line(id="l1", nature="materiel", amount=D(1000), year=2026),
        Line(id="l2", nature="materiel", amount=D(1000), year=2027),
    )
    offer = an_offer("mixte", a_basis(), lines="l1 l2", parts=SIXTY_FORTY)
    project = a_project(offer, lines=lines, loan_cap=D(500))
    return project, a_plan(project, ("mixte", "rgec", "l1", 500), ("mixte", "rgec", "l2", 501))


def test_a_support_in_two_forms_has_a_row_and_a_receipt_for_each() -> None:
    project, plan = mixed_support()
    rows = [row for row in financing_table(project, plan, {}).resources if row.kind is RowKind.SUPPORT]
    assert [(row.label, row.note, row.total) for row in rows] == [
        ("mixte — subvention", f"{format_rate(D('0.6'))} du soutien", D(600)),
        ("mixte — avance remboursable", f"{format_rate(D('0.4'))} du soutien, à rembourser", D(401)),
    ]
    receipts = cash_flow(project, plan, DELAYS).receipts
    assert [(receipt.form, receipt.total) for receipt in receipts] == [
        (Instrument.GRANT, D(600)),
        (Instrument.REPAYABLE_ADVANCE, D(401)),
    ]


def test_the_advance_alone_is_borrowed_and_takes_the_place_of_the_bank() -> None:
    project, plan = mixed_support()
    (repayment,) = cash_flow(project, plan, DELAYS).repayments
    assert repayment.amount == 401
    assert repayment.years is None
    (bank,) = [row for row in financing_table(project, plan, {}).resources if row.kind is RowKind.BANK]
    assert bank.total == 500 - 401


def test_a_loan_is_borrowed_over_the_years_that_its_rules_say() -> None:
    project = a_project(an_offer("a", a_basis(), instrument=Instrument.LOAN))
    flow = cash_flow(
        project, a_plan(project, ("a", "rgec", "l1", 400)), DELAYS, {"a": LoanTerms(years=7, grace_years=2)}
    )
    assert [(r.amount, r.years, r.grace_years) for r in flow.repayments] == [(D(400), 7, 2)]
    grant = a_project(an_offer("a", a_basis()))
    assert cash_flow(grant, a_plan(grant, ("a", "rgec", "l1", 400)), DELAYS).to_pay_back == 0


def test_the_ademe_decides_in_three_months_and_other_delays_are_unknown() -> None:
    dispositifs = load_catalogue(data_folder()).dispositifs
    on = date(2026, 11, 30)
    known = {key: DELAYS.first_payment(item, on) for key, item in dispositifs.items()}
    open_ended = [
        key
        for key, item in dispositifs.items()
        if item.instructor == "ademe" and not item.validity.cutoffs and not item.validity.opens_on
    ]
    grants = [key for key in open_ended if dispositifs[key].instrument is Instrument.GRANT]
    assert grants
    assert {known[key] for key in grants} == {date(2027, 2, 28)}
    assert known["region-grand-est/investissements-productifs-durables"] is UNKNOWN


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{formes: [pret], avance: '50 %', acomptes: '0 %', solde: '0 %', source: x, hypothese: oui}", "100 %"),
        ("{formes: [pret], avance: '50 %', source: x, hypothese: oui}", "acomptes"),
        ("{formes: [troc], avance: '0 %', acomptes: '0 %', solde: '100 %', source: x, hypothese: oui}", "troc"),
        (
            "{formes: [pret], avance: '0 %', acomptes: '0 %', solde: '100 %', source: x, hypothese: peut}",
            "ni oui ni non",
        ),
    ],
)
def test_wrong_terms_are_faults_with_their_line(tmp_path: Path, row: str, words: str) -> None:
    path = tmp_path / "delais.yaml"
    unknown = "delai_inconnu: {mois: 12, source: x, hypothese: oui}"
    path.write_text(f"schema: delais/v1\ninstruction: []\nversements:\n  - {row}\n{unknown}\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_delays(path)
    (fault,) = caught.value.faults
    assert "ligne 4" in fault.where
    assert words in str(fault)
