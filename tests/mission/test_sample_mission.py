"""The mission on the sample territory: its totals, what comes out of linking and selecting, what must always hold."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from rebond.adapters.documents.json_text import json_text
from rebond.adapters.sample import sample_truth
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN
from rebond.financing.plan.schedule import financing_table
from rebond.indicators.counted import interview_rows, met_firms
from rebond.linkage import LinkageResult
from rebond.portfolio.call import CallDecision, CallStatus
from rebond.regimes.ceilings import aid_ceiling
from rebond.regimes.model import RegimeKind
from rebond.restitution.result import result_as_data
from rebond.results import MissionResult
from tests.mission.conftest import Bench


def figure(result: MissionResult, code: str) -> Decimal:
    """The value of an indicator."""
    return next(indicator.value for indicator in result.indicators if indicator.code == code)


def test_the_totals_are_those_of_the_mission_of_2023(sample: MissionResult) -> None:
    assert figure(sample, "entreprises_rencontrees") == 50
    assert figure(sample, "projets_recenses") == 77
    assert figure(sample, "investissement_eur") > 100_000_000
    assert figure(sample, "emplois_crees") == 135


def test_about_a_third_of_the_projects_was_unknown_to_every_partner(sample: MissionResult) -> None:
    """A third is what people find once they have settled the lines that wait; it is inside the published range."""
    share = sample.linkage.unknown_share
    assert share.low_rate < Decimal("0.338") < share.high_rate
    assert figure(sample, "part_projets_inconnus") == share.low_rate
    assert 0 < figure(sample, "rapprochements_a_trancher") == share.questions <= 40


def test_a_person_who_settles_the_questions_finds_the_third(bench: Bench) -> None:
    truth = {(row["entreprise"], row["projet"], row["entree"]) for row in sample_truth()}
    same = {(firm, entry) for firm, _, entry in truth} | {(project, entry) for _, project, entry in truth}
    decisions: dict[tuple[str, str], bool] = {}
    result = bench.link(decisions)
    assert not wrongly_settled(result, {project for _, project, _ in truth})
    for _ in range(2):
        for question in result.queue:
            for entry in question.entries:
                for subject in (*question.firms, *question.projects):
                    decisions[subject, entry] = (subject, entry) in same
        result = bench.link(decisions)
    assert result.unknown_share.settled
    assert result.unknown_share.text.replace("\u00a0", " ") == "33,8 %"


def wrongly_settled(result: LinkageResult, known: set[str]) -> set[str]:
    """Projects said known, or unknown, for certain, that are not."""
    return {
        status.subject_id
        for status in result.projects
        if status.known is not Truth.UNKNOWN and (status.known is Truth.YES) != (status.subject_id in known)
    }


def decision_of(sample: MissionResult, project_id: str) -> CallDecision:
    return next(p.decision for p in sample.projects if p.project.id == project_id)


def test_a_tax_credit_open_to_a_project_comes_before_the_envelope_though_nobody_can_put_a_figure_on_it(
    sample: MissionResult,
) -> None:
    """P075: the C3IV is open, 35 % of 2.6 M€ where 400 000 € are missing; an envelope of last resort waits for it."""
    decision = decision_of(sample, "P075")
    assert decision.status is CallStatus.COVERED
    assert decision.uncovered == 400_000
    assert any("C3IV" in reason and "à demander d'abord" in reason for reason in decision.reasons)


def test_the_envelope_signs_no_contract_for_what_the_others_left_over(sample: MissionResult) -> None:
    """P006: 19 375 €, of which 7 750 € to pay back: under what is worth a file to whoever opens one."""
    decision = decision_of(sample, "P006")
    assert decision.status is CallStatus.NOT_ADMITTED
    assert any("aide utile" in reason for reason in decision.reasons)
    for project in sample.projects:
        assert not project.plan.envelope or project.plan.envelope * 4 >= 15_000 * 10


def test_an_advance_or_a_loan_of_a_few_thousand_euros_is_in_no_plan(sample: MissionResult) -> None:
    """P010: a repayable advance of 3 750 €, exactly five per cent of its need."""
    for project in sample.projects:
        owed: dict[str, int] = defaultdict(int)
        for line in project.plan.lines:
            owed[line.dispositif] += line.to_pay_back
        assert all(amount >= 14_999 for amount in owed.values() if amount)


def test_no_firm_loan_stands_where_a_grant_was_to_be_asked(sample: MissionResult) -> None:
    """P013, P052, P062: the whole regional grant, and a loan for the rest alone."""
    for key in ("P013", "P052", "P062"):
        plan = next(p.plan for p in sample.projects if p.project.id == key)
        amounts: dict[str, int] = defaultdict(int)
        for line in plan.lines:
            amounts[line.dispositif] += line.amount
        assert amounts["region-grand-est/investissements-productifs-durables"] == 200_000
        assert amounts["bpifrance/pret-croissance"] == plan.need - 200_000


def test_what_is_left_to_find_is_one_figure(sample: MissionResult) -> None:
    """P045: the tile said 0 €, the terminal 36 625 €: a bank credit that is to be asked for is to be found."""
    for project in sample.projects:
        table = financing_table(project.built.problem, project.plan, {})
        assert abs(table.to_find - project.plan.gap) < 1


def test_the_aid_of_a_finished_study_pays_no_works(sample: MissionResult) -> None:
    """P071: 31 000 € of ADEME for the feasibility study stood on the client's assistance of the works to come."""
    (boiler,) = [p for p in sample.projects if p.project.id == "P071"]
    assert boiler.built.problem.granted == ()


