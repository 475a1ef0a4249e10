"""Lists as they come: whatever the tool that wrote them, the same lines are read, and every row is accounted for."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rebond.adapters.partner_lists import Proposal
from rebond.errors import DataError
from rebond.facts import UNKNOWN
from tests.adapters.partner_lists.conftest import CHEESE, FORGE, HEADER, text_of


def content(reading):
    return [(line.firm, line.number, line.commune, line.project, line.amount, line.dated) for line in reading.lines]


EXPECTED = [
    (
        "Forges d'Essai",
        "00000001800010",
        "Nogent",
        "Presse à vis",
        Decimal(45_500),
        date(2026, 2, 27),
    ),
    ("Fromagerie de l'Étoile", "", "Langres", "Cave d'affinage", UNKNOWN, date(2025, 9, 30)),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]),
    separator=st.sampled_from([";", ",", "\t", "|"]),
    above=st.integers(0, 6),
    total=st.sampled_from(["", "Total", "TOTAL GÉNÉRAL", "Sous-total 2026", "Total :"]),
    repeated=st.booleans(),
    blanks=st.integers(0, 3),
)
def test_the_same_lines_are_read_whatever_the_tool_that_wrote_them(
    read, tmp_path, encoding, separator, above, total, repeated, blanks
):
    blank = [""] * len(HEADER)
    rows = [["Décisions de la commission permanente", *blank[1:]]] * above + [list(HEADER), list(FORGE)]
    rows += [blank] * blanks + ([list(HEADER)] if repeated else []) + [list(CHEESE)]
    rows += [[total, "", "", "", "45 500,00", ""]] if total else []
    path = tmp_path / "liste.csv"
    path.write_bytes(text_of(rows, separator).encode(encoding))
    reading = read(path)

    assert content(reading) == EXPECTED
    assert reading.faults == ()
    assert {reason: len(found) for reason, found in reading.skipped.items()} == (
        ({"titres répétés": 1} if repeated else {}) | ({"total": 1} if total else {})
    )
    assert [line.line for line in reading.lines] == [above + 2, above + 3 + blanks + repeated]


@pytest.mark.parametrize("kind", [".xlsx", ".ods"])
def test_a_workbook_is_read_like_a_text_file(read, tmp_path, kind):
    path = tmp_path / f"liste{kind}"
    rows = [["Liste de mars"], list(HEADER), list(FORGE), list(CHEESE)]
    if kind == ".ods":
        odfdo = pytest.importorskip("odfdo")
        document = odfdo.Document("spreadsheet")
        table = odfdo.Table("Feuille1")
        for row in rows:
            line = odfdo.Row()
            line.set_values(row)
            table.append_row(line)
        document.body.clear()
        document.body.append(table)
        document.save(path)
    else:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        for row in rows:
            sheet.append(row)
        sheet["E3"], sheet["F3"] = 45_500.0, date(2026, 2, 27)
        book.save(path)

    assert content(read(path)) == EXPECTED


def test_scdl_is_recognised_by_its_official_titles_and_those_met_in_real_files(lines):
    official = lines(
        ("nomAttribuant", "idAttribuant", "dateConvention", "nomBeneficiaire", "idBeneficiaire", "objet", "montant"),
        ("ADEME", "38529030900454", "2025-09-30", "FONDERIE", "00000001800010", "Étude", "28000.0"),
        partner="",
    )
    met = lines(
        ("Nom de l'attribuant", "Date de la convention", "Nom du bénéficiaire*", "Objet du dossier", "Montant accordé"),
        ("ADEME", "2025-09-30", "FONDERIE", "Étude", "28 000,00"),
        partner="",
    )

    for reading in (official, met):
        (line,) = reading.lines
        assert (line.partner, line.firm, line.amount, line.amount_is) == ("ademe", "FONDERIE", 28_000, "aide")
        assert line.dated == date(2025, 9, 30)


def test_the_cost_is_kept_before_the_aid_and_each_says_what_it_is(lines):
    reading = lines(
        ("Bénéficiaire", "Objet", "Coût total (k€)", "Montant voté"),
        ("A", "x", "250", "50000"),
        ("B", "y", "", "50000"),
    )

    assert [(line.amount, line.amount_is) for line in reading.lines] == [(250_000, "cout"), (50_000, "aide")]


@pytest.mark.parametrize(
    ("title", "written", "amount"),
    [
        ("Montant voté (k€)", "45,5", 45_500),
        ("Montant voté en milliers d'euros", "45,5", 45_500),
        ("Montant voté (M€)", "1,2", 1_200_000),
        ("Montant voté (k€)", "1,2 M€", 1_200_000),  # the cell's own unit wins
        ("Montant voté (€)", "45 500 €", 45_500),
    ],
)
def test_the_unit_of_the_title_holds_unless_the_cell_says_its_own(lines, title, written, amount):
    assert lines(("Bénéficiaire", "Objet", title), ("A", "x", written)).lines[0].amount == amount


def test_a_band_of_the_european_register_is_an_unknown_amount_never_one_of_its_bounds(lines):
    header = (
        "Country",
        "Aid Measure Title",
        "SA.Number",
        "National ID",
        "Name of the beneficiary",
        "Aid element, expressed as full amount",
        "Date of granting",
        "Granting Authority Name",
    )
    reading = lines(
        header,
        ("France", "Régime cadre", "SA.1", "000000018", "FONDERIE", "500,000 - 1,000,000", "31/01/2024", "ADEME"),
        ("France", "Régime cadre", "SA.1", "000000018", "FONDERIE", "1,234,567", "31/01/2024", "ADEME"),
    )

    assert [line.amount for line in reading.lines] == [UNKNOWN, 1_234_567]
    assert any("est une tranche" in remark for remark in reading.remarks)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("27 février 2023", date(2023, 2, 27)),
        ("1er mars 2024", date(2024, 3, 1)),
        ("Commission Permanente du 27 février 2023", date(2023, 2, 27)),
        ("2025-09-30T00:00:00", date(2025, 9, 30)),
        ("30.09.2025", date(2025, 9, 30)),
        ("2023-09", date(2023, 9, 1)),
        ("mars 2024", date(2024, 3, 1)),
        ("2023", UNKNOWN),
        ("en cours", UNKNOWN),
    ],
)
def test_dates_in_words_iso_or_french_are_read_and_a_year_alone_is_unknown(lines, written, read_as):
    reading = lines(HEADER, (*FORGE[:5], written))

    assert reading.faults == ()
    assert reading.lines[0].dated == read_as


@pytest.mark.parametrize(
    ("column", "written", "problem"),
    [
        (0, "", "nom de l'entreprise absent"),
        (0, "[ND]", "nom de l'entreprise absent"),
        (0, "FORGES DE L\ufffdEST", "caractère de contrôle invisible"),
        (4, "200.000", "nombre ambigu"),
        (4, "-12 000", "montant négatif"),
        (4, "(12 000)", "montant négatif"),
        (4, "à voir", "ce n'est pas un montant"),
        (4, "1e400", "notation scientifique"),
        (4, "9" * 6000, "nombre démesuré"),
        (4, "99999999999999", "nombre démesuré"),
        (5, "30/02/2026", "cette date n'existe pas"),
        (5, "27/02/26", "année sur deux chiffres"),
        (5, "0202-02-27", "invraisemblable"),
    ],
)
def test_a_row_at_fault_names_its_line_column_value_and_mend_and_the_others_are_sound(lines, column, written, problem):
    wrong = [*FORGE[:column], written, *FORGE[column + 1 :]]
    reading = lines(HEADER, FORGE, wrong, CHEESE)
    (fault,) = reading.faults

    assert fault.where.startswith(f"liste.csv, ligne 3, colonne {'ABCDEF'[column]} « {HEADER[column]} »")
    assert problem in fault.problem
    assert fault.mend
    assert [line.line for line in reading.lines] == [2, 4]


def test_all_the_faults_of_a_row_are_told_and_it_counts_once(lines):
    reading = lines(HEADER, ("", "", "", "", "-1", "32/01/2026"))

    assert len(reading.faults) == 3
    assert (reading.faulty, reading.rows) == (1, 1)


def test_a_firm_called_total_is_a_firm(lines):
    reading = lines(HEADER, ("TOTAL", "", "Nogent", "Borne de recharge", "1000", "2025-01-01"))

    assert [line.firm for line in reading.lines] == ["TOTAL"]


def test_a_total_that_is_not_the_sum_of_its_lines_is_told(lines):
    right = lines(HEADER, FORGE, ("TOTAL", "", "", "", "45500", ""))
    wrong = lines(HEADER, FORGE, ("TOTAL", "", "", "", "91000", ""))

    assert not any("annonce" in remark for remark in right.remarks)
    assert any("« TOTAL » annonce 91" in remark for remark in wrong.remarks)


def test_a_text_longer_than_the_site_holds_is_cut_and_told(lines):
    reading = lines(HEADER, (*FORGE[:3], "four " * 100, *FORGE[4:]))

    assert len(reading.lines[0].project) == 300
    assert any("projet : texte de plus de 300 caractères, coupé (ligne 2)" in remark for remark in reading.remarks)


def test_identical_rows_are_kept_and_told(lines):
    reading = lines(HEADER, FORGE, FORGE)

    assert len(reading.lines) == 2
    assert any("ligne identique à une autre" in remark for remark in reading.remarks)


def test_an_unreadable_number_is_kept_as_it_is_written_and_told(lines):
    reading = lines(HEADER, (FORGE[0], "12345", *FORGE[2:]))

    assert reading.lines[0].number == "12345"
    assert any("gardé tel qu'écrit (ligne 2)" in remark for remark in reading.remarks)


def test_text_read_once_in_the_wrong_encoding_is_mended(lines):
    twice = "Fromagerie de l'Étoile".encode().decode("cp1252")

    assert lines(HEADER, (twice, *FORGE[1:])).lines[0].firm == "Fromagerie de l'Étoile"


def test_merged_cells_of_a_column_hold_for_each_of_their_rows_and_banners_are_no_lines(read, tmp_path):
    path = tmp_path / "liste.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.merge_range(1, 0, 1, 5, "Arrondissement de Langres")
        sheet.merge_range(2, 0, 3, 0, FORGE[0])
        sheet.write_row(2, 1, FORGE[1:])
        sheet.write_row(3, 1, ["", "Nogent", "Second projet", 1000])
    reading = read(path)

    assert [(line.firm, line.project) for line in reading.lines] == [
        (FORGE[0], "Presse à vis"),
        (FORGE[0], "Second projet"),
    ]
    assert reading.skipped == {"titre de rubrique": (2,)}
    assert any("cellule fusionnée" in remark for remark in reading.remarks)


def test_two_columns_that_claim_one_field_are_for_a_person_to_choose(read, tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text(text_of([("Bénéficiaire", "Objet", "Subvention votée", "Aide accordée"), ("A", "x", "1", "2")]))

    assert isinstance(read(path), Proposal)


def test_without_a_partner_each_line_names_its_own_and_an_unknown_one_is_a_fault(lines):
    header = ("Attribuant", *HEADER)
    reading = lines(header, ("ADEME", *FORGE), ("Agence inventée", *FORGE), partner="")

    assert [line.partner for line in reading.lines] == ["ademe"]
    assert [fault.problem for fault in reading.faults] == ["organisation que le catalogue ne connaît pas"]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("vide.csv", b""),
        ("blanc.csv", b"\r\n\r\n ; ;\r\n"),
        ("binaire.csv", bytes(range(256)) * 20),
        ("nul.csv", b"a;b\x00c\n"),
        ("classeur.csv", b"PK\x03\x04" + b"\x00" * 50),
        ("guillemet.csv", b'Entreprise;Projet\r\n"A;x\r\n' + b"B;y\r\n" * 500),
        ("long.csv", b"Entreprise;Projet\r\nA;" + b"x" * 200_000 + b"\r\n"),
        ("large.csv", b";".join([b"x"] * 5000)),
        ("faux.xlsx", b"PK\x03\x04abc"),
        ("liste.pdf", b"%PDF-1.7"),
        ("liste.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100),
        ("liste.json", b"{}"),
    ],
)
def test_a_hostile_file_ends_in_one_sentence(read, tmp_path: Path, name, raw):
    path = tmp_path / name
    path.write_bytes(raw)

    with pytest.raises(DataError) as caught:
        read(path)
    assert len(caught.value.faults) == 1
