"""The rules of the legal plan, one function a family; ``docs/modele.md`` gives formula and name side by side.

Each function adds the rows of one family and nothing else, so that the cost of a rule is measured by leaving its
function out. Row names begin with the family's key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rebond.financing.problem import FinancingProblem, Line, ProjectProblem
from rebond.financing.variables import Use, Variables, is_aid, is_loan
from rebond.regimes.model import RegimeKind

Define = Callable[[FinancingProblem, Variables], None]

LEAST_USE = 1.0
"""Euros of aid from which a regime is really used on a line (cumulation)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFamily:
    """A family of constraints: its key, its name for people, its legal source."""

    key: str
    label: str
    source: str
    define: Define


def define_assiette(problem: FinancingProblem, variables: Variables) -> None:
    """Σ euros ≤ rate × base (base after its own cap), on the lines of the assiette alone. Source: each dispositif."""
    del problem
    for use in variables.uses:
        terms = [*variables.terms(use), (variables.chosen[use.key], -float(use.offer.max_support))]
        variables.model.row(f"assiette[{','.join(use.key)}]", terms, high=0.0)


def define_floor_and_cap(problem: FinancingProblem, variables: Variables) -> None:
    """Floor ≤ Σ euros ≤ cap of aid when asked; one legal basis per dispositif. Source: each dispositif."""
    for use in variables.uses:
        chosen = variables.chosen[use.key]
        if use.offer.min_support:
            terms = [*variables.terms(use), (chosen, -float(use.offer.min_support))]
            variables.model.row(f"floor_and_cap[plancher,{','.join(use.key)}]", terms, low=0.0)
        if use.offer.aid_cap is not None:
            terms = [*variables.terms(use), (chosen, -float(use.offer.aid_cap))]
            variables.model.row(f"floor_and_cap[plafond,{','.join(use.key)}]", terms, high=0.0)
    for project in problem.projects:
        for offer in project.offers:
            bases = [(variables.chosen[u.key], 1.0) for u in variables.of_project(project) if u.offer.id == offer.id]
            variables.model.row(f"floor_and_cap[base unique,{project.id},{offer.id}]", bases, high=1.0)


def define_intensity(problem: FinancingProblem, variables: Variables) -> None:
    """On each line, aid under a regime ≤ its intensity × the line; on the project's lines where the article says so.

    Source: RGEC arts. 14 to 49; repayable advances compared at nominal get the bonus of art. 7(5).
    """
    for project in problem.projects:
        for regime, uses in _by_regime(variables, project, RegimeKind.EXEMPTION).items():
            if uses[0].basis.per_project:
                _intensity_row(variables, project, regime, uses, project.lines, f"intensity[{project.id},{regime}]")
                continue
            for line in project.lines:
                name = f"intensity[{project.id},{regime},{line.id}]"
                _intensity_row(variables, project, regime, uses, (line,), name)


def _intensity_row(
    variables: Variables, project: ProjectProblem, regime: str, uses: list[Use], lines: tuple[Line, ...], name: str
) -> None:
    bonus = max(use.basis.advance_bonus for use in uses)
    for suffix, extra in (("", 0.0), (",avances", float(bonus))):
        terms: list[tuple[int, float]] = []
        room = 0.0
        for line in lines:
            here = [use for use in uses if line.id in use.basis.ceilings]
            if not here:
                continue
            room += (float(here[0].basis.ceilings[line.id]) + extra) * float(line.amount)
            room -= sum(float(g.aid) for g in project.granted if g.line == line.id and g.regime == regime)
            for use in here:
                weight = use.basis.aid_per_euro if suffix else use.basis.plain_per_euro
                terms.extend(variables.terms(use, float(weight), line.id))
        if terms:
            variables.model.row(name + suffix, terms, high=max(0.0, room))


def define_cumulation(problem: FinancingProblem, variables: Variables) -> None:
    """On each line, all aid together ≤ the highest ceiling among the regimes really used on it (RGEC art. 8).

    De minimis counts and brings no ceiling (Reg. (EU) 2023/2831 art. 5). A line with de minimis alone is bounded by
    its cost. A regime is really used when at least one euro of aid under it stands on the line.
    """
    for project in problem.projects:
        uses = [use for use in variables.of_project(project) if is_aid(use)]
        for line in project.lines:
            here = [use for use in uses if line in use.lines]
            exempted = {use.basis.regime: use for use in here if use.basis.kind is RegimeKind.EXEMPTION}
            if exempted:
                _cumulation_rows(variables, project, line, here, exempted)


