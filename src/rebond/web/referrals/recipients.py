"""To whom the letters about a referral go, and by whom its links may be used."""

from __future__ import annotations

from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.referrals.models import DeskAddress


def recipients(mission: Mission, organisation: str) -> list[str]:
    """The people of the organisation who take part in the mission, and the addresses that the pilot wrote for it."""
    parts = Membership.objects.of(mission).filter(
        role=Role.PARTNER, organisation__code=organisation, user__is_active=True
    )
    people = parts.exclude(user__email="").values_list("user__email", flat=True)
    written = DeskAddress.objects.of(mission).filter(organisation=organisation).values_list("email", flat=True)
    return sorted({each.lower() for each in (*people, *written)})


def with_account(mission: Mission, organisation: str) -> set[str]:
    """Those of them who read the site."""
    parts = Membership.objects.of(mission).filter(role=Role.PARTNER, organisation__code=organisation)
    return {each.lower() for each in parts.exclude(user__email="").values_list("user__email", flat=True)}
