"""What a partner, the committee or a firm is given of a project: already reduced, so that no template can leak more.

A project whose firm did not agree bears a code name, and what is told of it fits at least ``seuil`` firms of the
mission: what would single it out is left out, the place first, then the kind, then the range of its cost.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from rebond.restitution.audiences import Reader, Traits, audiences
from rebond.restitution.confidences import confidences
from rebond.restitution.editions import Edition, Recipient
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.catalogue.reading import kind_label
from rebond.web.disclosure.models import Consent, Shared
from rebond.web.disclosure.scope import Scope
from rebond.web.disclosure.ways_out import Asked, asked_of, minutes_of, support_of, ways_out
from rebond.web.firms.models import Firm
from rebond.web.missions.access import TEAM, Part, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.organisations.models import Organisation
from rebond.web.projects.models import CostLine, Project

_CODE = 8
UNSAID = "inconnu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """A project as one reader is given it; an empty text was not given."""

    key: str
    """What its address bears: never the reference, whose order follows that of firms."""
    name: str
    named: bool
    firm: str = ""
    place: str = ""
    kind: str = ""
    cost: str = ""
    description: str = ""
    jobs: str = ""
    support: tuple[str, ...] = ()
    """Of its plan, by certainty, the surest first: never as one sum."""
    asked: tuple[tuple[str, str], ...] = ()
    """Dispositif and amount: those of the reader's own organisation, all of them for the firm."""
    contact: str = ""
    """Whom the firm lets the reader's organisation call."""
    cost_range: str = ""
    """What is told in place of the cost: for a firm that is asked whether exact amounts may be."""
    lines: tuple[tuple[str, str], ...] = ()
    decision: str = ""
    minutes: tuple[tuple[str, str], ...] = ()
    """Of the firm alone: date and text of its interviews."""
    ways_out: tuple[tuple[str, str], ...] = ()
    """Organisation and state: of the firm, and of the committee for what is put before it."""


def code_of(project: Project) -> str:
    """The code of a project: stable, and nothing can be read from it without the key of the instance."""
    return _code(project.mission_id, project.pk)


def _code(mission: int, project: int) -> str:
    said = f"projet:{mission}:{project}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest()
    return base64.b32encode(digest).decode()[:_CODE].lower()


def band_of(amount: Decimal) -> str:
    """The range in which an amount is told."""
    return audiences().band(amount)


def shown_to(mission: Mission, part: Part, *, key: str | None = None) -> tuple[Disclosed, ...]:
    """Every project that one part of a person is given, in the order of their names; with a ``key``, that one alone."""
    rows = _of(mission, part)
    if key is not None:
        rows = rows.filter(pk__in=[pk for pk in rows.values_list("pk", flat=True) if _code(mission.pk, pk) == key])
    if part.role == Role.FIRM:
        projects = _loaded(rows, mission)
        ways, minutes = ways_out(mission, [each.pk for each in projects], every=True), minutes_of(mission, part.firm)
        asked = asked_of(projects, None)
        found = [_whole(project, asked, ways, minutes) for project in projects]
    elif part.role == Role.COMMITTEE:
        presented = set(Shared.objects.of(mission).filter(organisation__isnull=True).values_list("project", flat=True))
        named = _loaded(rows.filter(pk__in=presented).select_related("committee_decision"), mission)
        ways = ways_out(mission, [each.pk for each in named])
        found = [_presented(project, ways) for project in named]
        found += _veiled(mission, rows.exclude(pk__in=presented), but=key is not None and bool(named))
    elif part.role == Role.PARTNER:
        agreed = _agreed(mission, part)
        named = _loaded(rows.filter(firm__in=agreed), mission)
        asked = asked_of(named, part.code)
        found = [_addressed(project, asked, agreed[project.firm_id]) for project in named]
        found += _veiled(mission, rows.exclude(firm__in=agreed), but=key is not None and bool(named))
    else:
        found = []
    return tuple(sorted((reduced(each, Reader(part.role)) for each in found), key=lambda each: each.name))


def project_of(mission: Mission, key: str) -> Project | None:
    """The project that a key is of, for who was given it."""
    return next((each for each in Project.objects.of(mission) if code_of(each) == key), None)


def references(mission: Mission, keys: Collection[str]) -> dict[str, str]:
    """The references of projects, which their pages never bear, by the keys of their addresses."""
    found = {code_of(row): row.ref for row in Project.objects.of(mission).only("mission_id", "ref")} if keys else {}
    return {key: found[key] for key in keys}


def committee_of(mission: Mission) -> Recipient:
    """The committee as documents are made for it: what the pilot put before it, code names as in its space."""
    projects = list(Project.objects.of(mission))
    presented = set(Shared.objects.of(mission).filter(organisation__isnull=True).values_list("project", flat=True))
    return Recipient(
        edition=Edition.COMMITTEE,
        presented=frozenset(each.ref for each in projects if each.pk in presented),
        codes={each.ref: code_of(each).upper() for each in projects},
    )


