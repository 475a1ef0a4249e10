"""The second audit: a plan against the catalogue itself, without the problem that the model was built from.

It reads the dispositifs and regimes as their files state them and the project's facts, and shares no code with
``build.py``: an error made while building the problem (a wrong base, a rate of another size, a regime out of force)
is caught here, where ``audit.py`` would believe the problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import SUBSIDIES, Dispositif, Instrument
from rebond.dispositifs.screening import screen
from rebond.eligibility.choice import DatedValue, choose
from rebond.eligibility.criteria import Facts
from rebond.eligibility.incentive import APPLIED_FIRST, facts_for_funders
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, CostLine, Project
from rebond.financing.audit import Breach
from rebond.financing.plan import FinancingPlan, PlanLine
from rebond.regimes.ceilings import aid_ceiling, applicability
from rebond.regimes.model import Regime, RegimeKind

ANY_NATURE = "tous"
_BY_RIGHT = frozenset({Instrument.TAX_CREDIT, Instrument.EXEMPTION})


def audit_against_catalogue(
    plan: FinancingPlan, *, project: Project, facts: Facts, catalogue: Catalogue, on: date
) -> list[Breach]:
    """Every way in which a plan departs from the catalogue at a date; empty when it holds.

    ``facts`` are those of the project and its firm. The envelope's own amounts follow the mission's settings, which
    the catalogue does not hold: only its legal basis is checked here.
    """
    costs = {line.id: line for line in project.costs}
    breaches = [
        Breach(rule="assiette", detail=f"{project.id} : poste inconnu {line.line}")
        for line in plan.lines
        if line.line not in costs
    ]
    if breaches:
        return breaches
    for identifier in plan.files:
        mine = [line for line in plan.lines if line.dispositif == identifier]
        dispositif = catalogue.dispositifs.get(identifier)
        if dispositif is None:
            breaches.append(Breach(rule="assiette", detail=f"{identifier} n'est pas au catalogue"))
            continue
        seen = facts_for_funders(facts, project, dispositif.desks)
        breaches.extend(_legal_basis(dispositif, mine, costs, seen, catalogue, on))
        if not mine[0].is_envelope:
            taken = _subsidies(dispositif, plan.lines, costs, catalogue)
            breaches.extend(_advantage(dispositif, mine, costs, facts, on, taken))
    known = [line for line in plan.lines if line.dispositif in catalogue.dispositifs]
    breaches.extend(_intensities(known, costs, facts, catalogue, on))
    breaches.extend(_projects(known, costs, facts, catalogue, on))
    return breaches


def _legal_basis(
    dispositif: Dispositif,
    lines: Iterable[PlanLine],
    costs: Mapping[str, CostLine],
    facts: Facts,
    catalogue: Catalogue,
    on: date,
) -> Iterator[Breach]:
    """The dispositif is open and not refused; its regime is its own, in force, not forbidden, and admits the line."""
    if screen(dispositif, facts, on).truth is Truth.NO:
        yield Breach(rule="eligibility", detail=f"{dispositif.id} est refusé au projet")
    if dispositif.before_works and facts.get(APPLIED_FIRST, UNKNOWN) is not True:
        yield Breach(rule="incentive_effect", detail=f"{dispositif.id} veut la demande avant tout engagement")
    for line in lines:
        regime = catalogue.regimes[line.regime]
        if line.instrument in _BY_RIGHT:
            # RGEC art. 6(4): a tax measure asks for no application before works.
            regime = replace(regime, incentive_effect=False)
        use = applicability(regime, facts, on)
        nature = costs[line.line].nature
        if line.regime not in dispositif.regimes:
            yield Breach(rule="floor_and_cap", detail=f"{dispositif.id} n'a pas {regime.article} pour base légale")
        if use.truth is Truth.NO:
            why = " ; ".join(refusal.text for refusal in use.refusals)
            family = use.refusals[0].family if use.refusals else "thresholds"
            yield Breach(rule=family, detail=f"{dispositif.id} sous {regime.article} : {why}")
        if use.truth is Truth.UNKNOWN:
            missing = ", ".join(use.missing)
            yield Breach(rule="thresholds", detail=f"{dispositif.id} sous {regime.article} : {missing} à établir")
        if regime.natures.isdisjoint({ANY_NATURE, nature}):
            yield Breach(rule="assiette", detail=f"{regime.article} n'admet pas « {nature} »")


def _subsidies(
    dispositif: Dispositif, lines: Iterable[PlanLine], costs: Mapping[str, CostLine], catalogue: Catalogue
) -> Fraction:
    """Subsidies of the plan for the expenses of a base that is net of them, pro rata of what each of them pays."""
    if not dispositif.advantage.net_of_subsidies:
        return Fraction(0)
    taken = Fraction(0)
    for line in lines:
        other = catalogue.dispositifs.get(line.dispositif)
        if other is None or other.id == dispositif.id:
            continue
        forms = {other.instrument, *(part.instrument for part in other.advantage.parts)}
        if forms & SUBSIDIES:
            paid = {item.id: Fraction(item.amount) for item in _base(other, costs)}
            common = sum((paid[item.id] for item in _base(dispositif, costs) if item.id in paid), Fraction(0))
            taken += line.amount * common / sum(paid.values()) if common else Fraction(0)
    return taken


def _base(dispositif: Dispositif, costs: Mapping[str, CostLine]) -> list[CostLine]:
    """The expenses of an assiette."""
    natures = dispositif.advantage.natures
    return [line for line in costs.values() if not natures.isdisjoint({ANY_NATURE, line.nature})]


def _advantage(
    dispositif: Dispositif,
    lines: list[PlanLine],
    costs: Mapping[str, CostLine],
    facts: Facts,
    on: date,
    subsidies: Fraction,
) -> Iterator[Breach]:
    """Rate × base, caps and floors, as the file states them; where a value is open, the most cautious one."""
    rules = dispositif.advantage
    total = sum(line.amount for line in lines)
    base = _base(dispositif, costs)
    if any(costs[line.line] not in base for line in lines):
        yield Breach(rule="assiette", detail=f"{dispositif.id} : un poste hors de son assiette")
    spend = Fraction(sum((line.amount for line in base), Decimal(0))) - subsidies
    retained = choose(rules.base_cap, facts, on).least
    most = spend if retained is None else min(spend, Fraction(retained))
    if rules.rate:
        rate = _least(rules.rate, facts, on)
        most *= Fraction(0 if rate is None else rate)
    if rules.per_unit is not None:
        quantity = facts.get(rules.per_unit.fact, UNKNOWN)
        price = _least(rules.per_unit.amount, facts, on)
        if isinstance(quantity, int | Decimal) and price is not None:
            most = min(most, Fraction(price * Decimal(quantity) * rules.per_unit.years))
        else:
            most = Fraction(0)
    if total > most:
        yield Breach(rule="assiette", detail=f"{dispositif.id} : {total} € pour {float(most):.2f} € d'assiette × taux")
    floor = choose(rules.aid_floor, facts, on).high
    # A euro a line may be lost to rounding down, as the funder rounds too.
    if floor is not None and total + len(base) < floor:
        yield Breach(rule="floor_and_cap", detail=f"{dispositif.id} : {total} € sous le plancher de {floor} €")
    cap = choose(rules.aid_cap, facts, on).least
    if cap is not None and total > cap:
        yield Breach(rule="floor_and_cap", detail=f"{dispositif.id} : {total} € au-delà du plafond de {cap} €")


def _intensities(
    lines: Iterable[PlanLine], costs: Mapping[str, CostLine], facts: Facts, catalogue: Catalogue, on: date
) -> Iterator[Breach]:
    """On each line: aid of each regime ≤ its own intensity, all aid ≤ the highest among the exempted regimes there."""
    by_line: dict[str, list[PlanLine]] = {}
    for line in lines:
        if line.aid > 0 and catalogue.regimes[line.regime].kind is not RegimeKind.NO_AID:
            by_line.setdefault(line.line, []).append(line)
    for identifier, here in by_line.items():
        cost = costs[identifier]
        highest = Fraction(0)
        for regime in _exempted(here, catalogue):
            mine = [line for line in here if line.regime == regime.id]
            known = {**_as_one(regime, facts), "nature": cost.nature}
            points = Fraction(_least(regime.advance_bonus, facts, on) or 0) if _has_advance(mine, catalogue) else 0
            ceiling = (Fraction(aid_ceiling(regime, known, on).low) + points) * Fraction(cost.amount)
            highest = max(highest, ceiling)
            if _total(mine) > ceiling:
                detail = f"{identifier} : {float(_total(mine)):.2f} € sous {regime.article}"
                yield Breach(rule="intensity", detail=detail)
        if highest and _total(here) > highest:
            yield Breach(rule="cumulation", detail=f"{identifier} : {float(_total(here)):.2f} € pour {cost.amount} €")


def _has_advance(lines: Iterable[PlanLine], catalogue: Catalogue) -> bool:
    """Whether an advance whose interest is stated stands among the lines (RGEC art. 7(5))."""
    rules = [catalogue.dispositifs[line.dispositif].advantage for line in lines]
    return any(rule.loan is not None and rule.loan.rate for rule in rules)


def _projects(
    lines: list[PlanLine], costs: Mapping[str, CostLine], facts: Facts, catalogue: Catalogue, on: date
) -> Iterator[Breach]:
    """What each exempted regime asks of the project: its notification threshold, the firm's own contribution."""
    for regime in _exempted(lines, catalogue):
        mine = [line for line in lines if line.regime == regime.id]
        threshold = choose(regime.threshold, facts, on).least
        if threshold is not None and _total(mine) > threshold:
            yield Breach(rule="thresholds", detail=f"{regime.article} : {float(_total(mine)):.2f} € d'aides")
        share = choose(regime.own_contribution, facts, on).high
        if share is None:
            continue
        asked = {nature for line in mine for nature in catalogue.dispositifs[line.dispositif].advantage.natures}
        eligible = {
            line.id: Fraction(line.amount)
            for line in costs.values()
            if not asked.isdisjoint({ANY_NATURE, line.nature})
            and not regime.natures.isdisjoint({ANY_NATURE, line.nature})
        }
        public = sum(line.amount for line in lines if line.line in eligible)
        if public > (1 - Fraction(share)) * sum(eligible.values()):
            yield Breach(rule="own_contribution", detail=f"{regime.article} : {public} € de soutien public")


def _exempted(lines: Iterable[PlanLine], catalogue: Catalogue) -> list[Regime]:
    """The exempted regimes that give aid on these lines."""
    found = {line.regime: catalogue.regimes[line.regime] for line in lines if line.aid > 0}
    return [regime for regime in found.values() if regime.kind is RegimeKind.EXEMPTION]


def _as_one(regime: Regime, facts: Facts) -> Facts:
    """Split investments count as one where the regime adds them up (RGEC art. 14(13))."""
    whole = facts.get("couts_projet_unique", UNKNOWN)
    return facts if regime.single_project_years is None or whole is UNKNOWN else {**facts, "cout_total": whole}


def _total(lines: Iterable[PlanLine]) -> Fraction:
    return sum((Fraction(line.aid) for line in lines), Fraction(0))


def _least(rows: tuple[DatedValue, ...], facts: Facts, on: date) -> Decimal | None:
    return choose(rows, facts, on).low
