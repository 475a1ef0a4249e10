"""The joint allocation: who is financed, what each takes of what is shared, and the plan of every project.

Projects that share nothing that runs out are planned alone, as they would be without the others; the rest is one
choice (docs/adr/0058). What comes back keeps every budget, account and the envelope, checked by the independent audit.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from rebond.errors import IllegalPlanError, SolverError
from rebond.financing.auditing.audit import audit_plans
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.optimize import optimise_plans
from rebond.financing.solving.proof import SolverReport
from rebond.financing.solving.solved import SolvedParts
from rebond.portfolio.allocation import Allocation, still_bounded
from rebond.portfolio.contributors import Payers, pay_out
from rebond.portfolio.financed import choose_financed
from rebond.portfolio.linked import Chosen, Linked
from rebond.portfolio.outline import Needs
from rebond.portfolio.parts import PartRange, most_given, per_euro
from rebond.portfolio.pools import amounts, linked_parts, overdrawn, payer_of, taken, with_amounts
from rebond.portfolio.remainder import shared_remainder
from rebond.portfolio.select import (
    ENVELOPE,
    NOTHING,
    Candidate,
    covered_whole,
    in_the_call,
    is_financed,
    least_envelope,
    on_sure_money,
    part_award,
    shared_needs,
    uncovered_needs,
    with_envelope,
    without_possible_loans,
)
from rebond.portfolio.shares import Settled, Shares, plans_at_once, share_out
from rebond.portfolio.whole import plan_whole
from rebond.units import Euros

CHOICE_SECONDS, SHARE_SECONDS = 40.0, 12.0
"""What a choice and a share-out may take: beyond, the best found is shown with its gap."""
_TOLERANCE = 0.005
"""Euros: what the solver's own tolerance may hold beyond the envelope that it counted."""
_FEWEST = 2
"""Projects from which something is shared."""


def allocate_together(
    problem: FinancingProblem,
    candidates: Sequence[Candidate],
    values: Mapping[str, Decimal],
    *,
    envelope: Euros,
    binding: Collection[str] = (),
    payers: Payers | None = None,
    solved: SolvedParts | None = None,
    time_limit: float = CHOICE_SECONDS,
) -> Allocation:
    """The joint allocation of all projects of a problem, the ``binding`` pools known to run out.

    Nothing depends on the order of projects: they are taken in the order of their ids. ``payers``: the rules of the
    envelope's contributors. ``solved``: the answers already found. Raises ``IllegalPlanError`` when the audit refuses a
    plan, ``SolverError`` if the solver fails.
    """
    known = solved if solved is not None else SolvedParts()
    ordered = replace(problem, projects=tuple(sorted(problem.projects, key=lambda project: project.id)))
    every = {c.project.id: c for c in sorted(candidates, key=lambda each: each.project.id)}
    payers = payers if payers is not None and payers.binding else None

    def allocation(rules: Payers | None, put_by: Euros = NOTHING) -> Allocation:
        pools = frozenset(binding)
        return _Together(ordered, every, values, envelope, rules, pools, known, time_limit).allocate(put_by)

    found = allocation(payers)
    if found.over:
        return found
    # Each part rounds its euros up: where that passes what the envelope or a contributor has, the choice is made again
    # with a euro a project put by.
    if payers and (found.left < 0 or pay_out(found.given, payers) is None):
        again = allocation(payers.less([len(every)] * len(payers.amounts)), Euros(len(every)))
    elif found.left < 0:
        again = allocation(payers, Euros(len(every)))
    else:
        return found
    return replace(again, reports=still_bounded(found.reports, again.reports))


