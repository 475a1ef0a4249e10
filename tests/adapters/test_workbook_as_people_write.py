"""A workbook is read as people write it: labels, order, spellings, places, activities, another program."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from odfdo import Cell, Document, Row, Table

from rebond.adapters.workbook import census_rows, write_workbook
from rebond.cli import main
from rebond.facts import UNKNOWN


def test_codes_labels_short_names_and_bare_spellings_are_all_read(bench):
    def plant(book):
        book["postes de dépense"]["C2"] = "materiel"
        book["postes de dépense"]["C3"] = "EQUIPEMENTS DE PRODUCTION"
        book["listes des partenaires"]["A2"] = "gip haute marne"

    census = bench.read(bench.planted(plant))

    assert [line.nature for line in census.projects[0].costs] == ["materiel", "materiel"]
    assert census.partner_entries[0].partner == "gip-haute-marne"


def test_columns_in_another_order_under_their_keys_are_read(bench):
    def plant(book):
        sheet = book["enveloppe"]
        for row, values in enumerate([("MONTANT", "Contributeur"), (2_000_000, "État")], start=1):
            sheet.cell(row, 1).value, sheet.cell(row, 2).value = values

    assert bench.read(bench.planted(plant)).settings.envelope.amount == 2_000_000


def test_a_title_above_the_headers_is_no_trouble(bench):
    def plant(book):
        book["enveloppe"].insert_rows(1, 2)
        book["enveloppe"]["A1"] = "Enveloppe de la mission"

    assert bench.read(bench.planted(plant)).settings.envelope.amount == 2_000_000


def test_a_reference_written_in_lower_case_finds_its_row(bench):
    census = bench.read(bench.planted(lambda book: book["projets"].__setitem__("B2", "e001")))

    assert census.projects[0].firm_id == "E001"


def test_a_private_sheet_is_left_alone(bench):
    path = bench.planted(lambda book: book.create_sheet("_brouillon").append(["=1+1", "n'importe quoi"]))

    assert bench.faults(path) == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Chaumont", "52121"),  # five communes have this name: the one of the mission
        ("CHAUMONT (52)", "52121"),
        ("Chaumont 52000", "52121"),
        ("chaumont (18)", "18060"),
        ("St-Dizier", "52448"),
        (52121, "52121"),
        (1004, "01004"),
    ],
)
def test_a_commune_is_found_as_people_write_it(bench, written, code):
    census = bench.read(bench.planted(lambda book: book["entreprises"].__setitem__("F2", written)))

    assert census.firm("E001").establishment.commune == code


def test_repairs_say_the_cell_what_was_written_and_what_was_read(bench):
    def plant(book):
        book["entreprises"]["D3"] = "821 611 431"
        book["entreprises"]["F3"] = 1004

    assert bench.read(bench.planted(plant)).repairs == (
        "feuille « entreprises », cellule D3 : « 821 611 431 » lu 821611431 (séparateurs retirés)",
        "feuille « entreprises », cellule F3 : « 1004 » lu 01004 (zéro de tête du code INSEE rétabli)",
    )


def test_a_firm_with_only_its_siret_has_its_siren(bench):
    census = bench.read(bench.planted(lambda book: book["entreprises"].__setitem__("D2", None)))

    assert census.firm("E001").siren == "000000018"


def _as_ods(path: Path) -> Path:
    """The same workbook as OpenDocument."""
    document = Document("spreadsheet")
    document.body.clear()
    for sheet in openpyxl.load_workbook(path):
        table = Table(sheet.title)
        for values in sheet.iter_rows(values_only=True):
            row = Row()
            for value in values:
                plain = value.date() if isinstance(value, datetime) else value
                row.append_cell(Cell(plain))  # type: ignore[arg-type]  # what openpyxl reads, ODF writes
            table.append(row)
        document.body.append(table)
    target = path.with_suffix(".ods")
    document.save(target)
    return target


def test_an_opendocument_workbook_gives_the_same_census(bench):
    path = bench.write()

    assert bench.read(_as_ods(path)) == bench.read(path)


def test_projects_outside_the_territory_are_named_by_the_check(bench):
    path = bench.planted(lambda book: book["projets"].__setitem__("E2", "Seynod"))
    said = CliRunner().invoke(main, ["census", "check", str(path)]).output

    assert "Seynod, commune déléguée : aujourd'hui Annecy (74010)" in said
    assert "! Un projet est hors des intercommunalités de la mission : P001 à Annecy (74010)" in said


@pytest.mark.parametrize(
    ("cell", "written", "read"),
    [("F2", "52140 Colombey les Deux Églises", "52140"), ("F2", "INSEE 52140", "52140"), ("H2", "25.61Y", "25.71Z")],
)
def test_what_is_translated_or_ambiguous_comes_back_the_same(bench, cell, written, read):
    """A code that is also a postcode is exported so that it is read back."""
    census = bench.read(bench.planted(lambda book: book["entreprises"].__setitem__(cell, written)))
    again = bench.folder / "export.xlsx"
    write_workbook(again, bench.layout, census_rows(census, bench.layout))

    assert read in {census.firms[0].code_naf, census.firms[0].establishment.commune}
    assert bench.read(again).firms == census.firms


@pytest.mark.parametrize(("written", "said"), [("25.40Y", "25.50A « Forge, estampage"), ("28.4A", "NAF rév. 1")])
def test_an_activity_that_has_no_single_code_of_the_conditions_is_unknown_and_said(bench, written, said):
    census = bench.read(bench.planted(lambda book: book["entreprises"].__setitem__("H2", written)))

    assert census.firms[0].code_naf is UNKNOWN
    assert any(f"« {written} » lu inconnu (" in repair and said in repair for repair in census.repairs)
