"""The workbook of a plan in a real spreadsheet: what it recalculates is what the engine found."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rebond.adapters.plan_documents.xlsx import UNBALANCED, write_xlsx
from rebond.data import data_folder
from rebond.financing.explaining.dossier import PlanDossier, build_dossier
from rebond.financing.plan.delays import load_delays
from tests.core.financing_explain.test_what_if import NOW

SOFFICE = shutil.which("soffice")
CALC = SOFFICE is not None and (Path(SOFFICE).resolve().parent / "libsclo.so").exists()
"""LibreOffice may be there without its spreadsheet."""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CALC, reason="LibreOffice Calc absent : apt-get install libreoffice-calc-nogui"),
]
DELAYS = load_delays(data_folder() / "referentiels" / "delais.yaml")
PLAN = "Plan de financement"


@pytest.fixture(scope="module")
def dossier() -> PlanDossier:
    return build_dossier(NOW, delays=DELAYS, fictitious=True)


def recalculated(path: Path) -> Any:
    """The workbook once LibreOffice has read it, computed every formula again and saved it."""
    out = path.parent / "recalcule"
    profile = f"-env:UserInstallation={(path.parent / 'profil').as_uri()}"
    assert SOFFICE is not None
    command = [SOFFICE, "--headless", profile, "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return openpyxl.load_workbook(out / path.name, data_only=True)


def without_cached_values(path: Path) -> None:
    """Openpyxl keeps formulas and drops the values computed beforehand: the spreadsheet has to find them."""
    openpyxl.load_workbook(path).save(path)


def test_the_spreadsheet_finds_what_the_engine_found(dossier: PlanDossier, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_xlsx(dossier, path)
    written = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    without_cached_values(path)
    found = recalculated(path)
    seen = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if not (isinstance(cell.value, str) and cell.value.startswith("=")):
                    continue
                seen += 1
                expected = written[sheet.title][cell.coordinate].value
                value = found[sheet.title][cell.coordinate].value
                if isinstance(expected, str):
                    assert value == expected, (sheet.title, cell.coordinate)
                else:
                    assert value == pytest.approx(expected, abs=1e-6), (sheet.title, cell.coordinate)
    assert seen > 30


def test_an_amount_that_people_change_moves_the_totals_and_shows_the_gap(dossier: PlanDossier, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    write_xlsx(dossier, path)
    book = openpyxl.load_workbook(path)
    sheet = book[PLAN]
    first_cost = sheet["B6"].value
    sheet["B6"] = first_cost + 1000
    book.save(path)
    found = recalculated(path)[PLAN]
    rows = {row[0].value: row for row in found.iter_rows(min_row=4) if row[0].value}
    total = len(dossier.table.years) + 1
    assert rows["Total des emplois"][total].value == pytest.approx(float(dossier.plan.cost) + 1000)
    assert rows["Total des ressources"][total].value == pytest.approx(float(dossier.plan.cost))
    gap = rows["Emplois moins ressources"]
    assert [gap[rank].value for rank in (1, total)] == [pytest.approx(1000), pytest.approx(1000)]
    check = next(row for label, row in rows.items() if label.startswith("Équilibre"))
    assert check[1].value == check[total].value == UNBALANCED
