"""The second audit: a plan against the catalogue itself, without the problem that the model was built from.

It reads the dispositifs and regimes as their files state them and the project's facts, and shares no code with
``build.py``: an error made while building the problem (a wrong base, a rate of another size, a regime out of force)
is caught here, where ``audit.py`` would believe the problem.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
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
from rebond.facts import UNKNOWN, AidObtained, CostLine, Maybe, Project
from rebond.financing.auditing.audit import Breach
from rebond.financing.auditing.past import Past, past_aid, past_total
from rebond.financing.auditing.signature import (
    need_breaches,
    object_breaches,
    signature_breaches,
    sole_aid_breaches,
    worth_breaches,
)
from rebond.financing.plan.certainty import Certainty
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.regimes.ceilings import aid_ceiling, applicability, asked_of
from rebond.regimes.model import Regime, RegimeKind
from rebond.regimes.readings import Award
from rebond.units import Euros

ANY_NATURE = "tous"
_BY_RIGHT = frozenset({Instrument.TAX_CREDIT, Instrument.EXEMPTION})


def audit_against_catalogue(
    plan: FinancingPlan,
    *,
    project: Project,
    facts: Facts,
    catalogue: Catalogue,
    on: date,
    aids: Collection[AidObtained] = (),
    room: Maybe[Euros] = UNKNOWN,
) -> list[Breach]:
    """Every way in which a plan departs from the catalogue at a date; empty when it holds.

    ``facts`` are those of the project and its firm; ``aids``, what the firm already obtained; ``room``, what is left of
    the de minimis account of its single undertaking. The envelope's own amounts follow the mission's settings, which
    the catalogue does not hold: only its legal basis is checked here.
    """
    costs = {line.id: line for line in project.costs}
    past = list(past_aid(project, aids, catalogue, on))
    breaches = [
        Breach(rule="assiette", detail=f"{project.id} : poste inconnu {line.line}")
        for line in plan.lines
        if line.line not in costs
    ]
    if breaches:
        return breaches
    days: dict[str, date] = {}
    regime_aid = {
        key: _total(line for line in plan.lines if line.regime == key)
        + past_total(each for each in past if each.regime.id == key)
        for key in {line.regime for line in plan.lines}
    }
    for identifier in plan.files:
        mine = [line for line in plan.lines if line.dispositif == identifier]
        dispositif = catalogue.dispositifs.get(identifier)
        if dispositif is None:
            breaches.append(Breach(rule="assiette", detail=f"{identifier} n'est pas au catalogue"))
            continue
        seen = facts_for_funders(facts, project, dispositif.desks)
        award = catalogue.award(project, dispositif, on)
        days[identifier] = award.earliest
        breaches.extend(signature_breaches(dispositif, mine, project, seen, catalogue, on, regime_aid))
        breaches.extend(worth_breaches(mine, project, catalogue))
        breaches.extend(_legal_basis(dispositif, mine, costs, seen, catalogue, on, award))
        if not mine[0].is_envelope:
            taken = _subsidies(dispositif, plan.lines, costs, catalogue, past)
            breaches.extend(_advantage(dispositif, mine, costs, facts, on, taken))
    known = [line for line in plan.lines if line.dispositif in catalogue.dispositifs]
    breaches.extend(_intensities(known, costs, facts, catalogue, days, past))
    breaches.extend(_projects(known, costs, facts, catalogue, days, past))
    breaches.extend(_costs(plan.lines, costs, past))
    breaches.extend(need_breaches(plan, project, aids, catalogue))
    breaches.extend(object_breaches(known, catalogue))
    breaches.extend(sole_aid_breaches(plan.lines, (each.line for each in past if each.aid > 0), catalogue))
    breaches.extend(_account(known, catalogue, room))
    return breaches


def _legal_basis(
    dispositif: Dispositif,
    lines: Iterable[PlanLine],
    costs: Mapping[str, CostLine],
    facts: Facts,
    catalogue: Catalogue,
    on: date,
    award: Award,
) -> Iterator[Breach]:
    """The dispositif is open and not refused; its regime is its own, in force, not forbidden, and admits the line."""
    if screen(dispositif, facts, on).truth is Truth.NO:
        yield Breach(rule="eligibility", detail=f"{dispositif.id} est refusé au projet")
    lines = list(lines)
    firm = any(line.state is Certainty.FIRM for line in lines)
    first = facts.get(APPLIED_FIRST, UNKNOWN)
    begun = facts.get("travaux_commences", UNKNOWN) is True
    if dispositif.before_works and first is not True and (firm or begun or first is False):
        yield Breach(rule="incentive_effect", detail=f"{dispositif.id} veut la demande avant tout engagement")
    for line in lines:
        regime = catalogue.regimes[line.regime]
        if line.instrument in _BY_RIGHT:
            # RGEC art. 6(4): a tax measure asks for no application before works.
            regime = replace(regime, incentive_effect=False)
        use = applicability(regime, facts)
        nature = costs[line.line].nature
        if catalogue.readings.standing(regime, award).truth is Truth.NO:
            detail = f"{dispositif.id} sous {regime.article}, qui n'est pas en vigueur ({award.words})"
            yield Breach(rule="thresholds", detail=detail)
        if regime not in catalogue.regimes_of(dispositif):
            yield Breach(rule="floor_and_cap", detail=f"{dispositif.id} n'a pas {regime.article} pour base légale")
        if use.truth is Truth.NO:
            why = " ; ".join(refusal.text for refusal in use.refusals)
            family = use.refusals[0].family if use.refusals else "thresholds"
            yield Breach(rule=family, detail=f"{dispositif.id} sous {regime.article} : {why}")
        late = begun and regime.incentive_effect and first is UNKNOWN
        if use.truth is Truth.UNKNOWN and (late or line.state is Certainty.FIRM):
            missing = ", ".join(use.missing)
            yield Breach(rule="thresholds", detail=f"{dispositif.id} sous {regime.article} : {missing} à établir")
        if any(each.truth is Truth.NO for each in asked_of(regime, _as_one(regime, facts), nature)):
            yield Breach(
                rule="thresholds", detail=f"{dispositif.id} sous {regime.article} : {nature} refusé par les faits"
            )
        if regime.natures.isdisjoint({ANY_NATURE, nature}):
            yield Breach(rule="assiette", detail=f"{regime.article} n'admet pas « {nature} »")


def _subsidies(
    dispositif: Dispositif,
    lines: Iterable[PlanLine],
    costs: Mapping[str, CostLine],
    catalogue: Catalogue,
    past: Iterable[Past],
) -> Fraction:
    """Subsidies for the expenses of a base that is net of them, of the past and of the plan, these pro rata."""
    if not dispositif.advantage.net_of_subsidies:
        return Fraction(0)
    mine = {line.id for line in _base(dispositif, costs)}
    taken = past_total(each for each in past if each.line in mine and each.regime.kind is not RegimeKind.NO_AID)
    for line in lines:
        other = catalogue.dispositifs.get(line.dispositif)
        if other is None or other.id == dispositif.id:
            continue
        forms = {other.instrument, *(part.instrument for part in other.advantage.parts)}
        if forms & SUBSIDIES:
            paid = {item.id: Fraction(item.amount) for item in _base(other, costs)}
            common = sum((paid[item.id] for item in _base(dispositif, costs) if item.id in paid), Fraction(0))
            taken += Fraction(line.share) * common / sum(paid.values()) if common else Fraction(0)
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
    if floor is not None and total < floor:
        yield Breach(rule="floor_and_cap", detail=f"{dispositif.id} : {total} € sous le plancher de {floor} €")
    cap = choose(rules.aid_cap, facts, on).least
    if cap is not None and total > cap:
        yield Breach(rule="floor_and_cap", detail=f"{dispositif.id} : {total} € au-delà du plafond de {cap} €")


def _intensities(
    lines: Iterable[PlanLine],
    costs: Mapping[str, CostLine],
    facts: Facts,
    catalogue: Catalogue,
    days: Mapping[str, date],
    past: Iterable[Past],
) -> Iterator[Breach]:
    """On each line: aid of each regime ≤ its own intensity, all aid ≤ the highest among the exempted regimes there.

    Aid of the past takes its place under both, and brings the ceiling of its own day.
    """
    by_line: dict[str, list[PlanLine]] = {}
    for line in lines:
        if line.aid > 0 and catalogue.regimes[line.regime].kind is not RegimeKind.NO_AID:
            by_line.setdefault(line.line, []).append(line)
    for identifier, here in by_line.items():
        cost = costs[identifier]
        before = [each for each in past if each.line == identifier and each.regime.kind is not RegimeKind.NO_AID]
        levels: dict[str, Fraction] = {}
        ceilings = [
            Fraction(aid_ceiling(each.regime, {**_as_one(each.regime, facts), "nature": cost.nature}, each.on).low)
            * Fraction(cost.amount)
            for each in before
            if each.regime.kind is RegimeKind.EXEMPTION
        ]
        for regime in _exempted(here, catalogue):
            mine = [line for line in here if line.regime == regime.id]
            known = {**_as_one(regime, facts), "nature": cost.nature}
            on = _day_of(mine, days)
            points = Fraction(_least(regime.advance_bonus, facts, on) or 0) if _has_advance(mine, catalogue) else 0
            ceiling = (Fraction(aid_ceiling(regime, known, on).low) + points) * Fraction(cost.amount)
            ceilings.append(ceiling)
            if not regime.per_project:
                levels[regime.id] = ceiling
            if _total(mine) + past_total(each for each in before if each.regime.id == regime.id) > ceiling:
                detail = f"{identifier} : {float(_total(mine)):.2f} € sous {regime.article}"
                yield Breach(rule="intensity", detail=detail)
        yield from _levels(identifier, here, levels, catalogue)
        if ceilings and _total(here) + past_total(before) > max(ceilings):
            yield Breach(rule="cumulation", detail=f"{identifier} : {float(_total(here)):.2f} € pour {cost.amount} €")


def _day_of(lines: Iterable[PlanLine], days: Mapping[str, date]) -> date:
    """The day on which the figures of a regime are read: the last of its awards, each being expected on its own."""
    return max(days[line.dispositif] for line in lines)


def _levels(
    identifier: str, here: list[PlanLine], levels: Mapping[str, Fraction], catalogue: Catalogue
) -> Iterator[Breach]:
    """Above the ceiling of a regime used on a line there is only aid of regimes that allow it: no token opens it."""
    for regime, ceiling in levels.items():
        under = [
            line
            for line in here
            if levels.get(line.regime, ceiling) <= ceiling and not catalogue.regimes[line.regime].per_project
        ]
        if len({line.regime for line in under}) > 1 and _total(under) > ceiling:
            detail = (
                f"{identifier} : {float(_total(under)):.2f} € jusqu'au plafond de {catalogue.regimes[regime].article}"
            )
            yield Breach(rule="cumulation", detail=detail)


def _has_advance(lines: Iterable[PlanLine], catalogue: Catalogue) -> bool:
    """Whether an advance whose interest is stated stands among the lines (RGEC art. 7(5)); a loan has no points."""
    advances = [line for line in lines if Instrument.REPAYABLE_ADVANCE in {form.instrument for form in line.forms}]
    terms = [catalogue.dispositifs[line.dispositif].advantage.loan for line in advances]
    return any(loan is not None and loan.rate for loan in terms)


def _projects(
    lines: list[PlanLine],
    costs: Mapping[str, CostLine],
    facts: Facts,
    catalogue: Catalogue,
    days: Mapping[str, date],
    past: Iterable[Past],
) -> Iterator[Breach]:
    """What each exempted regime asks of the project: its notification threshold, the firm's own contribution.

    Aid of the past counts under both; regional aid of the past keeps its share free of any public support.
    """
    asked_now = _exempted(lines, catalogue)
    for regime in asked_now:
        mine = [line for line in lines if line.regime == regime.id]
        threshold = choose(regime.threshold, facts, _day_of(mine, days)).least
        total = _total(mine) + past_total(each for each in past if each.regime.id == regime.id)
        if threshold is not None and total > threshold:
            yield Breach(rule="thresholds", detail=f"{regime.article} : {float(total):.2f} € d'aides")
    read_on = {each.regime.id: each.on for each in past if each.aid > 0}
    read_on |= {each.id: _day_of([line for line in lines if line.regime == each.id], days) for each in asked_now}
    for key, day in read_on.items():
        regime = catalogue.regimes[key]
        mine = [line for line in lines if line.regime == key]
        share = choose(regime.own_contribution, facts, day).high
        if share is None:
            continue
        settled = {each.line for each in past if each.regime.id == key and each.aid > 0}
        asked = {nature for line in mine for nature in catalogue.dispositifs[line.dispositif].advantage.natures}
        eligible = {
            line.id: Fraction(line.amount)
            for line in costs.values()
            if line.id in settled
            or (
                not asked.isdisjoint({ANY_NATURE, line.nature})
                and not regime.natures.isdisjoint({ANY_NATURE, line.nature})
            )
        }
        public = sum((Fraction(line.share) for line in lines if line.line in eligible), Fraction(0))
        before = sum((each.euros for each in past if each.line in eligible), Fraction(0))
        if public and public + before > (1 - Fraction(share)) * sum(eligible.values()):
            yield Breach(rule="own_contribution", detail=f"{regime.article} : {float(public):.2f} € de soutien public")


def _costs(lines: Iterable[PlanLine], costs: Mapping[str, CostLine], past: Iterable[Past]) -> Iterator[Breach]:
    """On each line, all support, past and planned, ≤ the cost."""
    support: dict[str, Fraction] = {}
    for line in lines:
        support[line.line] = support.get(line.line, Fraction(0)) + Fraction(line.share)
    for identifier, amount in support.items():
        before = sum((each.euros for each in past if each.line == identifier), Fraction(0))
        if amount + before > Fraction(costs[identifier].amount):
            detail = f"{identifier} : {float(amount):.2f} € de soutien pour {costs[identifier].amount} €"
            yield Breach(rule="cost", detail=detail)


def _account(lines: Iterable[PlanLine], catalogue: Catalogue, room: Maybe[Euros]) -> Iterator[Breach]:
    """De minimis aid of the plan ≤ what is left of the account; none while nobody knows it."""
    aid = _total(line for line in lines if catalogue.regimes[line.regime].kind is RegimeKind.DE_MINIMIS)
    if aid > (Fraction(0) if room is UNKNOWN else Fraction(room)):
        left = "un compte inconnu" if room is UNKNOWN else f"{float(room):.2f} € disponibles"
        yield Breach(rule="de_minimis", detail=f"{float(aid):.2f} € de minimis pour {left}")


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
