"""The plan as a workbook: sums, shares and the balance are live formulas, their values already computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from rebond.adapters.plan_documents import wording
from rebond.financing.dossier import PlanDossier
from rebond.financing.plan import FinancingPlan, forms_in_words
from rebond.financing.schedule import TableRow
from rebond.units import Euros

PLAN, CASH, SUPPORTS, VARIANTS = "Plan de financement", "Trésorerie", "Soutiens", "Variantes"
BALANCED, UNBALANCED = "Équilibré", "Écart"
_EUROS = '#,##0.00" €";[Red]-#,##0.00" €"'
_WHOLE = '#,##0" €";[Red]-#,##0" €"'
_HEAD = "#000091"


def write_xlsx(dossier: PlanDossier, path: Path) -> None:
    """Write the workbook; its four sheets hold the table, the cash-flow, the supports and the variants."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    try:
        book.set_properties(
            {"title": f"{wording.TITLE} — {dossier.title}", "author": "Rebond", "company": dossier.firm}
        )
        sheets = _Sheets(book, dossier)
        sheets.plan()
        sheets.cash()
        sheets.supports()
        sheets.variants()
    finally:
        book.close()


class _Sheets:
    """Writes one sheet after the other in the same styles."""

    def __init__(self, book: Any, dossier: PlanDossier) -> None:
        self.book = book
        self.dossier = dossier
        money = _money_format(dossier)
        self.title = book.add_format({"bold": True, "font_size": 16, "font_color": _HEAD})
        self.note = book.add_format({"italic": True, "text_wrap": True, "valign": "top"})
        self.head = book.add_format(
            {
                "bold": True,
                "bg_color": _HEAD,
                "font_color": "white",
                "text_wrap": True,
                "valign": "vcenter",
                "border": 1,
            }
        )
        self.section = book.add_format({"bold": True, "bg_color": "#E3E3FD", "border": 1})
        self.text = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        self.money = book.add_format({"num_format": money, "valign": "top", "border": 1})
        self.share = book.add_format({"num_format": "0.0 %", "valign": "top", "border": 1})
        self.total = book.add_format({"bold": True, "num_format": money, "top": 2, "border": 1, "bg_color": "#F5F5FE"})
        self.total_text = book.add_format({"bold": True, "top": 2, "border": 1, "bg_color": "#F5F5FE"})
        self.total_share = book.add_format(
            {"bold": True, "num_format": "0.0 %", "top": 2, "border": 1, "bg_color": "#F5F5FE"}
        )

    def _sheet(self, name: str, columns: Sequence[float]) -> Any:
        sheet = self.book.add_worksheet(name)
        for rank, width in enumerate(columns):
            sheet.set_column(rank, rank, width)
        sheet.write_string(0, 0, name, self.title)
        sheet.write_string(1, 0, wording.subtitle(self.dossier))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8Rebond — plan du &D&R&8&P / &N")
        return sheet

    def _heads(self, sheet: Any, row: int, labels: Sequence[str]) -> None:
        for rank, label in enumerate(labels):
            sheet.write_string(row, rank, label, self.head)
        sheet.freeze_panes(row + 1, 1)

    def plan(self) -> None:
        """Emplois and ressources by year, their totals, shares, and the balance check."""
        table = self.dossier.table
        years = table.years
        last = len(years) + 1
        sheet = self._sheet(PLAN, [52, *[15] * len(years), 17, 10, 40])
        self._heads(sheet, 3, ["", *(str(year) for year in years), "Total HT", "Part", "Remarque"])
        rows = [(row, "Emplois") for row in table.uses] + [(row, "Ressources") for row in table.resources]
        first_use, first_resource = 5, 5 + len(table.uses) + 2
        total_use = first_use + len(table.uses)
        total_resource = first_resource + len(table.resources)
        grand = f"${xl_col_to_name(last)}${total_use + 1}"
        self._section(sheet, 4, "Emplois", last + 2)
        self._section(sheet, first_resource - 1, "Ressources", last + 2)
        for rank, (row, side) in enumerate(rows):
            line = first_use + rank if side == "Emplois" else first_resource + rank - len(table.uses)
            self._table_row(sheet, line, row, grand)
        self._totals(sheet, total_use, (first_use, total_use - 1), "Total des emplois", grand)
        self._totals(sheet, total_resource, (first_resource, total_resource - 1), "Total des ressources", grand)
        check = total_resource + 1
        sheet.write_string(check, 0, "Équilibre emplois – ressources", self.total_text)
        for rank in range(1, last + 1):
            name = xl_col_to_name(rank)
            difference = f"{name}{total_use + 1}-{name}{total_resource + 1}"
            formula = f'=IF(ABS({difference})<0.005,"{BALANCED}","{UNBALANCED}")'
            sheet.write_formula(check, rank, formula, self.total_text, BALANCED)
        line = check + 2
        for text in (wording.HT, wording.proof(self.dossier), *wording.warnings(self.dossier)):
            sheet.merge_range(line, 0, line, last + 2, "", self.note)
            sheet.write_string(line, 0, text, self.note)
            sheet.set_row(line, 30)
            line += 1

    def _section(self, sheet: Any, row: int, label: str, last: int) -> None:
        for rank in range(last + 1):
            sheet.write_string(row, rank, label if rank == 0 else "", self.section)

    def _table_row(self, sheet: Any, line: int, row: TableRow, grand: str) -> None:
        years = self.dossier.table.years
        last = len(years) + 1
        sheet.write_string(line, 0, row.label, self.text)
        for rank, year in enumerate(years, start=1):
            sheet.write_number(line, rank, float(row.by_year.get(year, 0)), self.money)
        span = f"B{line + 1}:{xl_col_to_name(last - 1)}{line + 1}"
        sheet.write_formula(line, last, f"=SUM({span})", self.money, float(row.total))
        share = float(self.dossier.table.share(row))
        name = f"{xl_col_to_name(last)}{line + 1}"
        sheet.write_formula(line, last + 1, f"=IF({grand}=0,0,{name}/{grand})", self.share, share)
        sheet.write_string(line, last + 2, row.note, self.text)

    def _totals(self, sheet: Any, line: int, span: tuple[int, int], label: str, grand: str) -> None:
        table = self.dossier.table
        last = len(table.years) + 1
        sheet.write_string(line, 0, label, self.total_text)
        for rank in range(1, last + 1):
            name = xl_col_to_name(rank)
            value = table.year_total(table.uses, table.years[rank - 1]) if rank < last else table.total
            formula = f"=SUM({name}{span[0] + 1}:{name}{span[1] + 1})"
            sheet.write_formula(line, rank, formula, self.total, float(value))
        name = f"{xl_col_to_name(last)}{line + 1}"
        whole = 1.0 if table.total else 0.0
        sheet.write_formula(line, last + 1, f"=IF({grand}=0,0,{name}/{grand})", self.total_share, whole)
        sheet.write_string(line, last + 2, "", self.total_text)

    def cash(self) -> None:
        """Aid received by year, the costs it pays, the running position and the bridge."""
        flow = self.dossier.flow
        years, receipts = flow.years, flow.receipts
        last = len(years) + 1
        sheet = self._sheet(CASH, [52, *[15] * len(years), 17, 60])
        self._heads(sheet, 3, ["Versements attendus", *(str(year) for year in years), "Total", "Échéancier"])
        for rank, receipt in enumerate(receipts):
            terms = receipt.terms.source if receipt.terms else wording.UNKNOWN_TERMS
            self._cash_row(sheet, 4 + rank, receipt.label, receipt.by_year, terms)
        received = 4 + len(receipts)
        spent, position, bridge = received + 1, received + 2, received + 3
        sheet.write_string(received, 0, "Total reçu", self.total_text)
        for rank in range(1, last + 1):
            name = xl_col_to_name(rank)
            value = flow.received(years[rank - 1]) if rank < last else Decimal(self.dossier.plan.support)
            formula = f"=SUM({name}5:{name}{received})" if receipts else "=0"
            sheet.write_formula(received, rank, formula, self.total, float(value))
        self._cash_row(sheet, spent, "Dépenses que ces soutiens paient", flow.spent, "année de la dépense")
        sheet.write_string(position, 0, "Position cumulée en fin d'année", self.total_text)
        for rank, year in enumerate(years, start=1):
            name = xl_col_to_name(rank)
            formula = f"=SUM($B{received + 1}:{name}{received + 1})-SUM($B{spent + 1}:{name}{spent + 1})"
            sheet.write_formula(position, rank, formula, self.total, float(flow.position(year)))
        sheet.write_string(bridge, 0, "Relais de trésorerie à prévoir", self.total_text)
        span = f"B{position + 1}:{xl_col_to_name(max(1, last - 1))}{position + 1}"
        sheet.write_formula(bridge, 1, f"=MAX(0,-MIN({span}))", self.total, float(flow.bridge))
        for line, text in enumerate((wording.bridge(self.dossier), *wording.repayments(flow)), start=bridge + 2):
            sheet.merge_range(line, 0, line, last + 1, "", self.note)
            sheet.write_string(line, 0, text, self.note)

    def _cash_row(self, sheet: Any, line: int, label: str, by_year: Mapping[int, Euros], note: str) -> None:
        years = self.dossier.flow.years
        last = len(years) + 1
        sheet.write_string(line, 0, label, self.text)
        for rank, year in enumerate(years, start=1):
            sheet.write_number(line, rank, float(by_year.get(year, 0)), self.money)
        span = f"B{line + 1}:{xl_col_to_name(last - 1)}{line + 1}"
        sheet.write_formula(line, last, f"=SUM({span})", self.money, float(sum(by_year.values())))
        sheet.write_string(line, last + 1, note, self.text)

    def supports(self) -> None:
        """Each support, line by line, with its law."""
        sheet = self._sheet(SUPPORTS, [40, 26, 20, 24, 28, 15, 44, 44, 44])
        labels = ["Dispositif", "Financeur", "Forme", "Base légale", "Poste", "Montant", "Calcul", "Plafond", "Sources"]
        self._heads(sheet, 3, labels)
        line = 4
        for part in self.dossier.plan.lines:
            texts = [part.title, self.dossier.funder(part.funder), forms_in_words(part.forms), part.article]
            texts.append(self.dossier.line_labels.get(part.line, part.line))
            for rank, text in enumerate(texts):
                sheet.write_string(line, rank, text, self.text)
            sheet.write_number(line, 5, part.amount, self.money)
            for rank, text in enumerate((part.formula, part.ceiling, " ; ".join(part.sources)), start=6):
                sheet.write_string(line, rank, text, self.text)
            line += 1
        sheet.write_string(line, 4, "Total", self.total_text)
        formula = f"=SUM(F5:F{line})" if line > 4 else "=0"  # noqa: PLR2004 - the first row of data
        sheet.write_formula(line, 5, formula, self.total, float(self.dossier.plan.support))

    def variants(self) -> None:
        """The variants beside the best plan; what they lose is a formula."""
        sheet = self._sheet(VARIANTS, [44, 18, 18, 18, 18, 12, 60])
        labels = ["Variante", "Aide", "Soutien", "Aide perdue", "Soutien perdu", "Dossiers", "Remarques"]
        self._heads(sheet, 3, labels)
        best = self.dossier.plan
        self._variant_row(sheet, 4, "Meilleur plan", best, "")
        for rank, variant in enumerate(self.dossier.variants, start=5):
            plan = variant.plan if isinstance(variant.plan, FinancingPlan) else None
            remark = " ; ".join((*variant.remarks, *([] if plan else [wording.variant_outcome(variant)])))
            self._variant_row(sheet, rank, variant.label, plan, remark)

    def _variant_row(self, sheet: Any, line: int, label: str, plan: FinancingPlan | None, remark: str) -> None:
        best = self.dossier.plan
        aid = float(plan.benefit) if plan else 0.0
        support = plan.support if plan else 0
        sheet.write_string(line, 0, label, self.text)
        sheet.write_number(line, 1, aid, self.money)
        sheet.write_number(line, 2, support, self.money)
        sheet.write_formula(line, 3, f"=B$5-B{line + 1}", self.money, float(best.benefit) - aid)
        sheet.write_formula(line, 4, f"=C$5-C{line + 1}", self.money, best.support - support)
        sheet.write_number(line, 5, len(plan.files) if plan else 0, self.text)
        sheet.write_string(line, 6, remark, self.text)


def _money_format(dossier: PlanDossier) -> str:
    """Cents are shown only when there are some."""
    amounts = [amount for row in (*dossier.table.uses, *dossier.table.resources) for amount in row.by_year.values()]
    return _EUROS if any(amount % 1 for amount in amounts) else _WHOLE
