"""The envelope and what the committee decided."""

from __future__ import annotations

from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.web.catalogue.reading import organisation_name
from rebond.web.loading.projects import Projects
from rebond.web.loading.values import column
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision, Contribution, Envelope


def load_portfolio(result: MissionResult, mission: Mission, projects: Projects) -> None:
    """Envelope, contributions, decisions of the committee."""
    given = result.census.settings.envelope
    rules = {
        "amount": given.amount,
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
