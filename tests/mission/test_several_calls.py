"""A mission with two calls at once: allocated together, and told one by one."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from click.testing import CliRunner

from rebond.adapters.documents.deck import deck_bytes
from rebond.adapters.documents.html import html_page
from rebond.adapters.workbook import census_rows, read_census, write_workbook
from rebond.cli import main
from rebond.cli._catalogue import open_layout
from rebond.cli._plausibility import DESPITE
from rebond.data import data_folder
from rebond.dispositifs.model import Instrument
from rebond.facts import CallStage, CallStep, Census, Contribution, Envelope
from rebond.mission import run_mission
from rebond.portfolio.call import CallStatus
from rebond.restitution.audiences import audiences
from rebond.restitution.deck.collect import collect_deck
from rebond.restitution.editions import PRESS, Edition, Recipient, edition_of
from rebond.restitution.report import collect_report
from rebond.results import MissionResult
from rebond.study.calls import study_calls
from tests.confidential import leaks, said_by
from tests.mission.conftest import Bench


def few(sample: MissionResult) -> Census:
    """The projects that the envelope helps, and as many others."""
    helped = [p.project.id for p in sample.projects if p.plan.envelope]
    others = [p.project.id for p in sample.projects if p.decision.status is CallStatus.NOT_RETAINED]
    names = {*helped, *others[: len(helped)]}
    return replace(
        sample.census,
        projects=tuple(project for project in sample.census.projects if project.id in names),
        aids=tuple(aid for aid in sample.census.aids if aid.project_id in {"", *names}),
        decisions=(),
    )


def second_call(sample: MissionResult) -> Envelope:
    """The grant that most plans ask, as another call that pays parts."""
    grants = Counter(
        line.dispositif
        for project in sample.projects
        for line in project.plan.lines
        if line.instrument is Instrument.GRANT and not line.is_envelope
    )
    ((scheme, _),) = grants.most_common(1)
    paid = Contribution(contributor="Région", amount=Decimal(600_000))
    return Envelope(contributions=(paid,), dispositif=scheme, title="Second appel", funds_part=True)


def test_a_mission_with_one_call_has_the_same_proposal_by_either_way(bench: Bench, sample: MissionResult) -> None:
    census, kept = few(sample), {study.digest: study for study in sample.studies}
    alone = run_mission(census, bench.rulebook, on=sample.on, kept=kept)
    found = study_calls(census, bench.rulebook, on=sample.on, kept=kept).result
    assert found.calls[0].given == {p.project.id: p.plan.envelope for p in alone.projects if p.plan.envelope}
    assert {name: each.status for name, each in found.calls[0].decisions.items()} == {
        p.project.id: p.decision.status for p in alone.projects
    }


def test_two_calls_are_allocated_together_and_the_study_tells_each(
    bench: Bench, sample: MissionResult, tmp_path: Path
) -> None:
    settings = replace(sample.census.settings, calls=(second_call(sample),))
    census, kept = replace(few(sample), settings=settings), {study.digest: study for study in sample.studies}
    found = study_calls(census, bench.rulebook, on=sample.on, kept=kept).result
    first, second = found.calls
    assert first.given
    assert second.given
    assert first.given.keys().isdisjoint(second.given)
    for each in found.calls:
        assert each.left >= 0
        assert sum(paid.amount for paid in each.paid) == sum(each.given.values())
        for name in each.given:
            lines = [line for line in found.plans[name].lines if line.is_envelope]
            assert {line.dispositif for line in lines} == {each.key}
    schemes = {each.key for each in found.calls}
    assert all(line.is_envelope for p in found.plans.values() for line in p.lines if line.dispositif in schemes)
    for name in second.given:
        assert found.call_of(name) == second.key
        told = first.decisions[name]
        assert told.status is not CallStatus.RETAINED
        assert told.status is not CallStatus.NOT_RETAINED or "un autre appel de la mission" in told.reasons[0]
    mission = run_mission(census, bench.rulebook, on=sample.on, kept=kept)
    assert [(share.name, share.spent) for share in mission.calls] == [
        ("", sum(first.given.values())),
        (second.key, sum(second.given.values())),
    ]
    figures = {each.code: each.value for each in mission.indicators}
    assert figures["enveloppe_eur"] == first.call.amount + second.call.amount
    assert figures["enveloppe_proposee_eur"] == mission.envelope_spent == sum(share.spent for share in mission.calls)
    for rank, share in enumerate(mission.calls, start=1):
        assert figures[f"appel_{rank}_propose_eur"] == share.spent
        assert figures[f"appel_{rank}_reste_eur"] == share.left
    for project in mission.projects:
        financing = mission.financing_call(project)
        assert (financing.name if financing else None) == next(
            (each.name for each in found.calls if project.project.id in each.given), None
        )
        assert project.decision.envelope == project.plan.envelope
    outside = edition_of(mission, PRESS)
    assert not any(decision.way_in for project in outside.projects for decision in project.calls.values())
    assert not any(share.prices for share in outside.calls)
    published = {each.code for each in outside.indicators}
    firms_of = [
        {project.firm.id for project in mission.projects if project.project.id in each.given} for each in found.calls
    ]
    # The sum of the two is told: one that is not would be the other taken from it.
    both = all(len(firms) >= audiences().threshold for firms in firms_of)
    assert {f"appel_{rank}_{what}_eur" in published for rank in (1, 2) for what in ("propose", "reste")} == {both}
    assert {"appel_1_projets", "appel_2_enveloppe_eur", "enveloppe_proposee_eur"} <= published
    # To a committee that is shown no project, neither the report nor the deck of two calls names one.
    unshown = Recipient(edition=Edition.COMMITTEE, presented=frozenset())
    page, deck = tmp_path / "restitution.html", tmp_path / "presentation.pptx"
    page.write_text(html_page(collect_report(mission, recipient=unshown)), encoding="utf-8")
    deck.write_bytes(deck_bytes(collect_deck(mission, recipient=unshown)))
    # What is asked, and what is proven, is of all of them.
    whole = html_page(collect_report(mission))
    assert "sur les enveloppes" in whole
    assert "proposés sur l’enveloppe" not in whole.replace("non proposés sur l’enveloppe", "")
    assert ("sous ces enveloppes" in whole) is ("Sélection prouvée" in whole)
    for path in (page, deck):
        said = said_by(path)
        assert leaks(said, mission, unshown) == set(), path.name
        if not both:
            assert not said.amounts & {int(share.spent) for share in mission.calls if share.spent}, path.name


def test_the_calls_of_a_workbook_are_allocated_by_the_command(
    bench: Bench, sample: MissionResult, tmp_path: Path
) -> None:
    """The second call, its contributor and its cut-off come back from the workbook; its study names both calls."""
    settings, census = sample.census.settings, few(sample)
    other = replace(second_call(sample), calendar=(CallStep(stage=CallStage.CUTOFF, on=date(2027, 3, 1)),))
    names = {project.firm_id for project in census.projects[:3]}
    small = replace(
        census,
        settings=replace(settings, calls=(other,)),
        projects=tuple(project for project in census.projects if project.firm_id in names),
        aids=(),
    )
    layout, path = open_layout(data_folder()), tmp_path / "deux-appels.xlsx"
    write_workbook(path, layout, census_rows(small, layout))
    read = read_census(path, layout=layout, gazetteer=bench.rulebook.catalogue.gazetteer)
    assert read.settings.every_call == small.settings.every_call
    done = CliRunner().invoke(main, ["portfolio", "calls", str(path), "--json", DESPITE])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [each["dispositif"] for each in found["appels"]][1] == other.dispositif
    assert all(each["propose"] + each["reste"] == each["enveloppe"] for each in found["appels"])
    told = CliRunner().invoke(main, ["portfolio", "calls", str(path), DESPITE])
    assert "Second appel" in told.stdout
    out = tmp_path / "out"
    run = CliRunner().invoke(main, ["mission", "run", str(path), "--out", str(out), DESPITE])
    assert run.exit_code == 0, run.output
    assert "Second appel" in run.output
    data = json.loads((out / "resultat.json").read_text(encoding="utf-8"))
    assert [each["nom"] for each in data["mission"]["appels"]][1] == "Second appel"
    assert "Second appel" in (out / "restitution.html").read_text(encoding="utf-8")
