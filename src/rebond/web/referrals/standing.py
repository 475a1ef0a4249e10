"""Referrals with what became of them: the rows and their steps, told to nobody yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from rebond.facts import ReferralState
from rebond.facts.followed import Followed, followed
from rebond.web.missions.models import Mission
from rebond.web.referrals.facts import referral_of, step_of
from rebond.web.referrals.models import ReferralStep, SentReferral


def with_steps(rows: QuerySet[SentReferral]) -> list[tuple[SentReferral, Followed]]:
    """Referrals with what became of them; two queries, whatever their number."""
    sent = list(rows.select_related("project__firm", "project__mission"))
    named = {row.pk: row.ref for row in sent}
    if not sent:
        return []
    steps = ReferralStep.objects.filter(referral__in=rows.order_by().values("pk")).order_by("referral", "number")
    told = followed(map(referral_of, sent), (step_of(each, named[each.referral_id]) for each in steps))
    return list(zip(sent, told, strict=True))


def states_of(mission: Mission, projects: Iterable[int]) -> dict[tuple[int, str], ReferralState]:
    """Project and organisation → where what was last sent stands; two queries. Nothing but the state may be told."""
    rows = SentReferral.objects.of(mission).filter(project__in=list(projects))
    return {(row.project_id, row.organisation): one.state for row, one in with_steps(rows)}
