"""The sample territory keeps the totals of the real mission, and its firms are nobody's."""

import csv
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

from rebond.adapters.sample import SampleRows, sample_layout, sample_rows, sample_truth, write_sample, write_truth
from rebond.adapters.sample.source import SAMPLE_FOLDER
from rebond.adapters.workbook import read_census
from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.eligibility.places import load_gazetteer
from rebond.eligibility.secured_financing import PARTS
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Census
from rebond.maturity import assess, load_grid
from rebond.plausibility import examine, load_plausibility
from rebond.regimes.sme import load_thresholds, size_class

SAID_SECURED = 45
"""Projects whose money is declared secured without an agreement in their evidence."""
COMMITTEE = date(2026, 10, 5)
REFERENTIALS = data_folder() / "referentiels"


@pytest.fixture(scope="module")
def rows() -> SampleRows:
    return sample_rows()


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Census:
    path = tmp_path_factory.mktemp("sample") / "recensement.xlsx"
    write_sample(path)
    return read_census(path, layout=sample_layout(), gazetteer=load_gazetteer(REFERENTIALS))


def costs(rows: SampleRows) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for line in rows["depenses"]:
        total[str(line["projet"])] = total.get(str(line["projet"]), Decimal(0)) + Decimal(str(line["montant"]))
    return total


def test_totals_are_those_of_the_mission(rows):
    assert len(rows["entreprises"]) == 50
    assert len(rows["entretiens"]) == 50
    assert len(rows["projets"]) == 77
    assert 100_000_000 < sum(costs(rows).values()) < 115_000_000
    assert sum(project.get("emplois_crees", 0) for project in rows["projets"]) == 135
    assert sum(part["montant"] for part in rows["enveloppe"]) == 2_000_000


def test_every_firm_was_met_between_april_and_july_on_a_working_day(rows):
    met = Counter(interview["entreprise"] for interview in rows["entretiens"])
    assert met == Counter(firm["id"] for firm in rows["entreprises"])
    days = [interview["date"] for interview in rows["entretiens"]]
    assert min(days) >= date(2026, 4, 1)
    assert max(days) <= date(2026, 7, 31)
    assert all(day.weekday() < 5 for day in days)


def test_numbers_belong_to_nobody_and_pass_the_check(rows):
    firms = rows["entreprises"]
    sirens = [str(firm["siren"]) for firm in firms] + [str(link["siren"]) for link in rows["groupes"]]
    assert all(siren.startswith("000") and stdnum_siren.is_valid(siren) for siren in sirens)
    assert all(stdnum_siret.is_valid(firm["siret"]) and firm["siret"][:9] == firm["siren"] for firm in firms)
    assert len({firm["siren"] for firm in firms}) == 50


def test_communes_are_those_of_the_two_intercommunalities(rows):
    with (SAMPLE_FOLDER / "communes.csv").open(encoding="utf-8", newline="") as stream:
        real = {row["commune"] for row in csv.DictReader(stream)}
    assert len(real) == 117
    used = {record["commune"] for key in ("entreprises", "projets") for record in rows[key] if "commune" in record}
    assert used <= real
    assert len(used) > 25


def test_the_same_seed_gives_the_same_rows_and_another_seed_only_other_noise(rows):
    assert sample_rows() == rows
    other = sample_rows(7)
    assert other["listes"] != rows["listes"]
    assert {key: value for key, value in other.items() if key != "listes"} == {
        key: value for key, value in rows.items() if key != "listes"
    }


def test_every_project_has_one_to_six_cost_lines_of_its_own_years(rows):
    lines = Counter(line["projet"] for line in rows["depenses"])
    assert set(lines) == {project["id"] for project in rows["projets"]}
    assert max(lines.values()) <= 6
    assert 220 <= sum(lines.values()) <= 260
    assert {line["annee"] for line in rows["depenses"]} == {2026, 2027, 2028}
    periods = {
        p["id"]: (p.get("debut", date(2026, 1, 1)).year, p.get("fin", date(2028, 12, 31)).year) for p in rows["projets"]
    }
    late = [line for line in rows["depenses"] if line["annee"] > periods[line["projet"]][1]]
    early = [
        line
        for line in rows["depenses"]
        if line["annee"] < periods[line["projet"]][0] and line["nature"] not in {"conseil", "rd_experimentale"}
    ]
    assert not late
    assert not early


def test_sizes_of_projects_look_like_a_real_portfolio(rows):
    amounts = sorted(costs(rows).values())
    assert amounts[0] == 15_000
    assert amounts[-1] == 14_000_000
    assert 400_000 <= amounts[38] <= 600_000


