"""What a mission says before its figures: what they rest on, and what is not known."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.territory import outside_alert, projects_outside
from rebond.facts import UNKNOWN, AidObtained, AwardedAid, Census
from rebond.facts.aids import is_told_twice
from rebond.facts.answered import answers_of
from rebond.financing.plan.model import FinancingPlan
from rebond.regimes.de_minimis import ATTESTATION, DeMinimisAccount
from rebond.regimes.readings import law_banner
from rebond.results import FirmResult
from rebond.study.rulebook import Rulebook
from rebond.units import format_euros


def rule_alerts(census: Census, rulebook: Rulebook, on: date, plans: Iterable[FinancingPlan]) -> Iterable[str]:
    """What a reader must know of the assumptions, the law and the rates before relying on the figures."""
    if census.settings.fictitious:
        yield "Entreprises et projets fictifs : territoire, organisations, dispositifs et droit réels."
    for assumption in census.settings.zone_assumptions:
        yield f"Zonage {assumption.zone.upper()} supposé « {assumption.value} » : {assumption.source}."
    if outside := outside_alert(projects_outside(census, rulebook.catalogue.gazetteer)):
        yield outside
    if unread := sorted({figure for plan in plans for line in plan.lines for figure in line.unread}):
        yield f"Chiffres à relire dans un texte, dont dépendent des montants : {' ; '.join(unread)}."
    yield from law_banner(rulebook.catalogue.regimes.values(), rulebook.catalogue.readings, on)
    if waits := [wait for wait in rulebook.catalogue.waits if not wait.verified]:
        told = " ; ".join(f"{wait.years} ans, {wait.source}" for wait in waits)
        yield f"Attente entre deux aides, non vérifiée dans un texte : {told}."
    if rulebook.rates.base_rate(on) is UNKNOWN:
        yield (
            f"Taux de base de la Commission inconnu au {on:%d/%m/%Y} : les équivalents-subvention calculés par taux de "
            "référence restent nominaux."
        )


def award_alerts(
    awards: Iterable[AwardedAid], census: Census, catalogue: Catalogue, *, counted: Collection[AidObtained]
) -> Iterable[str]:
    """What was granted beyond a rule, without an amount, or twice told: the study counts it, people settle it.

    ``counted``: all the aid that the study counts.
    """
    titles = {project.id: project.title for project in census.projects}
    for award in awards:
        named = f"« {award.label} », {award.funder}, projet « {titles.get(award.project_id, award.project_id)} »"
        if award.breach:
            yield f"{named} : {award.breach}. À vérifier avec le financeur ; le plan du reste en tient compte."
        if award.support is UNKNOWN:
            yield (
                f"{named} : accordé sans montant. Les postes qu'il peut payer sont tenus pour payés entièrement, et "
                "rien d'autre n'y est proposé. À demander : la notification."
            )
        for aid in census.aids:
            told = f"une aide déclarée du {aid.granted_on:%d/%m/%Y}, « {aid.label or aid.funder} »,"
            same = is_told_twice(aid, project_id=award.project_id, on=award.granted_on, support=award.support)
            # An undated award bears the day of the study: that it is the same is not sure then, and both count.
            if same and aid not in counted:
                yield f"{named} : {told} est la même. Elle est comptée une fois : retirer l'aide déclarée."
            elif _same(aid, award):
                yield (
                    f"{named} : {told} semble la même. Les deux sont comptées : retirer l'aide déclarée si c'est elle."
                )
    known = {project.id for project in census.projects}
    for key, answers in sorted(answers_of(census.referrals, census.referral_steps).items()):
        lost = [each.dispositif for each in answers.granted if each.dispositif not in catalogue.dispositifs]
        for dispositif in lost if key in known else []:
            yield f"« {dispositif} », accordé au projet « {titles[key]} », manque au catalogue : rien n'en est compté."


def _same(declared: AidObtained, award: AwardedAid) -> bool:
    """Whether a declared aid looks like an award: of the same firm and day or project, for the same euros."""
    if declared.firm_id != award.firm_id or declared.amount is UNKNOWN or award.support is UNKNOWN:
        return False
    near = declared.project_id == award.project_id or declared.granted_on == award.granted_on
    return near and declared.amount in {award.amount, award.support}


def account_alerts(firms: Iterable[FirmResult]) -> Iterable[str]:
    """That the accounts of some firms are not known, and what to ask; that what was granted passes some."""
    over = {firm.account.undertaking: firm for firm in firms if _overdrawn_by_awards(firm.account)}
    for firm in over.values():
        yield (
            f"Compte de minimis dépassé pour {firm.firm.name} : {format_euros(firm.account.used_at_least)} au moins "
            f"d'aides sur la période pour un plafond de {format_euros(firm.account.ceiling)}, aides accordées pendant "
            "la mission comprises. Rien de plus n'y est proposé ; à vérifier avec les financeurs."
        )
    unknown = [firm for firm in firms if firm.account.room is UNKNOWN]
    if unknown:
        number = f"{len(unknown)} entreprises" if len(unknown) > 1 else "une entreprise"
        yield (
            f"Compte de minimis inconnu pour {number} : aucune aide de minimis n'y est proposée. "
            f"À demander : l'{ATTESTATION}."
        )


def _overdrawn_by_awards(account: DeMinimisAccount) -> bool:
    awarded = any(isinstance(entry, AwardedAid) for entry in account.entries)
    return awarded and account.used_at_least > account.ceiling
