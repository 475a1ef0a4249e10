"""A plan of all projects that is always there: undertakings served one after the other, the most valuable first.

The start of the joint search where it is long, and what is left of it when time runs out before anything better.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping
from dataclasses import replace

from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.engine import OutOfTimeError
from rebond.financing.solving.optimize import build_model, order_goal
from rebond.financing.solving.solver import Goal
from rebond.financing.solving.variables import Variables
from rebond.portfolio.contributors import Payers, define_envelope, paid_point, spent_in
from rebond.portfolio.joint.blocks import split_by_undertaking
from rebond.portfolio.linked import Linked
from rebond.portfolio.pools import pools_of
from rebond.portfolio.select import define_financed, envelope_columns

_SPARE = 1e-6
"""Points of value that a shared euro weighs here: a hundred thousand of them are worth a tenth of a point."""
_SECONDS = 2.0
_CENT = 0.01
_ROUNDED = 2.0
"""Euros that what projects need may lack in an outline."""


def sequential_point(linked: Linked, deadline: float) -> dict[str, float]:
    """A point of the joint programme, column name → value; the envelope is served to the most value a euro first.

    At the ``deadline`` those whose turn has not come are left with nothing.
    """
    left = {key: float(amount) for key, amount in linked.problem.budgets.items()}
    envelope = float(linked.envelope)
    point: dict[str, float] = {}
    worth, payers = linked.values, linked.payers
    for name, least in sorted(
        linked.apart.items(), key=lambda each: (-worth[each[0]] / max(1.0, float(each[1])), each[0])
    ):
        payment = _payment(payers, name, float(least))
        if payment is None or float(least) > envelope:
            point[f"retenu[{name}]"] = 0.0
            continue
        point |= {f"retenu[{name}]": 1.0, **payment}
        if name in linked.parts:
            point[f"donné[{name}]"] = float(least)
        envelope -= float(least)
        payers = payers and payers.less(spent_in(payment, payers, [name]))
    parts = split_by_undertaking(replace(linked.problem, projects=linked.projects))
    for part in sorted(parts, key=lambda each: (-max(worth[p.id] for p in each.projects), each.projects[0].id)):
        if time.monotonic() >= deadline:
            break
        projects, variables = part.projects, build_model(part)
        financed = define_financed(projects, variables)
        drawn = {key: _columns(variables, key) for key in left}
        for key, columns in drawn.items():
            variables.model.row(f"reste[{key}]", [(column, 1.0) for column in columns], high=max(0.0, left[key]))
        of_envelope = envelope_columns(variables)
        paid = {p.id: [(column, 1.0) for column in envelope_columns(variables, p.id)] for p in projects}
        define_envelope(paid, max(0.0, envelope), payers, variables.model, name="reste[enveloppe]")
        shared = [*of_envelope, *(c for each in drawn.values() for c in each)]
        values = _best(variables, financed, worth, shared, deadline)
        if values is None:
            continue
        point.update(values)
        at = variables.model.names
        for project in projects:
            if most := linked.parts.get(project.id):
                given = sum(values[at[column]] for column in envelope_columns(variables, project.id))
                whole = round(values[f"entier[{project.id}]"]) == 1
                point[f"servi[{project.id}]"] = float(most) if whole else min(float(most), given)
        for key, columns in drawn.items():
            left[key] -= sum(values[at[column]] for column in columns) + _CENT
        envelope -= sum(values[at[column]] for column in of_envelope) + _CENT
        payers = payers and payers.less(spent_in(values, payers, [project.id for project in projects]))
    return point


def _payment(payers: Payers | None, project: str, amount: float) -> dict[str, float] | None:
    """Who pays an amount; ``None`` when those who have some left cannot."""
    return {} if payers is None else paid_point(project, amount, payers)


def outlined_point(
    linked: Linked, chosen: Collection[str], drawn: Mapping[tuple[str, str], float], deadline: float
) -> tuple[dict[str, float], tuple[FinancingProblem, ...]]:
    """A point of the joint programme where as many of the ``chosen`` are financed as can be; who breaks the outline.

    Each undertaking apart, on what the outline draws for it (project and offer → euros); one whose own rules that
    breaks is then planned on what it was to draw and what the others leave.
    """
    picked = tuple(project for project in linked.projects if project.id in chosen)
    point = {f"retenu[{name}]": 1.0 for name in linked.apart if name in chosen}
    left = {key: float(amount) for key, amount in linked.problem.budgets.items()}
    envelope = float(linked.envelope) - sum(float(linked.apart[name]) for name in linked.apart if name in chosen)
    broken: list[FinancingProblem] = []
    for part in split_by_undertaking(replace(linked.problem, projects=picked)):
        values = _on_draws(linked, part, drawn, deadline) if time.monotonic() < deadline else None
        if values is None:
            broken.append(part)
        else:
            point.update(values)
            envelope -= _spend(part, values, left)
    for part in sorted(broken, key=lambda each: -sum(linked.values[p.id] for p in each.projects)):
        for forced, near in ((True, drawn), (True, None), (False, None)):
            values = _on_rest(linked, part, left, envelope, deadline, forced=forced, near=near)
            if values is not None:
                point.update(values)
                envelope -= _spend(part, values, left)
                break
    return point, tuple(broken)


def joint_need(linked: Linked, part: FinancingProblem, deadline: float, *, envelope: bool) -> float | None:
    """The least of what is shared that finances all the projects of an undertaking; infinite when nothing does.

    ``envelope``: of the envelope alone, all pools being open. ``None``: not established in time.
    """
    variables = build_model(part)
    financed = define_financed(part.projects, variables)
    for column in financed.values():
        variables.model.lower[column] = 1.0
    shared = [
        column
        for use in variables.uses
        if use.offer.is_envelope or (not envelope and linked.pools.keys() & pools_of(use.offer, use.basis, use.project))
        for column, _ in variables.terms(use)
    ]
    goal = Goal(name="part des fonds", weights=dict.fromkeys(shared, -1.0))
    seconds = max(0.0, min(_SECONDS, deadline - time.monotonic()))
    try:
        solution = variables.model.solve([goal], tie_break=order_goal(variables), time_limit=seconds)
    except OutOfTimeError:
        return None
    # A bound, whether or not it is proven the least.
    return math.inf if solution is None else max(0.0, -solution.reports[0].bound)


def _on_draws(
    linked: Linked, part: FinancingProblem, drawn: Mapping[tuple[str, str], float], deadline: float
) -> dict[str, float] | None:
    """All projects of an undertaking financed on what the outline draws; ``None`` when they cannot be."""
    variables = build_model(part)
    financed = define_financed(part.projects, variables)
    shared = []
    for use in variables.uses:
        limit = drawn.get((use.project.id, use.offer.id))
        if limit is not None:
            columns = [column for column, _ in variables.terms(use)]
            name = f"esquisse[{','.join(use.key)}]"
            variables.model.row(name, [(column, 1.0) for column in columns], high=limit + 2 * _CENT)
            shared += columns
    for column in financed.values():
        variables.model.lower[column] = 1.0
    return _best(variables, financed, linked.values, shared, deadline)


def _on_rest(
    linked: Linked,
    part: FinancingProblem,
    left: Mapping[str, float],
    envelope: float,
    deadline: float,
    *,
    forced: bool,
    near: Mapping[tuple[str, str], float] | None,
) -> dict[str, float] | None:
    """The projects of an undertaking financed on what is left, all of them when ``forced``.

    ``near``: on what the outline draws, up to the euros of its own rounding.
    """
    variables = build_model(part)
    financed = define_financed(part.projects, variables)
    shared = envelope_columns(variables)
    variables.model.row("reste[enveloppe]", [(column, 1.0) for column in shared], high=max(0.0, envelope))
    for key, amount in left.items():
        columns = _columns(variables, key)
        variables.model.row(f"reste[{key}]", [(column, 1.0) for column in columns], high=max(0.0, amount))
        shared = [*shared, *columns]
    drawn = near or {}
    for use in variables.uses:
        if (limit := drawn.get((use.project.id, use.offer.id))) is not None:
            columns = [column for column, _ in variables.terms(use)]
            name = f"esquisse[{','.join(use.key)}]"
            variables.model.row(name, [(column, 1.0) for column in columns], high=limit + _ROUNDED)
    if forced:
        for column in financed.values():
            variables.model.lower[column] = 1.0
    return _best(variables, financed, linked.values, shared, deadline)


def _spend(part: FinancingProblem, values: Mapping[str, float], left: dict[str, float]) -> float:
    """Take from each budget what a point of an undertaking takes; what it takes of the envelope."""
    variables = build_model(part)
    at = variables.model.names
    for key in left:
        left[key] -= sum(values[at[column]] for column in _columns(variables, key)) + _CENT
    return sum(values[at[column]] for column in envelope_columns(variables)) + _CENT


def _best(
    variables: Variables, financed: Mapping[str, int], worth: Mapping[str, float], shared: list[int], deadline: float
) -> dict[str, float] | None:
    seconds = max(0.0, min(_SECONDS, deadline - time.monotonic()))
    weights = dict.fromkeys(shared, -_SPARE) | {column: worth[project] for project, column in financed.items()}
    goal = Goal(name="valeur", weights=weights)
    try:
        solution = variables.model.solve([goal], tie_break=order_goal(variables), time_limit=seconds)
    except OutOfTimeError:
        return None
    return dict(zip(variables.model.names, solution.values, strict=True)) if solution else None


def _columns(variables: Variables, budget: str) -> list[int]:
    uses = (use for use in variables.uses if use.offer.budget == budget)
    return [column for use in uses for column, _ in variables.terms(use)]
