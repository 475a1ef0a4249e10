"""What a form is about: rows of a mission as they were when the page was opened, and what they lean on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from django.http import Http404

from rebond.adapters.workbook import census_rows
from rebond.adapters.workbook.entry import sheet_texts
from rebond.facts import AidObtained, Census, Firm, Interview, MissionSettings, Project, RoadmapAction
from rebond.history import Kind, rows_of
from rebond.web.advice import models as advice
from rebond.web.editing.dictionary import current_layout, gazetteer
from rebond.web.editing.gestures import rows_at
from rebond.web.financing.kept import Kept
from rebond.web.firms import models as firms
from rebond.web.interviews import models as interviews
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.projects import models as projects
from rebond.web.referrals import models as referrals
from rebond.web.roadmap import models as roadmap

Key: TypeAlias = tuple[Kind, str]
Typed: TypeAlias = dict[str, list[dict[str, str]]]
"""Sheet → rows of texts."""
SHEETS_OF: Mapping[Kind, tuple[str, ...]] = {
    Kind.SETTINGS: ("mission", "enveloppe", "etapes", "criteres", "zonages"),
    Kind.FIRM: ("entreprises", "exercices", "groupes"),
    Kind.INTERVIEW: ("entretiens",),
    Kind.PROJECT: ("projets", "depenses", "demandes"),
    Kind.AID: ("aides",),
    Kind.ACTION: ("actions",),
}
_MODELS: Mapping[Kind, tuple[Any, str]] = {
    Kind.FIRM: (firms.Firm, "E"),
    Kind.INTERVIEW: (interviews.Interview, "R"),
    Kind.PROJECT: (projects.Project, "P"),
    Kind.AID: (firms.AidObtained, "A"),
    Kind.ACTION: (roadmap.RoadmapAction, "F"),
    Kind.REFERRAL: (referrals.SentReferral, "O"),
    Kind.ACCOMPANIMENT: (advice.Accompaniment, "C"),
}
"""Model of each kind, all with a reference, and the letters of the first one."""
_NUMBERED = re.compile(r"^([A-Za-z]{1,4})(\d{1,6})$")
_WIDTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Rows to change, by kind and reference; none of them for something new."""

    mission: Mission
    since: int
    """Position of the journal when the page was opened."""
    rows: Mapping[Key, Any]
    sheets: Typed
    """What the form shows of them."""
    context: Typed
    """What it names or must not repeat, which it does not change."""
    own_sheets: tuple[str, ...] = field(default=())
    """The sheets that the form holds, also those that have no row yet."""


def open_rows(mission: Mission, keys: Iterable[Key], *, since: int, context: Typed, is_sent: bool) -> Opened:
    """Rows to change, as they were at ``since``; raises ``KeyError`` for one that is not there.

    ``is_sent``: the form comes back, maybe after others changed the rows; else it is shown for the first time.
    """
    wanted = tuple(keys)
    census = facts_of(mission)
    now = rows_of(census)
    rows = rows_at(mission, now, wanted, since) if is_sent else {key: now[key] for key in wanted if key in now}
    if set(rows) != set(wanted):
        raise KeyError(wanted)
    own = tuple(dict.fromkeys(sheet for kind, _ in wanted for sheet in SHEETS_OF[kind]))
    sheets = texts_of(rows, census.settings)
    return Opened(mission=mission, since=since, rows=rows, sheets=sheets, context=context, own_sheets=own)


def facts_of(mission: Mission) -> Census:
    """The facts of a mission; 404 for one whose facts were never written."""
    state = Mission.objects.values_list("facts_state", flat=True).get(pk=mission.pk)
    if state is None:
        raise Http404
    return _kept.get(state, lambda: census_of(mission))


_kept: Kept[Census] = Kept(8)
"""By state of the facts: another one at each change."""


def texts_of(rows: Mapping[Key, Any], mission: MissionSettings) -> Typed:
    """Rows of the core as the fields of a form hold them."""
    layout = current_layout()
    return {
        key: [sheet_texts(layout.sheet(key), row, gazetteer()) for row in listed]
        for key, listed in values_of(rows, mission).items()
    }


