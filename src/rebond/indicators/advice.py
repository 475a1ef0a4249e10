"""What came of advice: who is accompanied, reviewed in time, ripened, given up, or waits for an adviser.

A mission that gave no project to an adviser has none of these figures: they tell a follow-up, not a proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Accompaniment, AccompanimentOutcome
from rebond.indicators.breakdowns import project_row, summed
from rebond.indicators.model import Indicator

if TYPE_CHECKING:
    from rebond.results import MissionResult, ProjectResult

FAMILY = "conseil"


def advice_indicators(result: MissionResult) -> Iterable[Indicator]:
    """The figures of advice; none as long as no project was given to an adviser."""
    if not result.census.accompaniments:
        return
    held = {project.project.id: _of(result.census.accompaniments, project.project.id) for project in result.projects}

    def count(code: str, label: str, definition: str, keep: Callable[[ProjectResult], bool]) -> Indicator:
        rows = (project_row(project) for project in result.projects if keep(project))
        return summed(code=code, label=label, definition=definition, unit="projets", rows=rows, family=FAMILY)

    def is_accompanied(project: ProjectResult) -> bool:
        return any(each.is_open for each in held[project.project.id])

    def is_ripened(project: ProjectResult) -> bool:
        mine = held[project.project.id]
        came = any(each.outcome is AccompanimentOutcome.RIPE for each in mine)
        return project.maturity.ripe is Truth.YES and (came or is_accompanied(project))

    yield count(
        "conseil_accompagnes",
        "Projets accompagnés par un conseil",
        "Projets qui ont un accompagnement ouvert au jour de l'étude.",
        is_accompanied,
    )
    yield count(
        "conseil_points_tenus",
        "Projets accompagnés dont le point est à jour",
        "Projets accompagnés dont la date du prochain point est connue et n'est pas passée au jour de l'étude.",
        lambda project: any(_in_time(each, result.on) for each in held[project.project.id]),
    )
    yield count(
        "conseil_muris",
        "Projets mûris avec un conseil",
        "Projets accompagnés un jour, clos comme mûris ou encore ouverts, que leurs preuves disent mûrs au jour de "
        "l'étude.",
        is_ripened,
    )
    yield _delay(result, held)
    yield count(
        "conseil_abandonnes",
        "Projets abandonnés en cours d'accompagnement",
        "Projets dont le dernier accompagnement est clos comme abandonné.",
        lambda project: not is_accompanied(project) and _last(held[project.project.id]) is _ABANDONED,
    )
    yield count(
        "conseil_sans",
        "Projets à mûrir sans conseil",
        "Projets dont la maturité ne permet pas encore une demande de financement, ou reste à établir, sans "
        "accompagnement ouvert ni abandonné.",
        lambda project: (
            project.maturity.ripe is not Truth.YES
            and not is_accompanied(project)
            and _last(held[project.project.id]) is not _ABANDONED
        ),
    )


_ABANDONED = AccompanimentOutcome.ABANDONED


def _of(accompaniments: Iterable[Accompaniment], project: str) -> list[Accompaniment]:
    return [each for each in accompaniments if each.project_id == project]


def _last(mine: list[Accompaniment]) -> object:
    """How the last one to end ended; of those of one day, or with no date, that of the last identifier."""
    if not mine:
        return UNKNOWN
    return max(mine, key=lambda each: (date.min if each.closed_on is UNKNOWN else each.closed_on, each.id)).outcome


def _in_time(each: Accompaniment, on: date) -> bool:
    return each.is_open and each.review_on is not UNKNOWN and each.review_on >= on


def _delay(result: MissionResult, held: dict[str, list[Accompaniment]]) -> Indicator:
    """The median of the days; its rows are the days of each project, not parts of a sum."""
    rows = tuple(
        project_row(project, Decimal(days))
        for project in result.projects
        for days in [_days(held[project.project.id])]
        if days is not None
    )
    return Indicator(
        code="conseil_delai_jours",
        label="Délai médian pour mûrir",
        definition="Médiane, sur les projets clos comme mûris, des jours entre l'ouverture du premier accompagnement "
        "et la clôture ; un projet dont une de ces dates est inconnue n'y entre pas.",
        formula="médiane des jours de chaque ligne",
        unit="jours",
        value=Decimal(median(row.value for row in rows)) if rows else Decimal(0),
        rows=rows,
        absent=not rows,
        family=FAMILY,
    )


def _days(mine: list[Accompaniment]) -> int | None:
    ended = [each.closed_on for each in mine if each.outcome is AccompanimentOutcome.RIPE]
    ends = [day for day in ended if day is not UNKNOWN]
    starts = [each.opened_on for each in mine if each.opened_on is not UNKNOWN]
    if not ends or len(ends) < len(ended) or len(starts) < len(mine):
        return None
    return max(0, (max(ends) - min(starts)).days)
