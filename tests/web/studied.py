"""Projects as the pages read them: with what the current study found; a mission studied again."""

from django.db.models import QuerySet

from rebond.results import MissionResult
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding, Study
from rebond.web.worker.computing import KeptMission, read_facts, study_facts
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


def study_again(mission: Mission, before: MissionResult, *, why: str) -> Study:
    """As a worker that studied ``before`` does: what did not change since is taken as it was found.

    ``tests/mission/test_study.py`` proves that no figure depends on it; it is half of the time.
    """
    kept = KeptMission()
    kept.studies.keep(before.studies)
    return study_facts(read_facts(mission), kept=kept, why=why)
