"""Accounts of the demo: created, and shown on the login page, in demo mode only."""

from __future__ import annotations

from dataclasses import dataclass

from rebond.web.accounts.models import User
from rebond.web.missions.models import Membership, Mission, Role

DEMO_PASSWORD = "rebond-demo"  # noqa: S105 - public on purpose: shown on the login page of the demo


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A demo account and what it is for."""

    username: str
    role: Role
    organisation: str
    listed: bool = False
    """Whether the login page shows it: the other roles read the same until rights by role exist."""

    @property
    def password(self) -> str:
        """The one password of all demo accounts."""
        return DEMO_PASSWORD


ACCOUNTS = (
    DemoAccount(username="pilote", role=Role.PILOT, organisation="Chef de projet du territoire", listed=True),
    DemoAccount(username="copil", role=Role.COMMITTEE, organisation="Comité de pilotage", listed=True),
    DemoAccount(username="consultant", role=Role.CONSULTANT, organisation="Cabinet de conseil"),
    DemoAccount(username="bpifrance", role=Role.PARTNER, organisation="Bpifrance"),
    DemoAccount(username="entreprise", role=Role.FIRM, organisation="Entreprise rencontrée"),
    DemoAccount(username="observateur", role=Role.OBSERVER, organisation="Observateur national"),
)
DEMO_ACCOUNTS = tuple(account for account in ACCOUNTS if account.listed)


def create_demo_accounts(mission: Mission) -> None:
    """Create every demo account, with its part in the mission."""
    for account in ACCOUNTS:
        user, _ = User.objects.get_or_create(username=account.username, defaults={"organisation": account.organisation})
        user.set_password(DEMO_PASSWORD)
        user.save()
        Membership.objects.update_or_create(user=user, mission=mission, defaults={"role": account.role})
