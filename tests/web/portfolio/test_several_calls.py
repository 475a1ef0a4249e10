"""Two calls in a mission: each page is of one, a sitting freezes what both decided, letters name the call."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from rebond.adapters.workbook import read_census
from rebond.data import data_folder
from rebond.facts import Contribution, Envelope
from rebond.history import Kind
from rebond.mission import load_rulebook, run_mission
from rebond.results import MissionResult
from rebond.study.robust import RobustAsked
from rebond.web.committee.letters import letter_of, minutes_bytes
from rebond.web.committee.models import FrozenDecision
from rebond.web.disclosure.disclosed import committee_of
from rebond.web.editing.dictionary import current_layout, gazetteer
from rebond.web.editing.gestures import save
from rebond.web.exchange.exporting import export_workbook
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision
from rebond.web.studies.models import Indicator
from rebond.web.studies.storing import store_study
from tests.web.addresses import address
from tests.web.committee.sitting import COMMON, SCREEN, frozen, text_in
from tests.web.conftest import signed_in

SECOND = "region-grand-est/investissements-productifs-durables"
TITLE = "Appel de la Région"
HERE = f"?appel={quote(SECOND)}"
CALL, SESSION = address("portfolio:call"), address("portfolio:session")


@pytest.fixture
def mission(db: None, sample_result: MissionResult) -> Mission:
    """The sample with a second call, put by a gesture, studied again on its candidates."""
    mission = Mission.objects.get()
    census = census_of(mission)
    paid = Contribution(contributor="Région", amount=Decimal(600_000))
    other = Envelope(
        contributions=(paid,), dispositif=SECOND, title=TITLE, funds_part=True, operator="region-grand-est"
    )
    settings = replace(census.settings, calls=(other,))
    save(mission, {(Kind.SETTINGS, ""): settings}, by=Author(user=None, name="Pilote"))
    mission.refresh_from_db()
    kept = {study.digest: study for study in sample_result.studies}
    rulebook = load_rulebook(data_folder())
    found = run_mission(census_of(mission), rulebook, on=sample_result.on, kept=kept, robust=RobustAsked(seconds=2.0))
    store_study(mission, found, why="deux appels")
    mission.refresh_from_db()
    return mission


def test_two_calls_are_shown_decided_and_frozen_each_with_its_own_envelope(  # noqa: PLR0915  # one story: each step stands on the one before
    pilot: Client, mission: Mission, tmp_path: Path
) -> None:
    study = mission.current_study
    assert study is not None
    told = {each["appel"]: each for each in study.selection_told["appels"]}
    assert sum(each["propose"] for each in told.values()) == study.envelope_spent
    assert {name: Decimal(each["enveloppe"]) for name, each in told.items()} == {"": 2_000_000, SECOND: 600_000}
    figures = dict(Indicator.objects.found_by(study).values_list("code", "value"))
    assert figures["enveloppe_eur"] == 2_600_000
    assert figures["appel_2_propose_eur"] == told[SECOND]["propose"]

    # The page of each call: its money, its proposed; no project is proposed by both.
    first, second = (pilot.get(f"{CALL}{query}").context for query in ("", HERE))
    assert (first["amount"], second["amount"]) == (2_000_000, 600_000)
    by_call = [{row.project.ref for row in page["proposed"]} for page in (first, second)]
    assert all(by_call)
    assert by_call[0].isdisjoint(by_call[1])
    assert second["spent"] == sum(row.envelope for row in second["proposed"]) == told[SECOND]["propose"]
    for forged in ("ademe/inconnu", "' OR 1=1", "a" * 5000):
        assert pilot.get(f"{CALL}?appel={forged}").status_code == 404
        assert pilot.post(f"{SCREEN}decider/?appel={forged}", COMMON).status_code == 404
    listed = pilot.get(f"{address('projects:list')}?export=csv&colonnes=appel").content.decode("utf-8-sig")
    assert listed.count(f"Proposé au comité : {TITLE}") == len(by_call[1])
    assert TITLE in pilot.get(CALL).content.decode()
    robust = pilot.get(f"{address('portfolio:robustness')}{HERE}").context["candidates"]
    assert {each.finding.project.ref for each in robust} >= by_call[1]

    # The screen of the second call moves its own projects, on its own envelope.
    screen = pilot.get(f"{SCREEN}{HERE}").context["screen"]
    assert {row.ref for row in screen.rows if row.chosen} == by_call[1]
    assert screen.bar.amount == 600_000
    assert {row.ref for row in screen.rows if row.elsewhere} <= by_call[0]
    best = pilot.get(f"{SCREEN}{HERE}&meilleure=1").context["screen"]
    assert {row.ref for row in best.chosen}.isdisjoint(by_call[0])
    assert all("appel=" in row.move for row in best.rows)

    # Who follows the committee reads each call as it read the only one: what is presented, and no page of the team.
    member = signed_in("copil")
    shown = {row.ref for query in ("", HERE) for row in member.get(f"{SCREEN}{query}").context["screen"].rows}
    assert shown <= (committee_of(mission).presented or frozenset())
    assert member.get(f"{CALL}{HERE}").status_code == 403

    # Each decides for itself; what one decided is no longer before the other, which cannot decide of it.
    assert pilot.post(f"{SCREEN}decider/{HERE}", COMMON).status_code == 302
    ours = set(CommitteeDecision.objects.filter(call=SECOND).values_list("project__ref", flat=True))
    assert ours >= by_call[1]
    assert not CommitteeDecision.objects.exclude(call=SECOND).exists()
    assert ours.isdisjoint(by_call[0]), "what the other call is proposed to finance is left to it"
    assert {row.project.ref for row in pilot.get(SESSION).context["candidates"]}.isdisjoint(ours)
    ref = min(by_call[1])
    refused = {"decision": "retenu", "montant": "1000", "date": "05/10/2026", "motif": "essai", "par": "comité"}
    assert pilot.post(f"{SESSION}{ref}/", refused).status_code == 409
    assert pilot.post(f"{SCREEN}decider/", COMMON).status_code == 302
    bars = [pilot.get(f"{SESSION}{query}").context["bar"] for query in ("", HERE)]
    assert [bar.committed for bar in bars] == [told[name]["propose"] for name in ("", SECOND)]
    left = pilot.get(f"{SCREEN}{HERE}").context["screen"].recorded
    assert not left, "the first call decided last: it settled the candidates of both"
    assert not pilot.get(f"{address('portfolio:steps')}{HERE}").context["found"].left

    # Frozen together; the record and the letters name the call.
    record = frozen(pilot, mission)
    assert [each["appel"] for each in record.content["appels"]][1] == TITLE
    assert Decimal(record.content["enveloppe"]) == 2_600_000
    assert {row["appel"] for row in record.content["lignes"]} == {each["nom"] for each in told.values()}
    assert pilot.get(f"{SCREEN}seances/{record.number}/").status_code == 200
    assert f"(appel «\u00a0{TITLE}\u00a0»)" in text_in(minutes_bytes(mission, record))
    letter = FrozenDecision.objects.of(mission).get(project_ref=ref)
    assert TITLE in text_in(letter_of(mission, record, letter))
    assert TITLE in pilot.get(address("missions:overview")).content.decode()

    # The workbook that the site gives holds both calls, with who decided what.
    book = tmp_path / "recensement.xlsx"
    export_workbook(mission, book, by=Author(user=None, name="Pilote"))
    read = read_census(book, layout=current_layout(), gazetteer=gazetteer())
    assert read.settings.every_call == census_of(mission).settings.every_call
    assert {decision.project_id for decision in read.decisions if decision.call == SECOND} == ours
