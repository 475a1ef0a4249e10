"""What awaits a person in a mission, one line a thing: a verb, its object, why, euros or a day, one address."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Min
from django.urls import reverse

from rebond.restitution.typography import listed, typeset
from rebond.web.accounts.models import User
from rebond.web.committee.models import Sitting
from rebond.web.interviews.models import Interview, MinutesReply
from rebond.web.missions.access import SITTING, TEAM
from rebond.web.missions.models import Mission, Role
from rebond.web.missions.truth import Answer
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.studies.models import Action, KnownLink, ProjectFinding, Referral

NEAR = timedelta(days=14)
"""How far ahead an action of the roadmap is a thing of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """``due``: the last day; ``stake``: euros that hang on it; ``late``: the day is past."""

    verb: str
    subject: str
    why: str
    url: str
    due: date | None = None
    stake: Decimal | None = None
    late: bool = False

    @property
    def urgency(self) -> tuple[bool, date, Decimal]:
        """Late first, then the nearest day, then the most euros."""
        return not self.late, self.due or date.max, -(self.stake or Decimal(0))


def awaiting(user: User, mission: Mission, roles: Collection[str], on: date) -> list[Task]:
    """Everything that awaits a person of these roles, the most urgent first."""
    tasks: list[Task] = []
    if not SITTING.isdisjoint(roles):
        proposed = _proposed(user, mission)
        tasks += _decisions(proposed, mission, on)
        tasks += _sittings(user, mission, on) if Role.PILOT in roles else ()
        tasks += _incomplete(proposed, mission, on) if not TEAM.isdisjoint(roles) else ()
    if not TEAM.isdisjoint(roles):
        tasks += _corrections(user, mission)
        tasks += _links(user, mission)
        tasks += _referrals(user, mission, on)
        tasks += _actions(user, mission, on)
        tasks += _calls(user, mission, on)
    return sorted(tasks, key=lambda task: task.urgency)


def _decisions(proposed: Iterable[ProjectFinding], mission: Mission, on: date) -> Iterable[Task]:
    """Projects proposed on the envelope that the committee said nothing of."""
    decided = set(CommitteeDecision.objects.of(mission).values_list("project", flat=True))
    for row in proposed:
        if row.project_id in decided:
            continue
        yield Task(
            verb="Décider",
            subject=typeset(row.project.title),
            why=typeset(f"{row.project.firm.name} : proposé sur l’enveloppe, aucune décision du comité"),
            url=reverse("portfolio:decision", args=[mission.slug, row.project.ref]),
            due=mission.committee_on,
            stake=row.envelope,
            late=mission.committee_on < on,
        )


def _sittings(user: User, mission: Mission, on: date) -> Iterable[Task]:
    """What each sitting asks of the pilot: prepare, convene, note who came, freeze."""
    rows = Sitting.objects.visible_to(user).of(mission).filter(frozen_at=None, cancelled_at=None)
    for row in rows.annotate(points_written=Count("points", distinct=True), came=Count("attendance", distinct=True)):
        url = reverse("committee:sitting", args=[mission.slug, row.pk])
        subject = typeset(f"{row.get_kind_display()} du {row.held_on:%d/%m/%Y}")
        convene = row.convene_by
        if row.held_on < on:
            why = f"la séance est passée : {'gelez ce qui s’y est décidé' if row.came else 'qui est venu ?'}"
            verb = "Geler" if row.came else "Noter les présences"
            yield Task(verb=verb, subject=subject, why=why, url=url, due=row.held_on, late=True)
        elif row.held_on == on and not row.came:
            yield Task(verb="Tenir", subject=subject, why="c’est aujourd’hui : notez qui vient", url=url, due=on)
        elif row.convened_on is None and row.number is None and convene <= on + NEAR:
            why = f"à envoyer {row.notice_days} jours avant"
            yield Task(verb="Convoquer", subject=subject, why=why, url=url, due=convene, late=convene < on)
        if not row.points_written and on <= row.held_on <= on + 2 * NEAR:
            why = "l’ordre du jour est celui que le logiciel propose : relisez-le, donnez des durées"
            yield Task(verb="Préparer", subject=subject, why=why, url=url, due=convene, late=convene < on)


