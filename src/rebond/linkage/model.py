"""What linkage says: links with their reasons, and who is known, by whom."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from rebond.eligibility.truth import Truth


class Outcome(enum.StrEnum):
    """The three outcomes of a comparison."""

    LINKED = "lie"
    TO_CONFIRM = "a_confirmer"
    REJECTED = "rejete"

    @property
    def label(self) -> str:
        """The word shown to people."""
        return {"lie": "lié", "a_confirmer": "à confirmer", "rejete": "rejeté"}[self.value]

    @property
    def truth(self) -> Truth:
        """Whether the two are the same."""
        return {"lie": Truth.YES, "a_confirmer": Truth.UNKNOWN, "rejete": Truth.NO}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A partner's line against a firm, or against one of its projects (``project_id`` not empty)."""

    entry_id: str
    partner: str
    firm_id: str
    project_id: str = ""
    outcome: Outcome
    score: int
    """0 to 100: for the queue's order, never shown as a probability."""
    reasons: tuple[str, ...]
    decided: bool = False
    """A person decided: the automatic comparison no longer counts."""

    @property
    def pair(self) -> tuple[str, str]:
        """What the link is about and the partner's line: the key of a person's decision."""
        return self.project_id or self.firm_id, self.entry_id


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStatus:
    """Whether a firm or a project is known to at least one partner; UNKNOWN waits for a person."""

    subject_id: str
    known: Truth
    by: tuple[str, ...]
    """Partners that know it for certain, in alphabetical order."""
    maybe_by: tuple[str, ...]
    """Partners that may know it: their line is to be confirmed."""
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many are known, unknown to every partner, and uncertain; they add up to ``total``."""

    known: int
    unknown: int
    uncertain: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.known + self.unknown + self.uncertain

    def sentence(self, noun: str) -> str:
        """``26 projets inconnus des partenaires sur 77 ; 3 à confirmer``."""
        plural = "s" if self.unknown > 1 else ""
        text = f"{self.unknown} {noun}{plural} inconnu{plural} des partenaires sur {self.total}"
        return f"{text} ; {self.uncertain} à confirmer" if self.uncertain else text


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageResult:
    """Statuses in the order of the census, every link kept or refused with its reasons."""

    projects: tuple[KnownStatus, ...]
    firms: tuple[KnownStatus, ...]
    firm_links: tuple[Link, ...]
    project_links: tuple[Link, ...]
    unmatched_entries: tuple[str, ...]
    """Partners' lines that name no firm of the census, not even perhaps."""
    unused_decisions: tuple[tuple[str, str], ...] = ()
    """Decisions about a subject or a line that no longer exists."""

    def project(self, project_id: str) -> KnownStatus:
        """Status of a project; ``KeyError`` when there is none."""
        return _find(self.projects, project_id)

    def firm(self, firm_id: str) -> KnownStatus:
        """Status of a firm; ``KeyError`` when there is none."""
        return _find(self.firms, firm_id)

    @property
    def project_counts(self) -> Counts:
        """The published figure is ``unknown``; ``uncertain`` is said beside it."""
        return _count(self.projects)

    @property
    def firm_counts(self) -> Counts:
        """Same, for firms."""
        return _count(self.firms)

    @property
    def queue(self) -> tuple[Link, ...]:
        """What a person has to decide, the most alike first."""
        waiting = [link for link in (*self.firm_links, *self.project_links) if link.outcome is Outcome.TO_CONFIRM]
        return tuple(sorted(waiting, key=lambda link: (-link.score, link.pair)))


def _find(statuses: tuple[KnownStatus, ...], subject_id: str) -> KnownStatus:
    for status in statuses:
        if status.subject_id == subject_id:
            return status
    raise KeyError(subject_id)


def _count(statuses: tuple[KnownStatus, ...]) -> Counts:
    found = [status.known for status in statuses]
    return Counts(known=found.count(Truth.YES), unknown=found.count(Truth.NO), uncertain=found.count(Truth.UNKNOWN))
