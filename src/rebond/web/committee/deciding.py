"""Why those who came to the sitting of the day cannot decide on some projects: the same on every page that decides."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.committee.attending import presence_of
from rebond.web.committee.sittings import sitting_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import standings
from rebond.web.projects.models import Project


def faults_of_deciding(mission: Mission, projects: Iterable[Project], who: str, *, by: User) -> list[str]:
    """One sentence for each project of which ``who`` cannot decide; four queries."""
    return [fault for _, fault in undecidable(mission, ((each, who) for each in projects), by=by)]


def undecidable(
    mission: Mission, decisions: Iterable[tuple[Project, str]], *, by: User | AnonymousUser
) -> list[tuple[Project, str]]:
    """The projects that who decides cannot decide, each with why; four queries, whatever their number."""
    presence, standing = presence_of(sitting_of(mission)), standings(by, mission)
    told = ((each, presence.fault(each.firm_id, each.title, who, standing)) for each, who in decisions)
    return [(each, typeset(fault)) for each, fault in told if fault]
