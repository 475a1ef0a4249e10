"""The committee's screen of a call that pays parts: what each gets is shared out again at each move."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from rebond.data import data_folder
from rebond.facts import Contribution
from rebond.history import Kind
from rebond.mission import load_rulebook, run_mission
from rebond.portfolio.committee.choice import Contender, shared_out
from rebond.results import MissionResult
from rebond.web.editing.gestures import save
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.studies.storing import store_study
from tests.once import found_once
from tests.web.committee.sitting import COMMON, SCREEN, shown

ENVELOPE = Decimal(850_000)


@pytest.fixture(scope="module")
def in_parts(sample_result: MissionResult, tmp_path_factory: pytest.TempPathFactory) -> MissionResult:
    """The sample with a call that pays parts of needs, scarce enough that some is served in part; once a run."""
    settings = sample_result.census.settings
    paid = (Contribution(contributor="État", amount=ENVELOPE),)
    call = replace(settings.envelope, contributions=paid, funds_part=True, min_aid=Decimal(30_000))
    census = replace(sample_result.census, settings=replace(settings, envelope=call))

    def study() -> MissionResult:
        kept = {study.digest: study for study in sample_result.studies}
        return run_mission(census, load_rulebook(data_folder()), on=sample_result.on, kept=kept)

    return found_once(MissionResult, "en-parts", study, near=tmp_path_factory.getbasetemp() / "en-parts")


@pytest.fixture
def mission(db: None, in_parts: MissionResult) -> Mission:
    """The mission whose call pays parts, studied so."""
    mission = Mission.objects.get()
    save(mission, {(Kind.SETTINGS, ""): in_parts.census.settings}, by=Author(user=None, name="Pilote"))
    mission.refresh_from_db()
    store_study(mission, in_parts, why="l’appel paie des parts")
    mission.refresh_from_db()
    return mission


def contenders(rows: list[object]) -> list[Contender]:
    return [row.contender for row in rows]  # type: ignore[attr-defined]  # rows of the screen


def test_what_each_gets_is_the_study_s_until_a_project_moves_then_is_shared_out_again(
    pilot: Client, mission: Mission
) -> None:
    study = mission.current_study
    assert study is not None
    before = shown(pilot)
    assert before.pays_parts
    assert before.standing.committed == study.envelope_spent <= ENVELOPE
    assert {row.ref: row.amount for row in before.chosen} == {
        row.ref: row.line.finding.envelope for row in before.chosen
    }
    assert before.lost == 0
    assert any(row.worth < row.value for row in before.chosen)
    # The sharing of the screen, made again from the ranges alone, is the study's own allocation.
    again = shared_out(contenders(before.chosen), ENVELOPE, before.payers)
    assert sum((each.asks or 0 for each in again), Decimal(0)) == study.envelope_spent
    assert sum(each.worth for each in again) == pytest.approx(before.standing.value, abs=Decimal("0.02"))

    # One goes: what it leaves goes to those that were served in part, never beyond their most.
    best = before.chosen[0]
    shown(pilot, f"moins={best.ref}")
    began = time.process_time()
    out = shown(pilot, f"moins={best.ref}")
    assert time.process_time() - began < 1
    assert all(row.part.least <= row.amount <= row.part.most for row in out.chosen)
    assert any(row.was is not None and row.amount > row.was for row in out.chosen)
    assert 0 < out.lost < best.value
    assert out.standing.left >= 0

    # One comes in: the others give way down to their least, and nothing falls while the leasts fit.
    added = next(
        row
        for row in shown(pilot, f"plus={','.join(row.ref for row in before.left_out)}").chosen
        if row.moved and row.part
    )
    began = time.process_time()
    moved = shown(pilot, f"plus={added.ref}")
    assert time.process_time() - began < 1
    least = sum(row.part.least for row in moved.chosen)
    assert bool(moved.falling) is (least > ENVELOPE)
    assert moved.standing.left == ENVELOPE - moved.standing.committed
    assert "au lieu de" in pilot.get(f"{SCREEN}?plus={added.ref}").content.decode()

    # What is recorded is what the screen gave each, within the envelope.
    reasons = {f"motif_{row.ref}": "choix du comité" for row in out.different}
    sent = pilot.post(f"{SCREEN}decider/?moins={best.ref}", COMMON | reasons)
    assert sent.status_code == 302
    retained = CommitteeDecision.objects.of(mission).filter(outcome="retenu")
    assert dict(retained.values_list("project__ref", "amount")) == {row.ref: row.amount for row in out.chosen}
    decided = shown(pilot)
    assert decided.standing.committed == out.standing.committed
    assert {row.ref: row.amount for row in decided.chosen} == {row.ref: row.amount for row in out.chosen}


def test_the_best_selection_of_a_call_that_pays_parts_is_worth_the_proposal(pilot: Client, mission: Mission) -> None:
    proposal = shown(pilot).standing.value
    best = shown(pilot, "meilleure=1")
    assert best.best.proven
    assert best.best.value >= proposal - Decimal("0.1")
    assert best.standing.committed <= ENVELOPE
