"""What a reader must know of what is borrowed, whatever the form that has to be paid back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.dispositifs.model import Dispositif, GuaranteeTerms, Instrument, LoanTerms, Part
from rebond.facts import UNKNOWN, Establishment, Firm, Maybe
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.plan.remarks import plan_remarks
from rebond.financing.plan.schedule import financing_table
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from rebond.financing.tables.limits import plan_limits
from tests.law.worked import ART_17, build, facts_of, project, scheme

FIRM = Firm(id="F", name="Essai", establishment=Establishment(), single_undertaking="groupe", aid_declared=True)
LOAN = scheme("pret", "hors_aide", rate="40 %", instrument=Instrument.LOAN, loan=LoanTerms(gge_method="marche"))
ADVANCE = scheme("avance", ART_17, rate="15 %", instrument=Instrument.REPAYABLE_ADVANCE)
_PARTS = tuple(Part(instrument=form, share=Decimal("0.5")) for form in (Instrument.GRANT, Instrument.REPAYABLE_ADVANCE))
_MIXED = scheme("mixte", ART_17, rate="20 %")
MIXED = replace(_MIXED, advantage=replace(_MIXED.advantage, parts=_PARTS))
_BACKED = scheme("garantie", "hors_aide", rate="40 %", instrument=Instrument.GUARANTEE)
_TERMS = GuaranteeTerms(covered=Decimal("0.5"), gge_method="marche")
GUARANTEED = replace(_BACKED, advantage=replace(_BACKED.advantage, guarantee=_TERMS))


def of(
    *schemes: Dispositif, capacity: Maybe[Decimal] = UNKNOWN
) -> tuple[FinancingPlan, FinancingProblem, tuple[str, ...]]:
    """The plan of 1 M€ of equipment, its problem, its remarks."""
    subject = replace(project(materiel=1_000_000), borrowing_capacity=capacity)
    built = build(subject, schemes, facts_of(subject, taille_ue="petite"))
    problem = FinancingProblem(projects=(built.problem,))
    plan = optimise_plan(problem)
    return plan, problem, tuple(plan_remarks(subject, plan, built=built, firm=FIRM, account_note=""))


@pytest.mark.parametrize(
    ("scheme", "euros"),
    [(LOAN, "400 000"), (GUARANTEED, "400 000"), (ADVANCE, "150 000"), (MIXED, "100 000")],
    ids=["prêt", "crédit garanti", "avance", "avance d'un soutien mixte"],
)
def test_an_unknown_capacity_is_said_of_all_that_is_paid_back(scheme: Dispositif, euros: str) -> None:
    _, _, remarks = of(scheme)
    (remark,) = [text for text in remarks if text.startswith("Capacité d'emprunt inconnue")]
    assert f"{euros} € que le plan fait rembourser" in remark.replace("\N{NARROW NO-BREAK SPACE}", " ").replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_a_grant_alone_asks_nothing_of_the_capacity() -> None:
    _, _, remarks = of(scheme("aide", ART_17))
    assert not [text for text in remarks if "emprunt" in text]


@pytest.mark.parametrize("scheme", [LOAN, GUARANTEED, ADVANCE])
def test_a_declared_capacity_bounds_whatever_is_borrowed_and_the_gauge_says_so(scheme: Dispositif) -> None:
    plan, problem, _ = of(scheme, capacity=Decimal(100_000))
    assert plan.support == 100_000
    (limit,) = [limit for limit in plan_limits(plan, problem) if limit.label == "Capacité d'emprunt de l'entreprise"]
    assert limit.binds


def test_the_advance_of_a_mixed_support_is_not_bounded_but_said_and_leaves_less_to_the_bank() -> None:
    """200 000 € of which 100 000 € are paid back, for 60 000 € of capacity: nothing is left to ask the bank."""
    plan, problem, remarks = of(MIXED, capacity=Decimal(60_000))
    assert plan.support == 200_000
    assert plan.to_pay_back == 100_000
    assert any("soutien mixte" in text for text in remarks)
    (subject,) = problem.projects
    assert all(row.kind.value != "banque" for row in financing_table(subject, plan, {}).resources)
    roomy, problem, remarks = of(MIXED, capacity=Decimal(500_000))
    assert not any("soutien mixte" in text for text in remarks)
    (subject,) = problem.projects
    (bank,) = [row for row in financing_table(subject, roomy, {}).resources if row.kind.value == "banque"]
    assert bank.total == 400_000
