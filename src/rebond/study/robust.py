"""How robust the selection of a mission is, as one step of its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rebond.facts import Census
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.law_readings import under
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.criteria import mission_grid
from rebond.portfolio.robust.mission import MissionRobustness, robustness
from rebond.portfolio.robust.model import Definition
from rebond.portfolio.robust.weights import Opinion
from rebond.regimes.readings import Reading
from rebond.study.kept import KeptStudies
from rebond.study.project import ProjectStudy
from rebond.study.rulebook import Rulebook

SECONDS = 10.0
"""Time given to the analysis of a mission: a result that it cuts short says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustAsked:
    """What is said of the weights, and the time to find what it makes of each candidate."""

    opinions: tuple[Opinion, ...] = ()
    """Without any, the order of the mission's weights."""
    seconds: float = SECONDS
    definition: Definition | None = None


def steadiness_of(
    studies: Sequence[ProjectStudy],
    problem: FinancingProblem,
    census: Census,
    rulebook: Rulebook,
    *,
    on: date,
    taken: Reading,
    asked: RobustAsked,
    kept: Mapping[str, ProjectStudy] | None = None,
) -> MissionRobustness:
    """The analysis under the reading of the law that is taken."""
    memory = kept if isinstance(kept, KeptStudies) else None
    return robustness(
        [study.entry for study in studies],
        opinions=asked.opinions,
        envelope=census.settings.envelope,
        builder=ProblemBuilder(catalogue=rulebook.catalogue, rates=rulebook.rates, on=on),
        shared=under(problem, taken),
        reading=taken,
        top_score=mission_grid(rulebook.selection, census.settings).top_score,
        seconds=asked.seconds,
        definition=asked.definition,
        solved=memory.solved if memory else SolvedParts(),
        kept_analyses=memory.analyses if memory else None,
    )
