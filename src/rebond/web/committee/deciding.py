"""Why those who came to the sitting of the day cannot decide on some projects: the same on every page that decides."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.committee.attending import presence_of
from rebond.web.committee.sittings import sitting_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import standings
from rebond.web.projects.models import Project


def faults_of_deciding(mission: Mission, projects: Iterable[Project], who: str, *, by: User) -> list[str]:
    """One sentence for each project of which ``who`` cannot decide; four queries."""
    presence, standing = presence_of(sitting_of(mission)), standings(by, mission)
    told = (presence.fault(each.firm_id, each.title, who, standing) for each in projects)
    return [typeset(fault) for fault in told if fault]
