"""The call: envelope, proposed, decided, refused, not admitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from django.http import HttpRequest, HttpResponse

from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.portfolio.calls import asked_call, before, decided_elsewhere, spent_of
from rebond.web.portfolio.models import CommitteeDecision, Contribution, Envelope
from rebond.web.portfolio.selection import told
from rebond.web.studies.models import ProjectFinding

_SHOWN = 12
"""Projects of a section that is no proposal; the list of projects, filtered, shows them all."""


@of_mission
def call(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What is proposed to the committee, with the reasons."""
    user, shown = request.user, asked_call(mission, request.GET.dict())
    study, status = mission.current_study, ProjectFinding.Status
    studied = (
        ProjectFinding.objects.visible_to(user)
        .found_by(study)
        .select_related("project__firm")
        .order_by("-score", "project__ref")
    )
    groups: dict[str, list[ProjectFinding]] = {value: [] for value in status.values}
    held = (
        {row.project_id: row for row in CommitteeDecision.objects.visible_to(user).of(mission)} if shown.several else {}
    )
    findings = [each for each in studied if not decided_elsewhere(held.get(each.project_id), shown)]
    for finding in findings:
        before(finding, shown)
        groups[finding.status].append(finding)
    refusals = Counter(reason for finding in groups[status.NOT_ADMITTED] for reason in finding.reasons)
    by_project = {finding.project_id: finding for finding in findings}
    decisions = CommitteeDecision.objects.visible_to(user).of(mission).select_related("project__firm")
    decisions = shown.within(decisions, "call")
    envelope = shown.within(Envelope.objects.visible_to(user).of(mission), "call").first()
    contributions = list(shown.within(Contribution.objects.visible_to(user).of(mission), "envelope__call"))
    amount = sum((part.amount for part in contributions), Decimal(0))
    spent = spent_of(study, shown)
    return page(
        request,
        mission,
        "portfolio/call.html",
        "call",
        {
            "call_shown": shown,
            "envelope": envelope,
            "amount": amount,
            "spent": spent,
            "left": amount - spent,
            "contributions": contributions,
            "proposed": groups[status.RETAINED],
            "not_proposed": _shown(groups, status.NOT_RETAINED),
            "decided": [(row, by_project.get(row.project_id)) for row in decisions],
            "covered": _shown(groups, status.COVERED),
            "not_admitted": _shown(groups, status.NOT_ADMITTED),
            "refusals": refusals.most_common(8),
            **told(study, findings, shown),
        },
    )


def _shown(groups: Mapping[str, list[ProjectFinding]], status: ProjectFinding.Status) -> dict[str, object]:
    """The first projects of a status, how many there are, and what the list of projects is asked for the others."""
    return {"status": status.value, "count": len(groups[status]), "first": groups[status][:_SHOWN]}
