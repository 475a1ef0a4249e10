"""The plan as a workbook: sums, shares and the balance are live formulas, their values already computed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from rebond.adapters.plan_documents import funders, wording
from rebond.adapters.plan_documents.content import sections
from rebond.adapters.plan_documents.sheet import FIRST, Sheet, Styles
from rebond.adapters.plan_documents.xlsx_funders import write_bank, write_region
from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.plan.model import FinancingPlan, forms_in_words
from rebond.financing.plan.schedule import TableRow
from rebond.units import Euros

PLAN, CASH, SUPPORTS, VARIANTS, READING = "Plan de financement", "Trésorerie", "Soutiens", "Variantes", "Lecture"
BALANCED, UNBALANCED = "Équilibré", "Écart"
_TABLE = "Emplois et ressources"
"""The section of the documents that the first sheet holds, live."""
_ELSEWHERE = {
    _TABLE,
    "Variantes",
    "Versements attendus",
    "Visa de l'entreprise",
    funders.EXPECTED,
    funders.REGION,
    funders.OWN,
    funders.BANK,
    funders.BEARING,
}
"""Sections that have their own sheet, or no place in a workbook."""


def write_xlsx(dossier: PlanDossier, path: Path) -> None:
    """Write the workbook: the table, the cash-flow, the supports, the variants, and what is to be read with them."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    try:
        book.set_properties(
            {"title": f"{wording.TITLE} — {dossier.title}", "author": "Rebond", "company": dossier.firm}
        )
        sheets = _Sheets(Styles(book, dossier), dossier)
        sheets.plan()
        sheets.cash()
        sheets.supports()
        write_region(sheets.styles, dossier)
        write_bank(sheets.styles, dossier)
        sheets.variants()
        sheets.reading()
    finally:
        book.close()
    path.write_bytes(made.getvalue())


