"""How robust the selection of a mission is, as one step of its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rebond.facts import Census, Envelope
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.law_readings import under
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.all_calls import CallOutcome, CallsResult
from rebond.portfolio.criteria import call_grids, mission_grid
from rebond.portfolio.pools import amounts, with_amounts
from rebond.portfolio.pools import taken as pools_taken
from rebond.portfolio.robust.mission import MissionRobustness, robustness
from rebond.portfolio.robust.model import Definition
from rebond.portfolio.robust.weights import Opinion
from rebond.portfolio.select import with_envelope
from rebond.regimes.readings import Reading
from rebond.study.kept import KeptStudies
from rebond.study.project import ProjectStudy
from rebond.study.rulebook import Rulebook
from rebond.units import Euros

SECONDS = 10.0
"""Time given to the analysis of a mission: a result that it cuts short says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustAsked:
    """What is said of the weights, and the time to find what it makes of each candidate."""

    opinions: tuple[Opinion, ...] = ()
    """Without any, the order of the mission's weights."""
    seconds: float = SECONDS
    definition: Definition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal, by all that it was made of: its robustness is asked of the same."""

    studies: Sequence[ProjectStudy]
    problem: FinancingProblem
    """Of the projects of ``studies``, nothing of the calls in it."""
    census: Census
    rulebook: Rulebook
    on: date
    taken: Reading
    """The reading of the law that the proposal follows."""
    kept: Mapping[str, ProjectStudy] | None = None
    """``KeptStudies``: what the solver answered is taken from it and kept in it."""


def steadiness_of(
    made: Proposed, asked: RobustAsked, *, envelope: Envelope | None = None, name: str = ""
) -> MissionRobustness:
    """The analysis under the reading of the law that is taken; ``envelope``: of another call, by its ``name``."""
    census, rulebook = made.census, made.rulebook
    grids = call_grids(rulebook.selection, census.settings)
    memory = made.kept if isinstance(made.kept, KeptStudies) else None
    return robustness(
        [study.entry.before(name) for study in made.studies],
        opinions=asked.opinions,
        envelope=envelope or census.settings.envelope,
        builder=ProblemBuilder(catalogue=rulebook.catalogue, rates=rulebook.rates, on=made.on),
        shared=under(made.problem, made.taken),
        reading=made.taken,
        top_score=grids.get(name, mission_grid(rulebook.selection, census.settings)).top_score,
        seconds=asked.seconds,
        definition=asked.definition,
        solved=memory.solved if memory else SolvedParts(),
        kept_analyses=memory.analyses if memory else None,
    )


def steadiness_by_call(made: Proposed, found: CallsResult, asked: RobustAsked) -> dict[str, MissionRobustness]:
    """Call by its name → its analysis, what the others finance staying as proposed, with what it takes of the pools."""
    return {call.name: steadiness_of_call(made, call, found, asked) for call in found.calls}


def steadiness_of_call(made: Proposed, call: CallOutcome, found: CallsResult, asked: RobustAsked) -> MissionRobustness:
    """The analysis of one of several calls."""
    others = {name for each in found.calls if each is not call for name in each.given}
    names = {each.name for each in found.calls} - {call.name}
    others |= {decision.project_id for decision in made.census.decisions if decision.call in names}
    left = amounts(made.problem)
    for project in made.problem.projects:
        if project.id in others and project.id in found.candidates:
            mine = with_envelope(project, found.candidates[project.id])
            for pool, amount in pools_taken(found.plans[project.id], mine).items():
                if pool in left:
                    left[pool] = max(Euros(0), left[pool] - amount)
    rest = replace(made.problem, projects=tuple(each for each in made.problem.projects if each.id not in others))
    alone = replace(
        made,
        studies=[study for study in made.studies if study.project.id not in others],
        problem=with_amounts(rest, left),
    )
    return steadiness_of(alone, asked, envelope=call.call, name=call.name)
