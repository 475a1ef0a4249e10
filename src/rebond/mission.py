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
from rebond.dispositifs.coverage import coverage_alert
from rebond.dispositifs.organisations import named_by
from rebond.dispositifs.screening import screen_project
from rebond.eligibility.incentive import late_requests
from rebond.eligibility.places import ZONE_FACTS, Commune, Zone
from rebond.eligibility.territory import outside_alert, projects_outside
from rebond.eligibility.verdict import Verdict
from rebond.errors import CatalogueError, CensusError, Fault, IllegalPlanError, gathered
from rebond.facts import UNKNOWN, Census, FactValue, Firm, Maybe, Project
from rebond.financing.alone import left_by
from rebond.financing.audit import audit_plans
from rebond.financing.audit_catalogue import audit_against_catalogue
from rebond.financing.build import BuiltProject, ProblemBuilder, with_offer
from rebond.financing.context import account_of, built_of, context_from_census, facts_of
from rebond.financing.law_readings import ReadingOutcome, published, under
from rebond.financing.optimize import optimise_plans
from rebond.financing.plan import FinancingPlan
from rebond.financing.problem import FinancingProblem
from rebond.financing.remarks import past_aid_remarks, plan_remarks
from rebond.indicators.definitions import compute_indicators
from rebond.linkage import LinkageResult, LinkageRules, link_census
from rebond.linkage import load_rules as load_linkage_rules
from rebond.maturity import Grid, Maturity, assess, load_grid
from rebond.plausibility import Examination, PlausibilityRules, as_faults, examine, load_plausibility
from rebond.plausibility import alerts as plausibility_alerts
from rebond.portfolio.call import CallEntry, CallResult, run_call
from rebond.portfolio.decisions import decision_alerts
from rebond.portfolio.scoring import Score, SelectionGrid, load_selection_grid, score_project
from rebond.portfolio.select import ENVELOPE
from rebond.referrals.orient import OrientationRules, load_orientation_rules, refer_project
from rebond.regimes.de_minimis import ATTESTATION, DeMinimisAccount, known_rooms
from rebond.regimes.gross_grant_equivalent import ReferenceRates, load_reference_rates
from rebond.regimes.readings import Reading, law_banner, near_end
from rebond.regimes.sme import SizeThresholds, load_thresholds, size_class
from rebond.results import FirmResult, MissionResult, ProjectResult
from rebond.roadmap.build import ActionTemplate, build_roadmap, load_action_templates
from rebond.territory import Territory, place_alerts, territory_of
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
    plausibility: PlausibilityRules


def load_rulebook(folder: Path) -> Rulebook:
    """Everything under ``data/``; raises ``CatalogueError`` with every fault of every file."""
    home = catalogue_part(folder, "referentiels")
    faults: list[Fault] = []
    with gathered(faults):
        catalogue = load_catalogue(folder)
    with gathered(faults):
        sizes = load_thresholds(home / "taille_ue.yaml")
    with gathered(faults):
        maturity = load_grid(home / "maturite.yaml")
    with gathered(faults):
        selection = load_selection_grid(home / "selection.yaml")
    with gathered(faults):
        orientation = load_orientation_rules(home / "orientation.yaml")
    with gathered(faults):
        actions = load_action_templates(home / "feuille_de_route.yaml")
    with gathered(faults):
        rates = load_reference_rates(home / "taux_reference.yaml")
    with gathered(faults):
        linkage = load_linkage_rules(home)
    with gathered(faults):
        plausibility = load_plausibility(home)
    if faults:
        raise CatalogueError(faults)
    rulebook = Rulebook(
        catalogue=catalogue,
        sizes=sizes,
        maturity=maturity,
        selection=selection,
        orientation=orientation,
        actions=actions,
        axes=load_axes(home),
        rates=rates,
        linkage=linkage,
        plausibility=plausibility,
    )
    if faults := [*_unknown_organisations(rulebook), *_axes_without_action(rulebook)]:
        raise CatalogueError(faults)
    return rulebook