def address_of(mission: Mission, project: Project) -> str:
    """Where the person who was given the mission opens a project: its sheet, or what a space shows of it."""
    if roles_in(mission).isdisjoint(TEAM):
        return reverse("disclosure:sheet", args=[mission.slug, code_of(project)])
    return project.get_absolute_url()


def titled_for(mission: Mission, project: Project) -> Project:
    """The project with the words that the person who was given the mission may read, and finds it by.

    It is not to be saved.
    """
    if roles_in(mission).isdisjoint(TEAM):
        project.title, project.description = discreet_words(project.title, project.description)
        project.search = project.words(project.firm.name)
    return project


_ALWAYS = frozenset({"key", "name", "named"})
"""Of every project that a reader is given at all: its address, and what it is called."""


def reduced(told: Disclosed, reader: Reader) -> Disclosed:
    """What the declaration leaves a reader of a project: whoever made it may have put too much in it.

    A title or a description that gives a confidence away is not told to the committee: the firm told it to the mission.
    """
    declared = audiences()
    kept = {
        each.name: getattr(told, each.name)
        for each in fields(told)
        if each.name in _ALWAYS or (each.name in declared.data and declared.gives(each.name, reader, named=told.named))
    }
    found = Disclosed(**kept)
    return _discreet(found) if reader is Reader.COMMITTEE and found.named else found


def _discreet(told: Disclosed) -> Disclosed:
    words = confidences()
    name, description = discreet_words(told.name, told.description)
    return replace(
        told,
        name=name,
        description=description,
        lines=tuple((words.project if words.tells(label) else label, amount) for label, amount in told.lines),
    )


def discreet_words(title: str, description: str) -> tuple[str, str]:
    """A title and a description as they may leave the team."""
    words = confidences()
    return words.title if words.tells(title) else title, "" if words.tells(description) else description


def _of(mission: Mission, part: Part) -> Any:
    rows = Project.objects.of(mission)
    if part.role == Role.FIRM and part.firm is not None:
        return rows.filter(firm=part.firm)
    if part.role == Role.COMMITTEE:
        return rows
    shared = Shared.objects.of(mission)
    if part.role == Role.PARTNER and part.organisation is not None:
        return rows.filter(pk__in=shared.filter(organisation=part.organisation).values("project"))
    return rows.none()


def _loaded(rows: Any, mission: Mission) -> list[Project]:
    """Projects whose names are given, with what is told of them."""
    return list(rows.with_finding(mission.current_study).select_related("firm").prefetch_related("costs"))


def _agreed(mission: Mission, part: Part) -> Mapping[int, Scope]:
    """Firms that agreed to be named to an organisation, and how far."""
    rows = Consent.objects.of(mission).filter(Q(organisation__isnull=True) | Q(organisation=part.organisation))
    found: dict[int, Scope] = {}
    for firm, amounts, contact in rows.values_list("firm", "amounts", "contact"):
        found[firm] = found.get(firm, Scope()) | Scope(amounts=amounts, contact=contact)
    return found


def after_consent(
    mission: Mission, firm: Firm, organisations: Iterable[Organisation]
) -> tuple[tuple[str, tuple[Disclosed, ...]], ...]:
    """What each organisation would be given of a firm's projects if it agreed: what it is asked to agree to."""
    projects = _loaded(Project.objects.of(mission).filter(firm=firm), mission)
    found = tuple(
        (typeset(each.name), _told_both_ways(projects, asked_of(projects, each.code or ""))) for each in organisations
    )
    # Nobody yet: what would be told of each project, all the same.
    return found or (("", _told_both_ways(projects, {})),)


