"""What awaits a person in a mission, one line a thing: a verb, its object, why, euros or a day, one address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef
from django.urls import reverse

from rebond.restitution.typography import listed, typeset
from rebond.roadmap.build import NO_ACTION
from rebond.web.accounts.models import User
from rebond.web.advice.tasks import advice_tasks
from rebond.web.catalogue.reading import organisation_name
from rebond.web.desk.ahead import Ahead
from rebond.web.desk.tasks import NEAR, Task
from rebond.web.disclosure.disclosed import discreet_words
from rebond.web.interviews.models import Interview, MinutesReply
from rebond.web.missions.access import SITTING, TEAM
from rebond.web.missions.models import Membership, Mission, Role
from rebond.web.missions.truth import Answer
from rebond.web.portfolio.calls import financing
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.reading import Line, Situation, lines_for_organisations, lines_for_team
from rebond.web.studies.models import KnownLink, ProjectFinding, Referral

__all__ = ["NEAR", "Task", "also_awaiting", "awaiting"]

Provider = Callable[[User, Mission, Collection[str], date], Iterable[Task]]
_PROVIDERS: list[Provider] = []


def also_awaiting(provider: Provider) -> Provider:
    """Register what another app knows to await a person of these roles: its ``ready`` imports it."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)
    return provider


def awaiting(
    user: User, mission: Mission, roles: Collection[str], on: date, *, ahead: Ahead | None = None
) -> list[Task]:
    """Everything that awaits a person of these roles, the most urgent first; ``ahead``: what the page tells besides."""
    ahead = ahead or Ahead(user=user, mission=mission)
    tasks: list[Task] = []
    if not SITTING.isdisjoint(roles):
        proposed = _proposed(user, mission)
        tasks += _decisions(proposed, mission, on, discreetly=TEAM.isdisjoint(roles))
        tasks += _sittings(ahead, on) if Role.PILOT in roles else ()
        tasks += _incomplete(proposed, mission, on) if not TEAM.isdisjoint(roles) else ()
    if not TEAM.isdisjoint(roles):
        tasks += _corrections(user, mission)
        tasks += _links(user, mission)
        tasks += _sent(user, mission, on)
        tasks += _referrals(user, mission, on)
        tasks += _actions(ahead, on)
        tasks += _calls(user, mission, on)
        tasks += advice_tasks(user, mission, roles, on)
    if Role.PARTNER in roles:
        tasks += _addressed(user, mission, on)
    for provider in _PROVIDERS:
        tasks += provider(user, mission, roles, on)
    return sorted(tasks, key=lambda task: task.urgency)


def _decisions(proposed: Iterable[ProjectFinding], mission: Mission, on: date, *, discreetly: bool) -> Iterable[Task]:
    """Projects proposed on the envelope that the committee said nothing of; it reads no confidence in a title."""
    decided = set(CommitteeDecision.objects.of(mission).values_list("project", flat=True))
    for row in proposed:
        if row.project_id in decided:
            continue
        title = row.project.title
        if discreetly:
            title, _ = discreet_words(title, row.project.description)
        call = financing(mission, row)
        named = f" de « {call.title} »" if call.several else ""
        yield Task(
            verb="Décider",
            kind="decision",
            key=row.project.ref,
            subject=typeset(title),
            why=typeset(f"{row.project.firm.name} : proposé sur l’enveloppe{named}, aucune décision du comité"),
            url=reverse("portfolio:decision", args=[mission.slug, row.project.ref]) + call.suffix,
            due=mission.committee_on,
            stake=row.envelope,
            late=mission.committee_on < on,
        )


def _sittings(ahead: Ahead, on: date) -> Iterable[Task]:
    """What each sitting asks of the pilot: prepare, convene, note who came, freeze."""
    for row in ahead.sittings:
        subject = typeset(f"{row.get_kind_display()} du {row.held_on:%d/%m/%Y}")
        for verb, why, due in _asked_by(row, on):
            yield Task(
                verb=verb,
                kind="seance",
                key=f"{row.pk} {verb}",
                subject=subject,
                why=why,
                url=reverse("committee:sitting", args=[ahead.mission.slug, row.pk]),
                due=due,
                late=due < on,
            )


def _asked_by(row: Any, on: date) -> Iterable[tuple[str, str, date]]:
    """Verb, why, last day; the sitting says how many points are written and how many people came."""
    convene = row.convene_by
    if row.held_on < on:
        why = f"la séance est passée : {'gelez ce qui s’y est décidé' if row.came else 'qui est venu ?'}"
        yield "Geler" if row.came else "Noter les présences", why, row.held_on
    elif row.held_on == on and not row.came:
        yield "Tenir", "c’est aujourd’hui : notez qui vient", on
    elif row.convened_on is None and row.number is None and convene <= on + NEAR:
        yield "Convoquer", f"à envoyer {row.notice_days} jours avant", convene
    if not row.points_written and on <= row.held_on <= on + 2 * NEAR:
        yield "Préparer", "l’ordre du jour est celui que le logiciel propose : relisez-le, donnez des durées", convene


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
                kind="fiche",
                key=row.project.ref,
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
            kind="correction",
            key=str(row.pk),
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
                kind="rapprochement",
                key=row.project.ref,
                subject=typeset(f"{row.project.title}, {row.entry.partner_name}"),
                why=typeset(f"ressemble à « {row.entry.project_title or row.entry.firm_name} » : {row.score}/100"),
                url=reverse("linkage:queue", args=[mission.slug]),
            )


