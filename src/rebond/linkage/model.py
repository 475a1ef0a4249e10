"""What linkage says: links with their reasons, and who is known, by whom."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from decimal import Decimal

from rebond.eligibility.truth import Truth
from rebond.units import NO_BREAK_SPACE, agreed, between, format_number, format_rates


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
    """Whether a firm or a project is known to at least one partner; UNKNOWN waits for a person, or for a list."""

    subject_id: str
    known: Truth
    by: tuple[str, ...]
    """Partners that know it for certain, in alphabetical order."""
    maybe_by: tuple[str, ...]
    """Partners that may know it: their line is to be confirmed."""
    links: tuple[Link, ...]
    compared: bool = True
    """Whether any partner gave a list: without one, that it is on none says nothing."""


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
class UnknownShare:
    """The published share of projects unknown to every partner: certain at least, possible at most."""

    low: int
    """Unknown for certain."""
    high: int
    """Those, and the ones that wait for a person."""
    total: int
    questions: int
    """Questions that a person has to settle for the two to meet."""

    @property
    def low_rate(self) -> Decimal:
        """0 to 1, to the thousandth."""
        return self._rate(self.low)

    @property
    def high_rate(self) -> Decimal:
        """0 to 1, to the thousandth."""
        return self._rate(self.high)

    @property
    def settled(self) -> bool:
        """Nothing is in doubt: one figure, not two."""
        return self.low == self.high

    @property
    def text(self) -> str:
        """``33,8 %``, or ``entre 33,8 % et 40,3 %``."""
        return between(*format_rates(self.low_rate, self.high_rate), none=not self.low)

    @property
    def queue_text(self) -> str:
        """``5 rapprochements à trancher``."""
        if not self.questions:
            return "aucun rapprochement à trancher"
        count = Decimal(self.questions)
        return f"{format_number(count)}{NO_BREAK_SPACE}{agreed('rapprochements', count)} à trancher"

    @property
    def sentence(self) -> str:
        """``entre 33,8 % et 40,3 %, 5 rapprochements à trancher``; the figure alone when nothing waits."""
        return self.text if self.settled else f"{self.text}, {self.queue_text}"

    def _rate(self, count: int) -> Decimal:
        share = Decimal(count) / self.total if self.total else Decimal(0)
        return share.quantize(Decimal("0.001"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question to a person: which firm these lines name, and which of its projects each speaks of."""

    firms: tuple[str, ...]
    """Firms that the lines may name; only one when the doubt is about projects."""
    entries: tuple[str, ...]
    """Partners' lines that raise the same doubt."""
    projects: tuple[str, ...]
    """All the projects of these firms, those in doubt first: a person may choose any, or none."""
    links: tuple[Link, ...]
    """The links to confirm, the most alike first, with their reasons."""
    changes: int
    """Projects whose status, known or unknown, hangs on the answer."""
    firm_changes: int
    """Firms whose status hangs on the answer."""

    @property
    def about_firm(self) -> bool:
        """Whether the firm itself is in doubt."""
        return any(not link.project_id for link in self.links)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageResult:
    """Statuses in the order of the census, every link kept or refused with its reasons."""

    projects: tuple[KnownStatus, ...]
    firms: tuple[KnownStatus, ...]
    firm_links: tuple[Link, ...]
    project_links: tuple[Link, ...]
    unmatched_entries: tuple[str, ...]
    """Partners' lines that name no firm of the census, not even perhaps."""
    questions: tuple[Question, ...] = ()
    """All that a person may settle and that changes a status, the most telling first."""
    queue_size: int = 40
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
        """Known, unknown and uncertain; ``unknown_share`` is what is published."""
        return _count(self.projects)

    @property
    def firm_counts(self) -> Counts:
        """Same, for firms."""
        return _count(self.firms)

    @property
    def queue(self) -> tuple[Question, ...]:
        """The questions put to people: the most telling, and no more than they can answer."""
        return self.questions[: self.queue_size]

    @property
    def unknown_share(self) -> UnknownShare:
        """The published figure: a range as long as questions are open, with how many."""
        return share_of(self.projects, self.questions)


def share_of(projects: tuple[KnownStatus, ...], questions: tuple[Question, ...]) -> UnknownShare:
    """The published figure of projects with these statuses, while these questions are open."""
    counts = _count(projects)
    return UnknownShare(
        low=counts.unknown,
        high=counts.unknown + counts.uncertain,
        total=counts.total,
        questions=sum(question.changes > 0 for question in questions),
    )


def _find(statuses: tuple[KnownStatus, ...], subject_id: str) -> KnownStatus:
    for status in statuses:
        if status.subject_id == subject_id:
            return status
    raise KeyError(subject_id)


def _count(statuses: tuple[KnownStatus, ...]) -> Counts:
    found = [status.known for status in statuses]
    return Counts(known=found.count(Truth.YES), unknown=found.count(Truth.NO), uncertain=found.count(Truth.UNKNOWN))
