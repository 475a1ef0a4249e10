"""A scheme that forbids any other aid on the same expenses is a rule of the plan, not a question to the firm."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from rebond.dispositifs.model import Dispositif, Instrument, LoanTerms
from rebond.facts import AidObtained
from rebond.financing.auditing.audit import audit_plan
from rebond.financing.auditing.catalogue import audit_against_catalogue
from rebond.financing.problem.model import FinancingProblem
from tests.core.financing.problems import a_plan
from tests.law.worked import AFR, ART_17, ON, build, catalogue, facts_of, given, plan, project, scheme

SMALL: Any = {"taille_ue": "petite"}


def alone(identifier: str, *regimes: str, rate: str = "10 %", natures: str = "materiel immateriel") -> Dispositif:
    return replace(scheme(identifier, *regimes, rate=rate, natures=natures), sole_aid="une source")


def test_it_shares_no_cost_line_with_another_aid():
    """10 % alone on one line against 15 % for the other aid: each keeps the line where it brings more."""
    found = plan(
        project(materiel=400_000, immateriel=400_000),
        alone("seule", AFR, rate="10 %"),
        scheme("autre", ART_17, rate="15 %"),
        **SMALL,
    )
    assert {line for _, _, line in given(found)} == {"materiel", "immateriel"}
    payers = {line: [who for who, _, on in given(found) if on == line] for _, _, line in given(found)}
    assert payers == {"materiel": ["autre"], "immateriel": ["seule"]}


def test_a_loan_at_market_terms_is_no_aid_and_may_stand_beside_it():
    loan = scheme("prêt", "hors_aide", instrument=Instrument.LOAN, loan=LoanTerms(gge_method="marche"))
    found = plan(project(materiel=400_000), alone("seule", AFR, natures="materiel"), loan, **SMALL)
    assert {who for who, _, _ in given(found)} == {"seule", "prêt"}


def test_an_aid_of_the_past_on_the_line_closes_it():
    past = AidObtained(
        id="A", firm_id="F", project_id="P", funder="ademe", label="", regime=AFR, amount=Decimal(20_000),
        granted_on=date(2025, 3, 1), nature="materiel",
    )  # fmt: skip
    item = alone("seule", AFR)
    found = plan(project(materiel=400_000, immateriel=400_000), item, aids=[past], **SMALL)
    assert {line for _, _, line in given(found)} == {"immateriel"}


def test_both_audits_refuse_another_aid_beside_it():
    subject, items = project(materiel=400_000), (alone("seule", AFR), scheme("autre", ART_17, rate="15 %"))
    facts = facts_of(subject, **SMALL)
    mine = build(subject, items, facts).problem
    forced = a_plan(mine, ("essai/seule", AFR, "materiel", 40_000), ("essai/autre", ART_17, "materiel", 20_000))
    rules = {breach.rule for breach in audit_plan(forced, FinancingProblem(projects=(mine,)))}
    assert "exclusions" in rules
    known = replace(catalogue(), dispositifs={item.id: item for item in items})
    told = audit_against_catalogue(forced, project=subject, facts=facts, catalogue=known, on=ON)
    assert any("n'admet aucune autre aide" in breach.detail for breach in told)


def test_the_schemes_whose_source_says_so_carry_the_rule_and_ask_no_question():
    shipped = catalogue()
    carry = {key for key, item in shipped.dispositifs.items() if item.sole_aid}
    assert carry == {"ademe/tremplin-pme", "bpifrance/i-demo"}
    assert "autre_aide_memes_depenses" not in shipped.dictionary
