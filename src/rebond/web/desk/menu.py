"""The menu of a mission: five groups in the order of the work, and the settings.

An entry whose view the site does not have, or that a role cannot use, is left out; a group left empty goes with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rebond.web.desk.links import first_of
from rebond.web.missions.access import SITTING, TEAM
from rebond.web.missions.models import Mission, Role

EVERYONE = frozenset(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page of the menu; ``section``: the name that its pages give themselves; ``views``: the first that exists."""

    section: str
    label: str
    views: tuple[str, ...]
    roles: frozenset[Role] = TEAM
    of_mission: bool = True
    """Whether its address names the mission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Pages for one part of the work; a group of one is a plain link."""

    name: str
    label: str
    entries: tuple[Entry, ...]


MENU = (
    Group(
        name="espace",
        label="Mon espace",
        entries=(
            Entry(section="space", label="Mon espace", views=("disclosure:space",), roles=EVERYONE - TEAM),
            Entry(section="inbox", label="Ma boîte", views=("referrals:inbox",), roles=frozenset({Role.PARTNER})),
            Entry(section="published", label="Chiffres publiés", views=("publishing:figures",), roles=EVERYONE - TEAM),
        ),
    ),
    Group(
        name="aujourdhui",
        label="Aujourd’hui",
        entries=(Entry(section="today", label="Aujourd’hui", views=("missions:home",)),),
    ),
    Group(
        name="recenser",
        label="Recenser",
        entries=(
            Entry(section="firms", label="Entreprises", views=("firms:list",)),
            Entry(section="interviews", label="Entretiens", views=("interviews:list",)),
            Entry(section="projects", label="Projets", views=("projects:list",)),
            Entry(section="linkage", label="Rapprochements", views=("linkage:queue",), roles=TEAM),
            Entry(section="questions", label="Questions ouvertes", views=("desk:questions",)),
            Entry(section="checks", label="Vraisemblance", views=("editing:checks",), roles=TEAM),
            Entry(section="files", label="Pièces jointes", views=("files:list",), roles=TEAM),
            Entry(section="exchange", label="Importer, exporter", views=("exchange:home",), roles=TEAM),
            Entry(section="catalogue", label="Catalogue", views=("catalogue:list",), of_mission=False, roles=EVERYONE),
        ),
    ),
    Group(
        name="decider",
        label="Décider",
        entries=(
            Entry(section="call", label="Appel", views=("portfolio:call",)),
            Entry(section="marks", label="Notes des évaluateurs", views=("portfolio:marks",), roles=TEAM),
            Entry(section="robustness", label="Robustesse", views=("portfolio:robustness",), roles=TEAM),
            Entry(section="session", label="Séance du comité", views=("portfolio:session",), roles=SITTING),
            Entry(section="sittings", label="Comités", views=("committee:sittings",), roles=SITTING),
            Entry(section="committee", label="Écran du comité", views=("committee:screen",), roles=SITTING),
        ),
    ),
    Group(
        name="suivre",
        label="Suivre",
        entries=(
            Entry(section="agenda", label="Agenda", views=("desk:agenda",), roles=SITTING),
            Entry(section="referrals", label="Orientations", views=("referrals:list",)),
            Entry(section="advice", label="Conseil", views=("advice:list",), roles=TEAM | {Role.PARTNER}),
            Entry(section="roadmap", label="Feuille de route", views=("roadmap:roadmap",), roles=SITTING),
        ),
    ),
    Group(
        name="rendre-compte",
        label="Rendre compte",
        entries=(
            Entry(section="overview", label="Synthèse", views=("missions:overview",)),
            Entry(section="indicators", label="Indicateurs", views=("restitution:indicators",)),
            Entry(section="documents", label="Documents", views=("restitution:documents",)),
            Entry(section="studies", label="Études", views=("studies:list",)),
            Entry(section="published", label="Chiffres publiés", views=("publishing:figures",)),
        ),
    ),
    Group(
        name="reglages",
        label="Réglages",
        entries=(
            Entry(section="settings", label="Réglages", views=("editing:settings",), roles=TEAM),
            Entry(section="journal", label="Journal", views=("editing:journal",), roles=TEAM),
            Entry(
                section="sharing",
                label="Mises à disposition",
                views=("disclosure:sharing",),
                roles=frozenset({Role.PILOT}),
            ),
            Entry(
                section="readings",
                label="Consultations",
                views=("readings:mission",),
                roles=frozenset({Role.PILOT}),
            ),
            Entry(section="people", label="Personnes", views=("organisations:people",), roles=frozenset({Role.PILOT})),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry as a person sees it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A group as a person sees it."""

    name: str
    label: str
    links: tuple[Link, ...]

    @property
    def current(self) -> bool:
        """Whether the page open is one of its own."""
        return any(link.current for link in self.links)


def menu_of(mission: Mission, roles: Collection[str], section: str) -> Iterable[Shown]:
    """What a person of these roles sees; ``section``: the page open."""
    for group in MENU:
        links = tuple(_links(group, mission, roles, section))
        if links:
            yield Shown(name=group.name, label=group.label, links=links)


def _links(group: Group, mission: Mission, roles: Collection[str], section: str) -> Iterable[Link]:
    for entry in group.entries:
        url = first_of(*entry.views, args=(mission.slug,) if entry.of_mission else ())
        if url and not entry.roles.isdisjoint(roles):
            yield Link(label=entry.label, url=url, current=entry.section == section)
