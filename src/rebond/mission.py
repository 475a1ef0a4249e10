"""A whole mission, from the census to the figures of its restitution. Read it as the table of contents of Rebond."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rebond import __version__
from rebond.data import catalogue_part
from rebond.data.referentials import Axis, Labels, load_axes
from rebond.dispositifs.catalogue import Catalogue, load_catalogue
from rebond.dispositifs.screening import screen_project
from rebond.eligibility.places import ZONE_FACTS, Commune, Zone
from rebond.eligibility.project_facts import project_facts
from rebond.eligibility.verdict import Verdict
from rebond.errors import IllegalPlanError
from rebond.facts import UNKNOWN, Census, FactValue, Firm, Maybe, Project
from rebond.financing.audit import audit_plans
from rebond.financing.audit_catalogue import audit_against_catalogue
from rebond.financing.build import BuiltProject, ProblemBuilder, with_offer
from rebond.financing.context import DE_MINIMIS
from rebond.financing.optimize import optimise_plans
from rebond.financing.plan import FinancingPlan
from rebond.financing.problem import FinancingProblem
from rebond.financing.remarks import plan_remarks
from rebond.financing.single_project import linked_costs
from rebond.indicators.definitions import compute_indicators
from rebond.linkage import LinkageResult, LinkageRules, link_census
from rebond.linkage import load_rules as load_linkage_rules
from rebond.maturity import Grid, Maturity, assess, load_grid
from rebond.portfolio.call import CallEntry, CallResult, run_call
from rebond.portfolio.scoring import Score, SelectionGrid, load_selection_grid, score_project
from rebond.portfolio.select import ENVELOPE
from rebond.referrals.orient import OrientationRules, load_orientation_rules, refer_project
from rebond.regimes.de_minimis import de_minimis_account
from rebond.regimes.gross_grant_equivalent import ReferenceRates, load_reference_rates
from rebond.regimes.model import RegimeKind
from rebond.regimes.sme import SizeThresholds, load_thresholds, size_class
from rebond.results import FirmResult, MissionResult, ProjectResult
from rebond.roadmap.build import ActionTemplate, build_roadmap, load_action_templates
from rebond.units import Euros

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """Everything that the mission's steps read besides the census: catalogue, grids, thresholds, templates."""

    catalogue: Catalogue
    sizes: SizeThresholds
    maturity: Grid
    selection: SelectionGrid
    orientation: OrientationRules
    actions: tuple[ActionTemplate, ...]
    axes: tuple[Axis, ...]
    rates: ReferenceRates
    linkage: LinkageRules


def load_rulebook(folder: Path) -> Rulebook:
    """Everything under ``data/``; raises ``CatalogueError`` with every fault of every file."""
    referentials = catalogue_part(folder, "referentiels")
    return Rulebook(
        catalogue=load_catalogue(folder),
        sizes=load_thresholds(referentials / "taille_ue.yaml"),
        maturity=load_grid(referentials / "maturite.yaml"),
        selection=load_selection_grid(referentials / "selection.yaml"),
        orientation=load_orientation_rules(referentials / "orientation.yaml"),
        actions=load_action_templates(referentials / "feuille_de_route.yaml"),
        axes=load_axes(referentials),
        rates=load_reference_rates(referentials / "taux_reference.yaml"),
        linkage=load_linkage_rules(referentials),
    )


def run_mission(census: Census, rulebook: Rulebook, *, on: date, progress: Progress | None = None) -> MissionResult:
    """The whole mission on the law and catalogue of a date.

    Known or unknown, maturity, eligibility, legal plans, selection under the envelope, a way out for every project,
    roadmap, indicators.

    Same census, rulebook and date: same result. Raises ``IllegalPlanError`` if the audit refuses a plan (a defect of
    Rebond), ``SolverError`` if the solver fails.
    """
    step = progress or _silent
    step("Rapprochement avec les listes des partenaires")
    linkage = link_census(census, rules=rulebook.linkage, gazetteer=rulebook.catalogue.gazetteer)
    step("Entreprises : taille européenne et compte de minimis")
    firms = tuple(_firm_results(census, rulebook, on))
    step("Maturité, éligibilité et valeur des projets")
    studies = [_study(project, census, firms, rulebook, on) for project in census.projects]
    step("Plans de financement légaux et sélection sous enveloppe")
    problem = FinancingProblem(
        projects=tuple(study.built.problem for study in studies),
        de_minimis_room={firm.account.undertaking: firm.account.room for firm in firms},
        budgets=_budgets(rulebook.catalogue),
    )
    builder = ProblemBuilder(catalogue=rulebook.catalogue, rates=rulebook.rates, on=on)
    call = run_call(
        [_entry(study) for study in studies], envelope=census.settings.envelope, builder=builder, shared=problem
    )
    plans = _plan_all(problem, call, census.settings.envelope.amount)
    _audit_sources(studies, plans, rulebook.catalogue, on)
    step("Une suite pour chaque projet, feuille de route, indicateurs")
    result = MissionResult(
        census=census,
        on=on,
        catalogue_version=rulebook.catalogue.version,
        engine_version=__version__,
        firms=firms,
        projects=tuple(_project_result(study, plans, call, linkage, census, rulebook) for study in studies),
        linkage=linkage,
        envelope_spent=call.spent,
        roadmap=build_roadmap(
            census.interviews,
            rulebook.actions,
            axes=[axis.code for axis in rulebook.axes],
            committee_on=census.settings.committee_on,
            covers=lambda code: _works_here(code, census, rulebook.catalogue),
        ),
        alerts=tuple(_alerts(census, rulebook, on, plans)),
        organisations={code: org.short_name for code, org in rulebook.catalogue.organisations.items()},
        labels=_labels(rulebook),
    )
    return replace(result, indicators=compute_indicators(result))