def _unknown_organisations(rulebook: Rulebook) -> Iterable[Fault]:
    """Organisations that a referential names and that the catalogue does not hold."""
    leaders = [code for action in rulebook.actions for code in (action.owner, *action.partners)]
    for name, codes in (("orientation", rulebook.orientation.organisations), ("feuille_de_route", leaders)):
        for code in dict.fromkeys(codes):
            if not named_by(code, rulebook.catalogue.organisations):
                mend = "employer un code de referentiels/organisations.csv, ou l'y ajouter"
                yield Fault(where=f"referentiels/{name}.yaml", found=code, problem="organisation inconnue", mend=mend)


def _axes_without_action(rulebook: Rulebook) -> Iterable[Fault]:
    """Axes of which a need could fall into no action."""
    for axis in rulebook.axes:
        if not any(action.axis == axis.code and not action.words for action in rulebook.actions):
            mend = "ajouter une action de cet axe, sans mots clés"
            problem = "aucune action n'accueille les autres besoins de cet axe"
            yield Fault(where="referentiels/feuille_de_route.yaml", found=axis.code, problem=problem, mend=mend)


def run_mission(
    census: Census,
    rulebook: Rulebook,
    *,
    on: date,
    reading: Maybe[Reading] = UNKNOWN,
    progress: Progress | None = None,
) -> MissionResult:
    """The whole mission on the law and catalogue of a date.

    Known or unknown, maturity, eligibility, legal plans, selection under the envelope, a way out for every project,
    roadmap, indicators.

    Same census, rulebook and date: same result. Raises ``CensusError`` when something in the census cannot be,
    ``IllegalPlanError`` if the audit refuses a plan (a defect of Rebond), ``SolverError`` if the solver fails.
    Questions of plausibility that nobody answered are among the alerts. ``reading``: the reading of the law that the
    proposal follows where a text is over; by default the catalogue's.
    """
    step = progress or _silent
    examined = examine_census(census, rulebook, on=on)
    if examined.faults:
        raise CensusError(as_faults(examined.faults))
    step("Rapprochement avec les listes des partenaires")
    linkage = link_census(census, rules=rulebook.linkage, gazetteer=rulebook.catalogue.gazetteer)
    step("Entreprises : taille européenne et compte de minimis")
    firms = tuple(_firm_results(census, rulebook, on))
    step("Maturité, éligibilité et valeur des projets")
    accounts = {result.firm.id: result.account for result in firms}
    place = territory_of(census, rulebook.catalogue, on)
    studies = [_study(project, accounts[project.firm_id], census, rulebook, place, on) for project in census.projects]
    step("Plans de financement légaux et sélection sous enveloppe")
    problem = FinancingProblem(
        projects=tuple(study.built.problem for study in studies),
        de_minimis_room=known_rooms(firm.account for firm in firms),
        budgets=rulebook.catalogue.budgets,
    )
    taken = rulebook.catalogue.readings.default if reading is UNKNOWN else reading
    proposals = _proposals(studies, problem, census, rulebook, on, taken)
    call, plans = proposals[taken]
    _audit_sources(studies, plans, census, rulebook.catalogue, on)
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
            covers=lambda code: code in place.sure,
            named=lambda name: named_by(name, rulebook.catalogue.organisations),
        ),
        readings=tuple(_outcomes(proposals, rulebook.catalogue, taken)),
        law_end=near_end(rulebook.catalogue.regimes.values(), rulebook.catalogue.readings, on),
        alerts=(
            *place_alerts(place, census, rulebook.catalogue, {study.project.id: study.facts for study in studies}),
            *plausibility_alerts(examined),
            *_alerts(census, rulebook, on, plans),
            *_undeclared(firms),
            *decision_alerts(census.decisions, call.decisions, census.settings.envelope),
        ),
        organisations={code: rulebook.catalogue.organisations[code].short_name for code in place.named},
        labels=_labels(rulebook, place),
        uncovered=coverage_alert(place.coverage, rulebook.catalogue.gazetteer.regions),
    )
    return replace(result, indicators=compute_indicators(result))


def examine_census(census: Census, rulebook: Rulebook, *, on: date) -> Examination:
    """What in a census cannot be, is to be confirmed, or is worth knowing at a date."""
    return examine(census, rulebook.plausibility, regimes=rulebook.catalogue.regimes, on=on)


