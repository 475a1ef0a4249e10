"""What aid already obtained pays of each line of a project, as the second audit counts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rebond.dispositifs.catalogue import Catalogue
from rebond.facts import UNKNOWN, AidObtained, AwardedAid, Project
from rebond.regimes.model import Regime


@dataclass(frozen=True, slots=True)
class Past:
    """What an aid already obtained pays of one line."""

    regime: Regime
    line: str
    aid: Fraction
    euros: Fraction
    """Of the support: the principal of a loan."""
    on: date
    """The day whose figures it was granted on."""


def past_aid(project: Project, aids: Iterable[AidObtained], catalogue: Catalogue, on: date) -> Iterator[Past]:
    """Aid already obtained for the project, by line pro rata of the amounts.

    A cent a line is left to whoever splits it in whole cents. An aid without a known top may be as much as the lines
    that it pays.
    """
    for aid in aids:
        lines = [line for line in project.costs if line.amount > 0 and aid.nature in {"", line.nature}]
        regime = catalogue.regimes.get(aid.regime)
        if not aid.pays(project) or regime is None:
            continue
        if isinstance(aid, AwardedAid):
            for part in aid.spread:
                yield Past(regime, part.line, Fraction(part.aid), Fraction(part.support), min(on, aid.granted_on))
            continue
        total = sum((Fraction(line.amount) for line in lines), Fraction(0))
        slack = Fraction(len(lines), 100) if len(lines) > 1 else Fraction(0)
        for line in lines:
            most = total if aid.at_most is UNKNOWN else Fraction(aid.at_most)
            share = max(Fraction(0), most * Fraction(line.amount) / total - slack)
            yield Past(regime, line.id, share, share, min(on, aid.granted_on))


def past_total(past: Iterable[Past]) -> Fraction:
    """Euros of aid, in grant equivalent."""
    return sum((each.aid for each in past), Fraction(0))