def test_the_financing_table_covers_every_project_and_never_more_than_its_cost(rows):
    with (SAMPLE_FOLDER / "source" / "reglages_financement.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["projet"] for row in csv.DictReader(stream)] == sorted(costs(rows))
    secured = {
        project["id"]: project["financement_acquis"] for project in rows["projets"] if "financement_acquis" in project
    }
    assert all(amount <= costs(rows)[project] for project, amount in secured.items())
    assert 55 <= len(secured) < 77


def test_the_parts_of_the_financing_secured_make_its_total_or_leave_some_of_it_unsaid(rows):
    split = {
        project["id"]: [project[part] for part in PARTS if part in project]
        for project in rows["projets"]
        if any(part in project for part in PARTS)
    }
    totals = {project["id"]: project.get("financement_acquis") for project in rows["projets"]}
    whole = [project for project, parts in split.items() if len(parts) == len(PARTS)]
    assert len(split) == 11
    assert len(whole) == 9
    assert all(sum(split[project]) == totals[project] for project in whole)
    assert all(sum(parts) <= totals[project] for project, parts in split.items())
    assert sum("dettes_financieres" in firm for firm in rows["entreprises"]) == 11


def test_orders_signed_before_any_application_have_their_date_and_no_application(rows):
    started = [project for project in rows["projets"] if project.get("travaux_commences")]
    assert len(started) == 4
    assert all("date_premiere_commande" in project and "date_demande" not in project for project in started)


def test_truth_leaves_about_a_third_of_the_projects_unknown(rows):
    truth = sample_truth()
    projects = {project["id"]: project["entreprise"] for project in rows["projets"]}
    known = {row["projet"] for row in truth} - {""}
    assert known <= set(projects)
    assert 0.30 <= 1 - len(known) / len(projects) <= 0.37
    assert all(projects[row["projet"]] == row["entreprise"] for row in truth if row["projet"])
    assert len(truth) == len(rows["listes"])
    assert any(not row["entreprise"] for row in truth)
    assert any(row["entreprise"] and not row["projet"] for row in truth)


def test_the_committed_truth_is_that_of_the_source(tmp_path):
    write_truth(tmp_path / "verite.csv")
    assert (tmp_path / "verite.csv").read_text() == (SAMPLE_FOLDER / "verite_rapprochement.csv").read_text()


def test_lists_are_as_messy_as_real_ones(rows):
    numbers = [str(entry["siren"]) for entry in rows["listes"] if "siren" in entry]
    assert len(numbers) < 0.75 * len(rows["listes"])
    assert any(number.endswith(".0") for number in numbers)
    assert any(re.fullmatch(r"\d{6}", number) for number in numbers)
    assert any(" " in number for number in numbers)
    real = {firm["nom"] for firm in rows["entreprises"]}
    assert sum(entry["entreprise"] in real for entry in rows["listes"]) < 0.4 * len(rows["listes"])


def test_the_workbook_is_read_without_a_fault_nor_a_repair(census):
    assert (len(census.firms), len(census.interviews), len(census.projects)) == (50, 50, 77)
    assert census.repairs == ()
    assert census.settings.fictitious
    assert census.settings.committee_on == COMMITTEE
    (assumption,) = census.settings.zone_assumptions
    assert assumption.value == "c"
    assert "hypothèse" in assumption.source


def test_the_same_workbook_is_written_twice(tmp_path):
    write_sample(tmp_path / "a.xlsx")
    write_sample(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_about_three_projects_in_ten_are_immature(census):
    grid = load_grid(REFERENTIALS / "maturite.yaml")
    ripe = Counter(assess(project, grid).ripe for project in census.projects)
    assert 0.25 <= 1 - ripe[Truth.YES] / 77 <= 0.35


def test_firms_of_every_european_size(census):
    thresholds = load_thresholds(REFERENTIALS / "taille_ue.yaml")
    sizes = Counter(str(size_class(firm, thresholds=thresholds, on=COMMITTEE).size) for firm in census.firms)
    assert set(sizes) >= {"micro", "petite", "moyenne", "eti", "grande"}
    assert sizes[str(UNKNOWN)] == 1


def test_one_undertaking_is_near_its_de_minimis_ceiling(census):
    undertaking = {firm.id for firm in census.firms if firm.undertaking == "UT-TRAIRE"}
    assert undertaking == {"E001", "E017"}
    received = sum(
        aid.amount
        for aid in census.aids
        if aid.firm_id in undertaking and aid.regime == "de_minimis_2023" and aid.granted_on > date(2023, 10, 5)
    )
    assert 250_000 < received < 300_000


def test_source_texts_hold_no_placeholder():
    texts = "\n".join(path.read_text(encoding="utf-8") for path in Path(SAMPLE_FOLDER).rglob("*.*") if path.is_file())
    assert not re.search(r"lorem|ipsum|todo|xxx", texts, re.IGNORECASE)


def test_the_sample_is_plausible_without_a_single_answer(census: Census) -> None:
    """Nothing to ask of it: no bound was crossed, and no answer had to be written in its source.

    As in a real mission, many firms say that they have money that their bank has not granted: it is remarked.
    """
    regimes = load_catalogue(data_folder()).regimes
    found = examine(census, load_plausibility(REFERENTIALS), regimes=regimes, on=census.settings.committee_on)
    told = [each.code for each in found.all]
    assert [str(each) for each in found.all if each.code != "financement_declare"] == []
    assert len(told) == SAID_SECURED