def test_seven_projects_that_nothing_else_pays_are_proposed(sample: MissionResult) -> None:
    assert figure(sample, "projets_proposes") == 7
    unsure = [p for p in sample.projects if any("un prêt pourrait" in reason for reason in p.decision.reasons)]
    assert not [p.project.id for p in unsure if p.decision.status is CallStatus.RETAINED]
    assert 0 < figure(sample, "enveloppe_proposee_eur") <= 2_000_000
    retained = next(indicator for indicator in sample.indicators if indicator.code == "projets_retenus")
    assert retained.told == "non renseigné (aucune décision du comité n'est enregistrée)"


def test_no_project_is_left_without_a_way_out(sample: MissionResult) -> None:
    assert figure(sample, "projets_sans_suite") == 0
    for project in sample.projects:
        first = project.referrals[0]
        assert first.owner in sample.organisations
        assert first.next_step
        assert first.due_on > sample.census.settings.committee_on


def test_no_aid_above_cost_on_any_line_of_any_plan(sample: MissionResult) -> None:
    for project in sample.projects:
        costs = {line.id: line.amount for line in project.project.costs}
        support: dict[str, int] = defaultdict(int)
        for line in project.plan.lines:
            support[line.line] += line.amount
        assert all(amount <= costs[line] for line, amount in support.items())
        assert project.plan.support <= project.project.total_cost


def test_no_plan_passes_the_ceiling_of_a_regime_that_it_uses(bench: Bench, sample: MissionResult) -> None:
    """Each aid that is not an advance stays under the intensity of its own regime, recomputed from the catalogue."""
    regimes = bench.rulebook.catalogue.regimes
    seen = 0
    for project in sample.projects:
        costs = {line.id: line for line in project.project.costs}
        used: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for line in project.plan.lines:
            if regimes[line.regime].kind is RegimeKind.EXEMPTION and not line.is_envelope:
                used[line.regime, line.line] += Fraction(line.aid)
        for (regime, line_id), aid in used.items():
            cost = costs[line_id]
            facts = {**project.facts, "nature": cost.nature}
            ceiling = aid_ceiling(regimes[regime], facts, sample.on)
            assert aid <= Fraction(ceiling.low + Decimal("0.1")) * Fraction(cost.amount)
            seen += 1
    assert seen > 30


def test_the_de_minimis_account_of_every_single_undertaking_holds(bench: Bench, sample: MissionResult) -> None:
    regimes = bench.rulebook.catalogue.regimes
    spent: dict[str, Decimal] = defaultdict(Decimal)
    for project in sample.projects:
        for line in project.plan.lines:
            if regimes[line.regime].kind is RegimeKind.DE_MINIMIS:
                spent[project.firm.undertaking] += line.aid
    accounts = {firm.account.undertaking: firm.account for firm in sample.firms}
    assert spent
    for undertaking, amount in spent.items():
        assert accounts[undertaking].used + amount <= accounts[undertaking].ceiling


def test_a_firm_that_declared_nothing_shows_an_unknown_account_and_gets_no_de_minimis_aid(
    sample: MissionResult,
) -> None:
    """E022: 17 500 € listed; E039: its only quantified support is de minimis; E047: nothing listed, no project."""
    unknown = {firm.firm.id: firm.account for firm in sample.firms if firm.account.room is UNKNOWN}
    assert {key: account.room_at_most for key, account in unknown.items()} == {
        "E022": 282_500,
        "E039": 300_000,
        "E047": 300_000,
    }
    theirs = [project for project in sample.projects if project.firm.id in unknown]
    assert not any(line.regime == "de_minimis_2023" for project in theirs for line in project.plan.lines)
    (vannerie,) = [project for project in theirs if project.firm.id == "E039"]
    assert "attestation de minimis de l'entreprise unique" in vannerie.plan.remarks[0]
    assert vannerie.facts["aide_gip_recente"] is UNKNOWN
    assert any("Compte de minimis inconnu pour 3 entreprises" in alert for alert in sample.alerts)


def test_a_retained_project_is_financed_whole_and_only_where_nothing_else_can_pay(sample: MissionResult) -> None:
    retained = [p for p in sample.projects if p.decision.status is CallStatus.RETAINED]
    assert retained
    for project in retained:
        assert project.plan.gap == 0
        assert 0 < project.plan.envelope <= project.decision.uncovered
        assert project.maturity.ripe is Truth.YES