def _labels(rulebook: Rulebook) -> Labels:
    catalogue = rulebook.catalogue
    return Labels(
        organisations={code: org.name for code, org in catalogue.organisations.items()},
        roles={code: org.role for code, org in catalogue.organisations.items()},
        dispositifs={key: item.title for key, item in catalogue.dispositifs.items()},
        regimes={key: regime.article for key, regime in catalogue.regimes.items()},
        natures=catalogue.natures,
        epcis=catalogue.gazetteer.epcis,
        maturity_levels={level.code: level.label for level in rulebook.maturity.levels},
        axes={axis.code: axis.label for axis in rulebook.axes},
    )


def _works_here(organisation: str, census: Census, catalogue: Catalogue) -> bool:
    """Whether an organisation works in a département of the mission's territory."""
    places = (catalogue.gazetteer.by_epci.get(epci, ()) for epci in census.settings.epcis)
    departements = {commune.departement for communes in places for commune in communes}
    return any(catalogue.organisations[organisation].covers(departement) for departement in departements)


def _silent(_: str) -> None:
    """No progress to show."""


@dataclass(frozen=True, kw_only=True)
class _Study:
    """A project after the steps that need no other project."""

    project: Project
    firm: Firm
    commune: Commune | None
    zones: Mapping[str, Zone]
    facts: Mapping[str, FactValue]
    maturity: Maturity
    score: Score
    verdicts: tuple[Verdict, ...]
    built: BuiltProject


def _firm_results(census: Census, rulebook: Rulebook, on: date) -> Iterable[FirmResult]:
    catalogue = rulebook.catalogue
    regimes = dict(catalogue.regimes)
    members: dict[str, list[str]] = {}
    for firm in census.firms:
        members.setdefault(firm.undertaking, []).append(firm.id)
    for firm in census.firms:
        code = firm.establishment.commune
        yield FirmResult(
            firm=firm,
            size=size_class(firm, thresholds=rulebook.sizes, on=on),
            account=de_minimis_account(
                firm.undertaking,
                members[firm.undertaking],
                census.aids,
                regime=catalogue.regimes[DE_MINIMIS],
                regimes=regimes,
                on=on,
            ),
            commune=catalogue.gazetteer.communes.get(code) if code is not UNKNOWN else None,
        )


def _study(project: Project, census: Census, firms: Iterable[FirmResult], rulebook: Rulebook, on: date) -> _Study:
    catalogue = rulebook.catalogue
    firm = next(result for result in firms if result.firm.id == project.firm_id)
    zonages = catalogue.zonages.assuming(census.settings.zone_assumptions)
    code = project.commune if project.commune is not UNKNOWN else firm.firm.establishment.commune
    commune = catalogue.gazetteer.communes.get(code) if code is not UNKNOWN else None
    maturity = assess(project, rulebook.maturity)
    size: Maybe[str] = firm.size.size
    facts = project_facts(
        project,
        firm.firm,
        size=size if size is UNKNOWN else str(size),
        aids=census.aids,
        natures=catalogue.natures,
        gazetteer=catalogue.gazetteer,
        zonages=zonages,
        on=on,
        maturity=maturity.level,
        linked_costs=linked_costs(project, census, catalogue.gazetteer.communes, catalogue.regimes.values()),
    )
    verdicts = screen_project(facts, catalogue, on)
    builder = ProblemBuilder(catalogue=catalogue, rates=rulebook.rates, on=on)
    mine = [aid for aid in census.aids if aid.project_id == project.id]
    mean = maturity.mean if maturity.mean is not UNKNOWN else None
    return _Study(
        project=project,
        firm=firm.firm,
        commune=commune,
        zones={name: zonages.zone_of(name, commune, on) for name in ZONE_FACTS} if commune else {},
        facts=facts,
        maturity=maturity,
        score=score_project(project, rulebook.selection, maturity_mean=mean, weights=dict(census.settings.weights)),
        verdicts=verdicts,
        built=builder.project(project, firm.firm.undertaking, facts, verdicts, mine),
    )


def _entry(study: _Study) -> CallEntry:
    return CallEntry(
        project=study.project,
        built=study.built,
        facts=study.facts,
        verdicts=study.verdicts,
        ripe=study.maturity.ripe,
        score=study.score,
    )


def _budgets(catalogue: Catalogue) -> dict[str, Euros]:
    return {key: item.budget for key, item in catalogue.dispositifs.items() if item.budget is not None}