class _Sheets:
    """Writes one sheet after the other in the same styles."""

    def __init__(self, styles: Styles, dossier: PlanDossier) -> None:
        self.styles = styles
        self.dossier = dossier

    def plan(self) -> None:
        """Emplois and ressources by year, their totals, shares, and the balance check."""
        table = self.dossier.table
        last = len(table.years) + 1
        heads = ["Poste", *(str(year) for year in table.years), "Total HT", "Part", "Remarque"]
        sheet = Sheet(self.styles, PLAN, [44, *[15] * len(table.years), 16, 9, 36])
        sheet.heads(heads, figures=range(1, last + 2))
        first_use, first_resource = FIRST + 1, FIRST + 1 + len(table.uses) + 2
        total_use, total_resource = first_use + len(table.uses), first_resource + len(table.resources)
        grand = f"${xl_col_to_name(last)}${total_use + 1}"
        sheet.side(FIRST, "Emplois", last + 3)
        sheet.side(first_resource - 1, "Ressources", last + 3)
        for rank, row in enumerate(table.uses):
            self._table_row(sheet, first_use + rank, row, grand)
        for rank, row in enumerate(table.resources):
            self._table_row(sheet, first_resource + rank, row, grand)
        self._totals(sheet, total_use, (first_use, total_use - 1), "Total des emplois", grand)
        self._totals(sheet, total_resource, (first_resource, total_resource - 1), "Total des ressources", grand)
        self._balance(sheet, total_use, total_resource)
        name = xl_col_to_name(last)
        sheet.name_cell("Total_emplois", f"${name}${total_use + 1}")
        sheet.name_cell("Total_ressources", f"${name}${total_resource + 1}")
        left = first_resource + len(table.resources)
        sheet.name_cell("Reste_a_trouver", f"${name}${left}")
        notes = [*wording.table_notes(self.dossier), f"Ce qu'il faut savoir avant de s'y fier : feuille « {READING} »."]
        if self.dossier.fictitious:
            notes.insert(0, wording.FICTITIOUS)
        sheet.sentences(total_resource + 4, notes)

    def _balance(self, sheet: Sheet, uses: int, resources: int) -> None:
        """The difference of each column, then whether it is nil; a gap shows in red."""
        last = len(self.dossier.table.years) + 1
        gap, check = resources + 1, resources + 2
        sheet.total_text(gap, 0, "Emplois moins ressources")
        sheet.total_text(check, 0, "Équilibre emplois – ressources")
        for rank in range(1, last + 1):
            name = xl_col_to_name(rank)
            sheet.total(gap, rank, f"={name}{uses + 1}-{name}{resources + 1}", 0.0)
            formula = f'=IF(ABS({name}{gap + 1})<0.005,"{BALANCED}","{UNBALANCED}")'
            sheet.check(check, rank, formula, BALANCED, alarm=UNBALANCED)

    def _table_row(self, sheet: Sheet, line: int, row: TableRow, grand: str) -> None:
        years = self.dossier.table.years
        last = len(years) + 1
        sheet.texts(line, {0: row.label, last + 2: wording.row_note(row, self.dossier)})
        for rank, year in enumerate(years, start=1):
            sheet.money(line, rank, row.by_year.get(year, 0))
        span = f"B{line + 1}:{xl_col_to_name(last - 1)}{line + 1}"
        sheet.formula(line, last, f"=SUM({span})" if years else "=0", row.total)
        name = f"{xl_col_to_name(last)}{line + 1}"
        sheet.share(line, last + 1, f"=IF({grand}=0,0,{name}/{grand})", self.dossier.table.share(row))

    def _totals(self, sheet: Sheet, line: int, span: tuple[int, int], label: str, grand: str) -> None:
        table = self.dossier.table
        last = len(table.years) + 1
        sheet.total_text(line, 0, label)
        for rank in range(1, last + 1):
            name = xl_col_to_name(rank)
            value = table.year_total(table.uses, table.years[rank - 1]) if rank < last else table.total
            formula = f"=SUM({name}{span[0] + 1}:{name}{span[1] + 1})" if span[1] >= span[0] else "=0"
            sheet.total(line, rank, formula, value)
        name = f"{xl_col_to_name(last)}{line + 1}"
        sheet.total_share(line, last + 1, f"=IF({grand}=0,0,{name}/{grand})", 1.0 if table.total else 0.0)
        sheet.total_text(line, last + 2, "")

    def cash(self) -> None:
        """Aid received by year, the costs it pays, the running position and the bridge."""
        flow = self.dossier.flow
        years, receipts = flow.years, flow.receipts
        last = len(years) + 1
        sheet = Sheet(self.styles, CASH, [44, *[15] * len(years), 16, 44])
        sheet.heads(
            ["Versements attendus", *(str(year) for year in years), "Total", "Échéancier"], figures=range(1, last + 1)
        )
        for rank, receipt in enumerate(receipts):
            terms = receipt.terms.source if receipt.terms else wording.UNKNOWN_TERMS
            self._cash_row(sheet, FIRST + rank, receipt.label, receipt.by_year, terms)
        received = FIRST + len(receipts)
        spent, position, bridge = received + 1, received + 2, received + 3
        sheet.total_text(received, 0, "Total reçu")
        for rank in range(1, last + 1):
            name = xl_col_to_name(rank)
            value = flow.received(years[rank - 1]) if rank < last else Euros(self.dossier.plan.support)
            formula = f"=SUM({name}{FIRST + 1}:{name}{received})" if receipts else "=0"
            sheet.total(received, rank, formula, value)
        self._cash_row(sheet, spent, "Dépenses que ces soutiens paient", flow.spent, "année de la dépense")
        sheet.total_text(position, 0, "Position cumulée en fin d'année")
        for rank, year in enumerate(years, start=1):
            name = xl_col_to_name(rank)
            formula = f"=SUM($B{received + 1}:{name}{received + 1})-SUM($B{spent + 1}:{name}{spent + 1})"
            sheet.total(position, rank, formula, flow.position(year))
        sheet.total_text(bridge, 0, "Relais de trésorerie à prévoir")
        span = f"B{position + 1}:{xl_col_to_name(max(1, last - 1))}{position + 1}"
        sheet.total(bridge, 1, f"=MAX(0,-MIN({span}))", flow.bridge)
        sheet.name_cell("Relais_de_tresorerie", f"$B${bridge + 1}")
        sheet.sentences(bridge + 2, [wording.bridge(self.dossier), *wording.repayments(flow)])

    def _cash_row(self, sheet: Sheet, line: int, label: str, by_year: Mapping[int, Euros], note: str) -> None:
        years = self.dossier.flow.years
        last = len(years) + 1
        sheet.texts(line, {0: label, last + 1: note})
        for rank, year in enumerate(years, start=1):
            sheet.money(line, rank, by_year.get(year, 0))
        span = f"B{line + 1}:{xl_col_to_name(last - 1)}{line + 1}"
        sheet.formula(line, last, f"=SUM({span})" if years else "=0", sum(by_year.values()))

    def supports(self) -> None:
        """Each support, line by line, with its law."""
        sheet = Sheet(self.styles, SUPPORTS, [28, 16, 14, 18, 24, 13, 26, 30, 30, 16, 40, 30, 13])
        heads = ["Dispositif", "Financeur", "Forme", "Base légale", "Poste", "Montant", "Calcul", "Plafond", "Sources"]
        heads += ["Certitude", "Réponses attendues", "Attendu, et sa source", "Montant attendu"]
        sheet.heads(heads, figures=[5, 12])
        line = FIRST
        usual = {each.dispositif: each for each in self.dossier.funding.expected}
        for part in self.dossier.plan.lines:
            texts = [part.title, self.dossier.funder(part.funder), forms_in_words(part.forms), part.article]
            texts.append(self.dossier.line_labels.get(part.line, part.line))
            written = dict(enumerate(texts))
            asked = " ; ".join(part.questions)
            last = (part.formula, part.ceiling, " ; ".join(part.sources), part.state.label, asked)
            written |= dict(enumerate(last, start=6))
            sheet.texts(line, written)
            sheet.money(line, 5, part.amount)
            mine = usual[part.dispositif]
            amount = mine.on(part.line)
            sheet.texts(line, {11: funders.usual_words(mine), **({12: "inconnu"} if amount is None else {})})
            if amount is not None:
                sheet.money(line, 12, amount)
            line += 1
        sheet.total_text(line, 4, "Total")
        sheet.total(line, 5, f"=SUM(F{FIRST + 1}:F{line})" if line > FIRST else "=0", self.dossier.plan.support)
        sheet.name_cell("Total_soutiens", f"$F${line + 1}")

    def variants(self) -> None:
        """The variants beside the best plan; what they lose is a formula."""
        sheet = Sheet(self.styles, VARIANTS, [36, 15, 15, 15, 15, 10, 50])
        heads = ["Variante", "Aide", "Soutien", "Aide perdue", "Soutien perdu", "Dossiers", "Remarques"]
        sheet.heads(heads, figures=range(1, 6))
        self._variant_row(sheet, FIRST, "Plan proposé", self.dossier.plan, "")
        for rank, variant in enumerate(self.dossier.variants if self.dossier.plan.lines else (), start=FIRST + 1):
            plan = variant.plan if isinstance(variant.plan, FinancingPlan) else None
            remark = " ; ".join((*variant.remarks, *([] if plan else [wording.variant_outcome(variant)])))
            self._variant_row(sheet, rank, variant.label, plan, remark)

    def _variant_row(self, sheet: Sheet, line: int, label: str, plan: FinancingPlan | None, remark: str) -> None:
        best = self.dossier.plan
        sheet.texts(line, {0: label, 6: remark})
        if plan is None:
            sheet.texts(line, dict.fromkeys(range(1, 6), "impossible"))
            return
        sheet.money(line, 1, plan.benefit)
        sheet.money(line, 2, plan.support)
        sheet.formula(line, 3, f"=B${FIRST + 1}-B{line + 1}", best.benefit - plan.benefit)
        sheet.formula(line, 4, f"=C${FIRST + 1}-C{line + 1}", best.support - plan.support)
        sheet.count(line, 5, len(plan.files))

    def reading(self) -> None:
        """What the documents say around the table: what is known, assumed, in doubt, the rules and the words."""
        sheet = Sheet(self.styles, READING, [44, 80, 18, 18, 18])
        line = FIRST - 1
        for section in sections(self.dossier):
            if section.title in _ELSEWHERE:
                continue
            line = sheet.section(line, section) + 1
