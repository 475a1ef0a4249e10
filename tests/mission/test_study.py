"""The study of one project: what it reads is all that it depends on, and it may be kept as long as that holds."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, AidObtained, CallCriterion, Census, CostLine, Mark, Project, Recusal, ZoneAssumption
from rebond.mission import Rulebook, run_mission
from rebond.results import MissionResult
from rebond.study.in_mission import open_project
from rebond.study.inputs import CensusParts
from rebond.study.kept import KeptStudies
from rebond.study.project import ProjectStudy, study_project
from rebond.units import Euros
from tests.mission.conftest import Bench

NAMES = frozenset({"id", "firm_id", "project_id", "criterion", "nature", "code_naf"})
"""Keys of a census: another value would name what is not there, or is no code at all."""
CAMBRAI = "59122"
FOUND = ("facts", "size", "account", "commune", "zones", "maturity", "score", "verdicts", "built")


def studied(census: Census, rulebook: Rulebook, project_id: str) -> ProjectStudy:
    on = census.settings.committee_on
    return study_project(CensusParts(census, rulebook, on=on).inputs(project_id), rulebook)


def findings(study: ProjectStudy) -> tuple[object, ...]:
    return tuple(getattr(study, name) for name in FOUND)


def other_value(value: object, draw: Callable[..., Any]) -> object:  # noqa: PLR0911 - one way out per type
    """Another value of the same kind, be it « nobody knows »."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case Decimal():
            return value + draw(st.sampled_from([Decimal("0.01"), Decimal(1000), Decimal(5_000_000)]))
        case date():
            return value + timedelta(days=draw(st.sampled_from([1, 400, 3000])))
        case str():
            return f"{value} bis"
        case tuple() if value:
            rank = draw(st.integers(0, len(value) - 1))
            if draw(st.booleans()) or not is_dataclass(value[rank]):
                return (*value[:rank], *value[rank + 1 :])
            return (*value[:rank], changed(value[rank], draw), *value[rank + 1 :])
        case _ if is_dataclass(value):
            return changed(value, draw)
        case _:
            return value


def changed(record: Any, draw: Callable[..., Any]) -> Any:
    """The record with another value in one of its fields, or with that field unknown."""
    names = [each.name for each in fields(record) if each.name not in NAMES]
    name = draw(st.sampled_from(names))
    value = getattr(record, name)
    may_lack = "Maybe" in next(str(each.type) for each in fields(record) if each.name == name)
    return replace(record, **{name: UNKNOWN if may_lack and draw(st.booleans()) else other_value(value, draw)})


def with_record(census: Census, part: str, rank: int, record: object) -> Census:
    records = list(getattr(census, part))
    records[rank] = record
    parts: dict[str, Any] = {part: tuple(records)}
    return replace(census, **parts)


@settings(max_examples=40)
@given(data=st.data())
def test_whatever_changes_a_study_changes_its_digest(bench: Bench, data: st.DataObject) -> None:
    census, draw = bench.census, data.draw
    project = draw(st.sampled_from(census.projects))
    kin = {f.id for f in census.firms if f.undertaking == census.firm(project.firm_id).undertaking}
    part = draw(st.sampled_from(["projects", "firms", "aids", "settings"]))
    if part == "settings":
        changes: list[dict[str, Any]] = [
            {"weights": (("emplois", Decimal(3)), ("maturite", Decimal(1)))},
            {"criteria": (CallCriterion(code="emplois", label="E", weight=Decimal(1), computed="emplois_crees"),)},
            {"zone_assumptions": (ZoneAssumption(zone="afr", value="c", source="supposé"),)},
            {"epcis": census.settings.epcis[1:]},
        ]
        other = replace(census, settings=replace(census.settings, **draw(st.sampled_from(changes))))
    else:
        records: tuple[Any, ...] = getattr(census, part)
        near = [rank for rank, each in enumerate(records) if getattr(each, "firm_id", each.id) in kin]
        rank = draw(st.sampled_from(near or range(len(records))))
        other = with_record(census, part, rank, changed(records[rank], draw))
    before, after = (studied(each, bench.rulebook, project.id) for each in (census, other))
    moved = findings(before) != findings(after)
    event(f"{part} : {'autre étude' if moved else 'même étude'}")
    assert not moved or before.digest != after.digest


