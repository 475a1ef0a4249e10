"""The folder of documents: what is in it, all or nothing, always the same."""

from __future__ import annotations

import csv
import json
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rebond.adapters.documents import writing
from rebond.adapters.documents.sheets import write_sheets
from rebond.adapters.documents.writing import write_documents
from rebond.adapters.printing.pdf import PdfUnavailableError
from rebond.restitution.result import indicators_as_data, result_as_data
from rebond.restitution.sheets import ProjectSheet, collect_sheets
from rebond.results import MissionResult

_NAMES = {
    "resultat.json",
    "indicateurs.json",
    "instantane.json",
    "restitution.html",
    "restitution.pdf",
    "presentation.pptx",
    "communique.md",
    "communique.docx",
    "communique.odt",
    "communique-sources.docx",
    "restitution.docx",
    "restitution-annexes.pdf",
    "projets.xlsx",
    "feuille-de-route.docx",
}


class _Printer:
    """A printer that prints nothing, and ends as it is told."""

    def __init__(self, end: Exception | None) -> None:
        self._end = end

    def begin(self, page: str) -> None:
        pass

    def finish(self) -> None:
        if self._end:
            raise self._end


def printing(monkeypatch: pytest.MonkeyPatch, end: Exception | None) -> None:
    monkeypatch.setattr(writing, "printer", lambda path: nullcontext(_Printer(end)))


@pytest.fixture
def without_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that lacks Pango."""
    printing(monkeypatch, PdfUnavailableError())


def test_every_document_is_written_and_nothing_else(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == _NAMES
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_json_files_hold_the_result(folder: Path, result: MissionResult) -> None:
    written = json.loads((folder / "resultat.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(result_as_data(result)))
    figures = json.loads((folder / "indicateurs.json").read_text(encoding="utf-8"))
    assert list(figures) == list(indicators_as_data(result))


def test_the_same_mission_gives_the_same_bytes(folder, result, places, points, without_pdf, tmp_path: Path) -> None:
    again = tmp_path / "encore"
    write_documents(result, again, places=places, points=points)
    for path in again.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_a_failure_leaves_the_folder_as_it_was(result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "resultats"
    out.mkdir()
    (out / "communique.md").write_text("ancien", encoding="utf-8")

    printing(monkeypatch, RuntimeError("panne"))
    with pytest.raises(RuntimeError, match="panne"):
        write_documents(result, out)
    assert [(path.name, path.read_text(encoding="utf-8")) for path in out.iterdir()] == [("communique.md", "ancien")]
    assert list(tmp_path.iterdir()) == [out]


def test_a_folder_that_bears_the_name_of_a_document_stops_all_of_them(result, without_pdf, tmp_path: Path) -> None:
    out = tmp_path / "resultats"
    (out / "resultat.json").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_documents(result, out)
    assert [path.name for path in out.iterdir()] == ["resultat.json"]


def test_documents_are_prepared_in_the_folder_itself_when_it_holds_other_files(
    result, without_pdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "resultats"
    out.mkdir()
    (out / "notes.txt").write_text("à garder", encoding="utf-8")
    prepared: list[Path] = []

    def watched(path: Path, *arguments: object) -> None:
        prepared.append(path)

    monkeypatch.setattr(writing, "write_projects", watched)
    write_documents(result, out)
    assert [path.parents[1] for path in prepared] == [out]
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_without_system_libraries_the_other_documents_are_written(result, without_pdf, tmp_path: Path) -> None:
    out = tmp_path / "resultats"
    out.mkdir()
    (out / "restitution.pdf").write_bytes(b"ancien")
    (out / "notes.txt").write_text("à garder", encoding="utf-8")
    said: list[str] = []
    written = write_documents(result, out, progress=said.append)
    assert {path.name for path in written} == _NAMES - {"restitution.pdf", "restitution-annexes.pdf"}
    assert not (out / "restitution.pdf").exists()
    assert (out / "notes.txt").exists()
    assert any("libpango-1.0-0" in line and "PDF non écrit" in line for line in said)


def test_no_text_of_a_sheet_is_a_formula_for_any_spreadsheet_and_a_number_stays_one(tmp_path: Path) -> None:
    texts = ("=1+1", "\n@SOMME(A1)", "＝1+1", "-12,5", "Forge")
    sheets = [ProjectSheet(name=text, named=True, told={"description": text}) for text in texts]
    document = collect_sheets(
        sheets, title="Essai", subtitle="Fiches", place="Langres", dated=date(2026, 10, 5), fictitious=True
    )
    for kind in ("csv", "xlsx"):
        write_sheets(tmp_path / f"fiches.{kind}", sheets, document)
    with (tmp_path / "fiches.csv").open(encoding="utf-8-sig", newline="") as stream:
        _, *rows = csv.reader(stream, delimiter=";")
    assert [row[0] for row in rows] == ["'=1+1", "'\n@SOMME(A1)", "'＝1+1", "-12,5", "Forge"]
    cells = [row[0] for row in load_workbook(tmp_path / "fiches.xlsx")["Fiches"].iter_rows(min_row=2)]
    assert [cell.quotePrefix for cell in cells] == [True, True, True, False, False]
    assert {cell.data_type for cell in cells} == {"s"}
