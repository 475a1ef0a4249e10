"""One project on its own: all that its plan rests on, and the steps from its facts to its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.screening import screen_project
from rebond.eligibility.project_facts import NO_EUROS, project_facts
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, AidObtained, Census, FactValue, Firm, Maybe, Project, ZoneAssumption
from rebond.facts.answered import NO_ANSWER, Answers, answers_of
from rebond.financing.building.build import BuiltProject, ProblemBuilder
from rebond.financing.building.kept_offers import KeptOffers
from rebond.financing.building.single_project import linked_costs
from rebond.financing.law_readings import project_under, published
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plans
from rebond.maturity import Grid, assess
from rebond.regimes.de_minimis import DeMinimisAccount, de_minimis_account
from rebond.regimes.gross_grant_equivalent import ReferenceRates
from rebond.regimes.readings import Reading
from rebond.regimes.sme import SizeThresholds, size_class
from rebond.units import Euros, format_euros

UNDECLARED = "à renseigner — déclaration que toutes les aides publiques reçues sont recensées"
"""What keeps any euro from being firm: an aid that nobody listed could already pay the same line."""
DE_MINIMIS = "de_minimis_2023"
"""The regime whose account is kept for every undertaking."""


@dataclass(frozen=True, kw_only=True)
class ProjectContext:
    """All that the plan of one project rests on, apart from the other projects."""

    project: Project
    firm: Firm
    catalogue: Catalogue
    rates: ReferenceRates
    sizes: SizeThresholds
    on: date
    de_minimis_room: Maybe[Euros]
    """What the single undertaking's account leaves to this project; UNKNOWN: no de minimis aid is used."""
    de_minimis_at_most: Euros = NO_EUROS
    """What it could leave at most while it is not known."""
    de_minimis_note: str = ""
    """Why it is not known, and what to ask, in French."""
    aids: Sequence[AidObtained] = ()
    zone_assumptions: tuple[ZoneAssumption, ...] = ()
    maturity: Maybe[str] = UNKNOWN
    ripe: bool = True
    """Whether the maturity allows a request for funding."""
    budgets: Mapping[str, Euros] = field(default_factory=dict)
    linked_costs: Euros = NO_EUROS
    """Costs of the projects that make one investment with this one (RGEC art. 14(13))."""
    overrides: Mapping[str, FactValue] = field(default_factory=dict)
    """Facts put in the place of those that the project and firm give."""
    reading: Maybe[Reading] = UNKNOWN
    """The reading of the law that the possible plan follows; UNKNOWN: the one that the catalogue gives."""
    away: frozenset[str] = frozenset()
    """Dispositifs that the mission's territory leaves out: not screened."""
    answers: Answers = NO_ANSWER
    """What funders answered for the project: what they refused is no way out any more."""
    census: Census | None = field(default=None, repr=False)
    """What the account and the linked costs come from, so that they follow a date or a place that is changed."""
    kept: KeptOffers | None = field(default=None, repr=False, compare=False)
    """The offers already built for this project while facts are tried one after another."""

    @property
    def read_as(self) -> Reading:
        """The reading of the law that is taken."""
        return self.catalogue.readings.default if self.reading is UNKNOWN else self.reading


def still_open(verdicts: Iterable[Verdict], answers: Answers) -> tuple[Verdict, ...]:
    """The verdicts on what may still be asked: neither refused by its funder, nor granted."""
    settled = answers.refused | answers.obtained
    return tuple(verdict for verdict in verdicts if verdict.dispositif not in settled)


@dataclass(frozen=True, kw_only=True)
class Study:
    """A context worked out: facts, verdicts, problem, plan."""

    context: ProjectContext
    facts: Mapping[str, FactValue]
    verdicts: tuple[Verdict, ...]
    built: BuiltProject
    problem: FinancingProblem
    plan: FinancingPlan

    @property
    def open_verdicts(self) -> tuple[Verdict, ...]:
        """Those on what may still be asked."""
        return still_open(self.verdicts, self.context.answers)


def context_from_census(
    census: Census,
    project_id: str,
    *,
    catalogue: Catalogue,
    rates: ReferenceRates,
    sizes: SizeThresholds,
    grid: Grid,
    on: date,
    reading: Maybe[Reading] = UNKNOWN,
) -> ProjectContext:
    """A project of a census on its own: the whole account of its undertaking, the whole budgets, no envelope.

    ``KeyError`` when the census has no such project.
    """
    project = {candidate.id: candidate for candidate in census.projects}[project_id]
    firm = census.firm(project.firm_id)
    account = account_of(firm, census, catalogue=catalogue, on=on)
    maturity = assess(project, grid)
    return ProjectContext(
        project=project,
        firm=firm,
        catalogue=catalogue,
        rates=rates,
        sizes=sizes,
        on=on,
        de_minimis_room=account.room,
        de_minimis_at_most=account.room_at_most,
        de_minimis_note=account.why_unknown,
        aids=census.aids,
        zone_assumptions=census.settings.zone_assumptions,
        maturity=maturity.level,
        ripe=maturity.ripe is Truth.YES,
        reading=reading,
        budgets=catalogue.budgets,
        linked_costs=linked_costs(project, census, catalogue.gazetteer, catalogue.regimes.values()),
        answers=answers_of(census.referrals, census.referral_steps).get(project_id, NO_ANSWER),
        census=census,
    )


