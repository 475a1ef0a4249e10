"""The sentences that the documents, the site and the command line share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from rebond.financing.explaining.dossier import PlanDossier
from rebond.financing.explaining.infeasibility import NoPlan
from rebond.financing.explaining.variants import Variant
from rebond.financing.plan.certainty import Certainty
from rebond.financing.plan.face_value import at_face_value
from rebond.financing.plan.model import FinancingPlan, forms_in_words
from rebond.financing.plan.schedule import CashFlow, Repayment, RowKind, TableRow
from rebond.units import NO_BREAK_SPACE, Rate, format_euros, format_number

TITLE = "Plan de financement"
FICTITIOUS = "Entreprise et projet fictifs ; territoire, organisations, dispositifs et droit réels."
HT = f"Montants en euros hors taxes (TVA récupérable exclue, RGEC{NO_BREAK_SPACE}art.{NO_BREAK_SPACE}7)."
NO_SUPPORT = "Aucun soutien chiffré n'est possible en l'état."
UNQUANTIFIED = "Dispositifs ouverts dont le montant n'est pas calculable"
NO_LOSS = "aucune perte"
UNKNOWN_TERMS = "échéancier inconnu : compté en entier sur justificatifs"
NO_COST = "Aucun poste de dépense : il n'y a pas encore de plan à établir."
NOTHING_NEEDED = "Rien à demander : le besoin est déjà couvert, et aucun dispositif chiffré n'apporterait d'aide."
PROPOSAL = "Proposition calculée : aucun financeur n'a encore instruit ni accordé les soutiens de ce plan."
UNVERIFIED = "chiffres à relire dans un texte, nommés parmi ce qui décide ce soutien"
BEFORE_AND_AFTER = "« Avant plafonds » : taux × assiette. « Demandé » : ce qu'il en reste une fois chaque règle tenue."
RULES = (
    "Aide du meilleur plan si la règle n'existait pas, moins celle du plan. Les montants ne s'additionnent pas : lever "
    "une règle en fait jouer une autre."
)
NO_THRESHOLD = "Aucun seuil n'est posé ici : chaque banque a les siens."
OLD_SERVICE = "Annuités des dettes déjà souscrites : non recueillies, à demander à l'entreprise."
CAPITAL_ALONE = (
    "Capital seul, hors intérêts. Par an : en parts égales sur les années de remboursement ; l'offre de prêt fera foi."
)
SIGNATURE = (
    "À remplir si ce document est joint à une demande : le représentant légal certifie exactes les dépenses et les "
    "ressources qu'il a déclarées."
)
WORDS = (
    (
        "Aide d'État, RGEC",
        "aide publique à une entreprise ; le règlement général d'exemption dit lesquelles sont permises, et jusqu'où",
    ),
    ("Aide de minimis", "aide de faible montant, comptée sur un compte propre à l'entreprise unique, sur trois ans"),
    ("Assiette", "dépenses que le dispositif retient pour calculer son aide"),
    ("Besoin de financement", "coût du projet moins ce qui est acquis ou déclaré tel : fonds propres et crédits"),
    ("Entreprise unique", "l'entreprise et celles qu'un même groupe contrôle"),
    ("Équivalent-subvention", "ce que vaut un soutien s'il était une subvention ; un prêt au prix du marché vaut zéro"),
    ("Intensité", "aide rapportée aux coûts admissibles ; chaque article du RGEC en fixe le plafond"),
    ("Relais de trésorerie", "le plus que l'entreprise avance en fin d'année, en attendant les versements"),
)
_TO_FILL = "à renseigner — "


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure in words."""

    label: str
    value: str


def subtitle(dossier: PlanDossier) -> str:
    """Firm, project, date and reading of the law."""
    law = f"droit et catalogue au {dossier.on:%d/%m/%Y}, lecture du droit : {quoted(dossier.reading)}"
    return f"{dossier.firm} — {dossier.title} ({dossier.project_id}), {law}"


def footer(dossier: PlanDossier) -> str:
    """The foot of each page: the project, what made the document, that the case is fictitious."""
    made = f"{dossier.project_id} — Rebond {dossier.engine_version}, catalogue {dossier.catalogue_version}"
    return f"{made}, droit au {dossier.on:%d/%m/%Y}{' — cas fictif' if dossier.fictitious else ''}"


def figures(dossier: PlanDossier) -> list[Figure]:
    """The figures at the head of the documents."""
    plan = dossier.plan
    return [
        Figure("Coût du projet", format_euros(plan.cost)),
        Figure("Besoin de financement", format_euros(plan.need)),
        Figure("Soutiens du plan", format_euros(plan.support)),
        *(Figure(f"Dont {words}", format_euros(amount)) for words, amount in levels(plan)),
        *([Figure("Dont à rembourser", format_euros(plan.to_pay_back))] if plan.to_pay_back else []),
        Figure("Aide (équivalent-subvention)", format_euros(plan.benefit)),
        Figure("Reste à trouver", format_euros(dossier.table.to_find)),
        Figure("Dossiers à déposer", str(len(plan.files))),
    ]


