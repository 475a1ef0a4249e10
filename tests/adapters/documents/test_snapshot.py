"""The frozen figures: nobody changes them unseen, and two of them say what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rebond.adapters.documents.json_text import json_text
from rebond.cli.mission import mission
from rebond.facts import CommitteeDecision, DecisionOutcome
from rebond.indicators.definitions import compute_indicators
from rebond.portfolio.call import CallStatus
from rebond.restitution import snapshot
from rebond.restitution.snapshot import NotASnapshotError, checked, compared, snapshot_as_data
from rebond.results import MissionResult


@pytest.fixture(scope="module")
def decided(result: MissionResult) -> MissionResult:
    retained = [p.project.id for p in result.projects if p.decision.status is CallStatus.RETAINED]
    decisions = tuple(CommitteeDecision(project_id=each, outcome=DecisionOutcome.RETAINED) for each in retained)
    found = replace(result, census=replace(result.census, decisions=decisions))
    return replace(found, indicators=compute_indicators(found))


def test_a_snapshot_is_the_same_to_the_byte_and_is_refused_once_changed(folder: Path, result: MissionResult) -> None:
    text = (folder / "instantane.json").read_text(encoding="utf-8")
    assert text == json_text(snapshot_as_data(result))
    data = json.loads(text)
    assert checked(data)["etat"] == "projet"
    data["chiffres"]["projets_recenses"]["valeur"] += 1
    with pytest.raises(NotASnapshotError, match="modifié"):
        checked(data)
    # Whoever changes it may make its digest anew: what is no figure is refused all the same.
    for name, value in (("chiffres", {"a": {}}), ("chiffres", {"a": [1]}), ("mission", None), ("arrete_au", 3)):
        forged = {**data, name: value}
        with pytest.raises(NotASnapshotError, match="Ce n'est pas un instantané"):
            checked({**forged, "empreinte": snapshot._digest_of(forged)})


def test_before_and_after_the_decision_only_what_was_decided_changed(
    folder: Path, result: MissionResult, decided: MissionResult, tmp_path: Path
) -> None:
    before, after = snapshot_as_data(result), snapshot_as_data(decided)
    assert (before["etat"], after["etat"]) == ("projet", "decide")
    assert before["faits"] != after["faits"]
    changes = {each.code: each for each in compared(before, after)}
    assert "projets_retenus" in changes
    assert "projets_recenses" not in changes
    assert len(changes["projets_retenus"].came) == len(decided.census.decisions)
    later = tmp_path / "apres.json"
    later.write_text(json_text(after), encoding="utf-8")
    said = CliRunner().invoke(mission, ["compare", str(folder / "instantane.json"), str(later)])
    assert said.exit_code == 0
    assert changes["projets_retenus"].label in said.output
    later.write_text("{}", encoding="utf-8")
    assert CliRunner().invoke(mission, ["compare", str(folder / "instantane.json"), str(later)]).exit_code != 0
