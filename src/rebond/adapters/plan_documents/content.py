"""What the text document and the PDF hold, section by section, in the same words and the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rebond.adapters.plan_documents import wording
from rebond.adapters.plan_documents.answered import answered_sections
from rebond.adapters.plan_documents.blocks import Row, RowStyle, Section, Table
from rebond.adapters.plan_documents.deciding import award_words, conditions_table, count_words
from rebond.adapters.plan_documents.first_page import first_page, other_steps
from rebond.adapters.plan_documents.funders import funder_sections
from rebond.financing.explaining.awaited import Awaited
from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.explaining.explain import SupportExplanation
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.plan.schedule import TableRow
from rebond.units import format_euros

_MOST_UNKNOWNS = 10
_NONE = "—"


def sections(dossier: PlanDossier) -> Iterable[Section]:
    """The document after its title and key figures."""
    yield from first_page(dossier)
    yield from _obstacle(dossier)
    yield replace(_financing(dossier), opens_page=True)
    yield from answered_sections(dossier)
    yield from other_steps(dossier)
    yield Section(title="À savoir avant de s'y fier", points=(wording.proof(dossier), *wording.caveats(dossier)))
    yield _identity(dossier)
    yield from _supports(dossier)
    if dossier.ripe:
        yield from funder_sections(dossier)
        yield from _cash(dossier)
        yield from _rules(dossier)
        yield from _variants(dossier)
    yield from _unknowns(dossier)
    yield from _left_out(dossier)
    yield _words()
    if dossier.ripe:
        yield _signature()


def _financing(dossier: PlanDossier) -> Section:
    table = dossier.table
    years = tuple(str(year) for year in table.years)
    rows = [
        *_side("Emplois", table.uses, "Total des emplois", dossier),
        *_side("Ressources", table.resources, "Total des ressources", dossier),
    ]
    return Section(
        title="Emplois et ressources",
        table=Table(
            heads=("Poste", *years, "Total HT", "Part"),
            rows=tuple(rows),
            widths=(46, *[max(8, 36 // max(1, len(years))) for _ in years], 12, 8),
            figures=frozenset(range(1, len(years) + 3)),
        ),
        after=tuple(wording.table_notes(dossier)),
    )


def _side(title: str, rows: Sequence[TableRow], total: str, dossier: PlanDossier) -> Iterable[Row]:
    """One side of the table: its name, its rows, its total."""
    table = dossier.table
    columns = len(table.years) + 3
    yield Row(cells=(title, *[""] * (columns - 1)), style=RowStyle.SIDE)
    for row, share in zip(rows, table.shown_shares(rows), strict=True):
        years = (format_euros(row.by_year.get(year, 0)) for year in table.years)
        cells = (row.label, *years, format_euros(row.total), wording.share(share))
        yield Row(cells=cells, note=wording.row_note(row, dossier))
    sums = (format_euros(table.year_total(rows, year)) for year in table.years)
    whole = wording.share(1) if table.total else ""
    yield Row(cells=(total, *sums, format_euros(table.total), whole), style=RowStyle.TOTAL)


def _obstacle(dossier: PlanDossier) -> Iterable[Section]:
    found = dossier.obstacle
    if found is None:
        return
    rows = [
        Row(cells=(conflict.label, conflict.source or "ce qui est demandé", conflict.detail or _NONE))
        for conflict in found.conflicts
    ]
    rows += [Row(cells=(refusal.title, refusal.article, " ; ".join(refusal.reasons))) for refusal in found.refusals]
    table = Table(heads=("Règle ou demande", "Source", "Détail"), rows=tuple(rows), widths=(34, 26, 40))
    says_more = len(rows) > 1
    yield Section(title="Pourquoi il n'y a pas de plan", before=(found.sentence,), table=table if says_more else None)


def _identity(dossier: PlanDossier) -> Section:
    return Section(
        title="L'entreprise et le projet",
        before=(f"Faits recueillis par la mission, lus au {dossier.on:%d/%m/%Y}.",),
        table=Table(
            heads=("Fait", "Réponse"),
            rows=tuple(Row(cells=(label, words)) for label, words in dossier.identity),
            widths=(32, 68),
        ),
    )


def _supports(dossier: PlanDossier) -> Iterable[Section]:
    found = dossier.explanation.supports
    if not found:
        return
    rows = [
        Row(
            cells=(
                support.title,
                support.article,
                wording.states_of(dossier.plan, support.dispositif),
                format_euros(support.before),
                format_euros(support.after),
            )
        )
        for support in found
    ]
    total = Row(cells=("Total", "", "", "", format_euros(dossier.explanation.total)), style=RowStyle.TOTAL)
    yield Section(
        title="Soutiens, un par un",
        before=(wording.BEFORE_AND_AFTER,),
        table=Table(
            heads=("Dispositif", "Base légale", "Certitude", "Avant plafonds", "Demandé"),
            rows=(*rows, total),
            widths=(36, 21, 15, 14, 14),
            figures=frozenset({3, 4}),
            whole=True,
        ),
    )
    awaited = {each.dispositif: each for each in dossier.awaited}
    for support in found:
        yield _support(support, dossier, awaited.get(support.dispositif))
        if support.dispositif in awaited and (table := conditions_table(awaited[support.dispositif])):
            yield Section(title=f"Ce qui décide : {support.title}", level=2, table=table)


def _support(support: SupportExplanation, dossier: PlanDossier, awaited: Awaited | None) -> Section:
    forms = wording.forms(dossier.plan, support.dispositif)
    lines = [
        f"{dossier.line_labels.get(line.line, line.line)} : {format_euros(line.amount)}"
        + (f" (plafond : {line.ceiling})" if line.ceiling else "")
        for line in support.lines
    ]
    rows = [
        ("Financeur et forme", f"{dossier.funder(support.funder)} — {forms}"),
        ("Base légale", support.article),
        ("Calcul", f"{support.formula}."),
        ("Résultat", support.sentence),
        ("Sur chaque poste", "\n".join(lines)),
        ("Décision attendue", award_words(awaited, dossier.line_labels) if awaited else ""),
        ("Certitude", _certainty(support, dossier, awaited)),
        ("Sources", " ; ".join(support.sources)),
        ("Chiffres", "" if support.verified else wording.UNVERIFIED),
    ]
    return Section(
        title=support.title,
        level=2,
        table=Table(
            heads=("Élément", "Contenu"),
            rows=tuple(Row(cells=cells) for cells in rows if cells[1]),
            widths=(18, 82),
            whole=True,
        ),
    )


def _certainty(support: SupportExplanation, dossier: PlanDossier, awaited: Awaited | None) -> str:
    """How sure a support is, and how many answers it waits for: all of them are printed under it."""
    if awaited is None:
        return wording.certainty_of(dossier.plan, support.dispositif)
    states = wording.states_of(dossier.plan, support.dispositif)
    return " ; ".join(filter(None, (states, count_words(awaited))))


def _cash(dossier: PlanDossier) -> Iterable[Section]:
    flow = dossier.flow
    if not flow.receipts:
        return
    years = flow.years

    def row(label: str, amounts: Iterable[object], words: str, style: RowStyle) -> Row:
        return Row(cells=(label, *(str(amount) for amount in amounts), words), style=style)

    rows = [
        row(
            receipt.label,
            (format_euros(receipt.by_year.get(year, 0)) for year in years),
            receipt.terms.source if receipt.terms else wording.UNKNOWN_TERMS,
            RowStyle.PLAIN,
        )
        for receipt in flow.receipts
    ]
    for label, amounts, words in (
        ("Total reçu", [flow.received(year) for year in years], ""),
        ("Dépenses que ces soutiens paient", [flow.spent.get(year, 0) for year in years], "année de la dépense"),
        ("Position cumulée en fin d'année", [flow.position(year) for year in years], "reçu moins dépensé"),
    ):
        rows.append(row(label, map(format_euros, amounts), words, RowStyle.TOTAL))
    yield Section(
        title="Versements attendus",
        before=(wording.bridge(dossier),),
        table=Table(
            heads=("Soutien", *(str(year) for year in years), "Échéancier"),
            rows=tuple(rows),
            widths=(36, *[max(9, 34 // len(years)) for _ in years], 30),
            figures=frozenset(range(1, len(years) + 1)),
            whole=True,
        ),
        after=tuple(wording.repayments(flow)),
    )


def _rules(dossier: PlanDossier) -> Iterable[Section]:
    if dossier.explanation.costs:
        yield Section(
            title="Ce que coûtent les règles qui arrêtent le plan",
            before=(wording.RULES,),
            table=Table(
                heads=("Règle", "Source", "Aide perdue"),
                rows=tuple(
                    Row(cells=(cost.label, cost.source, format_euros(cost.cost))) for cost in dossier.explanation.costs
                ),
                widths=(48, 36, 16),
                figures=frozenset({2}),
                whole=True,
            ),
        )


def _variants(dossier: PlanDossier) -> Iterable[Section]:
    if not dossier.plan.lines:
        return
    rows = [_variant("Plan proposé", dossier.plan, "", RowStyle.TOTAL)]
    alike = [variant.label for variant in dossier.variants if wording.changes_nothing(variant)]
    for variant in dossier.variants:
        if wording.changes_nothing(variant):
            continue
        plan = variant.plan if isinstance(variant.plan, FinancingPlan) else None
        effect = " ; ".join((wording.variant_outcome(variant), *variant.remarks))
        rows.append(_variant(variant.label, plan, effect, RowStyle.PLAIN))
    if alike:
        rows.append(_variant(" ; ".join(alike), dossier.plan, wording.NO_LOSS, RowStyle.PLAIN))
    yield Section(
        title="Variantes",
        before=("Chaque variante est le meilleur plan légal sous une demande de plus, prouvé et audité.",),
        table=Table(
            heads=("Variante", "Soutien", "Aide (équivalent)", "Dossiers", "Effet"),
            rows=tuple(rows),
            widths=(30, 13, 13, 9, 35),
            figures=frozenset({1, 2, 3}),
            whole=True,
        ),
    )


def _variant(label: str, plan: FinancingPlan | None, effect: str, style: RowStyle) -> Row:
    if plan is None:
        return Row(cells=(label, _NONE, _NONE, _NONE, effect), style=style)
    amounts = (format_euros(plan.support), format_euros(plan.benefit), str(len(plan.files)))
    return Row(cells=(label, *amounts, effect), style=style)


def _unknowns(dossier: PlanDossier) -> Iterable[Section]:
    if dossier.unknowns:
        shown = dossier.unknowns[:_MOST_UNKNOWNS]
        said = Counter(effect.label for effect in shown)
        titles = {support.dispositif: support.title for support in dossier.explanation.supports}
        yield Section(
            title="Ce qui reste inconnu et changerait le plan",
            before=("Effet de chaque réponse sur l'aide, les autres restant telles quelles.",),
            table=Table(
                heads=("Fait ou condition", "Aide gagnée au mieux", "Aide perdue au pire"),
                rows=tuple(
                    Row(
                        cells=(effect.label, format_euros(effect.could_gain), format_euros(effect.could_lose)),
                        # A condition that several dispositifs put is one unknown for each.
                        note=", ".join(titles.get(key, key) for key in effect.dispositifs)
                        if said[effect.label] > 1
                        else "",
                    )
                    for effect in shown
                ),
                widths=(64, 18, 18),
                figures=frozenset({1, 2}),
                whole=True,
            ),
        )


def _left_out(dossier: PlanDossier) -> Iterable[Section]:
    """Dispositifs that nothing refuses and that bring nothing to the plan: those worth reading, the others counted."""
    paths = dossier.paths
    for title, head, before, named, others in (
        (
            wording.UNQUANTIFIED,
            "Ce qui manque pour chiffrer",
            "Ils peuvent s'ajouter au plan, dans les mêmes limites légales : à demander au financeur.",
            paths.unquantified,
            paths.unquantified_others,
        ),
        (
            "Dispositifs que le plan n'emploie pas",
            "Pourquoi",
            "Aucun n'est refusé au projet.",
            paths.quantified,
            paths.quantified_others,
        ),
    ):
        rows = [
            (path.title, f"{path.why}\nSi la réponse convient : {path.answer}" if path.answer else path.why)
            for path in named
        ]
        if rows or others:
            yield Section(
                title=title,
                before=(before,) if rows else (),
                table=_pairs("Dispositif", head, rows) if rows else None,
                after=tuple(wording.other_paths(others, beside=bool(rows))),
            )


def _words() -> Section:
    return Section(title="Mots employés", table=replace(_pairs("Mot", "Sens", wording.WORDS), whole=True))


def _signature() -> Section:
    blank = "\n\n\n"
    return Section(
        title="Visa de l'entreprise",
        before=(wording.SIGNATURE,),
        table=Table(
            heads=("Nom et qualité du signataire", "Date", "Signature et cachet"),
            rows=(Row(cells=(blank, blank, blank)),),
            widths=(40, 20, 40),
            whole=True,
        ),
    )


def _pairs(first: str, second: str, pairs: Iterable[tuple[str, str]]) -> Table:
    return Table(heads=(first, second), rows=tuple(Row(cells=pair) for pair in pairs), widths=(44, 56))
