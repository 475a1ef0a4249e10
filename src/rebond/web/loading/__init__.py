"""Store the result of a mission: ``load_result`` writes all of it, or nothing."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.web.loading.documents import load_documents
from rebond.web.loading.financing import load_financing, load_source
from rebond.web.loading.firms import load_firms, load_interviews
from rebond.web.loading.follow_up import load_referrals, load_roadmap
from rebond.web.loading.known import load_known
from rebond.web.loading.portfolio import load_portfolio
from rebond.web.loading.projects import load_projects
from rebond.web.loading.restitution import load_figures, load_indicators
from rebond.web.missions.models import Mission
from rebond.web.wording import sentence

__all__ = ["load_result"]


@transaction.atomic
def load_result(result: MissionResult, *, documents: Path | None = None, slug: str = "") -> Mission:
    """Store a result under its slug (the territory's name by default), in place of an earlier one.

    The people who take part in the mission stay. ``documents`` is a folder inside ``DOCUMENTS_ROOT`` whose files
    the mission offers for download; raises ``ValueError`` when it is elsewhere.
    """
    mission = _fresh_mission(result, slug or slugify(result.census.settings.territory))
    load_source(result, mission)
    firms = load_firms(result, mission)
    needs = load_interviews(result, mission, firms)
    projects = load_projects(result, mission, firms)
    load_known(result, mission, firms, projects)
    load_financing(result, projects)
    load_portfolio(result, mission, projects)
    load_referrals(result, mission, projects)
    load_roadmap(result, mission, needs)
    load_indicators(result, mission, firms, projects)
    load_figures(result, mission)
    if documents is not None:
        load_documents(mission, documents)
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
            "examined_on": result.on,
            "fictitious": settings.fictitious,
            "alerts": [sentence(alert) for alert in result.alerts],
            "repairs": [sentence(repair) for repair in result.census.repairs],
            "reading": result.reading.reading.value if result.reading else "",
            "catalogue_version": result.catalogue_version,
            "engine_version": result.engine_version,
        },
    )
    for rows in (mission.firms, mission.partner_entries, mission.actions, mission.indicators, mission.figures):
        rows.all().delete()
    mission.documents.all().delete()
    return mission
