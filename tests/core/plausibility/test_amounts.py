"""Thousands read as euros, codes read as staff, proportions that no firm has."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rebond.data import data_folder
from rebond.eligibility.secured_financing import AGREED, CRITERION, PARTS
from rebond.facts import (
    UNKNOWN,
    Accounts,
    Contribution,
    CostLine,
    Evidence,
    FirmLink,
    LinkKind,
    Maybe,
    Siren,
    Siret,
)
from rebond.maturity import load_grid
from tests.core.plausibility.conftest import CENSUS, FIRM, PROJECT, Examiner, codes


def test_a_turnover_in_thousands_is_asked_about_once(examiner: Examiner) -> None:
    """7 820 for 44 people (c36): the jump from the year before is the same mistake, and is not asked again."""
    found = examiner.firm(accounts=(replace(FIRM.accounts[0], turnover=Decimal(7_820)), FIRM.accounts[1]))
    assert [each.code for each in found.questions] == ["chiffre_affaires_par_tete"]
    assert "milliers" in found.questions[0].sentence


def test_a_balance_sheet_in_thousands_beside_a_turnover_in_euros_is_asked_about(examiner: Examiner) -> None:
    found = examiner.accounts(staff=Decimal(44), balance_sheet=Decimal(5_640))
    assert {code for code, _ in codes(found)} == {"bilan_sur_chiffre_affaires", "fonds_propres_sur_bilan"}


def test_the_accounts_of_a_group_are_looked_at_too(examiner: Examiner) -> None:
    year = Accounts(year=2025, staff=Decimal(300), turnover=Decimal(58_000))
    found = examiner.firm(links=(FirmLink(name="Holding", kind=LinkKind.LINKED, accounts=(year,)),))
    assert [each.code for each in found.questions] == ["chiffre_affaires_par_tete"]
    assert "Holding" in found.questions[0].sentence


@pytest.mark.parametrize(("before", "asked"), [(782_000, False), (781_000, True)])
def test_a_turnover_ten_times_that_of_the_year_before_is_asked_about(
    examiner: Examiner, before: int, asked: bool
) -> None:
    accounts = (FIRM.accounts[0], replace(FIRM.accounts[1], staff=Decimal(42), turnover=Decimal(before)))
    assert (("saut_annuel", "question") in codes(examiner.firm(accounts=accounts))) is asked


def test_twelve_people_and_the_turnover_of_thirty_is_the_code_of_a_size(examiner: Examiner) -> None:
    """INSEE's 12 is « 20 à 49 salariés »; twelve people do not make 8 M€."""
    assert codes(examiner.accounts(staff=Decimal(12), turnover=Decimal(8_000_000))) == {("code_de_tranche", "question")}


def test_twelve_people_and_the_turnover_of_twelve_are_twelve_people(examiner: Examiner) -> None:
    assert codes(examiner.accounts(staff=Decimal(12), turnover=Decimal(3_450_000))) == set()


def test_a_column_of_size_codes_is_seen_whole(examiner: Examiner) -> None:
    """Without turnovers no firm alone shows it."""
    firms = tuple(
        replace(FIRM, id=f"E{rank}", name=f"Firme {rank}", siren=Siren(f"00000000{rank}"), establishment=replace(
            FIRM.establishment, siret=Siret(f"00000000{rank}00010")), own_funds=Decimal(1),
            accounts=(Accounts(year=2025, staff=Decimal(code)),))
        for rank, code in enumerate((11, 12, 21, 22, 12, 31))
    )  # fmt: skip
    assert ("codes_partout", "question") in codes(examiner.of(firms=firms, projects=(), aids=(), interviews=()))
    five = firms[:5]
    assert codes(examiner.of(firms=five, projects=(), aids=(), interviews=())) == set()


def test_a_project_of_4_285_euros_is_asked_about(examiner: Examiner) -> None:
    lines = tuple(replace(line, amount=line.amount / 1000) for line in PROJECT.costs)
    assert ("cout_infime", "question") in codes(examiner.project(costs=lines))


def test_some_lines_in_thousands_are_asked_about_together(examiner: Examiner) -> None:
    lines = (*PROJECT.costs, *(
        CostLine(id=f"x{n}", nature="materiel", amount=Decimal(n), year=2027, label=f"Poste {n}") for n in (310, 690)
    ))  # fmt: skip
    (question,) = examiner.project(costs=lines).questions
    assert question.code == "poste_hors_mesure"
    assert "Poste 310" in question.sentence
    assert "Poste 690" in question.sentence


