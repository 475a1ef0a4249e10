"""What awaits those who do not work on the whole mission: projects to read by their codes, a firm's own answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse

from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.desk.tasks import Task
from rebond.web.desk.waiting import also_awaiting
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.firm_space import asked_of
from rebond.web.disclosure.models import Shared
from rebond.web.firms.models import Firm
from rebond.web.missions.access import firms_in, parts_in
from rebond.web.missions.models import Mission, Role
from rebond.web.readings.models import Kind, Reading
from rebond.web.referrals.models import SentReferral

FIRM_KIND = "entreprise"
NEW_KIND = "nouveau"
"""A project that the person never opened."""


@also_awaiting
def projects_to_read(user: User, mission: Mission, roles: Collection[str], on: date) -> Iterable[Task]:
    """Projects put at the disposal of a partner that this person never opened; by their codes, consent or not.

    What was sent to it awaits an answer, and is told as such.
    """
    del roles, on
    organisations = {part.organisation for part in parts_in(mission) if part.role == Role.PARTNER}
    if not organisations:
        return
    read = Reading.objects.of(mission).filter(by=user, kind=Kind.PROJECT)
    rows = (
        Shared.objects.of(mission).filter(organisation__in=organisations).exclude(project__ref__in=read.values("ref"))
    )
    sent = SentReferral.objects.visible_to(user).of(mission).values("project")
    for row in rows.exclude(project__in=sent).select_related("project").order_by("at", "pk"):
        code = code_of(row.project)
        yield Task(
            verb="Lire",
            subject=typeset(f"Projet {code.upper()}"),
            why="mis à votre disposition",
            url=reverse("disclosure:sheet", args=[mission.slug, code]),
            kind=NEW_KIND,
            key=code,
        )


@also_awaiting
def answers_of_firms(user: User, mission: Mission, roles: Collection[str], on: date) -> Iterable[Task]:
    """What a mission asks of the firms that the person speaks for."""
    del user, roles, on
    numbers = firms_in(mission)
    for firm in Firm.objects.of(mission).filter(pk__in=numbers) if numbers else ():
        for asked in asked_of(mission, firm):
            yield Task(verb="Demandé", subject=asked.what, why=asked.why, url=asked.url, kind=FIRM_KIND)
