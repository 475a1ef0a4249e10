"""The figures that nobody read in a text and that can decide an award: what is left to re-read before it is signed.

A figure decides when the amount is computed with it (a rate, an intensity, a bonus), whatever the amount. One that
only bounds (a threshold, a bracket, a cap) decides where the most that the award could be comes near it; how near is
a setting, and without it every bound decides. The second audit judges the same on the euros of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rebond.dispositifs.model import Dispositif
from rebond.eligibility.choice import DatedValue, choose, open_rows
from rebond.eligibility.criteria import Facts
from rebond.eligibility.watched import supposed
from rebond.facts import UNKNOWN
from rebond.financing.building.asking import NATURE
from rebond.financing.problem.model import Line
from rebond.regimes.ceilings import aid_ceiling
from rebond.regimes.model import Regime
from rebond.units import Euros, Rate, format_euros, format_number, format_rate

ZERO = Decimal(0)
ALL_NATURES = "tous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What tells whether a figure can decide, at a date."""

    facts: Facts
    on: date
    no_effect_below: Rate
    """Share of a bound under which it has no effect; 0: a bound always decides."""

    def near(self, most: Euros, bound: Euros) -> bool:
        """Whether an amount that may be as much as that comes near the bound."""
        return most >= self.no_effect_below * bound

    def unread(self, rows: Sequence[DatedValue]) -> Iterator[DatedValue]:
        """Of the rows that may apply, those that nobody read."""
        return (row for row in open_rows(rows, self.facts, self.on) if not row.verified)

    def unread_alone(self, rows: Sequence[DatedValue]) -> Iterator[DatedValue]:
        """Of rows that add up, each under its own condition, those that may apply and that nobody read."""
        return (row for each in rows for row in self.unread((each,)))


def unread_of_dispositif(dispositif: Dispositif, spend: Euros, most: Euros, weighing: Weighing) -> tuple[str, ...]:
    """The figures of a dispositif to re-read, for an assiette of ``spend`` and ``most`` euros of support.

    A file written from memory has none that can be relied on, who it is open to included. A floor of aid always
    decides: nothing says beforehand how little a plan will ask.
    """
    rules, mine = dispositif.advantage, f"« {dispositif.title} »"
    found = [f"{mine} : fiche écrite de mémoire"] if dispositif.reliability == "M" else []
    found += (f"{mine} : taux de {format_rate(row.value)}" for row in weighing.unread(rules.rate))
    if rules.per_unit is not None:
        unread = weighing.unread(rules.per_unit.amount)
        found += (f"{mine} : montant de {format_euros(row.value)} par unité" for row in unread)
    for row in weighing.unread(rules.base_cap):
        if weighing.near(spend, row.value):
            found.append(f"{mine} : assiette plafonnée à {format_euros(row.value)}")
    for row in weighing.unread(rules.base_floor):
        if weighing.near(row.value, spend):
            found.append(f"{mine} : dépense d'au moins {format_euros(row.value)}")
    for row in weighing.unread(rules.aid_cap):
        if weighing.near(most, row.value):
            found.append(f"{mine} : plafond d'aide de {format_euros(row.value)}")
    found += (f"{mine} : plancher d'aide de {format_euros(row.value)}" for row in weighing.unread(rules.aid_floor))
    return tuple(dict.fromkeys(found))


def unread_of_regime(
    regime: Regime, admitted: Iterable[Line], lines: Sequence[Line], weighing: Weighing
) -> tuple[str, ...]:
    """The figures of a regime to re-read for aid on the lines ``admitted`` of a project."""
    found = [*_of_its_text(regime), *_of_rates(regime, admitted, weighing)]
    most = _most_aid(regime, lines, weighing)
    near = (row for row in weighing.unread(regime.threshold) if weighing.near(most, row.value))
    found += (f"seuil de notification de {format_euros(row.value)}" for row in near)
    found += _of_large_projects(regime, lines, weighing)
    return tuple(f"{regime.article} : {words}" for words in dict.fromkeys(found))


def _of_its_text(regime: Regime) -> Iterator[str]:
    """What any award rests on: the dates of the text, the French scheme that it is granted under."""
    if not regime.window_verified:
        yield "dates de validité"
    if not regime.framework_verified:
        yield f"rattachement au régime cadre {regime.framework}"


def _of_rates(regime: Regime, admitted: Iterable[Line], weighing: Weighing) -> Iterator[str]:
    """The figures that every ceiling is computed with."""
    for line in admitted:
        here = replace(weighing, facts=supposed(weighing.facts, {NATURE: line.nature}))
        for row in here.unread(regime.intensities):
            yield f"intensité de {format_rate(row.value)}"
        for row in here.unread_alone(regime.bonuses):
            yield f"majoration de {_points(row.value)}"
        for row in here.unread_alone(regime.factors):
            yield f"facteur de {format_rate(row.value)}"
        for row in here.unread(regime.intensity_cap):
            yield f"intensité plafonnée à {format_rate(row.value)}"
    for row in weighing.unread(regime.own_contribution):
        yield f"apport propre de {format_rate(row.value)}"
    for row in weighing.unread(regime.advance_bonus):
        yield f"majoration des avances de {_points(row.value)}"
    if regime.de_minimis is not None:
        for row in weighing.unread(regime.de_minimis.ceiling):
            yield f"plafond du compte de {format_euros(row.value)}"


def _points(value: Rate) -> str:
    return f"{format_number(100 * value)} points"


def _most_aid(regime: Regime, lines: Sequence[Line], weighing: Weighing) -> Euros:
    """The most aid that the whole project can have under a regime, whoever gives it, that of the past included."""
    points = choose(regime.advance_bonus, weighing.facts, weighing.on).high or ZERO
    return sum(
        (
            (aid_ceiling(regime, supposed(weighing.facts, {NATURE: line.nature}), weighing.on).high + points)
            * line.amount
            for line in lines
            if ALL_NATURES in regime.natures or line.nature in regime.natures
        ),
        ZERO,
    )


def _of_large_projects(regime: Regime, lines: Sequence[Line], weighing: Weighing) -> Iterator[str]:
    """The brackets that a project, with what makes one investment with it, comes near."""
    rule = regime.large_project
    if rule is None:
        return
    if not regime.single_project_verified:
        yield "règle du projet unique"
    known = (weighing.facts.get(name, UNKNOWN) for name in ("cout_total", "couts_projet_unique"))
    own = sum((line.amount for line in lines), ZERO)
    costs = max(own, *(Decimal(cost) for cost in known if isinstance(cost, Decimal | int)), ZERO)
    for row in (*weighing.unread(rule.low_bracket), *weighing.unread(rule.high_bracket)):
        if weighing.near(costs, row.value):
            yield f"tranche des grands projets à {format_euros(row.value)}"
    low = choose(rule.low_bracket, weighing.facts, weighing.on).low
    for row in (*weighing.unread(rule.middle_share), *weighing.unread(rule.high_share)):
        if low is None or weighing.near(costs, low):
            yield f"part des grands projets de {format_rate(row.value)}"
