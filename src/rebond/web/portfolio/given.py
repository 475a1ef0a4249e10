"""What the assessors gave, project by project and criterion by criterion, as one person may read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from rebond import facts as core
from rebond.facts.marks import person
from rebond.portfolio.assessors import Agreed, agreed_by, counted
from rebond.portfolio.scoring import SelectionCriterion, SelectionGrid
from rebond.web.missions.columns import fields
from rebond.web.missions.models import Mission
from rebond.web.missions.querysets import MissionDataQuerySet
from rebond.web.portfolio.calls import title_of
from rebond.web.portfolio.facts import MARK
from rebond.web.portfolio.grids import marking_grids
from rebond.web.portfolio.models import Mark
from rebond.web.portfolio.standing import Standing, names_of, standings
from rebond.web.projects.models import AssessorScore, Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

NOBODY = Standing()
R = TypeVar("R", Mark, AssessorScore)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One assessor on one criterion: the mark that holds, and those that it corrected."""

    name: str
    last: Mark
    before: tuple[Mark, ...]
    counts: bool
    """Not that of someone who stands aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one criterion of one project was given."""

    criterion: SelectionCriterion
    agreed: Agreed | None
    """What the marks that count make; ``None``: there is none."""
    unsigned: AssessorScore | None
    """The mark that the sheet of the project gives and nobody signed, when it counts."""
    voices: tuple[Voice, ...]
    mine: Mark | None
    """The mark of the person who asks that holds."""
    diverges: bool
    top: int
    """Of the scale."""
    call: str = ""
    """The title of the call that alone has it; empty for a criterion of the mission."""

    @property
    def lacks(self) -> bool:
        """Whether nothing counts yet, or not wholly."""
        return self.unsigned is None if self.agreed is None else bool(self.agreed.margin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What one project was given, criterion by criterion; nothing for who stands aside."""

    standing: Standing
    given: tuple[Given, ...]

    @property
    def lacks(self) -> bool:
        """Whether a mark is awaited of the assessors."""
        return any(each.lacks for each in self.given)

    @property
    def waits_for_me(self) -> bool:
        """Whether the person who asks has yet to mark a criterion."""
        return any(each.mine is None or each.mine.score is None for each in self.given)

    @property
    def diverging(self) -> tuple[Given, ...]:
        """The criteria on which the assessors diverge."""
        return tuple(each for each in self.given if each.diverges)


def assessed(user: User, mission: Mission, projects: Sequence[Project]) -> dict[int, Assessed]:
    """Project → what it was given; five queries, however many projects."""
    keys = [project.pk for project in projects] if len(projects) == 1 else None
    signed = _by_project(Mark.objects.visible_to(user).of(mission), keys)
    unsigned = _by_project(AssessorScore.objects.visible_to(user).of(mission), keys)
    standing = standings(user, mission)
    names = names_of(mission, {mark.assessor for marks in signed.values() for mark in marks})
    found, grids, me = {}, marking_grids(mission), person(user.get_username())
    for project in projects:
        stands = standing.get(project.firm_id, NOBODY)
        marks, sheet = signed.get(project.pk, []), unsigned.get(project.pk, [])
        given = (
            ()
            if stands.mine
            else tuple(
                each
                for call, grid in grids.items()
                for each in _given(marks, sheet, stands, names, me, grid, title_of(mission, call) if call else "")
            )
        )
        found[project.pk] = Assessed(standing=stands, given=given)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregates:
    """What is read of the marks by those who read none of them: the committee in its session."""

    standings: Mapping[int, Standing]
    """By firm."""
    diverging: Mapping[int, tuple[tuple[str, int], ...]]
    """Project → label of each criterion on which the assessors diverge, and by how many points."""


def aggregates(user: User | AnonymousUser, mission: Mission) -> Aggregates:
    """Where assessors diverge and who stands aside, for a page whose reader follows the session; three queries."""
    grids = marking_grids(mission)
    standing = standings(user, mission)
    by_project: dict[tuple[int, int], list[core.Mark]] = {}
    for mark in Mark.objects.of(mission).select_related("project"):
        told = core.Mark(project_id="", **fields(mark, MARK))
        by_project.setdefault((mark.project_id, mark.project.firm_id), []).append(told)
    found = {}
    for (project, firm), marks in by_project.items():
        mine = counted(marks, standing.get(firm, NOBODY).people)
        found[project] = tuple(apart for grid in grids.values() for apart in _apart(mine, grid))
    return Aggregates(standings=standing, diverging={key: value for key, value in found.items() if value})


def _apart(marks: Sequence[core.Mark], grid: SelectionGrid) -> Iterable[tuple[str, int]]:
    """Label of each criterion of a grid on which these marks diverge, and by how many points."""
    labels = {each.code: each.label for each in grid.marked}
    for code, each in agreed_by(marks, grid.top_score).items():
        if code in labels and each.spread >= grid.diverging_from:
            yield labels[code], each.spread


def _by_project(rows: MissionDataQuerySet[R], keys: list[int] | None) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for row in rows if keys is None else rows.filter(project__in=keys):
        found.setdefault(row.project_id, []).append(row)
    return found


def _given(
    marks: Sequence[Mark],
    unsigned: Sequence[AssessorScore],
    standing: Standing,
    names: Mapping[str, str],
    me: str,
    grid: SelectionGrid,
    call: str,
) -> Iterable[Given]:
    told = [core.Mark(project_id="", **fields(mark, MARK)) for mark in marks]
    agreed = agreed_by(counted(told, standing.people), grid.top_score)
    sheet = {} if standing.people else {each.criterion: each for each in unsigned if each.score <= grid.top_score}
    for criterion in grid.marked:
        voices = tuple(_voices((each for each in marks if each.criterion == criterion.code), standing, names))
        found = agreed.get(criterion.code)
        yield Given(
            criterion=criterion,
            agreed=found,
            unsigned=None if found else sheet.get(criterion.code),
            voices=voices,
            mine=next((each.last for each in voices if each.last.who == me), None),
            diverges=found is not None and found.spread >= grid.diverging_from,
            top=grid.top_score,
            call=call,
        )


def _voices(marks: Iterable[Mark], standing: Standing, names: Mapping[str, str]) -> Iterable[Voice]:
    by_assessor: dict[str, list[Mark]] = {}
    for mark in sorted(marks, key=lambda each: each.number):
        by_assessor.setdefault(mark.who, []).append(mark)
    for who, given in sorted(by_assessor.items(), key=lambda pair: names[pair[0]]):
        *before, last = given
        yield Voice(name=names[who], last=last, before=tuple(reversed(before)), counts=who not in standing.people)