def _told_both_ways(projects: Iterable[Project], asked: Asked) -> tuple[Disclosed, ...]:
    """With exact amounts, and the range that stands for them without."""
    every = Scope(amounts=True)
    told = ((each, reduced(_addressed(each, asked, every), Reader.PARTNER)) for each in projects)
    return tuple(replace(disclosed, cost_range=_cost(each, band_of)) for each, disclosed in told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """How an organisation is told of a project: its name after the consent of the firm, a code name before."""

    key: str
    name: str
    firm: str = ""
    amounts: bool = False
    """Whether it is told exact amounts, and not their range."""

    @property
    def named(self) -> bool:
        """Whether the firm agreed."""
        return bool(self.firm)

    def amount(self, euros: Decimal) -> str:
        """An amount as it may be told."""
        return format_euros(euros) if self.amounts else band_of(euros)


def names_for(
    mission: Mission, organisation: int | None, projects: Iterable[Project], *, sending: bool = False
) -> dict[int, Named]:
    """How projects, their firms read, are told to an organisation (its number); ``sending``: once they are sent to it.

    Two queries. What the pilot took back from it has its code name again.
    """
    part = Part(role=Role.PARTNER, organisation=organisation)
    agreed = _agreed(mission, part)
    shared = set(Shared.objects.of(mission).filter(organisation=organisation or 0).values_list("project", flat=True))
    return {
        each.pk: _named_to(each, agreed.get(each.firm_id) if sending or each.pk in shared else None)
        for each in projects
    }


def _named_to(project: Project, scope: Scope | None) -> Named:
    key = code_of(project)
    if scope is None:
        return Named(key=key, name=f"Projet {key.upper()}")
    return Named(key=key, name=typeset(project.title), firm=typeset(project.firm.name), amounts=scope.amounts)


def _cost(project: Project, tell: Callable[[Decimal], str]) -> str:
    """The cost as ``tell`` says it; of a project whose expenses nobody described, unknown and not nothing."""
    amounts = [line.amount for line in project.costs.all()]
    return tell(sum(amounts, Decimal(0))) if amounts else UNSAID


def veil(mission: Mission, projects: Sequence[Project]) -> dict[int, Traits]:
    """What may be told of projects under a code name: at least ``seuil`` firms of the mission fit each."""
    if not projects:
        return {}
    costs: dict[int, Decimal] = {}
    for pk, amount in CostLine.objects.of(mission).values_list("project", "amount"):
        costs[pk] = costs.get(pk, Decimal(0)) + amount
    own: dict[int, Traits] = {}
    firms: list[tuple[object, Traits]] = []
    for firm, pk, epci, kind in Project.objects.of(mission).values_list("firm", "pk", "epci", "kind"):
        own[pk] = epci, kind_label(kind or ""), band_of(costs[pk]) if pk in costs else ""
        firms.append((firm, own[pk]))
    told = {traits: audiences().veiled(traits, firms) for traits in {own[project.pk] for project in projects}}
    return {project.pk: told[own[project.pk]] for project in projects}


def _veiled(mission: Mission, rows: Any, *, but: bool) -> list[Disclosed]:
    """Projects under their code names; nothing else of theirs is read. ``but``: the one asked for has its name."""
    projects = [] if but else list(rows.only("pk", "mission"))
    told = veil(mission, projects)
    return [_under_code(project, told[project.pk]) for project in projects]


def _under_code(project: Project, told: Traits) -> Disclosed:
    place, kind, cost = told
    code = code_of(project)
    return Disclosed(key=code, name=f"Projet {code.upper()}", named=False, place=place, kind=kind, cost=cost)


def _named(project: Project) -> dict[str, Any]:
    jobs = project.jobs_created
    return {
        "key": code_of(project),
        "name": typeset(project.title),
        "firm": typeset(project.firm.name),
        "place": project.commune,
        "kind": project.kind_label,
        "cost": _cost(project, format_euros),
        "description": typeset(project.description),
        "jobs": UNSAID if jobs is None else str(jobs),
    }


def _presented(project: Project, ways: Mapping[int, list[tuple[str, str]]]) -> Disclosed:
    """Before the committee: the project and its amounts, neither minutes nor what the firm said of itself."""
    decision = getattr(project, "committee_decision", None)
    decided = decision.get_outcome_display() if decision is not None and decision.withdrawn_at is None else ""
    return Disclosed(
        **_named(project),
        named=True,
        support=support_of(project),
        decision=decided,
        lines=_lines(project),
        ways_out=tuple(ways.get(project.pk, ())),
    )


def _addressed(project: Project, asked: Asked, scope: Scope) -> Disclosed:
    """To a partner whose reading the firm agreed to: the project, and what is asked of that partner alone."""
    told = _named(project)
    if not scope.amounts:
        return Disclosed(**{**told, "cost": _cost(project, band_of)}, named=True, contact=scope.contact)
    asked_of_it = asked.get(project.pk, ())
    return Disclosed(**told, named=True, asked=asked_of_it, lines=_lines(project), contact=scope.contact)


def _whole(
    project: Project, asked: Asked, ways: Mapping[int, list[tuple[str, str]]], minutes: tuple[tuple[str, str], ...]
) -> Disclosed:
    """To its own firm: its project, its plan, its minutes, and where its requests stand."""
    return Disclosed(
        **_named(project),
        named=True,
        support=support_of(project),
        asked=asked.get(project.pk, ()),
        lines=_lines(project),
        minutes=minutes,
        ways_out=tuple(ways.get(project.pk, ())),
    )


def _lines(project: Project) -> tuple[tuple[str, str], ...]:
    return tuple((str(line), format_euros(line.amount)) for line in project.costs.all())
