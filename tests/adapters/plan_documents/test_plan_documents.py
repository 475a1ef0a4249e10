"""The documents of a plan: formulas that compute what is cached, a text that opens, a tagged PDF."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdf
import pytest

from rebond.adapters.plan_documents import funders, wording
from rebond.adapters.plan_documents.content import sections
from rebond.adapters.plan_documents.deciding import ALREADY_ORDERED, BEFORE_ANY_ORDER, steps_section
from rebond.adapters.plan_documents.docx import write_docx
from rebond.adapters.plan_documents.pdf import render_html, write_pdf
from rebond.adapters.plan_documents.wording import subtitle
from rebond.adapters.plan_documents.xlsx import write_xlsx
from rebond.data import data_folder
from rebond.facts import UNKNOWN
from rebond.financing.context import study
from rebond.financing.explaining.desk_step import DeskStep
from rebond.financing.explaining.dossier import PlanDossier, build_dossier
from rebond.financing.plan.delays import load_delays
from rebond.financing.plan.schedule import RowKind, TableRow
from rebond.financing.tables.bank import Debt
from rebond.regimes.readings import Reading
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from tests.core.financing_explain.test_what_if import NOW

DELAYS = load_delays(data_folder() / "referentiels" / "delais.yaml")


@pytest.fixture(scope="module")
def dossier() -> PlanDossier:
    return build_dossier(NOW, delays=DELAYS, fictitious=True)


@pytest.fixture(scope="module")
def workbook(dossier: PlanDossier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    write_xlsx(dossier, path)
    return path


def total_of(formula: str, cached: Any) -> float:
    """Compute the sums, shares and checks that the workbook writes, from the cached values of the cells they read."""
    if re.fullmatch(r"=SUM\([A-Z\d:]+\)(\+SUM\([A-Z\d:]+\))*", formula):
        ranges = [part for part in re.findall(r"SUM\(([A-Z\d:]+)\)", formula) if ":" in part]
        return sum(float(cell.value or 0) for part in ranges for row in cached[part] for cell in row)
    if match := re.fullmatch(r"=IF\(\$([A-Z]+)\$(\d+)=0,0,([A-Z]+\d+)/\$[A-Z]+\$\d+\)", formula):
        whole = cached[f"{match[1]}{match[2]}"].value
        return float(cached[match[3]].value) / float(whole) if whole else 0.0
    if match := re.fullmatch(r"=([A-Z])\$5-([A-Z]\d+)", formula):
        return float(cached[f"{match[1]}5"].value) - float(cached[match[2]].value)
    if match := re.fullmatch(r"=SUM\(\$(B\d+):([A-Z]+\d+)\)-SUM\(\$(B\d+):([A-Z]+\d+)\)", formula):
        sums = [
            sum(float(cell.value or 0) for row in cached[f"{start}:{end}"] for cell in row)
            for start, end in ((match[1], match[2]), (match[3], match[4]))
        ]
        return sums[0] - sums[1]
    if match := re.fullmatch(r"=MAX\(0,-MIN\((.+)\)\)", formula):
        return max(0.0, -min(float(cell.value or 0) for row in cached[match[1]] for cell in row))
    if match := re.fullmatch(r"=([A-Z]+\d+)-([A-Z]+\d+)", formula):
        return float(cached[match[1]].value) - float(cached[match[2]].value)
    raise AssertionError(formula)


def test_every_formula_of_the_workbook_has_the_right_value_cached(workbook: Path) -> None:
    live, cached = openpyxl.load_workbook(workbook), openpyxl.load_workbook(workbook, data_only=True)
    seen = 0
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if not (isinstance(cell.value, str) and cell.value.startswith("=")):
                    continue
                seen += 1
                found = cached[sheet.title][cell.coordinate].value
                if "Équilibré" in cell.value:
                    assert found == "Équilibré"
                else:
                    assert found == pytest.approx(total_of(cell.value, cached[sheet.title]), abs=0.005)
    assert seen > 30


def test_the_workbook_holds_the_totals_of_the_plan(workbook: Path, dossier: PlanDossier) -> None:
    cached = openpyxl.load_workbook(workbook, data_only=True)
    plan = cached["Plan de financement"]
    last = len(dossier.table.years) + 2
    totals = {row[0].value: row[last - 1].value for row in plan.iter_rows(min_row=5) if row[0].value}
    assert totals["Total des emplois"] == totals["Total des ressources"] == float(dossier.plan.cost)
    supports = cached["Soutiens"]
    assert supports.cell(row=5 + len(dossier.plan.lines), column=6).value == dossier.plan.support


def test_a_title_that_looks_like_a_formula_stays_a_text(dossier: PlanDossier, tmp_path: Path) -> None:
    write_xlsx(replace(dossier, title="=HYPERLINK(A1)", firm="+1"), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Plan de financement"]
    assert sheet["A2"].data_type == "s"


def test_the_text_document_has_headings_header_rows_and_says_that_firms_are_fictitious(
    dossier: PlanDossier, tmp_path: Path
) -> None:
    write_docx(dossier, tmp_path / "plan.docx")
    document = docx.Document(str(tmp_path / "plan.docx"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "fictifs" in text
    assert "Emplois et ressources" in text
    for support in dossier.explanation.supports:
        assert typeset(support.title) in text
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in document.tables)
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert "Total des ressources" in cells


def test_the_pdf_is_tagged_titled_and_in_french(dossier: PlanDossier, tmp_path: Path) -> None:
    write_pdf(dossier, tmp_path / "plan.pdf")
    reader = pypdf.PdfReader(tmp_path / "plan.pdf")
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"].startswith("fr")
    assert reader.metadata is not None
    assert dossier.title in str(reader.metadata.title)
    text = "".join(page.extract_text() for page in reader.pages)
    assert "fictifs" in text
    assert "Total des ressources" in text


def test_the_page_escapes_what_people_wrote(dossier: PlanDossier) -> None:
    html = render_html(replace(dossier, title="<script>alert(1)</script>"))
    assert "<script>" not in html


def test_a_project_without_support_has_its_documents_too(tmp_path: Path) -> None:
    empty = replace(NOW.plan, lines=(), benefit=NOW.plan.benefit * 0, reports=())
    dossier = build_dossier(replace(NOW, plan=empty), delays=DELAYS, fictitious=False)
    write_xlsx(dossier, tmp_path / "vide.xlsx")
    write_docx(dossier, tmp_path / "vide.docx")
    write_pdf(dossier, tmp_path / "vide.pdf")
    assert "Aucun soutien" in render_html(dossier)
    assert "fictifs" not in render_html(dossier)


def test_a_very_long_title_has_its_documents(dossier: PlanDossier, tmp_path: Path) -> None:
    long = replace(dossier, title="Atelier de fabrication additive et de contrôle " * 12)
    write_docx(long, tmp_path / "long.docx")
    write_xlsx(long, tmp_path / "long.xlsx")
    assert len(docx.Document(str(tmp_path / "long.docx")).core_properties.title) == 255


def test_the_text_document_is_a_french_a4_page_whose_foot_says_that_the_case_is_fictitious(
    dossier: PlanDossier, tmp_path: Path
) -> None:
    write_docx(dossier, tmp_path / "plan.docx")
    section = docx.Document(str(tmp_path / "plan.docx")).sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert "cas fictif" in section.footer.paragraphs[0].text


def test_the_documents_say_who_asks_that_nothing_is_granted_and_what_a_bank_will_ask(dossier: PlanDossier) -> None:
    html = render_html(dossier)
    for words in ("Taille au sens européen", "aucun financeur n’a encore instruit", "fonds de roulement", "Signature"):
        assert words in html


def test_no_cell_of_the_workbook_is_merged_and_its_totals_have_names(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    assert not [sheet.title for sheet in book if sheet.merged_cells.ranges]
    assert {"Total_emplois", "Total_ressources", "Reste_a_trouver", "Total_soutiens"} <= set(book.defined_names)


def test_what_is_unknown_of_own_money_is_said_and_not_written_as_nothing() -> None:
    project = replace(NOW.context.project, own_financing=UNKNOWN)
    found = study(replace(NOW.context, project=project))
    html = render_html(build_dossier(found, delays=DELAYS, fictitious=False))
    assert "montant inconnu" in html
    assert "Financement déjà acquis inconnu" in html


def test_a_plan_says_the_reading_of_the_law_that_it_follows(dossier: PlanDossier) -> None:
    assert f"lecture du droit : « {dossier.reading} »" in subtitle(dossier)
    strict = replace(NOW, context=replace(NOW.context, reading=Reading.TEXTS))
    assert "« Textes en vigueur »" in subtitle(build_dossier(strict, delays=DELAYS, fictitious=False))


@pytest.mark.parametrize(("nature", "told"), [("eau", True), ("materiel", False)])
def test_a_basin_that_nobody_read_in_a_source_is_told_to_who_spends_on_water(nature: str, told: bool) -> None:
    project = NOW.context.project
    there = replace(project, commune="33063", costs=(replace(project.costs[0], nature=nature), *project.costs[1:]))
    found = replace(NOW, context=replace(NOW.context, project=there))
    alerts = build_dossier(found, delays=DELAYS, fictitious=False).alerts
    assert told is any("« Adour-Garonne », de mémoire" in alert for alert in alerts)


def test_every_document_holds_the_tables_of_a_region_and_of_a_bank(
    dossier: PlanDossier, workbook: Path, tmp_path: Path
) -> None:
    write_docx(dossier, tmp_path / "plan.docx")
    paragraphs = [paragraph.text for paragraph in docx.Document(str(tmp_path / "plan.docx")).paragraphs]
    html = render_html(dossier)
    for title in (funders.EXPECTED, funders.REGION, funders.OWN, funders.BANK, funders.BEARING):
        assert typeset(title) in paragraphs
        assert typeset(title) in html
    cached = openpyxl.load_workbook(workbook, data_only=True)
    region = {row[0].value: row for row in cached["Région"].iter_rows(min_row=5) if row[0].value}
    assert region["Ensemble"][2].value == float(dossier.plan.benefit)
    assert region["Ensemble"][1].value == float(dossier.plan.cost)
    brought = region[funders.PRIVATE_TOTAL]
    assert brought[1].value == float(dossier.funding.region.contribution)
    bank = {plain(str(row[0].value)): row[2].value for row in cached["Banque"].iter_rows(min_row=5) if row[0].value}
    assert bank["Fonds propres et quasi-fonds propres"] == 1_000_000
    assert typeset(str(bank["Dettes financières avant le projet"])) == typeset(funders.TO_ASK)


def test_every_answer_that_a_support_waits_for_is_printed_with_who_gives_it(
    dossier: PlanDossier, workbook: Path, tmp_path: Path
) -> None:
    """« 9 réponses attendues » under which one is printed is no plan to sign: all of them, in every document."""
    write_docx(dossier, tmp_path / "plan.docx")
    text = docx.Document(str(tmp_path / "plan.docx"))
    cells = {plain(cell.text) for table in text.tables for row in table.rows for cell in row.cells}
    read = openpyxl.load_workbook(workbook, data_only=True)["Lecture"]
    sheet = {plain(str(cell.value)) for row in read.iter_rows() for cell in row if cell.value}
    html = plain(render_html(dossier))
    asked = [each for support in dossier.awaited for each in support.questions]
    assert asked
    for condition in asked:
        words = plain(typeset(condition.words[:1].upper() + condition.words[1:]))
        assert words in cells
        assert words in sheet
        assert plain(escape(words)) in html
        assert condition.who
    for support in dossier.awaited:
        for words, _ in support.awards:
            assert plain(typeset(words[1:])) in html


def test_next_steps_name_the_desk_its_page_and_the_day_and_what_precedes_any_order(dossier: PlanDossier) -> None:
    step = DeskStep(
        organisation="ADEME",
        supports=("Fonds Chaleur",),
        reason="100 € au plan de financement",
        action="Déposer la demande",
        pages=("agirpourlatransition.ademe.fr",),
        before=date(2026, 11, 19),
        before_order=True,
    )
    (section,) = steps_section(replace(dossier, steps=(step,)))
    assert section.before == (BEFORE_ANY_ORDER,)
    assert section.table is not None
    (row,) = section.table.rows
    assert row.note == "avant toute commande"
    assert row.cells[:2] == ("19/11/2026", "ADEME")
    assert row.cells[4] == "agirpourlatransition.ademe.fr"
    (signed,) = steps_section(replace(dossier, steps=(replace(step, pages=()),), ordered=True))
    assert signed.before == (ALREADY_ORDERED,)
    assert signed.table is not None
    assert signed.table.rows[0].note == ""
    assert "inconnu" in signed.table.rows[0].cells[4]


@pytest.mark.parametrize(
    ("count", "beside", "begins"),
    [
        (1, False, "1 dispositif n'est pas refusé"),
        (1, True, "1 autre dispositif n'est pas refusé"),
        (2, True, "2 autres dispositifs ne sont pas refusés"),
    ],
)
def test_what_waits_for_several_answers_is_counted_in_french(count: int, beside: bool, begins: str) -> None:
    (sentence,) = wording.other_paths(count, beside=beside)
    assert sentence.startswith(begins)
    assert list(wording.other_paths(0, beside=beside)) == []


def test_an_idea_has_a_note_and_no_visa_to_sign(dossier: PlanDossier) -> None:
    titles = [section.title for section in sections(replace(dossier, ripe=False))]
    assert "Visa de l'entreprise" not in titles
    assert "Variantes" not in titles
    assert "Ce qui reste inconnu et changerait le plan" in titles or not dossier.unknowns
    assert "Visa de l'entreprise" in [section.title for section in sections(dossier)]


def test_what_the_firm_brings_is_told_apart_from_what_it_borrows(dossier: PlanDossier) -> None:
    """To a bank « apport » is equity: loans and leasing are not."""
    rows = (
        TableRow(kind=RowKind.OWN, key="acquis_autofinancement", label="Autofinancement", by_year={2027: Decimal(200)}),
        TableRow(kind=RowKind.OWN, key="acquis_emprunts", label="Emprunts", by_year={2027: Decimal(350)}),
        TableRow(kind=RowKind.BANK, key="banque", label="Crédit à demander", by_year={2027: Decimal(50)}),
        TableRow(kind=RowKind.OWN, key="autofinancement", label="Non réparti", by_year={2027: Decimal(100)}),
    )
    region = replace(dossier.funding.region, own=rows)
    found = list(funders.funder_sections(replace(dossier, funding=replace(dossier.funding, region=region))))
    (own,) = (section for section in found if section.title == funders.OWN)
    assert own.table is not None
    said = {row.cells[0]: (plain(row.cells[1]), row.note) for row in own.table.rows}
    assert said[funders.OWN_TOTAL] == ("200 €", "au moins")
    assert said[funders.DEBT_TOTAL] == ("400 €", "")
    assert said[funders.PRIVATE_TOTAL] == ("700 €", "")


def test_every_row_of_a_funders_table_has_a_cell_for_each_head(dossier: PlanDossier) -> None:
    found = list(funders.funder_sections(dossier))
    assert found
    for section in found:
        assert section.before or section.table
        if section.table is not None:
            assert {len(row.cells) for row in section.table.rows} == {len(section.table.heads)}
            assert len(section.table.widths) == len(section.table.heads)


def test_the_lines_whose_expected_amount_is_unknown_are_counted_under_the_table(dossier: PlanDossier) -> None:
    words = wording.expected_sentence(dossier)
    assert "inconnu pour 2 lignes" in words
    assert format_euros(dossier.plan.support) in words
    assert typeset(words) in render_html(dossier)


def test_a_debt_says_its_length_its_grace_and_what_lacks() -> None:
    debt = Debt(label="a", nature="Prêt", amount=Decimal(100_000), years=7, grace_years=2)
    assert plain(funders.duration_words(debt)) == "7 ans, dont 2 de différé"
    assert plain(funders.duration_words(replace(debt, years=1, grace_years=0))) == "1 an"
    assert funders.duration_words(replace(debt, years=None)) == funders.TO_ASK


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")
