"""The plan's page, row by row: what its tables show, ready to be written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.adapters.plan_documents.wording import quoted, variant_outcome
from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.explaining.infeasibility import NoPlan
from rebond.financing.plan.model import FinancingPlan, PlanLine, forms_in_words
from rebond.financing.plan.schedule import FinancingTable, TableRow
from rebond.financing.tables.limits import Limit
from rebond.restitution.typography import listed, typeset
from rebond.web.catalogue.reading import organisation_name

GOALS = {
    "aide ferme": ("Aide ferme sans retour, en équivalent-subvention", 1),
    "aide en équivalent-subvention": ("Aide, en équivalent-subvention", 1),
    "besoin couvert": ("Besoin couvert", 1),
    "à rembourser": ("À rembourser", -1),
    "besoin couvert de façon ferme": ("Besoin couvert de façon ferme", 1),
}
"""The objectives whose value is an amount, by their name, with the sign that the engine maximises."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a plan with the words for its codes."""

    line: PlanLine
    funder: str
    forms: str
    cost_line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """What a ceiling bears on, in words; the dispositif or the regime that sets it, when it has a page."""

    text: str
    dispositif: str = ""
    regime: str = ""


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A ceiling: used against allowed; ``width`` is an SVG length."""

    limit: Limit
    bears_on: tuple[Bearing, ...]
    width: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A variant beside the plan; ``plan`` is ``None`` when the demand cannot be met."""

    label: str
    plan: FinancingPlan | None
    outcome: str
    dispositifs: tuple[tuple[str, str], ...]
    """Those of the plan, with their titles."""
    as_best: bool
    """Whether they are those of the best plan."""
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearRow:
    """A row of the table by year."""

    label: str
    note: str
    by_year: tuple[tuple[int, Decimal], ...]
    total: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class ProofRow:
    """How sure an objective is."""

    label: str
    found: float
    bound: float | None
    gap: float | None


def line_rows(plan: FinancingPlan, labels: Iterable[tuple[str, str]]) -> tuple[LineRow, ...]:
    """The lines of a plan. ``labels``: cost line → its words."""
    words = dict(labels)
    return tuple(
        LineRow(
            line=line,
            funder=organisation_name(line.funder),
            forms=forms_in_words(line.forms),
            cost_line=typeset(words.get(line.line, line.line)),
        )
        for line in plan.lines
    )


def limit_rows(dossier: PlanDossier) -> tuple[LimitRow, ...]:
    """The ceilings that the plan meets, those reached first; costs are no ceiling of the law and are left out."""
    rows = [
        LimitRow(
            limit=limit,
            bears_on=_bearings(limit, dossier),
            width=f"{min(Decimal(100), limit.used / limit.allowed * 100):.2f}%" if limit.allowed else "0%",
            share=(limit.used / limit.allowed).quantize(Decimal("0.001")) if limit.allowed else Decimal(0),
        )
        for limit in dossier.explanation.limits
        if limit.rule != "cost"
    ]
    return tuple(sorted(rows, key=lambda row: not row.limit.binds))


def _bearings(limit: Limit, dossier: PlanDossier) -> tuple[Bearing, ...]:
    """The dispositif, the article and the cost line, those that the label does not say already."""
    titles = {line.dispositif: line.title for line in dossier.plan.lines}
    articles = {line.regime: line.article for line in dossier.plan.lines}
    found = [
        Bearing(text=titles.get(limit.dispositif, ""), dispositif=limit.dispositif),
        Bearing(text=articles.get(limit.regime, ""), regime=limit.regime),
        Bearing(text=dossier.line_labels.get(limit.line, "")),
    ]
    return tuple(replace(one, text=typeset(one.text)) for one in found if one.text and one.text not in limit.label)


def variant_rows(dossier: PlanDossier) -> tuple[VariantRow, ...]:
    """The plan itself, then each variant."""
    best = _variant("Le meilleur plan", dossier.plan, "", ())
    rows = [best]
    for variant in dossier.variants:
        plan = None if isinstance(variant.plan, NoPlan) else variant.plan
        row = _variant(variant.label, plan, variant_outcome(variant), variant.remarks)
        rows.append(replace(row, as_best=plan is not None and set(row.dispositifs) == set(best.dispositifs)))
    return tuple(rows)


def _variant(label: str, plan: FinancingPlan | None, outcome: str, remarks: tuple[str, ...]) -> VariantRow:
    titles = {line.dispositif: line.title for line in plan.lines} if plan else {}
    return VariantRow(
        label=label, plan=plan, outcome=outcome, dispositifs=tuple(titles.items()), as_best=False, remarks=remarks
    )


def reserve_rows(dossier: PlanDossier) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The supports that share the same reserves, in words, then these reserves, each said once."""
    bearers: dict[str, list[str]] = {}
    for support in dossier.explanation.supports:
        for reserve in support.reserves:
            bearers.setdefault(reserve, []).append(quoted(support.title))
    groups: dict[tuple[str, ...], list[str]] = {}
    for reserve, titles in bearers.items():
        groups.setdefault(tuple(dict.fromkeys(titles)), []).append(reserve)
    return tuple((typeset(listed(list(titles))), tuple(reserves)) for titles, reserves in groups.items())


def year_rows(table: FinancingTable, rows: Sequence[TableRow], total: str) -> tuple[YearRow, ...]:
    """A side of the table, its total last."""
    found = [
        YearRow(
            label=row.label,
            note=row.note,
            by_year=tuple((year, row.by_year.get(year, Decimal(0))) for year in table.years),
            total=row.total,
            share=share,
        )
        for row, share in zip(rows, table.shown_shares(rows), strict=True)
    ]
    sums = tuple((year, table.year_total(rows, year)) for year in table.years)
    whole = Decimal(1) if table.total else Decimal(0)
    found.append(
        YearRow(label=total, note="", by_year=sums, total=sum((amount for _, amount in sums), Decimal(0)), share=whole)
    )
    return tuple(found)


def receipt_rows(dossier: PlanDossier) -> tuple[tuple[str, tuple[tuple[int, Decimal], ...], str], ...]:
    """Label, amounts by year, terms; the position at the end of each year last."""
    flow = dossier.flow
    rows = [
        (
            receipt.label,
            tuple((year, receipt.by_year.get(year, Decimal(0))) for year in flow.years),
            receipt.terms.source if receipt.terms else "échéancier inconnu : compté en entier sur justificatifs",
        )
        for receipt in flow.receipts
    ]
    return tuple(rows)


def proof_rows(plan: FinancingPlan) -> tuple[ProofRow, ...]:
    """Value, proven bound and gap of the objectives in euros."""
    known = [(*GOALS[report.goal], report) for report in plan.reports if report.goal in GOALS]
    return tuple(
        ProofRow(
            label=label,
            found=sign * report.objective,
            bound=sign * report.bound if abs(report.bound) < float("inf") else None,
            gap=report.gap if report.gap < float("inf") else None,
        )
        for label, sign, report in known
    )