def _plan_all(problem: FinancingProblem, call: CallResult, envelope: Euros) -> dict[str, FinancingPlan]:
    """Plans of all projects: the retained ones as selected, the others on what those leave; audited together."""
    undertakings = {project.id: project.undertaking for project in problem.projects}
    room = dict(problem.de_minimis_room)
    budgets = dict(problem.budgets)
    offers = {project.id: {offer.id: offer for offer in project.offers} for project in problem.projects}
    for plan in call.plans.values():
        for line in plan.lines:
            if line.regime == DE_MINIMIS:
                room[undertakings[plan.project]] -= line.aid
            budget = offers[plan.project][line.dispositif].budget if line.dispositif in offers[plan.project] else ""
            if budget:
                budgets[budget] -= line.amount
    others = replace(
        problem,
        projects=tuple(project for project in problem.projects if project.id not in call.plans),
        de_minimis_room=room,
        budgets=budgets,
    )
    plans = {**optimise_plans(others), **call.plans}
    whole = replace(
        problem,
        projects=tuple(
            with_offer(p, replace(call.offers[p.id], budget=ENVELOPE)) if p.id in call.plans else p
            for p in problem.projects
        ),
        budgets={**problem.budgets, ENVELOPE: envelope},
    )
    breaches = audit_plans(plans.values(), whole)
    if breaches:
        raise IllegalPlanError(breaches[0].rule, breaches[0].detail)
    return plans


def _audit_sources(
    studies: Iterable[_Study], plans: Mapping[str, FinancingPlan], catalogue: Catalogue, on: date
) -> None:
    """Each plan once more, against the files of the catalogue; raises ``IllegalPlanError``."""
    for study in studies:
        plan = plans[study.project.id]
        breaches = audit_against_catalogue(plan, project=study.project, facts=study.facts, catalogue=catalogue, on=on)
        if breaches:
            raise IllegalPlanError(breaches[0].rule, breaches[0].detail)


def _project_result(
    study: _Study,
    plans: Mapping[str, FinancingPlan],
    call: CallResult,
    linkage: LinkageResult,
    census: Census,
    rulebook: Rulebook,
) -> ProjectResult:
    plan = replace(plans[study.project.id], remarks=tuple(plan_remarks(study.project, plans[study.project.id])))
    decision = call.decisions[study.project.id]
    referrals = refer_project(
        study.project,
        plan=plan,
        verdicts=study.verdicts,
        ripe=study.maturity.ripe,
        retained=study.project.id in call.plans,
        in_difficulty=study.facts.get("en_difficulte") is True,
        operator=census.settings.envelope.operator,
        departement=study.commune.departement if study.commune else "",
        rules=rulebook.orientation,
        catalogue=rulebook.catalogue,
        committee_on=census.settings.committee_on,
    )
    return ProjectResult(
        project=study.project,
        firm=study.firm,
        commune=study.commune,
        zones=study.zones,
        facts=study.facts,
        known=linkage.project(study.project.id),
        maturity=study.maturity,
        score=study.score,
        verdicts=study.verdicts,
        built=study.built,
        plan=plan,
        decision=decision,
        referrals=referrals,
    )


def _alerts(census: Census, rulebook: Rulebook, on: date, plans: Mapping[str, FinancingPlan]) -> Iterable[str]:
    """What a reader must know before relying on the figures."""
    if census.settings.fictitious:
        yield "Entreprises et projets fictifs : territoire, organisations, dispositifs et droit réels."
    for assumption in census.settings.zone_assumptions:
        yield f"Zonage {assumption.zone.upper()} supposé « {assumption.value} » : {assumption.source}."
    used = {line.regime for plan in plans.values() for line in plan.lines}
    regimes = [rulebook.catalogue.regimes[key] for key in sorted(used)]
    if unverified := [regime.article for regime in regimes if not regime.verified]:
        yield f"Au moins un chiffre n'a pas été vérifié dans le texte de ces régimes : {_articles(unverified)}."
    for regime in rulebook.catalogue.regimes.values():
        if regime.valid_to is not None and regime.valid_to < on and regime.kind is RegimeKind.EXEMPTION:
            ended = f"fin le {regime.valid_to:%d/%m/%Y}"
            yield f"{regime.article} n'a pas de valeur datée au {on:%d/%m/%Y} ({ended}) : il n'est pas employé."
    if rulebook.rates.base_rate(on) is UNKNOWN:
        yield (
            f"Taux de base de la Commission inconnu au {on:%d/%m/%Y} : les équivalents-subvention calculés par taux de "
            "référence restent nominaux."
        )


def _articles(names: Sequence[str]) -> str:
    """Articles in one enumeration: three of the RGEC are read « RGEC art. 14, 25 et 38 »."""
    law = "RGEC art. "
    numbers = [name.removeprefix(law) for name in names if name.startswith(law)]
    others = [name for name in names if not name.startswith(law)]
    together = " et ".join(filter(None, (", ".join(numbers[:-1]), *numbers[-1:])))
    return " ; ".join(([law + together] if numbers else []) + others)
