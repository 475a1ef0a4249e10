"""The questions that the plans of a study wait for, with the euros that depend on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rebond.financing.plan.model import FinancingPlan
from rebond.results import MissionResult
from rebond.web.studies.models import OpenQuestion, Study
from rebond.web.studies.storing.rows import FactRows
from rebond.web.wording import set_once

AskedOf = OpenQuestion.AskedOf
_HEADS = {
    "à renseigner": AskedOf.FIRM,
    "à demander au financeur": AskedOf.FUNDER,
    "à établir": AskedOf.DATES,
    "à relire dans un texte": AskedOf.TEXT,
}
"""How the engine begins a question: who can answer it."""
_BETWEEN = " — "
_LONGEST = 600


def question_rows(result: MissionResult, study: Study, facts: FactRows) -> Iterable[OpenQuestion]:
    """A row per project and question."""
    for found in result.projects:
        for asked_of, text, amount in questions_of(found.plan):
            yield OpenQuestion(
                study=study,
                project_id=facts.projects[found.project.id],
                asked_of=asked_of,
                text=text,
                amount=amount,
            )


def questions_of(plan: FinancingPlan) -> Iterable[tuple[AskedOf, str, int]]:
    """Who can answer, the question, the euros of the lines that wait for it; the heaviest first."""
    amounts: Counter[str] = Counter()
    for line in plan.lines:
        for question in dict.fromkeys(line.questions):
            amounts[question] += line.amount
    for question, amount in sorted(amounts.items(), key=lambda item: (-item[1], item[0])):
        asked_of, text = told(question)
        yield asked_of, text, amount


def told(question: str) -> tuple[AskedOf, str]:
    """Who can answer a question of the engine, and its words.

    >>> told("à renseigner — effectif")[1]
    'Effectif'
    """
    head, between, rest = question.partition(_BETWEEN)
    asked_of = _HEADS.get(head) if between else None
    text = set_once(question if asked_of is None else rest)
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    return asked_of or AskedOf.CONFIRM, text
