"""Store the result of a mission: ``load_result`` writes all of it, or nothing."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from rebond.results import MissionResult
from rebond.web.financing.models import Plan, Verdict
from rebond.web.loading.documents import load_documents
from rebond.web.loading.financing import load_financing
from rebond.web.loading.firms import load_firms, load_needs
from rebond.web.loading.follow_up import load_referrals, load_roadmap
from rebond.web.loading.known import load_known
from rebond.web.loading.portfolio import load_portfolio
from rebond.web.loading.projects import load_projects
from rebond.web.loading.restitution import load_figures, load_indicators
from rebond.web.missions.importing import write_census
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CallDecision
from rebond.web.projects.models import KnownLink, MaturityCriterion
from rebond.web.referrals.models import Referral
from rebond.web.wording import sentence

__all__ = ["load_result"]


@transaction.atomic
def load_result(result: MissionResult, *, documents: Path | None = None, slug: str = "") -> Mission:
    """Store a result under its slug (the territory's name by default), in place of an earlier one.

    Its census goes the way of every census (``write_census``): the rows that stay keep their keys, and the people who
    take part in the mission stay. What was computed is written again. ``documents`` is a folder inside
    ``DOCUMENTS_ROOT`` whose files the mission offers for download; raises ``ValueError`` when it is elsewhere.
    """
    mission = _mission(result, slug or slugify(result.census.settings.territory))
    write_census(mission, result.census)
    _forget_results(mission)
    firms = load_firms(result, mission)
    needs = load_needs(result, mission)
    projects = load_projects(result, mission)
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


def _mission(result: MissionResult, slug: str) -> Mission:
    settings = result.census.settings
    found = {
        "examined_on": result.on,
        "alerts": [sentence(alert) for alert in result.alerts],
        "reading": result.reading.reading.value if result.reading else "",
        "catalogue_version": result.catalogue_version,
        "engine_version": result.engine_version,
    }
    first = {**found, "name": settings.name, "territory": settings.territory, "committee_on": settings.committee_on}
    return Mission.objects.update_or_create(slug=slug, defaults=found, create_defaults=first)[0]


def _forget_results(mission: Mission) -> None:
    """Everything that an earlier run found; facts and decisions stay."""
    for model in (Verdict, Plan, KnownLink, CallDecision, MaturityCriterion, Referral):
        model.ever.of(mission).delete()
    for rows in (mission.actions, mission.indicators, mission.figures, mission.documents):
        rows.all().delete()