def test_a_line_of_zero_is_no_thousand(examiner: Examiner) -> None:
    lines = (*PROJECT.costs, CostLine(id="x", nature="materiel", amount=Decimal(0), year=2027))
    assert examiner.project(costs=lines).all == ()


def test_more_secured_than_the_cost_is_told_and_twice_as_much_is_asked_about(examiner: Examiner) -> None:
    assert codes(examiner.project(own_financing=Decimal(2_790_000))) == set()
    told = examiner.project(own_financing=Decimal(2_790_001))
    assert codes(told) == {("financement_au_dela_du_cout", "remarque")}
    asked = examiner.project(own_financing=Decimal(5_580_001))
    assert codes(asked) == {("financement_sans_mesure", "question")}


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, set()),
        ({"acquis_emprunts": 900_000}, set()),
        ({"acquis_emprunts": 600_000}, set()),
        ({"acquis_emprunts": 600_000, "acquis_credit_bail": 300_001}, {("repartition_du_financement", "question")}),
        (dict.fromkeys(PARTS, 180_000), set()),
        (dict.fromkeys(PARTS, 179_999), {("repartition_du_financement", "question")}),
    ],
)
def test_a_split_that_cannot_make_its_total_is_asked_about(
    examiner: Examiner, parts: dict[str, int], expected: set[tuple[str, str]]
) -> None:
    declared = tuple((name, Decimal(amount)) for name, amount in parts.items())
    found = examiner.project(declared=declared)
    assert codes(found) == expected
    for question in found.questions:
        assert "900" in question.sentence


def test_a_split_without_a_total_is_told(examiner: Examiner) -> None:
    declared = (("acquis_emprunts", Decimal(120_000)),)
    found = examiner.project(own_financing=UNKNOWN, declared=declared)
    assert codes(found) == {("financement_sans_total", "remarque")}
    assert codes(examiner.project(own_financing=UNKNOWN)) == set()


@pytest.mark.parametrize(
    ("level", "parts", "told"),
    [
        (2, {}, True),
        (2, {"acquis_autofinancement": 300_000, "acquis_emprunts": 600_000}, True),
        (2, {"acquis_autofinancement": 800_000, "acquis_comptes_courants": 100_000}, False),
        (3, {}, False),
        (UNKNOWN, {}, False),
    ],
)
def test_money_said_secured_while_the_banks_are_only_consulted_is_told(
    examiner: Examiner, level: Maybe[int], parts: dict[str, int], told: bool
) -> None:
    """« Deux banques consultées » is no agreement; the firm's own cash waits for no bank."""
    evidence = (Evidence(criterion="financement", level=level, proof="deux banques consultées"),)
    declared = tuple((name, Decimal(amount)) for name, amount in parts.items())
    found = examiner.project(evidence=evidence, declared=declared)
    assert codes(found) == ({("financement_declare", "remarque")} if told else set())
    assert all("deux banques consultées" in str(each) for each in found.all)


def test_the_level_that_says_an_agreement_is_the_one_of_the_grid() -> None:
    grid = load_grid(data_folder() / "referentiels" / "maturite.yaml")
    (criterion,) = (each for each in grid.criteria if each.code == CRITERION)
    assert criterion.levels[AGREED] == "accord obtenu"


def test_jobs_out_of_proportion_are_asked_about(examiner: Examiner) -> None:
    assert codes(examiner.project(jobs_created=88)) == set()  # twice the staff
    assert codes(examiner.project(jobs_created=89)) == {("emplois_crees_effectif", "question")}
    assert codes(examiner.project(jobs_kept=400)) == {("emplois_maintenus_effectif", "question")}
    cheap = (replace(PROJECT.costs[0], amount=Decimal(100_000)),)
    found = examiner.project(jobs_created=20, costs=cheap, own_financing=Decimal(0))
    assert codes(found) == {("emplois_par_million", "question")}


def test_an_envelope_of_2_000_euros_is_asked_about(examiner: Examiner) -> None:
    settings = CENSUS.settings
    small = replace(settings.envelope, contributions=(Contribution(contributor="État", amount=Decimal(2_000)),))
    found = examiner.of(settings=replace(settings, envelope=small))
    assert codes(found) == {("enveloppe_infime", "question")}
    capped = replace(settings.envelope, max_per_project=Decimal(2_000_001))
    found = examiner.of(settings=replace(settings, envelope=capped))
    assert codes(found) == {("plafond_au_dela_de_l_enveloppe", "remarque")}