def test_the_marks_of_who_stands_aside_never_enter_a_study(bench: Bench) -> None:
    """Not even its digest: what he or she gives, before or after, changes nothing that anybody can see."""
    census, mine = bench.census, bench.census.projects[0]
    by = {
        who: Mark(project_id=mine.id, criterion="ancrage", assessor=who, number=1, score=score, reason="vu")
        for who, score in (("anne", 5), ("bruno", 1))
    }
    aside = Recusal(firm_id=mine.firm_id, assessor="Anne", number=1, aside=True, reason="parente", by="anne")
    alone, both, recused = (
        studied(replace(census, marks=marks, recusals=said), bench.rulebook, mine.id)
        for marks, said in (
            ((by["bruno"],), (aside,)),
            (tuple(by.values()), ()),
            (tuple(by.values()), (aside,)),
        )
    )
    assert (recused.digest, findings(recused)) == (alone.digest, findings(alone))
    assert both.digest != recused.digest
    assert both.score.value > recused.score.value


def test_what_happens_to_another_firm_leaves_the_study_alone(bench: Bench) -> None:
    census = bench.census
    mine = census.projects[0]
    away = [f for f in census.firms if f.undertaking != census.firm(mine.firm_id).undertaking]
    stranger = away[0]
    aid = AidObtained(
        id="A-autre",
        firm_id=stranger.id,
        funder="bpifrance",
        label="",
        regime="de_minimis_2023",
        granted_on=census.settings.committee_on,
        amount=Euros(100_000),
    )
    other = replace(
        census,
        firms=tuple(replace(f, name="Autre nom", own_funds=Euros(1)) if f is stranger else f for f in census.firms),
        projects=tuple(
            replace(p, costs=(), jobs_created=99) if p.firm_id == stranger.id else p for p in census.projects
        ),
        aids=(*census.aids, aid),
        partner_entries=(),
        interviews=(),
        settings=replace(census.settings, envelope=replace(census.settings.envelope, contributions=())),
    )
    digests = [
        CensusParts(each, bench.rulebook, on=date(2026, 10, 5)).inputs(mine.id).digest for each in (census, other)
    ]
    assert digests[0] == digests[1]


def test_a_cost_in_the_same_undertaking_reaches_its_other_projects(bench: Bench) -> None:
    """RGEC art. 14(13): what another project of the undertaking costs weighs on this one; its title does not."""
    census = bench.census
    groups: dict[str, list[Project]] = {}
    for project in census.projects:
        groups.setdefault(census.firm(project.firm_id).undertaking, []).append(project)
    mine, sister = next(found for found in groups.values() if len(found) > 1)[:2]

    def digest(**change: object) -> str:
        projects = tuple(replace(p, **change) if p is sister else p for p in census.projects)  # type: ignore[arg-type]  # fields by name
        return (
            CensusParts(replace(census, projects=projects), bench.rulebook, on=date(2026, 10, 5)).inputs(mine.id).digest
        )

    line = CostLine(id="L-plus", nature="materiel", amount=Euros(1), year=2027)
    assert digest() == digest(title="Un autre titre")
    assert digest() != digest(costs=(*sister.costs, line))


def test_the_digest_follows_the_date_the_rules_and_the_facts_that_are_tried(bench: Bench) -> None:
    census, project = bench.census, bench.census.projects[0].id
    another = replace(bench.rulebook, catalogue=replace(bench.rulebook.catalogue, version="autre"))
    parts = CensusParts(census, bench.rulebook, on=date(2026, 10, 5))
    assert len(
        {
            parts.inputs(project).digest,
            parts.inputs(project, {"effectif": 12}).digest,
            CensusParts(census, bench.rulebook, on=date(2026, 10, 6)).inputs(project).digest,
            CensusParts(census, another, on=date(2026, 10, 5)).inputs(project).digest,
        }
    ) == len(["as it is", "other fact", "other day", "other catalogue"])


def test_two_processes_find_the_same_digest() -> None:
    """Sets have another order in each process: a kept study would never be found again."""
    code = "from rebond.study.canonical import digest; print(digest(frozenset(map(str, range(50)))))"
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_a_study_travels_between_processes(sample: MissionResult) -> None:
    for study in sample.studies[:10]:
        again = pickle.loads(pickle.dumps(study))
        assert again == study
        assert again.digest == study.digest


def test_a_study_sees_no_more_than_its_inputs(sample: MissionResult, bench: Bench) -> None:
    """Made again from its part of the census alone, on a census reduced to it, it is the mission's."""
    for study in sample.studies[::9]:
        assert study_project(study.inputs, bench.rulebook) == study