def levels(plan: FinancingPlan) -> list[tuple[str, int]]:
    """The support of a plan by certainty, in words; firm is always said, be it nothing."""
    words = {
        Certainty.FIRM: "fermes, à demander",
        Certainty.CONDITIONAL: "sous conditions",
        Certainty.UNVERIFIED: "au droit non relu",
        Certainty.NOT_RIPE: "pour un projet non mûr",
    }
    stack = plan.stack
    return [(words[s], stack.of(s)) for s in Certainty if stack.of(s) or s is Certainty.FIRM] if plan.lines else []


def states_of(plan: FinancingPlan, dispositif: str) -> str:
    """How sure a support is, in a few words."""
    mine = [line for line in plan.lines if line.dispositif == dispositif]
    states = " et ".join(dict.fromkeys(line.state.label.lower() for line in mine))
    return f"{states[:1].upper()}{states[1:]}"


def certainty_of(plan: FinancingPlan, dispositif: str) -> str:
    """How sure a support is, and what it waits for."""
    mine = [line for line in plan.lines if line.dispositif == dispositif]
    asked = dict.fromkeys(question for line in mine for question in line.questions)
    return states_of(plan, dispositif) + (f" ; réponses attendues : {len(asked)}" if asked else "")


FIRM_MEANS = "toutes les conditions connues sont remplies et le droit est relu ; aucun financeur ne s'est prononcé"


def stack_sentence(plan: FinancingPlan) -> str:
    """The stack in one sentence, the questions counted."""
    said = ", ".join(f"{format_euros(amount)} {words}" for words, amount in levels(plan))
    count = len(plan.questions)
    asked = "" if not count else f" {count} réponses sont attendues." if count > 1 else " Une réponse est attendue."
    firm = f" « Ferme » : {FIRM_MEANS}." if plan.stack.firm else ""
    return f"Soutiens : {said}.{asked}{firm}" if said else ""


def expected_sentence(dossier: PlanDossier) -> str:
    """What may be expected of the plan where a source says it, and for how much of it none does."""
    total = dossier.funding.expected_total
    lines = f"{total.unknown_lines} ligne{'s' if total.unknown_lines > 1 else ''}"
    unknown = f"inconnu pour {lines} ({format_euros(total.unknown_asked)} demandés, au plus)"
    if not total.lines:
        return f"Montant attendu : {unknown}, faute de source sur le taux habituel."
    known = f"{total.lines} ligne{'s' if total.lines > 1 else ''}"
    said = f"Montant attendu : {format_euros(total.amount)} pour {known} ({format_euros(total.asked)} demandés)"
    return f"{said} ; {unknown}." if total.unknown_lines else f"{said}."


def proof(dossier: PlanDossier) -> str:
    """How sure the plan is."""
    plan = dossier.plan
    if not plan.cost:
        return NO_COST
    if not plan.lines:
        return NO_SUPPORT if plan.need else NOTHING_NEEDED
    if plan.proven:
        return (
            "Plan prouvé le meilleur sous les règles ci-dessous, et revérifié règle par règle en calcul exact : "
            "le plus d'aide ferme sans retour, puis le plus d'aide, puis le plus de besoin couvert, puis le moins à "
            "rembourser, puis le plus de soutien ferme, puis le moins de dossiers. Aucun prêt n'y prend la place d'une "
            "subvention."
        )
    return f"Meilleur plan trouvé dans le temps imparti, à {format_gap(plan.gap_to_bound)} au plus de l'optimum."


def share(rate: Rate | int) -> str:
    """A share of the cost, to a tenth of a percent."""
    return f"{format_number(Rate(rate) * 100, 1)}{NO_BREAK_SPACE}%"


def format_gap(gap: float) -> str:
    """A gap as a rate."""
    return f"{format_number(gap * 100, 2)}{NO_BREAK_SPACE}%"


def bridge(dossier: PlanDossier) -> str:
    """What has to be fronted while the aid is awaited."""
    amount = format_euros(dossier.flow.bridge)
    text = f"Relais de trésorerie à prévoir : {amount} au plus, en fin d'année."
    if not dossier.flow.assumed:
        return text
    return f"{text} Échéanciers de versement supposés : ceux des conventions les remplaceront."


def forms(plan: FinancingPlan, dispositif: str) -> str:
    """The form of a support, or the share and euros of each when it has several."""
    words = forms_in_words(form for line in plan.lines if line.dispositif == dispositif for form in line.forms)
    return words[0].lower() + words[1:]


