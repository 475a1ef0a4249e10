"""A project of the mission studied again: its facts, what the other plans leave it, its problem and its plan.

The census is kept with the mission: a page can explain a plan, compare it and try other facts on it, and finds the
plan that the mission stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from django.db.models import Sum

from rebond.data import catalogue_part, data_folder
from rebond.dispositifs.screening import screen_project
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import UNKNOWN, Census, Envelope, FactValue
from rebond.financing.audit import audit_plan
from rebond.financing.build import BuiltProject, ProblemBuilder, with_offer
from rebond.financing.context import ProjectContext, Study, context_from_census, facts_of, problem_of
from rebond.financing.delays import Delays, load_delays
from rebond.financing.dossier import PlanDossier, build_dossier
from rebond.financing.optimize import optimise_plans
from rebond.financing.plan import FinancingPlan, PlanLine
from rebond.financing.problem import FinancingProblem
from rebond.financing.what_if import WhatIf, what_if
from rebond.mission import Rulebook, load_rulebook
from rebond.portfolio.call import CallEntry, envelope_offer
from rebond.portfolio.scoring import score_project
from rebond.portfolio.select import ENVELOPE
from rebond.regimes.model import RegimeKind
from rebond.units import Euros
from rebond.web.financing.kept import Kept
from rebond.web.financing.models import MissionSource
from rebond.web.financing.models import PlanLine as StoredLine
from rebond.web.financing.records_json import from_record
from rebond.web.missions.models import Mission
from rebond.web.projects.models import Project

ZERO = Euros(0)


@lru_cache(maxsize=1)
def current_rulebook() -> Rulebook:
    """Catalogue, grids and thresholds, read once."""
    return load_rulebook(data_folder())


@lru_cache(maxsize=1)
def current_delays() -> Delays:
    """Delays and payment terms, read once."""
    return load_delays(catalogue_part(data_folder(), "referentiels") / "delais.yaml")


_censuses: Kept[Census] = Kept(8)
_benches: Kept[ProjectBench] = Kept(200)
_dossiers: Kept[PlanDossier] = Kept(200)


def census_of(mission: Mission) -> Census | None:
    """The census of a mission; ``None`` when it was stored without, or by an engine whose facts were others."""
    rows = MissionSource.objects.of(mission)
    key = rows.values_list("digest", flat=True).first()
    try:
        return None if key is None else _censuses.get(key, lambda: from_record(rows.get().census))
    except (TypeError, KeyError, ValueError):
        return None


@dataclass(frozen=True, kw_only=True)
class ProjectBench:
    """A project ready to be studied: its context, the call's settings, its plan in the mission."""

    context: ProjectContext
    call: Envelope
    plan: FinancingPlan

    @cached_property
    def now(self) -> Study:
        """The project as it is."""
        return self.study(self.context)

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
        facts = facts_of(context)
        verdicts = screen_project(facts, context.catalogue, context.on)
        built, problem = self.problem(context, facts, verdicts)
        plan = kept_if_as_good(self.plan, optimise_plans(problem)[context.project.id], problem)
        return Study(context=context, facts=facts, verdicts=verdicts, built=built, problem=problem, plan=plan)

    def problem(
        self, context: ProjectContext, facts: Mapping[str, FactValue], verdicts: tuple[Verdict, ...]
    ) -> tuple[BuiltProject, FinancingProblem]:
        """The problem of a context, with what the envelope grants unless other facts close the call to the project."""
        built, problem = problem_of(context, facts, verdicts)
        granted = Euros(self.plan.envelope)
        if not granted:
            return built, problem
        entry = CallEntry(
            project=context.project,
            built=built,
            facts=facts,
            verdicts=verdicts,
            ripe=Truth.YES,
            score=score_project(context.project, current_rulebook().selection, maturity_mean=None),
        )
        builder = ProblemBuilder(catalogue=context.catalogue, rates=context.rates, on=context.on)
        offer = envelope_offer(entry, self.call, builder)
        if isinstance(offer, str):
            return built, problem
        (mine,) = problem.projects
        return built, replace(
            problem,
            projects=(with_offer(mine, replace(offer, budget=ENVELOPE)),),
            budgets={**problem.budgets, ENVELOPE: granted},
        )


