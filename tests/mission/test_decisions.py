"""What the committee decided: read from the workbook, beside the proposal, never rewritten by a study."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rebond.adapters.workbook import load_layout, regime_codes, write_workbook
from rebond.adapters.workbook.export import census_rows
from rebond.data import data_folder
from rebond.eligibility.truth import Truth
from rebond.errors import CensusError
from rebond.facts import UNKNOWN, Census, CommitteeDecision, DecisionOutcome, LinkAnswer, LinkDecision
from rebond.indicators.definitions import compute_indicators
from rebond.linkage import link_census
from rebond.portfolio.call import CallStatus
from rebond.portfolio.decisions import decision_alerts
from rebond.restitution.contents import texts
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.report import collect_report
from rebond.results import MissionResult
from tests.mission.conftest import Bench

DAY = date(2026, 10, 5)


def _retained(project: str, amount: int | None) -> CommitteeDecision:
    return CommitteeDecision(
        project_id=project,
        outcome=DecisionOutcome.RETAINED,
        amount=UNKNOWN if amount is None else Decimal(amount),
        decided_on=DAY,
        reason="conforme à l'appel",
        by="comité de pilotage",
    )


def _linked(entry: str, firm: str, project: str) -> LinkDecision:
    return LinkDecision(
        entry_id=entry,
        firm_id=firm,
        project_id=project,
        answer=LinkAnswer.SAME,
        by="P. Martin",
        on=DAY,
        reason="vu avec la CCI",
    )


def _proposed(result: MissionResult) -> dict[str, int]:
    return {p.project.id: p.decision.envelope for p in result.projects if p.decision.status is CallStatus.RETAINED}


def _decided(result: MissionResult, decisions: list[CommitteeDecision]) -> MissionResult:
    found = replace(result, census=replace(result.census, decisions=tuple(decisions)))
    return replace(found, indicators=compute_indicators(found))


def _words(document: Any) -> str:
    said = ("".join(str(getattr(piece, "text", piece)) for piece in text) for text in texts(document))
    return re.sub(r"[\u00a0\u202f]", " ", "\n".join(said))


@pytest.fixture
def written(
    bench: Bench, tmp_path: Path, read_workbook: Callable[[Path], Census]
) -> Callable[[list[CommitteeDecision]], Census]:
    """Writes decisions in a workbook of the sample, and reads it again."""
    data = data_folder()
    layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))

    def again(decisions: list[CommitteeDecision], links: Sequence[LinkDecision] = ()) -> Census:
        path = tmp_path / "decisions.xlsx"
        census = replace(bench.census, decisions=tuple(decisions), link_decisions=tuple(links))
        write_workbook(path, layout, census_rows(census, layout))
        return read_workbook(path)

    return again


def test_decisions_come_back_from_the_workbook_as_they_were(written, bench: Bench) -> None:
    decisions = [
        _retained("P001", 100_000),
        CommitteeDecision(project_id="P002", outcome=DecisionOutcome.REFUSED, reason="hors sujet"),
        CommitteeDecision(project_id="P003", outcome=DecisionOutcome.POSTPONED),
        CommitteeDecision(project_id="P004", outcome=DecisionOutcome.RESERVE, by="comité"),
    ]
    census = written(decisions)
    assert list(census.decisions) == decisions
    assert replace(census, decisions=(), repairs=()) == replace(bench.census, repairs=())


def test_more_than_the_envelope_is_a_fault_on_the_line_that_passes_it(written) -> None:
    with pytest.raises(CensusError) as error:
        written([_retained("P001", 1_500_000), _retained("P003", 600_000)])
    (fault,) = error.value.faults
    assert "décisions" in fault.where
    assert "plus que l'enveloppe" in fault.problem


def test_an_amount_for_a_project_that_is_refused_is_a_fault(written) -> None:
    refused = replace(_retained("P001", 10_000), outcome=DecisionOutcome.REFUSED)
    with pytest.raises(CensusError, match="pas retenu"):
        written([refused])


def test_links_decided_come_back_from_the_workbook_and_a_study_obeys_them(written, bench: Bench) -> None:
    open_link = next(link for link in bench.link({}).queue[0].links if link.project_id)
    same = _linked(open_link.entry_id, open_link.firm_id, open_link.project_id)
    gone = replace(same, project_id="P999", answer=LinkAnswer.UNDECIDED, on=UNKNOWN, reason="")
    census = written([], links=[same, gone])
    assert list(census.link_decisions) == [same, gone]
    again = link_census(census, rules=bench.rulebook.linkage, gazetteer=bench.rulebook.catalogue.gazetteer)
    assert again.project(open_link.project_id).known is Truth.YES
    assert again.unused_decisions == (("P999", open_link.entry_id),)
    before, after = bench.link({}).unknown_share, again.unknown_share
    assert after.high - after.low < before.high - before.low


def test_two_answers_for_one_pair_are_a_fault(written) -> None:
    with pytest.raises(CensusError, match="déjà décidé à la ligne 2"):
        written([], links=[_linked("L001", "E001", "P001"), _linked("L001", "E001", "P001")])


def test_two_decisions_for_one_project_are_a_fault(written) -> None:
    with pytest.raises(CensusError, match="en double"):
        written([_retained("P001", 1), _retained("P001", 2)])


def test_retained_is_written_once_every_proposal_is_decided(sample: MissionResult) -> None:
    proposed = _proposed(sample)
    decisions = [_retained(project, amount) for project, amount in proposed.items()]
    refused = replace(decisions[-1], outcome=DecisionOutcome.REFUSED, amount=UNKNOWN)
    result = _decided(sample, [*decisions[:-1], refused])
    release = collect_press_release(result)
    assert release.subtitle == "Communiqué de presse"
    assert not release.draft
    assert "Six projets sont retenus par le comité" in _words(release)
    report = _words(collect_report(result))
    assert "Refusé" in report
    assert collect_press_release(replace(result, settled=False)).draft, "the sitting that decides is not frozen"
    assert [p.decision for p in result.projects] == [p.decision for p in sample.projects]


def test_a_part_of_the_decisions_leaves_the_release_a_draft(sample: MissionResult) -> None:
    first, amount = next(iter(_proposed(sample).items()))
    result = _decided(sample, [_retained(first, amount)])
    release = collect_press_release(result)
    assert release.draft
    assert "proposés au comité" in _words(release)
    retained = next(i for i in result.indicators if i.code == "projets_retenus")
    assert retained.told.replace("\u00a0", " ") == "au moins 1 projet (6 propositions attendent une décision)"


def test_a_decision_that_the_study_cannot_stand_behind_is_said(sample: MissionResult) -> None:
    proposals = {p.project.id: p.decision for p in sample.projects}
    out = next(p.project.id for p in sample.projects if p.decision.status is CallStatus.NOT_ADMITTED)
    first, amount = next(iter(_proposed(sample).items()))
    envelope = sample.census.settings.envelope
    assert not list(decision_alerts([_retained(first, amount)], proposals, envelope))
    (outside,) = decision_alerts([_retained(out, 1000)], proposals, envelope)
    assert "hors de l'appel" in outside
    (more,) = decision_alerts([_retained(first, amount + 1)], proposals, envelope)
    assert "n'ont été vérifiés que pour la proposition" in more
    (unsaid,) = decision_alerts([_retained(first, None)], proposals, envelope)
    assert "non renseigné" in unsaid
