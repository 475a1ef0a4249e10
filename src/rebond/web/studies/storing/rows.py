"""The facts of a mission by reference: what a study's rows point at.

Withdrawn rows too: a row may leave while the study that read it is made.
"""

from __future__ import annotations

from functools import cached_property

from rebond.web.firms.models import Firm
from rebond.web.interviews.models import Need
from rebond.web.missions.models import Mission
from rebond.web.projects.models import CostLine, PartnerEntry, Project
from rebond.web.wording import set_once

Pk = int


class FactRows:
    """Primary keys by reference, each model read once."""

    def __init__(self, mission: Mission) -> None:
        self._mission = mission

    @cached_property
    def firms(self) -> dict[str, Pk]:
        """Firms by reference."""
        return dict(Firm.ever.of(self._mission).values_list("ref", "pk"))

    @cached_property
    def projects(self) -> dict[str, Pk]:
        """Projects by reference."""
        return dict(Project.ever.of(self._mission).values_list("ref", "pk"))

    @cached_property
    def costs(self) -> dict[tuple[str, str], Pk]:
        """Cost lines by project and reference."""
        rows = CostLine.ever.of(self._mission).values_list("project__ref", "ref", "pk")
        return {(project, ref): pk for project, ref, pk in rows}

    @cached_property
    def entries(self) -> dict[str, Pk]:
        """Partners' lines by reference."""
        return dict(PartnerEntry.ever.of(self._mission).values_list("ref", "pk"))

    @cached_property
    def needs(self) -> dict[tuple[str, str, str], Pk]:
        """Needs by interview, axis and text as pages write it: one answer may be given on two axes."""
        rows = Need.objects.of(self._mission).values_list("interview__ref", "axis", "text", "pk")
        return {(interview, axis, set_once(text, capital=False)): pk for interview, axis, text, pk in rows}
