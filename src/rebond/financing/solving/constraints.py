"""The rules of the legal plan, one function a family; ``docs/modele.md`` gives formula and name side by side.

Each function adds the rows of one family and nothing else, so that the cost of a rule is measured by leaving its
function out. Row names begin with the family's key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rebond.financing.plan.certainty import is_firm
from rebond.financing.problem.model import FinancingProblem, Line, ProjectProblem
from rebond.financing.solving.ceiling_rules import define_cumulation, define_intensity
from rebond.financing.solving.sums import already_granted, by_regime, room_left
from rebond.financing.solving.variables import Use, Variables
from rebond.regimes.model import RegimeKind

Define = Callable[[FinancingProblem, Variables], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFamily:
    """A family of constraints: its key, its name for people, its legal source."""

    key: str
    label: str
    source: str
    define: Define


def define_assiette(problem: FinancingProblem, variables: Variables) -> None:
    """Σ euros ≤ rate × base (base after its own cap), on the lines of the assiette alone. Source: each dispositif.

    The base of a tax credit may be net of the subsidies received for the same expenses (CGI art. 244 quater B, III).
    """
    for project in problem.projects:
        for use in variables.of_project(project):
            if use.offer.subsidy_deduction:
                _net_base_row(variables, project, use)
    for use in variables.uses:
        if not (variables.tight and _lines_suffice(variables, use)):
            terms = [*variables.terms(use), (variables.chosen[use.key], -variables.most[use.key])]
            variables.model.row(f"assiette[{','.join(use.key)}]", terms, high=0.0)
        if len(use.lines) > 1:
            for line in use.lines:
                column = variables.euros[(*use.key, line.id)]
                terms = [(column, 1.0), (variables.chosen[use.key], -variables.model.upper[column])]
                variables.model.row(f"assiette[{','.join(use.key)},{line.id}]", terms, high=0.0)


def _lines_suffice(variables: Variables, use: Use) -> bool:
    """Whether the rows of its lines say all that the one of their sum would."""
    alone = sum(variables.model.upper[column] for column, _ in variables.terms(use))
    return len(use.lines) > 1 and alone <= variables.most[use.key]


def _net_base_row(variables: Variables, project: ProjectProblem, credit: Use) -> None:
    """Credit + rate × subsidies for its expenses ≤ rate × (base − subsidies of the past), when the credit is asked."""
    rate = float(credit.offer.subsidy_deduction)
    past = sum(
        already_granted(project, line.id, aid_only=True) for line in project.lines if line.id in credit.offer.lines
    )
    taken = [
        (column, rate * weight)
        for use in variables.of_project(project)
        if use.offer.is_subsidy and use.offer.id != credit.offer.id
        for column, weight in variables.terms(use, float(project.share_within(use.offer, credit.offer)))
        if weight
    ]
    room = float(credit.offer.gross_support) - rate * past
    slack = max(0.0, sum(weight * variables.model.upper[column] for column, weight in taken) - room)
    terms = [*variables.terms(credit), *taken, (variables.chosen[credit.key], slack)]
    variables.model.row(f"assiette[nette,{','.join(credit.key)}]", terms, high=room + slack)


def define_floor_and_cap(problem: FinancingProblem, variables: Variables) -> None:
    """Floor ≤ Σ euros ≤ cap of aid when asked; one legal basis per dispositif. Source: each dispositif."""
    for use in variables.uses:
        chosen = variables.chosen[use.key]
        if use.offer.least_award:
            terms = [*variables.terms(use), (chosen, -float(use.offer.least_award))]
            variables.model.row(f"floor_and_cap[plancher,{','.join(use.key)}]", terms, low=0.0)
        if use.offer.aid_cap is not None and not (variables.tight and variables.most[use.key] <= use.offer.aid_cap):
            terms = [*variables.terms(use), (chosen, -float(use.offer.aid_cap))]
            variables.model.row(f"floor_and_cap[plafond,{','.join(use.key)}]", terms, high=0.0)
    for project in problem.projects:
        for offer in project.offers:
            bases = [(variables.chosen[u.key], 1.0) for u in variables.of_project(project) if u.offer.id == offer.id]
            if len(bases) > 1 or not variables.tight:
                variables.model.row(f"floor_and_cap[base unique,{project.id},{offer.id}]", bases, high=1.0)


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
    """Where regional aid is used, a share of its eligible costs stays free of any public support (RGEC art. 14(14)).

    The eligible costs are those of the dispositifs asked under the regime, and the lines that its aid of the past pays.
    """
    for project in problem.projects:
        groups = by_regime(variables, project)
        shares = {granted.regime: granted.own_contribution for granted in project.granted if granted.aid > 0}
        shares |= {regime: uses[0].basis.own_contribution for regime, uses in groups.items()}
        for regime, share in shares.items():
            if share:
                _own_contribution_rows(variables, project, regime, groups.get(regime, []), float(share))


def _own_contribution_rows(
    variables: Variables, project: ProjectProblem, regime: str, uses: list[Use], share: float
) -> None:
    model, label = variables.model, f"own_contribution[{project.id},{regime}"
    settled = [line for line in project.lines if already_granted(project, line.id, regime=regime) > 0]
    public = [term for line in settled for term in _support(variables, project, line)]
    free = round(sum((1.0 - share) * float(line.amount) - already_granted(project, line.id) for line in settled), 6)
    if free < 0:
        # Aid of the past already took the firm's own share: nothing public is added, under this regime or beside it.
        model.row(f"{label}]", public, high=0.0)
        for use in uses:
            model.row(f"{label},{use.offer.id}]", [(variables.chosen[use.key], 1.0)], high=0.0)
        return
    for rank, (column, lines) in enumerate(variables.eligible(uses).items() if uses else ()):
        others = [line for line in lines if line not in settled]
        here = [term for line in others for term in _support(variables, project, line)]
        most = sum(room_left(1.0, line, already_granted(project, line.id)) for line in others)
        counted = model.column(f"public[{project.id},{regime},{rank}]", upper=most)
        # Counted when the lines are eligible costs of the regime; otherwise the cost alone bounds the support.
        model.row(f"{label},{rank}]", [*here, (column, most), (counted, -1.0)], high=most)
        left = sum((1.0 - share) * float(line.amount) - already_granted(project, line.id) for line in others)
        public += [(counted, 1.0), (column, -left)]
    model.row(f"{label}]", public, high=free)


def _support(variables: Variables, project: ProjectProblem, line: Line) -> Iterator[tuple[int, float]]:
    """All support on a line, whatever its form and basis."""
    for use in variables.of_project(project):
        yield from variables.terms(use, 1.0, line.id)


def define_incentive_effect(problem: FinancingProblem, variables: Variables) -> None:
    """Works or an order before the application take the whole project out of the regime (RGEC arts. 6 and 2(23))."""
    del problem
    _refuse(variables, "incentive_effect")


def define_thresholds(problem: FinancingProblem, variables: Variables) -> None:
    """Notification thresholds, large projects, firms that the regime excludes (RGEC arts. 1(4), 2(20), 4 and 14)."""
    _refuse(variables, "thresholds")
    for project in problem.projects:
        for regime, uses in by_regime(variables, project).items():
            terms = [term for use in uses for term in variables.terms(use, float(use.basis.aid_per_euro))]
            most = sum(weight * variables.model.upper[column] for column, weight in terms)
            past = sum(float(granted.aid) for granted in project.granted if granted.regime == regime)
            rooms = {
                use.key: most if use.basis.project_cap is None else max(0.0, float(use.basis.project_cap) - past)
                for use in uses
            }
            if most <= min(rooms.values()):
                continue  # What the other rules leave stays under every threshold.
            if len(set(rooms.values())) == 1:
                variables.model.row(f"thresholds[{project.id},{regime}]", terms, high=min(rooms.values()))
                continue
            for key, room in rooms.items():
                # A cap holds when its dispositif is asked: one that is not asked cannot lower what others may give.
                row = [*terms, (variables.chosen[key], max(0.0, most - room))]
                variables.model.row(f"thresholds[{','.join(key)}]", row, high=most)


def define_loans(problem: FinancingProblem, variables: Variables) -> None:
    """A loan matched 1:1 finds private money in the rest of the cost; own funds and the firm's capacity cap loans.

    A bank credit that is guaranteed is private money, and is borrowed.
    Source: each dispositif; what the firm says that it can still borrow.
    """
    for project in problem.projects:
        uses = variables.of_project(project)
        if any(use.offer.private_match for use in uses):
            weights = [(use, use.offer.is_public_money + use.offer.private_match) for use in uses]
            terms = [term for use, weight in weights for term in variables.terms(use, float(weight))]
            room = sum(room_left(1.0, line, already_granted(project, line.id)) for line in project.lines)
            variables.model.row(f"loans[cofinancement,{project.id}]", terms, high=room)
        if project.match_secured is not None:
            firm = [use for use in uses if use.offer.private_match and is_firm(project, use.offer, use.basis)]
            bank = [use for use in uses if not use.offer.is_public_money] if firm else []
            terms = [term for use in firm for term in variables.terms(use)]
            terms += [term for use in bank for term in variables.terms(use, -1.0)]
            variables.model.row(f"loans[acquis,{project.id}]", terms, high=max(0.0, float(project.match_secured)))
        if project.loan_cap is not None:
            terms = [term for use in uses if use.offer.instrument.is_borrowed for term in variables.terms(use)]
            variables.model.row(f"loans[capacité,{project.id}]", terms, high=max(0.0, float(project.loan_cap)))
        for use in uses:
            if use.offer.own_funds_cap is not None:
                terms = list(variables.terms(use))
                variables.model.row(
                    f"loans[fonds propres,{','.join(use.key)}]", terms, high=max(0.0, float(use.offer.own_funds_cap))
                )


def define_exclusions(problem: FinancingProblem, variables: Variables) -> None:
    """Dispositifs that exclude each other, or any other aid on their lines; what is left of each shared budget.

    Source: each dispositif.
    """
    for project in problem.projects:
        uses = variables.of_project(project)
        for first, second in sorted(project.exclusions):
            terms = [(variables.chosen[use.key], 1.0) for use in uses if use.offer.id in {first, second}]
            variables.model.row(f"exclusions[{project.id},{first},{second}]", terms, high=1.0)
        for use in uses:
            if use.offer.sole_aid:
                _sole_aid_rows(variables, project, use)
    drawing: dict[str, list[tuple[int, float]]] = {}
    for use in variables.uses:
        drawing.setdefault(use.offer.budget, []).extend(variables.terms(use))
    for budget, amount in sorted(problem.budgets.items()):
        terms = drawing.get(budget, [])
        if variables.tight and sum(variables.model.upper[column] for column, _ in terms) <= amount:
            continue
        variables.model.row(f"exclusions[budget,{budget}]", terms, high=max(0.0, float(amount)))


def _sole_aid_rows(variables: Variables, project: ProjectProblem, sole: Use) -> None:
    """On each of its lines, either a dispositif that wants to be the only aid or the others."""
    model = variables.model
    for line in sole.lines:
        column, label = variables.euros[(*sole.key, line.id)], f"exclusions[seule aide,{','.join(sole.key)},{line.id}"
        if already_granted(project, line.id) > 0:
            model.row(f"{label}]", [(column, 1.0)], high=0.0)
            continue
        others = [
            term
            for use in variables.of_project(project)
            if use.offer.id != sole.offer.id and use.offer.is_aid_under(use.basis)
            for term in variables.terms(use, 1.0, line.id)
        ]
        if not others:
            continue
        alone = model.binary(f"seule[{','.join(sole.key)},{line.id}]")
        model.row(f"{label}]", [(column, 1.0), (alone, -model.upper[column])], high=0.0)
        most = sum(model.upper[other] for other, _ in others)
        model.row(f"{label},autres]", [*others, (alone, most)], high=most)


def define_need(problem: FinancingProblem, variables: Variables) -> None:
    """All support together ≤ the need: no grant beyond it, no loan above what is missing. Source: its definition."""
    for project in problem.projects:
        terms = [term for use in variables.of_project(project) for term in variables.terms(use)]
        need = float(project.payable_need)
        if sum(variables.model.upper[column] for column, _ in terms) > need:
            variables.model.row(f"need[{project.id}]", terms, high=need)


def define_cost(problem: FinancingProblem, variables: Variables) -> None:
    """All support together ≤ the cost, on every line, hence overall. Source: the definition of financing."""
    for project in problem.projects:
        uses = variables.of_project(project)
        for line in project.lines:
            terms = [term for use in uses for term in variables.terms(use, 1.0, line.id)]
            room = room_left(1.0, line, already_granted(project, line.id))
            if sum(variables.model.upper[column] for column, _ in terms) > room:
                variables.model.row(f"cost[{project.id},{line.id}]", terms, high=room)


def _refuse(variables: Variables, family: str) -> None:
    for use in variables.uses:
        if family in use.basis.refused_by:
            variables.model.row(f"{family}[{','.join(use.key)}]", [(variables.chosen[use.key], 1.0)], high=0.0)


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
    RuleFamily(key="need", label="Besoin", source="aucun soutien au-delà de ce qui manque", define=define_need),
    RuleFamily(key="cost", label="Coût", source="aucune aide au-delà du coût", define=define_cost),
)
