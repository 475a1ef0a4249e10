"""What the tests of the worker do and read again and again."""

from dataclasses import replace
from typing import Any

from rebond.history import Kind, rows_of
from rebond.results import MissionResult
from rebond.web.editing.gestures import save
from rebond.web.financing.study import current_rulebook
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Study
from rebond.web.worker import computing
from rebond.web.worker.computing import ReadFacts
from rebond.web.worker.needs import wanted
from tests.web.addresses import MISSION
from tests.web.test_pages import text_of

SHELL = Author(user=None)


def said(response: Any) -> str:
    """The words of a page, its spaces plain."""
    return text_of(response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


def mission() -> Mission:
    return Mission.objects.get(slug=MISSION)


def current() -> Study:
    found = mission().current_study
    assert found is not None
    return found


def wants(study: Study) -> list[str]:
    """Why the mission wants a study, under the versions of one."""
    return [want.why for want in wanted(catalogue=study.catalogue_version, engine=study.engine_version)]


def save_jobs(ref: str, jobs: int) -> None:
    """A person corrects the jobs of a project."""
    row = rows_of(census_of(mission()))[Kind.PROJECT, ref]
    save(mission(), {(Kind.PROJECT, ref): replace(row, jobs_created=jobs)}, by=SHELL)


def replace_result(study: Study) -> MissionResult:
    """A result that costs nothing: that of no project."""
    census = replace(census_of(study.mission), projects=(), partner_entries=(), interviews=(), firms=(), aids=())
    return computing._run(
        ReadFacts(mission=study.mission, census=census, position=0, reading=study.read_as),
        current_rulebook(),
        None,
        None,
    )
