"""Projects and their advisers, as one reader is given them: the team by name, an adviser as ``disclosure`` tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from rebond.eligibility.truth import Truth
from rebond.web.advice.models import Accompaniment
from rebond.web.advice.paths import Ripeness, ripeness_of
from rebond.web.advice.promises import Promise, promises_of
from rebond.web.catalogue.reading import organisation_name
from rebond.web.disclosure.disclosed import Disclosed, code_of, shown_to
from rebond.web.missions.access import TEAM, parts_in, roles_in
from rebond.web.missions.models import Mission, Role
from rebond.web.projects.models import Project
from rebond.web.studies.models import ProjectFinding, Referral

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

WITHOUT, OPEN, RIPE, OVER = "sans_conseil", "accompagne", "mur", "clos"
STATES: Mapping[str, str] = {
    RIPE: "Mûr : revient au financement",
    WITHOUT: "Sans conseil",
    OPEN: "Accompagné",
    OVER: "Clos",
}
"""In the order in which they call for someone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised:
    """One project, where it is on its way, and with whom."""

    project: Project
    name: str
    firm: str
    """Empty: not told to this reader."""
    named: bool
    ripeness: Ripeness | None
    finding: ProjectFinding | None
    accompaniment: Accompaniment | None
    """The one that is open, else the last one."""
    proposed: str
    """Code of the adviser that the study proposes; empty for none."""
    promises: tuple[Promise, ...] = ()
    late: bool = False
    to_team: bool = True

    @property
    def ripe(self) -> bool:
        """Whether the evidence of now makes it ripe."""
        return self.ripeness is not None and self.ripeness.maturity.ripe is Truth.YES

    @property
    def state(self) -> str:
        """One of ``STATES``."""
        if self.accompaniment is None:
            return WITHOUT
        if self.accompaniment.is_open:
            return RIPE if self.ripe else OPEN
        # What ripened and is ripe no more, or left its adviser, waits for one again.
        # An adviser reads its own alone: who accompanies the project after it is not its business.
        over = self.ripe or self.accompaniment.outcome == "abandonne" or not self.to_team
        return OVER if over else WITHOUT

    @property
    def state_label(self) -> str:
        """In words; how it ended for what is over."""
        if self.state == OVER and self.accompaniment is not None:
            return f"Clos : {self.accompaniment.get_outcome_display().lower()}"
        return STATES[self.state]

    @property
    def adviser(self) -> str:
        """Code of the organisation that accompanies it today; empty for none."""
        found = self.accompaniment
        return found.adviser if found is not None and self.state in (OPEN, RIPE) else ""

    @property
    def adviser_name(self) -> str:
        """In words."""
        return organisation_name(self.adviser) if self.adviser else ""

    @property
    def proposed_name(self) -> str:
        """The organisation that the study proposes, in words."""
        return organisation_name(self.proposed) if self.proposed else ""

    @property
    def lacks(self) -> int | None:
        """How many pieces of evidence; ``None``: nobody can tell."""
        if self.ripeness is None or self.ripeness.path.imposed:
            return None
        return len(self.ripeness.path.pieces)

    @property
    def opens(self) -> int | None:
        """Euros that its plan would offer once ripe: possible, never firm. ``None``: not studied, or not told."""
        return None if self.finding is None else self.finding.not_ripe_support

    @property
    def review_on(self) -> date | None:
        """The day of the next review."""
        return self.accompaniment.review_on if self.accompaniment and self.adviser else None


def advised(
    user: User | AnonymousUser, mission: Mission, on: date, *, ref: str = "", for_team: bool = False
) -> list[Advised]:
    """The projects to bring to ripe and those that have an adviser.

    ``ref``: of one accompaniment alone. ``for_team``: those that have an adviser alone, for somebody of the team,
    asked outside of a page.

    Seven queries for the team, whatever their number.
    """
    rows = list(_accompaniments(user, mission, ref=ref))
    of_project: dict[int, Accompaniment] = {}
    for row in sorted(rows, key=lambda each: (each.is_open, each.position, each.pk)):
        of_project[row.project_id] = row
    if for_team or not roles_in(mission).isdisjoint(TEAM):
        return _of_the_team(user, mission, on, of_project, alone=bool(ref) or for_team)
    return _of_an_adviser(mission, on, of_project)


def advice_on(user: User | AnonymousUser, mission: Mission, project: Project) -> Advised | None:
    """The adviser of one project, for the team; ``None`` when it never had one. Three queries."""
    rows = Accompaniment.objects.visible_to(user).of(mission).filter(project=project).prefetch_related("promises")
    found = max(rows, key=lambda each: (each.is_open, each.position, each.pk), default=None)
    if found is None:
        return None
    return _made(project, found, ripeness_of(mission, [project])[project.pk], timezone.localdate())


def _accompaniments(user: User | AnonymousUser, mission: Mission, *, ref: str) -> Iterable[Accompaniment]:
    rows = Accompaniment.objects.visible_to(user).of(mission)
    if ref:
        rows = rows.filter(ref=ref)
    return rows.select_related("project__firm", "project__mission", "mission").prefetch_related("promises")


def _of_the_team(
    user: User | AnonymousUser,
    mission: Mission,
    on: date,
    accompanied: Mapping[int, Accompaniment],
    *,
    alone: bool,
) -> list[Advised]:
    projects = Project.objects.visible_to(user).of(mission).with_finding(mission.current_study).select_related("firm")
    if alone:
        projects = projects.filter(pk__in=accompanied)
    rows = list(projects)
    ripe = ripeness_of(mission, rows)
    referrals = Referral.objects.visible_to(user).found_by(mission.current_study).filter(kind=Referral.Kind.ADVISER)
    proposed = dict(referrals.values_list("project", "organisation"))
    found = (
        _made(row, accompanied.get(row.pk), ripe[row.pk], on, proposed=proposed.get(row.pk, ""), finding=row.finding)
        for row in rows
    )
    return [each for each in found if not each.ripe or each.accompaniment is not None]


def _of_an_adviser(mission: Mission, on: date, accompanied: Mapping[int, Accompaniment]) -> list[Advised]:
    told: dict[str, Disclosed] = {}
    for part in parts_in(mission):
        if part.role == Role.PARTNER:
            # Two parts may be told of one project: the one that is given its name holds.
            for each in shown_to(mission, part):
                if each.key not in told or each.named:
                    told[each.key] = each
    ripe = ripeness_of(mission, (row.project for row in accompanied.values()))
    return [
        _made(row.project, row, ripe[row.project_id], on, told=told[code_of(row.project)])
        for row in accompanied.values()
        if code_of(row.project) in told
    ]


def _made(
    project: Project,
    accompaniment: Accompaniment | None,
    ripeness: Ripeness | None,
    on: date,
    *,
    proposed: str = "",
    finding: ProjectFinding | None = None,
    told: Disclosed | None = None,
) -> Advised:
    promises = () if accompaniment is None else tuple(promises_of(accompaniment, ripeness, on))
    review = accompaniment.review_on if accompaniment and accompaniment.is_open else None
    return Advised(
        project=project,
        name=project.title if told is None else told.name,
        firm=project.firm.name if told is None else told.firm,
        named=told is None or told.named,
        ripeness=ripeness,
        finding=finding,
        accompaniment=accompaniment,
        proposed=proposed,
        promises=promises,
        late=review is not None and review < on,
        to_team=told is None,
    )
