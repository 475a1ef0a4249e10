"""What each candidate is worth on each criterion of the call, as the study found; records never change: it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from rebond.web.financing.kept import Kept
from rebond.web.portfolio.session import Line
from rebond.web.studies.models import Record
from rebond.web.studies.records import ProjectRecord, StoredScore

Scores = tuple[StoredScore, ...]
_kept: Kept[Scores] = Kept(1500)


class _MissingError(Exception):
    """Not read yet."""


def scores_read_by(lines: Sequence[Line], aside: Collection[int]) -> Mapping[str, Scores]:
    """The scores of each project, by reference, without the marks of the firms for which the reader stands aside."""
    found = _scores_of(lines)
    for line in lines:
        if line.project.firm_id in aside and line.project.ref in found:
            found[line.project.ref] = tuple(each for each in found[line.project.ref] if not each.is_marked)
    return found


def _scores_of(lines: Sequence[Line]) -> dict[str, Scores]:
    """One query when some were never read."""
    found: dict[str, Scores] = {}
    lacking: dict[int, str] = {}
    for line in lines:
        if line.finding is None:
            continue
        try:
            found[line.project.ref] = _kept.get(line.finding.record_id, _missing)
        except _MissingError:
            lacking[line.finding.record_id] = line.project.ref
    if lacking:
        for record in Record.objects.filter(pk__in=lacking):
            scores = ProjectRecord(record.read()).scores
            found[lacking[record.pk]] = _kept.get(record.pk, _given(scores))
    return found


def _given(scores: Scores) -> Callable[[], Scores]:
    return lambda: scores


def _missing() -> Scores:
    raise _MissingError
