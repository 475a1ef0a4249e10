"""The long contents of a study, made ready before anything is written: that takes longer than writing them."""

from __future__ import annotations

from dataclasses import dataclass

from rebond.publication.lines import basis_of
from rebond.results import MissionResult
from rebond.web.financing.records_json import as_record, digest
from rebond.web.studies.storing.project_record import project_record
from rebond.web.studies.storing.published import drawn_figures, indicator_rows
from rebond.web.studies.storing.records import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Digests of what a study will hold, and the contents that wait to be stored under them."""

    records: Records
    census: str
    facts_digest: str
    projects: tuple[str, ...]
    indicators: tuple[str, ...]
    figures: tuple[tuple[str, str, str], ...]
    """Code, title and digest of each chart."""
    publication: str


def contents_of(result: MissionResult) -> Contents:
    """Asks nothing of the database: other people keep writing meanwhile, on SQLite too."""
    records, census = Records(), as_record(result.census)
    return Contents(
        records=records,
        census=records.add(census),
        facts_digest=digest(census),
        projects=tuple(records.add(project_record(found, result)) for found in result.projects),
        indicators=tuple(records.add(rows) for rows in indicator_rows(result)),
        figures=tuple((code, title, records.add(drawing)) for code, title, drawing in drawn_figures(result)),
        publication=records.add(basis_of(result).as_data()),
    )
