"""Changes of a mission's facts, field by field."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from rebond.facts import (
    Accompaniment,
    ActionProgress,
    AdviceMeeting,
    AidObtained,
    Census,
    CommitteeDecision,
    Confirmation,
    Descent,
    Firm,
    Interview,
    LinkDecision,
    Mark,
    MissionSettings,
    PartnerEntry,
    Project,
    Recusal,
    ReferralStep,
    RoadmapAction,
    SentReferral,
    WeightStatement,
)
from rebond.history.trees import Tree, branch_of, leaf, record_of, tree_of


class Absent(enum.Enum):
    """The type of the single value ``ABSENT``."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""What a row or an item is before it exists and after it is gone; not to be mixed up with UNKNOWN, which is said."""


class Kind(enum.StrEnum):
    """The rows of a mission, by noun."""

    SETTINGS = "reglages"
    FIRM = "entreprise"
    INTERVIEW = "entretien"
    PROJECT = "projet"
    AID = "aide"
    PARTNER_ENTRY = "ligne_de_liste"
    CONFIRMATION = "verification"
    DECISION = "decision"
    LINK = "rapprochement"
    DESCENT = "filiation"
    MARK = "note"
    RECUSAL = "deport"
    REFERRAL = "orientation"
    REFERRAL_STEP = "suite_orientation"
    ACTION = "action"
    PROGRESS = "avancement"
    ACCOMPANIMENT = "accompagnement"
    MEETING = "rendez_vous"
    OPINION = "avis"


