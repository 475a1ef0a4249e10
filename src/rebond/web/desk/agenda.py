"""The days of a mission that a person may read of: interviews, calls, steps of referrals, actions, the committee."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from rebond.restitution.confidences import confidences
from rebond.restitution.icalendar import DayEvent
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.advice.advised import advised
from rebond.web.advice.models import Accompaniment
from rebond.web.catalogue.reading import organisation_name
from rebond.web.committee.planning import hour_of
from rebond.web.desk.ahead import Ahead
from rebond.web.desk.upcoming import closings, counted_on, ends_of_texts
from rebond.web.interviews.models import Interview
from rebond.web.missions.access import TEAM
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Referral

KINDS = {
    "rappel": "Appels à passer",
    "entretien": "Entretiens prévus",
    "orientation": "Échéances des orientations",
    "conseil": "Points avec un conseil",
    "action": "Feuille de route",
    "comite": "Comité",
    "texte": "Fin de textes",
    "dispositif": "Dispositifs qui ferment",
}
PUBLIC_KINDS = frozenset({"comite", "texte", "dispositif"})
"""Those whose entries name no firm."""
NEAR = timedelta(weeks=4)
"""How far the page is unfolded."""
_MANY = 3
"""Steps of one organisation on one day that the page says in one line."""
_NAMES = re.compile(r"\s*(?:,|;|\bet\b|&)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A thing of a day; ``on``: ``None`` for a call whose day nobody wrote."""

    key: str
    """The same in every study: it names the event in other calendars."""
    kind: str
    on: date | None
    what: str
    who: str = ""
    why: str = ""
    url: str = ""
    group: str = ""
    """Entries that one line may say together."""
    group_url: str = ""
    call: str = ""
    """Reference of the interview that a call follows."""

    @property
    def kind_label(self) -> str:
        """In words."""
        return KINDS[self.kind]

    @property
    def people(self) -> tuple[str, ...]:
        """Each person named."""
        return tuple(name for name in _NAMES.split(self.who) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the page: one entry, or several of one organisation on one day."""

    entry: Entry
    count: int
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The lines of a week, or those that are late, or have no day."""

    title: str
    rows: tuple[Row, ...]
    is_far: bool = False
    """Past the next weeks: the page folds it."""


def entries(user: User, mission: Mission, roles: Collection[str], on: date) -> list[Entry]:
    """What the person may read of, the earliest first, calls without a day before all."""
    ahead = Ahead(user=user, mission=mission)
    found = list(_committee(ahead, on))
    if not TEAM.isdisjoint(roles):
        found += [*_interviews(user, mission, on), *_calls(user, mission), *_referrals(user, mission)]
        found += [*_reviews(user, mission), *_actions(ahead), *_ends(user, mission, on)]
    return sorted(found, key=lambda each: (each.on or date.min, list(KINDS).index(each.kind), each.what))


def weeks(found: Iterable[Entry], on: date) -> list[Week]:
    """The lines of the page: without a day, late, then week by week."""
    by_title: dict[str, list[Entry]] = {}
    for each in found:
        if each.on is None:
            title = "Sans date"
        elif each.on < on:
            title = "En retard"
        else:
            title = week_title(each.on)
        by_title.setdefault(title, []).append(each)
    return [
        Week(title=title, rows=tuple(_rows(rows, on)), is_far=rows[0].on is not None and rows[0].on > on + NEAR)
        for title, rows in by_title.items()
    ]


def week_title(day: date) -> str:
    """« Semaine 49, du 30 novembre au 6 décembre 2026 »."""
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6) if monday <= date.max - timedelta(days=6) else date.max
    return typeset(f"Semaine {day.isocalendar().week}, du {monday:%d/%m} au {sunday:%d/%m/%Y}")


def event_of(mission: Mission, entry: Entry, site: str) -> DayEvent | None:
    """As other calendars take it: they are often kept elsewhere, so reasons and confidences stay here."""
    if entry.on is None:
        return None
    return DayEvent(
        uid=f"{entry.key}@{mission.slug}.rebond",
        on=entry.on,
        summary=f"{entry.kind_label} : {confidences().discreet(entry.what)}",
        description=entry.who,
        url=f"{site}{entry.url}" if entry.url else "",
        categories=(entry.kind_label,),
    )


def _rows(found: Sequence[Entry], on: date) -> Iterator[Row]:
    together: dict[tuple[date | None, str], list[Entry]] = {}
    for rank, each in enumerate(found):
        together.setdefault((each.on, each.group or f"#{rank}"), []).append(each)
    for (day, _), group in together.items():
        late = day is not None and day < on
        if len(group) < _MANY:
            yield from (Row(entry=each, count=1, late=late) for each in group)
        else:
            yield Row(entry=group[0], count=len(group), late=late)


