"""What each candidate is worth on each criterion of the call, as the study found; records never change: it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from rebond.web.financing.kept import Kept
from rebond.web.portfolio.session import Line
from rebond.web.studies.models import Record
from rebond.web.studies.records import ProjectRecord, StoredScore

Scores = tuple[StoredScore, ...]
_kept: Kept[Scores] = Kept(1500)


def scores_of(lines: Sequence[Line]) -> Mapping[str, Scores]:
    """The scores of each project, by reference; one query when some were never read."""
    wanted = {line.project.ref: line.finding.record_id for line in lines if line.finding is not None}
    found = _kept.known(wanted.values())
    for record in Record.objects.filter(pk__in=set(wanted.values()) - found.keys()):
        found[record.pk] = _kept.get(record.pk, partial(_read, record))
    return {ref: found[record] for ref, record in wanted.items() if record in found}


def _read(record: Record) -> Scores:
    return ProjectRecord(record.read()).scores
