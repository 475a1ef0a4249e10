"""A form changes what it can say and nothing else: whatever a mission holds, the rest of the row stays as it was."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings

from rebond.facts import (
    Accounts,
    Envelope,
    Establishment,
    Firm,
    Interview,
    MissionSettings,
    Need,
    Project,
    ZoneAssumption,
)
from rebond.history import Kind, rows_of
from rebond.web.editing.changing import wanted
from rebond.web.editing.opened import Opened, context_of, texts_of
from rebond.web.missions.models import Mission
from tests.core.history.censuses import censuses

TYPED: dict[Kind, tuple[str, str, str, dict[str, Any]]] = {
    Kind.FIRM: ("entreprises", "metier", "fonderie", {"trade": "fonderie"}),
    Kind.PROJECT: ("projets", "emplois_maintenus", "77", {"jobs_kept": 77}),
    Kind.INTERVIEW: ("entretiens", "conduit_par", "A. Conseil", {"interviewer": "A. Conseil"}),
    Kind.AID: ("aides", "financeur", "Région d'essai", {"funder": "Région d'essai"}),
    Kind.SETTINGS: ("mission", "territoire", "Pays d'essai", {"territory": "Pays d'essai"}),
}


def opened(key, row, census):
    context = {} if key[0] is Kind.SETTINGS else context_of(census.settings, census.firms, ())
    if key[0] is Kind.FIRM:
        context = context_of(census.settings)
    if key[0] is Kind.AID:
        context = context_of(census.settings, census.firms, census.projects)
    rows = {key: row}
    return Opened(mission=Mission(), since=0, rows=rows, sheets=texts_of(rows, census.settings), context=context)


def written(form, sheet, column, text):
    rows = [dict(row) for row in form.sheets[sheet]]
    rows[0][column] = text
    return {**form.sheets, sheet: rows}


def whole(census):
    """The same mission as an importer would have taken it: what is required is there."""
    named = [replace(firm, name=firm.name or "Forge", links=()) for firm in census.firms]
    ids = {firm.id for firm in named}
    missing = [Firm(id=each, name="Forge") for each in ("E1", "E2") if each not in ids]
    firms = tuple(
        replace(firm, establishment=replace(firm.establishment, commune="52121")) for firm in (*named, *missing)
    )
    projects = tuple(replace(project, title=f"Four {project.id}", costs=()) for project in census.projects)
    aids = tuple(replace(aid, funder="Région", project_id="") for aid in census.aids)
    mission = replace(census.settings, name="Mission", territory="Chaumont", weights=(), committee_on=date(2026, 6, 1))
    return replace(census, firms=firms, projects=projects, aids=aids, settings=mission)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(censuses)
def test_one_field_typed_changes_that_field_alone(drawn):
    census = whole(drawn)
    for key, row in rows_of(census).items():
        if key[0] not in TYPED:
            continue
        sheet, column, text, change = TYPED[key[0]]
        form = opened(key, row, census)
        assert wanted(form, form.sheets)[key] == row
        assert wanted(form, written(form, sheet, column, text))[key] == replace(row, **change)


def made(row, census_settings, sheet, changes):
    key = {Firm: (Kind.FIRM, "E001"), Project: (Kind.PROJECT, "P001"), Interview: (Kind.INTERVIEW, "R001")}[type(row)]
    rows = {key: row}
    firm = Firm(id="E001", name="Forge", establishment=Establishment(commune="52121"))
    context = context_of(census_settings, [] if isinstance(row, Firm) else [firm])
    form = Opened(mission=Mission(), since=0, rows=rows, sheets=texts_of(rows, census_settings), context=context)
    cells = [dict(each) for each in form.sheets[sheet]]
    cells[0] |= changes
    return wanted(form, {**form.sheets, sheet: cells})[key]


def a_mission():
    return MissionSettings(
        name="Mission",
        territory="Chaumont",
        epcis=("200068658",),
        committee_on=date(2026, 11, 20),
        envelope=Envelope(contributions=()),
    )


def firm_with_years(*years):
    books = tuple(Accounts(year=year, turnover=Decimal(year)) for year in years)
    return Firm(id="E001", name="Forge", establishment=Establishment(commune="52121"), accounts=books)


def test_a_third_year_of_accounts_has_no_place_in_the_form_and_stays():
    firm = firm_with_years(2025, 2024, 2023)
    after = made(firm, a_mission(), "entreprises", {"ca_n": "9"})
    assert [(each.year, each.turnover) for each in after.accounts] == [(2025, 9), (2024, 2024), (2023, 2023)]


def test_a_new_year_pushes_the_others_down_and_loses_none():
    after = made(firm_with_years(2025, 2024), a_mission(), "entreprises", {"annee_n": "2026", "ca_n1": "2025"})
    assert [each.year for each in after.accounts] == [2026, 2025, 2024]


def test_the_year_before_that_a_person_empties_goes():
    after = made(firm_with_years(2025, 2024), a_mission(), "entreprises", {"ca_n1": ""})
    assert [each.year for each in after.accounts] == [2025]


def test_a_year_that_was_a_slip_of_the_keyboard_is_replaced():
    after = made(firm_with_years(2052), a_mission(), "entreprises", {"annee_n": "2025"})
    assert [each.year for each in after.accounts] == [2025]


def test_two_needs_of_one_axis_stay_when_the_shown_one_changes():
    needs = tuple(Need(axis="foncier", text=text) for text in ("un terrain", "une halle"))
    interview = Interview(id="R001", firm_id="E001", held_on=date(2026, 5, 4), needs=(*needs, Need(axis="x", text="x")))
    after = made(interview, a_mission(), "entretiens", {"besoin_foncier": "une halle chauffée"})
    assert [need.text for need in after.needs] == ["un terrain", "une halle chauffée", "x"]


def test_assumptions_on_other_zones_and_places_stay():
    zones = (
        ZoneAssumption(zone="afr", value="a", source="s"),
        ZoneAssumption(zone="frr", value="frr", source="s"),
        ZoneAssumption(zone="afr", value="c", source="s", communes=frozenset({"52121"})),
    )
    mission = replace(a_mission(), zone_assumptions=zones)
    key = (Kind.SETTINGS, "")
    form = Opened(mission=Mission(), since=0, rows={key: mission}, sheets=texts_of({key: mission}, mission), context={})
    after = wanted(form, written(form, "mission", "zonage_afr", "c"))[key]
    assert after.zone_assumptions == (replace(zones[0], value="c"), *zones[1:])
    assert wanted(form, form.sheets)[key] == mission


def test_a_declared_fact_that_the_form_does_not_know_stays():
    project = Project(id="P001", firm_id="E001", title="Four", declared=(("fait_inconnu", "x"), ("premiere_ia", True)))
    after = made(project, a_mission(), "projets", {"premiere_ia": ""})
    assert after.declared == (("fait_inconnu", "x"),)
