"""What changed between two states of a mission's facts: the one mechanism behind history, undo, import and clashes.

``diff`` says what differs, ``apply`` makes it so, ``undo`` turns changes round, ``merge`` reconciles two people who
began from the same state.
"""

from rebond.history.changes import ABSENT, Absent, Change, Kind, apply, diff, inverse
from rebond.history.merge import Conflict, Merge, merge

__all__ = ["ABSENT", "Absent", "Change", "Conflict", "Kind", "Merge", "apply", "diff", "inverse", "merge"]
