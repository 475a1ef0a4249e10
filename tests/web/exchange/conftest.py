"""A mission whose workbook goes out and comes back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rebond.facts import Census
from rebond.web.accounts.models import User
from rebond.web.editing.life import create_mission
from rebond.web.exchange.applying import keep, preview_of
from rebond.web.exchange.bringing import bring
from rebond.web.exchange.exporting import export_workbook
from rebond.web.exchange.models import ImportDraft
from rebond.web.exchange.preview import Preview
from rebond.web.exchange.workbook import workbook_layout
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission


@dataclass
class Desk:
    """Someone's desk: where workbooks are filled in."""

    mission: Mission
    by: Author
    folder: Path

    def export(self, name: str = "export.xlsx") -> Path:
        """The workbook of the mission today."""
        path = self.folder / name
        export_workbook(self.mission, path, by=self.by)
        return path

    def bring(self, path: Path) -> ImportDraft:
        """A workbook that comes back."""
        return keep(self.mission, bring(self.mission, path), file_name=path.name, by=self.by)

    def preview(self, path: Path) -> Preview:
        """What it would do."""
        return preview_of(self.bring(path))


def edited(path: Path, change: Callable[[Any], object]) -> Path:
    """The workbook after someone typed in it."""
    book = openpyxl.load_workbook(path)
    change(book)
    target = path.with_name(f"rempli-{path.name}")
    book.save(target)
    return target


def cell(book: Any, sheet: str, row: str, column: str) -> Any:
    """The cell of a row, by the identifier in its first column, and of a column, by its key."""
    found = workbook_layout().sheet(sheet)
    number = [each.key for each in found.columns].index(column) + 1
    for line in book[found.title].iter_rows(min_row=2):
        if line[0].value == row:
            return line[number - 1]
    raise KeyError(row)


def few(census: Census) -> Census:
    """The first firms of a census, with what hangs on them: a workbook that is quick to fill in."""
    firms = census.firms[:FIRMS]
    known = {firm.id for firm in firms}
    projects = tuple(project for project in census.projects if project.firm_id in known)
    kept = {project.id for project in projects}
    return replace(
        census,
        firms=firms,
        interviews=tuple(each for each in census.interviews if each.firm_id in known),
        projects=projects,
        aids=tuple(each for each in census.aids if each.firm_id in known and each.project_id in {"", *kept}),
        partner_entries=census.partner_entries[:4],
        confirmations=(),
        link_decisions=(),
        lineage=(),
        decisions=tuple(each for each in census.decisions if each.project_id in kept),
    )


FIRMS = 8


@pytest.fixture
def sample_desk(db: None, tmp_path: Path) -> Desk:
    """The desk of the pilot of the sample mission."""
    return Desk(mission=Mission.objects.get(), by=author_of(User.objects.get(username="pilote")), folder=tmp_path)


@pytest.fixture
def desk(sample_desk: Desk) -> Desk:
    """The desk of the pilot of a small mission."""
    census = few(census_of(sample_desk.mission))
    made = create_mission(census, by=sample_desk.by, slug="petite", pilot=sample_desk.by.user)
    return Desk(mission=made, by=sample_desk.by, folder=sample_desk.folder)
