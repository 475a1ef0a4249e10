"""What has happened is past; what follows comes after."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rebond.facts import CostLine, FunderRequest, Interview, PartnerEntry
from tests.core.plausibility.conftest import CENSUS, FIRM, ON, PROJECT, Examiner, codes

LATER, IN_2062 = date(2026, 11, 12), date(2062, 8, 28)


def test_the_small_mission_has_nothing_to_say(examiner: Examiner) -> None:
    assert examiner.of().all == ()


def test_an_interview_after_the_committee_has_not_been_held(examiner: Examiner) -> None:
    late = Interview(id="I001", firm_id="E001", held_on=LATER)
    assert codes(examiner.of(interviews=(late,))) == {("entretien_futur", "defaut")}


def test_an_order_said_signed_cannot_be_dated_tomorrow(examiner: Examiner) -> None:
    found = examiner.project(works_started=True, first_order_on=LATER)
    assert ("commande_signee_future", "defaut") in codes(found)


def test_an_order_planned_is_asked_about_as_it_would_count_as_signed(examiner: Examiner) -> None:
    assert codes(examiner.project(first_order_on=LATER)) == {("commande_future", "question")}


def test_an_application_planned_is_asked_about_as_it_would_count_as_filed(examiner: Examiner) -> None:
    assert codes(examiner.project(applied_on=LATER)) == {("demande_future", "question")}
    by_funder = examiner.project(requests=(FunderRequest(funder="ademe", applied_on=LATER),))
    assert codes(by_funder) == {("demande_future", "question")}


def test_a_firm_created_after_the_examination_is_asked_about(examiner: Examiner) -> None:
    assert codes(examiner.firm(created_on=LATER, accounts=())) == {("creation_future", "question")}


@pytest.mark.parametrize("field", ["starts_on", "ends_on", "first_order_on", "applied_on"])
def test_2062_is_2026_typed_wrong(examiner: Examiner, field: str) -> None:
    assert ("date_lointaine", "defaut") in codes(examiner.project(**{field: IN_2062}))


def test_a_firm_and_an_aid_of_2062_are_refused_too(examiner: Examiner) -> None:
    assert ("date_lointaine", "defaut") in codes(examiner.firm(created_on=IN_2062))
    assert ("date_lointaine", "defaut") in codes(examiner.aid(granted_on=IN_2062))


def test_accounts_of_a_year_to_come_are_not_closed(examiner: Examiner) -> None:
    assert codes(examiner.accounts(year=2027)) == {("exercice_futur", "defaut")}
    assert codes(examiner.accounts(year=2026)) == set()


def test_accounts_of_2021_are_old_and_those_older_than_the_firm_are_asked_about(examiner: Examiner) -> None:
    assert codes(examiner.accounts(year=2023)) == set()
    assert codes(examiner.accounts(year=2022)) == {("exercice_ancien", "question")}
    assert codes(examiner.firm(created_on=date(2025, 6, 1))) == {("exercice_avant_creation", "question")}


def test_a_project_does_not_end_before_it_starts_nor_ten_years_after(examiner: Examiner) -> None:
    assert codes(examiner.project(ends_on=date(2026, 11, 30))) == {("fin_avant_debut", "defaut")}
    assert codes(examiner.project(ends_on=date(2034, 12, 1))) == set()
    assert codes(examiner.project(ends_on=date(2034, 12, 2))) == {("duree_longue", "question")}


def test_an_order_before_the_firm_exists_is_asked_about(examiner: Examiner) -> None:
    project = replace(PROJECT, first_order_on=date(2025, 1, 10), works_started=True, applied_on=date(2025, 1, 5))
    young = replace(FIRM, created_on=date(2025, 3, 1), accounts=(FIRM.accounts[0],))
    found = examiner.of(firms=(young,), projects=(project,))
    assert codes(found) == {("commande_avant_creation", "question")}


def test_an_order_signed_and_no_works_contradict_each_other(examiner: Examiner) -> None:
    found = examiner.project(first_order_on=date(2026, 8, 1), works_started=False)
    assert ("commande_sans_travaux", "question") in codes(found)


def test_an_application_after_the_order_is_a_fact_of_life_and_is_told(examiner: Examiner) -> None:
    found = examiner.project(first_order_on=date(2026, 7, 1), works_started=True)
    assert codes(found) == {("demande_apres_commande", "remarque")}


def test_an_application_after_the_planned_start_is_told(examiner: Examiner) -> None:
    found = examiner.project(starts_on=date(2026, 7, 1), works_started=True)
    assert codes(found) == {("demande_apres_debut", "remarque")}


def test_a_letter_after_the_application_is_told(examiner: Examiner) -> None:
    request = FunderRequest(funder="ademe", letter_on=date(2026, 9, 2), applied_on=date(2026, 9, 1))
    assert codes(examiner.project(requests=(request,))) == {("lettre_apres_demande", "remarque")}


def test_a_first_order_of_2006_is_asked_about(examiner: Examiner) -> None:
    found = examiner.project(first_order_on=date(2006, 7, 1), works_started=True)
    assert ("date_reculee", "question") in codes(found)


def test_a_cost_of_2050_is_asked_about(examiner: Examiner) -> None:
    line = CostLine(id="P001-1", nature="batiment", amount=Decimal(310_000), year=2050, label="Fosse")
    assert codes(examiner.project(costs=(line, PROJECT.costs[1]))) == {("annee_de_depense", "question")}


def test_a_partners_list_dated_tomorrow_is_told_once(examiner: Examiner) -> None:
    lines = tuple(PartnerEntry(id=f"L{n}", partner="ademe", firm_name="X", dated=IN_2062) for n in range(3))
    found = examiner.of(partner_entries=lines)
    assert [(each.code, each.severity.value) for each in found.all] == [("liste_future", "remarque")]


def test_a_mission_replayed_on_an_earlier_day_has_no_fact_that_cannot_be(examiner: Examiner) -> None:
    """The law of 1 March 2026 on facts of May: known, and told."""
    found = examiner.of(on=date(2026, 3, 1))
    assert {each.severity.value for each in found.all} == {"remarque"}
    assert len(found.having("fait_apres_examen")) == 2  # the interview and the application


def test_a_start_that_is_past_without_works_is_told(examiner: Examiner) -> None:
    assert codes(examiner.project(starts_on=date(2026, 9, 1))) == {("debut_passe", "remarque")}
    assert CENSUS.settings.committee_on == ON
