"""What people settled of a project: of what it becomes, a person says anew whether it holds."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rebond.facts import UNKNOWN, Census, CommitteeDecision, Confirmation, LinkDecision, Project
from rebond.history.changes import Kind, reference_of, rows_of


class DecidedKind(enum.StrEnum):
    """What was settled."""

    LEVEL = "niveau"
    MARKS = "notes"
    COMMITTEE = "comite"
    LINK = "rapprochement"
    PLAUSIBILITY = "vraisemblance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One thing settled of a project."""

    kind: DecidedKind
    project: str
    ref: str
    """Of the row that says it, in the history; the project's own for what its sheet says."""
    row: Any

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.kind.value}:{self.ref}"


def decided_of(project: Project, census: Census) -> tuple[Decided, ...]:
    """Everything that people settled of a project."""
    return tuple(_decided(project, census))


def moved(decided: Decided, project: Project) -> tuple[str, Any]:
    """Reference and row of what was settled, said of another project of the same firm."""
    row = decided.row
    if isinstance(row, (LinkDecision, CommitteeDecision)):
        row = replace(row, project_id=project.id)
    elif isinstance(row, Confirmation):
        row = replace(row, subject=project.id)
    return reference_of(KINDS[decided.kind], row), row


KINDS = {
    DecidedKind.COMMITTEE: Kind.DECISION,
    DecidedKind.LINK: Kind.LINK,
    DecidedKind.PLAUSIBILITY: Kind.CONFIRMATION,
}
"""Those that have a row of their own."""


def _decided(project: Project, census: Census) -> Iterator[Decided]:
    if project.maturity_override is not UNKNOWN:
        yield Decided(kind=DecidedKind.LEVEL, project=project.id, ref=project.id, row=project)
    if project.scores:
        yield Decided(kind=DecidedKind.MARKS, project=project.id, ref=project.id, row=project)
    for (kind, ref), row in rows_of(census).items():
        if kind is Kind.DECISION and row.project_id == project.id:
            yield Decided(kind=DecidedKind.COMMITTEE, project=project.id, ref=ref, row=row)
        elif kind is Kind.LINK and row.project_id == project.id:
            yield Decided(kind=DecidedKind.LINK, project=project.id, ref=ref, row=row)
        elif kind is Kind.CONFIRMATION and (row.kind, row.subject) == (Kind.PROJECT.value, project.id):
            yield Decided(kind=DecidedKind.PLAUSIBILITY, project=project.id, ref=ref, row=row)