def _referrals(user: User, mission: Mission, on: date) -> Iterable[Task]:
    """Organisations whose next step is past its day, each once."""
    rows = Referral.objects.visible_to(user).found_by(mission.current_study).filter(due_on__lt=on).order_by()
    # What was sent has a clock of its own (``_sent``).
    sent = SentReferral.objects.of(mission).filter(project=OuterRef("project"), organisation=OuterRef("organisation"))
    rows = rows.filter(~Exists(sent))
    grouped = rows.values("organisation", "organisation_name").annotate(
        projects=Count("project", distinct=True), first=Min("due_on")
    )
    for row in grouped:
        count = row["projects"]
        yield Task(
            verb="Faire avancer",
            kind="orientation",
            key=row["organisation"],
            subject=typeset(f"{row['organisation_name']} : {count} projet{'s' if count > 1 else ''}"),
            why="la prochaine étape proposée a passé son échéance",
            url=f"{reverse('referrals:list', args=[mission.slug])}?organisation={row['organisation']}&echeance=passee",
            due=row["first"],
            late=True,
        )


def _sent(user: User, mission: Mission, on: date) -> Iterable[Task]:
    """What was sent: organisations that are late, each once, and the precisions that they ask for."""
    lines = lines_for_team(SentReferral.objects.visible_to(user).of(mission), on)
    late: dict[str, list[Line]] = {}
    for each in lines:
        if each.situation is Situation.LATE:
            late.setdefault(each.row.organisation, []).append(each)
        elif each.situation is Situation.ASKED:
            yield Task(
                verb="Préciser",
                kind="orientation",
                key=f"{each.ref} precisions",
                subject=f"{each.named.name}, {each.organisation}",
                why=typeset(f"elle demande : {each.followed.steps[-1].reason or 'des précisions'}"),
                url=reverse("referrals:one", args=[mission.slug, each.ref]),
                stake=each.asked,
            )
    for code, each_late in late.items():
        count = len(each_late)
        yield Task(
            verb="Relancer",
            kind="orientation",
            key=f"relancer {code}",
            subject=typeset(f"{each_late[0].organisation} : {count} projet{'s' if count > 1 else ''}"),
            why="aucune réponse à la date demandée",
            url=f"{reverse('referrals:sent', args=[mission.slug])}?organisation={code}&situation={Situation.LATE}",
            due=min(each.answer_by for each in each_late if each.answer_by),
            stake=sum((each.asked for each in each_late if each.asked is not None), Decimal(0)) or None,
            late=True,
        )


def _addressed(user: User, mission: Mission, on: date) -> Iterable[Task]:
    """What the organisations that a person stands for are asked to answer."""
    parts = Membership.objects.of(mission).filter(user_id=user.pk, role=Role.PARTNER, organisation__code__isnull=False)
    codes = [str(code) for code in parts.values_list("organisation__code", flat=True)]
    if not codes:
        return
    for each in lines_for_organisations(mission, SentReferral.objects.visible_to(user).of(mission), codes, on):
        if each.state.waits_for_answer:
            yield Task(
                verb="Répondre",
                kind="orientation",
                key=each.ref,
                subject=each.named.name,
                why=each.why,
                url=reverse("referrals:one", args=[mission.slug, each.ref]),
                due=each.answer_by,
                stake=each.asked,
                late=each.situation is Situation.LATE,
            )


def _calls(user: User, mission: Mission, on: date) -> Iterable[Task]:
    """Firms that wait to be called back: the day is near, past, or nobody wrote it."""
    for row in Interview.objects.visible_to(user).of(mission).to_call().select_related("firm"):
        if row.callback_on is not None and row.callback_on > on + NEAR:
            continue
        by = f", par {row.callback_by}" if row.callback_by else ""
        yield Task(
            verb="Rappeler",
            kind="appel",
            key=row.ref,
            subject=typeset(row.firm.name),
            why=typeset(f"{row.callback_why or 'depuis l’entretien'}{by}"),
            url=f"{reverse('desk:agenda', args=[mission.slug])}#rappel-{row.ref}",
            due=row.callback_on,
            late=row.callback_on is not None and row.callback_on < on,
        )


def _actions(ahead: Ahead, on: date) -> Iterable[Task]:
    """Adopted actions that are due, late, or that nobody leads; the proposals that wait, all in one line."""
    mission = ahead.mission
    for row in ahead.adopted:
        address = reverse("roadmap:action", args=[mission.slug, row.ref])
        if row.ends_on is not None and row.ends_on <= on + NEAR:
            owner = organisation_name(row.owner) if row.owner else "sans pilote"
            late = row.ends_on < on
            yield Task(
                verb="Faire le point",
                kind="action",
                key=row.ref,
                subject=typeset(row.title),
                why=typeset(f"feuille de route, {owner} : {'la fin est passée' if late else 'la fin approche'}"),
                url=f"{address}#titre-avancement",
                due=row.ends_on,
                late=late,
            )
        if not row.owner:
            yield Task(
                verb="Désigner un pilote",
                kind="action",
                key=f"{row.ref} pilote",
                subject=typeset(row.title),
                why="feuille de route : personne ne répond de cette action",
                url=address,
                due=row.ends_on,
            )
    count = sum(row.axis != NO_ACTION for row in ahead.proposals)
    if count:
        yield Task(
            verb="Adopter ou écarter",
            kind="action",
            key="propositions",
            subject=f"{count} action{'s' if count > 1 else ''} proposée{'s' if count > 1 else ''}",
            why="feuille de route : ce que l’étude propose n’engage encore personne",
            url=f"{reverse('roadmap:roadmap', args=[mission.slug])}#propositions",
            due=mission.committee_on,
            late=mission.committee_on < on,
        )