def bench_of(mission: Mission, project: Project) -> ProjectBench | None:
    """The bench of a stored project; ``None`` when the mission's facts are not at hand."""
    census = census_of(mission)
    if census is None or not project.plan.record:
        return None
    return _benches.get(_key(mission, project), lambda: _bench(mission, project, census))


def dossier_of(mission: Mission, project: Project, bench: ProjectBench) -> PlanDossier:
    """The plan of a project with all that explains it."""
    return _dossiers.get(
        _key(mission, project),
        lambda: build_dossier(
            bench.now,
            delays=current_delays(),
            fictitious=mission.fictitious,
            scope=WITH_ENVELOPE if bench.plan.envelope else SHARED,
            solve=bench.problem,
        ),
    )


SHARED = (
    "Plan de la mission : il compte sur ce que les plans des autres projets laissent du compte de minimis de "
    "l'entreprise et des budgets des dispositifs."
)
WITH_ENVELOPE = f"{SHARED[:-1]}, et sur la part de l'enveloppe proposée pour ce projet."


def _key(mission: Mission, project: Project) -> tuple[object, ...]:
    """A mission computed again is another mission, and so is one under another catalogue."""
    return mission.pk, mission.computed_at, project.ref, current_rulebook().catalogue.version


def _bench(mission: Mission, project: Project, census: Census) -> ProjectBench:
    rules = current_rulebook()
    context = context_from_census(
        census,
        project.ref,
        catalogue=rules.catalogue,
        rates=rules.rates,
        sizes=rules.sizes,
        grid=rules.maturity,
        on=mission.examined_on,
    )
    return ProjectBench(
        context=_as_left(context, mission, census),
        call=census.settings.envelope,
        plan=from_record(project.plan.record),
    )


def kept_if_as_good(known: FinancingPlan, best: FinancingPlan, problem: FinancingProblem) -> FinancingPlan:
    """The known plan where the problem still allows it and finds none better; with the proof of the best."""
    again = replace(
        known,
        cost=best.cost,
        need=best.need,
        reports=best.reports,
        lines=tuple(_in_today_s_words(line, problem) for line in known.lines),
    )
    ranks = [(plan.benefit, plan.covered, len(plan.files)) for plan in (again, best)]
    return again if ranks[0] == ranks[1] and not audit_plan(again, problem) else best


def _in_today_s_words(line: PlanLine, problem: FinancingProblem) -> PlanLine:
    """The line with the formula and ceiling of the problem, whose amounts may be others."""
    offer = next((o for project in problem.projects for o in project.offers if o.id == line.dispositif), None)
    basis = next((b for b in offer.bases if b.regime == line.regime), None) if offer else None
    if offer is None or basis is None:
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
    )


def _amounts(plan: FinancingPlan) -> dict[tuple[str, str, str], int]:
    return {(line.dispositif, line.regime, line.line): line.amount for line in plan.lines}


def _unchanged(now: Study) -> WhatIf:
    return WhatIf(changes=(), before=now, after=now, verdicts=())


def _as_left(context: ProjectContext, mission: Mission, census: Census) -> ProjectContext:
    """The context on what the plans of the other projects leave of the account and of the budgets."""
    regimes = context.catalogue.regimes
    sisters = {firm.id for firm in census.firms if firm.undertaking == context.firm.undertaking}
    room, budgets = context.de_minimis_room, dict(context.budgets)
    taken = (
        StoredLine.objects.of(mission)
        .exclude(plan__project__ref=context.project.id)
        .order_by()
        .values("dispositif", "regime", "plan__project__firm__ref")
        .annotate(support=Sum("amount"), equivalent=Sum("aid"))
    )
    for row in taken:
        regime = regimes.get(row["regime"])
        if row["dispositif"] in budgets:
            budgets[row["dispositif"]] -= row["support"]
        if regime and regime.kind is RegimeKind.DE_MINIMIS and row["plan__project__firm__ref"] in sisters:
            room = room if room is UNKNOWN else room - row["equivalent"]
    return replace(
        context,
        de_minimis_room=room if room is UNKNOWN else max(ZERO, room),
        budgets={key: max(ZERO, left) for key, left in budgets.items()},
    )
