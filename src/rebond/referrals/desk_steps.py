"""The ways out of one project as steps of its plan's documents: the same organisations, days and words."""

from __future__ import annotations

from datetime import date

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN
from rebond.financing.context import Study
from rebond.financing.explaining.desk_step import DeskStep
from rebond.referrals.orient import OrientationRules, Referral, refer_project
from rebond.referrals.steps import ReferralKind


def desk_steps(found: Study, rules: OrientationRules, *, operator: str, committee_on: date) -> tuple[DeskStep, ...]:
    """Who does what before when, what comes before any order first, then the nearest day."""
    context = found.context
    ripe = Truth.YES if context.ripe else Truth.UNKNOWN if context.maturity is UNKNOWN else Truth.NO
    referrals = refer_project(
        context.project,
        plan=found.plan,
        verdicts=found.open_verdicts,
        answers=context.answers,
        ripe=ripe,
        retained=bool(found.plan.envelope),
        in_difficulty=found.facts.get("en_difficulte") is True,
        operator=operator,
        commune=context.catalogue.gazetteer.commune(context.project.place(context.firm)),
        rules=rules,
        catalogue=context.catalogue,
        committee_on=committee_on,
    )
    steps = [_step(found, referral) for referral in referrals]
    return tuple(sorted(steps, key=lambda step: (not step.before_order, step.before)))


def _step(found: Study, referral: Referral) -> DeskStep:
    catalogue = found.context.catalogue
    items = [catalogue.dispositifs[key] for key in referral.dispositifs if key in catalogue.dispositifs]
    incentive = any(
        catalogue.regimes[line.regime].incentive_effect
        for line in found.plan.lines
        if line.dispositif in referral.dispositifs and line.regime in catalogue.regimes
    )
    known = catalogue.organisations.get(referral.organisation)
    return DeskStep(
        organisation=known.name if known else referral.organisation,
        supports=tuple(item.title for item in items),
        reason=referral.reason,
        action=referral.next_step,
        pages=tuple(dict.fromkeys(page for item in items for page in (item.contact or item.url,) if page)),
        before=referral.due_on,
        before_order=referral.kind in {ReferralKind.RETAINED, ReferralKind.FUNDERS}
        and (incentive or any(item.before_works for item in items)),
    )
