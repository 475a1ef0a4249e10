"""The decisions of the model: euros of each support on each line, under each legal basis, and who is asked at all."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer, ProjectProblem
from rebond.financing.solving.solver import MilpModel
from rebond.regimes.model import RegimeKind


@dataclass(frozen=True, slots=True)
class Use:
    """An offer under one of its bases, for one project."""

    project: ProjectProblem
    offer: Offer
    basis: Basis
    key: tuple[str, str, str] = field(init=False, compare=False)
    """Project, dispositif, regime."""
    lines: tuple[Line, ...] = field(init=False, compare=False)
    """Lines where this use may put euros: in the offer's assiette and eligible under the basis."""

    def __post_init__(self) -> None:
        """Said once: every rule asks."""
        allowed = self.offer.lines & self.basis.ceilings.keys()
        object.__setattr__(self, "key", (self.project.id, self.offer.id, self.basis.regime))
        object.__setattr__(self, "lines", tuple(line for line in self.project.lines if line.id in allowed))


@dataclass(slots=True)
class Variables:
    """Columns of the model by what they decide."""

    model: MilpModel
    uses: list[Use] = field(default_factory=list)
    euros: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    """(project, dispositif, regime, line) → euros of support."""
    chosen: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """(project, dispositif, regime) → 1 when the support is asked under that basis."""
    bears: list[int] = field(default_factory=list)
    """Columns that are 1 when a regime's ceiling is relied on for a line."""
    above: list[int] = field(default_factory=list)
    """Columns of what a support puts on a line beyond its own rate."""
    covered: dict[str, int] = field(default_factory=dict)
    """Project → euros of its need that are covered."""
    most: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """(project, dispositif, regime) → euros that no plan passes there, whatever the rest of it."""
    tight: bool = False
    """Whether rows say what others imply of whole choices, and are left out where others say as much.

    Nothing changes but the relaxation, which shares less and is quicker. For many programmes solved for their bound,
    whatever lines their euros stand on. A plan does without: between plans that are equal for all that is sought, the
    one shown is its solver's, and would change.
    """
    de_minimis_room: dict[str, float] = field(default_factory=dict)
    """Single undertaking → euros of aid that its account still takes; empty when that rule is left out."""
    _eligible: dict[tuple[str, str], dict[frozenset[str], int]] = field(default_factory=dict)

    def terms(self, use: Use, weight: float = 1.0, line: str | None = None) -> Iterator[tuple[int, float]]:
        """The euro columns of a use, each with the same weight; on one line when it is named."""
        for candidate in use.lines:
            if line is None or candidate.id == line:
                yield self.euros[(*use.key, candidate.id)], weight

    def eligible(self, uses: list[Use]) -> dict[int, list[Line]]:
        """The eligible costs of one regime in one project: those of the dispositifs asked under it, and only those.

        Lines that the same dispositifs may pay share a column, which is 1 as soon as one of them is asked.
        """
        project, _, regime = uses[0].key
        known = self._eligible.setdefault((project, regime), {})
        groups: dict[frozenset[str], list[Line]] = {}
        for line in uses[0].project.lines:
            payers = frozenset(use.offer.id for use in uses if line in use.lines)
            if payers:
                groups.setdefault(payers, []).append(line)
        for payers, lines in groups.items():
            if payers in known:
                continue
            asked = [self.chosen[use.key] for use in uses if use.offer.id in payers]
            known[payers] = asked[0] if len(asked) == 1 else self._any_of(asked, f"{project},{regime},{lines[0].id}")
        return {known[payers]: lines for payers, lines in groups.items()}

    def _any_of(self, asked: list[int], name: str) -> int:
        column = self.model.column(f"admissible[{name}]", upper=1.0)
        for chosen in asked:
            self.model.row(f"eligible[{name}]", [(column, 1.0), (chosen, -1.0)], low=0.0)
        at_most = [(column, 1.0), *((chosen, -1.0) for chosen in asked)]
        self.model.row(f"eligible[{name}]", at_most, high=0.0)
        return column

    def of_project(self, project: ProjectProblem) -> list[Use]:
        """The uses of a project."""
        return [use for use in self.uses if use.project.id == project.id]


def define_variables(problem: FinancingProblem, *, without: Collection[str] = (), tight: bool = False) -> Variables:
    """Create the columns; no euro column exists outside an assiette or under a basis that does not admit the line.

    A column's upper bound is what the rules leave to it alone, those ``without`` excepted: a tight bound makes the
    rows that it multiplies tight, and the proof short.
    """
    variables = Variables(model=MilpModel(), tight=tight)
    if "de_minimis" not in without:
        rooms = problem.de_minimis_room
        variables.de_minimis_room = {p.undertaking: float(rooms.get(p.undertaking, 0)) for p in problem.projects}
    model = variables.model
    for project in problem.projects:
        variables.covered[project.id] = model.column(f"couvert[{project.id}]", upper=float(project.need))
        for offer in project.offers:
            for basis in offer.bases:
                use = Use(project, offer, basis)
                if not use.lines:
                    continue
                variables.uses.append(use)
                variables.chosen[use.key] = model.binary(f"demande[{','.join(use.key)}]")
                bound = min(_use_bounds(problem, use, without))
                for line in use.lines:
                    name = f"euros[{','.join(use.key)},{line.id}]"
                    most = min(bound, *_line_bounds(use, line, without))
                    variables.euros[(*use.key, line.id)] = model.column(name, upper=max(0.0, most))
                alone = sum(model.upper[column] for column, _ in variables.terms(use))
                variables.most[use.key] = max(0.0, min(bound, alone)) if tight else float(offer.max_support)
                if "assiette" in without:
                    # The row that would keep it to that is left out.
                    variables.most[use.key] = math.inf
    return variables


def _use_bounds(problem: FinancingProblem, use: Use, without: Collection[str]) -> Iterator[float]:
    """What each rule alone leaves to a support on all of its lines together, in euros."""
    project, offer, basis = use.project, use.offer, use.basis
    yield math.inf
    if "need" not in without:
        yield float(project.payable_need)
    if "assiette" not in without:
        yield float(offer.max_support)
    if "floor_and_cap" not in without and offer.aid_cap is not None:
        yield float(offer.aid_cap)
    if "loans" not in without and offer.own_funds_cap is not None:
        yield float(offer.own_funds_cap)
    if "loans" not in without and project.loan_cap is not None and offer.instrument.is_borrowed:
        yield float(project.loan_cap)
    if "exclusions" not in without and offer.budget in problem.budgets:
        yield float(problem.budgets[offer.budget])
    if "de_minimis" not in without and is_aid(use) and basis.kind is RegimeKind.DE_MINIMIS:
        yield float(problem.de_minimis_room.get(project.undertaking, 0)) / float(basis.aid_per_euro)


def _line_bounds(use: Use, line: Line, without: Collection[str]) -> Iterator[float]:
    """What each rule alone leaves to a support on a line, in euros."""
    basis = use.basis
    yield float(line.amount)
    exempted = is_aid(use) and basis.kind is RegimeKind.EXEMPTION
    if "intensity" not in without and exempted and not basis.per_project:
        rate = float(
            basis.ceilings[line.id] + (basis.advance_bonus if basis.plain_per_euro < basis.aid_per_euro else 0)
        )
        yield rate * float(line.amount) / float(basis.aid_per_euro)


def is_aid(use: Use) -> bool:
    """Whether a use is State aid that counts under ceilings: a loan at market terms is none, whatever its basis."""
    return use.basis.kind is not RegimeKind.NO_AID and use.basis.aid_per_euro > 0
