"""Accounts of the demo: created, and shown on the login page, in demo mode only."""

from __future__ import annotations

from dataclasses import dataclass

from rebond.web.accounts.models import User
from rebond.web.disclosure.models import Shared
from rebond.web.firms.models import Firm
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.organisations.adopting import adopt, affiliate, organisation_named
from rebond.web.organisations.models import OrganisationKind
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding, Referral

DEMO_PASSWORD = "rebond-demo"  # noqa: S105 - public on purpose: shown on the login page of the demo


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """A demo account and what it is for."""

    username: str
    role: Role
    told: str
    """Who that is, on the login page."""
    organisation: str = ""
    kind: OrganisationKind | None = None
    """Of an organisation that the catalogue does not have; without it, ``organisation`` is a key of the catalogue."""
    listed: bool = False
    """Whether the login page shows it."""

    @property
    def password(self) -> str:
        """The one password of all demo accounts."""
        return DEMO_PASSWORD


ACCOUNTS = (
    DemoAccount(
        username="pilote",
        role=Role.PILOT,
        told="Chef de projet du territoire",
        organisation="Équipe du territoire",
        kind=OrganisationKind.TERRITORY,
        listed=True,
    ),
    DemoAccount(
        username="copil",
        role=Role.COMMITTEE,
        told="Comité de pilotage",
        organisation="prefecture-52",
        listed=True,
    ),
    DemoAccount(
        username="consultant",
        role=Role.CONSULTANT,
        told="Cabinet de conseil",
        organisation="Cabinet de conseil",
        kind=OrganisationKind.CONSULTANCY,
    ),
    DemoAccount(username="bpifrance", role=Role.PARTNER, told="Bpifrance", organisation="bpifrance"),
    DemoAccount(username="entreprise", role=Role.FIRM, told="Entreprise rencontrée"),
    DemoAccount(username="observateur", role=Role.OBSERVER, told="Observateur national"),
)
DEMO_ACCOUNTS = tuple(account for account in ACCOUNTS if account.listed)


def create_demo_accounts(mission: Mission) -> None:
    """Create every demo account, with its part in the mission; that of a firm is of the first one, if any."""
    firm = Firm.objects.of(mission).order_by("ref").first()
    for account in ACCOUNTS:
        user, _ = User.objects.get_or_create(username=account.username)
        user.set_password(DEMO_PASSWORD)
        user.save()
        organisation = None
        if account.organisation:
            kind = account.kind
            organisation = organisation_named(account.organisation, kind=kind) if kind else adopt(account.organisation)
            affiliate(user, organisation)
        spoken_for = firm if account.role == Role.FIRM else None
        if account.role == Role.FIRM and firm is None:
            continue
        Membership.objects.update_or_create(
            user=user, mission=mission, role=account.role, defaults={"organisation": organisation, "firm": spoken_for}
        )
    _put_at_disposal(mission)


def _put_at_disposal(mission: Mission) -> None:
    """The candidates to the call before the committee, Bpifrance's projects at its disposal: nobody's gesture."""
    found = ProjectFinding.objects.found_by(mission.current_study)
    places = ProjectFinding.Status
    candidates = found.filter(status__in=(places.RETAINED, places.NOT_RETAINED))
    sent = Referral.objects.found_by(mission.current_study).filter(organisation="bpifrance")
    for row in candidates.select_related("project"):
        Shared.objects.get_or_create(project=row.project, organisation=None)
    for project in Project.objects.of(mission).filter(pk__in=sent.values("project")):
        Shared.objects.get_or_create(project=project, organisation=adopt("bpifrance"))
