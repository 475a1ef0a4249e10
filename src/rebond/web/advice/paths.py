"""The path to ripe of projects, from their facts of now: it moves as soon as a piece of evidence is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rebond import facts as core
from rebond.errors import FactsError
from rebond.facts import UNKNOWN
from rebond.maturity import Maturity, assess
from rebond.referrals.ripening import Path, path_to_ripe
from rebond.restitution.typography import typeset
from rebond.web.catalogue.reading import maturity_grid
from rebond.web.missions.columns import field, fields
from rebond.web.missions.models import Mission
from rebond.web.projects.facts import EVIDENCE
from rebond.web.projects.models import Evidence, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Ripeness:
    """Where a project is on the grid, and what lacks."""

    maturity: Maturity
    path: Path

    @property
    def level(self) -> tuple[str, str]:
        """Code and words of its level; what is not settled has neither."""
        level = self.maturity.level
        return ("", "À établir") if level is UNKNOWN else (level, typeset(maturity_grid().level(level).label))


def ripeness_of(mission: Mission, projects: Iterable[Project]) -> dict[int, Ripeness | None]:
    """By the key of each project; ``None``: its evidence contradicts the grid. One query."""
    rows = list(projects)
    found: dict[int, list[core.Evidence]] = defaultdict(list)
    for row in Evidence.objects.of(mission).order_by("position", "pk"):
        found[row.project_id].append(core.Evidence(**fields(row, EVIDENCE)))
    return {row.pk: _ripeness(tuple(found[row.pk]), row.imposed_maturity, row.imposed_reason) for row in rows}


@lru_cache(maxsize=2_000)
def _ripeness(evidence: tuple[core.Evidence, ...], imposed: str | None, reason: str) -> Ripeness | None:
    project = core.Project(
        id="", firm_id="", title="", evidence=evidence, maturity_override=field(imposed), maturity_reason=reason
    )
    try:
        maturity = assess(project, maturity_grid())
    except FactsError:
        return None
    return Ripeness(maturity=maturity, path=path_to_ripe(maturity, maturity_grid()))
