"""Of a plan: what was obtained, what is asked, what was refused, and what the refusals change in euros."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from rebond.facts import UNKNOWN, ReferralState
from rebond.facts.answered import NO_ANSWER, Answers, answers_of
from rebond.financing.context import study
from rebond.financing.plan.model import FinancingPlan
from rebond.study.in_mission import ProjectBench
from rebond.web.financing.comparison import Compared
from rebond.web.financing.kept import Kept
from rebond.web.financing.study import census_read
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project

_before: Kept[FinancingPlan] = Kept(200)
PROPOSED = "Proposé"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAnswers:
    """What funders said of a project, beside its plan."""

    stages: Mapping[str, str]
    """Dispositif → where its request stands, in words; absent: the plan only proposes it."""
    changes: tuple[Compared, ...]
    """What the refusals change; empty without a refusal, or when they change nothing."""


def answers_beside(mission: Mission, project: Project, bench: ProjectBench) -> PlanAnswers:
    """What was asked under each dispositif when the study was made, and the plan that no refusal would have shaped."""
    made = mission.current_study
    census = census_read(made) if made else None
    told = answers_of(census.referrals, census.referral_steps).get(project.ref, NO_ANSWER) if census else NO_ANSWER
    changes: tuple[Compared, ...] = ()
    if made is not None and bench.context.answers.refused:
        before = _before.get((made.pk, project.ref), lambda: _without_refusals(bench))
        changes = tuple(_changes(before, bench.now.plan))
    return PlanAnswers(stages=_stages(told), changes=changes)


def _stages(answers: Answers) -> dict[str, str]:
    found: dict[str, str] = {}
    for asked in answers.asked:
        if asked.dispositif and asked.state is not ReferralState.CLOSED and not asked.state.is_no:
            day = "" if asked.on is UNKNOWN else f" le {asked.on:%d/%m/%Y}"
            found[asked.dispositif] = f"{asked.state.label}{day}"
    return found


def _without_refusals(bench: ProjectBench) -> FinancingPlan:
    """The plan as if nobody had said no, on what the other plans leave today; that of today when it is as good.

    The plan of today is not kept for being whole: it is what the refusals left.
    """
    told = bench.context.answers
    best = study(replace(bench.context, answers=replace(told, closed=())), solve=bench.problem).plan
    return best if told.refused & {line.dispositif for line in best.lines} else bench.now.plan


def _changes(before: FinancingPlan, after: FinancingPlan) -> list[Compared]:
    rows = (
        ("Soutiens proposés", Decimal(before.support), Decimal(after.support)),
        ("dont ferme", Decimal(before.stack.firm), Decimal(after.stack.firm)),
        ("Aide, en équivalent-subvention", before.benefit, after.benefit),
        ("À rembourser", Decimal(before.to_pay_back), Decimal(after.to_pay_back)),
        ("Reste à trouver", before.gap, after.gap),
    )
    return [Compared(label, was, now) for label, was, now in rows if round(was) != round(now)]