def test_only_retained_projects_get_euros_of_the_envelope(sample: MissionResult) -> None:
    for project in sample.projects:
        assert (project.plan.envelope > 0) == (project.decision.status is CallStatus.RETAINED)


def test_every_optimum_is_proven(sample: MissionResult) -> None:
    assert all(project.plan.proven and project.plan.gap_to_bound <= 1e-6 for project in sample.projects)


def test_the_same_census_gives_the_same_result_to_the_letter(bench: Bench, sample: MissionResult) -> None:
    # How far the analysis of robustness goes depends on the time it has.
    both = replace(sample, robustness=None), bench.play(from_nothing=True)
    first, second = (json.dumps(result_as_data(result), ensure_ascii=False) for result in both)
    assert first == second


def test_every_figure_opens_on_rows_that_make_its_value(sample: MissionResult) -> None:
    for indicator in sample.indicators:
        if not indicator.formula:
            assert sum((row.value for row in indicator.rows), Decimal(0)) == indicator.value, indicator.code


def test_the_assumed_zoning_and_the_fictitious_firms_are_said(sample: MissionResult) -> None:
    text = " ".join(sample.alerts)
    assert "fictifs" in text
    assert "Zonage AFR supposé" in text


def test_one_alert_names_the_figures_to_reread_that_decide_and_no_others(sample: MissionResult) -> None:
    (alert,) = (alert for alert in sample.alerts if "à relire dans un texte" in alert)
    decide = {figure for project in sample.projects for line in project.plan.lines for figure in line.unread}
    assert decide
    assert all(figure in alert for figure in decide)
    # Thresholds of tens of millions of euros that no project of the sample comes near.
    assert "seuil de notification" not in alert
    assert "tranche des grands projets" not in alert


def test_some_support_of_the_sample_meets_every_known_condition(sample: MissionResult) -> None:
    """Loans at market terms to firms whose capacity is known and whose private money stands opposite."""
    firm = {line.dispositif for project in sample.projects for line in project.plan.firm.lines}
    assert firm == {"bpifrance/pret-croissance"}
    assert sample.stack.firm == 470_000


def test_the_published_result_weighs_less_than_sixty_kilobytes_a_project(sample: MissionResult) -> None:
    """It weighed 235 when every reason repeated the texts of its dispositif (docs/adr/0014)."""
    assert len(json_text(result_as_data(sample)).encode()) < 60_000 * len(sample.projects)


def test_no_plan_pays_for_what_the_project_is_not(sample: MissionResult) -> None:
    plans = {project.project.id: {line.dispositif for line in project.plan.lines} for project in sample.projects}
    everywhere = set().union(*plans.values())
    # No project of the sample is a geothermal plant, a first factory or a reuse workshop.
    assert not everywhere & {
        "ademe/fonds-chaleur-geothermie",
        "bpifrance/premiere-usine",
        "ademe/investissement-reemploi",
        "ademe/etude-chaufferie-biomasse",
    }
    assert "ademe/fonds-chaleur-bois" in plans["P071"]
    assert "ademe/fonds-chaleur-recuperation" in plans["P009"]
    assert not plans["P016"] & {"ademe/ibac-pme", "ademe/demibac"}
    assert not {name for name in plans["P007"] if name.startswith("bpifrance/pret-industrie")}


def test_a_water_project_is_for_the_agency_of_its_basin_alone(sample: MissionResult) -> None:
    (nickel,) = [project for project in sample.projects if project.project.id == "P031"]
    open_ = {
        v.dispositif for v in nickel.verdicts if v.dispositif.startswith("agence-eau/") and v.truth is not Truth.NO
    }
    assert open_ == {"agence-eau/seine-normandie"}


def test_a_good_part_of_the_plans_rests_on_known_facts(sample: MissionResult) -> None:
    firm = possible = 0
    for project in sample.projects:
        truths = {verdict.dispositif: verdict.truth for verdict in project.verdicts}
        for line in project.plan.lines:
            if not line.is_envelope:
                firm += line.amount if truths[line.dispositif] is Truth.YES else 0
                possible += line.amount
    assert firm * 2 > possible


def test_an_interview_after_the_day_of_the_study_is_planned_and_counted_nowhere(sample: MissionResult) -> None:
    days = sorted(each.held_on for each in sample.census.interviews)
    assert days[-1] <= sample.on
    assert len(list(interview_rows(sample))) == len(days)
    earlier = replace(sample, on=days[len(days) // 2])
    held = [each for each in sample.census.interviews if each.held_on <= earlier.on]
    assert 0 < len(held) < len(days)
    assert [row.id for row in interview_rows(earlier)] == [each.id for each in held]
    assert {row.id for row in met_firms(earlier)} == {each.firm_id for each in held}
    assert list(met_firms(replace(sample, on=days[0] - timedelta(days=1)))) == []
