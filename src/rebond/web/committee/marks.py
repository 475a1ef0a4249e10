"""What each candidate is worth on each criterion of the call, as the study found; records never change: it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from rebond.web.financing.kept import Kept
from rebond.web.portfolio.calls import ONE, CallShown, own_scores
from rebond.web.portfolio.session import Line
from rebond.web.studies.models import Record
from rebond.web.studies.records import ProjectRecord, StoredScore

Scores = tuple[StoredScore, ...]
_kept: Kept[Scores] = Kept(1500)


def scores_of(lines: Sequence[Line], call: CallShown = ONE) -> Mapping[str, Scores]:
    """The scores of each project for a call, by reference; one query when some were never read."""
    wanted = {line.project.ref: line.finding.record_id for line in lines if line.finding is not None}
    found = _kept.known(wanted.values())
    for record in Record.objects.filter(pk__in=set(wanted.values()) - found.keys()):
        found[record.pk] = _kept.get(record.pk, partial(_read, record))
    own = {line.project.ref: own_scores(line.finding, call) for line in lines}
    common = {ref: found[record] for ref, record in wanted.items() if record in found}
    return common | {ref: scores for ref, scores in own.items() if scores is not None}


def _read(record: Record) -> Scores:
    return ProjectRecord(record.read()).scores
