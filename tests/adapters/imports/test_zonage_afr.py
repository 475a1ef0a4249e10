"""The official list of regional-aid zones: an invented extract in its columns."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rebond.adapters.imports.zonage_afr import AfrRules, load_afr_rules, read_afr
from rebond.cli import main
from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.eligibility.places import Gazetteer, load_gazetteer
from rebond.errors import DataError
from rebond.facts import UNKNOWN
from tests.adapters.imports.conftest import DATA

EXTRACT = DATA / "afr_extrait.csv"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(data_folder() / "referentiels")


@pytest.fixture(scope="module")
def rules() -> AfrRules:
    return load_afr_rules(data_folder())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalogue" / "dispositifs").mkdir(parents=True)
    return tmp_path / "catalogue"


def run(folder: Path, *options: str, file: Path = EXTRACT, start: str = "2024-01-01") -> Result:
    given = ["--date-debut", start, "--source", "extrait inventé", "--out", str(folder), *options]
    return CliRunner().invoke(main, ["zonage", "import", "afr", str(file), *given])


def zone(folder: Path, code: str, on: date) -> object:
    catalogue = load_catalogue(folder)
    return catalogue.zonages.zone_of("afr", catalogue.gazetteer.communes[code], on).value


def test_communes_wholly_in_partly_in_and_overseas(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 0, result.output
    on = date(2026, 11, 24)
    assert zone(folder, "52121", on) == "c"
    assert zone(folder, "52269", on) == "c_partielle"
    assert zone(folder, "97101", on) == "a"
    assert zone(folder, "52121", date(2023, 12, 31)) is UNKNOWN


def test_a_commune_absent_from_a_partial_list_stays_unknown(folder: Path) -> None:
    run(folder)
    assert zone(folder, "67482", date(2026, 11, 24)) is UNKNOWN


def test_a_commune_absent_from_the_complete_list_is_outside_the_zones(folder: Path) -> None:
    result = run(folder, "--liste-complete")
    on = date(2026, 11, 24)
    assert zone(folder, "67482", on) == "aucune"
    assert zone(folder, "52121", on) == "c"
    assert "« aucune »" in result.output


def test_where_a_code_is_no_commune_of_today_absent_neighbours_stay_unknown(folder: Path) -> None:
    result = run(folder, "--liste-complete")
    assert "! Codes qui ne sont plus des communes (1), non écrits : 52999 Commune fusionnée" in result.output
    assert "Laissées inconnues" in result.output
    assert zone(folder, "52332", date(2026, 11, 24)) is UNKNOWN


def test_other_zonages_follow_so_that_the_folder_stays_whole(folder: Path) -> None:
    run(folder)
    names = {path.name for path in (folder / "zonages").iterdir()}
    assert names == {path.name for path in (data_folder() / "zonages").glob("*.csv")} | {"afr.csv"}


def test_a_new_list_closes_the_one_before(folder: Path, tmp_path: Path) -> None:
    run(folder)
    newer = tmp_path / "afr_2027.csv"
    newer.write_text("insee_com,lib_com,classement_afr\n52121,Chaumont,Partiellement\n", encoding="utf-8")
    result = run(folder, file=newer, start="2027-01-01")
    assert "Modifiée : 52121 Chaumont : c → c_partielle" in result.output
    assert "Sorties de la liste (3)" in result.output
    assert zone(folder, "52121", date(2026, 12, 31)) == "c"
    assert zone(folder, "52121", date(2027, 1, 1)) == "c_partielle"
    assert zone(folder, "52269", date(2027, 1, 1)) is UNKNOWN


def test_importing_the_same_list_again_changes_nothing(folder: Path) -> None:
    run(folder)
    before = (folder / "zonages" / "afr.csv").read_bytes()
    result = run(folder)
    assert "Ajoutées" not in result.output
    assert "Modifiée" not in result.output
    assert (folder / "zonages" / "afr.csv").read_bytes() == before


def test_a_leading_zero_lost_by_a_spreadsheet_is_put_back_and_said(folder: Path) -> None:
    result = run(folder)
    assert "ligne 4 : code « 1004 » lu 01004" in result.output
    assert zone(folder, "01004", date(2026, 11, 24)) == "c"


def test_a_windows_file_is_read(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "afr.csv"
    path.write_bytes("INSEE_COM;LIB_COM;CLASSEMENT_AFR\n52121;Chaumont;Intégralement\n".encode("cp1252"))
    assert run(folder, file=path).exit_code == 0
    assert zone(folder, "52121", date(2026, 11, 24)) == "c"


def test_all_the_faults_of_a_list_come_at_once(rules: AfrRules, gazetteer: Gazetteer, tmp_path: Path) -> None:
    path = tmp_path / "afr.csv"
    lines = ["insee_com;lib_com;classement_afr", "52121;Chaumont;peut-être", "521210;Chaumont;intégralement"]
    lines += [";Sans code;intégralement", "52269;Langres;intégralement", "52269;Langres;partiellement"]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_afr(path, rules, gazetteer)
    problems = [f"{fault.where}|{fault.problem}" for fault in caught.value.faults]
    assert problems == [
        "afr.csv, ligne 2|classement inconnu",
        "afr.csv, ligne 3|code INSEE illisible",
        "afr.csv, ligne 4|code INSEE illisible",
        "afr.csv, ligne 6|la commune 52269 a déjà un autre classement plus haut",
    ]


def test_a_line_at_fault_leaves_its_commune_unknown_and_the_others_are_imported(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "afr.csv"
    lines = ["insee_com;lib_com;classement_afr", "52121;Chaumont;intégralement", "52269;Langres;peut-être"]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = run(folder, "--liste-complete", file=path)

    assert result.exit_code == 3
    assert "afr.csv, ligne 3 : « peut-être » — classement inconnu" in result.output
    assert zone(folder, "52121", date(2026, 11, 24)) == "c"
    assert zone(folder, "52269", date(2026, 11, 24)) is UNKNOWN  # not « aucune »: its line is there, unreadable
    assert zone(folder, "52332", date(2026, 11, 24)) == "aucune"


def test_a_line_without_readable_code_may_be_any_commune(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "afr.csv"
    lines = ["insee_com;lib_com;classement_afr", "52121;Chaumont;intégralement", "5226900;Langres;intégralement"]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = run(folder, "--liste-complete", file=path)

    assert result.exit_code == 3
    assert zone(folder, "52332", date(2026, 11, 24)) is UNKNOWN


def test_a_file_without_the_official_columns_names_them(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "autre.csv"
    path.write_text("commune;zone\nChaumont;c\n", encoding="utf-8")
    result = run(folder, file=path)
    assert result.exit_code == 2
    assert "insee_com ou code_insee ou codgeo ; classement_afr" in result.output
    assert not (folder / "zonages").exists()


def test_a_trial_writes_nothing_and_json_says_the_same(folder: Path) -> None:
    result = run(folder, "--essai", "--json")
    assert not (folder / "zonages").exists()
    data = json.loads(result.output)
    assert data["communes"] == {"c": 2, "c_partielle": 1, "a": 1}
    assert data["inconnues"] == {"52999": "Commune fusionnée"}


def test_every_line_carries_its_source_and_dates(folder: Path) -> None:
    run(folder, "--date-fin", "2027-12-31")
    with (folder / "zonages" / "afr.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {(row["du"], row["au"], row["source"]) for row in rows} == {("2024-01-01", "2027-12-31", "extrait inventé")}


def test_dates_in_the_wrong_order_are_refused(folder: Path) -> None:
    result = run(folder, "--date-fin", "2023-12-31")
    assert result.exit_code == 2
    assert "la date de fin précède la date de début" in result.output


def test_a_commune_that_merged_since_the_list_takes_the_class_of_its_commune_of_today(
    rules: AfrRules, gazetteer: Gazetteer, tmp_path: Path
) -> None:
    path = tmp_path / "afr.csv"
    head = "insee_com;lib_com;classement_afr\n74010;Annecy;intégralement\n"
    path.write_text(f"{head}74268;Seynod;intégralement\n", encoding="utf-8")
    alike = read_afr(path, rules, gazetteer)
    assert (alike.values, alike.unknown) == ({"74010": "c"}, {})
    assert "74268 (Seynod) est aujourd'hui dans Annecy (74010), classée de même" in alike.repairs

    path.write_text(f"{head}74268;Seynod;partiellement\n", encoding="utf-8")
    torn = read_afr(path, rules, gazetteer)
    assert torn.values == {}, "une partie est classée autrement : la commune reste inconnue"
    assert torn.unknown == {"74268": "Seynod"}
