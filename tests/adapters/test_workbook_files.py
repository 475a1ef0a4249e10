"""A file that is no census workbook is refused at once, with one message."""

import io
import zipfile

import openpyxl
import pytest
from odfdo import Cell, Document, Row, Table

from rebond.adapters.workbook import weight

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _only(bench, path):
    (fault,) = bench.faults(path)
    assert fault.where == f"fichier « {path.name} »"
    return fault


def test_a_missing_file(bench):
    assert "introuvable" in _only(bench, bench.folder / "absent.xlsx").problem


def test_a_folder(bench):
    assert "dossier" in _only(bench, bench.folder).problem


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("census.xls", "ancien format Excel"),
        ("census.csv", "CSV"),
        ("census.xlsb", "binaire"),
        ("census.xlsm", "macros"),
        ("census.docx", "Word"),
    ],
)
def test_another_format_by_its_name(bench, name, problem):
    path = bench.folder / name
    path.write_bytes(b"whatever")

    assert problem in _only(bench, path).problem


def test_a_text_named_as_a_workbook(bench):
    path = bench.folder / "census.xlsx"
    path.write_text("id;nom\n1;Forges\n", encoding="utf-8")

    assert "pas un classeur lisible" in _only(bench, path).problem


def test_an_empty_file(bench):
    path = bench.folder / "census.xlsx"
    path.touch()

    assert "pas un classeur lisible" in _only(bench, path).problem


def test_an_old_workbook_renamed(bench):
    path = bench.folder / "census.xlsx"
    path.write_bytes(OLE + bytes(600))

    assert "ancien format Excel" in _only(bench, path).problem


def test_a_workbook_under_a_password(bench):
    path = bench.folder / "census.xlsx"
    path.write_bytes(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"))

    assert "mot de passe" in _only(bench, path).problem


def test_a_zip_that_is_no_workbook(bench):
    path = bench.folder / "census.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lisez-moi.txt", "bonjour")

    assert "pas un classeur" in _only(bench, path).problem


def test_macros_hidden_in_a_plain_workbook(bench):
    path = bench.write()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")

    assert "macros" in _only(bench, path).problem


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.7, 0.99])
def test_a_truncated_workbook(bench, kept):
    path = bench.write()
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])

    assert "pas un classeur lisible" in _only(bench, path).problem


def test_a_workbook_with_damaged_bytes(bench):
    path = bench.write()
    content = bytearray(path.read_bytes())
    middle = len(content) // 3
    content[middle : middle + 64] = bytes(64)
    path.write_bytes(bytes(content))

    assert "pas un classeur lisible" in _only(bench, path).problem


def test_a_zip_bomb(bench, monkeypatch):
    monkeypatch.setattr(weight, "MOST_UNCOMPRESSED_BYTES", 3_000_000)
    path = bench.write()
    light = path.stat().st_size
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image.bin", bytes(4_000_000))

    assert path.stat().st_size - light < 4_000_000 / 500
    assert "dépasse 3 Mo" in _only(bench, path).problem


def test_a_value_in_the_last_cell_of_a_sheet(bench):
    path = bench.planted(lambda book: book["enveloppe"].__setitem__("XFD1048576", " "))
    (fault,) = bench.faults(path)

    assert fault.where == "feuille « enveloppe », cellule XFD1048576"
    assert "très loin des données" in fault.problem


def test_a_workbook_that_declares_entities(bench):
    path = bench.write()
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "xl/workbook.xml":
                content = content.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook', 1)
            target.writestr(entry, content)
    path.write_bytes(changed.getvalue())

    assert "pas un classeur lisible" in _only(bench, path).problem


def test_formulas_and_merged_cells_of_an_opendocument_workbook(bench):
    document = Document("spreadsheet")
    document.body.clear()
    table = Table("enveloppe")
    for values in (("Contributeur", "Montant (€)"), ("État", 4.0), ("Région", 5.0)):
        row = Row()
        for value in values:
            row.append_cell(Cell(value))
        table.append(row)
    formula = table.get_cell("B2")
    formula.formula = "of:=2+2"
    table.set_cell("B2", formula)
    table.set_span("A3:B3")
    document.body.append(table)
    path = bench.folder / "census.ods"
    document.save(path)

    told = {fault.where: fault.problem for fault in bench.faults(path)}

    assert "formule" in told["feuille « enveloppe », cellule B2"]
    assert "fusionnées" in told["feuille « enveloppe », cellule A3"]


def test_reading_writes_nothing(bench):
    path = bench.write()
    before = path.read_bytes()
    bench.read(path)

    assert list(bench.folder.iterdir()) == [path]
    assert path.read_bytes() == before


def test_a_workbook_of_another_kind_lacks_every_required_sheet(bench):
    path = bench.folder / "census.xlsx"
    openpyxl.Workbook().save(path)
    required = [sheet.title for sheet in bench.layout.sheets if sheet.required]

    assert [fault.where for fault in bench.faults(path)] == [f"feuille « {title} »" for title in required]
