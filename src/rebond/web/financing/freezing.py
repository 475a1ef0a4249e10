"""Keep a plan as it was, and compute it again from what was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rebond import __version__
from rebond.financing.auditing.audit import audit_plan
from rebond.financing.context import Study
from rebond.financing.explaining.what_if import WhatIf
from rebond.financing.plan.as_json import plan_as_data
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.as_json import problem_as_data, problem_from_data
from rebond.financing.solving.optimize import optimise_plan
from rebond.study.in_mission import kept_if_as_good
from rebond.web.accounts.models import User
from rebond.web.financing.models import FrozenPlan
from rebond.web.financing.records_json import as_record, digest, from_record, plan_as_record
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project

Line = tuple[str, str, str, int]


def freeze_plan(mission: Mission, project: Project, found: Study, *, label: str, user: User) -> FrozenPlan:
    """Store the plan of a study with its facts, its problem, and the versions that made it."""
    return _freeze(mission, project, found, label=label, user=user, changes=[])


def freeze_simulation(
    mission: Mission, project: Project, found: WhatIf, *, written: Mapping[str, str], label: str, user: User
) -> FrozenPlan:
    """Store the plan on other facts, with what was changed; ``written``: each changed fact as the form had it."""
    changes = [
        {
            "fait": change.fact,
            "libelle": change.label,
            "avant": change.before,
            "apres": change.after,
            "valeur": written[change.fact],
        }
        for change in found.changes
    ]
    return _freeze(mission, project, found.after, label=label, user=user, changes=changes)


def _freeze(
    mission: Mission, project: Project, found: Study, *, label: str, user: User, changes: list[dict[str, str]]
) -> FrozenPlan:
    facts = {name: as_record(value) for name, value in sorted(found.facts.items())}
    plan = found.plan
    return FrozenPlan.objects.create(
        mission=mission,
        project_ref=project.ref,
        project_title=project.title,
        firm_name=project.firm.name,
        label=label,
        frozen_by=user,
        frozen_by_name=str(user),
        examined_on=found.context.on,
        facts=facts,
        facts_digest=digest(facts),
        changes=changes,
        problem=problem_as_data(found.problem),
        plan=plan_as_data(plan, audit_plan(plan, found.problem), None),
        record=plan_as_record(plan),
        support=plan.support,
        benefit=plan.benefit,
        gap=plan.gap,
        catalogue_version=found.context.catalogue.version,
        engine_version=__version__,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A frozen plan computed again by the engine of today, on its own problem."""

    frozen: FinancingPlan
    again: FinancingPlan
    breaches: tuple[str, ...]
    engine_version: str = __version__

    @property
    def same(self) -> bool:
        """Whether every line is the same, to the euro."""
        return _lines(self.frozen) == _lines(self.again)

    @property
    def as_good(self) -> bool:
        """Whether both plans bring the same aid and cover the same need."""
        return (self.frozen.benefit, self.frozen.covered) == (self.again.benefit, self.again.covered)


def replay(row: FrozenPlan) -> Replay:
    """Solve the stored problem again. Several plans may be best: the frozen one is found again when it is of them."""
    problem = problem_from_data(row.problem)
    frozen: FinancingPlan = from_record(row.record)
    again = kept_if_as_good(frozen, optimise_plan(problem), problem)
    breaches = tuple(breach.detail for breach in audit_plan(frozen, problem))
    return Replay(frozen=frozen, again=again, breaches=breaches)


def _lines(plan: FinancingPlan) -> list[Line]:
    return sorted((line.dispositif, line.regime, line.line, line.amount) for line in plan.lines)
