"""Projects as the pages read them: with what the current study found."""

from django.db.models import QuerySet

from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding
from tests.web.addresses import MISSION


def studied(slug: str = MISSION) -> QuerySet[Project]:
    """The projects of a mission, in order."""
    mission = Mission.objects.get(slug=slug)
    rows = Project.objects.of(mission).with_finding(mission.current_study, record=True)
    return rows.select_related("firm", "mission").prefetch_related("costs")


def with_its_finding(project: Project) -> ProjectFinding:
    """What the study found of a project that was read with it."""
    assert project.finding is not None
    return project.finding
