"""The Word and Excel files, opened again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm

from rebond.adapters.documents.html import paper_page
from rebond.adapters.documents.word import write_word
from rebond.facts import Announcement, CommitteeDecision, DecisionOutcome
from rebond.indicators.definitions import compute_indicators
from rebond.portfolio.call import CallStatus
from rebond.restitution.contents import figures_of
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.roadmap_document import collect_roadmap
from rebond.restitution.wording import counted_first
from rebond.results import MissionResult

_ONE_PAGE = 700
"""Words: what a page of the release holds, its head and its contact included."""


@pytest.fixture(scope="module")
def release(folder: Path) -> Any:
    return docx.Document(str(folder / "communique.docx"))


@pytest.fixture(scope="module")
def roadmap(folder: Path) -> Any:
    return docx.Document(str(folder / "feuille-de-route.docx"))


@pytest.fixture(scope="module")
def book(folder: Path) -> Any:
    return openpyxl.load_workbook(folder / "projets.xlsx", data_only=True)


def _words(file: Any) -> str:
    return "\n".join(paragraph.text for paragraph in file.paragraphs).replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["communique.docx", "feuille-de-route.docx"])
def test_a_word_file_has_title_language_styles_and_notice(folder: Path, name: str) -> None:
    file: Any = docx.Document(str(folder / name))
    styles = {paragraph.style.name for paragraph in file.paragraphs}
    assert {"Title", "Subtitle", "Intense Quote"} <= styles
    assert file.core_properties.title
    assert file.core_properties.created.date() == date(2026, 10, 5)
    assert file.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "fr-FR"
    assert "fictifs" in _words(file)
    assert "fictifs" in file.sections[0].footer.paragraphs[0].text


_ACROSS = Cm(0.165)
"""A letter of a table, in the widest font that Word falls back on."""


@pytest.mark.parametrize("name", ["restitution.docx", "feuille-de-route.docx", "communique-sources.docx"])
def test_no_page_cuts_a_row_and_no_column_cuts_a_date_or_an_amount(folder: Path, name: str) -> None:
    file: Any = docx.Document(str(folder / name))
    seen = 0
    for table in file.tables:
        if table.style.name != "Table Grid":
            continue
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        for cell in (cell for row in table.rows for cell in row.cells):
            # A no-break space is within a word: « 5 octobre 2027 », « 1 981 250 € ».
            whole = re.findall(r"\S*\d\S*", cell.text.replace("\u00a0", "_").replace("\u202f", "_"))
            assert all(len(word) * _ACROSS <= cell.width for word in whole), cell.text
            seen += len(whole)
    assert seen > 10


def test_the_figures_of_a_word_table_are_to_the_right_under_their_title(folder: Path) -> None:
    file: Any = docx.Document(str(folder / "restitution.docx"))
    table = next(each for each in file.tables if each.rows[0].cells[-1].text == "Dont enveloppe")
    sides = {row.cells[3].paragraphs[0].alignment for row in table.rows}
    assert sides == {WD_ALIGN_PARAGRAPH.RIGHT}


def test_the_page_that_people_read_stands_alone_after_the_cover(folder: Path) -> None:
    file: Any = docx.Document(str(folder / "restitution.docx"))
    opening = [each.text for each in file.paragraphs if each.paragraph_format.page_break_before]
    assert opening == ["En bref", "LA MISSION ET SON TERRITOIRE"]


@pytest.mark.parametrize("name", ["communique.docx", "feuille-de-route.docx"])
def test_every_table_of_a_word_file_repeats_its_header(folder: Path, name: str) -> None:
    file: Any = docx.Document(str(folder / name))
    for table in file.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_each_note_of_a_word_file_leads_to_its_indicator(folder: Path, result: MissionResult) -> None:
    document = collect_roadmap(result)
    file: Any = docx.Document(str(folder / "feuille-de-route.docx"))
    notes = {run.text for paragraph in file.paragraphs for run in paragraph.runs if run.font.superscript}
    sources = {row.cells[0].text: row.cells[3].text for row in file.tables[-1].rows[1:]}
    assert notes == set(sources)
    for rank, indicator in enumerate(figures_of(document), start=1):
        assert f"Code\u00a0: {indicator.code}." in sources[f"[{rank}]"]
        said = sources[f"[{rank}]"]
        # What its reader is not told by name has no identifier to look up.
        for row in indicator.rows:
            assert (row.id in said) is not row.id.startswith(("NC", "CONF-")), (indicator.code, row.id)
        assert ("Lignes" in said) is (not indicator.rows or any(row.id in said for row in indicator.rows))


def test_the_release_is_bare_and_the_file_beside_it_tells_what_is_behind_each_figure(
    folder: Path, release: Any, result: MissionResult
) -> None:
    assert not release.tables
    assert not [run.text for p in release.paragraphs for run in p.runs if run.font.superscript]
    beside: Any = docx.Document(str(folder / "communique-sources.docx"))
    said = [row.cells[2].text for row in beside.tables[0].rows[1:]]
    found = figures_of(collect_press_release(result))
    assert all(f"Code\u00a0: {each.code}." in words for each, words in zip(found, said, strict=True))


def test_a_draft_is_marked_and_says_what_lacks(tmp_path: Path, release: Any, result: MissionResult) -> None:
    def marked(file: Any) -> bool:
        return 'string="Projet"' in file.sections[0].header._element.xml

    def marked_on_paper(result: MissionResult) -> bool:
        return "@page { background" in paper_page(collect_press_release(result))

    assert marked(release)
    assert marked_on_paper(result)
    words = _words(release)
    assert len(words.split()) < _ONE_PAGE
    for lacks in ("contact presse", "citation et son auteur", "logos de l’État et des partenaires"):
        assert f"[{lacks} à compléter]" in words
    told = Announcement(
        issued_at="Langres",
        programme="Un programme.",
        quote="Nous avançons",
        quoted="une préfète",
        press_contact="presse@exemple.fr",
        embargo_until=date(2026, 10, 6),
        embargo_hour="18 h",
        logos=("../x.png",),
    )
    settings = replace(result.census.settings, announcement=told)
    proposed = [p.project.id for p in result.projects if p.decision.status is CallStatus.RETAINED]
    decisions = tuple(CommitteeDecision(project_id=each, outcome=DecisionOutcome.RETAINED) for each in proposed)
    decided = replace(result, census=replace(result.census, settings=settings, decisions=decisions))
    decided = replace(decided, indicators=compute_indicators(decided))
    write_word(tmp_path / "decide.docx", collect_press_release(decided), notes=False, compact=True)
    file: Any = docx.Document(str(tmp_path / "decide.docx"))
    words = _words(file)
    assert not marked(file)
    assert not marked_on_paper(decided)
    assert "Langres, le 5 octobre 2026" in words
    assert "Sous embargo jusqu’au 6 octobre 2026 à 18 h" in words
    assert "« Nous avançons », déclare une préfète." in words
    assert re.search("retenus? par le comité", words), words
    # A logo that is not in the folder is the only thing left to fill in: a release never lies by omission of a file.
    assert words.count("à compléter") == 1


def test_the_press_release_reads_as_one(release: Any, result: MissionResult) -> None:
    words = _words(release)
    assert "PROJET DE COMMUNIQUÉ — PROPOSITIONS NON DÉCIDÉES" in words
    assert "Chaumont, le 5 octobre 2026" in words
    retained = next(i for i in result.indicators if i.code == "projets_proposes")
    assert counted_first(retained) in words
    assert re.search("proposés? au comité", words)
    assert "retenu" not in words


def test_the_markdown_release_says_the_same_as_the_word_one(folder: Path, release: Any) -> None:
    def bare(text: str) -> str:
        return re.sub(r"\[\^?\w+\]|\*|\\", "", text).replace("\u00a0", " ")

    markdown = bare((folder / "communique.md").read_text(encoding="utf-8"))
    for paragraph in release.paragraphs:
        if paragraph.style.name == "Normal":
            assert bare(paragraph.text) in markdown


def test_the_roadmap_has_a_heading_and_a_table_by_axis(roadmap: Any, result: MissionResult) -> None:
    headings = [p.text for p in roadmap.paragraphs if p.style.name == "Heading 1"]
    axes = list(dict.fromkeys(action.axis for action in result.roadmap))
    assert headings[2:-1] == [result.labels.axes[axis] for axis in axes]
    actions = [row.cells[0].text for table in roadmap.tables[1:-1] for row in table.rows[1:]]
    assert [text.split(" — ")[0] for text in actions] == [action.code for action in result.roadmap]


def test_every_need_heard_is_counted_in_the_roadmap_under_its_action(roadmap: Any, result: MissionResult) -> None:
    cells = [row.cells[1].text for table in roadmap.tables[1:-1] for row in table.rows[1:]]
    assert [int(cell.partition("[")[0]) for cell in cells] == [len(action.needs) for action in result.roadmap]


def test_each_project_is_a_row_that_begins_with_its_firm(book: Any, result: MissionResult) -> None:
    sheet = book["Projets"]
    assert sheet["A1"].value == "Entreprise"
    assert [sheet.cell(row, 2).value for row in range(2, sheet.max_row)] == [p.project.id for p in result.projects]


def test_sheets_are_frozen_filtered_and_wide_enough(book: Any) -> None:
    assert book.sheetnames == ["Lisez-moi", "Soutiens", "Projets", "Plans", "Suites", "Indicateurs", "Lignes"]
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes
        # A total stands under the rows, where no filter hides it.
        total = str(sheet.cell(sheet.max_row, 1).value).startswith("Total")
        assert (
            sheet.auto_filter.ref == f"A1:{sheet.dimensions.split(':')[1].rstrip('0123456789')}{sheet.max_row - total}"
        )
        assert sheet.print_title_rows == "$1:$1"
        assert all(sheet.column_dimensions[letter].width >= 8 for letter in ("A", "B", "C"))


def test_totals_are_live_and_say_what_the_indicators_say(folder: Path, book: Any, result: MissionResult) -> None:
    figures = {each.code: each for each in result.indicators}
    live: Any = openpyxl.load_workbook(folder / "projets.xlsx")
    titles = [cell.value for cell in book["Projets"][1]]
    last = book["Projets"].max_row
    for title, code in (("Investissement", "investissement_eur"), ("Soutien utile", "soutien_utile_eur")):
        cell = live["Projets"].cell(last, titles.index(title) + 1)
        assert cell.value == f"=SUBTOTAL(109,{cell.column_letter}2:{cell.column_letter}{last - 1})"
        assert book["Projets"][cell.coordinate].value == figures[code].value
    useful = next(row for row in live["Soutiens"].iter_rows(min_row=2) if row[0].value == "Soutien utile")
    assert useful[1].value.startswith("=SUM(B")
    assert book["Soutiens"][useful[1].coordinate].value == figures["soutien_utile_eur"].value
    numbers = {row[0].value: row[3] for row in book["Indicateurs"].iter_rows(min_row=2)}
    for code, figure in figures.items():
        assert figure.absent or Decimal(str(numbers[code].value)) == pytest.approx(figure.value)
    assert numbers["part_projets_inconnus"].number_format == "0.0%"


def test_dates_are_dates_and_amounts_are_euros(book: Any, result: MissionResult) -> None:
    sheet = book["Projets"]
    titles = [cell.value for cell in sheet[1]]
    due = sheet.cell(2, titles.index("Échéance") + 1)
    cost = sheet.cell(2, titles.index("Investissement") + 1)
    assert due.is_date
    assert due.value.date() == result.projects[0].referrals[0].due_on
    assert cost.value == result.projects[0].project.total_cost
    assert "€" in cost.number_format


def test_a_title_that_begins_like_a_formula_is_inert(book: Any) -> None:
    cell = book["Projets"]["C2"]
    assert cell.value.startswith("=HYPERLINK")
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_what_is_unknown_is_to_be_filled_in(book: Any) -> None:
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [text for text in cells if text in {"inconnu", "None", "UNKNOWN"}]


def test_the_guide_says_that_the_sample_is_fictitious(book: Any) -> None:
    words = " ".join(str(cell.value) for row in book["Lisez-moi"].iter_rows() for cell in row)
    assert "fictifs" in words
    assert all(f"«\u00a0{name}\u00a0»" in words for name in book.sheetnames[1:])


def test_each_figure_of_the_workbook_is_the_sum_of_its_rows(book: Any, result: MissionResult) -> None:
    totals: dict[str, float] = {}
    for code, _, _, value in book["Lignes"].iter_rows(min_row=2, values_only=True):
        totals[code] = totals.get(code, 0) + value
    for indicator in result.indicators:
        if not indicator.formula:
            assert totals.get(indicator.code, 0) == pytest.approx(float(indicator.value))


def test_each_row_of_the_workbook_is_as_tall_as_its_words_and_the_guide_prints_on_one_width(folder: Path) -> None:
    """LibreOffice measures no wrapped words of such a file: texts printed over the next rows, then rows half empty."""
    book: Any = openpyxl.load_workbook(folder / "projets.xlsx")
    seen = 0
    for sheet in book:
        # Columns of one width in a row are one record of the file.
        widths = {
            rank: each.width for each in sheet.column_dimensions.values() for rank in range(each.min, each.max + 1)
        }
        for row in sheet.iter_rows():
            wrapped = [
                (len(cell.value), widths[cell.column])
                for cell in row
                if isinstance(cell.value, str) and cell.alignment.wrap_text
            ]
            if any(length > width for length, width in wrapped):
                height = sheet.row_dimensions[row[0].row].height or 15
                # A column of fifty digits holds from forty letters, all wide, to sixty-five of a sentence.
                assert height >= min(409, max(15 * -(-length // (1.3 * width)) for length, width in wrapped)), row
                assert height <= max(15 * (1 + -(-length // (0.8 * width))) for length, width in wrapped), row
                seen += 1
    assert seen > 100
    guide = book["Lisez-moi"]
    assert guide.page_setup.orientation == "landscape"
    assert guide.sheet_properties.pageSetUpPr.fitToPage


def test_words_beside_figures_do_not_touch_them_and_titles_stand_over_their_figures(book: Any) -> None:
    """« 470 000 €90 questions » was read as one number, and the title of a column hung over the one before."""
    for sheet in book:
        if sheet.title == "Lisez-moi":
            continue
        for title, cell in zip(sheet[1], sheet[2], strict=True):
            if cell.data_type == "s":
                assert cell.alignment.indent, (sheet.title, cell.coordinate)
            elif cell.value is not None:
                assert title.alignment.horizontal == "right", (sheet.title, title.coordinate)
