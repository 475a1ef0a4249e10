"""What a firm finds in its space: where its projects stand, what is asked of it, who may see them, whom to call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from rebond.restitution.typography import french_date, typeset
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.advice.told import expected_of
from rebond.web.disclosure.consenting import open_requests
from rebond.web.disclosure.disclosed import code_of
from rebond.web.disclosure.models import Consent, ConsentRequest, Shared
from rebond.web.disclosure.telling import pilots_of
from rebond.web.disclosure.ways_out import ways_out
from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Interview, MinutesReply
from rebond.web.interviews.replies import digest_of
from rebond.web.missions.models import Mission
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import Project
from rebond.web.studies.models import OpenQuestion

STEPS = ("Entretien", "Projet décrit", "Plan de financement", "Orientation", "Réponse des financeurs")
_MOST_ASKED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that is asked of a firm, and why; ``url``: where it does it, empty when it says it to its contact."""

    what: str
    why: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a project stands: one sentence and five steps, of which ``reached`` are behind."""

    key: str
    name: str
    sentence: str
    reached: int
    ways: tuple[str, ...] = ()
    """Each organisation it is sent to, and the state of that alone."""

    @property
    def steps(self) -> list[tuple[str, bool]]:
        """Each step, and whether it is behind."""
        return [(label, rank < self.reached) for rank, label in enumerate(STEPS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Minutes of an interview, and what the firm said of them."""

    ref: str
    day: date
    state: str
    answer: str = ""
    to_read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An organisation that reads projects of the firm; ``named``: in clear, by a consent."""

    name: str
    projects: int
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmSpace:
    """All of it, for one firm."""

    firm: Firm
    asked: Sequence[Asked]
    standings: Sequence[Standing]
    minutes: Sequence[Minutes]
    consents: Sequence[Consent]
    ended: Sequence[Consent]
    readers: Sequence[Reader]
    committee: int
    """How many of its projects are put before the committee, in clear."""
    pilots: Sequence[User]
    may_agree: bool
    """Whether some organisation reads its projects under a code name alone."""
    works_started_warning: bool


def firm_space(mission: Mission, firm: Firm) -> FirmSpace:
    """What a firm finds in its space."""
    rows = Project.objects.of(mission).filter(firm=firm).with_finding(mission.current_study)
    projects = list(rows.prefetch_related("costs"))
    minutes = _minutes(mission, firm)
    every = list(Consent.ever.of(mission).filter(firm=firm).select_related("organisation"))
    consents = [row for row in every if row.ended_at is None]
    pending = open_requests(ConsentRequest.objects.of(mission).filter(firm=firm))
    requests = () if mission.archived_at else pending
    shared = list(Shared.objects.of(mission).filter(project__firm=firm).select_related("organisation"))
    return FirmSpace(
        firm=firm,
        asked=[
            *_to_answer(mission, firm, requests),
            *_to_read(mission, firm, minutes),
            *_promised(mission, projects),
            *_questions(mission, projects),
        ],
        standings=_standings(mission, projects, met=bool(minutes)),
        minutes=minutes,
        consents=consents,
        ended=[row for row in every if row.ended_at is not None],
        readers=_readers(shared, consents),
        committee=sum(row.organisation_id is None for row in shared),
        pilots=pilots_of(mission),
        may_agree=mission.archived_at is None and bool(offered_to(mission, firm)),
        works_started_warning=any(project.works_started is not True for project in projects),
    )


def asked_of(mission: Mission, firm: Firm) -> list[Asked]:
    """What a firm does by itself on the site: requests to answer, minutes to read."""
    if mission.archived_at is not None:
        return []
    requests = open_requests(ConsentRequest.objects.of(mission).filter(firm=firm))
    return [*_to_answer(mission, firm, requests), *_to_read(mission, firm, _minutes(mission, firm))]


def offered_to(mission: Mission, firm: Firm) -> list[Organisation]:
    """The organisations that read a firm's projects under a code name: it may agree without being asked."""
    shared = Shared.objects.of(mission).filter(project__firm=firm, organisation__isnull=False)
    named = Consent.objects.of(mission).filter(firm=firm)
    if named.filter(organisation=None).exists():
        return []
    agreed = named.values("organisation")
    return list(Organisation.objects.filter(pk__in=shared.values("organisation")).exclude(pk__in=agreed))


def last_reply(replies: Sequence[MinutesReply]) -> MinutesReply | None:
    """What the firm said last of minutes."""
    return max(replies, key=lambda row: (row.at, row.pk), default=None)


