"""Several calls in one mission: which project gets the money of which call, decided for all of them at once.

A project gets the money of one call at most, and each call is a last resort: no call is a support among others for
another one. First the choice (``choose_calls``): every candidate with what each call could give it, under each call's
contributors and all that the projects share; its bound holds whatever comes after. Then the joint allocation as for
one call (``together``), each project with its call, each contributor paying the projects of its own call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.errors import SolverError
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.optimize import build_model, order_goal
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.solved import SolvedParts
from rebond.financing.solving.solver import Goal
from rebond.portfolio.allocation import Allocation, still_bounded
from rebond.portfolio.contributors import Payers, Terms, define_payers
from rebond.portfolio.parts import define_amount, define_served, most_given
from rebond.portfolio.pools import linked_parts
from rebond.portfolio.proof_words import VALUE
from rebond.portfolio.select import (
    Candidate,
    define_financed,
    in_the_call,
    least_envelope,
    offer_columns,
    on_sure_money,
    with_envelope,
)
from rebond.portfolio.together import CHOICE_SECONDS, allocate_together
from rebond.units import Euros


@dataclass(frozen=True, kw_only=True)
class CallMoney:
    """What one call brings to the choice."""

    key: str
    """Its dispositif: no two calls of a mission have the same."""
    title: str
    """What people call it."""
    candidates: Mapping[str, Candidate]
    """Project → what this call could give it."""
    payers: Payers


@dataclass(frozen=True, kw_only=True)
class AllCalls:
    """The joint allocation over all calls."""

    allocation: Allocation
    call_of: Mapping[str, str]
    """Candidate of a call → the call whose money it may get."""
    payers: Payers
    """All contributors, each paying the projects of its own call."""
    ranks: Mapping[str, range]
    """Call → the ranks of its contributors among all."""
    candidates: Mapping[str, Candidate]
    """Each with what that call could give it."""


def alternative(project: str, call: str) -> str:
    """The name of a project with the money of a call."""
    return f"{project}@{call}"


def payer_name(contributor: str, call: str) -> str:
    """A contributor among those of all calls: the same may pay several."""
    return f"{contributor} ({call})"


def allocate_calls(
    problem: FinancingProblem,
    calls: Sequence[CallMoney],
    values: Mapping[str, Decimal],
    *,
    worth: Mapping[str, Mapping[str, Decimal]] | None = None,
    binding: Collection[str] = (),
    solved: SolvedParts | None = None,
    time_limit: float = CHOICE_SECONDS,
) -> AllCalls:
    """The joint allocation of all projects, each financed by one call at most; ``binding``: the pools that run out.

    ``worth``: call → project → its value for it, where a call has criteria of its own; else ``values``.

    Raises as ``allocate_together``.
    """
    known = solved if solved is not None else SolvedParts()
    every, ranks = _joined(calls)
    own = worth or {}
    choice = _Choice(problem, calls, values, own, every, frozenset(binding), known)
    call_of, reports = choice.made(time_limit)
    of = {project: every.of[alternative(project, call)] for project, call in call_of.items()}
    settled = replace(every, of=of)
    by_key = {call.key: call for call in calls}
    candidates = {project: by_key[call].candidates[project] for project, call in sorted(call_of.items())}
    found = allocate_together(
        problem,
        list(candidates.values()),
        {**values, **{project: own.get(call, values)[project] for project, call in call_of.items()}},
        envelope=Euros(sum(settled.amounts)),
        binding=binding,
        payers=settled,
        solved=known,
        time_limit=time_limit,
    )
    found = replace(found, reports=still_bounded(reports, found.reports))
    return AllCalls(allocation=found, call_of=call_of, payers=settled, ranks=ranks, candidates=candidates)


def _joined(calls: Sequence[CallMoney]) -> tuple[Payers, dict[str, range]]:
    """The contributors of all calls as one list: each pays the alternatives of its own call."""
    amounts: list[int] = []
    names: list[str] = []
    of, ranks = {}, {}
    for call in calls:
        first = len(amounts)
        amounts += call.payers.amounts
        names += [payer_name(name, call.title) for name in call.payers.names]
        ranks[call.key] = range(first, len(amounts))
        for project in call.candidates:
            mine = call.payers.of.get(project, ())
            of[alternative(project, call.key)] = tuple(replace(each, payer=each.payer + first) for each in mine)
    return Payers(amounts=tuple(amounts), of=of, binding=True, names=tuple(names)), ranks


class _Choice:
    """The programme: the projects that share what runs out with all their rules, the others with what they need."""

    def __init__(
        self,
        problem: FinancingProblem,
        calls: Sequence[CallMoney],
        values: Mapping[str, Decimal],
        worth: Mapping[str, Mapping[str, Decimal]],
        payers: Payers,
        binding: frozenset[str],
        solved: SolvedParts,
    ) -> None:
        self._problem, self._solved, self._binding, self._payers = problem, solved, binding, payers
        self._values = {key: float(value) for key, value in values.items()}
        self._own = {(project, call): float(value) for call, mine in worth.items() for project, value in mine.items()}
        self._envelope = Euros(sum(payers.amounts))
        self._open: dict[str, dict[str, Candidate]] = {}
        for call in calls:
            for project, candidate in call.candidates.items():
                self._open.setdefault(project, {})[call.key] = candidate
        plain = self._plain = {p.id: p for p in sorted(problem.projects, key=lambda each: each.id)}
        offered = tuple(self._with_calls(project) for project in plain.values())
        linked, self._needed = [], {}
        for part in linked_parts(replace(problem, projects=offered), binding):
            if len(part) > 1:
                linked += [project.id for project in part] if any(p.id in self._open for p in part) else []
            elif part[0].id in self._open:
                needs = self._needed[part[0].id] = dict(self._needs(plain[part[0].id]))
                linked += [part[0].id] if self._reaches(part[0].id, needs) else []
        self._projects = tuple(self._with_calls(self._sure(plain[name])) for name in sorted(linked))
        self._variables = build_model(replace(problem, projects=self._projects))
        self._worth: list[tuple[str, int, float]] = []
        """Project, column, points for each of its units."""
        self._given: dict[tuple[str, str], Terms] = {}
        """Project, call → the columns that make what it gets of that call."""
        self._chosen: dict[tuple[str, str], int] = {}
        """Project, call → the column that is 1 when it is financed by it, of those that share nothing."""
        financed = define_financed(self._projects, self._variables)
        for each in self._projects:
            self._define_linked(each, financed[each.id])
        for name in sorted(self._needed.keys() - set(linked)):
            self._define_apart(name)
        paid = {alternative(*key): terms for key, terms in self._given.items() if terms}
        define_payers(payers, paid, self._variables.model)

    def made(self, time_limit: float) -> tuple[dict[str, str], tuple[SolverReport, ...]]:
        """Candidate → the call that may finance it, and the reports whose bounds hold for any allocation.

        Who is financed by none is left with the first call that could.
        """
        call_of = {project: self._first(project) for project in self._open}
        if not any(self._given.values()):
            return call_of, ()
        goals = [*self._value_goals(), *self._settling_goals()]
        found = self._variables.model.solve(goals, tie_break=order_goal(self._variables), time_limit=time_limit)
        if found is None:
            raise SolverError("la sélection vide devrait toujours être possible")
        for (project, call), terms in self._given.items():
            if sum(found.values[column] * weight for column, weight in terms) > _CENTS:
                call_of[project] = call
        return call_of, tuple(report for report in found.reports if report.goal == VALUE)

    def _value_goals(self) -> Iterator[Goal]:
        """The calls go first where nothing else can pay, then where nobody knows whether a loan could."""
        doubtful = {name for name, mine in self._open.items() if any(each.perhaps for each in mine.values())}
        for unsure in (False, True):
            mine = [each for each in self._worth if (each[0] in doubtful) is unsure]
            if mine:
                most = sum(self._highest(name) for name in {name for name, _, _ in mine})
                yield Goal(name=VALUE, weights={column: points for _, column, points in mine}, most=most)

    def _value(self, project: str, call: str) -> float:
        """What a project is worth for a call."""
        return self._own.get((project, call), self._values[project])

    def _highest(self, project: str) -> float:
        """What it may be worth at most, whichever finances it."""
        return max([self._values[project], *(self._value(project, call) for call in self._open.get(project, ()))])

    def _settling_goals(self) -> Iterator[Goal]:
        """Of equal value: the least money of the calls, then the calls in their order."""
        spent: dict[int, float] = {}
        for terms in self._given.values():
            for column, weight in terms:
                spent[column] = spent.get(column, 0.0) - weight
        yield Goal(name="argent des appels laissé", weights=spent, most=0.0)
        order = {call: rank for rank, call in enumerate(dict.fromkeys(c for m in self._open.values() for c in m))}
        ranked = {column: -float(order[call]) for (_, call), column in self._chosen.items() if order[call]}
        if ranked:
            yield Goal(name="ordre des appels", weights=ranked, most=0.0)

    def _first(self, project: str) -> str:
        """The first call that could finance it, else the first that it is a candidate of."""
        needed = self._needed.get(project, {})
        return next((call for call in self._open[project] if call in needed), next(iter(self._open[project])))

    def _with_calls(self, project: ProjectProblem) -> ProjectProblem:
        """The project with what each call could give it, one at most."""
        mine = self._open.get(project.id, {})
        for candidate in mine.values():
            project = with_envelope(project, candidate)
        ids = sorted(candidate.offer.id for candidate in mine.values())
        pairs = {(one, other) for rank, one in enumerate(ids) for other in ids[rank + 1 :]}
        return replace(project, exclusions=project.exclusions | pairs) if pairs else project

    def _sure(self, project: ProjectProblem) -> ProjectProblem:
        """A candidate counts on sure money, and on the calls."""
        return on_sure_money(project) if project.id in self._open else project

    def _needs(self, project: ProjectProblem) -> Iterator[tuple[str, tuple[Euros, Euros | None]]]:
        """Call → the least that it must give for the project to be financed, and the most where it pays a part."""
        for call, candidate in self._open[project.id].items():
            called = in_the_call(project, candidate)
            least = least_envelope(called, self._problem, solved=self._solved)
            if least is not None:
                yield call, (least, self._most(project, candidate))

    def _most(self, project: ProjectProblem, candidate: Candidate) -> Euros | None:
        called = in_the_call(project, candidate)
        return most_given(called, self._problem, self._envelope, self._solved, without=self._binding)

    def _reaches(self, project: str, needs: Mapping[str, tuple[Euros, Euros | None]]) -> bool:
        """Whether contributors could pay it more than the least, and not the least."""
        return any(
            self._payers.reach_above(alternative(project, call), int(least)) for call, (least, _) in needs.items()
        )

    def _define_linked(self, project: ProjectProblem, financed: int) -> None:
        """With all its rules; a need that is covered whole counts for all that a call could give."""
        model, value = self._variables.model, self._highest(project.id)
        parts: dict[str, Euros] = {}
        for call, candidate in self._open.get(project.id, {}).items():
            self._given[project.id, call] = [
                (column, 1.0) for column in offer_columns(self._variables, project.id, candidate.offer.id)
            ]
            # Of that call alone: beside the offers of the others it would not be the most that it could give.
            if most := self._most(self._plain[project.id], candidate):
                parts[call] = most
        if not parts:
            self._worth.append((project.id, financed, self._values[project.id]))
            self._worth += self._own_worth(project)
            return
        most = max(parts.values())
        counted = [
            (column, float(most / parts[call]) * (self._value(project.id, call) / value if value else 0.0))
            for call in parts
            for column, _ in self._given[project.id, call]
        ]
        whole = model.names.index(f"entier[{project.id}]")
        common = float(most) * (self._values[project.id] / value if value else 0.0)
        served = define_served(model, project.id, financed, most, [*counted, (whole, common)])
        self._worth.append((project.id, served, value / float(most)))

    def _own_worth(self, project: ProjectProblem) -> Iterator[tuple[str, int, float]]:
        """What each call adds to, or takes from, the value of a project that it finances."""
        model = self._variables.model
        for call, candidate in self._open.get(project.id, {}).items():
            apart = self._value(project.id, call) - self._values[project.id]
            for use in self._variables.of_project(project) if apart else ():
                if use.offer.id == candidate.offer.id:
                    chosen = self._variables.chosen[use.key]
                    given = [(column, 1.0) for column, _ in self._variables.terms(use)]
                    model.row(f"portfolio[payé,{','.join(use.key)}]", [*given, (chosen, -1.0)], low=0.0)
                    yield project.id, chosen, apart

    def _define_apart(self, project: str) -> None:
        """What it needs of each call, one of them at most."""
        model, either = self._variables.model, []
        for call, (least, most) in self._needed[project].items():
            value = self._value(project, call)
            name = alternative(project, call)
            chosen = self._chosen[project, call] = model.binary(f"retenu[{name}]")
            either.append((chosen, 1.0))
            if most:
                amount = define_amount(model, name, chosen, least, most)
                self._given[project, call] = [(amount, 1.0)]
                self._worth.append((project, amount, value / float(most)))
            else:
                self._given[project, call] = [(chosen, float(least))]
                self._worth.append((project, chosen, value))
        if len(either) > 1:
            model.row(f"portfolio[un appel,{project}]", either, high=1.0)


_CENTS = 0.5
"""Euros under which a call gives nothing."""
