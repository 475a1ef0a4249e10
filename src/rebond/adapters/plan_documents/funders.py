"""The plan in the words of those who fund it: the expected beside the maximum, a Région's table, a bank's table.

Documents, site and command line show these same sections.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rebond.adapters.plan_documents import wording
from rebond.adapters.plan_documents.blocks import Row, RowStyle, Section, Table
from rebond.facts import UNKNOWN, Maybe
from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.tables.bank import BankTable, Debt
from rebond.financing.tables.expected import ExpectedLine, ExpectedSupport
from rebond.financing.tables.region import CostRow, RegionTable
from rebond.units import NO_BREAK_SPACE, Euros, Rate, format_euros, format_number, format_rate

EXPECTED = "Attendu et maximum"
REGION = "Lecture d'une Région : l'aide publique, poste par poste"
OWN = "Apport de l'entreprise et dettes, hors soutien public"
OWN_TOTAL = "Apport de l'entreprise : fonds propres et comptes courants"
DEBT_TOTAL = "Dettes : emprunts bancaires et crédit-bail"
PRIVATE_TOTAL = "Financement hors soutien public"
SHARED = "Cumul, comptes et seuils"
BANK = "Lecture d'une banque : les dettes"
BEARING = "Lecture d'une banque : ce qui les porte"
LEASING = "Crédit-bail"
NO_DEBT = "Le plan n'ajoute aucune dette."
TO_ASK = "inconnu : à demander"
_SAME = "comme ci-dessus"
_PUBLIC_AID = (
    "Aides obtenues et demandées, en équivalent-subvention. Le plafond est l'intensité la plus haute des articles "
    "réellement employés sur le poste."
)


def funder_sections(dossier: PlanDossier) -> Iterable[Section]:
    """Every section; those of which nothing can be said are left out."""
    if not dossier.plan.cost:
        return
    yield from _expected(dossier)
    yield _region(dossier)
    yield _own(dossier.funding.region)
    yield from _shared(dossier.funding.region)
    yield from _leasing(dossier)
    yield _debts(dossier.funding.bank)
    yield _bearing(dossier.funding.bank)


def _expected(dossier: PlanDossier) -> Iterable[Section]:
    found = dossier.funding.expected
    if not found:
        return
    total = dossier.funding.expected_total
    if not total.lines:
        # A table whose every row says that nobody knows says no more than the sentence.
        yield Section(title=EXPECTED, before=(wording.expected_sentence(dossier),))
        return
    known = format_euros(total.amount)
    if total.unknown_lines:
        known += " (lignes connues)"
    rows = [_expected_row(support, line, rank, dossier) for support in found for rank, line in enumerate(support.lines)]
    last = Row(cells=("Total", "", format_euros(dossier.plan.support), "", known), style=RowStyle.TOTAL)
    yield Section(
        title=EXPECTED,
        before=(wording.expected_sentence(dossier),),
        table=Table(
            heads=("Soutien et poste", "Maximum, et sa source", "Demandé", "Attendu, et sa source", "Montant attendu"),
            rows=(*rows, last),
            widths=(26, 30, 12, 20, 12),
            figures=frozenset({2, 4}),
            whole=True,
        ),
    )


def _expected_row(support: ExpectedSupport, line: ExpectedLine, rank: int, dossier: PlanDossier) -> Row:
    label = dossier.line_labels.get(line.line, line.line)
    return Row(
        cells=(
            support.title,
            _SAME if rank else maximum_words(support),
            format_euros(line.asked),
            _SAME if rank else usual_words(support),
            "inconnu" if line.expected is None else format_euros(line.expected),
        ),
        note=label,
    )


def maximum_words(support: ExpectedSupport) -> str:
    """The most that a support may give, with its source."""
    return _sourced(support.formula or "montant proposé", " ; ".join(support.sources))


def usual_words(support: ExpectedSupport) -> str:
    """What a source says that it usually gives."""
    if support.usual is None:
        return "inconnu : aucune source lue ne le donne"
    said = _sourced(format_rate(support.usual.rate), support.usual.source)
    return said if support.usual.verified else f"{said} ; chiffre non vérifié"


def _sourced(words: str, source: str) -> str:
    return f"{words} ({source})" if source else words


def _region(dossier: PlanDossier) -> Section:
    region = dossier.funding.region
    total = Row(
        cells=(
            "Ensemble",
            format_euros(region.cost),
            format_euros(region.public_aid),
            wording.share(region.public_rate),
            format_euros(sum((row.counted for row in region.rows), Decimal(0))),
            "",
            "",
        ),
        style=RowStyle.TOTAL,
    )
    return Section(
        title=REGION,
        before=(_PUBLIC_AID,),
        table=Table(
            heads=("Poste", "Coût HT", "Aide publique", "Taux", "Compté au plafond", "Plafond", "Texte"),
            rows=(*(_cost_row(row) for row in region.rows), total),
            widths=(28, 12, 12, 8, 15, 10, 15),
            figures=frozenset({1, 2, 3, 4, 5}),
            whole=True,
        ),
        after=tuple(overall_sentences(region)),
    )


def _cost_row(row: CostRow) -> Row:
    counted = f"{format_euros(row.counted)} ({wording.share(row.used)})" if row.counted else format_euros(0)
    return Row(
        cells=(
            row.label,
            format_euros(row.cost),
            format_euros(row.public_aid),
            wording.share(row.public_rate),
            counted,
            ceiling_words(row),
            text_words(row),
        )
    )


def ceiling_words(row: CostRow) -> str:
    """The ceiling of a line, or why it has none."""
    if row.ceiling is not None:
        return format_rate(row.ceiling)
    if row.counted:
        return "sans intensité"
    return "hors aide d'État" if row.public_aid else "aucune aide"


def text_words(row: CostRow) -> str:
    """The texts that the ceiling or the aid of a line rests on."""
    words = ", ".join(row.articles)
    return f"{words} (jugé sur le projet)" if row.per_project else words


def overall_sentences(region: RegionTable) -> Iterable[str]:
    """What the ceilings leave, over all the lines."""
    if region.bounded:
        yield (
            f"Sur les postes tenus par une intensité : {format_euros(region.counted)} comptés pour "
            f"{format_euros(region.allowed)} permis au plus."
        )
    if any(row.counted and row.ceiling is None for row in region.rows):
        yield "Sans intensité : l'aide de minimis seule sur un poste n'est bornée que par son compte et par le coût."


def _own(region: RegionTable) -> Section:
    def row(label: str, amount: Euros, style: RowStyle = RowStyle.PLAIN, note: str = "") -> Row:
        cells = (label, format_euros(amount), wording.share(region.share(amount)))
        return Row(cells=cells, style=style, note=note)

    rows = [row(each.label, each.total, note=each.note) for each in region.own_money]
    own = sum((each.total for each in region.own_money), Decimal(0))
    rows.append(row(OWN_TOTAL, own, RowStyle.TOTAL, "au moins" if region.unsplit else ""))
    rows += [row(each.label, each.total, note=each.note) for each in region.debts]
    if region.debts:
        rows.append(row(DEBT_TOTAL, sum((each.total for each in region.debts), Decimal(0)), RowStyle.TOTAL))
    rows += [row(each.label, each.total, note=each.note) for each in region.unsplit]
    rows.append(row(PRIVATE_TOTAL, region.contribution, RowStyle.TOTAL))
    if region.to_find:
        rows.append(row("Reste à trouver", region.to_find))
    return Section(
        title=OWN,
        level=2,
        table=Table(
            heads=("Ressource", "Montant", "Part du coût"),
            rows=tuple(rows),
            widths=(64, 20, 16),
            figures=frozenset({1, 2}),
            whole=True,
        ),
        after=tuple(contribution_sentences(region)),
    )


def contribution_sentences(region: RegionTable) -> Iterable[str]:
    """What a text wants free of public support, and what the plan leaves so."""
    for article, found in region.contributions:
        share = found.free / found.base if found.base else Decimal(0)
        yield (
            f"{article} : {format_rate(found.share)} au moins de {format_euros(found.base)} de coûts admissibles sans "
            f"aucun soutien public ; ce plan en laisse {wording.share(share)}, soit {format_euros(found.free)}"
            + ("." if found.holds else " : c'est trop peu.")
        )
    if region.contributions and region.to_find:
        yield "Ce qui reste à trouver doit venir de l'entreprise ou de prêteurs privés pour que cette part tienne."


def _shared(region: RegionTable) -> Iterable[Section]:
    if not region.shared:
        return
    rows = (
        Row(
            cells=(
                limit.label,
                format_euros(limit.used),
                format_euros(limit.allowed),
                wording.share(limit.used / limit.allowed) if limit.allowed else "plein",
            ),
            note=next((row.label for row in region.rows if row.key == limit.line), ""),
        )
        for limit in region.shared
    )
    yield Section(
        title=SHARED,
        level=2,
        table=Table(
            heads=("Règle commune à plusieurs aides", "Employé", "Permis", "Part"),
            rows=tuple(rows),
            widths=(52, 18, 18, 12),
            figures=frozenset({1, 2, 3}),
            whole=True,
        ),
    )


def _leasing(dossier: PlanDossier) -> Iterable[Section]:
    found = dossier.funding.leasing
    if found is None:
        return
    points = [f"{note.title} : {note.words}." for note in found.notes]
    if found.refused:
        points.append(f"Refusent le projet pour ce motif : {' ; '.join(found.refused)}.")
    yield Section(title=LEASING, level=2, before=(found.sentence,), points=tuple(points))


def _debts(bank: BankTable) -> Section:
    if not bank.debts:
        return Section(title=BANK, before=(NO_DEBT,))
    rows = [
        Row(
            cells=(
                debt.label,
                debt.nature,
                format_euros(debt.amount),
                duration_words(debt),
                _known(debt.by_year),
                format_euros(debt.guaranteed),
            )
        )
        for debt in bank.debts
    ]
    year = format_euros(bank.by_year) if not bank.without_length else f"au moins {format_euros(bank.by_year)}"
    total = ("Dettes nouvelles", "", format_euros(bank.new_debt), "", year, format_euros(bank.guaranteed))
    return Section(
        title=BANK,
        before=("Ce que le plan fait emprunter et rembourser.",),
        table=Table(
            heads=("Dette", "Nature", "Montant", "Durée", "Par an, différé passé", "Garanti"),
            rows=(*(rows), Row(cells=total, style=RowStyle.TOTAL)),
            widths=(30, 18, 13, 15, 13, 11),
            figures=frozenset({2, 4, 5}),
            whole=True,
        ),
        after=(wording.CAPITAL_ALONE,),
    )


def duration_words(debt: Debt) -> str:
    """How long a debt runs."""
    if debt.years is None:
        return TO_ASK
    years = f"{debt.years}{NO_BREAK_SPACE}{'an' if debt.years == 1 else 'ans'}"
    return f"{years}, dont {debt.grace_years}{NO_BREAK_SPACE}de différé" if debt.grace_years else years


def bearing_amounts(bank: BankTable) -> list[tuple[str, Maybe[Euros]]]:
    """What bears the debt, amount by amount."""
    return [
        ("Emprunts bancaires déclarés acquis pour le projet", bank.secured_loans),
        ("Crédit-bail déclaré acquis pour le projet", bank.leasing),
        ("Dettes nouvelles du plan", bank.new_debt),
        ("À rembourser pour le projet, hors intérêts", bank.project_debt),
        ("Besoin en fonds de roulement du projet", bank.working_capital),
        ("Capacité d'autofinancement (dernier exercice)", bank.cash_flow),
        ("Dettes financières avant le projet", bank.existing),
        ("Dettes financières avec le projet", bank.debt_after),
        ("Fonds propres et quasi-fonds propres", bank.own_funds),
        ("Capital à rembourser par an sur les dettes nouvelles, différé passé", bank.by_year_known),
    ]


def bearing_ratios(bank: BankTable) -> list[tuple[str, str]]:
    """The debt against what bears it."""
    return [
        ("Dettes avec le projet rapportées aux fonds propres", _ratio(bank.on_own_funds, bank.own_funds, "")),
        (
            "Dettes avec le projet rapportées à la capacité d'autofinancement",
            _ratio(bank.years_of_cash_flow, bank.cash_flow, f"{NO_BREAK_SPACE}ans"),
        ),
        (
            "Remboursements nouveaux par an rapportés à la capacité d'autofinancement",
            _ratio(bank.new_service, bank.cash_flow, ""),
        ),
    ]


def _bearing(bank: BankTable) -> Section:
    amounts = ((label, _known(amount)) for label, amount in bearing_amounts(bank))
    return Section(
        title=BEARING,
        level=2,
        table=Table(
            heads=("Donnée", "Valeur"),
            rows=tuple(Row(cells=pair) for pair in (*amounts, *bearing_ratios(bank))),
            widths=(64, 36),
            figures=frozenset({1}),
            whole=True,
        ),
        after=tuple(_bearing_notes(bank)),
    )


def _bearing_notes(bank: BankTable) -> Iterable[str]:
    if bank.in_costs and bank.working_capital is not UNKNOWN:
        yield f"Besoin en fonds de roulement parmi les postes du plan : {format_euros(bank.in_costs)}."
    yield wording.OLD_SERVICE
    yield wording.NO_THRESHOLD


def _known(amount: Maybe[Euros]) -> str:
    return TO_ASK if amount is UNKNOWN else format_euros(amount.quantize(Decimal(1)))


def _ratio(ratio: Maybe[Rate], whole: Maybe[Euros], unit: str) -> str:
    if ratio is not UNKNOWN:
        return f"{format_number(ratio, 2)}{unit}"
    return "sans objet : négatif ou nul" if whole is not UNKNOWN and whole <= 0 else TO_ASK
