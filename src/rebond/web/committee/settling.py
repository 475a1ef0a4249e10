"""Whether what is decided is settled: that of a frozen sitting, once the mission has opened one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rebond.facts import UNKNOWN, CommitteeDecision
from rebond.web.accounts.models import User
from rebond.web.committee.models import FrozenDecision, Sitting
from rebond.web.missions.models import Mission


def is_settled(mission: Mission, decisions: Iterable[CommitteeDecision]) -> bool:
    """Whether the decisions of a study are those of the last frozen sitting; at most two queries.

    A mission that has opened no sitting records its decisions alone: they stand. Until its sitting is frozen, what
    was recorded may still change; what changes after it is that of a sitting that follows.
    """
    rows = Sitting.objects.of(mission).filter(kind=Sitting.Kind.STEERING, number__isnull=False)
    opened = list(rows.values_list("number", "frozen_at"))
    if not opened:
        return True
    last = max((number for number, at in opened if number is not None and at is not None), default=None)
    if last is None:
        return False
    held = FrozenDecision.objects.of(mission).filter(number=last)
    kept = {ref: (outcome, amount) for ref, outcome, amount in held.values_list("project_ref", "outcome", "amount")}
    return all(
        kept.get(each.project_id) == (each.outcome.value, None if each.amount is UNKNOWN else each.amount)
        for each in decisions
    )


def frozen_since(user: User, mission: Mission, when: datetime | None) -> bool:
    """Whether a sitting that decides was frozen since: what was printed before it says less than what is decided."""
    rows = Sitting.objects.visible_to(user).of(mission).filter(kind=Sitting.Kind.STEERING)
    return when is not None and rows.filter(frozen_at__gt=when).exists()


def is_locked(mission: Mission) -> bool:
    """Whether the decisions of a mission are those of a frozen sitting, that no other follows yet; one query."""
    rows = Sitting.objects.of(mission).filter(kind=Sitting.Kind.STEERING, number__isnull=False)
    return rows.order_by("-number").values_list("frozen_at", flat=True).first() is not None
