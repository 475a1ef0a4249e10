"""What a reader of a plan must know beyond its lines: what was not known, what the project is shut out of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, AidObtained, AwardedAid, FactValue, Firm, Project
from rebond.financing.building.build import BuiltProject
from rebond.financing.plan.model import FinancingPlan
from rebond.regimes.model import RegimeKind
from rebond.units import format_euros

IN_DIFFICULTY = "en_difficulte"


def plan_remarks(
    project: Project, plan: FinancingPlan, *, built: BuiltProject, firm: Firm, account_note: str
) -> Iterable[str]:
    """What the census does not say of the project's money, and why there is no support where there is none.

    ``account_note``: why the de minimis account is not known, in French; empty when it is.
    """
    if not project.costs:
        yield "Aucun poste de dépense : rien ne peut être chiffré."
    elif project.own_financing is UNKNOWN:
        yield "Financement déjà acquis inconnu : le besoin est compté pour tout le coût."
    if project.borrowing_capacity is UNKNOWN and plan.to_pay_back:
        yield (
            f"Capacité d'emprunt {built.problem.capacity_words} ; les {format_euros(plan.to_pay_back)} que le plan "
            "fait rembourser sont possibles, pas fermes, à confronter à l'endettement de l'entreprise."
        )
    if account_note and built.has_basis(RegimeKind.DE_MINIMIS):
        yield f"{account_note} D'ici là, aucune aide de minimis n'est proposée."
    if plan.lines and firm.aid_declared is not True:
        yield "Aides publiques non déclarées : à confirmer qu'aucune autre aide ne porte déjà sur ce projet."
    advance = sum(line.to_pay_back for line in plan.lines if line.parts)
    capacity = project.borrowing_capacity
    if advance and capacity is not UNKNOWN and plan.to_pay_back > capacity:
        yield (
            f"{format_euros(advance)} d'avance remboursable dans un soutien mixte : la capacité d'emprunt déclarée "
            f"({format_euros(capacity)}) n'est comparée qu'aux prêts, aux crédits garantis et aux avances seuls. "
            "À voir avec l'entreprise."
        )
    if project.costs and not plan.need and not plan.lines:
        yield "Le besoin est déjà couvert : aucun soutien n'est à demander."
    elif project.costs and not plan.lines:
        yield "Aucun dispositif dont le montant se calcule : voir les pistes sans montant et les faits qui manquent."


def past_aid_remarks(project: Project, aids: Iterable[AidObtained]) -> Iterable[str]:
    """What past aid of a size that nobody knows keeps closed on the project (adr/0018)."""
    for aid in aids:
        if aid.project_id == project.id and not aid.pays(project):
            yield (
                f"« {aid.label or aid.funder} » du {aid.granted_on:%d/%m/%Y} a payé une étude réalisée : elle ne paie "
                "aucune dépense du projet et n'est pas dans ses ressources."
            )
        if isinstance(aid, AwardedAid) and aid.project_id == project.id and aid.breach:
            yield f"« {aid.label} », {aid.funder} : {aid.breach}. À vérifier avec le financeur."
        if aid.pays(project) and aid.at_most is UNKNOWN:
            named = f"« {aid.label or aid.funder} » du {aid.granted_on:%d/%m/%Y}"
            yield (
                f"Équivalent-subvention inconnu de {named} : les postes qu'elle a pu payer sont tenus pour payés "
                "entièrement, et rien d'autre n'y est proposé. À demander : la notification de cette aide."
            )


WORKING_CAPITAL = "bfr_projet"


def working_capital_remarks(project: Project, facts: Mapping[str, FactValue]) -> Iterable[str]:
    """The working capital that the project needs beyond its cost lines: no aid has it in its base, nobody pays it."""
    said = facts.get(WORKING_CAPITAL, UNKNOWN)
    if not isinstance(said, Decimal | int) or isinstance(said, bool):
        return
    among = sum((cost.amount for cost in project.costs if cost.nature == "bfr"), Decimal(0))
    if said > among:
        yield (
            f"Besoin en fonds de roulement du projet : {format_euros(said - among)} en plus des dépenses du plan, "
            "qu'aucun soutien ne finance et que le reste à trouver ne compte pas. À financer par les fonds propres ou "
            "la banque."
        )


def difficulty_remarks(
    facts: Mapping[str, FactValue], verdicts: Iterable[Verdict], catalogue: Catalogue
) -> Iterable[str]:
    """What a firm in difficulty is refused for that reason, or that nobody established whether it is one."""
    label, state = catalogue.dictionary[IN_DIFFICULTY].label, facts.get(IN_DIFFICULTY, UNKNOWN)
    if state is UNKNOWN:
        yield f"{label} : à établir. Une aide exemptée ne peut être promise avant."
    if state is not True:
        return
    closed = [
        catalogue.dispositifs[verdict.dispositif].title
        for verdict in verdicts
        if any(reason.expected.startswith(label) for reason in verdict.refusals)
    ]
    yield f"{label} : oui. Refusent pour ce motif : {' ; '.join(closed) or 'aucun dispositif du catalogue'}."


def ended_remarks(
    verdicts: Iterable[Verdict], project: Project, catalogue: Catalogue, on: date, *, planned: bool = False
) -> Iterable[str]:
    """The texts that a dispositif still open rests on and that are over when its aid would be granted.

    By their last day; those that a reading may keep are told apart from those that none does. ``planned``: there is a
    plan, that says with their euros those of the first that it rests on; the others are not its reader's.
    """
    ended: dict[tuple[date, bool], list[str]] = {}
    for verdict in verdicts:
        if verdict.truth is Truth.NO:
            continue
        dispositif = catalogue.dispositifs[verdict.dispositif]
        award = catalogue.award(project, dispositif, on)
        for regime in catalogue.regimes_of(dispositif):
            last, standing = catalogue.readings.last_day(regime), catalogue.readings.standing(regime, award)
            if last is not None and last < award.earliest and standing.truth is not Truth.YES:
                ended.setdefault((last, standing.truth is Truth.UNKNOWN), []).append(regime.article)
    for (last, perhaps), articles in sorted(ended.items()):
        if perhaps and planned:
            continue
        then = (
            "rien n'y est ferme tant qu'ils ne sont pas dits prorogés ou remplacés"
            if perhaps
            else "le plan ne les emploie plus. À revoir s'ils ont été prorogés ou remplacés"
        )
        named = ", ".join(sorted(set(articles)))
        yield f"Textes finis le {last:%d/%m/%Y}, avant la décision attendue : {named} ; {then}."
