"""The forms of an action: the columns of the workbook in parts, whole or one field in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django.urls import reverse

from rebond.adapters.workbook.entry import EntryFault
from rebond.facts import ActionStatus, RoadmapAction
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable
from rebond.reading.words import fold
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import current_catalogue, organisation_name
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.in_place import Links
from rebond.web.editing.opened import Typed
from rebond.web.editing.parts import Part
from rebond.web.missions.models import Mission

SHEET = "actions"
PARTS = (
    Part(key="action", title="Action", sheet=SHEET, columns=("axe", "intitule", "pourquoi", "priorite")),
    Part(
        key="responsable",
        title="Qui en répond, qui paie",
        sheet=SHEET,
        columns=("pilote", "personne", "partenaires", "budget", "payeurs"),
        note="Le nom ou le code d’une organisation du catalogue, ou un nom libre. Plusieurs : séparés par des "
        "points-virgules. L’organisation qui pilote peut noter l’avancement de l’action, et rien d’autre.",
    ),
    Part(key="dates", title="Calendrier et état", sheet=SHEET, columns=("debut", "fin", "etat", "motif_etat")),
    Part(
        key="mesure",
        title="Indicateur",
        sheet=SHEET,
        columns=("indicateur", "unite", "depart", "cible", "date_cible"),
        note="La valeur du moment se note à chaque point, sur la page de l’action.",
    ),
    Part(key="projets", title="Projets qu’elle aide", sheet=SHEET, columns=("projets",)),
)
_ORGANISATIONS = ("pilote", "partenaires", "payeurs")


def part_of(key: str) -> Part | None:
    """The form of one field; ``None`` when the form of the whole action does not show it."""
    if not any(key in part.columns for part in PARTS):
        return None
    title = typeset(current_layout().sheet(SHEET).column(key).title)
    return Part(key="champ", title=title, sheet=SHEET, columns=(key,))


def links_of(mission: Mission, ref: str, key: str) -> Links:
    """Where a field of an action is changed, and told."""
    here = reverse("roadmap:action", args=[mission.slug, ref])
    return Links(
        anchor=f"champ-{key}",
        whole=f"{reverse('roadmap:edit', args=[mission.slug, ref])}#{SHEET}-0-{key}",
        alone=reverse("roadmap:field", args=[mission.slug, ref, key]),
        history=f"{here}#historique",
    )


def fact_links(mission: Mission, ref: str) -> Mapping[str, Links]:
    """Those of every field of the form."""
    return {key: links_of(mission, ref, key) for part in PARTS for key in part.columns}


def with_codes(typed: Typed) -> Typed:
    """Organisations as the catalogue keys them, wherever a name of its own was typed."""
    names = {fold(name): code for code in current_catalogue().organisations for name in _names(code)}

    def coded(text: str) -> str:
        parts = (part.strip() for part in text.split(";"))
        return " ; ".join(names.get(fold(part), part) for part in parts if part)

    rows = [
        {key: coded(text) if key in _ORGANISATIONS else text for key, text in row.items()}
        for row in typed.get(SHEET, [])
    ]
    return {**typed, SHEET: rows}


def with_names(typed: Typed) -> Typed:
    """The other way: what a form shows in the place of codes."""

    def named(text: str) -> str:
        return " ; ".join(organisation_name(part.strip()) for part in text.split(";") if part.strip())

    rows = [
        {key: named(text) if key in _ORGANISATIONS else text for key, text in row.items()}
        for row in typed.get(SHEET, [])
    ]
    return {**typed, SHEET: rows}


def faults_of(typed: Typed, known: Collection[str]) -> Sequence[EntryFault]:
    """What no reader of the workbook knows: a state without reason, an end before its start, a target of nothing.

    ``known``: the projects that may be named, those of the mission and those that the action named already.
    """
    row = next(iter(typed.get(SHEET, [])), {})
    found = []
    lost = [ref for part in row.get("projets", "").split(";") if (ref := part.strip()) and ref not in known]
    if lost:
        problem = f"aucun projet de la mission ne porte {' ni '.join(lost)}"
        found.append(_fault("projets", problem, "écrire des identifiants comme P001, séparés par des points-virgules"))
    asks_why = row.get("etat", "") in {status.value for status in ActionStatus if status.asks_why}
    if asks_why and not row.get("motif_etat", "").strip():
        found.append(_fault("motif_etat", "une action abandonnée ou écartée l'est avec un motif", "l'écrire"))
    start, end = (_day(row.get(key, "")) for key in ("debut", "fin"))
    if start and end and end < start:
        found.append(_fault("fin", "la fin est avant le début", "corriger l'une des deux dates"))
    if row.get("cible", "").strip() and not row.get("indicateur", "").strip():
        found.append(_fault("indicateur", "une cible sans indicateur ne se mesure pas", "dire ce que l'on compte"))
    return found


def action_in(rows: Mapping[Any, Any]) -> RoadmapAction:
    """The action that a form wants."""
    return cast(RoadmapAction, next(iter(rows.values())))


def _names(code: str) -> tuple[str, ...]:
    organisation = current_catalogue().organisations[code]
    return code, organisation.name, organisation.short_name


def _day(text: str) -> date | None:
    try:
        found = read_date(text.strip()).value
    except Unreadable:
        return None
    return found if isinstance(found, date) else None


def _fault(column: str, problem: str, mend: str) -> EntryFault:
    title = current_layout().sheet(SHEET).column(column).title
    return EntryFault(sheet=SHEET, row=0, column=column, title=title, found="", problem=problem, mend=mend)
