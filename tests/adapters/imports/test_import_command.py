"""``rebond catalogue import``: differences, protected fields, renames, and nothing written when anything is wrong."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from rebond.cli import main
from rebond.errors import Fault
from tests.adapters.imports.conftest import DATA

Records = list[dict[str, Any]]


@pytest.fixture
def records() -> Records:
    found: Records = json.loads((DATA / "tee_extrait.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """Import records into ``catalogue``; a list of records or a file."""

    def _run(source: Records | Path, *options: str, on: str = "2026-11-24", out: str = "catalogue") -> Result:
        path = source if isinstance(source, Path) else tmp_path / "programs.json"
        if not isinstance(source, Path):
            path.write_text(json.dumps(source), encoding="utf-8")
        folder = str(tmp_path / out)
        arguments = ["catalogue", "import", "tee", str(path), "--out", folder, "--on", on, *options]
        return CliRunner().invoke(main, arguments)

    return _run


@pytest.fixture(scope="module")
def first_import(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("import") / "catalogue"
    file = str(DATA / "tee_extrait.json")
    arguments = ["catalogue", "import", "tee", file, "--out", str(folder), "--on", "2026-11-24"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    return folder


@pytest.fixture
def imported_once(first_import: Path, tmp_path: Path) -> None:
    """The extract is already in ``catalogue``."""
    shutil.copytree(first_import, tmp_path / "catalogue")


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def draft(folder: Path, name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((folder / "dispositifs" / "tee" / f"{name}.yaml").read_text("utf-8"))
    return data


def test_the_folder_written_is_a_catalogue_for_other_commands(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    result = run(records)
    assert result.exit_code == 0, result.output
    assert "12 fiches lues, 12 dispositifs (12 ajoutés)" in result.output
    check = CliRunner().invoke(main, ["catalogue", "check", "--catalogue", str(tmp_path / "catalogue")])
    assert check.exit_code == 0, check.output
    assert "12 dispositifs, 20 régimes" in check.output


@pytest.mark.usefixtures("imported_once")
def test_the_original_record_is_kept_as_it_was(run: Callable[..., Result], records: Records, tmp_path: Path) -> None:
    kept = json.loads((tmp_path / "catalogue" / "origine" / "tee" / "pret-usine.json").read_text("utf-8"))
    assert kept == next(record for record in records if record["id"] == "pret-usine")


@pytest.mark.usefixtures("imported_once")
def test_the_account_opens_in_a_spreadsheet_and_holds_no_formula(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    path = tmp_path / "catalogue" / "compte-rendu-tee.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    report = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert sum(int(row["nombre de valeurs"]) for row in rows) == report["valeurs"] == sum(report["devenir"].values())
    assert any(row["valeur"] == "'=10 000 €" for row in rows)
    assert not any(row["valeur"].startswith(("=", "+", "-", "@")) for row in rows)


@pytest.mark.usefixtures("imported_once")
def test_importing_the_same_file_another_day_changes_no_file(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    before = content(tmp_path / "catalogue" / "dispositifs")
    result = run(records, on="2027-02-01")
    assert "12 inchangés" in result.output
    assert content(tmp_path / "catalogue" / "dispositifs") == before


@pytest.mark.usefixtures("imported_once")
def test_a_changed_programme_is_shown_field_by_field(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    records[4]["eligibilityData"]["validity"]["end"] = records[4]["fin de validité"] = "30/06/2027"
    result = run(records, on="2026-12-01")
    assert "1 modifiés, 11 inchangés" in result.output
    assert 'validite.au : "2026-12-31" → "2027-06-30"' in result.output
    assert draft(tmp_path / "catalogue", "pret-usine")["verifie_le"].isoformat() == "2026-12-01"


@pytest.mark.usefixtures("imported_once")
def test_a_protected_field_is_kept_and_the_incoming_value_reported(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    path = folder / "dispositifs" / "tee" / "aide-ouverte.yaml"
    path.write_text(path.read_text("utf-8").replace("Aide ouverte à tous", "Aide relue"), encoding="utf-8")
    (folder / "protections.yaml").write_text("tee/aide-ouverte: [intitule]\ntous: [contact]\n", encoding="utf-8")
    records[1]["opérateur de contact"] = "Opco 2i"
    result = run(records)
    kept = draft(folder, "aide-ouverte")
    assert (kept["intitule"], kept["contact"], kept["financeur"]) == ("Aide relue", "ADEME", "opco2i")
    assert "intitule : Aide relue → Aide ouverte à tous [protégé : gardé]" in result.output
    assert "contact : ADEME → Opco 2i [protégé : gardé]" in result.output


@pytest.mark.usefixtures("imported_once")
def test_protected_conditions_keep_their_examples_when_nothing_else_of_eligibility_changes(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    before = draft(folder, "aide-ouverte")
    (folder / "protections.yaml").write_text("tee/aide-ouverte: [conditions]\n", encoding="utf-8")
    records[1]["eligibilityData"]["priorityObjectives"] = ["water"]
    del records[1]["publicodes"]
    result = run(records)
    assert result.exit_code == 0, result.output
    after = draft(folder, "aide-ouverte")
    assert (after["conditions"], after["cas"]) == (before["conditions"], before["cas"])


@pytest.mark.usefixtures("imported_once")
def test_examples_that_fit_neither_what_was_kept_nor_what_came_are_withdrawn(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    (folder / "protections.yaml").write_text("tee/aide-ouverte: [conditions]\n", encoding="utf-8")
    records[1]["eligibilityData"]["priorityObjectives"] = ["water"]
    records[1]["conditions d'éligibilité"]["autres critères d'éligibilité"] = ["Être propriétaire"]
    result = run(records)
    assert result.exit_code == 0, result.output
    assert draft(folder, "aide-ouverte")["cas"] == []


@pytest.mark.usefixtures("imported_once")
def test_without_protection_a_local_edit_is_replaced_and_shown(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    path = tmp_path / "catalogue" / "dispositifs" / "tee" / "aide-ouverte.yaml"
    path.write_text(path.read_text("utf-8").replace("Aide ouverte à tous", "Aide relue"), encoding="utf-8")
    result = run(records)
    assert "intitule : Aide relue → Aide ouverte à tous" in result.output
    assert draft(tmp_path / "catalogue", "aide-ouverte")["intitule"] == "Aide ouverte à tous"


@pytest.mark.usefixtures("imported_once")
def test_a_programme_gone_is_set_apart_never_deleted(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    result = run(records[1:])
    assert "1 retirés de la source" in result.output
    assert not (folder / "dispositifs" / "tee" / "diag-atelier.yaml").exists()
    assert (folder / "retires" / "tee" / "diag-atelier.yaml").is_file()
    run(records)
    assert (folder / "dispositifs" / "tee" / "diag-atelier.yaml").is_file()
    assert not (folder / "retires" / "tee" / "diag-atelier.yaml").exists()


@pytest.mark.usefixtures("imported_once")
def test_a_renamed_programme_leaves_a_redirection(run: Callable[..., Result], records: Records, tmp_path: Path) -> None:
    records[0]["id"] = "diagnostic-atelier"
    result = run(records)
    redirections = tmp_path / "catalogue" / "redirections.yaml"
    assert "tee/diag-atelier → tee/diagnostic-atelier" in result.output
    assert yaml.safe_load(redirections.read_text("utf-8")) == {"tee/diag-atelier": "tee/diagnostic-atelier"}
    run(records)
    assert yaml.safe_load(redirections.read_text("utf-8")) == {"tee/diag-atelier": "tee/diagnostic-atelier"}


def test_a_programme_that_an_adviser_redirected_is_not_written_again(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    run(records[1:])
    folder = tmp_path / "catalogue"
    (folder / "redirections.yaml").write_text("tee/diag-atelier: cci/diagnostic\n", encoding="utf-8")
    result = run(records)
    assert "1 redirigés, non réécrits" in result.output
    assert not (folder / "dispositifs" / "tee" / "diag-atelier.yaml").exists()


def test_a_trial_shows_the_changes_and_writes_nothing(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    result = run(records, "--essai")
    assert result.exit_code == 0
    assert "12 ajoutés" in result.output
    assert not (tmp_path / "catalogue").exists()


def test_another_catalogue_can_be_the_reference(run: Callable[..., Result], records: Records, tmp_path: Path) -> None:
    run(records, out="ancien")
    records[1]["titre"] = "Aide renommée"
    result = run(records, "--contre", str(tmp_path / "ancien"))
    assert "1 modifiés, 11 inchangés" in result.output
    assert draft(tmp_path / "catalogue", "aide-ouverte")["intitule"] == "Aide renommée"


@pytest.mark.usefixtures("imported_once")
def test_records_at_fault_are_set_aside_and_the_code_says_so(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    before = content(tmp_path / "catalogue" / "dispositifs")
    records[1]["titre"] = "Autre titre"
    records[2]["titre"] = ""
    records[5]["nature de l'aide"] = 3
    result = run(records)

    assert result.exit_code == 3
    assert "fiche 3 : « titre » — texte obligatoire absent" in result.output
    assert "fiche 6 : « nature de l'aide » — texte obligatoire absent" in result.output
    assert "1 modifiés, 9 inchangés" in result.output
    # A record at fault has not left its source: its draft stays as it was.
    after = content(tmp_path / "catalogue" / "dispositifs")
    assert {name for name in before if before[name] != after.get(name)} == {"tee/aide-ouverte.yaml"}
    report = json.loads((tmp_path / "catalogue" / "compte-rendu-tee.json").read_text("utf-8"))
    assert len(report["defauts"]) == 2


def test_a_draft_that_the_catalogue_refuses_does_not_stop_the_others(
    run: Callable[..., Result], records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(catalogue):
        where = "tee/aide-ouverte.yaml, ligne 3"
        fault = Fault(where=where, problem="valeur impossible", mend="corriger")
        return [fault] if "tee/aide-ouverte" in catalogue.dispositifs else []

    monkeypatch.setattr("rebond.adapters.imports.writing.check_catalogue", refuse)
    result = run(records)

    assert result.exit_code == 3
    assert "tee/aide-ouverte.yaml, ligne 3 — valeur impossible" in result.output
    written = sorted(path.stem for path in (tmp_path / "catalogue" / "dispositifs" / "tee").glob("*.yaml"))
    assert len(written) == 11
    assert "aide-ouverte" not in written


@pytest.mark.usefixtures("imported_once")
def test_nothing_is_written_when_the_catalogue_that_results_is_wrong(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    (folder / "dispositifs" / "local").mkdir()
    (folder / "dispositifs" / "local" / "faux.yaml").write_text("schema: dispositif/v1\n", encoding="utf-8")
    before = content(folder)
    records[1]["titre"] = "Autre titre"
    result = run(records)
    assert result.exit_code == 2
    assert "local/faux.yaml" in result.output
    assert content(folder) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_is_no_catalogue_is_left_alone(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "photo.jpg").write_bytes(b"x")
    result = run(records)
    assert result.exit_code == 2
    assert "n'est pas un catalogue" in result.output
    assert content(tmp_path / "catalogue") == {"photo.jpg": b"x"}


@pytest.mark.usefixtures("imported_once")
def test_a_malformed_list_of_protections_gives_one_message(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    (tmp_path / "catalogue" / "protections.yaml").write_text("tee/aide-ouverte: intitule\n", encoding="utf-8")
    result = run(records)
    assert result.exit_code == 2
    assert "protections.yaml — fichier mal formé → écrire des lignes « tee/programme: [champ, champ] »" in result.output


@pytest.mark.usefixtures("imported_once")
def test_organisations_that_an_adviser_completed_are_kept(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    path = tmp_path / "catalogue" / "organisations.csv"
    path.write_text(path.read_text("utf-8").replace(",autre,", ",conseil,"), encoding="utf-8")
    records[1]["opérateur de contact"] = "Nouvel opérateur inventé"
    run(records)
    with path.open(encoding="utf-8", newline="") as stream:
        roles = {row["code"]: row["role"] for row in csv.DictReader(stream)}
    assert roles["operateur-invente-du-sud"] == "conseil"
    assert roles["nouvel-operateur-invente"] == "autre"


@pytest.mark.usefixtures("imported_once")
def test_the_report_for_machines_says_the_same(run: Callable[..., Result], records: Records) -> None:
    records[1]["titre"] = "Autre titre"
    result = run(records, "--json", "--essai")
    report = json.loads(result.output)
    assert report["dispositifs"] == 12
    assert report["changements"] == [
        {
            "dispositif": "tee/aide-ouverte",
            "intitule": "Autre titre",
            "changement": "modifie",
            "champs": [{"champ": "intitule", "avant": "Aide ouverte à tous", "apres": "Autre titre", "protege": False}],
        }
    ]


@pytest.mark.usefixtures("imported_once")
def test_pages_of_aides_territoires_are_imported_beside(
    run: Callable[..., Result], records: Records, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    pages = [str(DATA / f"aides_territoires_page_{number}.json") for number in (1, 2)]
    arguments = ["catalogue", "import", "aides-territoires", *pages, "--out", str(folder), "--on", "2026-11-24"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    assert "5 fiches lues, 4 dispositifs (4 ajoutés)" in result.output
    assert "aide-inventee-aux-communes : écarté (public visé : Commune)" in result.output
    check = CliRunner().invoke(main, ["catalogue", "check", "--catalogue", str(folder)])
    assert "16 dispositifs" in check.output
