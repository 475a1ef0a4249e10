"""The best legal plan: what is given for certain first; then most aid, most of the need covered, least to pay back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from rebond.errors import IllegalPlanError
from rebond.financing.auditing.audit import Breach, audit_plans
from rebond.financing.plan.certainty import Certainty, certainty, is_firm, waits_for
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.financing.problem.model import FinancingProblem, ProjectProblem
from rebond.financing.solving.constraints import RULES
from rebond.financing.solving.rounding import ROUNDING, Share, Shares, roundings
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.financing.solving.solver import Goal, Solution
from rebond.financing.solving.spreading import define_spread, spread_goals
from rebond.financing.solving.variables import Use, Variables, define_variables

LEAST_PREFERENCE = 1e-4
"""Weight of a line aided, beside a file: a thousand lines never outweigh one file."""
GIVEN_GRAIN = 1e-4
"""Euros of what is given for certain that are the same: the goals after it may buy with them, a loan 25 times more."""


def optimise_plans(
    problem: FinancingProblem,
    *,
    without: Collection[str] = (),
    time_limit: float = 60.0,
    solved: SolvedParts | None = None,
) -> dict[str, FinancingPlan]:
    """The best plan of every project of the problem, each audited. Keys: project ids.

    ``without`` leaves out families of rules (their keys), to measure what they cost: such plans are not audited and
    must not be shown as plans. ``solved``: the plans already found, all rules kept. Raises ``SolverError``, or
    ``IllegalPlanError`` when the audit refuses a plan.
    """
    plans: dict[str, FinancingPlan] = {}
    for part in split_problem(problem):
        if solved is None or without:
            plans.update(_optimise(part, without=without, time_limit=time_limit).value)
        else:
            found = solved.answer("plans", part, partial(_optimise, without=(), time_limit=time_limit))
            plans.update(found)
    return plans


def optimise_plan(
    problem: FinancingProblem, *, without: Collection[str] = (), time_limit: float = 60.0
) -> FinancingPlan:
    """The best plan of a problem that holds one project."""
    (plan,) = optimise_plans(problem, without=without, time_limit=time_limit).values()
    return plan


def split_problem(problem: FinancingProblem) -> list[FinancingProblem]:
    """Independent parts: projects that share neither an undertaking nor a budget that could run out."""
    scarce = {
        budget: amount
        for budget, amount in problem.budgets.items()
        if sum(o.max_support for p in problem.projects for o in p.offers if o.budget == budget) > amount
    }
    groups: dict[str, list[ProjectProblem]] = {}
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for project in problem.projects:
        keys = [
            f"entreprise:{project.undertaking}",
            *(f"budget:{o.budget}" for o in project.offers if o.budget in scarce),
        ]
        for key in keys[1:]:
            parent[root(key)] = root(keys[0])
    for project in problem.projects:
        groups.setdefault(root(f"entreprise:{project.undertaking}"), []).append(project)
    return [
        FinancingProblem(projects=tuple(group), de_minimis_room=problem.de_minimis_room, budgets=scarce)
        for group in groups.values()
    ]


def build_model(problem: FinancingProblem, *, without: Collection[str] = (), tight: bool = False) -> Variables:
    """Variables and rules of a problem, rule families in ``without`` left out; ``tight``: see ``Variables``."""
    variables = define_variables(problem, without=without, tight=tight)
    for rule in RULES:
        if rule.key not in without:
            rule.define(problem, variables)
    define_asked(variables, linked="assiette" not in without)
    define_coverage(problem, variables)
    if not tight:
        define_spread(variables)
    return variables


def define_asked(variables: Variables, *, linked: bool) -> None:
    """A support that is asked keeps a whole euro on a line after rounding; one that is not asked gives nothing.

    The second is the assiette's row already, unless that rule is left out (``linked`` is false).
    """
    for use in variables.uses:
        chosen, least = variables.chosen[use.key], float(len(use.lines))
        if use.offer.least_award < least:
            variables.model.row(f"asked[{','.join(use.key)}]", [*variables.terms(use), (chosen, -least)], low=0.0)
        if not linked:
            most = sum(float(line.amount) for line in use.lines)
            variables.model.row(f"asked[{','.join(use.key)}]", [*variables.terms(use), (chosen, -most)], high=0.0)


def define_coverage(problem: FinancingProblem, variables: Variables) -> None:
    """What is covered of a need cannot pass the support of the project."""
    for project in problem.projects:
        support = [
            (column, -weight) for use in variables.of_project(project) for column, weight in variables.terms(use)
        ]
        variables.model.row(f"coverage[{project.id}]", [(variables.covered[project.id], 1.0), *support], high=0.0)


def goals(variables: Variables) -> list[Goal]:
    """The lexicographic order of the plan: what is given for certain, then what questions could unlock (adr/0032).

    Most firm aid that is given; then most aid, most of the need covered, least to pay back; among equals, firm euros
    before possible ones; fewest files. No loan, firm or not, ever takes the place of a firm grant. A goal that another
    one says already is left out: one solve less.
    """
    order = [benefit_goal(variables), coverage_goal(variables), payback_goal(variables)]
    firm = [use for use in variables.uses if is_firm(use.project, use.offer, use.basis)]
    if not firm:
        return [*order, *last_goals(variables)]
    if len(firm) == len(variables.uses):
        first = [given_goal(variables, firm)] if _lends_aid(firm) else []
        return [*first, *order, *last_goals(variables)]
    return [given_goal(variables, firm), *order, firm_goal(variables, firm), *last_goals(variables)]


def _lends_aid(firm: Sequence[Use]) -> bool:
    """Whether most aid may not be most of what is given: something is given, and something lent counts as aid."""
    given = any(use.offer.given for use in firm)
    return given and any(use.offer.given != use.offer.benefit_per_euro for use in firm)


def last_goals(variables: Variables) -> list[Goal]:
    """Fewest files, then each support spread over the lines that it may pay."""
    return [files_goal(variables), *spread_goals(variables)]


def given_goal(variables: Variables, firm: Sequence[Use]) -> Goal:
    """Most firm aid among what is given: what one owes to a lender is no reason to leave a grant unasked."""
    aid = {c: w for use in firm for c, w in variables.terms(use, float(use.offer.given))}
    return Goal(name="aide ferme", weights=aid, grain=GIVEN_GRAIN)


def firm_goal(variables: Variables, firm: Sequence[Use]) -> Goal:
    """Most firm support, at equal aid, cover and debt: no support passes the need, so that all of it covers."""
    euros = {c: w for use in firm for c, w in variables.terms(use)}
    return Goal(name="besoin couvert de façon ferme", weights=euros)


def benefit_goal(variables: Variables) -> Goal:
    """Most aid, in gross grant equivalent."""
    weights = {
        column: weight
        for use in variables.uses
        for column, weight in variables.terms(use, float(use.offer.benefit_per_euro))
    }
    return Goal(name="aide en équivalent-subvention", weights=weights)


def coverage_goal(variables: Variables) -> Goal:
    """Most of the need covered."""
    columns = variables.covered.values()
    most = sum(variables.model.upper[column] for column in columns)
    return Goal(name="besoin couvert", weights=dict.fromkeys(columns, 1.0), most=most)


def payback_goal(variables: Variables) -> Goal:
    """Least to pay back: an advance without known terms counts as aid at its nominal amount, a grant is worth more."""
    weights = {
        column: weight for use in variables.uses for column, weight in variables.terms(use, -float(use.offer.borrowed))
    }
    return Goal(name="à rembourser", weights=weights, most=0.0)


def files_goal(variables: Variables) -> Goal:
    """Fewest files; then fewest lines that rely on a ceiling, so that no line gets a euro for its own sake."""
    files = dict.fromkeys(variables.chosen.values(), -1.0)
    weights = files | dict.fromkeys(variables.bears, -LEAST_PREFERENCE)
    return Goal(name="dossiers à déposer", weights=weights, grain=LEAST_PREFERENCE / 2, step=LEAST_PREFERENCE)


def order_goal(variables: Variables) -> Goal:
    """Among equals, euros go to the first dispositifs and lines in the order of the problem."""
    count = max(1, len(variables.euros))
    return Goal(
        name="ordre",
        weights={column: -rank / count for rank, column in enumerate(variables.euros.values(), start=1)},
    )


def _optimise(
    problem: FinancingProblem, *, without: Collection[str], time_limit: float
) -> Answer[dict[str, FinancingPlan]]:
    variables = build_model(problem, without=without)
    if not variables.uses:
        nothing = {project.id: read_plan(project, variables, None, {}) for project in problem.projects}
        return Answer(nothing, proven=True)
    order = goals(variables)
    solution = variables.model.solve(order, tie_break=order_goal(variables), time_limit=time_limit)
    plans = audited_plans(problem, variables, solution, check=not without)
    if without or not _leans(plans, problem):
        return Answer(plans, proven=_proven(solution))
    # The firm lines lean on others (a ceiling that these open): what the firm plan alone gives is kept.
    apart = build_model(firm_part(problem))
    kept = apart.model.solve(goals(apart), tie_break=order_goal(apart), time_limit=time_limit)
    _keep_firm(variables, apart, kept)
    first = solution
    solution = variables.model.solve(order, tie_break=order_goal(variables), time_limit=time_limit)
    upright = _without_leaning(audited_plans(problem, variables, solution), problem)
    return Answer(upright, proven=_proven(first, kept, solution))


def _proven(*solutions: Solution | None) -> bool:
    return all(solution is not None and solution.proven for solution in solutions)


def firm_part(problem: FinancingProblem) -> FinancingProblem:
    """The problem of the firm plan: the offers and bases that one could sign for."""
    return replace(
        problem,
        projects=tuple(
            replace(
                project,
                offers=tuple(
                    replace(offer, bases=bases)
                    for offer in project.offers
                    if (bases := tuple(basis for basis in offer.bases if is_firm(project, offer, basis)))
                ),
            )
            for project in problem.projects
        ),
    )


def _leans(plans: Mapping[str, FinancingPlan], problem: FinancingProblem) -> bool:
    """Whether firm lines stand only with lines that are not."""
    mixed = any(line.state is not Certainty.FIRM for plan in plans.values() for line in plan.lines)
    return mixed and bool(audit_plans([plan.firm for plan in plans.values()], firm_part(problem)))


def _keep_firm(variables: Variables, apart: Variables, kept: Solution | None) -> None:
    """Fix what is given for certain in the whole model at what the firm plan gives; its loans stay free."""
    for use in variables.uses:
        if not use.offer.given or not is_firm(use.project, use.offer, use.basis):
            continue
        for line in use.lines:
            column, alone = variables.euros[(*use.key, line.id)], apart.euros[(*use.key, line.id)]
            amount = kept.values[alone] if kept else 0.0
            variables.model.lower[column] = max(0.0, amount - ROUNDING * LEAST_PREFERENCE)
            variables.model.upper[column] = max(0.0, amount)


def _without_leaning(plans: dict[str, FinancingPlan], problem: FinancingProblem) -> dict[str, FinancingPlan]:
    """The same plans; where the firm lines still lean on others by a rounding, none is called firm."""
    if not _leans(plans, problem):
        return plans
    why = ("tient au reste du plan, qui n'est pas ferme",)
    return {
        key: replace(
            plan,
            lines=tuple(
                replace(line, state=Certainty.CONDITIONAL, questions=why) if line.state is Certainty.FIRM else line
                for line in plan.lines
            ),
        )
        for key, plan in plans.items()
    }


def audited_plans(
    problem: FinancingProblem, variables: Variables, solution: Solution | None, *, check: bool = True
) -> dict[str, FinancingPlan]:
    """Plans in whole euros, re-checked by the independent audit; a rounding that fails gives way to a stricter one."""
    breaches: Sequence[Breach] = ()
    for shares in roundings(variables, solution) if solution else ({},):
        plans = {project.id: read_plan(project, variables, solution, shares) for project in problem.projects}
        breaches = audit_plans(plans.values(), problem) if check else ()
        if not breaches:
            return plans
    raise IllegalPlanError(breaches[0].rule, breaches[0].detail)


def read_plan(
    project: ProjectProblem, variables: Variables, solution: Solution | None, shares: Shares
) -> FinancingPlan:
    """The plan of one project as the solver decided it, in whole euros."""
    lines = tuple(_plan_lines(project, variables, shares))
    return FinancingPlan(
        project=project.id,
        cost=project.cost,
        need=project.need,
        lines=lines,
        benefit=sum((line.benefit for line in lines), Decimal(0)),
        reports=solution.reports if solution else (),
    )


def _plan_lines(project: ProjectProblem, variables: Variables, shares: Shares) -> Iterable[PlanLine]:
    for use in variables.of_project(project):
        for line in use.lines:
            share = shares.get((*use.key, line.id))
            if share is not None and share.exact > 0:
                yield _plan_line(use, line.id, share)


def _plan_line(use: Use, line: str, share: Share) -> PlanLine:
    offer, basis = use.offer, use.basis
    return PlanLine(
        dispositif=offer.id,
        title=offer.title,
        funder=offer.funder,
        instrument=offer.instrument,
        regime=basis.regime,
        article=basis.article,
        line=line,
        amount=share.shown,
        exact=None if share.exact == share.shown else share.exact,
        aid=share.exact * basis.aid_per_euro,
        formula=offer.formula,
        ceiling=basis.ceiling_words.get(line, ""),
        sources=offer.sources,
        reserves=(*offer.reserves, *basis.reserves),
        verified=offer.verified and basis.verified,
        unread=(*offer.unread, *basis.unread),
        state=certainty(use.project, offer, basis),
        award=basis.award,
        law_question=basis.law_question,
        questions=waits_for(use.project, offer, basis),
        benefit=share.exact * offer.benefit_per_euro,
        is_envelope=offer.is_envelope,
        parts=offer.parts,
    )
