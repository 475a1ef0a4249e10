"""What a mission says before its figures: what they rest on, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rebond.eligibility.territory import outside_alert, projects_outside
from rebond.facts import UNKNOWN, Census
from rebond.financing.plan import FinancingPlan
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
    used = {line.regime for plan in plans for line in plan.lines}
    regimes = [rulebook.catalogue.regimes[key] for key in sorted(used)]
    if unverified := [regime.article for regime in regimes if not regime.verified]:
        yield f"Au moins un chiffre n'a pas été vérifié dans le texte de ces régimes : {_articles(unverified)}."
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


def _articles(names: Sequence[str]) -> str:
    """Articles in one enumeration: three of the RGEC are read « RGEC art. 14, 25 et 38 »."""
    law = "RGEC art. "
    numbers = [name.removeprefix(law) for name in names if name.startswith(law)]
    others = [name for name in names if not name.startswith(law)]
    together = " et ".join(filter(None, (", ".join(numbers[:-1]), *numbers[-1:])))
    return " ; ".join(([law + together] if numbers else []) + others)
