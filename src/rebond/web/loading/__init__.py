"""Store the result of a mission: its facts, then the study made of them. All of it, or nothing."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.web.loading.firms import load_firms, load_interviews
from rebond.web.loading.known import load_known
from rebond.web.loading.portfolio import load_portfolio
from rebond.web.loading.projects import load_projects
from rebond.web.missions.models import Mission
from rebond.web.studies.storing import store_study

__all__ = ["load_result"]


@transaction.atomic
def load_result(result: MissionResult, *, documents: Path | None = None, slug: str = "", why: str = "") -> Mission:
    """Store a result under its slug (the territory's name by default), in place of an earlier one.

    The people who take part in the mission stay. ``documents`` is a folder inside ``DOCUMENTS_ROOT`` whose files
    the mission offers for download; raises ``ValueError`` when it is elsewhere.
    """
    mission = _fresh_mission(result, slug or slugify(result.census.settings.territory))
    firms = load_firms(result, mission)
    load_interviews(result, mission, firms)
    projects = load_projects(result, mission, firms)
    load_known(result, mission)
    load_portfolio(result, mission, projects)
    store_study(mission, result, documents=documents, why=why)
    return mission


def _fresh_mission(result: MissionResult, slug: str) -> Mission:
    settings = result.census.settings
    mission, _ = Mission.objects.update_or_create(
        slug=slug,
        defaults={
            "name": typeset(settings.name),
            "territory": settings.territory,
            "epcis": list(settings.epcis),
            "committee_on": settings.committee_on,
            "fictitious": settings.fictitious,
        },
    )
    for rows in (mission.firms, mission.partner_entries):
        rows.all().delete()
    return mission
