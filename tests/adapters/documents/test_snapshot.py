"""The frozen figures: nobody changes them unseen, and two of them say what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from rebond.adapters.documents import writing
from rebond.adapters.documents.json_text import json_text
from rebond.adapters.documents.remaking import remake
from rebond.adapters.documents.writing import write_documents
from rebond.adapters.outlines import load_outlines
from rebond.adapters.points import load_points
from rebond.cli.mission import mission
from rebond.data import data_folder
from rebond.data.jsonfile import read_json
from rebond.errors import DataError
from rebond.facts import CommitteeDecision, DecisionOutcome
from rebond.indicators.definitions import compute_indicators
from rebond.mission import Rulebook, run_mission
from rebond.portfolio.call import CallStatus
from rebond.restitution import snapshot
from rebond.restitution.editions import COMMITTEE, Edition, Recipient
from rebond.restitution.origin import Beside
from rebond.restitution.snapshot import NotASnapshotError, checked, compared, snapshot_as_data
from rebond.restitution.territory_map import Place, territory_places
from rebond.results import MissionResult
from rebond.study.robust import RobustAsked


@pytest.fixture(scope="module")
def decided(result: MissionResult) -> MissionResult:
    retained = [p.project.id for p in result.projects if p.decision.status is CallStatus.RETAINED]
    decisions = tuple(CommitteeDecision(project_id=each, outcome=DecisionOutcome.RETAINED) for each in retained)
    found = replace(result, census=replace(result.census, decisions=decisions))
    return replace(found, indicators=compute_indicators(found))


def test_a_snapshot_is_the_same_to_the_byte_and_is_refused_once_changed(
    folder: Path, result: MissionResult, places: tuple[Place, ...]
) -> None:
    text = (folder / "instantane.json").read_text(encoding="utf-8")
    assert text == json_text(snapshot_as_data(result, Beside(places=places)))
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


@pytest.fixture(scope="module")
def played(result: MissionResult, rulebook: Rulebook) -> MissionResult:
    """The dozen projects as the engine plays them, with how robust the choice is; nothing is settled yet."""
    census = result.census
    found = run_mission(census, rulebook, on=census.settings.committee_on, robust=RobustAsked())
    return replace(found, settled=False)


def _silent(_: str) -> None:
    """Nobody looks."""


def _nothing(*_: object) -> None:
    """Nothing is written."""


def test_from_its_snapshot_alone_a_set_is_made_again_to_the_byte(
    played: MissionResult, rulebook: Rulebook, tmp_path: Path
) -> None:
    folder, before, after = data_folder(), tmp_path / "avant", tmp_path / "apres"
    places = territory_places(rulebook.catalogue.gazetteer, played.census.settings.epcis, load_outlines(folder))
    shown = frozenset(p.project.id for p in played.projects[:3])
    codes = {p.project.id: f"CODE-{rank}" for rank, p in enumerate(played.projects)}
    committee = replace(COMMITTEE, presented=shown, codes=codes)
    write_documents(played, before, places=places, points=load_points(folder), committee=committee)
    told = checked(read_json(before / "instantane.json"))
    remake(told, after, rulebook=rulebook, folder=folder, progress=_silent)
    names = sorted(path.name for path in before.iterdir())
    assert names == sorted(path.name for path in after.iterdir())
    assert {"restitution.pdf", "communique.docx", "presentation.pptx", "projets.xlsx", "instantane.json"} <= set(names)
    assert [name for name in names if (before / name).read_bytes() != (after / name).read_bytes()] == []


def test_a_set_is_not_made_again_under_other_rules_and_each_difference_is_said(
    played: MissionResult, rulebook: Rulebook, tmp_path: Path
) -> None:
    told = snapshot_as_data(played, Beside(template="a" * 64, logos={"prefecture.png": "b" * 64}))
    told |= {"catalogue": "0" * 16, "moteur": "0.0.1"}
    with pytest.raises(DataError) as refused:
        remake(told, tmp_path / "rien", rulebook=rulebook, folder=data_folder(), progress=_silent)
    assert [fault.where for fault in refused.value.faults] == [
        "catalogue", "Rebond", "modèle", "logo « prefecture.png »",
    ]  # fmt: skip
    assert not (tmp_path / "rien").exists()
    # Figures that the facts do not give, whoever made their digest anew.
    forged = snapshot_as_data(played)
    forged["chiffres"]["projets_recenses"]["valeur"] += 1
    with pytest.raises(DataError, match="calcul repris"):
        remake(forged, tmp_path / "rien", rulebook=rulebook, folder=data_folder(), progress=_silent)
    bare = {key: value for key, value in snapshot_as_data(played).items() if key != "a_refaire"}
    with pytest.raises(NotASnapshotError, match="que ses chiffres"):
        remake(bare, tmp_path / "rien", rulebook=rulebook, folder=data_folder(), progress=_silent)


@pytest.mark.parametrize(
    ("edition", "moment", "given"),
    [
        (Edition.PARTNER, "2026-10-03T23:59", False),
        (Edition.PARTNER, "2026-10-04T08:59", False),
        (Edition.PARTNER, "2026-10-04T09:00", True),
        (Edition.PARTNER, "2026-10-05T00:00", True),
        (Edition.FIRM, "2026-10-04T08:59", False),
        (Edition.PRESS, "2026-10-03T00:00", True),
    ],
)
def test_before_the_end_of_its_embargo_the_release_goes_to_the_press_marked_and_to_no_partner(
    result: MissionResult,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    edition: Edition,
    moment: str,
    *,
    given: bool,
) -> None:
    # Sheets of projects, in six formats, go with the release in each of these editions: no embargo holds them.
    monkeypatch.setattr(writing, "_write_sheets", _nothing)
    told = replace(result.census.settings.announcement, embargo_until=date(2026, 10, 4), embargo_hour="9 h")
    settings = replace(result.census.settings, announcement=told)
    held = replace(result, census=replace(result.census, settings=settings))
    firm = result.projects[0].firm.id if edition is Edition.FIRM else ""
    organisation = "bpifrance" if edition is Edition.PARTNER else ""
    recipient = Recipient(edition=edition, organisation=organisation, firm=firm)
    steps: list[str] = []
    out = tmp_path / "edition"
    write_documents(held, out, recipient=recipient, progress=steps.append, moment=datetime.fromisoformat(moment))
    assert (out / "communique.md").exists() is given
    assert (out / "communique-sources.docx").exists() is given
    said = [step for step in steps if "embargo" in step]
    assert (said == []) is given
    if given:
        assert "Sous embargo jusqu" in (out / "communique.md").read_text(encoding="utf-8")
