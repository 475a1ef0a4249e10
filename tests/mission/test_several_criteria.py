"""Each of several calls by its own criteria, weights and marks; what one decided is before no other."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from rebond.adapters.documents.deck import deck_bytes
from rebond.adapters.documents.html import html_page
from rebond.adapters.workbook import census_rows, read_census, write_workbook
from rebond.cli import main
from rebond.cli._catalogue import open_layout
from rebond.cli._plausibility import DESPITE
from rebond.data import data_folder
from rebond.errors import CensusError
from rebond.facts import CallCriterion, Census, CommitteeDecision, DecisionOutcome, Mark, Recusal
from rebond.portfolio.call import CallStatus
from rebond.portfolio.criteria import call_grids, mission_grid
from rebond.restitution.deck.collect import collect_deck
from rebond.restitution.editions import Edition, Recipient, edition_of
from rebond.restitution.report import collect_report
from rebond.results import MissionResult
from rebond.study.calls import study_calls
from rebond.study.robust import RobustAsked
from rebond.units import format_number
from tests.mission.conftest import Bench
from tests.mission.test_several_calls import few, second_call

ANCHORS = ("aucune eau en moins", "moins d’un dixième", "moins d’un tiers", "la moitié et plus")


def criteria(call: str) -> tuple[CallCriterion, ...]:
    """Jobs, as the mission counts them, and water, which only this call looks at."""
    return (
        CallCriterion(code="emplois", label="Emplois", weight=Decimal(1), computed="emplois_crees", call=call),
        CallCriterion(code="eau", label="Sobriété en eau", weight=Decimal(3), anchors=ANCHORS, call=call),
    )


def with_criteria(sample: MissionResult) -> Census:
    """The few projects, a second call with criteria of its own, and marks of them all but the first by water."""
    census, call = few(sample), second_call(sample)
    marks = tuple(
        Mark(project_id=each.id, criterion="eau", assessor="claire", number=1, score=rank % 4, reason="vu sur place")
        for rank, each in enumerate(census.projects)
        if rank
    )
    settings = replace(census.settings, calls=(call,), criteria=criteria(str(call.dispositif)))
    return replace(census, settings=settings, marks=(*census.marks, *marks))


def worth(value: Decimal) -> str:
    return f"valeur {format_number(value, 1)} sur 100"


def test_each_call_is_proposed_by_its_own_criteria_and_the_first_keeps_the_mission_s(
    bench: Bench, sample: MissionResult
) -> None:
    census = with_criteria(sample)
    call = census.settings.call_names[1]
    found = study_calls(census, bench.rulebook, on=sample.on)
    common = {study.project.id: study.score for study in sample.studies}
    assert all(study.score == common[study.project.id] for study in found.studies)
    grid = call_grids(bench.rulebook.selection, census.settings)[call]
    assert [(each.code, each.weight) for each in grid.criteria] == [
        ("emplois", Decimal("0.25")),
        ("eau", Decimal("0.75")),
    ]
    assert grid.top_score == 3
    first, *rest = found.studies
    assert not first.scores[call].is_known, "nobody marked it on water: anywhere on the scale"
    by_hand = {each.criterion: each.score for each in rest[0].scores[call].criteria}
    assert by_hand["eau"] == 1
    values = {study.project.id: study.scores[call].value for study in found.studies}
    one, other = found.result.calls
    for name in other.given:
        assert (
            f"valeur {str(values[name].quantize(Decimal('0.1'))).replace('.', ',')} sur 100"
            in other.decisions[name].reasons
        )
    for name in one.given:
        assert (
            f"valeur {str(common[name].value.quantize(Decimal('0.1'))).replace('.', ',')} sur 100"
            in one.decisions[name].reasons
        )
    assert found.result.calls[0].given.keys().isdisjoint(other.given)


def test_a_call_that_weighs_a_criterion_of_the_mission_keeps_its_words_and_its_marks(bench: Bench) -> None:
    settings = replace(
        bench.census.settings,
        calls=(replace(bench.census.settings.envelope, dispositif="region/appel"),),
        criteria=(CallCriterion(code="innovation", label="Innovation", weight=Decimal(1), call="region/appel"),),
    )
    common = {each.code: each for each in mission_grid(bench.rulebook.selection, settings).criteria}
    assert set(common) == {each.code for each in bench.rulebook.selection.criteria}
    (own,) = call_grids(bench.rulebook.selection, settings)["region/appel"].criteria
    assert (own.anchors, own.is_marked, own.weight) == (common["innovation"].anchors, True, Decimal(1))


def test_the_mark_of_who_stands_aside_enters_the_value_of_no_call(bench: Bench, sample: MissionResult) -> None:
    census = with_criteria(sample)
    target = census.projects[1]
    aside = Recusal(firm_id=target.firm_id, assessor="Claire", number=1, aside=True, reason="parente", by="pilote")
    recused = replace(census, recusals=(*census.recusals, aside))
    firm = {each.id for each in census.projects if each.firm_id == target.firm_id}
    never = replace(
        recused, marks=tuple(m for m in recused.marks if m.project_id not in firm or m.assessor != "claire")
    )
    call = census.settings.call_names[1]

    def of(other: Census) -> dict[str, object]:
        found = study_calls(other, bench.rulebook, on=sample.on)
        return {s.project.id: (s.digest, s.score, s.scores[call]) for s in found.studies if s.project.id in firm}

    assert of(recused) == of(never)
    assert of(recused) != of(census)


def test_what_a_call_decided_is_a_candidate_of_no_other_until_it_is_withdrawn(
    bench: Bench, sample: MissionResult
) -> None:
    settings = replace(sample.census.settings, calls=(second_call(sample),))
    census, kept = replace(few(sample), settings=settings), {study.digest: study for study in sample.studies}
    before = study_calls(census, bench.rulebook, on=sample.on, kept=kept).result
    name = next(iter(before.calls[0].given))
    decision = CommitteeDecision(
        project_id=name, outcome=DecisionOutcome.REFUSED, reason="essai", by="comité", call=before.calls[1].key
    )
    decided = replace(census, decisions=(decision,))
    after = bench.play(decided, on=sample.on, robust=RobustAsked(seconds=1.0))
    (project,) = [each for each in after.projects if each.project.id == name]
    told = project.calls[""]
    assert told.status is CallStatus.NOT_ADMITTED
    assert "Second appel : refusé" in told.reasons[0]
    assert not project.plan.envelope
    assert name not in after.robustness_by_call[""].statuses

    # Both calls say how robust their selection is, in the report and the deck, to those who are told of it.
    report = html_page(collect_report(after))
    assert "Robustesse de la proposition, Second appel" in report
    unshown = edition_of(after, Recipient(edition=Edition.COMMITTEE, presented=frozenset()))
    assert not any(found.statuses for _, found in unshown.every_robustness)
    assert deck_bytes(collect_deck(after))


def test_the_criteria_of_a_call_come_and_go_by_the_workbook_and_its_robustness_by_the_command(
    bench: Bench, sample: MissionResult, tmp_path: Path
) -> None:
    census = with_criteria(sample)
    call = census.settings.call_names[1]
    layout, path = open_layout(data_folder()), tmp_path / "deux-appels.xlsx"
    write_workbook(path, layout, census_rows(census, layout))
    read = read_census(path, layout=layout, gazetteer=bench.rulebook.catalogue.gazetteer)
    assert read.settings.criteria == census.settings.criteria
    done = CliRunner().invoke(
        main, ["portfolio", "robustness", "--workbook", str(path), "--appel", call, "--time", "2", "--json", DESPITE]
    )
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)
    assert data["intitule"].endswith("Second appel")
    assert len(data["projets"]) > 1
    unknown = CliRunner().invoke(main, ["portfolio", "robustness", "--workbook", str(path), "--appel", "x/y", DESPITE])
    assert unknown.exit_code == 2
    assert call in " ".join(unknown.output.split())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"call": "region/inconnu"}, "pas d'appel de ce dispositif"),
        ({"code": "innovation"}, "celui de la mission"),
        ({"code": "emplois", "computed": "emplois_crees", "anchors": ()}, "ligne en double"),
    ],
)
def test_criteria_that_no_call_can_have_are_refused_with_their_line(
    bench: Bench, sample: MissionResult, tmp_path: Path, wrong: dict[str, object], said: str
) -> None:
    census = with_criteria(sample)
    jobs, water = census.settings.criteria
    changed = replace(water, **wrong)  # type: ignore[arg-type]  # one field at a time
    settings = replace(census.settings, criteria=(jobs, changed))
    layout, path = open_layout(data_folder()), tmp_path / "faux.xlsx"
    write_workbook(path, layout, census_rows(replace(census, settings=settings), layout))
    with pytest.raises(CensusError) as raised:
        read_census(path, layout=layout, gazetteer=bench.rulebook.catalogue.gazetteer)
    assert any(said in fault.problem and "critères de l'appel" in fault.where for fault in raised.value.faults)
