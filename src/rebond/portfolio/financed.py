"""Which projects are financed: the set of highest value under the envelope and the pools that run out.

A project linked to no other weighs exactly the least that it needs of the envelope; linked ones bring their whole
plans into the choice. Proven, or cut short with the best found and its bound.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from rebond.errors import SolverError
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.engine import LARGE, OutOfTimeError, gap_to
from rebond.financing.solving.optimize import benefit_goal, build_model, files_goal, order_goal
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.rounding import ROUNDING
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.financing.solving.solver import Goal, MilpModel, Solution
from rebond.financing.solving.variables import Variables
from rebond.portfolio.contributors import define_envelope
from rebond.portfolio.linked import Chosen, Linked, Worth
from rebond.portfolio.outline import Outline, outline
from rebond.portfolio.parts import define_amount, define_served, per_euro
from rebond.portfolio.pools import account_pool, budget_pool, payer_pool, pools_of
from rebond.portfolio.prices import prices_of
from rebond.portfolio.proof_words import VALUE
from rebond.portfolio.select import ENVELOPE, define_financed, envelope_columns, spare_goal
from rebond.portfolio.sequence import joint_need, outlined_point, sequential_point

_SHARE_OF_TIME = 0.6
"""Of the time left to a choice, what a step may take that others follow."""
_ROUNDS = 6
"""Times that an outline is made again with what undertakings need for all their projects at once."""
_TOLERANCE = 0.01
"""Euros that the solver's tolerances may hold."""
SAME = 1e-6
"""Two sets whose values are closer than this are worth the same."""


def choose_financed(linked: Linked, *, worth: Worth, time_limit: float, solved: SolvedParts) -> Chosen:
    """The set of highest value; among equals most aid, then most of the envelope left, then fewest files."""

    def solve(_: FinancingProblem) -> Answer[Chosen]:
        chosen = _Choice(linked, time.monotonic() + time_limit).choose(worth)
        return Answer(chosen, proven=all(report.proven for report in chosen.reports))

    if not linked.problem.projects:
        return solve(linked.problem).value
    return solved.answer(linked.kind, linked.problem, solve)


