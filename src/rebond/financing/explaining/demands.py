"""What people ask of a plan beyond the law: an amount, few files, no advance. Each demand is a set of rows.

A demand is added to the model that the law already bounds: the engine, its proof and its audit stay the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from rebond.dispositifs.model import Instrument
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem, Offer
from rebond.financing.solving.optimize import audited_plans, benefit_goal, build_model, goals, order_goal
from rebond.financing.solving.solver import Goal
from rebond.financing.solving.variables import Variables
from rebond.units import NO_BREAK_SPACE, Euros, format_euros

NOTHING = Goal(name="faisabilité", weights={})
ZERO, CENT = Decimal(0), Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A condition on the plan: its key, its words, the rows that pose it."""

    key: str
    label: str
    define: Callable[[FinancingProblem, Variables], None]


def some_support() -> Demand:
    """At least one euro of support."""
    return Demand(key="soutien", label="au moins un euro de soutien", define=lambda _, v: _support_row(v, Euros(1)))


def support_at_least(amount: Euros) -> Demand:
    """At least that much support in euros, loans at their nominal amount (to the euro a line, after rounding)."""
    label = f"au moins {format_euros(amount)} de soutien"
    return Demand(key="montant", label=label, define=lambda _, v: _support_row(v, amount))


def need_covered() -> Demand:
    """The whole need of every project."""

    def define(problem: FinancingProblem, variables: Variables) -> None:
        for project in problem.projects:
            name = f"besoin_couvert[{project.id}]"
            variables.model.row(name, [(variables.covered[project.id], 1.0)], low=float(project.need))

    return Demand(key="besoin_couvert", label="tout le besoin couvert", define=define)


def at_most_files(count: int) -> Demand:
    """At most so many files to apply for, all projects together."""

    def define(_: FinancingProblem, variables: Variables) -> None:
        files = [(column, 1.0) for column in variables.chosen.values()]
        variables.model.row("nombre_de_dossiers", files, high=float(count))

    files = "dossier" if count == 1 else "dossiers"
    return Demand(key=f"au_plus_{count}", label=f"au plus {count}{NO_BREAK_SPACE}{files}", define=define)


def without_forms(forms: Collection[Instrument], *, key: str, label: str) -> Demand:
    """No support that comes, even in part, in one of these forms."""
    return only_offers(lambda offer: not offer.forms & set(forms), key=key, label=label)


def only_offers(admitted: Callable[[Offer], bool], *, key: str, label: str) -> Demand:
    """Only the offers that the test admits."""

    def define(_: FinancingProblem, variables: Variables) -> None:
        for use in variables.uses:
            if not admitted(use.offer):
                variables.model.row(f"{key}[{','.join(use.key)}]", [(variables.chosen[use.key], 1.0)], high=0.0)
                # The link between euros and file belongs to a family that may be left out.
                variables.model.row(f"{key}[euros,{','.join(use.key)}]", variables.terms(use), high=0.0)

    return Demand(key=key, label=label, define=define)


def plans_under(
    problem: FinancingProblem, demands: Iterable[Demand], *, time_limit: float = 60.0
) -> dict[str, FinancingPlan] | None:
    """The best audited plans that meet the demands; ``None`` when no legal plan meets them all."""
    variables = _model(problem, demands, ())
    solution = variables.model.solve(goals(variables), tie_break=order_goal(variables), time_limit=time_limit)
    return None if solution is None else audited_plans(problem, variables, solution)


def can_meet(problem: FinancingProblem, demands: Iterable[Demand], *, without: Collection[str] = ()) -> bool:
    """Whether a plan meets the demands and every family of rules but those in ``without``."""
    return _model(problem, demands, without).model.solve([NOTHING], tie_break=NOTHING) is not None


def best_benefit(problem: FinancingProblem, *, without: Collection[str] = ()) -> Decimal:
    """The most aid in gross grant equivalent, families in ``without`` left out: a measure, never shown as a plan."""
    variables = _model(problem, (), without)
    solution = variables.model.solve([benefit_goal(variables)], tie_break=NOTHING)
    return ZERO if solution is None else Decimal(str(solution.reports[0].objective)).quantize(CENT)


def families_with_rows(problem: FinancingProblem) -> set[str]:
    """Keys of the families that add at least one row to the model: the others cannot bind."""
    return {name.partition("[")[0] for name in build_model(problem).model.row_names}


def _model(problem: FinancingProblem, demands: Iterable[Demand], without: Collection[str]) -> Variables:
    variables = build_model(problem, without=without)
    for demand in demands:
        demand.define(problem, variables)
    return variables


def _support_row(variables: Variables, amount: Euros) -> None:
    euros = [(column, 1.0) for column in variables.euros.values()]
    variables.model.row("soutien_demandé", euros, low=float(amount))
