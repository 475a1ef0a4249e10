"""Referrals, organisation by organisation."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from rebond.web.missions.access import of_mission, page
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Referral


@dataclass(frozen=True, slots=True)
class Group:
    """What one organisation receives."""

    code: str
    name: str
    referrals: list[Referral]


@of_mission
def by_organisation(request: HttpRequest, mission: Mission) -> HttpResponse:
    """Every referral under the organisation that receives it, the most solicited first."""
    rows = (
        Referral.objects.visible_to(request.user)
        .found_by(mission.current_study)
        .select_related("project__firm")
        .order_by("due_on", "project__ref")
    )
    groups: dict[str, Group] = {}
    for row in rows:
        group = groups.setdefault(row.organisation, Group(row.organisation, row.organisation_name, []))
        group.referrals.append(row)
    ordered = sorted(groups.values(), key=lambda group: (-len(group.referrals), group.name))
    return page(request, mission, "referrals/list.html", "referrals", {"groups": ordered, "total": len(rows)})
