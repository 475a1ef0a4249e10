"""A plan of all projects that is always there: undertakings served one after the other, the most valuable first.

The start of the joint search where it is long, and what is left of it when time runs out before anything better.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from rebond.financing.solving.engine import OutOfTimeError
from rebond.financing.solving.optimize import build_model, order_goal
from rebond.financing.solving.solver import Goal
from rebond.financing.solving.variables import Variables
from rebond.portfolio.contributors import Payers, define_envelope, paid_point, spent_in
from rebond.portfolio.joint.blocks import split_by_undertaking
from rebond.portfolio.select import define_financed, envelope_columns

if TYPE_CHECKING:
    from rebond.portfolio.financed import Linked

_SPARE = 1e-6
"""Points of value that a shared euro weighs here: a hundred thousand of them are worth a tenth of a point."""
_SECONDS = 2.0
_CENT = 0.01


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
) -> dict[str, float] | None:
    """A point of the joint programme where the ``chosen`` are financed; ``None`` when one cannot be, or time is short.

    Each undertaking apart, on what the outline draws for it (project and offer → euros).
    """
    picked = tuple(project for project in linked.projects if project.id in chosen)
    point = {f"retenu[{name}]": 1.0 for name in linked.apart if name in chosen}
    for part in split_by_undertaking(replace(linked.problem, projects=picked)):
        if time.monotonic() >= deadline:
            return None
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
        values = _best(variables, financed, linked.values, shared, deadline)
        if values is None:
            return None
        point.update(values)
    return point


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
