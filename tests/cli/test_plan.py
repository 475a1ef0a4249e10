"""``rebond plan`` as people type it: a problem file, or one project of a workbook."""

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from rebond.adapters.sample import write_sample
from rebond.cli import main
from rebond.data.yamlfile import load_schema

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = str(DOCS / "exemples" / "probleme.json")
SCHEMA = load_schema(DOCS / "schemas" / "plan-v1.json")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plan", *arguments])


def checked(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    data: dict[str, Any] = json.loads(result.stdout)
    assert not [error.message for error in SCHEMA.iter_errors(data)]
    return data


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("classeur") / "recensement.xlsx"
    write_sample(path)
    return str(path)


def test_the_example_is_planned_for_people() -> None:
    result = run(EXAMPLE)
    assert result.exit_code == 0
    for words in ("Total", "prouvé le meilleur", "conforme", "Compte de minimis", "Limite atteinte"):
        assert words in result.stdout


def test_the_example_is_planned_for_machines() -> None:
    (plan,) = checked(run(EXAMPLE, "--json"))["plans"]
    assert plan["preuve"]["prouve"]
    assert plan["preuve"]["ecart"] <= 1e-6
    assert plan["audit"] == {"conforme": True, "manquements": []}
    assert plan["soutien"] == sum(line["montant"] for line in plan["lignes"])
    assert plan["soutien"] == sum(support["apres_plafonds"] for support in plan["explications"])
    assert {rule["regle"] for rule in plan["regles_actives"]} == {"floor_and_cap", "de_minimis"}


def test_a_demand_that_cannot_be_met_is_explained_and_ends_well() -> None:
    data = checked(run(EXAMPLE, "--besoin-couvert", "--sans-pret", "--json"))
    assert data["plans"] == []
    (found,) = data["sans_plan"]
    assert {"sans_pret", "besoin_couvert"} <= {conflict["cle"] for conflict in found["regles_en_conflit"]}
    assert "Pas de plan" in run(EXAMPLE, "--besoin-couvert", "--sans-pret").stdout


def test_few_files_are_obeyed() -> None:
    (plan,) = checked(run(EXAMPLE, "--max-dossiers", "1", "--json"))["plans"]
    assert plan["dossiers"] == ["region/investissement"]


def test_a_wrong_file_ends_with_code_2_and_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "faux.json"
    data = json.loads(Path(EXAMPLE).read_text(encoding="utf-8"))
    data["projets"][0]["besoin"] = "inconnu"
    data["projets"][0]["postes"][0]["annee"] = "2026"
    path.write_text(json.dumps(data), encoding="utf-8")
    result = run(str(path))
    assert result.exit_code == 2
    assert "$.projets[0].besoin" in result.stderr
    assert "2 défauts" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--workbook", EXAMPLE),
        (EXAMPLE, "--pdf", "x.pdf"),
        (EXAMPLE, "--et-si", "a"),
        (EXAMPLE, "--dans-la-mission"),
        (EXAMPLE, "--soutien-min", "z"),
    ],
)
def test_a_command_that_asks_for_nothing_clear_says_so(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Emploi :" in result.stderr


def test_a_project_of_a_workbook_is_planned_with_its_documents(workbook: str, tmp_path: Path) -> None:
    files = {kind: tmp_path / f"plan.{kind}" for kind in ("xlsx", "docx", "pdf")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]
    data = checked(run("--workbook", workbook, "--project", "P006", "--et-si", "taille_ue=grande", "--json", *options))
    assert data["donnees_fictives"]
    (plan,) = data["plans"]
    assert data["tableau"]["total"] == plan["cout"]
    assert sum(row["total"] for row in data["tableau"]["ressources"]) == plan["cout"]
    assert all(variant["aide_perdue"] >= 0 for variant in data["variantes"])
    assert data["et_si"]["aide_gagnee"] < 0
    assert data["inconnus"]
    assert all(path.stat().st_size > 5_000 for path in files.values())
    assert openpyxl.load_workbook(files["xlsx"]).sheetnames[0] == "Plan de financement"


def test_a_project_of_a_workbook_is_planned_for_people(workbook: str) -> None:
    arguments = ("--workbook", workbook, "--project", "P034", "--avant", "2027-12-31", "--et-si", "emplois_crees=9")
    result = run(*arguments)
    assert result.exit_code == 0
    for words in ("fictifs", "Emplois et ressources", "Variantes", "Et si", "Relais de trésorerie", "délai inconnu"):
        assert words in result.stdout


def test_in_the_mission_a_plan_counts_on_its_share_of_the_envelope_and_alone_it_does_not(workbook: str) -> None:
    alone = checked(run("--workbook", workbook, "--project", "P003", "--json"))
    shared = checked(run("--workbook", workbook, "--project", "P003", "--dans-la-mission", "--json"))
    assert "sans l'enveloppe" in alone["portee"]
    assert "part de l'enveloppe" in shared["portee"]
    assert not [line for line in alone["plans"][0]["lignes"] if line["enveloppe"]]
    assert [line for line in shared["plans"][0]["lignes"] if line["enveloppe"]]
    assert alone["plans"][0]["reste"] > shared["plans"][0]["reste"] == 0


def test_a_project_paid_for_is_not_made_to_borrow(workbook: str) -> None:
    data = checked(run("--workbook", workbook, "--project", "P008", "--json"))
    (plan,) = data["plans"]
    assert (plan["besoin"], plan["soutien"]) == (0, 0)
    assert not data["sans_plan"]
    assert "aucun soutien n'est à demander" in " ".join(data["alertes"])


def test_a_demand_is_said_in_the_documents_met_or_not(workbook: str) -> None:
    base = ("--workbook", workbook, "--project", "P038", "--json")
    met = checked(run(*base, "--max-dossiers", "1"))
    assert met["alertes"][0].startswith("Exigences de cette édition : au plus 1")
    refused = checked(run(*base, "--soutien-min", "100 M€"))
    assert refused["sans_plan"]
    assert "celui-ci est le meilleur sans elles" in " ".join(refused["alertes"])


@pytest.mark.parametrize(("asked", "nearest"), [("p3", "P003"), ("P0O3", "P003"), ("pompes à chaleur", "P075")])
def test_a_reference_written_wrong_brings_the_nearest_project(workbook: str, asked: str, nearest: str) -> None:
    result = run("--workbook", workbook, "--project", asked)
    assert result.exit_code == 2
    assert f"{nearest} (" in result.stderr


def test_a_document_that_cannot_be_written_is_said(workbook: str) -> None:
    result = run("--workbook", workbook, "--project", "P001", "--pdf", "/dossier-absent/plan.pdf")
    assert result.exit_code == 2
    assert "dossier introuvable" in result.stderr


def test_a_project_or_a_fact_that_does_not_exist_ends_with_code_2(workbook: str) -> None:
    assert run("--workbook", workbook, "--project", "P999").exit_code == 2
    result = run("--workbook", workbook, "--project", "P006", "--et-si", "emplois=9")
    assert result.exit_code == 2
    assert "fait inconnu" in result.stderr


def test_a_plan_after_the_end_of_a_text_names_it(workbook: str) -> None:
    """The General Block Exemption Regulation ends with 2026; six months later nothing is left of it to wait for."""
    arguments = ("--workbook", workbook, "--project", "P021", "--json", "--on")
    days = ("2026-12-31", "2027-01-01", "2027-07-01")
    before, waiting, after = (checked(run(*arguments, day)) for day in days)
    assert not [text for text in before["alertes"] if "Textes finis" in text]
    told_of_both = (
        (waiting, "RGEC art. 14 finit", "tant que rien n'est prorogé"),
        (after, "Textes finis", "ne les emploie plus"),
    )
    for plan, begins, said in told_of_both:
        (told,) = [text for text in plan["alertes"] if text.startswith(begins)]
        assert "31/12/2026" in told
        assert "RGEC art. 14" in told
        assert said in told
    scheme = "region-grand-est/investissements-productifs-durables"
    assert scheme in {line["dispositif"] for plan in waiting["plans"] for line in plan["lignes"]}
    reasons = {item["dispositif"]: item["motif"] for item in after["sans_montant"]}
    assert "hors de sa période de validité" in reasons[scheme]


def test_the_time_of_the_proof_is_written_as_in_french() -> None:
    assert re.search(r"écart 0,00\s%, \d+,\d\d\ss\)", run(EXAMPLE).stdout)


def test_what_cannot_be_met_together_is_quoted() -> None:
    shown = run(EXAMPLE, "--besoin-couvert", "--sans-pret").stdout
    assert "Impossible de tenir à la fois « tout le besoin couvert » et « aucun prêt »" in shown


def test_a_plan_follows_the_reading_that_is_asked_and_says_it(workbook: str) -> None:
    """In January 2027 the texts in force lose what the adjustment period keeps possible."""
    asked = ("--workbook", workbook, "--project", "P020", "--on", "2027-01-20", "--malgre-les-questions", "--json")
    strict, usual = (checked(run(*asked, *more)) for more in (("--lecture", "textes"), ()))
    assert strict["lecture"] == {"code": "textes", "intitule": "Textes en vigueur"}
    assert usual["lecture"]["code"] == "adaptation"
    amounts = [sum(plan["soutien"] for plan in found["plans"]) for found in (strict, usual)]
    assert amounts[0] < amounts[1]


def test_a_problem_file_states_its_own_law() -> None:
    refused = run(EXAMPLE, "--lecture", "textes")
    assert refused.exit_code == 2
    assert "--lecture" in refused.stderr
