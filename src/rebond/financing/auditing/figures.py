"""The second audit, on the figures of a firm line: none that nobody read in a text may decide its euros.

It weighs them on the euros of the plan itself, with no code of the model, which weighs them beforehand on the most
that an award could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from rebond.dispositifs.model import Dispositif
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.criteria import Facts
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Project
from rebond.financing.plan.model import PlanLine
from rebond.regimes.model import Regime


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What an award weighs beside the bounds of its file and of its regime."""

    project: Project
    lines: Sequence[PlanLine]
    """Those of the dispositif, under that regime."""
    regime_aid: Fraction
    """Euros of aid that the project has under the regime, of the plan and of the past, whoever gives them."""
    share: Fraction
    """Part of a bound under which it has no effect."""

    def reaches(self, amount: Fraction, bound: DatedValue) -> bool:
        """Whether an amount comes near a bound."""
        return amount >= self.share * Fraction(bound.value)


def unread_figures(
    dispositif: Dispositif, regime: Regime, weight: Weight, facts: Facts, on: date, awarded_on: date
) -> Iterator[str]:
    """What nobody read and that decides an award: figures of the file on the day asked, of the law when granted."""
    if dispositif.reliability == "M":
        yield "fiche écrite de mémoire"
    yield from _of_file(dispositif, weight, facts, on)
    if not (regime.window_verified and regime.framework_verified):
        yield "texte ou régime cadre"
    natures = {cost.id: cost.nature for cost in weight.project.costs}
    for line in weight.lines:
        seen = {**facts, "nature": natures[line.line]}
        if any(_first(rows, seen, awarded_on) for rows in (regime.intensities, regime.intensity_cap)):
            yield "intensité"
        if any(_each(rows, seen, awarded_on) for rows in (regime.bonuses, regime.factors)):
            yield "majoration ou facteur"
    if _first(regime.own_contribution, facts, awarded_on) or _first(regime.advance_bonus, facts, awarded_on):
        yield "apport propre ou majoration des avances"
    if regime.de_minimis is not None and _first(regime.de_minimis.ceiling, facts, awarded_on):
        yield "plafond du compte"
    if any(weight.reaches(weight.regime_aid, row) for row in _first(regime.threshold, facts, awarded_on)):
        yield "seuil de notification"
    if regime.large_project is not None and _large(regime, weight, facts, awarded_on):
        yield "tranche des grands projets"


def _of_file(dispositif: Dispositif, weight: Weight, facts: Facts, on: date) -> Iterator[str]:
    rules = dispositif.advantage
    support = Fraction(sum(line.amount for line in weight.lines))
    base = (cost for cost in weight.project.costs if rules.natures & {"tous", cost.nature})
    spend = sum((Fraction(cost.amount) for cost in base), Fraction(0))
    unit = () if rules.per_unit is None else rules.per_unit.amount
    if _first(rules.rate, facts, on) or _first(unit, facts, on):
        yield "taux du dispositif"
    if any(weight.reaches(spend, row) for row in _first(rules.base_cap, facts, on)):
        yield "plafond d'assiette"
    if any(weight.share * spend <= Fraction(row.value) for row in _first(rules.base_floor, facts, on)):
        yield "plancher de dépense"
    if any(weight.reaches(support, row) for row in _first(rules.aid_cap, facts, on)):
        yield "plafond d'aide"
    if _first(rules.aid_floor, facts, on):
        yield "plancher d'aide"


def _large(regime: Regime, weight: Weight, facts: Facts, on: date) -> bool:
    rule = regime.large_project
    if rule is None:
        return False
    whole = facts.get("couts_projet_unique", UNKNOWN)
    costs = Fraction(weight.project.total_cost)
    if isinstance(whole, Decimal | int):
        costs = max(costs, Fraction(whole))
    if not regime.single_project_verified:
        return True
    brackets = [*_first(rule.low_bracket, facts, on), *_first(rule.high_bracket, facts, on)]
    if any(weight.reaches(costs, row) for row in brackets):
        return True
    shares = [*_first(rule.middle_share, facts, on), *_first(rule.high_share, facts, on)]
    return bool(shares) and any(weight.reaches(costs, row) for row in rule.low_bracket if row.in_force(on))


def _first(rows: Iterable[DatedValue], facts: Facts, on: date) -> list[DatedValue]:
    """Of rows read in order, those that nobody read and that no row before them surely takes the place of."""
    found = []
    for row in rows:
        truth = _truth(row, facts, on)
        if truth is not Truth.NO and not row.verified:
            found.append(row)
        if truth is Truth.YES:
            break
    return found


def _each(rows: Iterable[DatedValue], facts: Facts, on: date) -> list[DatedValue]:
    """Of rows that each apply on their own, those that may and that nobody read."""
    return [row for row in rows if not row.verified and _truth(row, facts, on) is not Truth.NO]


def _truth(row: DatedValue, facts: Facts, on: date) -> Truth:
    if not row.in_force(on):
        return Truth.NO
    return Truth.YES if row.condition is None else row.condition.judge(facts).truth
