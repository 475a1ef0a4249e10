"""When a regime may be used: works begun, difficulty, end of the Regulation, a funder's own waiting time.

Sources: GBER arts. 1(4), 2(18), 2(23) and 6; its end on 31 December 2026 (law-check §1); Reg. (EU) 2023/2831 art. 8;
GIP Haute-Marne, les-aides.fr/aide/VWFf3w (five years between two aids to investment); ADEME, DECARB FLASH
(zabala.fr, neobiis.com: 80 € per tonne of CO₂e avoided over 20 years).
"""

from datetime import date
from decimal import Decimal

import pytest

from rebond.dispositifs.screening import ways_in
from rebond.eligibility.incentive import applied_before_works
from rebond.eligibility.project_facts import firm_facts
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, AidObtained, FactValue, Firm, Maybe, Project
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from tests.law.worked import (
    AFR,
    ART_17,
    DE_MINIMIS,
    ON,
    catalogue,
    facts_of,
    given,
    plan,
    project,
    rates,
    scheme,
    verdict,
)

ANY = scheme("aide", AFR, ART_17, DE_MINIMIS, natures="materiel batiment")
GIP = "gip-haute-marne/tpe-equipements"
FLASH = "ademe/decarb-flash"


# Incentive effect.


def begun(applied_on: date, first_order_on: date) -> Project:
    return Project(
        id="P", firm_id="F", title="", works_started=True, applied_on=applied_on, first_order_on=first_order_on
    )


def test_an_order_signed_before_the_application_takes_the_whole_project_out():
    """Arts. 6(2) and 2(23): one order, on any line, and only de minimis is left, on every line."""
    late = applied_before_works(begun(date(2026, 5, 2), date(2026, 4, 30)))
    found = plan(
        project(materiel=400_000, batiment=600_000), ANY, room=300_000, taille_ue="petite", demande_avant_travaux=late
    )
    assert {regime for _, regime, _ in given(found)} == {DE_MINIMIS}
    assert found.support == 300_000


def test_an_application_before_the_first_order_keeps_the_exemption():
    early = applied_before_works(begun(date(2026, 4, 29), date(2026, 4, 30)))
    found = plan(
        project(materiel=400_000, batiment=600_000), ANY, room=300_000, taille_ue="petite", demande_avant_travaux=early
    )
    assert found.aid == 350_000
    assert AFR in {regime for _, regime, _ in given(found)}


def test_an_application_on_the_day_of_the_order_is_too_late():
    """Art. 6(2): the application is made before work starts."""
    assert applied_before_works(begun(date(2026, 4, 30), date(2026, 4, 30))) is False


def test_works_that_nobody_dated_keep_the_plan_off_every_regime_that_asks_for_the_incentive_effect():
    """Art. 6: whether the application came first is not known, so the plan rests on what is legal either way."""
    found = plan(project(materiel=400_000), ANY, room=300_000, taille_ue="petite", demande_avant_travaux=UNKNOWN)
    assert {line.regime for line in found.lines} == {DE_MINIMIS}


# Firms in difficulty.


def test_a_firm_in_difficulty_keeps_de_minimis_alone():
    """GBER art. 1(4)(c); Reg. (EU) 2023/2831 no longer excludes firms in difficulty."""
    found = plan(project(materiel=1_000_000), ANY, room=300_000, taille_ue="petite", en_difficulte=True)
    assert given(found) == {("aide", DE_MINIMIS, "materiel"): 300_000}


def test_difficulty_is_judged_on_the_group_by_the_fact_given_for_it():
    """Art. 2(18) is tested at the level of the group: the fact says « l'entreprise, ou son groupe »."""
    question = catalogue().dictionary["en_difficulte"]
    assert "groupe" in question.question
    alone = Firm(id="F", name="F", in_difficulty=False)
    assert firm_facts(alone, size="petite", aids=(), waits=(), on=ON)["en_difficulte"] is False


# GIP after GIP: a funder's own waiting time.


def gip_aid(on: date) -> AidObtained:
    return AidObtained(
        id="A", firm_id="F", funder="GIP Haute-Marne", label="", regime=DE_MINIMIS, granted_on=on, amount=Decimal(9000)
    )


def gip_facts(*granted_on: date, on: date = ON, declared: Maybe[bool] = True) -> dict[str, FactValue]:
    firm = Firm(id="F", name="F", code_naf="25.73A", aid_declared=declared)
    aids = [gip_aid(day) for day in granted_on]
    facts = firm_facts(firm, size="micro", aids=aids, waits=catalogue().waits, on=on)
    known: dict[str, FactValue] = {
        "departement": "52",
        "effectif": Decimal(4),
        "cout_materiel": Decimal(30_000),
        "cout_immateriel": Decimal(0),
    }
    return {**facts, **known}


