"""What changed between two states of a mission's facts: the one mechanism behind history, undo, import and clashes.

``diff`` says what differs, ``apply`` makes it so, ``undo`` turns changes round, ``merge`` reconciles two people who
began from the same state.
"""

from rebond.history.changes import (
    ABSENT,
    Absent,
    Change,
    Kind,
    Rows,
    apply,
    apply_to_rows,
    diff,
    diff_rows,
    inverse,
    rows_of,
)
from rebond.history.lens import lift
from rebond.history.merge import Conflict, Merge, merge, merge_rows
from rebond.history.naming import named_again

__all__ = [
    "ABSENT",
    "Absent",
    "Change",
    "Conflict",
    "Kind",
    "Merge",
    "Rows",
    "apply",
    "apply_to_rows",
    "diff",
    "diff_rows",
    "inverse",
    "lift",
    "merge",
    "merge_rows",
    "named_again",
    "rows_of",
]
