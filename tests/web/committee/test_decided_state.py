"""Once the committee decided, no page still speaks of what it was proposed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from rebond.data import data_folder
from rebond.facts import CommitteeDecision as Decided
from rebond.facts import DecisionOutcome
from rebond.indicators.model import NOT_GIVEN
from rebond.mission import load_rulebook, run_mission
from rebond.referrals.steps import ReferralKind
from rebond.results import MissionResult
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.restitution.groups import headlines
from rebond.web.studies.models import Document, Indicator
from tests.web.addresses import address
from tests.web.committee.sitting import SCREEN, decide_as_proposed, frozen, refs


def test_the_overview_shows_what_was_retained_in_place_of_what_was_proposed(pilot: Client, mission: Mission) -> None:
    before = pilot.get(address("missions:overview")).content.decode()
    assert "Proposés sur l’enveloppe</h2>" in before
    decide_as_proposed(pilot)
    after = pilot.get(address("missions:overview")).content.decode()
    assert "Retenus par le comité</h2>" in after
    assert "Proposés sur l’enveloppe</h2>" not in after


def test_the_figures_quoted_first_are_those_of_the_decision_once_there_is_one(mission: Mission) -> None:
    rows = list(Indicator.objects.found_by(mission.current_study))
    assert headlines(rows)[0].code == "entreprises_rencontrees"
    for row in rows:
        if row.code == "projets_retenus":
            assert row.text == NOT_GIVEN
            row.text = "7 projets"
    assert headlines(rows)[0].code == "projets_retenus"


def test_a_choice_that_is_all_decided_has_nothing_to_record(pilot: Client, mission: Mission) -> None:
    assert "Enregistrer les décisions</button>" in pilot.get(SCREEN).content.decode()
    decide_as_proposed(pilot)
    decided = pilot.get(SCREEN).content.decode()
    assert "tout y est déjà décidé" in decided
    assert "Enregistrer les décisions</button>" not in decided


def test_whoever_was_put_on_the_reserve_is_counted_even_without_a_rank(pilot: Client, mission: Mission) -> None:
    decide_as_proposed(pilot)
    put = CommitteeDecision.objects.of(mission).filter(outcome="reserve").count()
    answer = pilot.get(address("portfolio:steps"))
    found = answer.context["found"]
    assert found.out_of_reach > 0
    assert len(found.reserve) + found.out_of_reach == put
    assert f"{found.out_of_reach} autres projets mis en réserve" in answer.content.decode()


def test_a_sitting_dated_ahead_says_so_before_and_after_it_is_frozen(pilot: Client, mission: Mission) -> None:
    decide_as_proposed(pilot)
    assert "qui n’est pas passé" not in pilot.get(f"{SCREEN}geler/").content.decode()
    ahead = timezone.localdate() + timedelta(days=30)
    people = {"tenue_le": f"{ahead:%d/%m/%Y}", "presidence": "", "presents": "", "deports": ""}
    assert pilot.post(f"{SCREEN}seance/", people).status_code == 302
    assert "qui n’est pas passé" in pilot.get(f"{SCREEN}geler/").content.decode()
    record = frozen(pilot, mission)
    shown = pilot.get(f"{SCREEN}seances/{record.number}/").content.decode()
    assert f"Prévue le {ahead:%d/%m/%Y}" in shown
    assert "Tenue le" not in shown


@pytest.mark.parametrize("outcome", [DecisionOutcome.RETAINED, None])
def test_a_retained_project_no_longer_waits_for_the_committee(
    sample_result: MissionResult, outcome: DecisionOutcome | None
) -> None:
    census = sample_result.census
    decided = (Decided(project_id="P015", outcome=outcome, amount=Decimal(390_000)),) if outcome else ()
    kept = {study.digest: study for study in sample_result.studies}
    found = run_mission(
        replace(census, decisions=decided), load_rulebook(data_folder()), on=sample_result.on, kept=kept
    )
    project = next(each for each in found.projects if each.project.id == "P015")
    way_in = next(each for each in project.referrals if each.kind is ReferralKind.RETAINED)
    waits = way_in.next_step.startswith("Attendre la décision du comité")
    assert waits is (outcome is None)
    assert ("retenus par le comité" in way_in.reason) is not waits


def test_a_long_list_of_those_left_out_is_folded_after_the_first_ones(pilot: Client, mission: Mission) -> None:
    proposed = refs(mission, "retenu")
    assert 'id="les-suivants"' not in pilot.get(SCREEN).content.decode()
    emptied = pilot.get(f"{SCREEN}?moins={','.join(proposed)}")
    more = len(emptied.context["screen"].left_out) - 15
    assert more > 0
    assert f'id="les-suivants"><summary>{more} autre' in emptied.content.decode()


@pytest.mark.parametrize(("days", "held"), [(-1, False), (1, True)])
def test_what_is_for_everybody_is_said_held_by_the_embargo_until_it_ends(
    pilot: Client, mission: Mission, days: int, held: bool
) -> None:
    study = mission.current_study
    assert study is not None
    Document.objects.create(study=study, path="communique.docx", name="communique.docx", size=1)
    Mission.objects.update(embargo_until=timezone.localdate() + timedelta(days=days), embargo_hour="18 h")
    page = pilot.get(address("restitution:documents")).content.decode()
    assert "Pour tout le monde" in page
    assert ("Sous embargo jusqu’au" in page) is held
