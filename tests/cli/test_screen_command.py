"""``rebond screen`` and ``rebond catalogue`` as people type them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rebond.cli import main

FIRM = "effectif: 42\ncode_naf: 25.73A\ncode_commune: 52121\ntaille_ue: petite\ncouts: {materiel: 300000}\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.fixture
def firm(tmp_path: Path) -> str:
    path = tmp_path / "entreprise.yaml"
    path.write_text(FIRM, encoding="utf-8")
    return str(path)


def test_a_firm_is_screened_for_people(firm: str) -> None:
    result = run("screen", "--facts", firm, "--on", "2026-11-23")
    assert result.exit_code == 0
    for heading in ("Questions à poser d'abord", "À vérifier (", "Non ("):
        assert heading in result.stdout


def test_a_firm_is_screened_for_machines(firm: str) -> None:
    result = run("screen", "--facts", firm, "--on", "2026-11-23", "--json", "--questions", "2")
    data = json.loads(result.stdout)
    assert data["schema"] == "verdict/v1"
    assert len(data["questions"]) == 2
    assert data["faits"]["cout_total"] == 300000


def test_one_dispositif_is_screened_alone(firm: str) -> None:
    result = run("screen", "--facts", firm, "--on", "2026-11-23", "--json", "--dispositif", "ademe/decarb-flash")
    assert [card["dispositif"] for card in json.loads(result.stdout)["dispositifs"]] == ["ademe/decarb-flash"]


def test_an_unknown_dispositif_shows_the_nearest(firm: str) -> None:
    result = run("screen", "--facts", firm, "--on", "2026-11-23", "--dispositif", "ademe/decarb-flasch")
    assert result.exit_code == 2
    assert "essayer ademe/decarb-flash" in result.stderr


def test_a_wrong_file_shows_every_fault_and_no_verdict(tmp_path: Path) -> None:
    path = tmp_path / "entreprise.yaml"
    path.write_text("effectifs: 42\ntaille_ue: pme\n", encoding="utf-8")
    result = run("screen", "--facts", str(path), "--on", "2026-11-23")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "2 défauts à corriger." in result.stderr


def test_freshness_counts_every_dispositif(firm: str) -> None:
    result = run("catalogue", "fresh", "--on", "2026-11-23", "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == 0
    assert data["resume"]["clos"] > 0
    assert data["resume"]["a_jour"] == sum(1 for item in data["dispositifs"] if not item["etats"])
    assert "dispositifs (clos : " in run("catalogue", "fresh", "--on", "2026-11-23").stdout


def test_the_catalogue_is_checked_and_its_gaps_listed() -> None:
    assert "aucun défaut" in run("catalogue", "check").stdout
    assert json.loads(run("catalogue", "check", "--json").stdout)["defauts"] == []
    found = json.loads(run("catalogue", "gaps", "--json").stdout)
    assert found["lacunes"]
    assert ("SA.111728", "prorogation") in {(row["objet"], row["champ"]) for row in found["droit"]}
    assert ("region-grand-est", "delai_instruction") in {(row["objet"], row["champ"]) for row in found["droit"]}


def test_a_merged_commune_and_an_activity_of_2025_are_translated_and_told(tmp_path: Path) -> None:
    path = tmp_path / "entreprise.yaml"
    path.write_text("code_commune: Prauthoy\ncode_naf: 25.61Y\n", encoding="utf-8")
    result = run("screen", "--facts", str(path), "--on", "2027-01-15", "--json")
    assert "Prauthoy, commune déléguée : aujourd'hui Le Montsaugeonnais (52405)" in result.stderr
    assert "« 25.61Y » lu 25.71Z (NAF 2025 « Fabrication de coutellerie »" in result.stderr
    facts = json.loads(result.stdout)["faits"]
    assert (facts["code_commune"], facts["departement"], facts["code_naf"]) == ("52405", "52", "25.71Z")


def test_an_activity_of_2025_that_several_became_is_unknown_and_they_are_named(tmp_path: Path) -> None:
    path = tmp_path / "entreprise.yaml"
    path.write_text("code_naf: 25.40Y\neffectif: 44\n", encoding="utf-8")
    result = run("screen", "--facts", str(path), "--on", "2026-11-23", "--json")
    assert "25.50A « Forge, estampage" in result.stderr
    assert "code_naf" not in json.loads(result.stdout)["faits"]
