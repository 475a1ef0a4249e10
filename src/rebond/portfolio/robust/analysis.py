"""All that is told of a robust choice, within a time: statuses, regret, members, what would settle, entry amounts."""

from __future__ import annotations

import enum
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from threading import Lock

from rebond.errors import SolverError
from rebond.portfolio.robust.classify import Classification
from rebond.portfolio.robust.cone import Ray, weight_cone
from rebond.portfolio.robust.conflict import conflicting_weights
from rebond.portfolio.robust.entries import Entry, entries
from rebond.portfolio.robust.model import Definition, RobustProblem, RobustResult, Status
from rebond.portfolio.robust.settle import Settling, what_would_settle

_CLASSIFYING, _MEMBERS = 0.6, 0.1
"""Shares of the time; what is left, and what they leave, goes to what would settle the projects on the edge."""
_ENTRY_SECONDS = 2.0
_FURTHER = 4
"""Times the resource up to which amounts are looked at when all amounts are too many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """From which amounts of one resource each project is in the best selection, under stated weights."""

    resource: str
    weights: Ray
    agreed: bool
    """Whether these weights are the agreed ones, not the middle of those that are possible."""
    projects: tuple[Entry, ...]
    up_to: int | None
    """Amounts beyond were not looked at."""


class NoEntries(enum.StrEnum):
    """Why no entry amounts are told."""

    SEVERAL_LIMITS = "ils demandent une limite unique"
    NEGATIVE = "un coût est négatif"
    TOO_MANY = "les choix efficaces sont trop nombreux, ou les nombres trop grands"
    NO_TIME = "le temps a manqué"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustAnalysis:
    """What is found, each part saying whether it is complete."""

    problem: RobustProblem
    result: RobustResult
    members: Mapping[str, tuple[Status, ...]] = field(default_factory=dict)
    """Statuses under the weights of each member alone."""
    settling: Settling = field(default_factory=lambda: Settling(examined=(), left=0))
    entries: Entries | NoEntries = NoEntries.NO_TIME

    @property
    def amounts(self) -> Entries | None:
        """The entry amounts, when there are any."""
        return self.entries if isinstance(self.entries, Entries) else None


class KeptAnalyses:
    """Analyses that time did not cut short, by what was asked: the same question has the same answer."""

    _MOST = 16

    def __init__(self) -> None:
        self._kept: OrderedDict[object, RobustAnalysis] = OrderedDict()
        self._lock = Lock()

    def get(self, asked: object) -> RobustAnalysis | None:
        """What was found for the same question."""
        with self._lock:
            return self._kept.get(asked)

    def keep(self, asked: object, found: RobustAnalysis) -> None:
        """Keep it, if nothing in it is unfinished."""
        cut = any(Status.OPEN in statuses for statuses in found.members.values())
        whole = found.result.complete and not found.settling.left and not cut
        regret = found.result.regret
        if whole and found.entries is not NoEntries.NO_TIME and regret is not None and regret.proven:
            with self._lock:
                self._kept[asked] = found
                while len(self._kept) > self._MOST:
                    self._kept.popitem(last=False)


def analyse(
    problem: RobustProblem,
    *,
    seconds: float,
    definition: Definition | None = None,
    members: Mapping[str, Sequence[Ray]] | None = None,
    reference: Mapping[str, Fraction] | None = None,
) -> RobustAnalysis:
    """Everything, in that order of importance; raises ``SolverError`` as ``classify``.

    ``members``: rows of weights by member. ``reference``: the weights under which entry amounts are told; without them,
    or when the information excludes them, the middle of the weights that are possible.
    """
    end = time.monotonic() + seconds
    known = Classification(problem, seconds=seconds * _CLASSIFYING, definition=definition)
    found = {}
    for who, rows in (members or {}).items():
        alone = replace(problem, weight_rows=tuple(rows), weight_names=())
        share = seconds * _MEMBERS / len(members or {})
        statuses = known.statuses_of(alone, deadline=min(end, time.monotonic() + share))
        found[who] = statuses or (Status.OPEN,) * len(problem.projects)
    try:
        amounts = _entries(problem, reference, deadline=min(end, time.monotonic() + _ENTRY_SECONDS))
    except TimeoutError:
        amounts = NoEntries.NO_TIME
    settling = what_would_settle(known, seconds=max(0.0, end - time.monotonic()))
    return RobustAnalysis(problem=problem, result=known.result, members=found, settling=settling, entries=amounts)


def _entries(
    problem: RobustProblem, reference: Mapping[str, Fraction] | None, *, deadline: float
) -> Entries | NoEntries:
    """For one limit alone, marks being at their lowest, as the proposal counts those that lack."""
    if len(problem.rows) != 1 or problem.rows[0].low is not None or problem.rows[0].high is None:
        return NoEntries.SEVERAL_LIMITS
    (row,) = problem.rows
    costs = [row.terms.get(project, 0) for project in range(len(problem.projects))]
    if any(cost < 0 for cost in costs):
        return NoEntries.NEGATIVE
    weights, agreed = weight_cone(len(problem.criteria), problem.weight_rows, deadline=deadline).centre, False
    if reference:
        shares = [reference.get(criterion, Fraction(0)) for criterion in problem.criteria]
        below = lcm(*(share.denominator for share in shares))
        asked = tuple(int(share * below) for share in shares)
        agreed = all(sum(a * w for a, w in zip(said, asked, strict=True)) >= 0 for said in problem.weight_rows)
        weights = asked if agreed else weights
    if weights is None:
        raise SolverError(conflicting_weights(problem))
    values = problem.values(problem.low, weights)
    for up_to in (None, max(1, row.high or 0) * _FURTHER):
        found = entries(values, costs, deadline=deadline, most=up_to)
        if found is not None:
            return Entries(resource=row.name, weights=weights, agreed=agreed, projects=found, up_to=up_to)
    return NoEntries.TOO_MANY
