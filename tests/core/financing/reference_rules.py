"""The rules of the law (docs/modele.md) written on the linear programmes of the reference: no code of the engine."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rebond.dispositifs.model import Instrument
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer, ProjectProblem
from rebond.regimes.model import RegimeKind
from tests.core.financing.simplex import Programme

LOANS = {Instrument.LOAN, Instrument.REPAYABLE_ADVANCE, Instrument.GUARANTEE}

Rest = tuple[str, Fraction, Fraction]
"""What a line rests on: how, its intensity, the points that advances add to it."""


@dataclass(frozen=True)
class Grant:
    """An offer asked under a basis, in one project."""

    project: ProjectProblem
    offer: Offer
    basis: Basis

    @property
    def lines(self) -> list[Line]:
        return [line for line in self.project.lines if line.id in self.offer.lines and line.id in self.basis.ceilings]

    @property
    def aid(self) -> Fraction:
        return Fraction(0) if self.basis.kind is RegimeKind.NO_AID else Fraction(self.basis.aid_per_euro)

    @property
    def plain(self) -> Fraction:
        return Fraction(0) if self.basis.kind is RegimeKind.NO_AID else Fraction(self.basis.plain_per_euro)

    @property
    def exempted(self) -> bool:
        return self.basis.kind is RegimeKind.EXEMPTION and self.aid > 0


def signable(project: ProjectProblem, offer: Offer, basis: Basis) -> bool:
    return project.ripe and offer.verified and basis.verified and not offer.questions and not basis.questions


def given_by(offer: Offer) -> Fraction:
    """What one euro gives that nobody is owed: nothing of a loan, an advance or a guaranteed credit."""
    return min(Fraction(offer.benefit_per_euro), 1 - borrowed(offer))


def borrowed(offer: Offer) -> Fraction:
    """What of a euro is paid back: a loan, an advance, a guaranteed credit, or the parts of a support that are."""
    forms = {part.instrument: Fraction(part.share) for part in offer.parts} or {offer.instrument: Fraction(1)}
    return sum((share for form, share in forms.items() if form in LOANS), Fraction(0))


class Case(Programme):
    """A linear programme: one column for each grant and line, then one of covered need for each project."""

    def __init__(self, problem: FinancingProblem, grants: list[Grant]) -> None:
        self.columns: dict[tuple[int, str], int] = {}
        for rank, grant in enumerate(grants):
            for line in grant.lines:
                self.columns[rank, line.id] = len(self.columns)
        self.covered = [len(self.columns) + rank for rank in range(len(problem.projects))]
        super().__init__(width=len(self.columns) + len(self.covered))

    def euros(self, rank: int, weight: Fraction = Fraction(1), line: str | None = None) -> dict[int, Fraction]:
        return {c: weight for (r, on), c in self.columns.items() if r == rank and line in {None, on}}


def benefit_of(case: Case, grants: list[Grant]) -> dict[int, Fraction]:
    return total_of(case.euros(rank, Fraction(grant.offer.benefit_per_euro)) for rank, grant in enumerate(grants))


def total_of(parts: "Iterator[dict[int, Fraction]] | list[dict[int, Fraction]]") -> dict[int, Fraction]:
    total: dict[int, Fraction] = {}
    for part in parts:
        for column, weight in part.items():
            total[column] = total.get(column, Fraction(0)) + weight
    return total


def cases_of(problem: FinancingProblem, grants: list[Grant]) -> Iterator[Case]:
    """One programme for each way of resting every line on a ceiling."""
    lines = [(project, line) for project in problem.projects for line in project.lines]
    options = [
        [
            (rest, *left, keeper)
            for rest in _ceilings(project, line, grants)
            for left in _left_out(project, line, grants)
            for keeper in _keepers(project, line, grants)
        ]
        for project, line in lines
    ]
    for rests in itertools.product(*options):
        case = Case(problem, grants)
        _write_common(case, problem, grants)
        for (project, line), (rest, unused, kept, keeper) in zip(lines, rests, strict=True):
            _write_keeper(case, project, line, grants, keeper)
            if rest is not None:
                _write_cumulation(case, project, line, grants, rest)
                _write_levels(case, project, line, grants, unused)
                _write_object(case, project, line, grants, kept)
        yield case


def _sole(project: ProjectProblem, line: Line, grants: list[Grant]) -> list[int]:
    return [r for r, g in enumerate(grants) if g.project is project and line in g.lines and g.offer.sole_aid]


def _keepers(project: ProjectProblem, line: Line, grants: list[Grant]) -> list[int | None]:
    """Who has a line for itself: nobody, or one of those that want to be its only aid, unless it was aided before."""
    aided = any(granted.line == line.id and granted.aid > 0 for granted in project.granted)
    return [None] if aided else [None, *_sole(project, line, grants)]


def _write_keeper(case: Case, project: ProjectProblem, line: Line, grants: list[Grant], keeper: int | None) -> None:
    out = [rank for rank in _sole(project, line, grants) if rank != keeper]
    if keeper is not None:
        out += [
            r
            for r, g in enumerate(grants)
            if g.project is project and r != keeper and line in g.lines and (g.aid > 0 or g.offer.benefit_per_euro > 0)
        ]
    for rank in out:
        case.at_most(case.euros(rank, Fraction(1), line.id), Fraction(0))


def _level(basis: Basis, line: Line) -> Fraction:
    return sum(_brought(basis, line), Fraction(0))


def _exempted_on(project: ProjectProblem, line: Line, grants: list[Grant]) -> list[int]:
    return [r for r, g in enumerate(grants) if g.project is project and line in g.lines and g.exempted]


def _left_out(project: ProjectProblem, line: Line, grants: list[Grant]) -> list[tuple[frozenset[Fraction], str]]:
    """Which ceilings stay unused on a line, and which object it keeps."""
    here, levels = _exempted_on(project, line, grants), _levels(project, line, grants)
    objects = sorted({grants[r].basis.object for r in here if grants[r].basis.object}) or [""]
    subsets = [frozenset(c) for n in range(len(levels) + 1) for c in itertools.combinations(levels, n)]
    return [(unused, kept) for unused in subsets for kept in objects]


def _levels(project: ProjectProblem, line: Line, grants: list[Grant]) -> list[Fraction]:
    """The ceilings that aid may pass on a line: the highest too, where it may rest on another thing than a ceiling.

    On an aid of the past, or on a regime judged on the whole project.
    """
    here = [grants[r].basis for r in _exempted_on(project, line, grants)]
    found = sorted({_level(basis, line) for basis in here if not basis.per_project})
    elsewhere = any(basis.per_project for basis in here) or any(g.line == line.id for g in project.granted)
    return found if elsewhere else found[:-1]


def _write_levels(
    case: Case, project: ProjectProblem, line: Line, grants: list[Grant], unused: frozenset[Fraction]
) -> None:
    """Beyond a ceiling that is used there is only aid of the regimes that allow it."""
    here = [r for r in _exempted_on(project, line, grants) if not grants[r].basis.per_project]
    for level in _levels(project, line, grants):
        own = [r for r in here if _level(grants[r].basis, line) == level]
        if level in unused:
            case.at_most(total_of([case.euros(r, Fraction(1), line.id) for r in own]), Fraction(0))
            continue
        under = [
            r
            for r, g in enumerate(grants)
            if g.project is project
            and line in g.lines
            and g.aid > 0
            and not g.basis.per_project
            and (r not in here or _level(g.basis, line) <= level)
        ]
        past = [
            Fraction(g.aid)
            for g in project.granted
            if g.line == line.id
            and g.kind is not RegimeKind.NO_AID
            and (g.kind is RegimeKind.DE_MINIMIS or Fraction(g.ceiling) <= level)
        ]
        terms = total_of([case.euros(r, grants[r].aid, line.id) for r in under])
        case.at_most(terms, _room(level * Fraction(line.amount), sum(past, Fraction(0))))


def _write_object(case: Case, project: ProjectProblem, line: Line, grants: list[Grant], kept: str) -> None:
    """A line has one object."""
    for rank in _exempted_on(project, line, grants):
        if grants[rank].basis.object not in {"", kept}:
            case.at_most(case.euros(rank, Fraction(1), line.id), Fraction(0))


def _ceilings(project: ProjectProblem, line: Line, grants: list[Grant]) -> list[Rest | None]:
    """What the line may rest on: a ceiling of exempted aid used there, one of the past, or its cost without either."""
    here = [grant for grant in grants if grant.project is project and line in grant.lines and grant.aid > 0]
    if not here or _stands_alone(project, line):
        return [None]
    rests: list[Rest | None] = []
    ceilings = {_brought(grant.basis, line) for grant in here if grant.exempted}
    rests.extend(("used", *pair) for pair in sorted(ceilings, reverse=True))
    past = [Fraction(g.ceiling) for g in project.granted if g.line == line.id and _is_exempted(g) and g.aid > 0]
    rests.append(("past", max(past), Fraction(0)) if past else ("none", Fraction(1), Fraction(0)))
    return rests


def _stands_alone(project: ProjectProblem, line: Line) -> bool:
    """One regime alone could bring aid to the line, and is judged there: its intensity says all, even of a cent."""
    able = [
        basis
        for offer in project.offers
        for basis in offer.bases
        if line.id in offer.lines & basis.ceilings.keys()
        and basis.kind is not RegimeKind.NO_AID
        and basis.aid_per_euro > 0
    ]
    past = {g.regime for g in project.granted if g.line == line.id and g.aid > 0}
    alone = len({basis.regime for basis in able}) == 1 and past <= {able[0].regime}
    return alone and able[0].kind is RegimeKind.EXEMPTION and not able[0].per_project


def _brought(basis: Basis, line: Line) -> tuple[Fraction, Fraction]:
    """The intensity that a basis brings to a line, and the points that an advance at nominal adds to its own regime."""
    bonus = Fraction(basis.advance_bonus) if basis.plain_per_euro < basis.aid_per_euro else Fraction(0)
    return Fraction(basis.ceilings[line.id]), bonus


def _is_exempted(granted) -> bool:
    return granted.kind is RegimeKind.EXEMPTION


def _write_cumulation(case: Case, project: ProjectProblem, line: Line, grants: list[Grant], rest: Rest) -> None:
    how, ceiling, bonus = rest
    ranks = [r for r, g in enumerate(grants) if g.project is project and line in g.lines and g.aid > 0]
    exempted = [rank for rank in ranks if grants[rank].exempted]
    if how == "used":
        own = [rank for rank in exempted if _brought(grants[rank].basis, line) == (ceiling, bonus)]
        # At least one euro of aid for each dispositif that could bring this ceiling to the line.
        able = {
            offer.id
            for offer in project.offers
            for basis in offer.bases
            if line.id in offer.lines
            and basis.kind is RegimeKind.EXEMPTION
            and basis.aid_per_euro > 0
            and basis.ceilings.get(line.id) is not None
            and _brought(basis, line) == (ceiling, bonus)
        }
        case.at_least(total_of([case.euros(rank, grants[rank].aid, line.id) for rank in own]), Fraction(len(able)))
    elif how == "none":
        case.at_most(total_of([case.euros(rank, Fraction(1), line.id) for rank in exempted]), Fraction(0))
    already = sum(
        (Fraction(g.aid) for g in project.granted if g.line == line.id and g.kind is not RegimeKind.NO_AID), Fraction(0)
    )
    for extra, share in ((Fraction(0), "plain"), (bonus, "aid")):
        terms = total_of([case.euros(rank, getattr(grants[rank], share), line.id) for rank in ranks])
        case.at_most(terms, _room((ceiling + extra) * Fraction(line.amount), already))


def _room(limit: Fraction, already: Fraction) -> Fraction:
    return max(Fraction(0), limit - already)


def _write_common(case: Case, problem: FinancingProblem, grants: list[Grant]) -> None:
    for rank, grant in enumerate(grants):
        offer = grant.offer
        case.at_most(case.euros(rank), Fraction(offer.max_support))
        if offer.subsidy_deduction:
            _write_net_base(case, grants, rank)
        if offer.aid_cap is not None:
            case.at_most(case.euros(rank), Fraction(offer.aid_cap))
        if offer.own_funds_cap is not None:
            case.at_most(case.euros(rank), max(Fraction(0), Fraction(offer.own_funds_cap)))
        # What is asked keeps a whole euro on a line after rounding.
        case.at_least(case.euros(rank), max(Fraction(offer.least_award), Fraction(len(grant.lines))))
    for column, project in zip(case.covered, problem.projects, strict=True):
        mine = [rank for rank, grant in enumerate(grants) if grant.project is project]
        _write_project(case, project, grants, mine)
        support = total_of([case.euros(rank, Fraction(-1)) for rank in mine])
        case.at_most({column: Fraction(1)}, Fraction(project.need))
        # No support beyond the need.
        case.at_most(total_of([case.euros(rank) for rank in mine]), Fraction(int(project.need)))
        case.at_most({**support, column: Fraction(1)}, Fraction(0))
    for undertaking in {project.undertaking for project in problem.projects}:
        terms = [
            case.euros(rank, grant.aid)
            for rank, grant in enumerate(grants)
            if grant.project.undertaking == undertaking and grant.basis.kind is RegimeKind.DE_MINIMIS
        ]
        case.at_most(total_of(terms), max(Fraction(0), Fraction(problem.de_minimis_room.get(undertaking, 0))))
    for budget, amount in problem.budgets.items():
        terms = [case.euros(rank) for rank, grant in enumerate(grants) if grant.offer.budget == budget]
        case.at_most(total_of(terms), Fraction(amount))


def _write_net_base(case: Case, grants: list[Grant], credit: int) -> None:
    """Rate × (base − subsidies): those of the past on its lines, those asked for the part of their lines it shares."""
    offer, project = grants[credit].offer, grants[credit].project
    rate = Fraction(offer.subsidy_deduction)
    amounts = {line.id: Fraction(line.amount) for line in project.lines}
    terms = [case.euros(credit)]
    for rank, grant in enumerate(grants):
        forms = {form.value for form in grant.offer.forms}
        if rank != credit and grant.project is project and forms & {"subvention", "avance_remboursable"}:
            shared = sum((amounts[line] for line in grant.offer.lines & offer.lines), Fraction(0))
            whole = sum((amounts[line] for line in grant.offer.lines), Fraction(0))
            terms.append(case.euros(rank, rate * shared / whole))
    past = [Fraction(g.aid) for g in project.granted if g.line in offer.lines and g.kind is not RegimeKind.NO_AID]
    gross = offer.max_support if offer.uncapped_support is None else offer.uncapped_support
    case.at_most(total_of(terms), Fraction(gross) - rate * sum(past, Fraction(0)))


def _write_project(case: Case, project: ProjectProblem, grants: list[Grant], mine: list[int]) -> None:
    free: dict[str, Fraction] = {}
    for line in project.lines:
        past = sum((Fraction(g.aid) for g in project.granted if g.line == line.id), Fraction(0))
        free[line.id] = _room(Fraction(line.amount), past)
        case.at_most(total_of([case.euros(rank, Fraction(1), line.id) for rank in mine]), free[line.id])
    loans = [case.euros(rank) for rank in mine if grants[rank].offer.instrument in LOANS]
    if project.loan_cap is not None:
        case.at_most(total_of(loans), max(Fraction(0), Fraction(project.loan_cap)))
    if project.match_secured is not None:
        sure = [
            r for r in mine if grants[r].offer.private_match and signable(project, grants[r].offer, grants[r].basis)
        ]
        bank = [r for r in mine if grants[r].offer.instrument is Instrument.GUARANTEE] if sure else []
        weights = [*(case.euros(r) for r in sure), *(case.euros(r, Fraction(-1)) for r in bank)]
        case.at_most(total_of(weights), Fraction(project.match_secured))
    if any(grants[rank].offer.private_match for rank in mine):
        weights = [case.euros(rank, _matched_weight(grants[rank].offer)) for rank in mine]
        case.at_most(total_of(weights), sum(free.values(), Fraction(0)))
    for regime in {grants[rank].basis.regime for rank in mine if grants[rank].exempted}:
        same = [rank for rank in mine if grants[rank].exempted and grants[rank].basis.regime == regime]
        _write_regime(case, project, grants, same)
    shares = {g.regime: g.own_contribution for g in project.granted if g.aid > 0}
    shares |= {grants[rank].basis.regime: grants[rank].basis.own_contribution for rank in mine if grants[rank].exempted}
    for regime, share in shares.items():
        if share:
            _write_own_contribution(case, project, grants, mine, regime, Fraction(share))


def _matched_weight(offer: Offer) -> Fraction:
    """What a euro takes of the cost that public and private money share: a guaranteed credit is private money."""
    if offer.instrument is Instrument.GUARANTEE:
        return Fraction(0)
    return Fraction(2 if offer.private_match else 1)


def _write_own_contribution(
    case: Case, project: ProjectProblem, grants: list[Grant], mine: list[int], regime: str, share: Fraction
) -> None:
    same = [rank for rank in mine if grants[rank].exempted and grants[rank].basis.regime == regime]
    settled = {g.line for g in project.granted if g.regime == regime and g.aid > 0}
    eligible = settled | {line.id for rank in same for line in grants[rank].lines}

    def left(lines: set[str]) -> Fraction:
        base = sum((Fraction(line.amount) for line in project.lines if line.id in lines), Fraction(0))
        past = sum((Fraction(g.aid) for g in project.granted if g.line in lines), Fraction(0))
        return (1 - share) * base - past

    if left(settled) < 0:
        # The past took the firm's own share: nothing public is added, under this regime or beside it.
        case.at_most(total_of([case.euros(rank, Fraction(1), line) for rank in mine for line in settled]), Fraction(0))
        case.at_most(total_of([case.euros(rank) for rank in same]), Fraction(0))
        return
    public = [case.euros(rank, Fraction(1), line) for rank in mine for line in eligible]
    case.at_most(total_of(public), left(eligible))


def _write_regime(case: Case, project: ProjectProblem, grants: list[Grant], same: list[int]) -> None:
    basis = grants[same[0]].basis
    amounts = {line.id: Fraction(line.amount) for line in project.lines}
    ceilings = {line.id: Fraction(grants[r].basis.ceilings[line.id]) for r in same for line in grants[r].lines}
    past = {
        line: sum(
            (Fraction(g.aid) for g in project.granted if g.line == line and g.regime == basis.regime), Fraction(0)
        )
        for line in amounts
    }
    groups = [list(ceilings)] if basis.per_project else [[line] for line in ceilings]
    for group in groups:
        ranks = [rank for rank in same if any(line.id in group for line in grants[rank].lines)]
        bonus = max(
            (Fraction(grants[r].basis.advance_bonus) for r in ranks if grants[r].plain < grants[r].aid),
            default=Fraction(0),
        )
        for extra, share in ((Fraction(0), "plain"), (bonus, "aid")):
            limit = sum(((ceilings[line] + extra) * amounts[line] for line in group), Fraction(0))
            terms = [case.euros(r, getattr(grants[r], share), line) for r in ranks for line in group]
            case.at_most(total_of(terms), _room(limit, sum((past[line] for line in group), Fraction(0))))
    caps = [Fraction(grants[r].basis.project_cap or 0) for r in same if grants[r].basis.project_cap is not None]
    if caps:
        total = total_of([case.euros(rank, grants[rank].aid) for rank in same])
        case.at_most(total, _room(min(caps), sum(past.values(), Fraction(0))))
