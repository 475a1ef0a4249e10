"""Awards on random problems: what was planned can be granted, and leaves nothing more to ask."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings

from rebond.financing.auditing.audit import audit_plan
from rebond.financing.awards import best_plan_holding
from rebond.financing.problem.model import FinancingProblem, GrantedAid
from rebond.financing.solving.optimize import optimise_plans
from tests.core.financing.problems import mixed_problems

FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(problem=mixed_problems())
def test_a_plan_that_is_granted_whole_is_legal_and_no_support_may_be_added_to_it(problem: FinancingProblem) -> None:
    """Each award keeps its euros; on what is granted, the engine and the audit find nothing of worth to add."""
    project = problem.projects[0]
    assume(not project.exclusions and not any(offer.sole_aid or offer.private_match for offer in project.offers))
    assume(not any(offer.subsidy_deduction for offer in project.offers))
    alone = replace(problem, projects=(project,))
    plan = optimise_plans(alone)[project.id]
    assume(plan.lines)
    wanted: dict[str, Decimal] = {}
    for line in plan.lines:
        wanted[line.dispositif] = wanted.get(line.dispositif, Decimal(0)) + line.amount
    placed = best_plan_holding(alone, wanted=wanted).value
    assert {key: sum(part.support for part in parts) for key, parts in placed.items()} == wanted
    bases = {(offer.id, basis.regime): basis for offer in project.offers for basis in offer.bases}
    granted = tuple(
        GrantedAid(
            line=part.line,
            regime=part.regime,
            kind=bases[key, part.regime].kind,
            aid=part.aid,
            ceiling=bases[key, part.regime].ceilings[part.line],
            own_contribution=bases[key, part.regime].own_contribution,
            support=part.support,
        )
        for key, parts in placed.items()
        for part in parts
    )
    used = sum((part.aid for part in granted if part.kind.value == "de_minimis"), Decimal(0))
    drawn = {offer.budget: wanted[offer.id] for offer in project.offers if offer.id in wanted and offer.budget}
    rest = replace(
        alone,
        projects=(
            replace(
                project,
                offers=tuple(offer for offer in project.offers if offer.id not in wanted),
                need=project.need - sum(wanted.values()),
                granted=(*project.granted, *granted),
            ),
        ),
        de_minimis_room={key: max(Decimal(0), room - used) for key, room in alone.de_minimis_room.items()},
        budgets={key: max(Decimal(0), left - drawn.get(key, Decimal(0))) for key, left in alone.budgets.items()},
    )
    after = optimise_plans(rest)[project.id]
    assert audit_plan(after, rest) == []
    assert after.benefit < len(project.offers)
