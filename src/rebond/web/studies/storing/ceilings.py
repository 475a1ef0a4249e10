"""How much aid a cost line receives and the most that it may (cumulation: the highest ceiling among regimes used)."""

from __future__ import annotations

from decimal import Decimal

from rebond.facts import CostLine
from rebond.financing.plan.model import PlanLine
from rebond.regimes.ceilings import aid_ceiling, as_one_investment
from rebond.regimes.model import RegimeKind
from rebond.results import MissionResult, ProjectResult
from rebond.units import Euros, Rate
from rebond.web.catalogue.reading import current_catalogue


def line_ceiling(found: ProjectResult, line: CostLine, result: MissionResult) -> tuple[Euros, Euros | None]:
    """(aid in gross grant equivalent, ceiling in euros) of a line; no ceiling when only de minimis or no aid is used.

    Aid already granted takes its place under the ceiling (GBER art. 8).
    """
    planned = [row for row in found.plan.lines if row.line == line.id]
    past = (aid for aid in found.built.problem.granted if aid.line == line.id)
    granted = [aid for aid in past if aid.kind is not RegimeKind.NO_AID]
    ceilings = [ceiling for row in planned if (ceiling := _ceiling(row, found, line, result)) is not None]
    ceilings += [aid.ceiling for aid in granted if aid.kind is RegimeKind.EXEMPTION]
    aid = sum((row.aid for row in planned), Decimal(0)) + sum((row.aid for row in granted), Decimal(0))
    return aid, (max(ceilings) * line.amount if ceilings else None)


def _ceiling(row: PlanLine, found: ProjectResult, line: CostLine, result: MissionResult) -> Rate | None:
    """The intensity of a regime, with the points that an advance of this plan adds to it (GBER art. 7(5))."""
    regime = current_catalogue().regimes[row.regime]
    if regime.kind is not RegimeKind.EXEMPTION:
        return None
    facts = {**as_one_investment(regime, found.facts), "nature": line.nature}
    return aid_ceiling(regime, facts, result.on).low + _points(row, found)


def _points(row: PlanLine, found: ProjectResult) -> Rate:
    """The envelope's advances have none: nobody says at what interest they are repaid."""
    offers = {offer.id: offer for offer in found.built.problem.offers}
    if row.is_envelope or row.dispositif not in offers:
        return Decimal(0)
    basis = next(basis for basis in offers[row.dispositif].bases if basis.regime == row.regime)
    return basis.advance_bonus if basis.plain_per_euro < basis.aid_per_euro else Decimal(0)
