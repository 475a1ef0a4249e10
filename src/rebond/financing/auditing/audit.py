"""The independent audit: every rule of the plan, re-checked in exact arithmetic on whole euros.

It shares no code with the model (constraints.py, ceiling_rules.py, sums.py, variables.py, solver.py): it reads the
problem and the plans, and adds fractions up. A plan that fails is a defect of the engine and is never shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.financing.problem.model import Basis, FinancingProblem, GrantedAid, Offer, ProjectProblem
from rebond.regimes.model import RegimeKind

_BORROWED = frozenset({"pret", "avance_remboursable", "garantie"})
_BANK_CREDIT = "garantie"

_SUBSIDIES = frozenset({"subvention", "avance_remboursable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A rule that a plan breaks."""

    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a plan with the offer and the basis that it claims."""

    line: PlanLine
    offer: Offer
    basis: Basis

    @property
    def share(self) -> Fraction:
        """The exact part of the award that the line takes: what is compared with the limits of a line."""
        return Fraction(self.line.share)

    @property
    def aid(self) -> Fraction:
        return self.share * Fraction(self.basis.aid_per_euro)

    @property
    def plain(self) -> Fraction:
        return self.share * Fraction(self.basis.plain_per_euro)


def audit_plans(plans: Iterable[FinancingPlan], problem: FinancingProblem) -> list[Breach]:
    """Every breach of every plan, and of what the plans share; an empty list means that all are legal."""
    projects = {project.id: project for project in problem.projects}
    breaches: list[Breach] = []
    everything: list[tuple[ProjectProblem, list[_Entry]]] = []
    for plan in plans:
        project = projects[plan.project]
        entries, unknown = _entries(plan, project)
        breaches.extend(unknown)
        breaches.extend(_audit_project(project, entries))
        everything.append((project, entries))
    breaches.extend(_audit_accounts(problem, everything))
    breaches.extend(_audit_budgets(problem, everything))
    return breaches


def audit_plan(plan: FinancingPlan, problem: FinancingProblem) -> list[Breach]:
    """The breaches of one plan, alone."""
    return audit_plans([plan], problem)


def _entries(plan: FinancingPlan, project: ProjectProblem) -> tuple[list[_Entry], list[Breach]]:
    """The plan's lines with what they rest on; lines that rest on nothing are breaches."""
    offers = {offer.id: offer for offer in project.offers}
    entries: list[_Entry] = []
    breaches: list[Breach] = []
    for line in plan.lines:
        offer = offers.get(line.dispositif)
        basis = next((b for b in offer.bases if b.regime == line.regime), None) if offer else None
        if offer is None or basis is None or line.line not in offer.lines or line.line not in basis.ceilings:
            breaches.append(
                Breach(rule="assiette", detail=f"{project.id} : {line.dispositif} sur {line.line} hors assiette")
            )
            continue
        if line.amount < 0 or line.share < 0:
            breaches.append(Breach(rule="assiette", detail=f"{project.id} : montant négatif pour {line.dispositif}"))
        entries.append(_Entry(line, offer, basis))
    return entries, breaches


