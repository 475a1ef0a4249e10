"""A project of the mission studied again as the mission plans it: on what the other plans leave, with its envelope.

So that a plan can be explained, compared and tried with other facts, on the site or at the command line, and stay the
mission's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, Census, Envelope, FactValue, Maybe
from rebond.financing.auditing.audit import audit_plan
from rebond.financing.building.build import BuiltProject, ProblemBuilder, with_offer
from rebond.financing.context import ProjectContext, Study, problem_of, study
from rebond.financing.explaining.desk_step import DeskStep
from rebond.financing.explaining.what_if import WhatIf, what_if
from rebond.financing.plan.certainty import certainty, waits_for
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.financing.problem.model import FinancingProblem
from rebond.portfolio.all_calls import financed_by
from rebond.portfolio.criteria import mission_grid
from rebond.portfolio.offered import CallEntry, call_dispositif, envelope_offer, without_call
from rebond.portfolio.scoring import SelectionGrid, score_project
from rebond.portfolio.select import ENVELOPE
from rebond.referrals.desk_steps import desk_steps
from rebond.referrals.orient import OrientationRules
from rebond.regimes.model import RegimeKind
from rebond.regimes.readings import Reading
from rebond.study.inputs import CensusParts
from rebond.study.rulebook import Rulebook
from rebond.units import Euros, floor_euros

ZERO = Euros(0)
CENT = Decimal("0.01")
"""What the solver's own tolerance may move of a plan's total, and more: no plan is better by less."""
SHARED = (
    "Plan de la mission : il compte sur ce que les plans des autres projets laissent du compte de minimis de "
    "l'entreprise et des budgets des dispositifs."
)
WITH_ENVELOPE = f"{SHARED[:-1]}, et sur la part de l'enveloppe proposée pour ce projet."


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a plan of another project takes of a dispositif, under a regime."""

    dispositif: str
    regime: str
    firm: str
    support: Decimal | int
    equivalent: Decimal
    """Gross grant equivalent, in euros."""


@dataclass(frozen=True, kw_only=True)
class ProjectBench:
    """A project ready to be studied: its context, the call's settings, its plan in the mission."""

    context: ProjectContext
    call: Envelope
    """The one that finances it, else the first."""
    other_calls: tuple[Envelope, ...] = ()
    plan: FinancingPlan
    grid: SelectionGrid
    orientation: OrientationRules
    committee_on: date

    @property
    def scope(self) -> str:
        """What the plan takes into account."""
        return WITH_ENVELOPE if self.plan.envelope else SHARED

    @cached_property
    def now(self) -> Study:
        """The project as it is."""
        return self.study(self.context)

    @cached_property
    def steps(self) -> tuple[DeskStep, ...]:
        """Who does what before when, as the mission's referrals say."""
        return desk_steps(self.now, self.orientation, operator=self.call.operator, committee_on=self.committee_on)

    @property
    def as_stored(self) -> bool:
        """Whether the plan of today is the mission's, to the euro."""
        return _amounts(self.now.plan) == _amounts(self.plan)

    def what_if(self, changes: Mapping[str, object]) -> WhatIf:
        """The project as it is and with other facts; raises ``FactsError`` with every fault."""
        return what_if(self.context, changes, before=self.now, solve=self.study) if changes else _unchanged(self.now)

    def study(self, context: ProjectContext) -> Study:
        """Screen, build and plan a context, what the envelope grants among its offers.

        Several plans may be best: the mission's is kept wherever it is still legal and as good.
        """
        best = study(context, solve=self.problem)
        return replace(best, plan=kept_if_as_good(self.plan, best.plan, best.problem))

    def problem(
        self, context: ProjectContext, facts: Mapping[str, FactValue], verdicts: tuple[Verdict, ...]
    ) -> tuple[BuiltProject, FinancingProblem]:
        """The problem of a context, with what the envelope grants unless other facts close the call to the project."""
        built, problem = problem_of(context, facts, verdicts)
        # The selection says what the calls give: they are no dispositif left to ask for.
        calls = {call_dispositif(call, context.catalogue) for call in (self.call, *self.other_calls)}
        others = tuple(item for item in built.unquantified if item.dispositif not in calls)
        built = replace(built, unquantified=others)
        for call in calls:
            problem = without_call(problem, call)
        granted = Euros(self.plan.envelope)
        if not granted:
            return built, problem
        entry = CallEntry(
            project=context.project,
            built=built,
            facts=facts,
            verdicts=verdicts,
            ripe=Truth.YES,
            score=score_project(context.project, self.grid, maturity=None),
        )
        builder = ProblemBuilder(catalogue=context.catalogue, rates=context.rates, on=context.on)
        offer = envelope_offer(entry, self.call, builder, context.read_as)
        if isinstance(offer, str):
            return built, problem
        (mine,) = problem.projects
        return built, replace(
            problem,
            projects=(with_offer(mine, replace(offer, budget=ENVELOPE)),),
            budgets={**problem.budgets, ENVELOPE: granted},
        )


