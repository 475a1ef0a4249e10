"""The long contents of a study, made ready before anything is written: that takes longer than writing them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rebond.publication.lines import basis_of
from rebond.results import MissionResult, ProjectResult
from rebond.web.financing.records_json import as_record, digest
from rebond.web.studies.models import Record
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    parts: tuple[Any, ...]
    rest: tuple[Any, ...]
    record: Record


class KeptContents:
    """The contents of a mission's projects between two of its studies: only those that changed are written again.

    A project's content is that of the last time when all that it tells is the very same: what was found of the
    project apart from the others comes from the same study (``KeptStudies``), and its plan is equal.
    """

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def projects(self, result: MissionResult) -> list[Record]:
        """The content of each project of a result, in their order; those of other projects are forgotten."""
        self._kept = {found.project.id: self._of(found, result) for found in result.projects}
        return [each.record for each in self._kept.values()]

    def _of(self, found: ProjectResult, result: MissionResult) -> _Kept:
        parts = found.project, found.facts, found.zones, found.maturity, found.score, found.verdicts, found.built
        answers = found.awards, found.answers.closed
        rest = replace(found.plan, reports=()), answers, result.catalogue_version, result.on
        kept = self._kept.get(found.project.id)
        if kept and rest == kept.rest and all(one is other for one, other in zip(parts, kept.parts, strict=True)):
            return kept
        return _Kept(parts=parts, rest=rest, record=Record.of(project_record(found, result)))


def contents_of(result: MissionResult, kept: KeptContents | None = None) -> Contents:
    """Asks nothing of the database: other people keep writing meanwhile, on SQLite too."""
    records, census = Records(), as_record(result.census)
    return Contents(
        records=records,
        census=records.add(census),
        facts_digest=digest(census),
        projects=tuple(records.take(record) for record in (kept or KeptContents()).projects(result)),
        indicators=tuple(records.add(rows) for rows in indicator_rows(result)),
        figures=tuple((code, title, records.add(drawing)) for code, title, drawing in drawn_figures(result)),
        publication=records.add(basis_of(result).as_data()),
    )