def _audit_project(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    yield from _audit_cost(project, entries)
    yield from _audit_offers(project, entries)
    yield from _audit_sole_aid(project, entries)
    yield from _audit_refusals(project, entries)
    yield from _audit_intensity(project, entries)
    yield from _audit_cumulation(project, entries)
    yield from _audit_own_contribution(project, entries)
    yield from _audit_loans(project, entries)
    yield from _audit_certainty(project, entries)


def _audit_cost(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    total = Fraction(0)
    for cost_line in project.lines:
        granted = sum((Fraction(g.euros) for g in project.granted if g.line == cost_line.id), Fraction(0))
        support = sum((entry.share for entry in entries if entry.line.line == cost_line.id), Fraction(0))
        total += support
        if support and support + granted > Fraction(cost_line.amount):
            yield Breach(
                rule="cost",
                detail=f"{project.id} : soutien de {float(support):.2f} € sur {cost_line.id} ({cost_line.amount} €)",
            )
    if total > Fraction(project.need):
        detail = f"{project.id} : soutien de {float(total):.2f} € pour un besoin de {project.need} €"
        yield Breach(rule="need", detail=detail)
    if total > Fraction(project.cost):
        yield Breach(
            rule="cost", detail=f"{project.id} : soutien total de {float(total):.2f} € pour un coût de {project.cost} €"
        )


def _audit_offers(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    for offer in project.offers:
        mine = [entry for entry in entries if entry.offer.id == offer.id]
        if not mine:
            continue
        yield from _audit_award(project, offer, mine)
        amount = sum(entry.line.amount for entry in mine)
        label = f"{project.id} : {offer.id}, {amount} €"
        if amount > offer.max_support:
            yield Breach(rule="assiette", detail=f"{label}, assiette × taux = {offer.max_support} €")
        net = _net_of_subsidies(project, offer, entries)
        if amount > net:
            yield Breach(rule="assiette", detail=f"{label}, assiette nette des subventions × taux = {float(net):.2f} €")
        if offer.aid_cap is not None and amount > offer.aid_cap:
            yield Breach(rule="floor_and_cap", detail=f"{label}, plafond {offer.aid_cap} €")
        if amount < offer.min_support:
            yield Breach(rule="floor_and_cap", detail=f"{label}, plancher {offer.min_support} €")
        if len({entry.basis.regime for entry in mine}) > 1:
            yield Breach(rule="floor_and_cap", detail=f"{label}, plusieurs bases légales")
    asked = {entry.offer.id for entry in entries}
    for first, second in project.exclusions:
        if first in asked and second in asked:
            yield Breach(rule="exclusions", detail=f"{project.id} : {first} exclut {second}")


def _audit_sole_aid(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    """A dispositif that forbids any other aid on its expenses shares no line with one, of the plan or of the past."""
    for sole in entries:
        if not sole.offer.sole_aid or not sole.share:
            continue
        beside = [e for e in entries if e.line.line == sole.line.line and e.offer.id != sole.offer.id and e.share > 0]
        aided = any(e.offer.benefit_per_euro > 0 or (e.basis.kind.value != "hors_aide" and e.aid > 0) for e in beside)
        if aided or any(granted.line == sole.line.line and granted.aid > 0 for granted in project.granted):
            detail = f"{project.id} : {sole.offer.id} n'admet aucune autre aide sur {sole.line.line}"
            yield Breach(rule="exclusions", detail=detail)


def _audit_award(project: ProjectProblem, offer: Offer, mine: list[_Entry]) -> Iterator[Breach]:
    """The award is whole, its lines make it and show it within a euro; it is worth a file."""
    amount = sum(entry.line.amount for entry in mine)
    label = f"{project.id} : {offer.id}, {amount} €"
    if sum((entry.share for entry in mine), Fraction(0)) != amount:
        yield Breach(rule="assiette", detail=f"{label}, dont les parts par poste ne font pas ce total")
    if any(abs(entry.share - entry.line.amount) >= 1 for entry in mine):
        yield Breach(rule="assiette", detail=f"{label}, un poste montré à plus d'un euro de sa part")
    if amount < offer.least_useful:
        yield Breach(rule="floor_and_cap", detail=f"{label}, dossier utile à partir de {offer.least_useful} €")


def _net_of_subsidies(project: ProjectProblem, offer: Offer, entries: list[_Entry]) -> Fraction:
    """Rate × base, less the rate of what subsidies pay of it: each for the part of its own expenses that are there."""
    gross = Fraction(offer.max_support if offer.uncapped_support is None else offer.uncapped_support)
    taken = sum(
        (Fraction(g.aid) for g in project.granted if g.line in offer.lines and g.kind is not RegimeKind.NO_AID),
        Fraction(0),
    )
    for entry in entries:
        if entry.offer.id == offer.id or not {form.value for form in entry.offer.forms} & _SUBSIDIES:
            continue
        paid = {line.id: Fraction(line.amount) for line in project.lines if line.id in entry.offer.lines}
        common = sum((amount for line, amount in paid.items() if line in offer.lines), Fraction(0))
        taken += entry.share * common / sum(paid.values()) if common else Fraction(0)
    return gross - Fraction(offer.subsidy_deduction) * taken


def _audit_refusals(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    for entry in entries:
        for rule in sorted(entry.basis.refused_by):
            yield Breach(
                rule=rule,
                detail=f"{project.id} : {entry.offer.id} sous {entry.basis.regime}, {'; '.join(entry.basis.refusals)}",
            )


def _audit_intensity(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    costs = {line.id: Fraction(line.amount) for line in project.lines}
    exempted = [entry for entry in entries if entry.basis.kind is RegimeKind.EXEMPTION and entry.aid > 0]
    for regime in sorted({entry.basis.regime for entry in exempted}):
        mine = [entry for entry in exempted if entry.basis.regime == regime]
        past = [granted for granted in project.granted if granted.regime == regime]
        groups = [frozenset(costs)] if mine[0].basis.per_project else [frozenset([line]) for line in costs]
        for group in groups:
            here = [entry for entry in mine if entry.line.line in group]
            if not here:
                continue
            rates = _line_ceilings(mine, group)
            room = sum((rate * costs[line] for line, rate in rates.items()), Fraction(0))
            already = sum((Fraction(g.aid) for g in past if g.line in rates), Fraction(0))
            plain = sum((entry.plain for entry in here), Fraction(0))
            total = sum((entry.aid for entry in here), already)
            extra = _advance_bonus(here) * sum((costs[line] for line in rates), Fraction(0))
            if (plain and plain + already > room) or total > room + extra:
                yield Breach(
                    rule="intensity",
                    detail=f"{project.id} : {float(total):.2f} € sous {regime}, plafond {float(room):.2f} €",
                )
        cap = min((e.basis.project_cap for e in mine if e.basis.project_cap is not None), default=None)
        if cap is not None:
            total = sum((entry.aid for entry in mine), sum((Fraction(g.aid) for g in past), Fraction(0)))
            if total > Fraction(cap):
                yield Breach(
                    rule="thresholds", detail=f"{project.id} : {float(total):.2f} € sous {regime}, seuil {cap} €"
                )


def _advance_bonus(entries: list[_Entry]) -> Fraction:
    """Points that advances compared at nominal add to a ceiling (RGEC art. 7(5)); none without an advance."""
    return max((Fraction(e.basis.advance_bonus) for e in entries if e.plain < e.aid), default=Fraction(0))


def _line_ceilings(entries: list[_Entry], lines: frozenset[str]) -> dict[str, Fraction]:
    """The ceiling of one regime on each line where one of the entries may put aid."""
    return {
        line: Fraction(entry.basis.ceilings[line])
        for entry in entries
        for line in lines & entry.offer.lines & entry.basis.ceilings.keys()
    }


def _audit_cumulation(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    for cost_line in project.lines:
        aided = [e for e in entries if e.basis.kind is not RegimeKind.NO_AID and e.aid > 0]
        here = [e for e in aided if e.line.line == cost_line.id]
        past = [g for g in project.granted if g.line == cost_line.id and g.kind is not RegimeKind.NO_AID]
        if not here:
            continue
        ceilings = _ceilings_used(cost_line.id, here, past)
        already = sum((Fraction(granted.aid) for granted in past), Fraction(0))
        plain = sum((entry.plain for entry in here), Fraction(0))
        total = sum((entry.aid for entry in here), already)
        cost = Fraction(cost_line.amount)
        yield from _audit_levels(project, cost_line.id, cost, here, past)
        objects = {entry.basis.object for entry in here if entry.basis.object}
        if len(objects) > 1:
            detail = f"{project.id}, {cost_line.id} : objets différents ({', '.join(sorted(objects))})"
            yield Breach(rule="cumulation", detail=detail)
        if ceilings and not any(
            (not plain or plain + already <= rate * cost) and total <= (rate + bonus) * cost for rate, bonus in ceilings
        ):
            allowed = float(max(rate + bonus for rate, bonus in ceilings) * cost)
            yield Breach(
                rule="cumulation",
                detail=f"{project.id}, {cost_line.id} : {float(total):.2f} € d'aides, plafond {allowed:.2f} €",
            )


def _audit_levels(
    project: ProjectProblem, line: str, cost: Fraction, here: list[_Entry], past: list[GrantedAid]
) -> Iterator[Breach]:
    """Beyond the ceiling of a regime used on a line there is only aid of regimes that allow it; no token opens it."""
    levels = {
        id(entry): Fraction(entry.basis.ceilings[line]) + _advance_bonus([entry])
        for entry in here
        if entry.basis.kind is RegimeKind.EXEMPTION and not entry.basis.per_project
    }
    for level in sorted(set(levels.values())):
        under = [e for e in here if levels.get(id(e), level) <= level and not e.basis.per_project]
        before = [g for g in past if g.kind is RegimeKind.DE_MINIMIS or g.ceiling <= level]
        if len({*(entry.basis.regime for entry in under), *(granted.regime for granted in before)}) == 1:
            continue  # The intensity of its regime says it.
        total = sum((entry.aid for entry in under), sum((Fraction(g.aid) for g in before), Fraction(0)))
        if total > level * cost:
            detail = f"{project.id}, {line} : {float(total):.2f} € sous un plafond de {float(level * cost):.2f} €"
            yield Breach(rule="cumulation", detail=detail)


def _ceilings_used(line: str, here: list[_Entry], past: list[GrantedAid]) -> set[tuple[Fraction, Fraction]]:
    """(intensity, points for advances) of each exempted regime really used on the line; empty when there is none.

    The points come from an advance granted under that very regime (RGEC art. 7(5) and (6)).
    """
    exempted = [e for e in here if e.basis.kind is RegimeKind.EXEMPTION and e.aid > 0]
    found = {(Fraction(e.basis.ceilings[line]), _advance_bonus([e])) for e in exempted}
    before = [Fraction(g.ceiling) for g in past if g.kind is RegimeKind.EXEMPTION and g.aid > 0]
    return found | {(rate, Fraction(0)) for rate in before}


def _audit_own_contribution(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    """Public support, past and new, on the eligible costs of a regime, those that its past aid pays included."""
    costs = {line.id: Fraction(line.amount) for line in project.lines}
    shares = {g.regime: g.own_contribution for g in project.granted if g.aid > 0}
    shares |= {entry.basis.regime: entry.basis.own_contribution for entry in entries if entry.aid > 0}
    for regime, share in sorted(shares.items()):
        mine = [entry for entry in entries if entry.basis.regime == regime and entry.aid > 0]
        eligible = {line for entry in mine for line in entry.offer.lines & entry.basis.ceilings.keys()}
        eligible |= {granted.line for granted in project.granted if granted.regime == regime and granted.aid > 0}
        base = sum((costs[line] for line in eligible), Fraction(0))
        public = sum((entry.share for entry in entries if entry.line.line in eligible), Fraction(0))
        past = sum((Fraction(granted.euros) for granted in project.granted if granted.line in eligible), Fraction(0))
        if share and public and public + past > (1 - Fraction(share)) * base:
            yield Breach(
                rule="own_contribution",
                detail=f"{project.id} : {float(public):.2f} € publics pour {float(base):.2f} € éligibles à {regime}",
            )


def _audit_loans(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    matched = sum(entry.line.amount for entry in entries if entry.offer.private_match)
    public = sum(entry.line.amount for entry in entries if entry.offer.instrument.value != _BANK_CREDIT)
    free = Fraction(0)
    for cost_line in project.lines:
        past = sum((Fraction(g.euros) for g in project.granted if g.line == cost_line.id), Fraction(0))
        free += max(Fraction(0), Fraction(cost_line.amount) - past)
    if matched and public + matched > free:
        yield Breach(rule="loans", detail=f"{project.id} : {matched} € de prêts sans cofinancement privé suffisant")
    firm = sum(entry.line.amount for entry in entries if entry.offer.private_match and _signable(project, entry))
    bank = sum(entry.line.amount for entry in entries if entry.offer.instrument.value == _BANK_CREDIT)
    if project.match_secured is not None and firm and firm > Fraction(project.match_secured) + bank:
        yield Breach(rule="loans", detail=f"{project.id} : {firm} € de prêts fermes, {project.match_secured} € acquis")
    borrowed = sum(entry.line.amount for entry in entries if entry.offer.instrument.value in _BORROWED)
    if project.loan_cap is not None and borrowed > max(Fraction(0), Fraction(project.loan_cap)):
        yield Breach(
            rule="loans", detail=f"{project.id} : {borrowed} € à rembourser pour {project.loan_cap} € de capacité"
        )
    for offer in project.offers:
        amount = sum(entry.line.amount for entry in entries if entry.offer.id == offer.id)
        if offer.own_funds_cap is not None and amount > max(Fraction(0), Fraction(offer.own_funds_cap)):
            yield Breach(rule="loans", detail=f"{project.id} : {offer.id}, {amount} € au-delà des fonds propres")


def _audit_certainty(project: ProjectProblem, entries: list[_Entry]) -> Iterator[Breach]:
    """A line is firm only when nothing is asked of it; one that is not names what it waits for, or its figures do."""
    for entry in entries:
        if entry.line.state.value == "ferme" and not _signable(project, entry):
            yield Breach(rule="certainty", detail=f"{project.id} : {entry.offer.id} est dit ferme et ne l'est pas")


def _signable(project: ProjectProblem, entry: _Entry) -> bool:
    asked = entry.offer.questions or entry.basis.questions or entry.basis.law_question
    return project.ripe and entry.offer.verified and entry.basis.verified and not asked


def _audit_accounts(
    problem: FinancingProblem, everything: list[tuple[ProjectProblem, list[_Entry]]]
) -> Iterator[Breach]:
    spent: dict[str, Fraction] = defaultdict(Fraction)
    for project, entries in everything:
        for entry in entries:
            if entry.basis.kind is RegimeKind.DE_MINIMIS:
                spent[project.undertaking] += entry.aid
    for undertaking, aid in sorted(spent.items()):
        room = Fraction(problem.de_minimis_room.get(undertaking, 0))
        if aid > room:
            yield Breach(
                rule="de_minimis",
                detail=f"{undertaking} : {float(aid):.2f} € de minimis, {float(room):.2f} € disponibles",
            )


def _audit_budgets(
    problem: FinancingProblem, everything: list[tuple[ProjectProblem, list[_Entry]]]
) -> Iterator[Breach]:
    for budget, amount in sorted(problem.budgets.items()):
        spent = sum(e.line.amount for _, entries in everything for e in entries if e.offer.budget == budget)
        if spent > amount:
            yield Breach(rule="exclusions", detail=f"budget {budget} : {spent} € engagés pour {amount} €")