def open_project(
    census: Census,
    rulebook: Rulebook,
    project_id: str,
    *,
    on: date,
    plan: FinancingPlan,
    taken: Iterable[Taken],
    reading: Maybe[Reading] = UNKNOWN,
) -> ProjectBench:
    """A project of a mission, with the mission's plan of it and what the plans of the others take.

    ``KeyError`` when the census has no such project.
    """
    context = CensusParts(census, rulebook, on=on).context(project_id, rulebook, reading=reading)
    call = financed_by(plan, census.settings, rulebook.catalogue)
    return ProjectBench(
        context=as_left(context, taken),
        call=call,
        other_calls=tuple(other for other in census.settings.every_call if other is not call),
        plan=plan,
        grid=mission_grid(rulebook.selection, census.settings),
        orientation=rulebook.orientation,
        committee_on=census.settings.committee_on,
    )


def kept_if_as_good(known: FinancingPlan, best: FinancingPlan, problem: FinancingProblem) -> FinancingPlan:
    """The known plan where the problem still allows it and finds none better; with the proof of the best.

    Better is said on the goals of the study that made the known plan: those of a retained project are its own.
    """
    again = replace(
        known,
        cost=best.cost,
        need=best.need,
        reports=best.reports,
        lines=tuple(_in_today_s_words(line, problem) for line in known.lines),
    )
    return again if _is_as_good(again, best) and not audit_plan(again, problem) else best


def _is_as_good(known: FinancingPlan, best: FinancingPlan) -> bool:
    """Whether the first goal that tells the plans apart, if any, prefers the known one.

    On exact euros: the whole euros of a plan hold the rounding of each of its lines.
    """
    goals = zip(_worth(known, retained=known.envelope > 0), _worth(best, retained=known.envelope > 0), strict=True)
    apart = next(((mine, other) for mine, other in goals if abs(mine - other) > CENT), None)
    return apart is None or apart[0] > apart[1]


def _worth(plan: FinancingPlan, *, retained: bool) -> tuple[Decimal, ...]:
    """What the mission seeks of a plan, first goal first; of a plan that the envelope completes, the least of it.

    A project that the joint allocation finances whole stays so, whatever else would be firmer.
    """
    covered = min(Decimal(plan.need), sum((line.share for line in plan.lines), ZERO))
    whole = Decimal(covered >= floor_euros(plan.need))
    borrowed = -sum((line.borrowed for line in plan.lines), ZERO)
    files = Decimal(-len(plan.files))
    if retained:
        envelope = -sum((line.share for line in plan.lines if line.is_envelope), ZERO)
        return whole, covered, plan.benefit, envelope, borrowed, files
    given = sum((line.given for line in plan.firm.lines), ZERO)
    firm = sum((line.share for line in plan.firm.lines), ZERO)
    return whole, given, plan.benefit, covered, borrowed, firm, files


def _in_today_s_words(line: PlanLine, problem: FinancingProblem) -> PlanLine:
    """The line with the formula and ceiling of the problem, whose amounts may be others."""
    found = ((p, o) for p in problem.projects for o in p.offers if o.id == line.dispositif)
    project, offer = next(found, (None, None))
    basis = next((b for b in offer.bases if b.regime == line.regime), None) if offer else None
    if project is None or offer is None or basis is None:
        return line
    return replace(
        line,
        instrument=offer.instrument,
        parts=offer.parts,
        formula=offer.formula,
        ceiling=basis.ceiling_words.get(line.line, ""),
        sources=offer.sources,
        reserves=(*offer.reserves, *basis.reserves),
        verified=offer.verified and basis.verified,
        unread=(*offer.unread, *basis.unread),
        state=certainty(project, offer, basis),
        award=basis.award,
        law_question=basis.law_question,
        questions=waits_for(project, offer, basis),
        benefit=line.share * offer.benefit_per_euro,
    )


def _amounts(plan: FinancingPlan) -> dict[tuple[str, str, str], int]:
    return {(line.dispositif, line.regime, line.line): line.amount for line in plan.lines}


def _unchanged(now: Study) -> WhatIf:
    return WhatIf(changes=(), before=now, after=now, verdicts=())


def as_left(context: ProjectContext, taken: Iterable[Taken]) -> ProjectContext:
    """The context on what the plans of the other projects leave of the account and of the budgets."""
    regimes, undertaking = context.catalogue.regimes, context.firm.undertaking
    known = context.census.firms if context.census else ()
    kin = {firm.id for firm in known if firm.undertaking == undertaking} | {context.firm.id}
    room, budgets = context.de_minimis_room, dict(context.budgets)
    for part in taken:
        regime = regimes.get(part.regime)
        if part.dispositif in budgets:
            budgets[part.dispositif] -= part.support
        if regime and regime.kind is RegimeKind.DE_MINIMIS and part.firm in kin:
            room = room if room is UNKNOWN else room - part.equivalent
    return replace(
        context,
        de_minimis_room=room if room is UNKNOWN else max(ZERO, room),
        budgets={key: max(ZERO, left) for key, left in budgets.items()},
    )