def values_of(rows: Mapping[Key, Any], mission: MissionSettings) -> dict[str, list[Mapping[str, Any]]]:
    """Rows of the core as rows of their sheets, each cell with its value."""
    written = census_rows(_census(rows.values(), mission), current_layout())
    wanted = dict.fromkeys(sheet for kind, _ in rows for sheet in SHEETS_OF[kind])
    contents = ((key, written[key]) for key in wanted)
    return {key: [content] if isinstance(content, Mapping) else list(content) for key, content in contents}


def context_of(settings: MissionSettings | None, firms: Iterable[Firm] = (), projects: Iterable[Project] = ()) -> Typed:
    """The least that a form leans on: where and when the mission is, the firms and projects that it names."""
    layout = current_layout()
    found: Typed = {"entreprises": [], "projets": []}
    if settings is not None:
        given = {
            "nom": settings.name,
            "territoire": settings.territory,
            "epci": ", ".join(settings.epcis),
            "date_comite": settings.committee_on,
        }
        found["mission"] = [sheet_texts(layout.sheet("mission"), given)]
    for firm in firms:
        commune = firm.establishment.commune
        row = {"id": firm.id, "nom": firm.name, "siren": firm.siren, "siret": firm.establishment.siret}
        if isinstance(commune, str):
            row["commune"] = f"INSEE {commune}"
        found["entreprises"].append(sheet_texts(layout.sheet("entreprises"), row, gazetteer()))
    for project in projects:
        row = {"id": project.id, "entreprise": project.firm_id, "intitule": project.title}
        found["projets"].append(sheet_texts(layout.sheet("projets"), row))
    return found


def next_refs(mission: Mission, kind: Kind, count: int = 1) -> list[str]:
    """References that nothing in the mission ever had, in its own manner: after P077, P078."""
    model, letters = _MODELS[kind]
    taken = set(model.ever.of(mission).values_list("ref", flat=True))
    matches = [match for ref in taken if (match := _NUMBERED.match(ref))]
    if matches:
        by_letters: dict[str, int] = {}
        for match in matches:
            by_letters[match[1]] = by_letters.get(match[1], 0) + 1
        letters = max(by_letters, key=lambda each: (by_letters[each], each))
    last = max((int(match[2]) for match in matches if match[1] == letters), default=0)
    return [f"{letters}{last + rank:0{_WIDTH}d}" for rank in range(1, count + 1)]


def name_cost_lines(mission: Mission, rows: Sequence[dict[str, str]]) -> None:
    """Give each new cost line a mark that no line of its project ever had: two people may add one at once."""
    refs = {row.get("projet", "") for row in rows}
    ever = projects.CostLine.ever.of(mission).filter(project__ref__in=refs).values_list("project__ref", "ref")
    last: dict[str, int] = {}
    taken = {(project, ref) for project, ref in ever} | {(row.get("projet", ""), row.get("repere", "")) for row in rows}
    for project, ref in taken:
        if match := re.search(r"(\d{1,6})$", ref):
            last[project] = max(last.get(project, 0), int(match[1]))
    for row in rows:
        if not row.get("repere"):
            project = row.get("projet", "")
            last[project] = last.get(project, 0) + 1
            row["repere"] = f"{project}-{last[project]}"


def _census(rows: Iterable[Any], settings: MissionSettings) -> Census:
    """A census of a few rows; what the workbook has no column for is left out, not lost: see ``wanted``."""
    listed = list(rows)
    given = next((row for row in listed if isinstance(row, MissionSettings)), settings)
    axes = {column.axis for column in current_layout().sheet("entretiens").columns}
    return Census(
        settings=given,
        firms=tuple(row for row in listed if isinstance(row, Firm)),
        interviews=tuple(
            replace(row, needs=tuple(need for need in row.needs if need.axis in axes))
            for row in listed
            if isinstance(row, Interview)
        ),
        projects=tuple(row for row in listed if isinstance(row, Project)),
        aids=tuple(row for row in listed if isinstance(row, AidObtained)),
        actions=tuple(row for row in listed if isinstance(row, RoadmapAction)),
    )
