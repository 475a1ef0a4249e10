"""The calls of a mission that has several, allocated together: the steps of a mission that they need, and no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rebond.facts import UNKNOWN, Census, Maybe
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.law_readings import under
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.all_calls import CallsResult, run_calls
from rebond.portfolio.offered import call_dispositif, without_call
from rebond.regimes.de_minimis import known_rooms
from rebond.regimes.readings import Reading
from rebond.study.inputs import CensusParts
from rebond.study.project import ProjectStudy, study_project
from rebond.study.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True)
class CallsStudy:
    """The proposal over all calls, with the study of each project."""

    result: CallsResult
    studies: tuple[ProjectStudy, ...]
    problem: FinancingProblem
    """Of all projects, nothing of the calls in it."""
    taken: Reading


def study_calls(
    census: Census,
    rulebook: Rulebook,
    *,
    on: date,
    reading: Maybe[Reading] = UNKNOWN,
    kept: Mapping[str, ProjectStudy] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> CallsStudy:
    """All the calls of a mission at once; of a mission with one call, what ``run_mission`` proposes on it.

    ``kept``: studies by the digest of what they read, taken as they are. Raises as ``run_mission``, which reads the
    census first: whoever calls has settled its questions.
    """
    progress("Maturité, éligibilité et valeur des projets")
    parts = CensusParts(census, rulebook, on=on)
    every = (parts.inputs(project.id) for project in census.projects)
    studies = tuple((kept or {}).get(inputs.digest) or study_project(inputs, rulebook) for inputs in every)
    taken = rulebook.catalogue.readings.default if reading is UNKNOWN else reading
    problem = FinancingProblem(
        projects=tuple(study.built.problem for study in studies),
        de_minimis_room=known_rooms(study.account for study in studies),
        budgets=parts.budgets,
    )
    progress("Allocation des appels, tous ensemble")
    result = run_calls(
        [study.entry for study in studies],
        calls=census.settings.every_call,
        builder=ProblemBuilder(catalogue=rulebook.catalogue, rates=rulebook.rates, on=on),
        shared=under(problem, taken),
        reading=taken,
        solved=SolvedParts(),
        settled={decision.project_id: decision for decision in census.decisions},
    )
    for each in census.settings.every_call:
        problem = without_call(problem, call_dispositif(each, rulebook.catalogue))
    return CallsStudy(result=result, studies=studies, problem=problem, taken=taken)
