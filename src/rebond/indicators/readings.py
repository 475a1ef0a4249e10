"""What each reading of the law gives, as figures that documents may print: firm, possible, after the end, files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from rebond.indicators.breakdowns import project_row, summed
from rebond.indicators.model import Indicator

if TYPE_CHECKING:
    from rebond.financing.plan.model import FinancingPlan
    from rebond.results import MissionResult

FAMILY = "lecture"


def by_reading(result: MissionResult) -> Iterable[Indicator]:
    """Four figures for each reading that has a text."""
    for found in result.readings:
        if not found.published:
            continue
        plans = {plan.project: plan for plan in found.plans}
        for key, label, definition, unit, amount in _FIGURES:
            yield summed(
                code=code_of(found.reading.value, key),
                label=f"{found.title} : {label}",
                definition=f"{definition} Lecture « {found.title} » : {found.sentence}.",
                unit=unit,
                rows=(
                    project_row(project, Decimal(amount(plans[project.project.id])))
                    for project in result.projects
                    if amount(plans[project.project.id])
                ),
                family=FAMILY,
            )


def code_of(reading: str, key: str) -> str:
    """The code of a figure of a reading."""
    return f"lecture_{reading}_{key}"


_FIGURES: tuple[tuple[str, str, str, str, Callable[[FinancingPlan], int]], ...] = (
    (
        "ferme_eur",
        "soutien ferme",
        "Soutien aux conditions connues remplies, dans la limite du besoin ; aucun financeur ne s'est prononcé.",
        "€",
        lambda p: p.stack.firm,
    ),
    (
        "possible_eur",
        "soutien possible",
        "Soutien qui attend une réponse, un texte ou un projet mûr, dans la limite du besoin.",
        "€",
        lambda p: p.stack.possible,
    ),
    (
        "apres_fin_eur",
        "après la fin d'un texte",
        "Part des soutiens dont la décision est attendue après la fin du texte qui les permet.",
        "€",
        lambda p: sum(line.amount for line in p.lines if line.law_question),
    ),
    ("dossiers", "dossiers", "Dispositifs demandés, plan par plan.", "dossiers", lambda p: len(p.files)),
)