class _Choice:
    """The programme of a choice."""

    def __init__(self, linked: Linked, deadline: float) -> None:
        self._linked, self._deadline = linked, deadline
        projects = linked.projects
        # The envelope has a row of its own: those that share nothing else weigh on it too.
        self._variables = build_model(
            FinancingProblem(
                projects=projects, de_minimis_room=linked.problem.de_minimis_room, budgets=linked.problem.budgets
            )
        )
        model = self._variables.model
        self._financed = define_financed(projects, self._variables)
        for project in projects:
            self._define_shared_need(project)
        paid = {p.id: [(column, 1.0) for column in envelope_columns(self._variables, p.id)] for p in projects}
        self._served = {
            project.id: self._define_served(project, paid[project.id])
            for project in projects
            if project.id in linked.parts
        }
        for name, least in linked.apart.items():
            self._financed[name] = model.binary(f"retenu[{name}]")
            paid[name] = [(self._financed[name], float(least))]
            if most := linked.parts.get(name):
                self._served[name] = define_amount(model, name, self._financed[name], least, most)
                paid[name] = [(self._served[name], 1.0)]
        define_envelope(paid, linked.envelope, linked.payers, model, name="portfolio[enveloppe]")
        self._begun: Mapping[str, float] | None = None

    def _define_shared_need(self, project: ProjectProblem) -> None:
        """What nothing else can pay of a financed project comes from the pools and the envelope.

        True of every whole choice, and known beforehand: it leaves the relaxation hardly more than the pools' own rows.
        """
        linked, variables = self._linked, self._variables
        shared = [
            term
            for use in variables.of_project(project)
            if use.offer.is_envelope or linked.pools.keys() & pools_of(use.offer, use.basis, project)
            for term in variables.terms(use)
        ]
        column = self._financed[project.id]
        need = float(linked.needs[project.id].shared)
        variables.model.row(f"portfolio[partagé,{project.id}]", [*shared, (column, -need)], low=0.0)

    def _define_served(self, project: ProjectProblem, given: Sequence[tuple[int, float]]) -> int:
        """A need that is covered whole counts for all that the envelope could give."""
        model, most = self._variables.model, self._linked.parts[project.id]
        whole = model.names.index(f"entier[{project.id}]")
        chosen = self._financed[project.id]
        return define_served(model, project.id, chosen, most, [*given, (whole, float(most))])

    def _left(self, *, last: bool = False) -> float:
        """The seconds that a step may take; ``last``: no other follows, or what it found stands without it."""
        left = max(0.0, self._deadline - time.monotonic())
        return left if last else left * _SHARE_OF_TIME

    def choose(self, worth: Worth) -> Chosen:
        """The best set that time allows to find."""
        model, linked = self._variables.model, self._linked
        values, solution = self._in_outline()
        if solution is None:
            solution = self._whole(worth)
            values = tuple(_bounded(values, [r for r in solution.reports if r.goal == VALUE]))
            if linked.payers:
                # What each takes of the envelope is settled here: contributors' rules link all of them.
                chosen = [key for key, column in self._financed.items() if round(solution.values[column]) == 1]
                served = {key: solution.values[column] for key, column in self._served.items()}
                solution = self._spared(chosen, self._left(last=True), served=served) or solution
        at = solution.values
        every = self._weights(self._financed, self._served)
        rows = {"portfolio[enveloppe]": ENVELOPE}
        if linked.payers:
            rows |= {f"payeur[montant,{rank}]": payer_pool(name) for rank, name in enumerate(linked.payers.names)}
        rows |= {f"exclusions[budget,{key}]": budget_pool(key) for key in linked.problem.budgets}
        rows |= {f"de_minimis[{key}]": account_pool(key) for key in linked.problem.de_minimis_room}
        point = dict(zip(model.names, at, strict=True))
        financed = frozenset(key for key, column in self._financed.items() if round(at[column]) == 1)
        return Chosen(
            financed=financed,
            reports=values,
            prices=prices_of(model, every, rows),
            point=point,
            covered=frozenset(key for key in financed if round(point.get(f"entier[{key}]", 0.0)) == 1),
            used={
                project.id: sum(at[column] for column in envelope_columns(self._variables, project.id))
                for project in linked.problem.projects
            },
        )

    @cached_property
    def _large(self) -> bool:
        """Whether a proof may never come, so that a start is worth its time."""
        return sum(self._variables.model.integer) >= LARGE

    @cached_property
    def _sequence(self) -> Mapping[str, float]:
        return sequential_point(self._linked, time.monotonic() + self._left())

    def _in_outline(self) -> tuple[tuple[SolverReport, ...], Solution | None]:
        """The best set of the outline, where it has plans; of few projects, where it is proven and no other equals it.

        Of many, even cut short it beats what the whole programme finds in the same time, and its bound is one; not,
        though, when it is worth no more than undertakings served one after the other.
        """
        linked = self._linked
        lines = outline(
            linked.projects,
            linked.needs,
            linked.pools,
            linked.apart,
            linked.envelope,
            linked.payers,
            linked.parts,
        )
        short, columns = lines.model, lines.financed
        goals = list(self._values(columns, lines.served))
        start: Mapping[str, float] | None = None
        by_plans = self._large and not self._served
        reports: tuple[SolverReport, ...] = ()
        at: Sequence[float] = ()
        for last in (False,) * (_ROUNDS - 1) + (True,):
            # Of equals, one that draws the least: what its plans lack by a rounding is then there.
            sparing = {column: -1.0 for drawn in lines.drawn.values() for column in drawn} if by_plans else {}
            found = _solved(short, goals, self._left(), Goal(name="au plus juste", weights=sparing))
            if found is None:
                return reports, None
            reports, at = found.reports, found.values
            if not found.proven and (not self._large or self._value_at(self._sequence) >= reports[0].objective):
                return reports, None
            if not self._large and not self._served and _has_equals(short, goals, columns, found, self._left()):
                return reports, None
            chosen = [project for project, column in columns.items() if round(at[column]) == 1]
            if not by_plans:
                break
            start, broken = self._start(lines, found)
            if start is None or all(round(start.get(f"retenu[{project}]", 0.0)) == 1 for project in chosen):
                break
            # Not all of them have plans there: it is where the whole choice may begin.
            if self._begun is None or self._value_at(start) > self._value_at(self._begun):
                self._begun = start
            if last or not self._tell_needs(lines, found, broken):
                return reports, None
        served = {project: at[column] for project, column in lines.served.items()}
        # A start stands whatever the time; without one the whole choice may have to follow.
        return reports, self._spared(chosen, self._left(last=start is not None), start, served=served)

    def _tell_needs(self, lines: Outline, found: Solution, broken: Sequence[FinancingProblem]) -> bool:
        """Say in the outline what undertakings need for all their projects at once; whether it did not know it."""
        told = False
        for part in broken:
            names = [project.id for project in part.projects]
            for envelope, drawn in ((False, lines.drawn), (True, lines.called)):
                least = joint_need(self._linked, part, time.monotonic() + self._left(), envelope=envelope)
                taken = sum(found.values[column] for name in names for column in drawn[name])
                if least is not None and least - _TOLERANCE > taken + _TOLERANCE:
                    lines.need_together(names, least - _TOLERANCE, envelope=envelope)
                    told = True
        return told

    def _spared(
        self,
        chosen: Sequence[str],
        time_limit: float,
        start: Mapping[str, float] | None = None,
        *,
        served: Mapping[str, float],
    ) -> Solution | None:
        """Plans that finance a set with the least of the envelope; ``None`` when there are none or time is short.

        ``served``: the euros that count of those that are paid a part of.
        """
        model = self._variables.model
        kept = list(model.lower)
        for project in chosen:
            model.lower[self._financed[project]] = 1.0
        for project, euros in served.items():
            model.lower[self._served[project]] = max(0.0, euros - ROUNDING)
        plans = _solved(model, [spare_goal(self._variables)], time_limit, order_goal(self._variables), start)
        model.lower[:] = kept
        return plans

    def _start(
        self, lines: Outline, found: Solution
    ) -> tuple[Mapping[str, float] | None, tuple[FinancingProblem, ...]]:
        """Plans for the set of the outline, each undertaking on what it draws there as far as they go; who cannot.

        ``None`` where they break a rule of the whole.
        """
        at = dict(zip(lines.model.names, found.values, strict=True))
        chosen = {project for project, column in lines.financed.items() if round(found.values[column]) == 1}
        drawn = {
            (project.id, offer.id): at[name]
            for project in self._linked.projects
            for offer in project.offers
            if (name := f"euros[{project.id},{offer.id}]") in at
        }
        point, broken = outlined_point(self._linked, chosen, drawn, time.monotonic() + self._left())
        model = self._variables.model
        return (point if model.holds([point.get(name, 0.0) for name in model.names]) else None), broken

    def _known(self) -> Mapping[str, float]:
        """The best point known before a search."""
        begun = self._begun
        if begun is None or self._value_at(self._sequence) > self._value_at(begun):
            return self._sequence
        return begun

    def _value_at(self, point: Mapping[str, float]) -> float:
        """What the first goal is worth at a point."""
        first = next(self._values(self._financed, self._served))
        names = self._variables.model.names
        return sum(weight * point.get(names[column], 0.0) for column, weight in first.weights.items())

    def _whole(self, worth: Worth) -> Solution:
        """The best set with every rule of the plans in the choice; among equals, what settles between them."""
        model, values = self._variables.model, list(self._values(self._financed, self._served))
        last = self._linked.payers is None
        solution = self._solve(values, self._left(last=last), self._known() if self._large else None)
        if self._large or self._served or not solution.proven:
            return solution
        if _has_equals(model, values, self._financed, solution, self._left()):
            settled = self._solve([*values, *self._equals(worth)], self._left(last=last), None)
            pairs = zip(settled.reports, solution.reports, strict=False)
            # Cut short it may be worth less than what is already proven.
            if all(mine.objective >= best.objective - SAME for mine, best in pairs):
                solution = Solution(values=settled.values, reports=(*solution.reports, *settled.reports[len(values) :]))
        return solution

    def _values(self, columns: Mapping[str, int], served: Mapping[str, int]) -> Iterator[Goal]:
        """The envelope goes first where nothing else can pay, then where nobody knows whether a loan could."""
        for unsure in (False, True):
            mine = {key: column for key, column in columns.items() if (key in self._linked.unsure) is unsure}
            if mine:
                most = sum(self._linked.values[project] for project in mine)
                yield Goal(name=VALUE, weights=self._weights(mine, served), most=most)

    def _weights(self, columns: Mapping[str, int], served: Mapping[str, int]) -> dict[int, float]:
        """What each column is worth: a financed project its value, one that is paid a part of each euro that counts."""
        parts = per_euro(self._linked.values, self._linked.parts)
        return {
            served.get(key, column): parts[key] if key in served else self._linked.values[key]
            for key, column in columns.items()
        }

    def _equals(self, worth: Worth) -> Iterator[Goal]:
        """What settles between sets of equal value: the envelope as the last resort, aid, what is left of it, files."""
        gains = {self._financed[project]: worth.gain(project) for project in self._linked.apart}
        spare, aid = spare_goal(self._variables), benefit_goal(self._variables)
        files = files_goal(self._variables)
        if spare.weights:
            yield Goal(name="enveloppe en dernier recours", weights=spare.weights)
        yield Goal(name="aide", weights={**aid.weights, **{column: gain for column, (gain, _) in gains.items()}})
        apart = {self._financed[project]: -float(least) for project, least in self._linked.apart.items()}
        yield Goal(name="enveloppe laissée", weights={**spare.weights, **apart})
        fewest = {**files.weights, **{column: -number for column, (_, number) in gains.items()}}
        yield Goal(name="dossiers", weights=fewest, grain=files.grain)

    def _solve(self, goals: Sequence[Goal], time_limit: float, known: Mapping[str, float] | None) -> Solution:
        variables: Variables = self._variables
        # Among equals, the first in the order of ids: nothing depends on the order of rows.
        order = order_goal(variables)
        solution = variables.model.solve(goals, tie_break=order, time_limit=time_limit, known=known)
        if solution is None:
            raise SolverError("la sélection vide devrait toujours être possible")
        return solution


