"""What every check reads, and how it says what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rebond.facts import UNKNOWN, AidObtained, Census, Firm, Interview, Maybe, Project
from rebond.plausibility.model import Finding, SubjectKind
from rebond.plausibility.rules import PlausibilityRules, Rule
from rebond.reading.confirmation import MARK_LENGTH, MARK_LETTERS
from rebond.regimes.model import Regime


@dataclass(frozen=True, slots=True)
class Subject:
    """A row, and how it is named to people."""

    kind: SubjectKind
    id: str
    where: str


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A census at a date, with the rules and the regimes of past aid."""

    census: Census
    rules: PlausibilityRules
    regimes: Mapping[str, Regime]
    on: date

    @property
    def today(self) -> date:
        """The day after which nothing has happened: the later of the examination and of the committee.

        An examination at an earlier date, to replay the law of that day, makes no fact of the mission impossible.
        """
        return max(self.on, self.census.settings.committee_on)

    def rule(self, code: str) -> Rule:
        """The rule of that code."""
        return self.rules[code]

    def found(self, code: str, subject: Subject, values: Iterable[object], **fields: object) -> Finding:
        """A finding of a rule about a row.

        ``values`` are what was judged, as recorded: an answer holds for them alone. ``fields`` fill the sentence.
        """
        rule = self.rules[code]
        shown = {name: f"{value:%d/%m/%Y}" if isinstance(value, date) else value for name, value in fields.items()}
        # An aid's identifier is its rank in the sheet: what it is does not depend on it.
        who = "" if subject.kind is SubjectKind.AID else subject.id
        return Finding(
            code=code,
            severity=rule.severity,
            kind=subject.kind,
            subject=subject.id,
            where=subject.where,
            sentence=rule.sentence.format(**shown),
            mend=rule.mend.format(**shown),
            mark=_mark(code, subject.kind, who, *values),
            loud=rule.loud,
            column=rule.column,
        )

    @cached_property
    def mission(self) -> Subject:
        """The mission itself."""
        return Subject(SubjectKind.MISSION, "", "mission")

    def firm(self, firm: Firm) -> Subject:
        """A firm."""
        return Subject(SubjectKind.FIRM, firm.id, f"entreprise {firm.id} ({_short(firm.name)})")

    def interview(self, interview: Interview) -> Subject:
        """An interview."""
        return Subject(SubjectKind.INTERVIEW, interview.id, f"entretien {interview.id} ({interview.firm_id})")

    def project(self, project: Project) -> Subject:
        """A project."""
        return Subject(SubjectKind.PROJECT, project.id, f"projet {project.id} ({_short(project.title)})")

    def aid(self, aid: AidObtained) -> Subject:
        """An aid already obtained; its row is named by what it holds."""
        label = _short(aid.label or aid.funder)
        return Subject(SubjectKind.AID, aid.id, f"aide {aid.id}, {aid.firm_id} ({label}, {aid.granted_on:%d/%m/%Y})")

    @cached_property
    def firms(self) -> Mapping[str, Firm]:
        """Firms by identifier."""
        return {firm.id: firm for firm in self.census.firms}


def known(value: Maybe[object]) -> bool:
    """Whether something is known."""
    return value is not UNKNOWN


_SHORT = 60


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def _mark(*parts: object) -> str:
    """A few letters that name these values: 2²⁵ marks, for a few dozens a mission."""
    text = "\x1f".join(str(part) for part in parts)
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    letters = []
    for _ in range(MARK_LENGTH):
        number, rank = divmod(number, len(MARK_LETTERS))
        letters.append(MARK_LETTERS[rank])
    return "".join(letters)
