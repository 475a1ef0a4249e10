"""A plan on screen: its lines, why, its proof, its variants."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from rebond.adapters.plan_documents import wording
from rebond.adapters.plan_documents.blocks import RowStyle, Section
from rebond.adapters.plan_documents.funders import funder_sections
from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.explaining.explain import Explanation
from rebond.financing.explaining.infeasibility import NoPlan
from rebond.financing.explaining.variants import Variant
from rebond.financing.explaining.what_if import WhatIf
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.plan.schedule import FinancingTable
from rebond.units import NO_BREAK_SPACE, format_euros, format_number

_MOST_UNKNOWNS = 5
_MOST_QUESTIONS = 8


def _console() -> Console:
    """Built at each call: standard output may have been replaced since the import. A title may hold brackets."""
    return Console(highlight=False, markup=False)


def _say(console: Console, text: str, *, style: str = "") -> None:
    """A sentence, left to the terminal to wrap: rich would cut amounts at their narrow spaces."""
    console.print(text, soft_wrap=True, style=style)


def print_plan(plan: FinancingPlan, explanation: Explanation, labels: Mapping[str, str]) -> None:
    """Lines, totals, proof, why each support stops there, what the rules cost. ``labels``: cost line → words."""
    console = _console()
    table = Table(title=f"Plan de financement — {plan.project}", title_justify="left", show_footer=True)
    table.add_column("Dispositif", footer="Total")
    table.add_column("Base légale")
    table.add_column("Poste")
    table.add_column("Certitude")
    table.add_column("Montant", justify="right", footer=format_euros(plan.support))
    for line in plan.lines:
        table.add_row(
            line.title, line.article, labels.get(line.line, line.line), line.state.label, format_euros(line.amount)
        )
    console.print(table)
    _say(
        console,
        f"Besoin {format_euros(plan.need)}, couvert {format_euros(plan.covered)}, reste {format_euros(plan.gap)} ; "
        f"aide en équivalent-subvention {format_euros(plan.benefit)}.",
    )
    if sentence := wording.stack_sentence(plan):
        _say(console, sentence)
    for question in plan.questions[:_MOST_QUESTIONS]:
        _say(console, f"? {wording.reserve(question)}")
    if len(plan.questions) > _MOST_QUESTIONS:
        _say(
            console, f"? et {len(plan.questions) - _MOST_QUESTIONS} de plus (--json les donne toutes, ligne par ligne)"
        )
    seconds = f"{format_number(sum(report.seconds for report in plan.reports), 2)}{NO_BREAK_SPACE}s"
    state = "prouvé le meilleur" if plan.proven else "meilleur trouvé dans le temps imparti"
    gap = wording.format_gap(plan.gap_to_bound)
    _say(
        console,
        f"Plan {state} (écart {gap}, {seconds}), revérifié règle par règle : conforme.",
    )
    for support in explanation.supports:
        _say(console, f"• {support.title}, {wording.forms(plan, support.dispositif)} : {support.sentence}")
    if explanation.costs:
        rules = Table("Règle qui arrête le plan", "Source", "Aide perdue", title_justify="left")
        for cost in explanation.costs:
            rules.add_row(cost.label, cost.source, format_euros(cost.cost))
        console.print(rules)


def print_no_plan(found: NoPlan) -> None:
    """Why there is no plan."""
    console = _console()
    _say(console, f"Pas de plan pour {found.project}. {found.sentence}", style="bold")
    for conflict in found.conflicts:
        detail = " — ".join(text for text in (conflict.source, conflict.detail) if text)
        _say(console, f"• {conflict.label}" + (f" ({detail})" if detail else ""))
    for refusal in found.refusals:
        _say(console, f"• {refusal.title}, {refusal.article} : {' ; '.join(refusal.reasons)}")


def print_dossier(dossier: PlanDossier, *, variants: bool) -> None:
    """The plan of a workbook's project: warnings, table, plan, unknowns, and variants when they are asked for."""
    console = _console()
    _say(console, wording.subtitle(dossier), style="bold")
    for text in wording.warnings(dossier):
        _say(console, f"! {text}", style="yellow")
    print_table(dossier.table)
    if dossier.plan.lines:
        print_plan(dossier.plan, dossier.explanation, dossier.line_labels)
        for text in (wording.bridge(dossier), *wording.repayments(dossier.flow)):
            _say(console, text)
    else:
        _say(console, wording.proof(dossier))
    for section in funder_sections(dossier):
        _print_section(console, section)
    if named := dossier.paths.unquantified:
        _say(console, f"{wording.UNQUANTIFIED} : {' ; '.join(path.title for path in named)}.")
    for text in wording.other_paths(dossier.paths.unquantified_others, beside=bool(named)):
        _say(console, text)
    for step in dossier.steps:
        _say(console, f"→ avant le {step.before:%d/%m/%Y}, {step.organisation} : {step.action}.")
    for effect in dossier.unknowns[:_MOST_UNKNOWNS]:
        gain, loss = format_euros(effect.could_gain), format_euros(effect.could_lose)
        _say(console, f"? {effect.label} : {gain} d'aide à gagner au mieux, {loss} à perdre au pire.")
    if variants:
        _print_variants(dossier.variants)


