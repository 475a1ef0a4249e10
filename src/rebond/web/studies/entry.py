"""A result that comes whole, with its own census: what the demo and the tests store."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from rebond.results import MissionResult
from rebond.web.missions.importing import write_census
from rebond.web.missions.models import Mission
from rebond.web.studies.storing import store_study


@transaction.atomic
def store_result(result: MissionResult, *, documents: Path | None = None, slug: str = "", why: str = "") -> Mission:
    """The mission of that slug (the territory's name by default), with the facts of a result and its study.

    Its census goes the way of every census (``write_census``); the people who take part in the mission stay, and so do
    its earlier studies. All of it, or nothing; raises as ``write_census`` and ``store_study`` do.
    """
    settings = result.census.settings
    first = {"name": settings.name, "territory": settings.territory, "committee_on": settings.committee_on}
    mission, _ = Mission.objects.get_or_create(slug=slug or slugify(settings.territory), defaults=first)
    write_census(mission, result.census)
    store_study(mission, result, documents=documents, why=why)
    return mission
