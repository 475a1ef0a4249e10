"""What a mission says before its figures: what they rest on, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rebond.eligibility.territory import outside_alert, projects_outside
from rebond.facts import UNKNOWN, Census
from rebond.financing.plan.model import FinancingPlan
from rebond.regimes.de_minimis import ATTESTATION
from rebond.regimes.readings import law_banner
from rebond.results import FirmResult
from rebond.study.rulebook import Rulebook


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


def account_alerts(firms: Iterable[FirmResult]) -> Iterable[str]:
    """That the accounts of some firms are not known, and what to ask."""
    unknown = [firm for firm in firms if firm.account.room is UNKNOWN]
    if unknown:
        number = f"{len(unknown)} entreprises" if len(unknown) > 1 else "une entreprise"
        yield (
            f"Compte de minimis inconnu pour {number} : aucune aide de minimis n'y est proposée. "
            f"À demander : l'{ATTESTATION}."
        )
