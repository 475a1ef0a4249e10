"""A workbook that comes back says what was changed in it, and nothing of what it has no room for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rebond.adapters.workbook import census_rows, write_workbook
from rebond.adapters.workbook.exchange import brought_by_workbook
from rebond.adapters.workbook.places import place_of
from rebond.adapters.workbook.reading import read_workbook
from rebond.adapters.workbook.stamp import Stamp
from rebond.eligibility.places import Zonages
from rebond.facts import UNKNOWN, Accounts, CostLine, Need, ZoneAssumption
from rebond.history import apply, diff, merge
from tests.mission.test_other_territory import census_rows as cambresis_rows

FEW = settings(max_examples=10)


@pytest.fixture
def exchange(bench):
    """What the mission would hold after ``told`` went through a workbook."""

    def through(known, told, *, now=None, typed=False):
        path = bench.folder / "retour.xlsx"
        write_workbook(path, bench.layout, census_rows(told, bench.layout))
        read = bench.read(path)
        kept = {"layout": bench.layout, "gazetteer": bench.gazetteer}
        return brought_by_workbook(read, known=known, now=now or known, typed=typed, **kept)

    return through


@pytest.fixture
def known(bench):
    """A small mission with what a workbook has no room for."""
    census = bench.read(bench.write())
    firm, *firms = census.firms
    year = firm.accounts[0].year
    older = Accounts(year=year - 3, staff=Decimal(12))
    interview, *interviews = census.interviews
    project, *projects = census.projects
    zone = ZoneAssumption(zone="frr", value="frr", source="essai", communes=frozenset({"52121"}))
    return replace(
        census,
        settings=replace(census.settings, zone_assumptions=(*census.settings.zone_assumptions, zone)),
        firms=(replace(firm, siren=UNKNOWN, accounts=(*firm.accounts, older)), *firms),
        interviews=(replace(interview, needs=(*interview.needs, Need(axis="foncier", text="un terrain"))), *interviews),
        projects=(replace(project, commune=UNKNOWN), *projects),
        repairs=(),
    )


def test_another_territory_comes_back_the_same(bench, exchange):
    rows: dict[str, Any] = dict(cambresis_rows(SimpleNamespace(catalogue=SimpleNamespace(gazetteer=bench.gazetteer))))  # type: ignore[arg-type]  # only its gazetteer is read
    census = bench.read(bench.write({**rows, "mission": rows["mission"][0]}))
    assert diff(census, exchange(census, census)) == ()


def test_what_a_workbook_has_no_room_for_is_no_change(known, exchange):
    assert diff(known, exchange(known, known)) == ()
    assert merge(known, known, exchange(known, known)).is_nothing


CHANGES = {
    "title": st.sampled_from(["Four neuf", "Presse"]),
    "jobs_created": st.integers(0, 50),
    "starts_on": st.dates(date(2027, 1, 1), date(2027, 6, 1)),
    "works_started": st.booleans(),
    "own_financing": st.integers(0, 10**6).map(Decimal),
    "borrowing_capacity": st.one_of(st.just(UNKNOWN), st.integers(0, 10**6).map(Decimal)),
}


@FEW
@given(data=st.data())
def test_what_was_changed_in_the_workbook_is_all_that_changes(data):
    bench_known, through = HELD
    names = data.draw(st.sets(st.sampled_from(sorted(CHANGES)), min_size=1))
    values = {name: data.draw(CHANGES[name]) for name in sorted(names)}
    first, *others = bench_known.projects
    amount = data.draw(st.integers(1, 10**6).map(Decimal))
    costs = (replace(first.costs[0], amount=amount), *first.costs[1:])
    told = replace(bench_known, projects=(replace(first, costs=costs, **values), *others))
    assert diff(told, through(bench_known, told)) == ()


HELD: Any = None


@pytest.fixture(autouse=True)
def _held(known, exchange):
    global HELD  # noqa: PLW0603 - Hypothesis runs many examples in one test: fixtures of a function are out of its reach
    HELD = known, exchange


def test_a_line_without_a_mark_that_someone_else_added_too_is_the_same_line(known, exchange):
    """The same workbook twice: the second time it changes nothing."""
    first, *others = known.projects
    line = CostLine(id="P001-9", nature="materiel", amount=Decimal(7), year=2027, label="Hotte")
    added = replace(known, projects=(replace(first, costs=(*first.costs, line)), *others))
    once = apply(known, diff(known, exchange(known, added)))
    assert len(once.projects[0].costs) == len(first.costs) + 1
    assert merge(known, once, exchange(known, added, now=once)).is_nothing


def test_the_cells_left_empty_in_a_workbook_typed_by_hand_say_nothing(known, exchange):
    first, *others = known.projects
    told = replace(known, projects=(replace(first, title="Tapé", jobs_created=UNKNOWN, scores=()), *others), aids=())
    (change,) = diff(known, exchange(known, told, typed=True))
    assert (change.path, change.after) == (("title",), "Tapé")


def test_every_fact_that_changes_has_a_sheet_and_its_single_cells_a_column(bench, known, exchange):
    empty = replace(
        known,
        **dict.fromkeys(("firms", "interviews", "projects", "aids", "partner_entries", "confirmations"), ()),
    )
    for change in diff(empty, known):
        assert place_of(bench.layout, change.kind, change.ref, change.path).title
    first, *others = known.projects
    told = replace(known, projects=(replace(first, title="x", kind="creation", jobs_kept=3, scores=()), *others))
    for change in diff(known, told):
        assert place_of(bench.layout, change.kind, change.ref, change.path).column or len(change.path) == 2, change


def test_the_stamp_of_an_export_comes_back_and_its_rows_have_their_lines(bench, known):
    stamp = Stamp(export="e", mission="m", instance="i", made_on="le 1er mai 2026")
    path = bench.folder / "timbre.xlsx"
    write_workbook(path, bench.layout, census_rows(known, bench.layout), stamp=stamp)
    read = read_workbook(path, layout=bench.layout, gazetteer=bench.gazetteer)
    assert read.stamp == stamp
    assert read.lines["projets", "P001"] == 2
    assert read.lines["depenses", known.projects[0].costs[1].id] == 3
    assert read_workbook(bench.write(), layout=bench.layout, gazetteer=bench.gazetteer).stamp is None


def test_an_assumption_on_part_of_the_territory_goes_through_the_workbook(bench):
    """Order counts where nothing else tells: as it was, also when the whole territory does not come first."""
    frr = ZoneAssumption(zone="frr", value="frr_plus", source="arrêté", communes=frozenset({"52121", "52269"}))
    part = ZoneAssumption(zone="afr", value="aucune", source="carte", communes=frozenset({"52121"}))
    whole = ZoneAssumption(zone="afr", value="c", source="essai")
    census = bench.read(bench.write())
    for zones in permutations((frr, part, whole)):
        held = replace(census, settings=replace(census.settings, zone_assumptions=zones))
        path = bench.folder / "zonages.xlsx"
        write_workbook(path, bench.layout, census_rows(held, bench.layout))
        assert bench.read(path).settings.zone_assumptions == zones


def test_a_commune_that_is_named_is_not_what_the_whole_territory_is(bench):
    whole = ZoneAssumption(zone="afr", value="c", source="essai")
    part = ZoneAssumption(zone="afr", value="aucune", source="carte", communes=frozenset({"52121"}))
    for zones in permutations((whole, part)):
        zonages = Zonages(lines={}).assuming(zones)
        found = [
            zonages.zone_of("afr", bench.gazetteer.commune(code), date(2026, 11, 20)) for code in ("52121", "52269")
        ]
        assert [zone.value for zone in found] == ["aucune", "c"]


def test_a_filled_in_workbook_that_says_nothing_of_the_zones_removes_none(known, exchange):
    """It has no sheet for them: a workbook of before, or one made from a template."""
    first, *_ = known.settings.zone_assumptions
    told = replace(known, settings=replace(known.settings, zone_assumptions=(first,)))
    kept = exchange(known, told, typed=True).settings.zone_assumptions
    assert set(kept) == set(known.settings.zone_assumptions)
    assert exchange(known, told).settings.zone_assumptions == (first,)