def gip_verdict(*granted_on: date, on: date = ON, declared: Maybe[bool] = True) -> Verdict:
    return verdict(GIP, gip_facts(*granted_on, on=on, declared=declared), on)


def test_gip_after_gip_within_five_years_is_refused_and_says_so():
    found = gip_verdict(date(2023, 9, 1))
    assert found.truth is Truth.NO
    assert [reason.source for reason in found.refusals] == [
        "les-aides.fr/aide/VWFf3w : pas d'aide à l'investissement du GIP depuis cinq ans"
    ]


def test_gip_after_gip_five_years_later_is_no_longer_refused():
    assert gip_verdict(date(2021, 10, 6)).truth is Truth.NO
    assert gip_verdict(date(2021, 10, 5)).truth is not Truth.NO


@pytest.mark.parametrize(
    ("granted", "again"),
    [
        ((date(2023, 9, 1),), "01/09/2028"),
        ((date(2023, 9, 1), date(2024, 2, 29)), "28/02/2029"),
        ((date(2018, 6, 5), date(2021, 10, 6)), "06/10/2026"),
    ],
)
def test_gip_after_gip_says_from_which_day_the_firm_can_apply_again(granted: tuple[date, ...], again: str) -> None:
    """Five years after the last aid (data/referentiels/attentes.yaml); 29 February falls on the 28th."""
    assert gip_verdict(*granted).changes == (f"déposer à partir du {again}",)
    (way,) = ways_in(catalogue().dispositifs[GIP], gip_facts(*granted), ON)
    assert way.words == f"Déposer à partir du {again}"
    assert way.changeable
    day, month, year = (int(part) for part in again.split("/"))
    assert gip_verdict(*granted, on=date(year, month, day)).truth is not Truth.NO


@pytest.mark.parametrize("declared", [UNKNOWN, False])
def test_no_gip_aid_listed_is_no_answer_until_the_firm_declared_its_aid(declared: Maybe[bool]) -> None:
    found = gip_verdict(declared=declared)
    assert found.truth is Truth.UNKNOWN
    assert "aide_gip_recente" in found.missing
    assert "aide_gip_recente" not in gip_verdict(declared=True).missing


def test_a_gip_aid_listed_is_a_refusal_whatever_was_not_declared():
    assert gip_verdict(date(2023, 9, 1), declared=UNKNOWN).truth is Truth.NO


def test_the_question_put_to_a_visitor_says_the_same_number_of_years_as_the_rule():
    (wait,) = catalogue().waits
    assert wait.years == 5
    assert "moins de cinq ans" in catalogue().dictionary[wait.fact].question


# DECARB FLASH: a cap per tonne.


@pytest.mark.parametrize(
    ("tonnes", "cost", "aid", "why"),
    [
        (Decimal(50), 400_000, 80_000, "80 € × 50 t × 20 ans"),
        (Decimal(100), 400_000, 130_000, "160 000 € par les tonnes, 32,5 % par l'art. 36 sans contrefactuel"),
        (Decimal(50), 90_000, 0, "sous 100 000 € d'opérations"),
    ],
)
def test_decarb_flash_gives_80_euros_a_tonne_within_art_36(tonnes, cost, aid, why):
    assert why
    subject = project(decarbonation=cost)
    facts = facts_of(subject, taille_ue="petite", audit_energetique=True, tco2_evitees_an=tonnes, section_naf="C")
    built = ProblemBuilder(catalogue=catalogue(), rates=rates(), on=ON).project(
        subject, "groupe", facts, [verdict(FLASH, facts)]
    )
    assert optimise_plan(FinancingProblem(projects=(built.problem,))).aid == aid


def test_decarb_flash_without_a_tonnage_has_no_amount_and_asks_for_it():
    subject = project(decarbonation=400_000)
    facts = facts_of(subject, taille_ue="petite", audit_energetique=True, section_naf="C")
    built = ProblemBuilder(catalogue=catalogue(), rates=rates(), on=ON).project(
        subject, "groupe", facts, [verdict(FLASH, facts)]
    )
    assert built.problem.offers == ()
    assert [item.reason for item in built.unquantified] == [
        "montant calculé sur « émissions évitées », qui est inconnu"
    ]