def _incomplete(proposed: Iterable[ProjectFinding], mission: Mission, on: date) -> Iterable[Task]:
    """Proposed projects whose sheet still lacks what a committee asks."""
    for row in proposed:
        lacking = [
            words
            for words, missing in (
                ("le coût", not row.cost),
                ("la commune", not row.project.commune),
                ("le début", row.project.starts_on is None),
                ("les emplois à créer", row.project.jobs_created is None),
                ("la maturité", not row.maturity),
            )
            if missing
        ]
        if lacking:
            yield Task(
                verb="Compléter",
                subject=typeset(row.project.title),
                why=f"pour le comité, il manque {listed(lacking)}",
                url=reverse("editing:project", args=[mission.slug, row.project.ref]),
                due=mission.committee_on,
                stake=row.envelope,
                late=mission.committee_on < on,
            )


def _proposed(user: User, mission: Mission) -> list[ProjectFinding]:
    rows = ProjectFinding.objects.visible_to(user).found_by(mission.current_study)
    return list(rows.filter(status=ProjectFinding.Status.RETAINED).select_related("project__firm"))


def _corrections(user: User, mission: Mission) -> Iterable[Task]:
    """What firms ask to have corrected in their minutes."""
    rows = MinutesReply.objects.visible_to(user).of(mission).filter(kind=MinutesReply.Kind.CORRECTION, outcome="")
    for row in rows.select_related("interview__firm").order_by("at"):
        yield Task(
            verb="Répondre",
            subject=typeset(row.interview.firm.name),
            why="elle demande une correction de son compte rendu",
            url=reverse("interviews:replies", args=[mission.slug]),
        )


def _links(user: User, mission: Mission) -> Iterable[Task]:
    """Projects of which one cannot say whether the partners knew them, with the line of a list that is nearest."""
    study = mission.current_study
    unsure = ProjectFinding.objects.visible_to(user).found_by(study).filter(known=Answer.UNKNOWN)
    rows = KnownLink.objects.visible_to(user).found_by(study).filter(outcome=KnownLink.Outcome.TO_CONFIRM)
    rows = rows.filter(project__in=unsure.values("project")).select_related("entry", "project").order_by("-score", "pk")
    nearest: dict[int | None, KnownLink] = {}
    for row in rows:
        nearest.setdefault(row.project_id, row)
    for row in nearest.values():
        if row.project is not None:
            yield Task(
                verb="Confirmer",
                subject=typeset(f"{row.project.title}, {row.entry.partner_name}"),
                why=typeset(f"ressemble à « {row.entry.project_title or row.entry.firm_name} » : {row.score}/100"),
                url=reverse("linkage:queue", args=[mission.slug]),
            )


def _referrals(user: User, mission: Mission, on: date) -> Iterable[Task]:
    """Organisations whose next step is past its day, each once."""
    rows = Referral.objects.visible_to(user).found_by(mission.current_study).filter(due_on__lt=on).order_by()
    grouped = rows.values("organisation", "organisation_name").annotate(
        projects=Count("project", distinct=True), first=Min("due_on")
    )
    for row in grouped:
        count = row["projects"]
        yield Task(
            verb="Faire avancer",
            subject=typeset(f"{row['organisation_name']} : {count} projet{'s' if count > 1 else ''}"),
            why="la prochaine étape proposée a passé son échéance",
            url=f"{reverse('referrals:list', args=[mission.slug])}?organisation={row['organisation']}&echeance=passee",
            due=row["first"],
            late=True,
        )


def _calls(user: User, mission: Mission, on: date) -> Iterable[Task]:
    """Firms that wait to be called back: the day is near, past, or nobody wrote it."""
    for row in Interview.objects.visible_to(user).of(mission).to_call().select_related("firm"):
        if row.callback_on is not None and row.callback_on > on + NEAR:
            continue
        by = f", par {row.callback_by}" if row.callback_by else ""
        yield Task(
            verb="Rappeler",
            subject=typeset(row.firm.name),
            why=typeset(f"{row.callback_why or 'depuis l’entretien'}{by}"),
            url=f"{reverse('desk:agenda', args=[mission.slug])}#rappel-{row.ref}",
            due=row.callback_on,
            late=row.callback_on is not None and row.callback_on < on,
        )


def _actions(user: User, mission: Mission, on: date) -> Iterable[Task]:
    """Actions of the roadmap that are due."""
    rows = Action.objects.visible_to(user).found_by(mission.current_study).filter(due_on__lte=on + NEAR)
    for row in rows:
        yield Task(
            verb="Faire le point",
            subject=typeset(row.title),
            why=typeset(f"feuille de route, {row.owner_name}"),
            url=reverse("roadmap:roadmap", args=[mission.slug]),
            due=row.due_on,
            late=row.due_on < on,
        )