def _cumulation_rows(
    variables: Variables, project: ProjectProblem, line: Line, here: list[Use], exempted: Mapping[str, Use]
) -> None:
    model, cost = variables.model, float(line.amount)
    past = [granted for granted in project.granted if granted.line == line.id and granted.kind is not RegimeKind.NO_AID]
    already = sum(float(granted.aid) for granted in past)
    past_ceiling = max((float(g.ceiling) for g in past if g.kind is RegimeKind.EXEMPTION), default=None)
    label = f"cumulation[{project.id},{line.id}"
    none = model.binary(f"plafond[{project.id},{line.id},aucun]")
    # The line rests on one ceiling: that of a regime used on it, of an aid of the past, or the cost when neither is.
    bearers: list[tuple[int, float]] = [(none, 1.0)]
    plain_ceilings = [(none, -cost * (1.0 if past_ceiling is None else past_ceiling))]
    bonus_ceilings = list(plain_ceilings)
    for regime, use in exempted.items():
        bears = model.binary(f"plafond[{project.id},{line.id},{regime}]")
        variables.bears.append(bears)
        same = [other for other in here if other.basis.regime == regime]
        own = [term for other in same for term in variables.terms(other, float(other.basis.aid_per_euro), line.id)]
        model.row(f"{label},usage,{regime}]", [*own, (bears, -LEAST_USE)], low=0.0)
        ceiling = float(use.basis.ceilings[line.id])
        bonus = float(max(other.basis.advance_bonus for other in same))
        plain_ceilings.append((bears, -ceiling * cost))
        bonus_ceilings.append((bears, -(ceiling + bonus) * cost))
        bearers.append((bears, 1.0))
    plain = [term for use in here for term in variables.terms(use, float(use.basis.plain_per_euro), line.id)]
    total = [term for use in here for term in variables.terms(use, float(use.basis.aid_per_euro), line.id)]
    model.row(f"{label},plafond]", [*plain, *plain_ceilings], high=-already)
    model.row(f"{label},plafond,avances]", [*total, *bonus_ceilings], high=-already)
    model.row(f"{label},un seul]", bearers, low=1.0, high=1.0)
    if past_ceiling is None:
        exempted_uses = [use for use in here if use.basis.kind is RegimeKind.EXEMPTION]
        exempted_euros = [term for use in exempted_uses for term in variables.terms(use, 1.0, line.id)]
        most = len(exempted_uses) * cost
        model.row(f"{label},sans exemption]", [*exempted_euros, (none, most)], high=most)


def define_de_minimis(problem: FinancingProblem, variables: Variables) -> None:
    """Σ de minimis aid of a single undertaking ≤ what is left of its account (Reg. (EU) 2023/2831 arts. 2(2) and 3)."""
    undertakings = {project.undertaking for project in problem.projects}
    for undertaking in sorted(undertakings):
        terms = [
            term
            for use in variables.uses
            if use.project.undertaking == undertaking and use.basis.kind is RegimeKind.DE_MINIMIS
            for term in variables.terms(use, float(use.basis.aid_per_euro))
        ]
        room = float(problem.de_minimis_room.get(undertaking, 0))
        variables.model.row(f"de_minimis[{undertaking}]", terms, high=max(0.0, room))


def define_own_contribution(problem: FinancingProblem, variables: Variables) -> None:
    """Where regional aid is used, a share of its eligible costs stays free of any public support (RGEC art. 14(14))."""
    for project in problem.projects:
        for uses in _by_regime(variables, project, RegimeKind.EXEMPTION).values():
            share = float(uses[0].basis.own_contribution)
            if not share:
                continue
            eligible = {line.id: float(line.amount) for use in uses for line in use.lines}
            base = sum(eligible.values())
            public = [
                term
                for use in variables.of_project(project)
                for line in eligible
                for term in variables.terms(use, 1.0, line)
            ]
            past = sum(float(granted.aid) for granted in project.granted if granted.line in eligible)
            for use in uses:
                # Asked: public ≤ (1 - share) × base; otherwise ≤ base, which the cost rule gives anyway.
                terms = [*public, (variables.chosen[use.key], share * base)]
                variables.model.row(f"own_contribution[{','.join(use.key)}]", terms, high=base - past)


def define_incentive_effect(problem: FinancingProblem, variables: Variables) -> None:
    """Works or an order before the application take the whole project out of the regime (RGEC arts. 6 and 2(23))."""
    del problem
    _refuse(variables, "incentive_effect")


def define_thresholds(problem: FinancingProblem, variables: Variables) -> None:
    """Notification thresholds, large projects, firms that the regime excludes (RGEC arts. 1(4), 2(20), 4 and 14)."""
    _refuse(variables, "thresholds")
    for project in problem.projects:
        for regime, uses in _by_regime(variables, project, RegimeKind.EXEMPTION).items():
            caps = [use.basis.project_cap for use in uses if use.basis.project_cap is not None]
            if not caps:
                continue
            cap = min(caps)
            terms = [term for use in uses for term in variables.terms(use, float(use.basis.aid_per_euro))]
            past = sum(float(granted.aid) for granted in project.granted if granted.regime == regime)
            variables.model.row(f"thresholds[{project.id},{regime}]", terms, high=max(0.0, float(cap) - past))


