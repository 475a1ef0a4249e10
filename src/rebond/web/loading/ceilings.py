"""How much aid a cost line receives and the most that it may (cumulation: the highest ceiling among regimes used)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from rebond.facts import CostLine
from rebond.regimes.ceilings import aid_ceiling
from rebond.regimes.model import RegimeKind
from rebond.results import ProjectResult
from rebond.units import Euros
from rebond.web.catalogue.reading import current_catalogue


def line_ceiling(found: ProjectResult, line: CostLine, on: date) -> tuple[Euros, Euros | None]:
    """(aid in gross grant equivalent, ceiling in euros) of a line; no ceiling when only de minimis or no aid is used.

    Aid already granted takes its place under the ceiling (GBER art. 8).
    """
    regimes = current_catalogue().regimes
    planned = [row for row in found.plan.lines if row.line == line.id]
    granted = [aid for aid in found.built.problem.granted if aid.line == line.id]
    facts = {**found.facts, "nature": line.nature}
    ceilings = [
        aid_ceiling(regimes[row.regime], facts, on).low
        for row in planned
        if regimes[row.regime].kind is RegimeKind.EXEMPTION
    ]
    ceilings += [aid.ceiling for aid in granted if aid.kind is RegimeKind.EXEMPTION]
    aid = sum((row.aid for row in planned), Decimal(0)) + sum((row.aid for row in granted), Decimal(0))
    return aid, (max(ceilings) * line.amount if ceilings else None)
