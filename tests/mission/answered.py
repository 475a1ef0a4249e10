"""A funder's answer for a project of the sample, and the study that it leaves."""

from __future__ import annotations

from dataclasses import replace

from rebond.facts import UNKNOWN, Census, Maybe, ReferralState, ReferralStep, SentReferral
from rebond.financing.context import Study, study
from rebond.study.inputs import CensusParts
from rebond.units import Euros
from tests.mission.conftest import Bench

GRANTED, REFUSED, NOT_OURS = ReferralState.GRANTED, ReferralState.REFUSED, ReferralState.NOT_OURS
SPENT = "crédits épuisés"


def answered(
    census: Census, bench: Bench, project: str, dispositif: str, state: ReferralState, amount: Maybe[Euros] = UNKNOWN
) -> Census:
    """The census once a dispositif's funder answered for a project."""
    known = bench.rulebook.catalogue.dispositifs.get(dispositif)
    key = f"O-{project}-{dispositif or len(census.referrals)}"
    day = census.settings.committee_on
    referral = SentReferral(
        id=key,
        project_id=project,
        organisation=known.funder if known else dispositif.partition("/")[0],
        dispositifs=(dispositif,),
        sent_on=day,
    )
    steps = (
        ReferralStep(referral_id=key, number=1, state=ReferralState.TAKEN, on=day.replace(day=day.day + 3)),
        ReferralStep(
            referral_id=key,
            number=2,
            state=state,
            on=day.replace(day=day.day + 9),
            granted=amount,
            reason=SPENT,
        ),
    )
    return replace(census, referrals=(*census.referrals, referral), referral_steps=(*census.referral_steps, *steps))


def alone(census: Census, bench: Bench, project: str) -> Study:
    parts = CensusParts(census, bench.rulebook, on=census.settings.committee_on)
    return study(parts.context(project, bench.rulebook))


def amounts_of(found: Study) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for line in found.plan.lines:
        amounts[line.dispositif] = amounts.get(line.dispositif, 0) + line.amount
    return amounts