def repayments(flow: CashFlow) -> list[str]:
    """What the firm pays back after having received it, support by support; nothing for grants alone."""
    return [f"À rembourser : {_repayment(row)}." for row in flow.repayments]


def _repayment(row: Repayment) -> str:
    amount = f"{format_euros(row.amount)}, {row.label}"
    if row.years is None:
        return f"{amount} (échéancier inconnu : la convention le fixera)"
    grace = f", dont {row.grace_years}{NO_BREAK_SPACE}de différé" if row.grace_years else ""
    return f"{amount} (sur {row.years}{NO_BREAK_SPACE}{'an' if row.years == 1 else 'ans'}{grace}, hors intérêts)"


def variant_outcome(variant: Variant) -> str:
    """What a variant gives, or why there is none."""
    if isinstance(variant.plan, NoPlan):
        return variant.plan.sentence
    # Rounding each line down to the euro makes no difference worth a word.
    payback = variant.payback_lost if abs(variant.payback_lost) > len(variant.plan.lines) else 0
    repaid = f", {_change(payback)} à rembourser" if payback else ""
    if not variant.aid_lost and not variant.support_lost:
        return f"même aide, même soutien{repaid}" if repaid else NO_LOSS
    aid = f"{_change(variant.aid_lost)} d'aide" if variant.aid_lost else "même aide"
    support = f"{_change(variant.support_lost)} de soutien" if variant.support_lost else "même soutien"
    return f"{aid}, {support}{repaid}"


def changes_nothing(variant: Variant) -> bool:
    """Whether a variant gives as much as the plan, with nothing to remark: said with its like."""
    return not variant.remarks and variant_outcome(variant) == NO_LOSS


def _change(lost: Decimal | int) -> str:
    return f"{format_euros(max(lost, -lost))} {'de moins' if lost > 0 else 'de plus'}"


def row_note(row: TableRow, dossier: PlanDossier) -> str:
    """What goes with the label of a row of the table: its nature or form, what is not verified."""
    unverified = row.kind is RowKind.SUPPORT and row.label in dossier.unverified
    face = row.kind is RowKind.SUPPORT and row.note.endswith("à rembourser") and at_face_value(dossier.plan, row.key)
    said = (row.note, "comptée à son nominal dans l'aide" if face else "", "chiffre non vérifié" if unverified else "")
    return " ; ".join(filter(None, said))


def table_notes(dossier: PlanDossier) -> Iterable[str]:
    """What is read right under the table."""
    yield HT
    if dossier.table.total:
        aid, rate = format_euros(dossier.public_aid), share(dossier.public_aid / dossier.table.total)
        yield f"Aides publiques, obtenues et prévues, en équivalent-subvention : {aid}, soit {rate} du coût."
    if face := at_face_value(dossier.plan):
        yield (
            f"Dont {format_euros(face)} d'avance remboursable comptés à leur montant nominal, par prudence : une "
            "avance remboursée vaut moins ; le mode de calcul est à préciser par le financeur."
        )
    if dossier.unborne:
        yield (
            f"Réserve : {format_euros(dossier.unborne)} d'avance sont à rembourser, au-delà de la capacité d'emprunt "
            "que l'entreprise a déclarée."
        )
    if dossier.plan.lines:
        yield expected_sentence(dossier)
        yield PROPOSAL


def other_paths(count: int, *, beside: bool) -> Iterable[str]:
    """How many dispositifs wait for several answers each: their number, not their list."""
    if count == 1:
        other = "autre " if beside else ""
        yield (
            f"1 {other}dispositif n'est pas refusé mais attend plusieurs réponses : l'examen du projet, critère par "
            "critère, les donne."
        )
    elif count:
        others = "autres " if beside else ""
        yield (
            f"{count} {others}dispositifs ne sont pas refusés mais attendent chacun plusieurs réponses : l'examen du "
            "projet, critère par critère, les donne."
        )


def reserve(text: str) -> str:
    """A condition that nobody confirmed yet, as a thing to do."""
    return f"À renseigner : {text.removeprefix(_TO_FILL)}" if text.startswith(_TO_FILL) else text


def warnings(dossier: PlanDossier) -> Iterable[str]:
    """What a reader must know before relying on the figures, first of all that the case is fictitious."""
    if dossier.fictitious:
        yield FICTITIOUS
    yield from caveats(dossier)


def caveats(dossier: PlanDossier) -> Iterable[str]:
    """What the plan takes into account, what was assumed, not known or not verified."""
    yield dossier.scope
    yield from dossier.alerts
    for title in dossier.unverified:
        yield f"{quoted(title)} : {UNVERIFIED}."


def quoted(title: str) -> str:
    """A title inside a sentence; what it quotes itself takes the second marks of French."""
    return f"« {title.replace('« ', '“').replace(' »', '”')} »"
