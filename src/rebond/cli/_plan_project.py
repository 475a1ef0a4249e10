"""A project of a workbook made ready for its plan: on its own, or as the mission plans it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from rebond.adapters.workbook import read_census
from rebond.cli._catalogue import open_layout
from rebond.cli._kept import kept_rulebook
from rebond.cli._plausibility import settle
from rebond.dispositifs.coverage import coverage_alert
from rebond.errors import DataError, Fault
from rebond.facts import UNKNOWN, Census, Maybe
from rebond.financing.context import Solve, Study, problem_of, study
from rebond.financing.explaining.desk_step import DeskStep
from rebond.financing.explaining.dossier import ALONE
from rebond.financing.explaining.what_if import WhatIf, what_if
from rebond.plausibility import alerts
from rebond.referrals.desk_steps import desk_steps
from rebond.regimes.readings import Reading
from rebond.study.inputs import CensusParts
from rebond.study.rulebook import Rulebook, examine_census
from rebond.territory import Territory, territory_of

if TYPE_CHECKING:  # the steps of a mission, and their libraries: a project on its own needs none
    from rebond.results import MissionResult
    from rebond.study.in_mission import Taken

_NEAREST = 3
_ALIKE = 0.5


@dataclass(frozen=True, kw_only=True)
class ReadyProject:
    """A project with its plan of today, and how it is studied with other facts."""

    now: Study
    scope: str
    """What the plan takes into account."""
    fictitious: bool
    alerts: tuple[str, ...]
    """Questions of plausibility left open, and what is loud."""
    solve: Solve
    what_if: Callable[[Mapping[str, str]], WhatIf]
    steps: tuple[DeskStep, ...]
    """Who does what before when."""


def _alerts(census: Census, rulebook: Rulebook, on: date, place: Territory) -> tuple[str, ...]:
    """What the catalogue lacks in the territory, then the questions of plausibility."""
    catalogue = rulebook.catalogue
    lacking = coverage_alert(place.coverage, catalogue.gazetteer.regions)
    return (*([lacking] if lacking else []), *alerts(examine_census(census, rulebook, on=on)))


def project_alone(
    workbook: Path,
    project_id: str,
    *,
    on: date | None,
    folder: Path,
    despite: bool = False,
    reading: Maybe[Reading] = UNKNOWN,
) -> ReadyProject:
    """The project on its own: whole account, whole budgets, no envelope. Raises ``DataError`` with every fault."""
    census, rulebook, day = _open(workbook, project_id, on, folder, despite=despite)
    parts = CensusParts(census, rulebook, on=day)
    context = parts.context(project_id, rulebook, reading=reading)
    now = study(context)
    return ReadyProject(
        now=now,
        scope=ALONE,
        fictitious=census.settings.fictitious,
        alerts=_alerts(census, rulebook, day, parts.place),
        solve=problem_of,
        what_if=lambda changes: what_if(context, changes, before=now),
        steps=desk_steps(
            now,
            rulebook.orientation,
            operator=census.settings.envelope.operator,
            committee_on=census.settings.committee_on,
        ),
    )


def project_in_mission(
    workbook: Path,
    project_id: str,
    *,
    on: date | None,
    folder: Path,
    despite: bool = False,
    reading: Maybe[Reading] = UNKNOWN,
) -> ReadyProject:
    """The project as the mission plans it, with all the others. Raises ``DataError`` with every fault."""
    from rebond.mission import run_mission
    from rebond.study.in_mission import open_project

    census, rulebook, day = _open(workbook, project_id, on, folder, despite=despite)
    result = run_mission(census, rulebook, on=day, reading=reading)
    bench = open_project(
        census,
        rulebook,
        project_id,
        on=day,
        reading=reading,
        plan=result.project(project_id).plan,
        taken=_taken(result, project_id),
    )
    return ReadyProject(
        now=bench.now,
        scope=bench.scope,
        fictitious=census.settings.fictitious,
        alerts=_alerts(census, rulebook, day, territory_of(census, rulebook.catalogue, day)),
        solve=bench.problem,
        what_if=bench.what_if,
        steps=bench.steps,
    )


def _taken(result: MissionResult, project_id: str) -> Iterable[Taken]:
    """What the plans of the other projects take of what all share."""
    from rebond.study.in_mission import Taken

    for other in result.projects:
        if other.project.id != project_id:
            for line in other.plan.lines:
                yield Taken(
                    dispositif=line.dispositif,
                    regime=line.regime,
                    firm=other.firm.id,
                    support=line.amount,
                    equivalent=line.aid,
                )


def _open(
    workbook: Path, project_id: str, on: date | None, folder: Path, *, despite: bool
) -> tuple[Census, Rulebook, date]:
    """The census and the rules, with the date of the examination."""
    rulebook = kept_rulebook(folder)
    catalogue = rulebook.catalogue
    layout = open_layout(folder, regimes=catalogue.regimes)
    census = read_census(workbook, layout=layout, gazetteer=catalogue.gazetteer)
    if project_id not in {project.id for project in census.projects}:
        raise DataError([_absent(project_id, census)])
    settle(census, rulebook, on=on, despite=despite)
    return census, rulebook, on or census.settings.committee_on


def _absent(project_id: str, census: Census) -> Fault:
    """The fault of a project that the workbook does not hold, with those whose reference or title comes nearest."""
    titles = {project.id: project.title for project in census.projects}
    asked = project_id.strip()
    near = get_close_matches(asked.upper(), titles, n=_NEAREST, cutoff=_ALIKE)
    named = [key for key, title in titles.items() if asked.casefold() in title.casefold()]
    same_number = [key for key in titles if _number(key) and _number(key) == _number(asked)]
    likely = list(dict.fromkeys((*same_number, *named, *near)))[:_NEAREST]
    if likely:
        mend = f"peut-être {' ; '.join(f'{key} ({titles[key]})' for key in likely)}"
    elif titles:
        mend = f"{len(titles)} projets, de {min(titles)} à {max(titles)}"
    else:
        mend = "le classeur n'a aucun projet"
    return Fault(where="--project", found=project_id, problem="projet absent du classeur", mend=mend)


def _number(reference: str) -> str:
    """The digits of a reference, leading zeros apart."""
    return "".join(character for character in reference if character.isdigit()).lstrip("0")