def _print_section(console: Console, section: Section) -> None:
    """A section of the documents: its sentences, its table."""
    _say(console, section.title, style="bold")
    for text in (*section.before, *(f"• {point}" for point in section.points)):
        _say(console, text)
    if section.table is not None:
        shown = Table()
        for rank, head in enumerate(section.table.heads):
            shown.add_column(head, justify="right" if rank in section.table.figures else "left", overflow="fold")
        for row in section.table.rows:
            first = f"{row.cells[0]} ({row.note})" if row.note else row.cells[0]
            shown.add_row(first, *row.cells[1:], style="bold" if row.style is RowStyle.TOTAL else "")
        console.print(shown)
    for text in section.after:
        _say(console, text)


def print_table(table: FinancingTable) -> None:
    """Emplois and ressources by year."""
    shown = Table(title="Emplois et ressources, HT", title_justify="left")
    shown.add_column("")
    for head in (*map(str, table.years), "Total", "Part"):
        shown.add_column(head, justify="right")
    for rows, label in ((table.uses, "Total des emplois"), (table.resources, "Total des ressources")):
        for row, share in zip(rows, table.shown_shares(rows), strict=True):
            years = [format_euros(row.by_year.get(year, 0)) for year in table.years]
            shown.add_row(row.label, *years, format_euros(row.total), wording.share(share))
        totals = [format_euros(table.year_total(rows, year)) for year in table.years]
        shown.add_row(label, *totals, format_euros(table.total), "", style="bold", end_section=True)
    _console().print(shown)


def _print_variants(variants: tuple[Variant, ...]) -> None:
    console = _console()
    shown = Table("Variante", "Soutien", "Dossiers", "Effet", title="Variantes", title_justify="left")
    for variant in variants:
        plan = variant.plan
        support = format_euros(plan.support) if isinstance(plan, FinancingPlan) else "—"
        files = str(len(plan.files)) if isinstance(plan, FinancingPlan) else "—"
        shown.add_row(variant.label, support, files, wording.variant_outcome(variant))
    console.print(shown)
    for variant in variants:
        for remark in variant.remarks:
            _say(console, f"• {variant.label} : {remark}")


def print_what_if(found: WhatIf) -> None:
    """Two plans side by side."""
    console = _console()
    shown = Table("Et si…", "Aujourd'hui", "Alors", title_justify="left")
    for change in found.changes:
        shown.add_row(change.label, change.before, change.after)
    before, after = found.before.plan, found.after.plan
    shown.add_row("Soutiens", format_euros(before.support), format_euros(after.support))
    shown.add_row("Dont fermes", format_euros(before.stack.firm), format_euros(after.stack.firm))
    shown.add_row("Aide en équivalent-subvention", format_euros(before.benefit), format_euros(after.benefit))
    shown.add_row("Dossiers", str(len(before.files)), str(len(after.files)))
    console.print(shown)
    for verdict in found.verdicts:
        _say(console, f"• {verdict.title} : {verdict.before.value} → {verdict.after.value}")
    for why in found.lost_because:
        _say(console, f"• En moins : {why}")
