"""A workbook goes out and comes back: what nobody changed does not change, what two people changed both holds."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from rebond.errors import CensusError, FactsError
from rebond.facts import UNKNOWN, Accounts, Census, Envelope, MissionSettings, ZoneAssumption
from rebond.history import Kind, diff, rows_of
from rebond.web.editing.gestures import ArchivedError, ClashError, save, save_census
from rebond.web.editing.life import archive, create_mission, unarchive
from rebond.web.exchange.applying import NotChosenError, apply_draft, preview_of, undo_import
from rebond.web.exchange.keeping import packed, unpacked
from rebond.web.exchange.models import ImportDraft
from rebond.web.exchange.preview import SITE, WORKBOOK
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.facts import census_of
from tests.spreadsheets import as_ods
from tests.web.exchange.conftest import Desk, cell, edited

P1 = (Kind.PROJECT, "P001")


def rows(desk):
    return rows_of(census_of(desk.mission))


def row(desk, kind, ref):
    return rows(desk)[kind, ref]


def typed(sheet, ref, column, value):
    return lambda book: setattr(cell(book, sheet, ref, column), "value", value)


def deleted(sheet_title, ref, rank=0):
    """Delete the rows of a sheet whose first cell is a reference."""

    def change(book):
        sheet = book[sheet_title]
        lines = [line[0].row for line in sheet.iter_rows(min_row=2) if line[rank].value == ref]
        for number in reversed(lines):
            sheet.delete_rows(number)

    return change


def test_an_export_that_comes_back_untouched_changes_nothing_to_the_byte(sample_desk):
    desk = sample_desk
    before = packed(census_of(desk.mission))
    draft = desk.bring(desk.export())
    found = preview_of(draft)
    assert found.is_nothing
    assert found.unchanged == len(rows(desk))
    assert apply_draft(draft, {}, (), by=desk.by, reason="rien").gesture is None
    assert packed(census_of(desk.mission)) == before


def test_a_workbook_saved_as_opendocument_comes_back_too(desk):
    assert desk.preview(as_ods(desk.export())).is_nothing


def test_what_was_changed_in_the_workbook_and_on_the_site_both_holds(desk):
    path = desk.export()
    save(desk.mission, {P1: replace(row(desk, *P1), jobs_kept=12)}, by=desk.by)
    filled = edited(path, typed("projets", "P001", "intitule", "Four neuf"))
    found = desk.preview(filled)
    assert [(line.place.title, line.place.row, line.column, line.theirs) for line in found.changed] == [
        ("projets", "P001", "Intitulé", "Four neuf")
    ]
    assert found.changed[0].number
    assert (found.conflicts, found.created, found.gone) == ((), (), ())
    done = apply_draft(desk.bring(filled), {}, (), by=desk.by, reason="terrain")
    assert (row(desk, *P1).title, row(desk, *P1).jobs_kept) == ("Four neuf", 12)
    assert done.gesture is not None
    told = Entry.objects.of(desk.mission).filter(gesture=done.gesture)
    assert {(entry.act, entry.reason) for entry in told} == {(Act.IMPORTED, "terrain")}
    assert desk.preview(filled).is_nothing


def test_a_value_changed_on_both_sides_waits_for_a_choice_and_the_rest_is_not_written(desk):
    path = desk.export()
    start = row(desk, *P1)
    save(desk.mission, {P1: replace(start, title="Four du site")}, by=desk.by, reason="devis")
    filled = edited(
        edited(path, typed("projets", "P001", "intitule", "Four du classeur")),
        typed("projets", "P002", "intitule", "Autre titre"),
    )
    draft = desk.bring(filled)
    with pytest.raises(NotChosenError) as refused:
        apply_draft(draft, {}, (), by=desk.by, reason="x")
    (line,) = refused.value.preview.conflicts
    assert (line.base, line.mine, line.theirs) == (start.title, "Four du site", "Four du classeur")
    assert line.since is not None
    assert line.since.reason == "devis"
    assert row(desk, Kind.PROJECT, "P002").title != "Autre titre"
    apply_draft(draft, {line.key: SITE}, (), by=desk.by, reason="x")
    assert row(desk, *P1).title == "Four du site"
    assert row(desk, Kind.PROJECT, "P002").title == "Autre titre"
    again = desk.bring(filled)
    apply_draft(again, {line.key: WORKBOOK}, (), by=desk.by, reason="x")
    assert row(desk, *P1).title == "Four du classeur"


def test_a_row_that_the_workbook_lacks_is_kept_unless_someone_says_otherwise(desk):
    project = next(p for p in census_of(desk.mission).projects if len(p.costs) > 1)
    filled = edited(desk.export(), deleted("postes de dépense", project.id))
    found = desk.preview(filled)
    assert {line.place.sheet for line in found.gone} == {"depenses"}
    assert len(found.gone) == len(project.costs)
    assert (found.changed, found.created, found.conflicts) == ((), (), ())
    apply_draft(desk.bring(filled), {}, (), by=desk.by, reason="x")
    assert row(desk, Kind.PROJECT, project.id).costs == project.costs
    apply_draft(desk.bring(filled), {}, {found.gone[0].key}, by=desk.by, reason="x")
    assert row(desk, Kind.PROJECT, project.id).costs == project.costs[1:]


def test_a_firm_that_still_has_projects_is_not_withdrawn_and_nothing_is_written(desk):
    firm = row(desk, *P1).firm_id
    projects = {project.id for project in census_of(desk.mission).projects if project.firm_id == firm}

    def forget(book):
        for sheet in book:
            for line in [*sheet.iter_rows(min_row=2)][::-1]:
                if {line[0].value, line[1].value if len(line) > 1 else None} & {firm, *projects}:
                    sheet.delete_rows(line[0].row)

    draft = desk.bring(edited(desk.export(), forget))
    gone = {line.place.row: line.key for line in preview_of(draft).gone}
    assert {firm, *projects} <= set(gone)
    with pytest.raises(FactsError) as refused:
        apply_draft(draft, {}, {gone[firm]}, by=desk.by, reason="x")
    assert "projet P001" in str(refused.value)
    assert {(Kind.FIRM, firm), P1} <= set(rows(desk))
    apply_draft(draft, {}, set(gone.values()), by=desk.by, reason="x")
    assert not {(Kind.FIRM, firm), P1} & set(rows(desk))
    undo_import(draft, by=desk.by)
    assert {(Kind.FIRM, firm), P1} <= set(rows(desk))


def test_an_import_is_undone_in_one_gesture(desk):
    before = census_of(desk.mission)
    filled = edited(desk.export(), typed("projets", "P001", "intitule", "Four neuf"))
    draft = desk.bring(filled)
    apply_draft(draft, {}, (), by=desk.by, reason="x")
    assert diff(before, census_of(desk.mission))
    undo_import(draft, by=desk.by)
    assert diff(before, census_of(desk.mission)) == ()
    assert draft.state == ImportDraft.State.UNDONE


def test_an_import_over_which_someone_worked_is_not_undone(desk):
    draft = desk.bring(edited(desk.export(), typed("projets", "P001", "intitule", "Four neuf")))
    apply_draft(draft, {}, (), by=desk.by, reason="x")
    save(desk.mission, {P1: replace(row(desk, *P1), title="Encore")}, by=desk.by)
    with pytest.raises(ClashError):
        undo_import(draft, by=desk.by)
    assert row(desk, *P1).title == "Encore"


def test_the_export_of_another_mission_says_so_and_is_refused(desk, other_desk):
    with pytest.raises(CensusError) as refused:
        other_desk.bring(desk.export())
    assert "export d'une autre mission (mission « petite »" in str(refused.value)
    assert not ImportDraft.objects.exists()


def test_a_workbook_with_faults_is_refused_with_all_of_them(desk):
    def spoil(book):
        cell(book, "projets", "P001", "entreprise").value = "E999"
        cell(book, "projets", "P002", "debut").value = "bientôt"
        cell(book, "entreprises", "E001", "siren").value = "12"

    with pytest.raises(CensusError) as refused:
        desk.bring(edited(desk.export(), spoil))
    assert len(refused.value.faults) == 3
    assert not ImportDraft.objects.exists()


def test_a_workbook_typed_by_hand_withdraws_nothing_and_changes_what_it_says(desk):
    def strip(book):
        del book["rebond"]
        deleted("projets", "P003")(book)
        for title in ("postes de dépense", "listes des partenaires", "aides déjà obtenues"):
            sheet = book[title]
            marks = next(c.column for c in sheet[1] if str(c.value).casefold().startswith("rep"))
            sheet.delete_cols(marks)
        for line in [line for line in book["postes de dépense"].iter_rows(min_row=2) if line[0].value == "P003"][::-1]:
            book["postes de dépense"].delete_rows(line[0].row)
        deleted("aides déjà obtenues", "P003", rank=1)(book)
        deleted("demandes aux financeurs", "P003")(book)
        cell(book, "projets", "P001", "intitule").value = "Titre tapé"
        cell(book, "projets", "P001", "emplois_crees").value = None

    draft = desk.bring(edited(desk.export(), strip))
    found = preview_of(draft)
    assert draft.export is None
    assert [(line.place.row, line.theirs) for line in found.changed] == [("P001", "Titre tapé")]
    assert (found.gone, found.created, found.conflicts) == ((), (), ())


def test_the_years_that_left_the_workbook_stay_in_the_mission(desk):
    firm = next(f for f in census_of(desk.mission).firms if f.accounts)
    year = firm.accounts[0].year
    older = (*firm.accounts[:1], Accounts(year=year - 1, staff=Decimal(7)), Accounts(year=year - 2, staff=Decimal(5)))
    save(desk.mission, {(Kind.FIRM, firm.id): replace(firm, accounts=older)}, by=desk.by)

    def next_year(book):
        for figure in ("effectif", "ca", "bilan"):
            last = cell(book, "entreprises", firm.id, f"{figure}_n")
            cell(book, "entreprises", firm.id, f"{figure}_n1").value, last.value = last.value, 9
        cell(book, "entreprises", firm.id, "annee_n").value = year + 1

    apply_draft(desk.bring(edited(desk.export(), next_year)), {}, (), by=desk.by, reason="comptes")
    years = {accounts.year: accounts.staff for accounts in row(desk, Kind.FIRM, firm.id).accounts}
    assert years[year + 1] == 9
    assert (years[year - 1], years[year - 2]) == (7, 5)


def test_what_a_workbook_cannot_say_is_never_a_change(desk):
    census = census_of(desk.mission)
    zones = (*census.settings.zone_assumptions, ZoneAssumption(zone="frr", value="frr", source="essai"))
    project = replace(row(desk, *P1), commune=UNKNOWN)
    settings = replace(census.settings, zone_assumptions=zones)
    save(desk.mission, {P1: project, (Kind.SETTINGS, ""): settings}, by=desk.by)
    filled = edited(desk.export(), typed("entreprises", project.firm_id, "commune", "INSEE 52269"))
    apply_draft(desk.bring(filled), {}, (), by=desk.by, reason="x")
    assert row(desk, *P1).commune is UNKNOWN
    assert row(desk, Kind.SETTINGS, "").zone_assumptions == zones
    assert row(desk, Kind.FIRM, project.firm_id).establishment.commune == "52269"


def test_lines_added_on_both_sides_are_two_lines(desk):
    path = desk.export()
    project = row(desk, *P1)
    line = replace(project.costs[-1], id=f"P001-{len(project.costs) + 1}", label="Ajouté ici", amount=Decimal(10))
    save(desk.mission, {P1: replace(project, costs=(*project.costs, line))}, by=desk.by)

    def add(book):
        sheet = book["postes de dépense"]
        first = next(each for each in sheet.iter_rows(min_row=2) if each[0].value == "P001")
        sheet.append(["P001", "Ajouté là-bas", first[2].value, 2027, 20])

    filled = edited(path, add)
    apply_draft(desk.bring(filled), {}, (), by=desk.by, reason="x")
    added = {each.label: each.amount for each in row(desk, *P1).costs[len(project.costs) :]}
    assert added == {"Ajouté ici": 10, "Ajouté là-bas": 20}
    assert desk.preview(filled).is_nothing


@pytest.mark.parametrize("seed", range(2))
def test_conflicts_are_exactly_where_both_changed(desk, seed):
    """Some cells in the workbook, some on the site, some on both: all of them hold, or ask."""
    drawn = random.Random(seed)
    projects = [project.id for project in census_of(desk.mission).projects]
    there, here = set(drawn.sample(projects, 6)), set(drawn.sample(projects, 6))
    path = desk.export()
    wanted = {(Kind.PROJECT, ref): replace(row(desk, Kind.PROJECT, ref), title=f"Ici {ref}") for ref in sorted(here)}
    save(desk.mission, wanted, by=desk.by)

    def fill(book):
        for ref in there:
            cell(book, "projets", ref, "intitule").value = f"Là-bas {ref}"

    draft = desk.bring(edited(path, fill))
    found = preview_of(draft)
    assert {line.place.row for line in found.conflicts} == there & here
    assert {line.place.row for line in found.changed} == there - here
    choices = {line.key: drawn.choice((SITE, WORKBOOK)) for line in found.conflicts}
    apply_draft(draft, choices, (), by=desk.by, reason="x")
    kept = {line.place.row for line in found.conflicts if choices[line.key] == SITE} | (here - there)
    for ref in projects:
        title = row(desk, Kind.PROJECT, ref).title
        assert title.startswith("Ici") is (ref in kept)
        assert title.startswith("Là-bas") is (ref in there - kept)


def test_an_archived_mission_is_read_and_exported_and_nothing_of_it_changes(desk):
    path = desk.export()
    archive(desk.mission, by=desk.by)
    filled = edited(path, typed("projets", "P001", "intitule", "Four neuf"))
    with pytest.raises(ArchivedError):
        apply_draft(desk.bring(filled), {}, (), by=desk.by, reason="x")
    with pytest.raises(ArchivedError):
        save_census(desk.mission, replace(census_of(desk.mission), projects=()), by=desk.by)
    unarchive(desk.mission, by=desk.by)
    apply_draft(desk.bring(filled), {}, (), by=desk.by, reason="x")
    assert row(desk, *P1).title == "Four neuf"


@pytest.fixture
def other_desk(desk, tmp_path):
    settings = MissionSettings(
        name="Essai",
        territory="le Cambrésis",
        epcis=("200068500",),
        committee_on=date(2026, 11, 20),
        envelope=Envelope(contributions=()),
    )
    census = Census(settings=settings, firms=(), interviews=(), projects=())
    made = create_mission(census, by=desk.by, pilot=desk.by.user)
    assert made.slug == "le-cambresis"
    assert unpacked(packed(census)) == census
    return Desk(mission=made, by=desk.by, folder=tmp_path)
