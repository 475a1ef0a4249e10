"""What a reader must know of what is borrowed, whatever the form that has to be paid back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.dispositifs.model import Dispositif, GuaranteeTerms, Instrument, LoanTerms, Part
from rebond.facts import UNKNOWN, Establishment, Firm, Maybe
from rebond.financing.explaining.explain import explain_plan
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.plan.remarks import plan_remarks, working_capital_remarks
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
    (remark,) = [text for text in remarks if text.startswith("Capacité d'emprunt non déclarée")]
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


def test_a_capacity_that_nobody_gave_is_never_called_declared() -> None:
    """P006, P002, P061: half of the cost, our prudent reading, was « la capacité d'emprunt déclarée »."""
    plan, problem, _ = of(LOAN, scheme("second", "hors_aide", rate="90 %", instrument=Instrument.LOAN))
    (subject,) = problem.projects
    notes = [row.note for row in financing_table(subject, plan, {}).resources]
    said = [*notes, *(aside.reason for aside in explain_plan(plan, problem).asides)]
    assert subject.capacity_words.startswith("non déclarée : ")
    assert not [text for text in said if "capacité d'emprunt déclarée" in text]


def test_working_capital_beyond_the_costs_is_said_to_be_financed_by_nobody() -> None:
    """P013: 60 000 € known and printed, paid by nobody, while nothing was « à trouver »."""
    subject = project(materiel=1_000_000)
    (remark,) = working_capital_remarks(subject, {"bfr_projet": Decimal(60_000)})
    assert "60" in remark
    assert "qu'aucun soutien ne finance" in remark
    assert not list(working_capital_remarks(subject, {}))


def test_a_support_that_the_need_stops_names_no_ceiling_and_one_beyond_what_is_left_says_its_floor() -> None:
    """P009: « limite atteinte : intensité art. 38 » where the need was what stopped it."""
    plan, problem, _ = of(scheme("aide", ART_17), capacity=Decimal(0))
    covered = replace(problem, projects=(replace(problem.projects[0], need=Decimal(50_000)),))
    (support,) = explain_plan(optimise_plan(covered), covered).supports
    assert support.sentence.endswith("est couvert.")
    assert "Limite atteinte" not in support.sentence
    assert plan.support > 50_000
