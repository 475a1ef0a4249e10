"""``rebond territory``: what is covered, the folder to fill in, and that every command reads it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from rebond.cli import main
from rebond.errors import Fault, grouped

CAMBRAI = "200068500"
MINE = "agence-cambresis,Agence de développement du Cambrésis,ADC,,conseil,investissement,59,exemple\n"
SCHEME = """schema: dispositif/v1
intitule: Aide aux machines du Cambrésis
financeur: agence-cambresis
forme: subvention
resume: Aide d'essai aux machines.
champs: [investissement]
validite:
  source: "essai"
conditions:
  tous:
    - {fait: epci, parmi: ["200068500"], source: "essai"}
avantage:
  assiette: {natures: [materiel]}
  note: Sans montant connu.
regimes: [de_minimis_2023]
avant_travaux: oui
sources: [essai]
fiabilite: V-
inconnus:
  - {champ: taux, question: "Quel taux ?"}
verifie_le: 2026-11-23
verifie_par: essai
prochaine_revue: 2027-03-31
cas:
  - nom: dans l'agglomération
    le: 2026-11-23
    faits: {epci: "200068500"}
    attendu: oui
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the Cambrésis, filled in by its project manager."""
    out = tmp_path_factory.mktemp("territoire") / "cambresis"
    made = run("territory", "new", str(out), "--epci", "CA de Cambrai", "--nom", "Cambrésis", "--on", "2026-11-23")
    assert made.exit_code == 0, made.output
    with (out / "organisations.csv").open("a", encoding="utf-8") as stream:
        stream.write(MINE)
    (out / "dispositifs" / "agence-cambresis").mkdir()
    (out / "dispositifs" / "agence-cambresis" / "machines.yaml").write_text(SCHEME, encoding="utf-8")
    return out


def test_a_new_folder_asks_what_the_catalogue_lacks_and_whom_to_ask(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "CA de Cambrai" in text
    assert "À demander à" in text
    assert CAMBRAI in (folder / "territoire.yaml").read_text(encoding="utf-8")


def test_a_territory_adds_to_the_shipped_catalogue(folder: Path) -> None:
    checked = run("territory", "check", "--catalogue", str(folder), "--on", "2026-11-23", "--json")
    assert checked.exit_code == 0, checked.output
    found = json.loads(checked.output)
    assert found["dispositifs"]["local"] == ["agence-cambresis/machines"]
    assert "bpifrance/pret-vert" in found["dispositifs"]["national"]
    assert "agence-cambresis" in found["organisations"]
    assert "gip-haute-marne" not in found["organisations"]
    assert found["alerte"] == ""


def test_the_workbook_offers_the_organisations_of_the_territory_and_no_other(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "recensement.xlsx"
    made = run("census", "template", "--catalogue", str(folder), "--epci", CAMBRAI, "--out", str(out))
    assert made.exit_code == 0, made.output
    book = load_workbook(out)
    words = {str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value}
    assert "Agence de développement du Cambrésis" in words
    assert "Région Hauts-de-France" in words
    assert not {"Région Grand Est", "GIP Haute-Marne", "CCI Meuse Haute-Marne"} & words


def test_a_part_that_a_territory_cannot_add_is_refused_and_not_left_unread(folder: Path) -> None:
    (folder / "referentiels").mkdir()
    try:
        checked = run("catalogue", "check", "--catalogue", str(folder))
    finally:
        (folder / "referentiels").rmdir()
    assert checked.exit_code == 2
    assert "mettre organisations.csv à la racine du dossier" in checked.output


def test_a_name_that_several_intercommunalities_have_lists_them() -> None:
    checked = run("territory", "check", "vallée")
    assert checked.exit_code == 2
    assert "plusieurs intercommunalités portent ce nom" in checked.output


def test_an_unknown_intercommunality_is_answered_by_the_nearest() -> None:
    checked = run("territory", "check", "Cambrésiss")
    assert checked.exit_code == 2
    assert "aucune intercommunalité de ce nom" in checked.output


def test_faults_that_repeat_are_told_once_with_their_number() -> None:
    alike = [Fault(where=f"cellule B{n}", found="adc", problem="inconnu", mend="corriger") for n in range(103)]
    other = Fault(where="cellule C1", problem="vide", mend="remplir")
    assert grouped([*alike, other]) == [
        "103 fois : « adc » — inconnu → corriger (cellule B0 ; cellule B1 ; cellule B2 et 100 autres)",
        "cellule C1 — vide → remplir",
    ]


def test_a_few_faults_keep_their_own_lines() -> None:
    alike = [Fault(where=f"cellule B{n}", problem="vide", mend="remplir") for n in range(3)]
    assert grouped(alike) == [str(fault) for fault in alike]


def test_an_official_list_imported_into_a_territory_adds_to_the_shipped_zones(folder: Path, tmp_path: Path) -> None:
    official = tmp_path / "afr.csv"
    official.write_text("insee_com;lib_com;classement_afr\n59122;Cambrai;intégralement\n", encoding="utf-8")
    words = ("zonage", "import", "afr", str(official), "--date-debut", "2022-01-01", "--source", "essai")
    imported = run(*words, "--out", str(folder))
    assert imported.exit_code == 0, imported.output
    assert [path.name for path in (folder / "zonages").iterdir()] == ["afr.csv"]
    checked = run("territory", "check", "--catalogue", str(folder), "--on", "2026-11-23", "--json")
    zones = {zone["zonage"]: zone for zone in json.loads(checked.output)["zonages"]}
    assert zones["afr"]["valeurs"] == {"c": 1}
    assert zones["frr"]["connues"] == zones["frr"]["communes"]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Path, list[Path | None]]:
    """A database that can be served, and the catalogues that a site is opened on."""
    database = tmp_path / "rebond.sqlite3"
    with closing(sqlite3.connect(database)) as base:
        base.execute("CREATE TABLE django_migrations (id INTEGER)")
    catalogues: list[Path | None] = []
    monkeypatch.setattr(
        "rebond.web.instance.open_instance", lambda *_, catalogue=None, **__: catalogues.append(catalogue)
    )
    monkeypatch.setattr("rebond.web.serving.serve", lambda **_: None)
    return database, catalogues


def test_the_site_is_served_on_the_folder_of_a_territory(folder: Path, opened: tuple[Path, list[Path | None]]) -> None:
    database, catalogues = opened
    served = run("serve", "--db", str(database), "--catalogue", str(folder))
    assert served.exit_code == 0, served.output
    named = CliRunner().invoke(main, ["serve", "--db", str(database)], env={"REBOND_CATALOGUE": str(folder)})
    assert named.exit_code == 0, named.output
    assert catalogues == [folder, folder]


def test_a_wrong_catalogue_is_told_before_the_site_opens(
    folder: Path, opened: tuple[Path, list[Path | None]], tmp_path: Path
) -> None:
    database, catalogues = opened
    wrong = tmp_path / "faux"
    copytree(folder, wrong)
    (wrong / "dispositifs" / "agence-cambresis" / "machines.yaml").write_text("schema: 1", encoding="utf-8")
    served = run("serve", "--db", str(database), "--catalogue", str(wrong))
    assert served.exit_code == 2
    assert "machines.yaml" in served.output
    assert catalogues == []
