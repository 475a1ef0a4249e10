"""Single investment projects: investments of one undertaking in one NUTS 3 area within three years count as one.

RGEC art. 14(13): what is split between several projects does not escape the brackets of large projects.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rebond.eligibility.places import Gazetteer
from rebond.facts import UNKNOWN, Census, Firm, Maybe, Project
from rebond.regimes.model import Regime
from rebond.units import Euros, years_later


def linked_costs(project: Project, census: Census, gazetteer: Gazetteer, regimes: Iterable[Regime]) -> Euros:
    """Euros of the undertaking's other projects that make one investment with this one.

    The window is that of the regimes' files; a start date or a place that nobody gave counts as within: the ceiling
    that follows holds whatever the answer.
    """
    years = max((regime.single_project_years or 0 for regime in regimes), default=0)
    if not years:
        return Euros(0)
    firms = {firm.id: firm for firm in census.firms}
    mine = firms[project.firm_id]
    here = _departement(project, mine, gazetteer)
    others = (other for other in census.projects if other.id != project.id)
    return sum(
        (
            other.total_cost
            for other in others
            if firms[other.firm_id].undertaking == mine.undertaking
            and _same_area(here, _departement(other, firms[other.firm_id], gazetteer))
            and _within(project.starts_on, other.starts_on, years)
        ),
        Euros(0),
    )


def _departement(project: Project, firm: Firm, gazetteer: Gazetteer) -> Maybe[str]:
    """The NUTS 3 area of a project: in France, its département."""
    commune = gazetteer.commune(project.place(firm))
    return UNKNOWN if commune is None else commune.departement


def _same_area(first: Maybe[str], second: Maybe[str]) -> bool:
    return first is UNKNOWN or second is UNKNOWN or first == second


def _within(first: Maybe[date], second: Maybe[date], years: int) -> bool:
    if first is UNKNOWN or second is UNKNOWN:
        return True
    earlier, later = sorted((first, second))
    return later <= years_later(earlier, years)