def _bounded(outlined: Sequence[SolverReport], found: Sequence[SolverReport]) -> Iterator[SolverReport]:
    """The reports of a choice, the first under the bound of its outline too: the next depend on what it reached."""
    for rank, report in enumerate(found):
        bound = outlined[0].bound if outlined and not rank else math.inf
        if bound >= report.bound:
            yield report
        else:
            bound = max(bound, report.objective)
            gap = gap_to(report.objective, bound, SAME)
            yield replace(report, bound=bound, gap=gap, proven=report.proven or gap == 0)


def _solved(
    model: MilpModel,
    goals: Sequence[Goal],
    time_limit: float,
    order: Goal | None = None,
    known: Mapping[str, float] | None = None,
) -> Solution | None:
    """The best of a programme; ``None`` when there is none, or none was found in the time given."""
    try:
        return model.solve(goals, tie_break=order or Goal(name="ordre", weights={}), time_limit=time_limit, known=known)
    except OutOfTimeError:
        return None


def _has_equals(
    model: MilpModel, goals: Sequence[Goal], columns: Mapping[str, int], found: Solution, time_limit: float
) -> bool:
    """Whether another set has the same value: the choice is made again without the one that was found.

    Said too when time does not allow to know.
    """
    other_model = copy.deepcopy(model)
    chosen = [column for column in columns.values() if round(found.values[column]) == 1]
    weights = [(column, -1.0 if column in chosen else 1.0) for column in columns.values()]
    other_model.row("portfolio[une autre]", weights, low=1.0 - len(chosen))
    try:
        other = other_model.solve(goals, tie_break=Goal(name="ordre", weights={}), time_limit=time_limit)
    except OutOfTimeError:
        return True
    if other is None:
        return False
    pairs = zip(other.reports, found.reports, strict=True)
    return all(mine.bound >= best.objective - SAME for mine, best in pairs)
