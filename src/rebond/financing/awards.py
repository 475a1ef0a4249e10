"""What referrals brought, as aid obtained: under which regime, on which lines, worth how much (docs/adr/0065).

A step says an amount. Its legal basis and its lines are those that the best legal plan holding it gives it; an award
that no legal plan holds is counted all the same, with the rule that it passes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from rebond.dispositifs.model import Dispositif
from rebond.eligibility.incentive import facts_for_funders
from rebond.facts import UNKNOWN, AwardedAid, Band, FactValue, Maybe, PaidShare
from rebond.facts.answered import Granted
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.building.figures import ALL_NATURES
from rebond.financing.context import DE_MINIMIS, ProjectContext, problem_of, screened
from rebond.financing.problem.model import Basis, FinancingProblem, Line, Offer
from rebond.financing.solving.constraints import RULES
from rebond.financing.solving.optimize import build_model, goals, order_goal
from rebond.financing.solving.solved import Answer, SolvedParts
from rebond.financing.solving.solver import Goal
from rebond.financing.solving.variables import Variables
from rebond.units import Euros, format_euros

ZERO = Euros(0)
CENT, CENT_OF_EURO = Decimal("0.01"), 0.01


def awarded_aids(
    context: ProjectContext, grants: Sequence[Granted], solved: SolvedParts | None = None
) -> tuple[AwardedAid, ...]:
    """The aid that grants are, in their order; ``context``: the project on the other aid of its undertaking.

    ``solved``: the answers already found. A dispositif that the catalogue does not hold brings nothing: its grant is
    told by an alert.
    """
    known = [grant for grant in grants if grant.dispositif in context.catalogue.dispositifs]
    if not known:
        return ()
    facts, verdicts = screened(context)
    _, problem = problem_of(context, facts, verdicts)
    problem = _with_account(problem, context)
    (project,) = problem.projects
    offers = {offer.id: offer for offer in project.offers}
    once = {g.dispositif: g.amount for g in known if [o.dispositif for o in known].count(g.dispositif) == 1}
    wanted = {key: amount for key, amount in once.items() if amount is not UNKNOWN and amount > 0 and key in offers}
    bench = _Bench(context, facts, problem, solved or SolvedParts())
    placed = bench.placed(wanted)
    return tuple(
        bench.aid(grant, placed.get(grant.dispositif, ()), again=grant.dispositif not in once) for grant in known
    )


def budgets_left(budgets: Mapping[str, Euros], grants: Iterable[Granted]) -> dict[str, Euros]:
    """What grants leave of the shared budgets; nothing sure is left of one that an unknown amount was granted on."""
    left = dict(budgets)
    for grant in grants:
        if grant.dispositif in left:
            known = left[grant.dispositif] if grant.amount is UNKNOWN else grant.amount
            left[grant.dispositif] = max(ZERO, left[grant.dispositif] - known)
    return left


def _with_account(problem: FinancingProblem, context: ProjectContext) -> FinancingProblem:
    """An account that nobody knows left room for what was granted on it: the funder had the attestation."""
    if context.de_minimis_room is not UNKNOWN:
        return problem
    return replace(problem, de_minimis_room={context.firm.undertaking: context.de_minimis_at_most})


@dataclass(frozen=True, slots=True)
class AwardPart:
    """What an award puts on a line, under a regime."""

    regime: str
    line: str
    support: Euros
    aid: Euros


class _Bench:
    """A project whose awards are being placed."""

    def __init__(
        self,
        context: ProjectContext,
        facts: Mapping[str, FactValue],
        problem: FinancingProblem,
        solved: SolvedParts,
    ) -> None:
        self._context, self._facts, self._problem, self._solved = context, facts, problem, solved
        (self._project,) = problem.projects
        self._offers = {offer.id: offer for offer in self._project.offers}

    def placed(self, wanted: Mapping[str, Euros]) -> Mapping[str, tuple[AwardPart, ...]]:
        """Dispositif → its parts in the best legal plan that holds every award; none where no legal plan does.

        Awards that pass a rule together are placed one by one, as far as each is legal alone.
        """
        if not wanted:
            return {}
        kind = f"octrois {sorted((key, str(amount)) for key, amount in wanted.items())}"
        found = self._solved.answer(kind, self._problem, partial(best_plan_holding, wanted=wanted))
        if found or len(wanted) == 1:
            return found
        alone = [self.placed({key: amount}) for key, amount in sorted(wanted.items())]
        return {key: parts for each in alone for key, parts in each.items()}

    def aid(self, grant: Granted, parts: Sequence[AwardPart], *, again: bool) -> AwardedAid:
        """The aid of a grant, on its parts in a legal plan, or as far as anyone can tell."""
        context, known = self._context, grant.amount
        dispositif = context.catalogue.dispositifs[grant.dispositif]
        breach = ""
        if not parts:
            parts, breach = self._counted(dispositif, grant, again=again)
        aid = sum((part.aid for part in parts), ZERO)
        names = context.catalogue.organisations
        funder = names[grant.organisation].name if grant.organisation in names else grant.organisation
        return AwardedAid(
            id=f"{grant.referral_id}:{grant.dispositif}",
            firm_id=context.firm.id,
            funder=funder,
            label=dispositif.title,
            regime=parts[0].regime if parts else DE_MINIMIS,
            granted_on=context.on if grant.on is UNKNOWN else grant.on,
            amount=self._equivalent(dispositif, known, aid),
            project_id=context.project.id,
            dispositif=grant.dispositif,
            referral_id=grant.referral_id,
            support=known,
            most=sum((part.support for part in parts), ZERO) if known is UNKNOWN else known,
            paid=grant.paid,
            spread=tuple(PaidShare(line=part.line, support=part.support, aid=part.aid) for part in parts),
            breach=breach,
        )

    def _equivalent(self, dispositif: Dispositif, known: Maybe[Euros], aid: Euros) -> Maybe[Euros | Band]:
        """Its gross grant equivalent: of terms that nobody gave, anything up to what a cautious reader counts."""
        if known is UNKNOWN:
            return UNKNOWN
        context = self._context
        equivalents = ProblemBuilder(catalogue=context.catalogue, rates=context.rates, on=context.on).equivalents
        if aid and not equivalents.benefit(dispositif):
            return Band(least=ZERO, most=aid)
        return aid

    def _counted(self, dispositif: Dispositif, grant: Granted, *, again: bool) -> tuple[tuple[AwardPart, ...], str]:
        """An award that no legal plan holds, or of which nobody said the amount: under its likeliest text, everywhere.

        Of an unknown amount, the whole of the lines that it may pay.
        """
        lines = self._lines(dispositif)
        basis = self._likely(dispositif, lines)
        whole = sum((line.amount for line in lines), ZERO)
        regime, per_euro = (basis.regime, basis.aid_per_euro) if basis else (DE_MINIMIS, Decimal(1))
        if grant.amount is UNKNOWN:
            return tuple(AwardPart(regime, line.id, line.amount, line.amount) for line in lines), ""
        breach = self._breach(dispositif, grant.amount, again=again) if grant.amount else ""
        parts, left = [], grant.amount
        for rank, line in enumerate(lines):
            share = left if rank == len(lines) - 1 else (grant.amount * line.amount / whole).quantize(CENT)
            left -= share
            parts.append(AwardPart(regime, line.id, share, share * per_euro))
        return tuple(parts), breach

    def _lines(self, dispositif: Dispositif) -> list[Line]:
        natures = dispositif.advantage.natures
        lines = [line for line in self._project.lines if line.amount > 0]
        mine = [line for line in lines if ALL_NATURES in natures or line.nature in natures]
        return mine or lines

    def _likely(self, dispositif: Dispositif, lines: Sequence[Line]) -> Basis | None:
        """The legal basis of an award that no plan holds: one that the facts do not forbid, then the widest ceiling."""
        context = self._context
        builder = ProblemBuilder(catalogue=context.catalogue, rates=context.rates, on=context.on)
        seen = facts_for_funders(self._facts, context.project, dispositif.desks)
        award = context.catalogue.award(context.project, dispositif, context.on)
        bases = builder.bases.of(dispositif, seen, lines, self._project.lines, award)
        return min(bases, key=lambda basis: (bool(basis.refused_by), -max(basis.ceilings.values())), default=None)

    def _breach(self, dispositif: Dispositif, amount: Euros, *, again: bool) -> str:
        """Which rule an award passes, and what the law gives at most where it can be told."""
        told = f"{format_euros(amount)} accordés"
        if again:
            return f"{told} : le même dispositif est accordé deux fois au projet, ses règles sont à relire"
        if dispositif.id not in self._offers:
            return f"{told} : le catalogue ne donnait pas ce dispositif au projet, ou n'en calcule pas le montant"
        wanted = {dispositif.id: amount}
        every = frozenset(rule.key for rule in RULES)

        def holds(*without: str) -> bool:
            return bool(best_plan_holding(self._problem, wanted=wanted, without=without).value)

        # The rules that forbid it by themselves; where several only do together, those that any one of gives it back.
        broken = [rule for rule in RULES if not holds(*(every - {rule.key}))]
        broken = broken or [rule for rule in RULES if holds(rule.key)]
        most = _most_of(self._problem, dispositif.id)
        at_most = "" if most is None else f", quand la règle en donne au plus {format_euros(Euros(most))}"
        rules = " ; ".join(f"{rule.label.lower()} ({rule.source})" for rule in broken)
        return f"{told}{at_most} : au-delà de ce que le droit permet, {rules or 'plusieurs règles ensemble'}"


def best_plan_holding(
    part: FinancingProblem, *, wanted: Mapping[str, Euros], without: Collection[str] = ()
) -> Answer[Mapping[str, tuple[AwardPart, ...]]]:
    """Where the best plan that gives each award whole puts it; nothing when there is no such plan."""
    variables = _forced(part, wanted, without=without)
    order = [] if variables is None else goals(variables)
    solution = variables.model.solve(order, tie_break=order_goal(variables)) if variables else None
    if variables is None or solution is None:
        return Answer({}, proven=True)
    found: dict[str, tuple[AwardPart, ...]] = {}
    for key, amount in wanted.items():
        uses = [use for use in variables.uses if use.offer.id == key]
        euros = [
            (use, line.id, Decimal(str(round(solution.values[variables.euros[(*use.key, line.id)]], 2))))
            for use in uses
            for line in use.lines
        ]
        kept = [each for each in euros if each[2] > 0]
        # What the rounding to the cent leaves goes to the largest share.
        largest = max(kept, key=lambda each: each[2])
        missing = amount - sum((each[2] for each in kept), ZERO)
        parts = [(use, line, share + missing if (use, line) == largest[:2] else share) for use, line, share in kept]
        found[key] = tuple(
            AwardPart(u.basis.regime, line, share, share * u.basis.aid_per_euro) for u, line, share in parts
        )
    return Answer(found, proven=solution.proven)


def _forced(part: FinancingProblem, wanted: Mapping[str, Euros], *, without: Collection[str]) -> Variables | None:
    """The model of the problem in which each award is given whole; ``None`` when one has no line to go to."""
    variables = build_model(_as_awarded(part, wanted), without=without)
    for key, amount in sorted(wanted.items()):
        euros = [term for use in variables.uses if use.offer.id == key for term in variables.terms(use)]
        if not euros:
            return None
        variables.model.row(f"octroi[{key}]", euros, low=float(amount), high=float(amount))
    return variables


def _most_of(part: FinancingProblem, dispositif: str) -> int | None:
    """The most that the law and the need let a dispositif give by itself, in whole euros."""
    alone = _as_awarded(part, {dispositif: sum((line.amount for p in part.projects for line in p.lines), ZERO)})
    variables = build_model(alone)
    euros = {c: w for use in variables.uses if use.offer.id == dispositif for c, w in variables.terms(use)}
    goal = Goal(name="octroi le plus grand", weights=euros)
    solution = variables.model.solve([goal], tie_break=order_goal(variables)) if euros else None
    return int(sum(solution.values[column] for column in euros) + CENT_OF_EURO) if solution else None


def _as_awarded(part: FinancingProblem, wanted: Mapping[str, Euros]) -> FinancingProblem:
    (project,) = part.projects
    offers = (_settled(offer, wanted[offer.id]) if offer.id in wanted else offer for offer in project.offers)
    return replace(part, projects=(replace(project, offers=tuple(offers)),))


def _settled(offer: Offer, amount: Euros) -> Offer:
    """An award is what it is: its dispositif's own rate, caps, floors and budget were its funder's business."""
    return replace(
        offer,
        max_support=amount,
        uncapped_support=None,
        subsidy_deduction=Decimal(0),
        aid_cap=None,
        min_support=ZERO,
        least_useful=ZERO,
        own_funds_cap=None,
        budget="",
    )
