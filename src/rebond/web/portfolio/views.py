"""The call: envelope, proposed, decided, refused, not admitted."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse

from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CallDecision, CommitteeDecision, Contribution, Envelope


@of_mission
def call(request: HttpRequest, mission: Mission) -> HttpResponse:
    """What is proposed to the committee, with the reasons."""
    user = request.user
    status = CallDecision.Status
    decisions = (
        CallDecision.objects.visible_to(user)
        .of(mission)
        .select_related("project__firm")
        .prefetch_related("scores")
        .order_by("-score", "project__ref")
    )
    groups: dict[str, list[CallDecision]] = {value: [] for value in status.values}
    for decision in decisions:
        groups[decision.status].append(decision)
    refusals = Counter(reason for decision in groups[status.NOT_ADMITTED] for reason in decision.reasons)
    envelope = Envelope.objects.visible_to(user).of(mission).first()
    return page(
        request,
        mission,
        "portfolio/call.html",
        "call",
        {
            "envelope": envelope,
            "left": envelope.amount - envelope.spent if envelope else None,
            "contributions": Contribution.objects.visible_to(user).of(mission),
            "proposed": groups[status.RETAINED],
            "not_proposed": groups[status.NOT_RETAINED],
            "decided": CommitteeDecision.objects.visible_to(user)
            .of(mission)
            .select_related("project__firm", "project__decision"),
            "covered": groups[status.COVERED],
            "not_admitted": groups[status.NOT_ADMITTED],
            "refusals": refusals.most_common(8),
        },
    )