Path: TypeAlias = tuple[str, ...]
"""From a row to one of its values: ``("costs", "L1", "amount")``; empty: the whole row."""
Rows: TypeAlias = Mapping[tuple[Kind, str], Any]
"""Rows of a mission by kind and reference (``rows_of``)."""
_RECORDS: Mapping[Kind, type] = {
    Kind.SETTINGS: MissionSettings,
    Kind.FIRM: Firm,
    Kind.INTERVIEW: Interview,
    Kind.PROJECT: Project,
    Kind.AID: AidObtained,
    Kind.PARTNER_ENTRY: PartnerEntry,
    Kind.CONFIRMATION: Confirmation,
    Kind.DECISION: CommitteeDecision,
    Kind.LINK: LinkDecision,
    Kind.DESCENT: Descent,
    Kind.MARK: Mark,
    Kind.RECUSAL: Recusal,
    Kind.REFERRAL: SentReferral,
    Kind.REFERRAL_STEP: ReferralStep,
    Kind.ACTION: RoadmapAction,
    Kind.PROGRESS: ActionProgress,
    Kind.ACCOMPANIMENT: Accompaniment,
    Kind.MEETING: AdviceMeeting,
    Kind.OPINION: WeightStatement,
}
_HOMES: Mapping[Kind, str] = {
    Kind.FIRM: "firms",
    Kind.INTERVIEW: "interviews",
    Kind.PROJECT: "projects",
    Kind.AID: "aids",
    Kind.PARTNER_ENTRY: "partner_entries",
    Kind.CONFIRMATION: "confirmations",
    Kind.DECISION: "decisions",
    Kind.LINK: "link_decisions",
    Kind.DESCENT: "lineage",
    Kind.MARK: "marks",
    Kind.RECUSAL: "recusals",
    Kind.REFERRAL: "referrals",
    Kind.REFERRAL_STEP: "referral_steps",
    Kind.ACTION: "actions",
    Kind.PROGRESS: "progress",
    Kind.ACCOMPANIMENT: "accompaniments",
    Kind.MEETING: "meetings",
    Kind.OPINION: "opinions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value before and after; both are values of the core, or ``ABSENT``."""

    kind: Kind
    ref: str
    """Which row; empty for the settings."""
    path: Path
    before: Any
    after: Any

    @property
    def makes(self) -> bool:
        """Whether the row did not exist before."""
        return not self.path and self.before is ABSENT

    @property
    def removes(self) -> bool:
        """Whether the row no longer exists after."""
        return not self.path and self.after is ABSENT


def rows_of(census: Census) -> dict[tuple[Kind, str], Any]:
    """Every row of a census by kind and reference."""
    rows: dict[tuple[Kind, str], Any] = {(Kind.SETTINGS, ""): census.settings}
    for kind, home in _HOMES.items():
        for row in getattr(census, home):
            ref = reference_of(kind, row)
            number = 1
            while (kind, ref) in rows:
                number += 1
                ref = f"{reference_of(kind, row)}#{number}"
            rows[kind, ref] = row
    return rows


def diff(before: Census, after: Census) -> tuple[Change, ...]:
    """What differs between two states; the order of rows and of items is no fact, nor what was repaired on reading."""
    return diff_rows(rows_of(before), rows_of(after))


def diff_rows(old: Rows, new: Rows) -> tuple[Change, ...]:
    """What differs between rows, by kind and reference."""
    return tuple(
        change
        for kind, ref in dict.fromkeys((*old, *new))
        for change in _row_changes(kind, ref, old.get((kind, ref), ABSENT), new.get((kind, ref), ABSENT))
    )


def apply(census: Census, changes: Iterable[Change]) -> Census:
    """The census with changes made; what they do not touch stays as it is, in its order.

    ``KeyError`` when a change is about a row or an item that is not there.
    """
    rows = apply_to_rows(rows_of(census), changes)
    homes = {home: tuple(row for (kind, _), row in rows.items() if kind is each) for each, home in _HOMES.items()}
    return replace(census, settings=rows[Kind.SETTINGS, ""], **homes)


def apply_to_rows(rows: Rows, changes: Iterable[Change]) -> dict[tuple[Kind, str], Any]:
    """Rows with changes made, as ``apply``."""
    made = dict(rows)
    trees: dict[tuple[Kind, str], Tree] = {}
    for change in changes:
        key = change.kind, change.ref
        if not change.path:
            trees.pop(key, None)
            if change.after is ABSENT:
                del made[key]
            else:
                made[key] = change.after
            continue
        if key not in trees:
            trees[key] = tree_of(made[key])
        _set(trees[key], change)
    for (kind, ref), tree in trees.items():
        made[kind, ref] = record_of(_RECORDS[kind], tree)
    return made


def inverse(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that undo others."""
    turned = [replace(change, before=change.after, after=change.before) for change in changes]
    return tuple(reversed(turned))


def value_of(rows: Rows, change: Change) -> Any:
    """What a state (``rows_of``) holds where a change is made; ``ABSENT`` when there is nothing there."""
    return value_at(rows, change.kind, change.ref, change.path)


def value_at(rows: Rows, kind: Kind, ref: str, path: Path) -> Any:
    """What a state holds at a path of a row; ``ABSENT`` when there is nothing there."""
    row = rows.get((kind, ref), ABSENT)
    return leaf(branch_at(tree_of(row), path)) if path and row is not ABSENT else row


def branch_at(tree: Tree, path: Path) -> Any:
    """The branch at a path; ``ABSENT`` when the tree does not go so far."""
    found: Any = tree
    for name in path:
        if not isinstance(found, dict) or name not in found:
            return ABSENT
        found = found[name]
    return found


def reference_of(kind: Kind, row: Any) -> str:
    """How a row is referred to."""
    named = _NAMED.get(kind)
    return named(row) if named else str(row.id)


def link_ref(entry_id: str, firm_id: str, project_id: str = "") -> str:
    """How a decision about a partner's line is referred to."""
    return "/".join(filter(None, (entry_id, firm_id, project_id)))


def descent_ref(act: str, origin: str, became: str) -> str:
    """How it is referred to that a row came from another."""
    return f"{act}/{origin}/{became}"


def mark_ref(project_id: str, criterion: str, assessor: str, number: int) -> str:
    """How one mark of one assessor is referred to."""
    return f"{project_id}/{criterion}/{assessor}/{number}"


def recusal_ref(firm_id: str, assessor: str, number: int) -> str:
    """How one statement of standing aside, or of its end, is referred to."""
    return f"{firm_id}/{assessor}/{number}"


def referral_step_ref(referral_id: str, number: int) -> str:
    """How one step of a referral is referred to."""
    return f"{referral_id}/{number}"


def progress_ref(action_id: str, number: int) -> str:
    """How what was said one day of an action is referred to."""
    return f"{action_id}/{number}"


def meeting_ref(accompaniment_id: str, number: int) -> str:
    """How one meeting with an adviser is referred to."""
    return f"{accompaniment_id}/{number}"


_NAMED: Mapping[Kind, Callable[[Any], str]] = {
    Kind.DECISION: lambda row: str(row.project_id),
    Kind.CONFIRMATION: lambda row: f"{row.kind}/{row.subject}/{'+'.join(row.marks)}",
    Kind.LINK: lambda row: link_ref(row.entry_id, row.firm_id, row.project_id),
    Kind.DESCENT: lambda row: descent_ref(row.act, row.origin, row.became),
    Kind.MARK: lambda row: mark_ref(row.project_id, row.criterion, row.assessor, row.number),
    Kind.RECUSAL: lambda row: recusal_ref(row.firm_id, row.assessor, row.number),
    Kind.REFERRAL_STEP: lambda row: referral_step_ref(row.referral_id, row.number),
    Kind.PROGRESS: lambda row: progress_ref(row.action_id, row.number),
    Kind.MEETING: lambda row: meeting_ref(row.accompaniment_id, row.number),
    Kind.OPINION: lambda row: row.label,
}
"""Rows that have no identifier of their own, and what names them."""


def _row_changes(kind: Kind, ref: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if before is ABSENT or after is ABSENT:
        yield Change(kind=kind, ref=ref, path=(), before=before, after=after)
        return
    for path, old, new in _differences(tree_of(before), tree_of(after), ()):
        yield Change(kind=kind, ref=ref, path=path, before=old, after=new)


def _differences(before: Tree, after: Tree, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, ABSENT), after.get(name, ABSENT)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _differences(old, new, (*path, name))
        elif not same(old, new):
            yield (*path, name), leaf(old), leaf(new)


def same(one: Any, other: Any) -> bool:
    """Whether two values are one; ``True`` is not 1, nor is a date its text."""
    return one is other or (type(one) is type(other) and bool(one == other))


def _set(tree: Tree, change: Change) -> None:
    *above, last = change.path
    for name in above:
        if not isinstance(tree.get(name), dict):
            raise KeyError(change.path)
        tree = tree[name]
    if change.after is ABSENT:
        tree.pop(last, None)
    else:
        tree[last] = branch_of(change.after)