def _labels(rulebook: Rulebook, place: Territory) -> Labels:
    catalogue = rulebook.catalogue
    named = {code: catalogue.organisations[code] for code in place.named}
    return Labels(
        organisations={code: org.name for code, org in named.items()},
        roles={code: org.role for code, org in named.items()},
        dispositifs={key: item.title for key, item in catalogue.dispositifs.items() if key not in place.away},
        regimes={key: regime.article for key, regime in catalogue.regimes.items()},
        natures=catalogue.natures,
        epcis=catalogue.gazetteer.epcis,
        maturity_levels={level.code: level.label for level in rulebook.maturity.levels},
        axes={axis.code: axis.label for axis in rulebook.axes},
    )


def _silent(_: str) -> None:
    """No progress to show."""


@dataclass(frozen=True, kw_only=True)
class _Study:
    """A project after the steps that need no other project."""

    project: Project
    firm: Firm
    account: DeMinimisAccount
    commune: Commune | None
    zones: Mapping[str, Zone]
    facts: Mapping[str, FactValue]
    maturity: Maturity
    score: Score
    verdicts: tuple[Verdict, ...]
    built: BuiltProject


def _firm_results(census: Census, rulebook: Rulebook, on: date) -> Iterable[FirmResult]:
    catalogue = rulebook.catalogue
    for firm in census.firms:
        yield FirmResult(
            firm=firm,
            size=size_class(firm, thresholds=rulebook.sizes, on=on),
            account=account_of(firm, census, catalogue=catalogue, on=on),
            commune=catalogue.gazetteer.commune(firm.establishment.commune),
        )


