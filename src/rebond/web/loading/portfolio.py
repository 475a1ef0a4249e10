"""The envelope and what is proposed for each project."""

from __future__ import annotations

from decimal import Decimal

from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.web.loading.projects import Projects
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CallDecision, CriterionScore, Envelope
from rebond.web.wording import sentence

_CENT = Decimal("0.01")


def load_portfolio(result: MissionResult, mission: Mission, projects: Projects) -> None:
    """What is spent of the envelope, proposals and scores."""
    given = result.census.settings.envelope
    Envelope.objects.of(mission).update(amount=given.amount, spent=result.envelope_spent)
    _load_decisions(result, projects)


def _load_decisions(result: MissionResult, projects: Projects) -> None:
    rows = [
        CallDecision(
            project=projects[found.project.id],
            status=found.decision.status.value,
            reasons=[sentence(reason) for reason in found.decision.reasons],
            uncovered=found.decision.uncovered,
            envelope=found.decision.envelope,
            score=found.score.value,
        )
        for found in result.projects
    ]
    decisions = CallDecision.objects.bulk_create(rows)
    CriterionScore.objects.bulk_create(
        CriterionScore(
            decision=decision,
            position=position,
            label=typeset(entry.label),
            weight=entry.weight,
            score=entry.score.quantize(_CENT),
            explanation=sentence(entry.explanation),
            known=entry.known,
        )
        for decision, found in zip(decisions, result.projects, strict=True)
        for position, entry in enumerate(found.score.criteria)
    )
