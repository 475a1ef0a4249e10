"""What a table may contain, what it is told when it is wrong, and that nothing is written then."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rebond.bulk.derived import PLACE_FACTS, SOURCES
from rebond.bulk.local import screen_table
from rebond.bulk.summary import Summary
from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.project_facts import complete
from rebond.errors import FactsError
from rebond.facts import FactValue

ON = date(2026, 11, 23)


def screen(text: str | bytes, catalogue: Catalogue, folder: Path) -> Summary:
    path = folder / "table.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return screen_table(path, catalogue, on=ON, out=folder / "out" / "verdicts.csv")


def messages(text: str | bytes, catalogue: Catalogue, folder: Path) -> list[str]:
    with pytest.raises(FactsError) as caught:
        screen(text, catalogue, folder)
    assert not list((folder / "out").glob("*")), "rien ne doit être écrit"
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("column", "suggested"),
    [
        ("effectifs", "« effectif »"),
        ("chiffre d'affaires", "« chiffre_affaires »"),
        ("Code NAF", "« code_naf »"),
        ("confirme:ademe/decarb-flas:2", "« confirme:ademe/decarb-flash:2 »"),
    ],
)
def test_an_unknown_column_is_refused_with_the_nearest_fact(
    column: str, suggested: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    (message,) = messages(f"id;{column}\na;1\n", catalogue, tmp_path)
    assert f"colonne « {column} » — fait inconnu" in message
    assert suggested in message


def test_every_wrong_column_is_told_at_once(catalogue: Catalogue, tmp_path: Path) -> None:
    found = messages("effectif;effectif;xyzzy\n1;1;1\n", catalogue, tmp_path)
    assert len(found) == 3
    assert "la colonne « id » manque" in found[0]
    assert "deux fois" in found[1]
    assert "referentiels/faits.csv" in found[2]


def test_wrong_columns_broken_lines_and_wrong_cells_are_told_together(catalogue: Catalogue, tmp_path: Path) -> None:
    text = "id;effectif;xyzzy\nF1;douze;1\nF2;1\nF3;treize;2\n"
    found = messages(text, catalogue, tmp_path)
    assert len(found) == 4
    assert "colonne « xyzzy » — fait inconnu" in found[0]
    assert "(id « F1 »), colonne « effectif »" in found[1]
    assert "(id « F3 »), colonne « effectif »" in found[2]
    assert "2 colonnes au lieu de 3" in found[3]


def test_without_ids_the_cells_are_read_all_the_same_and_told_by_line(catalogue: Catalogue, tmp_path: Path) -> None:
    found = messages("effectif;code_naf;code_naf\ndouze;25.73A;25.73A\n", catalogue, tmp_path)
    assert len(found) == 3
    assert "la colonne « id » manque" in found[0]
    assert "colonne « code_naf » — colonne présente deux fois" in found[1]
    assert found[2].startswith("table.csv, ligne 2, colonne « effectif »")


def test_many_wrong_columns_leave_the_cells_counted(catalogue: Catalogue, tmp_path: Path) -> None:
    names = ";".join(f"xyzzy{rank}" for rank in range(60))
    found = messages(f"id;effectif;{names}\nF1;douze;{';' * 59}\n", catalogue, tmp_path)
    assert len(found) == 61
    assert "une autre cellule illisible" in found[-1]


def test_unreadable_cells_are_told_with_line_id_and_column(catalogue: Catalogue, tmp_path: Path) -> None:
    text = "id;effectif;region\nF1;12;Grand Est\nF2;douze;Lorraine\n;3;44\n"
    found = messages(text, catalogue, tmp_path)
    assert [message.split(" — ")[0] for message in found] == [
        "table.csv, ligne 3 (id « F2 »), colonne « effectif » : « douze »",
        "table.csv, ligne 3 (id « F2 »), colonne « region » : « Lorraine »",
        "table.csv, ligne 4, colonne « id »",
    ]


def test_beyond_fifty_faults_the_others_are_counted(catalogue: Catalogue, tmp_path: Path) -> None:
    found = messages("id;effectif\n" + "".join(f"F{rank};?x\n" for rank in range(73)), catalogue, tmp_path)
    assert len(found) == 51
    assert "ligne 2 (id « F0 »)" in found[0]
    assert "23 autres cellules illisibles" in found[-1]


def test_a_result_already_there_survives_a_table_that_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    screen("id\nF1\n", catalogue, tmp_path)
    before = (tmp_path / "out" / "verdicts.csv").read_bytes()
    with pytest.raises(FactsError):
        screen("id;effectif\nF1;x\n", catalogue, tmp_path)
    assert (tmp_path / "out" / "verdicts.csv").read_bytes() == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["verdicts.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "id;effectif\nF1;3\n",
        "id,effectif\nF1,3\n",
        "id\teffectif\nF1\t3\n",
        "\ufeffid;effectif\r\nF1;3\r\n",
        'id;effectif\n"F1";"3"\n',
    ],
)
def test_a_csv_may_use_any_usual_separator(text: str, catalogue: Catalogue, tmp_path: Path) -> None:
    summary = screen(text, catalogue, tmp_path)
    assert (summary.rows, summary.columns) == (1, ("effectif",))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "illisible"),
        ("id;forme_juridique\nF1;société à b\n".encode("cp1252"), "UTF-8"),
        (b"id;effectif\nF1;3;4\nF2;3\n", "3 colonnes au lieu de 2"),
    ],
)
def test_a_csv_that_cannot_be_read_says_why(content: bytes, words: str, catalogue: Catalogue, tmp_path: Path) -> None:
    assert words in messages(content, catalogue, tmp_path)[0]


def test_a_file_that_is_no_parquet_says_so(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PAR1, ou presque")
    with pytest.raises(FactsError, match="fichier illisible"):
        screen_table(path, catalogue, on=ON, out=tmp_path / "v.parquet")


def test_a_folder_of_parts_is_for_spark(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "parts.parquet").mkdir()
    with pytest.raises(FactsError, match="--engine spark"):
        screen_table(tmp_path / "parts.parquet", catalogue, on=ON, out=tmp_path / "v.parquet")


def test_codes_that_lost_their_zero_are_read(catalogue: Catalogue, tmp_path: Path) -> None:
    table = pa.table(
        {"id": [1, 2], "code_commune": [8105, 52121], "departement": [8, 52], "region": ["1", "Grand Est"]}
    )
    pq.write_table(table, tmp_path / "t.parquet")
    summary = screen_table(tmp_path / "t.parquet", catalogue, on=ON, out=tmp_path / "v.parquet")
    assert summary.unplaced == 0


def ids_written(path: Path) -> Iterable[str]:
    return [str(line) for line in pq.read_table(path)["id"].to_pylist()]


def test_two_rows_may_bear_one_id(catalogue: Catalogue, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a", "b", "a"]}), tmp_path / "t.parquet")
    screen_table(tmp_path / "t.parquet", catalogue, on=ON, out=tmp_path / "v.parquet")
    each = len(catalogue.dispositifs)
    assert ids_written(tmp_path / "v.parquet") == ["a"] * each + ["b"] * each + ["a"] * each


def test_an_empty_table_gives_an_empty_result(catalogue: Catalogue, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": pa.array([], pa.string())}), tmp_path / "t.parquet")
    summary = screen_table(tmp_path / "t.parquet", catalogue, on=ON, out=tmp_path / "v.parquet")
    assert summary.rows == 0
    assert ids_written(tmp_path / "v.parquet") == []


def test_an_arrondissement_and_a_merged_commune_are_the_commune_of_today(catalogue: Catalogue, tmp_path: Path) -> None:
    """Lyon 3e is Lyon: same verdicts, and no row without its places."""
    text = "id;code_commune;code_naf;effectif\nlyon3;69383;25.62B;12\nlyon;69123;25.62B;12\nancienne;74268;25.62B;12\n"
    assert screen(text, catalogue, tmp_path).unplaced == 0
    lines = (tmp_path / "out" / "verdicts.csv").read_text(encoding="utf-8-sig").splitlines()
    by_row = [
        [line.removeprefix(f'"{row}"') for line in lines if line.startswith(f'"{row}",')] for row in ("lyon3", "lyon")
    ]
    assert by_row[0] == by_row[1]
    assert len(by_row[0]) == len(catalogue.dispositifs)


def test_activities_of_other_nomenclatures_do_not_stop_a_table(catalogue: Catalogue, tmp_path: Path) -> None:
    codes = ["74.1J", "28.4A", "00.00Z", "34.10Z", "25.40Y", "25.61Y", "25.62B"]
    rows = "".join(f"{number};52121;{code}\n" for number, code in enumerate(codes))
    summary = screen(f"id;code_commune;code_naf\n{rows}a;52121;34.10Z\n", catalogue, tmp_path)
    assert summary.rows == len(codes) + 1
    assert {found.text: rows for found, rows in summary.undetermined.items()} == {
        "74.1J": 1, "28.4A": 1, "00.00Z": 1, "34.10Z": 2, "25.40Y": 1,
    }  # fmt: skip
    (warning,) = summary.warnings
    assert warning.startswith(
        "6 lignes ont un code d’activité qui reste inconnu : 34.10Z (aucune nomenclature n'a cette"
    )


def test_a_postcode_and_a_code_that_never_was_are_told(catalogue: Catalogue, tmp_path: Path) -> None:
    told = messages("id;code_commune;code_naf\n1;52800;25.73C\n2;99109;25.73A\n", catalogue, tmp_path)
    assert len(told) == 2, "99109 est un pays : ses zones sont inconnues, sans faute"
    assert "code postal de 13 communes" in told[0]
    assert "25.73A « Fabrication de moules et modèles »" in told[1]


def test_a_column_that_no_condition_reads_is_named_and_its_cells_are_not_looked_at(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    """ADR 0050. A commune is read for the département that a condition asks, unless the table tells it."""
    codefi = replace(
        catalogue, dispositifs={key: catalogue.dispositifs[key] for key in ["codefi-52/entreprises-en-difficulte"]}
    )
    table = "id;effectif;capitaux_propres;code_commune\nF1;{};beaucoup;{}\nF2;3;1;52121\n"
    summary = screen(table.format(400, "52121"), codefi, tmp_path)
    assert (summary.columns, summary.unread) == (
        ("effectif", "capitaux_propres", "code_commune"),
        ("capitaux_propres",),
    )
    assert summary.derived == ("departement",)
    assert summary.as_json()["colonnes_sans_condition"] == ["capitaux_propres"]
    assert summary.warnings == ("Colonnes qu’aucune condition ne lit, laissées de côté : capitaux_propres.",)
    (tmp_path / "faux").mkdir()
    found = messages(table.format("douze", "Atlantide"), codefi, tmp_path / "faux")
    assert ["code_commune" in found[0], "effectif" in found[1], len(found)] == [True, True, 2]
    told = "id;departement;code_commune\nF1;52;Atlantide\n"
    assert screen(told, codefi, tmp_path).unread == ("code_commune",)


def test_a_closed_window_asks_nothing_of_the_rows(catalogue: Catalogue, tmp_path: Path) -> None:
    closed = {key: each for key, each in catalogue.dispositifs.items() if not each.validity.is_open(ON)}
    summary = screen("id;effectif\nF1;douze\n", replace(catalogue, dispositifs=closed), tmp_path)
    assert summary.unread == ("effectif",)
    assert summary.counts.tolist() == [[0, 1, 0]] * len(closed)


def test_a_table_lets_derive_what_the_interpreter_derives() -> None:
    given: dict[str, FactValue] = {
        "forme_juridique": "SAS",
        "en_difficulte": True,
        "type_projet": "creation",
        "code_naf": "25.73A",
        "date_creation": date(2020, 1, 1),
        "date_debut": date(2026, 1, 1),
        "date_fin": date(2027, 1, 1),
    }
    settled = complete(given, ON).keys() - given.keys()
    assert settled == SOURCES.keys() - set(PLACE_FACTS)
    assert set(given) == {source for name in settled for source in SOURCES[name]}