def _with(census: Census, rank: int, **change: object) -> Census:
    return with_record(census, "projects", rank, replace(census.projects[rank], **change))  # type: ignore[arg-type]  # fields by name


def _dearer(census: Census) -> Census:
    first, *others = census.projects[3].costs
    return _with(census, 3, costs=(replace(first, amount=first.amount + 250_000), *others))


def _other_projects(census: Census) -> Census:
    """One costs more, one is gone, one came."""
    twin = replace(census.projects[0], id="P-jumeau", title="Le même, ailleurs dans l'atelier")
    dearer = _dearer(census).projects
    return replace(census, projects=(*dearer[:7], *dearer[8:], twin))


def _other_money(census: Census) -> Census:
    """A smaller envelope, and a de minimis aid that its firm now declares whole."""
    firm, on = census.firms[0], census.settings.committee_on
    aid = AidObtained(
        id="A-plus",
        firm_id=firm.id,
        funder="region-grand-est",
        label="",
        regime="de_minimis_2023",
        granted_on=on,
        amount=Euros(250_000),
    )
    envelope = replace(census.settings.envelope, contributions=census.settings.envelope.contributions[:1])
    return replace(
        with_record(census, "firms", 0, replace(firm, aid_declared=True)),
        aids=(*census.aids, aid),
        settings=replace(census.settings, envelope=envelope),
    )


def test_a_mission_run_on_kept_studies_is_the_mission_run_from_nothing(bench: Bench) -> None:
    """To the digit, after every kind of change: what is kept saves time and nothing else."""
    census, kept = _some_projects(bench.census, 12), KeptStudies()
    on = census.settings.committee_on
    run_mission(census, bench.rulebook, on=on, kept=kept)
    for change in (_other_projects, _other_money):
        census = change(census)
        again = run_mission(census, bench.rulebook, on=on, kept=kept)
        assert again == run_mission(census, bench.rulebook, on=on), change.__name__


def _some_projects(census: Census, count: int) -> Census:
    projects = census.projects[:count]
    firms = {project.firm_id for project in projects}

    def mine(rows: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(row for row in rows if row.firm_id in firms)

    return replace(
        census,
        projects=projects,
        firms=tuple(firm for firm in census.firms if firm.id in firms),
        interviews=mine(census.interviews),
        aids=mine(census.aids),
        confirmations=(),
    )


def test_only_what_changed_is_studied_again(bench: Bench, sample: MissionResult) -> None:
    census = bench.census
    asked: list[str] = []

    class Watched(dict[str, ProjectStudy]):
        def get(self, key: str, default: Any = None) -> Any:
            if key not in self:
                asked.append(key)
            return super().get(key, default)

    kept = Watched({study.digest: study for study in sample.studies})
    result = run_mission(_dearer(census), bench.rulebook, on=sample.on, kept=kept)
    firm = census.firm(census.projects[3].firm_id)
    together = [p for p in census.projects if census.firm(p.firm_id).undertaking == firm.undertaking]
    assert 1 <= len(asked) <= len(together)
    assert sum(a is b for a, b in zip(result.studies, sample.studies, strict=True)) == len(census.projects) - len(asked)


def test_the_plan_page_and_the_mission_have_one_study(bench: Bench, sample: MissionResult) -> None:
    """The dispositifs that the territory leaves out are left out of both; a place elsewhere brings its own back."""
    found = sample.projects[0]
    opened = open_project(bench.census, bench.rulebook, found.project.id, on=sample.on, plan=found.plan, taken=())
    assert opened.now.facts == found.facts
    assert opened.now.verdicts == found.verdicts
    away = opened.context.away
    moved = opened.what_if({"code_commune": CAMBRAI}).after.verdicts
    assert away
    assert away <= {verdict.dispositif for verdict in moved}
    assert any(verdict.truth is not Truth.NO for verdict in moved if verdict.dispositif in away)


def test_the_studies_kept_are_bounded_and_the_last_used_stay(sample: MissionResult) -> None:
    kept = KeptStudies(most=3)
    first, second, third, fourth = sample.studies[:4]
    kept.keep([first, second, third])
    assert kept[first.digest] is first
    kept.keep([fourth])
    assert set(kept) == {first.digest, third.digest, fourth.digest}
    with pytest.raises(KeyError):
        kept[second.digest]
