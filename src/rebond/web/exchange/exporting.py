"""A mission as a workbook, with what its return will be compared to."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from rebond.adapters.workbook import census_rows, write_workbook
from rebond.adapters.workbook.stamp import Stamp
from rebond.restitution.typography import french_date
from rebond.web.exchange.keeping import packed
from rebond.web.exchange.models import Export
from rebond.web.exchange.workbook import instance_name, workbook_layout
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author, Note, record
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.standing import as_read_by

KIND = "export"
"""Of the rows of the journal that tell an export."""


@transaction.atomic
def export_workbook(mission: Mission, path: Path, *, by: Author) -> Export:
    """Write the workbook of a mission at ``path``; the export is kept, and told in the journal."""
    census = as_read_by(by.user, census_of(mission))
    export = Export.objects.create(mission=mission, by=by.user, by_name=by.said, census=packed(census))
    stamp = Stamp(
        export=str(export.pk),
        mission=mission.slug,
        instance=instance_name(),
        made_on=french_date(export.at.date()),
    )
    layout = workbook_layout()
    write_workbook(path, layout, census_rows(census, layout), stamp=stamp)
    note = Note(kind=KIND, ref=str(export.pk), label="Classeur de recensement")
    record(mission, [note], by=by, act=Act.EXPORTED)
    return export