def examined_on(context: ProjectContext, on: date) -> ProjectContext:
    """The context at another date, with the account of that day, less what the other plans took of the first one.

    Without a census nobody can tell the account of another day: it stays.
    """
    if context.census is None:
        return replace(context, on=on)
    then, account = (
        account_of(context.firm, context.census, catalogue=context.catalogue, on=day) for day in (context.on, on)
    )
    before, left = then.room, context.de_minimis_room
    taken = NO_EUROS if before is UNKNOWN or left is UNKNOWN else before - left
    return replace(
        context,
        on=on,
        de_minimis_room=UNKNOWN if account.room is UNKNOWN else max(NO_EUROS, account.room - taken),
        de_minimis_at_most=account.room_at_most,
        de_minimis_note=account.why_unknown,
    )


def linked_again(context: ProjectContext) -> ProjectContext:
    """The context with the projects that make one investment with this one, where and when it now starts."""
    if context.census is None:
        return context
    catalogue = context.catalogue
    costs = linked_costs(context.project, context.census, catalogue.gazetteer, catalogue.regimes.values())
    return replace(context, linked_costs=costs)


def account_of(firm: Firm, census: Census, *, catalogue: Catalogue, on: date) -> DeMinimisAccount:
    """The de minimis account at a date of the single undertaking that a firm is part of."""
    return de_minimis_account(
        firm.undertaking,
        [other for other in census.firms if other.undertaking == firm.undertaking],
        census.aids,
        regime=catalogue.regimes[DE_MINIMIS],
        regimes=dict(catalogue.regimes),
        on=on,
    )


def facts_of(context: ProjectContext) -> dict[str, FactValue]:
    """The facts of a context, overrides included."""
    size: Maybe[str] = size_class(context.firm, thresholds=context.sizes, on=context.on).size
    facts = project_facts(
        context.project,
        context.firm,
        size=size if size is UNKNOWN else str(size),
        aids=context.aids,
        natures=context.catalogue.natures,
        waits=context.catalogue.waits,
        gazetteer=context.catalogue.gazetteer,
        zonages=context.catalogue.zonages.assuming(context.zone_assumptions),
        on=context.on,
        maturity=context.maturity,
        linked_costs=context.linked_costs,
    )
    return {**facts, **context.overrides}


def screened(context: ProjectContext) -> tuple[dict[str, FactValue], tuple[Verdict, ...]]:
    """The facts of a context and the verdicts on them."""
    facts = facts_of(context)
    verdicts = screen_project(facts, context.catalogue, context.on, project=context.project, without=context.away)
    return facts, verdicts


Solve = Callable[[ProjectContext, Mapping[str, FactValue], tuple[Verdict, ...]], tuple[BuiltProject, FinancingProblem]]
"""The problem of a context: ``problem_of``, or another when the plan counts on more than the context holds."""


def study(context: ProjectContext, *, solve: Solve | None = None) -> Study:
    """Screen, build and plan a context; the plan is audited. Raises ``SolverError`` or ``IllegalPlanError``."""
    facts, verdicts = screened(context)
    built, problem = (solve or problem_of)(context, facts, verdicts)
    return Study(
        context=context,
        facts=facts,
        verdicts=verdicts,
        built=built,
        problem=problem,
        plan=optimise_plans(problem)[context.project.id],
    )


def problem_of(
    context: ProjectContext, facts: Mapping[str, FactValue], verdicts: Iterable[Verdict]
) -> tuple[BuiltProject, FinancingProblem]:
    """The problem of a context whose facts and verdicts are at hand, under its reading of the law."""
    built, room = built_of(context, facts, verdicts), context.de_minimis_room
    problem = FinancingProblem(
        projects=(project_under(built.problem, context.read_as),),
        de_minimis_room={} if room is UNKNOWN else {context.firm.undertaking: room},
        budgets=context.budgets,
    )
    return built, problem


def built_of(context: ProjectContext, facts: Mapping[str, FactValue], verdicts: Iterable[Verdict]) -> BuiltProject:
    """The project of a context as a problem states it, before what it shares with other projects."""
    builder = ProblemBuilder(catalogue=context.catalogue, rates=context.rates, on=context.on, kept=context.kept)
    mine = [aid for aid in context.aids if aid.pays(context.project)]
    refused = context.answers.refused
    declared = context.firm.aid_declared is True
    return builder.project(
        context.project,
        context.firm.undertaking,
        facts,
        [verdict for verdict in verdicts if verdict.dispositif not in refused],
        mine,
        ripe=context.ripe,
        questions=() if declared else (UNDECLARED,),
    )


def reading_remarks(found: Study) -> Iterable[str]:
    """What the project's plan is under each reading of the law, in one sentence; nothing when they agree."""
    context, (mine,) = found.context, found.problem.projects
    readings, taken = context.catalogue.readings, context.read_as
    plans = {taken: found.plan}
    for reading in published(context.catalogue.regimes.values()):
        other = project_under(mine if taken is Reading.ADJUSTMENT else found.built.problem, reading)
        if reading is not taken and other != mine:
            plans[reading] = optimise_plans(replace(found.problem, projects=(other,)))[mine.id]
    if len({(plan.stack.firm, plan.stack.possible) for plan in plans.values()}) > 1:
        told = " ; ".join(
            f"« {readings.title(reading)} », {format_euros(plan.stack.firm)} fermes et "
            f"{format_euros(plan.stack.possible)} possibles"
            for reading, plan in sorted(plans.items(), key=lambda each: list(Reading).index(each[0]))
        )
        yield f"Selon la lecture du droit au jour des décisions : {told}. Ce plan suit « {readings.title(taken)} »."
