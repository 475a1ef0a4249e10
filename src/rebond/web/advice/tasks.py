"""What advice awaits of the team: a review to hold, evidence that did not come, a project that changed of maturity."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.urls import reverse

from rebond.restitution.typography import listed, typeset
from rebond.web.accounts.models import User
from rebond.web.advice.advised import RIPE, Advised, advised
from rebond.web.advice.models import Accompaniment, BroughtEvidence, Ripening
from rebond.web.advice.ripened import told, unread
from rebond.web.desk.tasks import NEAR, Task
from rebond.web.missions.models import Mission, Role


def advice_tasks(user: User, mission: Mission, roles: Collection[str], on: date) -> Iterable[Task]:
    """Two queries for a mission that has no adviser and where nothing ripened."""
    if Accompaniment.objects.visible_to(user).of(mission).filter(outcome=None).exists():
        for row in advised(user, mission, on, for_team=True):
            if row.accompaniment is not None and row.accompaniment.is_open:
                yield from _tasks_of(row, row.accompaniment, mission, on)
        if Role.PILOT in roles:
            yield from _brought(user, mission)
    if Role.PILOT in roles:
        yield from _ripened(user, mission)


def _tasks_of(row: Advised, held: Accompaniment, mission: Mission, on: date) -> Iterable[Task]:
    url = reverse("advice:sheet", args=[mission.slug, held.ref])
    name = typeset(row.name)
    if row.state == RIPE:
        yield Task(
            verb="Clore",
            kind="conseil",
            key=f"{held.ref} clore",
            subject=name,
            why=typeset(f"mûr : revient au financement, son accompagnement par {row.adviser_name} peut finir"),
            url=url,
            stake=None if row.finding is None else Decimal(row.finding.support),
        )
        return
    if held.review_on is None or held.review_on <= on + NEAR:
        why = "aucune date de prochain point" if held.review_on is None else "prochain point"
        yield Task(
            verb="Faire le point",
            kind="conseil",
            key=f"{held.ref} point",
            subject=name,
            why=typeset(f"{why} avec {row.adviser_name}"),
            url=url,
            due=held.review_on,
            stake=None if not row.opens else Decimal(row.opens),
            late=row.late,
        )
    late = [each for each in row.promises if each.late]
    if late:
        yield Task(
            verb="Relancer",
            kind="conseil",
            key=f"{held.ref} preuves",
            subject=name,
            why=typeset(f"preuve promise et non reçue : {listed(sorted({each.label.lower() for each in late}))}"),
            url=url,
            due=min(each.row.before for each in late if each.row.before is not None),
            late=True,
        )


def _brought(user: User, mission: Mission) -> Iterable[Task]:
    """A piece that an adviser brought counts once it is confirmed."""
    rows = BroughtEvidence.objects.visible_to(user).of(mission).filter(settled_at=None, accompaniment__outcome=None)
    for row in rows.select_related("accompaniment__project"):
        held = row.accompaniment
        yield Task(
            verb="Confirmer",
            kind="conseil",
            key=f"{held.ref} preuve {row.pk}",
            subject=typeset(held.project.title),
            why=typeset(f"preuve apportée par {row.by_name} le {row.at:%d/%m/%Y}"),
            url=f"{reverse('advice:sheet', args=[mission.slug, held.ref])}#titre-apportees",
        )


def _ripened(user: User, mission: Mission) -> Iterable[Task]:
    """No last day: the day that it was noticed is told as such."""
    for each in told(user, mission, unread(user, mission)):
        yield Task(
            verb="Lire",
            kind="conseil",
            key=f"maturite {each.row.pk}",
            subject=typeset(each.row.project.title),
            why=typeset(f"{_change(each.row)} le {each.row.at:%d/%m/%Y}{_because(each.causes)}"),
            url=f"{reverse('advice:list', args=[mission.slug])}#titre-muris",
        )


def _change(row: Ripening) -> str:
    return "mûr : revient au financement, constaté" if row.ripe else "n’est plus mûr, constaté"


def _because(causes: Collection[object]) -> str:
    fields = dict.fromkeys(str(getattr(each, "field", "")).split(",")[0].lower() for each in causes)
    return f" ; preuve changée : {listed(list(fields))}" if fields else ""