def state_of(interview: Interview, replies: Sequence[MinutesReply]) -> Minutes:
    """Where minutes stand: an approval holds for the text that was read, and for no later one."""
    reply, day = last_reply(replies), interview.held_on
    if reply is None:
        return Minutes(ref=interview.ref, day=day, state="à relire")
    said = f"{reply.get_kind_display().lower()} le {_day(reply.at)}"
    if reply.kind == MinutesReply.Kind.CORRECTION:
        if not reply.outcome:
            return Minutes(ref=interview.ref, day=day, state=f"{said}, en attente de la mission", to_read=False)
        outcome = f"{said}, {reply.get_outcome_display().lower()}"
        changed = reply.about != digest_of(interview)
        state = f"{outcome} : à relire" if changed else outcome
        return Minutes(ref=interview.ref, day=day, state=state, answer=reply.answer, to_read=changed)
    if reply.about != digest_of(interview):
        return Minutes(ref=interview.ref, day=day, state=f"{said}, modifié depuis : à relire")
    return Minutes(ref=interview.ref, day=day, state=said, to_read=False)


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y}"


def _minutes(mission: Mission, firm: Firm) -> list[Minutes]:
    rows = Interview.objects.of(mission).filter(firm=firm).exclude(minutes="").prefetch_related("replies")
    return [state_of(row, list(row.replies.all())) for row in rows]


def _to_answer(mission: Mission, firm: Firm, requests: Iterable[ConsentRequest]) -> list[Asked]:
    url = reverse("disclosure:firm_consent", args=[mission.slug, firm.ref])
    why = "ceux qui peuvent financer vos projets sauraient qu’ils sont les vôtres ; vous pouvez refuser"
    return [Asked(what="Donner ou refuser votre accord", why=why, url=f"{url}?demande={row.pk}") for row in requests]


def _to_read(mission: Mission, firm: Firm, minutes: Sequence[Minutes]) -> list[Asked]:
    return [
        Asked(
            what=f"Relire le compte rendu du {row.day:%d/%m/%Y}",
            why="vous êtes seul à pouvoir dire s’il est juste",
            url=reverse("disclosure:minutes", args=[mission.slug, firm.ref, row.ref]),
        )
        for row in minutes
        if row.to_read and not mission.archived_at
    ]


def _promised(mission: Mission, projects: Sequence[Project]) -> list[Asked]:
    """The evidence that the firm promised to its adviser, and that did not come."""
    found = []
    for each in () if mission.archived_at else expected_of(mission, projects):
        promise, before = each.promise, each.promise.row.before
        level = f" : {promise.asks}" if promise.asks else ""
        day = "" if before is None else f" avant le {french_date(before)}{', en retard' if promise.late else ''}"
        what = typeset(f"Preuve de maturité, {promise.label.lower()}{level}")
        found.append(Asked(what=what, why=f"promise à {each.adviser} pour « {each.project} »{day}"))
    return found


def _questions(mission: Mission, projects: Sequence[Project]) -> list[Asked]:
    """What the plans wait for from the firm, the most euros first: it says the answer to its contact."""
    rows = OpenQuestion.objects.found_by(mission.current_study).filter(
        project__in=[each.pk for each in projects], asked_of=OpenQuestion.AskedOf.FIRM
    )
    return [
        Asked(what=typeset(row.text), why=f"cette réponse peut ouvrir {format_euros(row.amount)}")
        for row in rows[:_MOST_ASKED]
    ]


def _standings(mission: Mission, projects: Sequence[Project], *, met: bool) -> list[Standing]:
    told = ways_out(mission, [each.pk for each in projects], every=True)
    ways = {project: tuple(typeset(f"{name} : {state}") for name, state in each) for project, each in told.items()}
    return [_standing(each, met=met, ways=ways.get(each.pk, ())) for each in projects]


def _standing(project: Project, *, met: bool, ways: tuple[str, ...]) -> Standing:
    if not project.costs.all():
        reached, sentence = int(met), "Votre projet est noté ; ses dépenses restent à décrire."
    elif project.finding is None:
        reached, sentence = 2, "Votre projet est décrit ; son plan de financement n’est pas encore établi."
    elif not ways:
        reached, sentence = 3, "Un plan de financement est établi ; la suite reste à choisir avec la mission."
    else:
        reached, sentence = (
            4,
            "Un plan et une suite sont proposés. Rien n’est accordé sans réponse d’un financeur.",
        )
    key, name = code_of(project), typeset(project.title)
    return Standing(key=key, name=name, sentence=typeset(sentence), reached=reached, ways=ways)


def _readers(shared: Sequence[Shared], consents: Sequence[Consent]) -> list[Reader]:
    every = any(row.organisation_id is None for row in consents)
    named = {row.organisation_id for row in consents}
    found: dict[int, list[Shared]] = {}
    for row in shared:
        if row.organisation_id is not None:
            found.setdefault(row.organisation_id, []).append(row)
    return [
        Reader(name=typeset(str(rows[0].organisation)), projects=len(rows), named=every or key in named)
        for key, rows in found.items()
    ]