class _Together:
    """An allocation being made."""

    def __init__(  # what an allocation is about
        self,
        problem: FinancingProblem,
        candidates: Mapping[str, Candidate],
        values: Mapping[str, Decimal],
        envelope: Euros,
        payers: Payers | None,
        binding: frozenset[str],
        solved: SolvedParts,
        time_limit: float,
    ) -> None:
        self._problem, self._candidates, self._envelope, self._payers = problem, candidates, envelope, payers
        self._values = {key: float(value) for key, value in values.items()}
        self._put_by = NOTHING
        self._covered: frozenset[str] = frozenset()
        """Projects that share pools and that the choice counts for their whole need."""
        self._binding, self._solved, self._time_limit = binding, solved, time_limit
        # The envelope's aid may stand under de minimis: it draws on the account too.
        called = [with_envelope(p, candidates[p.id]) if p.id in candidates else p for p in problem.projects]
        plain = {project.id: project for project in problem.projects}
        groups = linked_parts(replace(problem, projects=tuple(called)), binding)
        parts = [tuple(plain[project.id] for project in group) for group in groups]
        lone = [part[0] for part in parts if len(part) < _FEWEST]
        self._needed = {p.id: self._need(p) for p in lone if p.id in candidates}
        self._most = dict(self._parts())
        # A candidate whose contributors may pay more than the least, and not the least, brings its whole plan.
        own = {key for key, least in self._needed.items() if payers and least and payers.reach_above(key, int(least))}
        self._linked = [part for part in parts if len(part) >= _FEWEST or part[0].id in own]
        self._alone = [project for project in lone if project.id not in own]
        self._bounds: dict[str, FinancingProblem] = {}
        self._plans: dict[str, FinancingPlan] = {}
        self._reports: list[SolverReport] = []
        self._shares: list[SolverReport] = []

    def _parts(self) -> Iterator[tuple[str, Euros]]:
        """Candidates of a call that pays parts, each with the most that it could get."""
        for project in self._problem.projects:
            most = project.id in self._candidates and most_given(
                self._in_set(project), self._problem, self._envelope, self._solved, without=self._binding
            )
            if most:
                yield project.id, most

    def allocate(self, put_by: Euros) -> Allocation:
        """Choose, share out, plan; ``put_by``: what the choice leaves of the envelope, for what is rounded up after."""
        self._put_by = put_by
        groups = self._groups({p.id: self._needed[p.id] for p in self._alone if p.id in self._candidates})
        chosen = [choose_financed(g, worth=self, time_limit=self._time_limit, solved=self._solved) for g in groups]
        financed = frozenset(project for each in chosen for project in each.financed)
        self._covered = frozenset(project for each in chosen for project in each.covered)
        for part in self._linked:
            (choice,) = [c for g, c in zip(groups, chosen, strict=True) if part[0] in g.problem.projects]
            self._plan_linked(part, choice)
        for project in self._alone:
            self._plans[project.id] = self._alone_with(project) if project.id in financed else self._without(project)
        at_least = {key: plan.envelope for key, plan in self._plans.items() if plan.envelope}
        self._give_the_rest(at_least)
        takes = {p.id: taken(self._plans[p.id], self._offered(p)) for p in self._problem.projects}
        over = overdrawn(takes.values(), self._problem) - self._binding
        spent = sum(plan.envelope for plan in self._plans.values())
        if not over and (spent <= self._envelope or self._put_by):
            self._audit()
        linked = frozenset(project.id for part in self._linked for project in part)
        return Allocation(
            plans={p.id: self._plans[p.id] for p in self._problem.projects},
            retained=tuple(key for key, plan in self._plans.items() if plan.envelope),
            financed=financed & linked,
            needs=self._needed,
            missing={} if over else self._missing(financed, takes),
            spent=spent,
            left=self._envelope - spent,
            prices=tuple(
                p for c in chosen for p in c.prices if p.pool in {*self._binding, ENVELOPE} or payer_of(p.pool)
            ),
            reports=(*(r for c in chosen for r in c.reports), *self._shares, *self._reports),
            at_least=at_least,
            most=self._most,
            parts={} if over else dict(self._ranges()),
            over=over,
        )

    def _ranges(self) -> Iterator[tuple[str, PartRange]]:
        """What each candidate of a call that pays parts may get, its plan staying on the part of the pools it has."""
        for project in self._problem.projects:
            full = self._most.get(project.id)
            if full is None:
                continue
            called, plan = self._in_set(project), self._plans[project.id]
            least = self._needed.get(project.id, part_award(called))
            if plan.envelope and not self._may_vary(project.id, full):
                # Its whole need is covered, or all was planned at once: another amount would be another plan.
                yield project.id, PartRange(least=plan.envelope, most=plan.envelope, full=plan.envelope)
            elif plan.envelope:
                most = plan_whole(called, self._bounds[project.id], self._envelope, self._solved)
                reach = max(plan.envelope, most.envelope if most else 0)
                yield project.id, PartRange(least=min(int(least or 0), plan.envelope), most=reach, full=int(full))
            elif least:
                yield project.id, PartRange(least=int(least), most=max(int(least), int(full)), full=int(full))

    def _may_vary(self, project: str, full: Euros) -> bool:
        """Whether less of the envelope, or more, would still finance a retained project for a part."""
        whole = not self._plans[project].gap and self._plans[project].envelope < full
        return project in self._bounds and project not in self._covered and not whole

    def gain(self, project: str) -> tuple[float, float]:
        """What the envelope adds to the plan of a project linked to no other: euros of aid, files."""
        (mine,) = [each for each in self._alone if each.id == project]
        inside, outside = self._alone_with(mine), self._without(mine)
        return float(inside.benefit - outside.benefit), float(len(inside.files) - len(outside.files))

    def _groups(self, needs: Mapping[str, Euros | None]) -> list[Linked]:
        """What has to be chosen at once: all that the envelope may pay; each other part by itself."""
        called = [part for part in self._linked if any(p.id in self._candidates for p in part)]
        apart = {key: least for key, least in needs.items() if least is not None}
        groups = [self._group([p for part in called for p in part], apart)] if called or apart else []
        return [*groups, *(self._group(part, {}) for part in self._linked if part not in called)]

    def _group(self, projects: Sequence[ProjectProblem], apart: Mapping[str, Euros]) -> Linked:
        names = {*apart, *(project.id for project in projects)}
        mine = {p.id: self._candidates[p.id] for p in projects if p.id in self._candidates}
        asked = bool(apart or mine)
        held = amounts(self._problem)
        return Linked(
            problem=replace(self._problem, projects=tuple(sorted(projects, key=lambda each: each.id))),
            values={name: self._values[name] for name in sorted(names)},
            candidates=mine,
            pools={pool: held[pool] for pool in sorted(self._binding)},
            needs=self._needs(projects),
            apart=apart,
            parts={name: self._most[name] for name in sorted(names) if name in self._most},
            unsure=frozenset(n for n in names if n in self._candidates and self._candidates[n].perhaps),
            envelope=max(NOTHING, self._envelope - self._put_by) if asked else NOTHING,
            payers=self._payers.only(names) if self._payers and asked else None,
        )

    def _needs(self, projects: Sequence[ProjectProblem]) -> dict[str, Needs]:
        """What linked projects need to be financed: with the pools closed, and with all that is in them."""
        counted = tuple(on_sure_money(project) if project.id in self._candidates else project for project in projects)
        problem = replace(self._problem, projects=counted)
        shared = shared_needs(problem, without=self._binding, solved=self._solved)
        alone = uncovered_needs(problem, solved=self._solved)
        of_envelope: dict[str, Euros | None] = {}
        for project in projects:
            if project.id in self._candidates:
                least = self._need(project)
                # In whole euros, up to one more than what the programme must count.
                of_envelope[project.id] = None if least is None else max(NOTHING, least - 1)
            else:
                of_envelope[project.id] = None if alone[project.id] > 0 else NOTHING
        return {
            p.id: Needs(shared=self._least_shared(p, shared[p.id]), envelope=of_envelope[p.id], whole=shared[p.id])
            for p in projects
        }

    def _least_shared(self, project: ProjectProblem, missing: Euros) -> Euros:
        """What nothing but the pools and the envelope can pay of a financed project: of one helped for a part, less."""
        award = part_award(self._in_set(project))
        return missing if award is None else min(missing, Euros(award))

    def _need(self, project: ProjectProblem) -> Euros | None:
        return least_envelope(self._in_set(project), self._problem, solved=self._solved)

    def _plan_linked(self, part: Sequence[ProjectProblem], choice: Chosen) -> None:
        """Share out the pools, then plan each project on its part; all at once where a rounding forbids it."""
        called = [project.id for project in part if project.id in choice.financed and project.id in self._candidates]
        given = {name: max(0.0, choice.used.get(name, 0.0)) for name in called if self._payers or self._most}
        of_envelope = sum(max(0.0, choice.used.get(project.id, 0.0)) for project in part)
        settled = Settled(
            financed=choice.financed & {project.id for project in part},
            envelope=sum(map(math.ceil, given.values())) if given else of_envelope + _TOLERANCE,
            point=choice.point,
            given=given,
        )
        offered = tuple(self._in_set(p) if p.id in settled.financed else p for p in part)
        problem = replace(self._problem, projects=offered)
        solve = partial(share_out, settled=settled, pools=self._binding, time_limit=SHARE_SECONDS)
        kind = f"parts de {sorted(settled.financed)}, {sorted(self._binding)}, {settled.envelope:.2f}"
        kind += str(sorted(given.items())) if given else ""
        shares: Shares = self._solved.answer(kind, problem, solve)
        self._shares += shares.reports
        plans = {p.id: self._on_share(p, shares, whole=p.id in settled.financed) for p in offered}
        if all(plan is not None for plan in plans.values()):
            self._plans.update({key: plan for key, plan in plans.items() if plan is not None})
            return
        for project in part:
            self._bounds.pop(project.id, None)
        budgets = {**self._problem.budgets, ENVELOPE: self._envelope}
        self._plans.update(plans_at_once(replace(problem, budgets=budgets), settled, time_limit=SHARE_SECONDS))

    def _on_share(self, project: ProjectProblem, shares: Shares, *, whole: bool) -> FinancingPlan | None:
        """The plan of a linked project on its part of the pools; ``None`` when it does not cover it as it should."""
        mine = with_amounts(replace(self._problem, projects=(project,)), shares.of[project.id])
        if not whole:
            return optimise_plans(mine, solved=self._solved)[project.id]
        if euros := shares.envelope[project.id]:
            self._bounds[project.id] = mine
            exact = self._payers is not None or bool(self._most)
            return _covering(self._whole(project, mine, euros, exact=exact), project)
        bare = replace(project, offers=tuple(offer for offer in project.offers if not offer.is_envelope))
        mine = replace(mine, projects=(bare,))
        plan = _covering(optimise_plans(mine, solved=self._solved)[project.id], project)
        return plan or _covering(self._whole(bare, mine, NOTHING), project)

    def _in_set(self, project: ProjectProblem) -> ProjectProblem:
        """A financed project as the call sees it, if a candidate: to be covered whole where the choice counts on it."""
        candidate = self._candidates.get(project.id)
        if candidate is None:
            return project
        called = in_the_call(project, candidate)
        return covered_whole(called) if project.id in self._covered else called

    def _alone_with(self, project: ProjectProblem) -> FinancingPlan:
        """The plan of a candidate that shares nothing, with the least of the envelope."""
        least = self._need(project)
        alone = self._bounds[project.id] = replace(self._problem, projects=(project,))
        plan = None if least is None else self._whole(self._in_set(project), alone, least)
        if plan is None:
            raise SolverError(f"{project.id} : aucun plan ne couvre son besoin avec l'enveloppe")
        return plan

    def _give_the_rest(self, given: Mapping[str, int]) -> None:
        """What is left of the envelope, to the retained that it pays a part of."""
        offered = {p.id: self._in_set(p) for p in self._problem.projects if p.id in given}
        parts = [key for key, each in offered.items() if part_award(each) is not None and key in self._bounds]
        left = math.floor(self._envelope) - sum(given.values())
        if not parts or left <= 0:
            return
        ranges = {key: (amount, amount) for key, amount in given.items()}
        for key in parts:
            most = plan_whole(offered[key], self._bounds[key], Euros(given[key] + left), self._solved)
            ranges[key] = (given[key], max(given[key], most.envelope if most else 0))
        worth = per_euro(self._values, self._most)
        after = shared_remainder(ranges, worth, envelope=self._envelope, payers=self._payers)
        plans = {
            key: plan
            for key in parts
            if after[key] > given[key]
            and (plan := plan_whole(offered[key], self._bounds[key], Euros(after[key]), self._solved)) is not None
        }
        amounts = {**given, **{key: plan.envelope for key, plan in plans.items()}}
        if self._payers is None or pay_out(amounts, self._payers) is not None:
            self._plans.update(plans)

    def _whole(
        self, project: ProjectProblem, problem: FinancingProblem, envelope: Euros, *, exact: bool = False
    ) -> FinancingPlan | None:
        """The best plan that finances a project; of equal aid, the one that leaves most of the envelope."""
        plan = plan_whole(project, problem, envelope, self._solved, exact=exact)
        if plan is not None and plan.envelope:
            self._reports += plan.reports
        return plan

    def _without(self, project: ProjectProblem) -> FinancingPlan:
        return optimise_plans(replace(self._problem, projects=(project,)), solved=self._solved)[project.id]

    def _offered(self, project: ProjectProblem) -> ProjectProblem:
        """The project with every offer that its plan may rest on."""
        if not self._plans[project.id].envelope:
            return project
        return with_envelope(project, self._candidates[project.id])

    def _audit(self) -> None:
        """All plans together, on all that they share."""
        whole = replace(
            self._problem,
            projects=tuple(self._offered(project) for project in self._problem.projects),
            budgets={**self._problem.budgets, ENVELOPE: self._envelope},
        )
        if breaches := audit_plans(self._plans.values(), whole):
            raise IllegalPlanError(breaches[0].rule, breaches[0].detail)

    def _missing(self, financed: Collection[str], takes: Mapping[str, Mapping[str, Decimal]]) -> dict[str, Euros]:
        """What nothing but the envelope can pay of each linked project, on what the plans of the others leave."""
        held, found = amounts(self._problem), {}
        for pool, amount in (each for project in takes.values() for each in project.items()):
            if pool in held:
                held[pool] -= amount
        for project in (project for part in self._linked for project in part):
            if project.id in financed:
                plan = self._plans[project.id]
                still = NOTHING if plan.covered >= project.payable_need else plan.gap
                found[project.id] = Euros(plan.envelope) + still
                continue
            mine = {
                pool: max(NOTHING, held[pool] + amount) for pool, amount in takes[project.id].items() if pool in held
            }
            left = with_amounts(
                replace(self._problem, projects=(project,)), {p: max(NOTHING, a) for p, a in held.items()} | mine
            )
            found |= uncovered_needs(without_possible_loans(left), solved=self._solved)
        return found


def _covering(plan: FinancingPlan | None, project: ProjectProblem) -> FinancingPlan | None:
    return plan if plan is not None and is_financed(plan, project) else None