def define_loans(problem: FinancingProblem, variables: Variables) -> None:
    """A loan matched 1:1 finds private money in the rest of the cost; own funds and the firm's capacity cap loans.

    Source: each dispositif; what the firm says that it can still borrow.
    """
    for project in problem.projects:
        uses = variables.of_project(project)
        if any(use.offer.private_match for use in uses):
            terms = [term for use in uses for term in variables.terms(use, 2.0 if use.offer.private_match else 1.0)]
            past = sum(float(granted.aid) for granted in project.granted)
            variables.model.row(f"loans[cofinancement,{project.id}]", terms, high=max(0.0, float(project.cost) - past))
        if project.loan_cap is not None:
            terms = [term for use in uses if is_loan(use) for term in variables.terms(use)]
            variables.model.row(f"loans[capacité,{project.id}]", terms, high=float(project.loan_cap))
        for use in uses:
            if use.offer.own_funds_cap is not None:
                terms = list(variables.terms(use))
                variables.model.row(
                    f"loans[fonds propres,{','.join(use.key)}]", terms, high=float(use.offer.own_funds_cap)
                )


def define_exclusions(problem: FinancingProblem, variables: Variables) -> None:
    """Dispositifs that exclude each other; what is left of each shared budget. Source: each dispositif."""
    for project in problem.projects:
        uses = variables.of_project(project)
        for first, second in sorted(project.exclusions):
            terms = [(variables.chosen[use.key], 1.0) for use in uses if use.offer.id in {first, second}]
            variables.model.row(f"exclusions[{project.id},{first},{second}]", terms, high=1.0)
    for budget, amount in sorted(problem.budgets.items()):
        terms = [term for use in variables.uses if use.offer.budget == budget for term in variables.terms(use)]
        variables.model.row(f"exclusions[budget,{budget}]", terms, high=float(amount))


def define_cost(problem: FinancingProblem, variables: Variables) -> None:
    """All support together ≤ the cost, on every line, hence overall. Source: the definition of financing."""
    for project in problem.projects:
        uses = variables.of_project(project)
        for line in project.lines:
            terms = [term for use in uses for term in variables.terms(use, 1.0, line.id)]
            past = sum(float(granted.aid) for granted in project.granted if granted.line == line.id)
            variables.model.row(f"cost[{project.id},{line.id}]", terms, high=max(0.0, float(line.amount) - past))


def _refuse(variables: Variables, family: str) -> None:
    for use in variables.uses:
        if family in use.basis.refused_by:
            variables.model.row(f"{family}[{','.join(use.key)}]", [(variables.chosen[use.key], 1.0)], high=0.0)


def _by_regime(variables: Variables, project: ProjectProblem, kind: RegimeKind) -> dict[str, list[Use]]:
    groups: dict[str, list[Use]] = {}
    for use in variables.of_project(project):
        if use.basis.kind is kind:
            groups.setdefault(use.basis.regime, []).append(use)
    return groups


RULES: tuple[RuleFamily, ...] = (
    RuleFamily(key="assiette", label="Assiette", source="règlement de chaque dispositif", define=define_assiette),
    RuleFamily(
        key="floor_and_cap",
        label="Plancher et plafond d'aide",
        source="règlement de chaque dispositif",
        define=define_floor_and_cap,
    ),
    RuleFamily(key="intensity", label="Intensité d'aide", source="RGEC art. 7 et 14 à 49", define=define_intensity),
    RuleFamily(
        key="cumulation",
        label="Cumul",
        source="RGEC art. 8 ; règlement (UE) 2023/2831 art. 5",
        define=define_cumulation,
    ),
    RuleFamily(
        key="de_minimis",
        label="Compte de minimis",
        source="règlement (UE) 2023/2831 art. 2 et 3",
        define=define_de_minimis,
    ),
    RuleFamily(
        key="own_contribution", label="Apport propre", source="RGEC art. 14 §14", define=define_own_contribution
    ),
    RuleFamily(
        key="incentive_effect",
        label="Effet incitatif",
        source="RGEC art. 6 et 2(23)",
        define=define_incentive_effect,
    ),
    RuleFamily(
        key="thresholds",
        label="Seuils et exclusions d'entreprises",
        source="RGEC art. 1(4), 2(20), 4 et 14",
        define=define_thresholds,
    ),
    RuleFamily(key="loans", label="Prêts", source="règlement de chaque dispositif", define=define_loans),
    RuleFamily(
        key="exclusions",
        label="Exclusions et budgets",
        source="règlement de chaque dispositif",
        define=define_exclusions,
    ),
    RuleFamily(key="cost", label="Coût", source="aucune aide au-delà du coût", define=define_cost),
)
