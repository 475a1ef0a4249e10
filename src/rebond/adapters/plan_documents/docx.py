"""The plan as a text document that people can complete: headings, tables with header rows, plain styles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from rebond.adapters.plan_documents import wording
from rebond.financing.dossier import PlanDossier
from rebond.financing.schedule import TableRow
from rebond.units import format_euros

_MOST_UNKNOWNS = 10
Row = Sequence[str]


def write_docx(dossier: PlanDossier, path: Path) -> None:
    """Write the document, in landscape, ready to print."""
    document = docx.Document()
    _prepare(document, dossier)
    document.add_heading(wording.TITLE, level=0)
    document.add_paragraph(wording.subtitle(dossier))
    for text in wording.warnings(dossier):
        document.add_paragraph(text, style="Intense Quote")
    _table(document, ["Chiffre", "Valeur"], [(figure.label, figure.value) for figure in wording.figures(dossier)])
    document.add_paragraph(wording.proof(dossier))
    _financing(document, dossier)
    _supports(document, dossier)
    _cash(document, dossier)
    _rules(document, dossier)
    _variants(document, dossier)
    _unknowns(document, dossier)
    _unquantified(document, dossier)
    document.save(str(path))


def _prepare(document: Document, dossier: PlanDossier) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.styles["Normal"].font.size = Pt(10)
    properties = document.core_properties
    properties.title = f"{wording.TITLE} — {dossier.title}"
    properties.author, properties.language = "Rebond", "fr-FR"
    fonts = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    fonts.append(language)


def _financing(document: Document, dossier: PlanDossier) -> None:
    table = dossier.table
    document.add_heading("Emplois et ressources", level=1)
    heads = ["", *(str(year) for year in table.years), "Total HT", "Part"]
    rows = [
        *(_amounts(row, dossier) for row in table.uses),
        _total("Total des emplois", table.uses, dossier),
        *(_amounts(row, dossier) for row in table.resources),
        _total("Total des ressources", table.resources, dossier),
    ]
    bold = {len(table.uses), len(rows) - 1}
    _table(document, heads, rows, bold=bold)
    document.add_paragraph(wording.HT)


def _amounts(row: TableRow, dossier: PlanDossier) -> Row:
    years = [format_euros(row.by_year.get(year, 0)) for year in dossier.table.years]
    return [row.label, *years, format_euros(row.total), wording.share(dossier.table.share(row))]


def _total(label: str, rows: Sequence[TableRow], dossier: PlanDossier) -> Row:
    table = dossier.table
    years = [format_euros(table.year_total(rows, year)) for year in table.years]
    return [label, *years, format_euros(table.total), wording.share(1) if table.total else ""]


def _supports(document: Document, dossier: PlanDossier) -> None:
    document.add_heading("Soutiens, un par un", level=1)
    for support in dossier.explanation.supports:
        document.add_heading(support.title, level=2)
        document.add_paragraph(f"{dossier.funder(support.funder)} — {support.article}. {support.sentence}")
        document.add_paragraph(f"Calcul : {support.formula}.")
        document.add_paragraph(f"Forme : {wording.forms(dossier.plan, support.dispositif)}.")
        for line in support.lines:
            label = dossier.line_labels.get(line.line, line.line)
            ceiling = f" (plafond : {line.ceiling})" if line.ceiling else ""
            document.add_paragraph(f"{label} : {format_euros(line.amount)}{ceiling}", style="List Bullet")
        for reserve in support.reserves:
            document.add_paragraph(f"À confirmer : {reserve}", style="List Bullet")
        if support.sources:
            document.add_paragraph(f"Sources : {' ; '.join(support.sources)}")


def _cash(document: Document, dossier: PlanDossier) -> None:
    flow = dossier.flow
    if not flow.receipts:
        return
    document.add_heading("Versements attendus", level=1)
    rows = [
        [
            receipt.label,
            *(format_euros(receipt.by_year.get(year, 0)) for year in flow.years),
            receipt.terms.source if receipt.terms else wording.UNKNOWN_TERMS,
        ]
        for receipt in flow.receipts
    ]
    rows.append(["Position cumulée", *(format_euros(flow.position(year)) for year in flow.years), ""])
    _table(document, ["Soutien", *(str(year) for year in flow.years), "Échéancier"], rows, bold={len(rows) - 1})
    document.add_paragraph(wording.bridge(dossier))
    for text in wording.repayments(flow):
        document.add_paragraph(text)


def _rules(document: Document, dossier: PlanDossier) -> None:
    if not dossier.explanation.costs:
        return
    document.add_heading("Ce que coûtent les règles qui arrêtent le plan", level=1)
    rows = [(cost.label, cost.source, format_euros(cost.cost)) for cost in dossier.explanation.costs]
    _table(document, ["Règle", "Source", "Aide perdue"], rows)


def _variants(document: Document, dossier: PlanDossier) -> None:
    document.add_heading("Variantes", level=1)
    rows = [
        (variant.label, wording.variant_outcome(variant), " ; ".join(variant.remarks)) for variant in dossier.variants
    ]
    _table(document, ["Variante", "Effet", "Remarques"], rows)


def _unknowns(document: Document, dossier: PlanDossier) -> None:
    if not dossier.unknowns:
        return
    document.add_heading("Ce qui reste inconnu et changerait le plan", level=1)
    rows = [
        (effect.label, format_euros(effect.could_gain), format_euros(effect.could_lose))
        for effect in dossier.unknowns[:_MOST_UNKNOWNS]
    ]
    _table(document, ["Fait ou condition", "Aide gagnée au mieux", "Aide perdue au pire"], rows)


def _unquantified(document: Document, dossier: PlanDossier) -> None:
    if dossier.unquantified:
        document.add_heading(wording.UNQUANTIFIED, level=1)
        _table(document, ["Dispositif", "Pourquoi"], list(dossier.unquantified.items()))


def _table(document: Document, heads: Row, rows: Iterable[Row], *, bold: Iterable[int] = ()) -> None:
    """A table whose first row repeats on every page; amounts and shares are aligned right."""
    emphasised = set(bold)
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - python-docx has no call for it
    for rank, row in enumerate(rows):
        for column, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            cell.text = text
            paragraph = cell.paragraphs[0]
            if column and text.endswith(("€", "%")):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            for run in paragraph.runs:
                run.bold = rank in emphasised or column == 0
