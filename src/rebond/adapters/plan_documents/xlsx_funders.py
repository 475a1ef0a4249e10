"""The sheets of the plan's workbook that a Région and a bank read: amounts and live sums."""

from __future__ import annotations

from decimal import Decimal

from rebond.adapters.plan_documents import funders, wording
from rebond.adapters.plan_documents.sheet import FIRST, Sheet, Styles
from rebond.facts import UNKNOWN
from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.tables.bank import BankTable
from rebond.financing.tables.region import CostRow, RegionTable

REGION, BANK = "Région", "Banque"


def write_region(styles: Styles, dossier: PlanDossier) -> None:
    """Public aid on each cost line beside its ceiling, then what the firm brings."""
    region = dossier.funding.region
    sheet = Sheet(styles, REGION, [44, 15, 15, 11, 17, 11, 16, 15, 30])
    heads = ["Poste", "Coût HT", "Aide publique", "Taux", "Compté au plafond", "Taux compté", "Plafond"]
    sheet.heads([*heads, "Permis au plus", "Texte"], figures=range(1, 8))
    for rank, row in enumerate(region.rows):
        _cost_row(sheet, FIRST + rank, row)
    total = FIRST + len(region.rows)
    grand = f"$B${total + 1}"
    sheet.total_text(total, 0, "Ensemble")
    counted = sum((row.counted for row in region.rows), Decimal(0))
    for rank, value in ((1, region.cost), (2, region.public_aid), (4, counted), (7, region.allowed)):
        name = "ABCDEFGH"[rank]
        sheet.total(total, rank, f"=SUM({name}{FIRST + 1}:{name}{total})" if region.rows else "=0", value)
    sheet.total_share(total, 3, f"=IF({grand}=0,0,C{total + 1}/{grand})", region.public_rate)
    for rank in (5, 6, 8):
        sheet.total_text(total, rank, "")
    line = total + 2
    sheet.side(line, funders.OWN, 9)
    groups = (
        (region.own_money, funders.OWN_TOTAL, True),
        (region.debts, funders.DEBT_TOTAL, bool(region.debts)),
        (region.unsplit, "", False),
    )
    sums: list[str] = []
    for rows, words, totalled in groups:
        first = line + 1
        for each in rows:
            line += 1
            sheet.texts(line, {0: each.label, 8: each.note})
            sheet.money(line, 1, each.total)
            share = f"=IF({grand}=0,0,B{line + 1}/{grand})"
            sheet.share(line, 3, share, region.share(each.total))
        if rows:
            sums.append(f"SUM(B{first + 1}:B{line + 1})")
        if totalled:
            amount = sum((each.total for each in rows), Decimal(0))
            span = f"=SUM(B{first + 1}:B{line + 1})" if rows else ""
            line += 1
            _own_total(sheet, line, words, span, amount, region, grand)
    brought = line + 1
    span = f"={'+'.join(sums)}" if sums else ""
    _own_total(sheet, brought, funders.PRIVATE_TOTAL, span, region.contribution, region, grand)
    sheet.sentences(brought + 2, [*funders.overall_sentences(region), *funders.contribution_sentences(region)])


def _own_total(
    sheet: Sheet, line: int, words: str, formula: str, amount: Decimal, region: RegionTable, grand: str
) -> None:
    """A sum of what no public support pays, and its share of the cost."""
    sheet.total_text(line, 0, words)
    sheet.total(line, 1, formula or "=SUM(0)", amount)
    sheet.total_share(line, 3, f"=IF({grand}=0,0,B{line + 1}/{grand})", region.share(amount))


def _cost_row(sheet: Sheet, line: int, row: CostRow) -> None:
    own = f"$B${line + 1}"
    sheet.texts(line, {0: row.label, 8: funders.text_words(row)})
    for rank, amount in ((1, row.cost), (2, row.public_aid), (4, row.counted)):
        sheet.money(line, rank, amount)
    sheet.share(line, 3, f"=IF({own}=0,0,C{line + 1}/{own})", row.public_rate)
    sheet.share(line, 5, f"=IF({own}=0,0,E{line + 1}/{own})", row.used)
    if row.ceiling is None:
        sheet.texts(line, {6: funders.ceiling_words(row)})
    else:
        sheet.rate(line, 6, row.ceiling)
        sheet.money(line, 7, row.ceiling * row.cost)


def write_bank(styles: Styles, dossier: PlanDossier) -> None:
    """The debts that the plan adds, then what bears them; what nobody gave is to be asked."""
    bank = dossier.funding.bank
    sheet = Sheet(styles, BANK, [52, 24, 16, 24, 18, 16])
    heads = ["Dette", "Nature", "Montant", "Durée", "Par an, différé passé", "Garanti"]
    sheet.heads(heads, figures={2, 4, 5})
    for rank, debt in enumerate(bank.debts):
        line = FIRST + rank
        sheet.texts(line, {0: debt.label, 1: debt.nature, 3: funders.duration_words(debt)})
        sheet.money(line, 2, debt.amount)
        if debt.by_year is UNKNOWN:
            sheet.texts(line, {4: funders.TO_ASK})
        else:
            sheet.money(line, 4, debt.by_year)
        sheet.money(line, 5, debt.guaranteed)
    line = FIRST + len(bank.debts)
    if bank.debts:
        _debt_total(sheet, line, bank)
    else:
        sheet.texts(line, {0: funders.NO_DEBT})
    line += 2
    sheet.side(line, funders.BEARING, 6)
    for label, amount in funders.bearing_amounts(bank):
        line += 1
        if amount is UNKNOWN:
            sheet.texts(line, {0: label, 2: funders.TO_ASK})
        else:
            sheet.texts(line, {0: label})
            sheet.money(line, 2, amount)
    for label, words in funders.bearing_ratios(bank):
        line += 1
        sheet.texts(line, {0: label, 2: words})
    sheet.sentences(line + 2, [wording.OLD_SERVICE, wording.NO_THRESHOLD, wording.CAPITAL_ALONE])


def _debt_total(sheet: Sheet, line: int, bank: BankTable) -> None:
    sheet.total_text(line, 0, "Dettes nouvelles")
    for rank, value in ((2, bank.new_debt), (4, bank.by_year), (5, bank.guaranteed)):
        name = "ABCDEF"[rank]
        sheet.total(line, rank, f"=SUM({name}{FIRST + 1}:{name}{line})", value)
    for rank in (1, 3):
        sheet.total_text(line, rank, "")
