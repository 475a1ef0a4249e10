"""The envelope and what is proposed for each project."""

from __future__ import annotations

from decimal import Decimal

from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.web.catalogue.reading import organisation_name
from rebond.web.loading.projects import Projects
from rebond.web.loading.values import column
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CallDecision, CommitteeDecision, Contribution, CriterionScore, Envelope
from rebond.web.wording import sentence

_CENT = Decimal("0.01")


def load_portfolio(result: MissionResult, mission: Mission, projects: Projects) -> None:
    """Envelope, contributions, proposals, decisions of the committee and scores."""
    given = result.census.settings.envelope
    rules = {
        "amount": given.amount,
        "spent": result.envelope_spent,
        "operator": organisation_name(given.operator),
        "max_rate": column(given.max_rate),
        "max_per_project": column(given.max_per_project),
        "min_spend": column(given.min_spend),
        "grant_share": column(given.grant_share),
        "max_months": column(given.max_months),
    }
    envelope, _ = Envelope.objects.update_or_create(mission=mission, defaults=rules)
    envelope.contributions.all().delete()
    Contribution.objects.bulk_create(
        Contribution(envelope=envelope, contributor=typeset(part.contributor), amount=part.amount)
        for part in given.contributions
    )
    _load_decisions(result, projects)
    CommitteeDecision.objects.bulk_create(
        CommitteeDecision(
            project=projects[each.project_id],
            outcome=each.outcome.value,
            amount=column(each.amount),
            decided_on=column(each.decided_on),
            reason=typeset(each.reason),
            by=typeset(each.by),
        )
        for each in result.census.decisions
    )


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
