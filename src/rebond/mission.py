"""A whole mission, from the census to the figures of its restitution. Read it as the table of contents of Rebond."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from rebond import __version__
from rebond.data.referentials import Labels
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.coverage import coverage_alert
from rebond.dispositifs.organisations import named_by
from rebond.eligibility.incentive import late_requests
from rebond.errors import CensusError, IllegalPlanError
from rebond.facts import UNKNOWN, Census, DecisionOutcome, Maybe
from rebond.facts.answered import NO_ANSWER
from rebond.financing.auditing.catalogue import audit_against_catalogue
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.context import account_of
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.plan.remarks import past_aid_remarks, plan_remarks, working_capital_remarks
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.solved import SolvedParts
from rebond.indicators.definitions import compute_indicators
from rebond.linkage import LinkageResult, link_census, unused_decision_alerts
from rebond.plausibility import alerts as plausibility_alerts
from rebond.plausibility import as_faults
from rebond.portfolio.all_calls import CallOutcome, CallsResult, financed_by
from rebond.portfolio.call import CallResult
from rebond.portfolio.criteria import mission_grid, unused_marks
from rebond.portfolio.decisions import decision_alerts, following_alerts
from rebond.portfolio.offered import CallEntry, call_dispositif, without_call
from rebond.portfolio.proposals import compare, outcomes, propose
from rebond.referrals.orient import refer_project
from rebond.regimes.de_minimis import known_rooms
from rebond.regimes.readings import Reading, near_end
from rebond.regimes.sme import size_class
from rebond.restitution.alerts import account_alerts, award_alerts, rule_alerts
from rebond.restitution.confidences import confidences
from rebond.results import CallShare, FirmResult, MissionResult, ProjectResult, Selection
from rebond.roadmap.adopted import follow
from rebond.roadmap.build import NO_ACTION, NO_ACTION_LABEL, build_roadmap, orphan_alert
from rebond.study.inputs import CensusParts
from rebond.study.kept import KeptStudies
from rebond.study.project import ProjectStudy, study_project
from rebond.study.robust import Proposed, RobustAsked, steadiness_by_call, steadiness_of
from rebond.study.rulebook import Rulebook, examine_census, load_rulebook
from rebond.territory import Territory, place_alerts

__all__ = ["Rulebook", "examine_census", "load_rulebook", "run_mission"]

Progress = Callable[[str], None]


def run_mission(
    census: Census,
    rulebook: Rulebook,
    *,
    on: date,
    reading: Maybe[Reading] = UNKNOWN,
    progress: Progress | None = None,
    kept: Mapping[str, ProjectStudy] | None = None,
    robust: RobustAsked | None = None,
) -> MissionResult:
    """The whole mission on the law and catalogue of a date.

    Known or unknown, maturity, eligibility, legal plans, selection under the envelope, a way out for every project,
    roadmap, indicators.

    Same census, rulebook and date: same result. Raises ``CensusError`` when something in the census cannot be,
    ``IllegalPlanError`` if the audit refuses a plan (a defect of Rebond), ``SolverError`` if the solver fails.
    Questions of plausibility that nobody answered are among the alerts. ``reading``: the reading of the law that the
    proposal follows where a text is over; by default the catalogue's. ``kept``: studies by the digest of what they
    read, taken as they are; ``KeptStudies`` also keeps what the solver answered, and receives the studies of this run.
    The result is the same without. ``robust``: what is said of the weights, and the time to find how robust the
    selection is; without it nobody asks.
    """
    step = progress or _silent
    examined = examine_census(census, rulebook, on=on)
    if examined.faults:
        raise CensusError(as_faults(examined.faults))
    step("Rapprochement avec les listes des partenaires")
    linkage = link_census(census, rules=rulebook.linkage, gazetteer=rulebook.catalogue.gazetteer)
    step("Entreprises : taille européenne et compte de minimis")
    solved = kept.solved if isinstance(kept, KeptStudies) else SolvedParts()
    parts = CensusParts(census, rulebook, on=on, awards=kept.awards if isinstance(kept, KeptStudies) else None)
    had = replace(census, aids=parts.aids)
    firms = tuple(_firm_results(had, rulebook, on))
    step("Maturité, éligibilité et valeur des projets")
    studies = _studies(census, parts, rulebook, kept or {})
    step("Plans de financement légaux et sélection sous enveloppe")
    taken = rulebook.catalogue.readings.default if reading is UNKNOWN else reading
    entries, calls = [study.entry for study in studies], census.settings.every_call
    problem = FinancingProblem(
        projects=tuple(study.built.problem for study in studies),
        de_minimis_room=known_rooms(firm.account for firm in firms),
        budgets=parts.budgets,
    )
    for each in calls:
        problem = without_call(problem, call_dispositif(each, rulebook.catalogue))
    proposals = propose(
        entries,
        problem,
        calls=calls,
        builder=ProblemBuilder(catalogue=rulebook.catalogue, rates=rulebook.rates, on=on),
        taken=taken,
        solved=solved,
        settled={decision.project_id: decision for decision in census.decisions},
    )
    call, plans, several = proposals[taken].call, proposals[taken].plans, proposals[taken].calls
    _audit_sources(studies, plans, rulebook.catalogue, on)
    steadiness, by_call = None, {}
    if robust is not None:
        step("Robustesse de la sélection")
        made = Proposed(
            studies=studies, problem=problem, census=census, rulebook=rulebook, on=on, taken=taken, kept=kept
        )
        if several is None:
            steadiness = steadiness_of(made, robust)
        else:
            by_call = steadiness_by_call(made, several, robust)
    step("Une suite pour chaque projet, feuille de route, indicateurs")
    place = parts.place
    roadmap = build_roadmap(
        census.interviews,
        rulebook.actions,
        axes=[axis.code for axis in rulebook.axes],
        committee_on=census.settings.committee_on,
        covers=lambda code: code in place.sure,
        named=lambda name: named_by(name, rulebook.catalogue.organisations),
        tells=confidences().tells,
    )
    result = MissionResult(
        census=census,
        on=on,
        catalogue_version=rulebook.catalogue.version,
        engine_version=__version__,
        firms=firms,
        projects=tuple(
            replace(
                _project_result(study, plans, call, linkage, census, rulebook),
                answers=parts.answers.get(study.project.id, NO_ANSWER),
                calls={each.name: each.decisions[study.project.id] for each in several.calls} if several else {},
            )
            for study in studies
        ),
        linkage=linkage,
        envelope_spent=call.spent,
        selection_reports=call.reports,
        selection=Selection(
            prices=call.prices,
            comparison=compare(entries, problem, proposals[taken], calls=calls, taken=taken, solved=solved),
        ),
        calls=tuple(map(_share, several.calls)) if several else (),
        robustness=steadiness,
        robustness_by_call=by_call,
        roadmap=roadmap,
        adopted=follow(census, roadmap),
        readings=tuple(outcomes(proposals, rulebook.catalogue, taken)),
        law_end=near_end(rulebook.catalogue.regimes.values(), rulebook.catalogue.readings, on),
        alerts=(
            *place_alerts(place, census, rulebook.catalogue, {study.project.id: study.facts for study in studies}),
            *plausibility_alerts(examined),
            *rule_alerts(census, rulebook, on, plans.values()),
            *account_alerts(firms),
            *award_alerts(parts.awards, census, rulebook.catalogue, counted=had.aids),
            *unused_marks(census, mission_grid(rulebook.selection, census.settings)),
            *filter(None, [orphan_alert(census.interviews, rulebook.actions)]),
            *unused_decision_alerts(census, linkage),
            *_call_alerts(census, call, several, entries, on),
        ),
        organisations={code: rulebook.catalogue.organisations[code].short_name for code in place.named},
        labels=_labels(rulebook, place),
        uncovered=coverage_alert(place.coverage, rulebook.catalogue.gazetteer.regions),
        studies=studies,
    )
    if isinstance(kept, KeptStudies):
        kept.keep(studies)
    return replace(result, indicators=compute_indicators(result))


def _share(outcome: CallOutcome) -> CallShare:
    return CallShare(
        call=outcome.call,
        name=outcome.name,
        title=outcome.title,
        spent=sum(outcome.given.values()),
        prices=outcome.prices,
    )


def _call_alerts(
    census: Census, call: CallResult, several: CallsResult | None, entries: Sequence[CallEntry], on: date
) -> Iterator[str]:
    """What the committee has to know of its decisions, call by call; each named where there are several."""
    if several is None:
        yield from decision_alerts(census.decisions, call.decisions, census.settings.envelope)
        yield from following_alerts(census.decisions, census.settings.envelope, call.decisions, entries, on=on)
        return
    for each in several.calls:
        mine = tuple(decision for decision in census.decisions if decision.call == each.name)
        for alert in (
            *decision_alerts(mine, each.decisions, each.call),
            *following_alerts(mine, each.call, each.decisions, [entry.before(each.name) for entry in entries], on=on),
        ):
            yield f"{each.title} : {alert}"


def _silent(_: str) -> None:
    """No progress to show."""


def _firm_results(census: Census, rulebook: Rulebook, on: date) -> Iterable[FirmResult]:
    catalogue = rulebook.catalogue
    for firm in census.firms:
        yield FirmResult(
            firm=firm,
            size=size_class(firm, thresholds=rulebook.sizes, on=on),
            account=account_of(firm, census, catalogue=catalogue, on=on),
            commune=catalogue.gazetteer.commune(firm.establishment.commune),
        )


def _studies(
    census: Census, parts: CensusParts, rulebook: Rulebook, kept: Mapping[str, ProjectStudy]
) -> tuple[ProjectStudy, ...]:
    """The study of each project, kept or made."""
    every = (parts.inputs(project.id) for project in census.projects)
    return tuple(kept.get(inputs.digest) or study_project(inputs, rulebook) for inputs in every)


def _audit_sources(
    studies: Sequence[ProjectStudy], plans: Mapping[str, FinancingPlan], catalogue: Catalogue, on: date
) -> None:
    """Each plan once more, against the files of the catalogue; raises ``IllegalPlanError``."""
    for study in studies:
        breaches = audit_against_catalogue(
            plans[study.project.id],
            project=study.project,
            facts=study.facts,
            catalogue=catalogue,
            on=on,
            aids=study.aids,
            room=study.account.room,
        )
        if breaches:
            raise IllegalPlanError(breaches[0].rule, breaches[0].detail)


def _project_result(
    study: ProjectStudy,
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
        *past_aid_remarks(study.project, study.aids),
        *plan_remarks(study.project, plan, built=study.built, firm=study.firm, account_note=note),
        *working_capital_remarks(study.project, study.facts),
    )
    plan = replace(plan, remarks=remarks)
    decision = call.decisions[study.project.id]
    kept = {each.project_id for each in census.decisions if each.outcome is DecisionOutcome.RETAINED}
    referrals = refer_project(
        study.project,
        plan=plan,
        verdicts=study.open_verdicts,
        answers=study.answers,
        ripe=study.maturity.ripe,
        retained=study.project.id in call.retained,
        in_difficulty=study.facts.get("en_difficulte") is True,
        operator=financed_by(plan, census.settings, rulebook.catalogue).operator,
        commune=study.commune,
        rules=rulebook.orientation,
        catalogue=rulebook.catalogue,
        committee_on=census.settings.committee_on,
        decided=study.project.id in kept,
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
        scores=study.scores,
        verdicts=study.verdicts,
        built=study.built,
        plan=plan,
        decision=decision,
        referrals=referrals,
        awards=study.awards,
    )


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
        axes={axis.code: axis.label for axis in rulebook.axes} | {NO_ACTION: NO_ACTION_LABEL},
        kinds=catalogue.dictionary["type_projet"].labels,
        themes=catalogue.dictionary["objectifs"].labels,
        sectors=rulebook.sectors,
    )
