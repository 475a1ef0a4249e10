"""A result without its confidences: the same figures on rows that add up, no name."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from rebond.facts import CommitteeDecision, DecisionOutcome
from rebond.indicators.counted import PREVENTION
from rebond.indicators.definitions import compute_indicators
from rebond.referrals.orient import ReferralKind
from rebond.restitution.confidences import without_confidences
from rebond.restitution.editions import PRESS, Edition, Recipient, edition_of
from rebond.restitution.report import collect_report
from rebond.restitution.sheets import project_sheets
from rebond.results import MissionResult, ProjectResult


def _kept(p: ProjectResult, new_id: str, *, difficulty: bool) -> ProjectResult:
    referrals = (
        (replace(p.referrals[0], kind=ReferralKind.DIFFICULTY, organisation="codefi-52"),)
        if difficulty
        else p.referrals
    )
    return replace(p, project=replace(p.project, id=new_id), referrals=referrals)


@pytest.fixture(scope="module")
def told(result: MissionResult) -> MissionResult:
    """The forge opened a conciliation for one of its two projects; a project has the identifier of a firm."""
    first, second, third = result.projects
    projects = (
        _kept(first, "CONF-1", difficulty=True),
        _kept(second, "E2", difficulty=False),
        _kept(third, "E1", difficulty=False),
    )
    decision = CommitteeDecision(
        project_id="E2", outcome=DecisionOutcome.REFUSED, decided_on=date(2026, 10, 5), reason="conciliation ouverte"
    )
    # The plans of each reading go by the identifiers of before.
    found = replace(result, projects=projects, census=replace(result.census, decisions=(decision,)), readings=())
    return replace(found, indicators=compute_indicators(found))


def test_every_figure_keeps_its_value_on_rows_that_add_up(told: MissionResult) -> None:
    veiled = {indicator.code: indicator for indicator in without_confidences(told).indicators}
    for before in told.indicators:
        if before.family in {"commune", "secteur", "organisation"}:
            continue
        after = veiled[before.code]
        if before.code == PREVENTION:
            after = replace(after, label=before.label, definition=before.definition)
        assert replace(after, rows=before.rows) == before
        assert sum(row.value for row in after.rows) == sum(row.value for row in before.rows)
        if before.family != "axe":
            assert Counter(row.value for row in after.rows) == Counter(row.value for row in before.rows)


def test_the_organisation_of_a_confidence_is_told_under_other_words(told: MissionResult) -> None:
    """Its name alone says why a firm is sent there; as many projects are sent as before."""
    counted = [i for i in without_confidences(told).indicators if i.family == "organisation"]
    before = [i for i in told.indicators if i.family == "organisation"]
    assert sum(i.value for i in counted) == sum(i.value for i in before)
    houses = {r.organisation for p in told.projects for r in p.referrals if r.kind is ReferralKind.DIFFICULTY}
    assert houses
    for word in (*houses, "prévention", *map(told.organisation_name, houses)):
        assert word not in repr(counted) + repr([p.referrals for p in without_confidences(told).projects]), word


def test_no_commune_gives_away_the_confidence_that_it_alone_holds(told: MissionResult) -> None:
    communes = [i for i in without_confidences(told).indicators if i.family == "commune"]
    assert {i.code.split("_")[2] for i in communes} == {"52269"}
    assert {row.id for i in communes for row in i.rows} == {"E1"}


def test_a_firm_with_a_confidence_is_named_nowhere(told: MissionResult) -> None:
    veiled = without_confidences(told)
    assert [p.project.id for p in veiled.projects] == ["E1", "CONF-2", "CONF-3"]
    assert [d.project_id for d in veiled.census.decisions] == ["CONF-3"]
    everybody = Recipient(edition=Edition.COMMITTEE, presented=frozenset(p.project.id for p in told.projects))
    for words in (repr(veiled.indicators), repr(collect_report(told, recipient=everybody))):
        assert "Atelier d'essai" in words
        for secret in ("Forge d'essai", "Presse de 2 500 t", "Récupération de chaleur", "conciliation", "Recruter'"):
            assert secret not in words


def test_without_any_confidence_nobody_is_hidden(result: MissionResult) -> None:
    veiled = without_confidences(result)
    assert veiled.projects == result.projects
    assert [i for i in veiled.indicators if i.family != "axe"] == [i for i in result.indicators if i.family != "axe"]


@pytest.mark.parametrize("name", ["Forge & Cie.", "Forge (SAS)", "EDF", "Forge d'essai"])
def test_no_alert_names_a_firm_or_a_project_that_the_reader_is_not_told_of(result: MissionResult, name: str) -> None:
    firm, *others = result.census.firms
    firms = (replace(firm, name=name), *others)
    kept = ("Le texte finit le 31 décembre 2026.", "EDFA n'est pas du territoire.")
    told = replace(
        result,
        census=replace(result.census, firms=firms),
        alerts=(f"{name} : compte plein.", f"Compte plein ({firm.id}).", f"« {name} » a 2 comptes.", *kept),
    )
    assert edition_of(told, PRESS).alerts == kept


def test_jobs_under_a_code_name_are_told_with_those_of_enough_others(result: MissionResult) -> None:
    jobs = next(each for each in result.indicators if each.code == "emplois_crees")
    hidden = next(row.id for row in jobs.rows if row.value)
    others = frozenset(p.project.id for p in result.projects) - {hidden}
    given = edition_of(result, Recipient(edition=Edition.COMMITTEE, presented=others))
    (row,) = next(each for each in given.indicators if each.code == "emplois_crees").rows
    assert row.value == jobs.value
    assert len(jobs.rows) > 1


def test_a_project_of_which_no_cost_is_known_does_not_cost_nothing(result: MissionResult) -> None:
    every = Recipient(edition=Edition.COMMITTEE, presented=frozenset(p.project.id for p in result.projects))
    costs = {sheet.name: sheet.told["cost"] for sheet in project_sheets(result, every)}
    silent = {p.project.title for p in result.projects if not p.project.costs}
    assert silent
    assert {name for name, cost in costs.items() if cost == "inconnu"} == silent