def _committee(ahead: Ahead, on: date) -> Iterator[Entry]:
    """The sittings that are planned or open, else the day of the settings; one that was held awaits nobody."""
    mission = ahead.mission
    for row in ahead.sittings:
        if row.held_on >= on:
            where = row.place or ("visioconférence" if row.link else "")
            hour = f", {told}" if (told := hour_of(row)) else ""
            yield Entry(
                key=f"comite-{row.pk}",
                kind="comite",
                on=row.held_on,
                what=typeset(f"{row.get_kind_display()}{hour}"),
                who=where,
                url=reverse("committee:sitting", args=[mission.slug, row.pk]),
            )
    if mission.committee_on < on or any(row.decides for row in ahead.sittings):
        return
    url = reverse("portfolio:session", args=[mission.slug])
    yield Entry(key="comite", kind="comite", on=mission.committee_on, what="Comité de la mission", url=url)


def _interviews(user: User, mission: Mission, on: date) -> Iterator[Entry]:
    rows = Interview.objects.visible_to(user).of(mission).filter(held_on__gte=on).select_related("firm")
    for row in rows:
        yield Entry(
            key=f"entretien-{row.ref}",
            kind="entretien",
            on=row.held_on,
            what=typeset(row.firm.name),
            who=row.interviewer,
            url=reverse("editing:interview", args=[mission.slug, row.ref]),
        )


def _calls(user: User, mission: Mission) -> Iterator[Entry]:
    for row in Interview.objects.visible_to(user).of(mission).to_call().select_related("firm"):
        yield Entry(
            key=f"rappel-{row.ref}",
            kind="rappel",
            on=row.callback_on,
            what=typeset(row.firm.name),
            who=row.callback_by,
            why=row.callback_why,
            url=reverse("firms:sheet", args=[mission.slug, row.firm.ref]),
            call=row.ref,
        )


def _referrals(user: User, mission: Mission) -> Iterator[Entry]:
    rows = Referral.objects.visible_to(user).found_by(mission.current_study).select_related("project")
    every = reverse("referrals:list", args=[mission.slug])
    for row in rows:
        yield Entry(
            key=f"orientation-{row.project.ref}-{row.organisation or 'aucune'}-{row.kind}",
            kind="orientation",
            on=row.due_on,
            what=typeset(f"{row.organisation_name}, {row.project.title}"),
            who=row.owner_name,
            why=row.next_step,
            url=reverse("projects:follow_up", args=[mission.slug, row.project.ref]),
            group=row.organisation_name,
            group_url=f"{every}?organisation={row.organisation}",
        )


def _reviews(user: User, mission: Mission) -> Iterator[Entry]:
    """The next review of each project that an adviser accompanies."""
    rows = Accompaniment.objects.visible_to(user).of(mission).filter(outcome=None, review_on__isnull=False)
    for row in rows.select_related("project"):
        yield Entry(
            key=f"conseil-{row.ref}",
            kind="conseil",
            on=row.review_on,
            what=typeset(row.project.title),
            who=row.contact or organisation_name(row.adviser),
            why=typeset(f"prochain point avec {organisation_name(row.adviser)}"),
            url=reverse("advice:sheet", args=[mission.slug, row.ref]),
        )


def reviews_of_adviser(user: User, mission: Mission, on: date) -> Iterator[Entry]:
    """The next reviews of the projects that an adviser accompanies, under the names that it may know.

    One query for who accompanies none.
    """
    if not Accompaniment.objects.visible_to(user).of(mission).filter(outcome=None, review_on__isnull=False).exists():
        return
    for row in advised(user, mission, on):
        if row.accompaniment is not None and row.review_on is not None:
            yield Entry(
                key=f"conseil-{row.accompaniment.ref}",
                kind="conseil",
                on=row.review_on,
                what=typeset(row.name),
                url=reverse("advice:sheet", args=[mission.slug, row.accompaniment.ref]),
            )


def _actions(ahead: Ahead) -> Iterator[Entry]:
    """What was adopted, by its own dates; what is only proposed, by those of the study."""
    slug = ahead.mission.slug
    for row in ahead.adopted:
        if row.ends_on is not None:
            yield Entry(
                key=f"action-{row.ref}",
                kind="action",
                on=row.ends_on,
                what=typeset(row.title),
                who=organisation_name(row.owner) if row.owner else "",
                url=reverse("roadmap:action", args=[slug, row.ref]),
            )
    url = reverse("roadmap:roadmap", args=[slug])
    for found in ahead.proposals:
        yield Entry(
            key=f"action-{found.code}",
            kind="action",
            on=found.due_on,
            what=found.title,
            who=found.owner_name,
            why="proposée par l’étude, pas encore adoptée",
            url=url,
        )


def _ends(user: User, mission: Mission, on: date) -> Iterator[Entry]:
    """Texts that end and dispositifs that close, of those that plans count on."""
    lines = list(counted_on(user, mission).values_list("regime", "amount", "dispositif", "finding__project"))
    for day in ends_of_texts(((regime, amount) for regime, amount, _, _ in lines), on):
        yield Entry(key=f"texte-{day.on.isoformat()}", kind="texte", on=day.on, what=day.what, url=day.url)
    for closing in closings(((dispositif, project) for _, _, dispositif, project in lines), on):
        key = f"dispositif-{closing.dispositif}-{closing.day.on.isoformat()}"
        yield Entry(key=key, kind="dispositif", on=closing.day.on, what=closing.day.what, url=closing.day.url)
