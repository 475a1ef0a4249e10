"""A workbook goes out and comes back: what nobody changed does not change, what two people changed both holds."""

from dataclasses import replace
from datetime import date

import pytest

from rebond.errors import CensusError
from rebond.facts import MissionSettings
from rebond.history import ABSENT, Kind, diff, rows_of
from rebond.web.editing.gestures import save
from rebond.web.exchange.applying import NotChosenError, apply_draft, undo_import
from rebond.web.exchange.keeping import packed
from rebond.web.exchange.preview import SITE, WORKBOOK
from rebond.web.journal.models import Act, Entry
from rebond.web.missions.facts import census_of
from tests.web.exchange.conftest import cell, edited


def row(desk, kind, ref):
    return rows_of(census_of(desk.mission))[kind, ref]


def test_an_export_that_comes_back_untouched_changes_nothing_to_the_byte(desk):
    before = packed(census_of(desk.mission))
    draft = desk.bring(desk.export())
    found = desk.preview(desk.export())
    assert found.is_nothing
    assert found.unchanged == len(rows_of(census_of(desk.mission)))
    assert apply_draft(draft, {}, (), by=desk.by, reason="rien").gesture is None
    assert packed(census_of(desk.mission)) == before


def test_what_was_changed_in_the_workbook_and_on_the_site_both_holds(desk):
    path = desk.export()
    start = row(desk, Kind.PROJECT, "P001")
    save(desk.mission, {(Kind.PROJECT, "P001"): replace(start, jobs_kept=12)}, by=desk.by)
    filled = edited(path, lambda book: setattr(cell(book, "projets", "P001", "intitule"), "value", "Four neuf"))
    found = desk.preview(filled)
    assert [(line.where.split(",")[0], line.column, line.theirs) for line in found.changed] == [
        ("feuille « projets »", "Intitulé", "Four neuf")
    ]
    assert not (found.conflicts or found.created or found.gone)
    done = apply_draft(desk.bring(filled), {}, (), by=desk.by, reason="terrain")
    after = row(desk, Kind.PROJECT, "P001")
    assert (after.title, after.jobs_kept) == ("Four neuf", 12)
    assert {(e.act, e.reason) for e in Entry.objects.of(desk.mission).filter(gesture=done.gesture)} == {
        (Act.IMPORTED, "terrain")
    }
    assert desk.preview(filled).is_nothing