def _study(
    project: Project, account: DeMinimisAccount, census: Census, rulebook: Rulebook, place: Territory, on: date
) -> _Study:
    catalogue = rulebook.catalogue
    context = context_from_census(
        census,
        project.id,
        catalogue=catalogue,
        rates=rulebook.rates,
        sizes=rulebook.sizes,
        grid=rulebook.maturity,
        on=on,
    )
    facts = facts_of(context)
    verdicts = tuple(
        verdict
        for verdict in screen_project(facts, catalogue, on, project=project)
        if verdict.dispositif not in place.away
    )
    zonages = catalogue.zonages.assuming(census.settings.zone_assumptions)
    commune = catalogue.gazetteer.commune(project.place(context.firm))
    maturity = assess(project, rulebook.maturity)
    mean = maturity.mean if maturity.mean is not UNKNOWN else None
    return _Study(
        project=project,
        firm=context.firm,
        account=account,
        commune=commune,
        zones={name: zonages.zone_of(name, commune, on) for name in ZONE_FACTS} if commune else {},
        facts=facts,
        maturity=maturity,
        score=score_project(project, rulebook.selection, maturity_mean=mean, weights=dict(census.settings.weights)),
        verdicts=verdicts,
        built=built_of(context, facts, verdicts),
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


_Proposal = tuple[CallResult, Mapping[str, FinancingPlan]]


def _proposals(
    studies: Sequence[_Study],
    problem: FinancingProblem,
    census: Census,
    rulebook: Rulebook,
    on: date,
    taken: Reading,
) -> dict[Reading, _Proposal]:
    """The call and the plans under each reading that has a text; two readings that leave the same problem are one."""
    builder = ProblemBuilder(catalogue=rulebook.catalogue, rates=rulebook.rates, on=on)
    found: dict[Reading, _Proposal] = {}
    known: list[tuple[FinancingProblem, _Proposal]] = []
    for reading in (taken, *(each for each in published(rulebook.catalogue.regimes.values()) if each is not taken)):
        read = under(problem, reading)
        same = next((proposal for other, proposal in known if other == read), None)
        if same is None:
            call = run_call(
                [_entry(study) for study in studies],
                envelope=census.settings.envelope,
                builder=builder,
                shared=read,
                reading=reading,
            )
            same = call, _plan_all(read, call, census.settings.envelope.amount)
            known.append((read, same))
        found[reading] = same
    return found


def _outcomes(proposals: Mapping[Reading, _Proposal], catalogue: Catalogue, taken: Reading) -> Iterable[ReadingOutcome]:
    """What each reading gives, in the order of the readings."""
    readings = catalogue.readings
    for reading in Reading:
        title, sentence = readings.title(reading), readings.sentences.get(reading, "")
        if reading in proposals:
            plans = tuple(proposals[reading][1].values())
            yield ReadingOutcome(reading=reading, title=title, sentence=sentence, chosen=reading is taken, plans=plans)
        else:
            yield ReadingOutcome(
                reading=reading, title=title, sentence=sentence, chosen=reading is taken, published=False
            )


def _plan_all(problem: FinancingProblem, call: CallResult, envelope: Euros) -> dict[str, FinancingPlan]:
    """Plans of all projects: the retained ones as selected, the others on what those leave; audited together."""
    whole = replace(
        problem,
        projects=tuple(
            with_offer(p, replace(call.offers[p.id], budget=ENVELOPE)) if p.id in call.plans else p
            for p in problem.projects
        ),
        budgets={**problem.budgets, ENVELOPE: envelope},
    )
    others = tuple(project for project in problem.projects if project.id not in call.plans)
    plans = {**optimise_plans(replace(left_by(call.plans.values(), whole), projects=others)), **call.plans}
    breaches = audit_plans(plans.values(), whole)
    if breaches:
        raise IllegalPlanError(breaches[0].rule, breaches[0].detail)
    return plans


def _audit_sources(
    studies: Iterable[_Study], plans: Mapping[str, FinancingPlan], census: Census, catalogue: Catalogue, on: date
) -> None:
    """Each plan once more, against the files of the catalogue; raises ``IllegalPlanError``."""
    for study in studies:
        plan = plans[study.project.id]
        breaches = audit_against_catalogue(
            plan,
            project=study.project,
            facts=study.facts,
            catalogue=catalogue,
            on=on,
            aids=census.aids,
            room=study.account.room,
        )
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
    plan = plans[study.project.id]
    names = {code: organisation.name for code, organisation in rulebook.catalogue.organisations.items()}
    note = study.account.why_unknown
    remarks = (
        *late_requests(study.project, names),
        *past_aid_remarks(study.project, census.aids),
        *plan_remarks(study.project, plan, built=study.built, firm=study.firm, account_note=note),
    )
    plan = replace(plan, remarks=remarks)
    decision = call.decisions[study.project.id]
    referrals = refer_project(
        study.project,
        plan=plan,
        verdicts=study.verdicts,
        ripe=study.maturity.ripe,
        retained=study.project.id in call.plans,
        in_difficulty=study.facts.get("en_difficulte") is True,
        operator=census.settings.envelope.operator,
        commune=study.commune,
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
    if outside := outside_alert(projects_outside(census, rulebook.catalogue.gazetteer)):
        yield outside
    if unread := sorted({figure for plan in plans.values() for line in plan.lines for figure in line.unread}):
        yield f"Chiffres à relire dans un texte, dont dépendent des montants : {' ; '.join(unread)}."
    yield from law_banner(rulebook.catalogue.regimes.values(), rulebook.catalogue.readings, on)
    if waits := [wait for wait in rulebook.catalogue.waits if not wait.verified]:
        told = " ; ".join(f"{wait.years} ans, {wait.source}" for wait in waits)
        yield f"Attente entre deux aides, non vérifiée dans un texte : {told}."
    if rulebook.rates.base_rate(on) is UNKNOWN:
        yield (
            f"Taux de base de la Commission inconnu au {on:%d/%m/%Y} : les équivalents-subvention calculés par taux de "
            "référence restent nominaux."
        )


def _undeclared(firms: Iterable[FirmResult]) -> Iterable[str]:
    """That the accounts of some firms are not known, and what to ask."""
    unknown = [firm for firm in firms if firm.account.room is UNKNOWN]
    if unknown:
        number = f"{len(unknown)} entreprises" if len(unknown) > 1 else "une entreprise"
        yield (
            f"Compte de minimis inconnu pour {number} : aucune aide de minimis n'y est proposée. "
            f"À demander : l'{ATTESTATION}."
        )
