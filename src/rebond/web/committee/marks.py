"""What each candidate is worth on each criterion of the call, as the study found; records never change: it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rebond.web.financing.kept import Kept
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import Recusal
from rebond.web.portfolio.session import Line
from rebond.web.studies.models import Record
from rebond.web.studies.records import ProjectRecord, StoredScore

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from rebond.web.accounts.models import User

Scores = tuple[StoredScore, ...]
_kept: Kept[Scores] = Kept(1500)


class _MissingError(Exception):
    """Not read yet."""


def scores_read_by(user: User | AnonymousUser, mission: Mission, lines: Sequence[Line]) -> Mapping[str, Scores]:
    """The scores of each project, by reference, without the marks of the firms for which this person stands aside."""
    left = set(Recusal.objects.of(mission).firms_left_by(user))
    found = _scores_of(lines)
    if not left:
        return found
    aside = {line.project.ref for line in lines if line.project.firm_id in left}
    return {
        ref: tuple(score for score in scores if not score.is_marked) if ref in aside else scores
        for ref, scores in found.items()
    }


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
