"""What an examination finds: a thing that cannot be, a thing to confirm, a thing to know."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass

from rebond.errors import Fault
from rebond.facts import Confirmation

ANSWER_COLUMN = "Vérifié (c'est exact)"
"""The column of the workbook where a question is answered."""


class Severity(enum.StrEnum):
    """What a finding asks for."""

    FAULT = "defaut"
    """Cannot be: the census is refused."""
    QUESTION = "question"
    """Can be, seldom is: someone answers « oui, c'est exact » or corrects."""
    REMARK = "remarque"
    """Is so, and is worth knowing."""


class SubjectKind(enum.StrEnum):
    """What a finding is about: the row that is corrected or answered."""

    MISSION = "mission"
    FIRM = "entreprise"
    INTERVIEW = "entretien"
    PROJECT = "projet"
    AID = "aide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found in a census."""

    code: str
    """The rule of ``vraisemblance.yaml``."""
    severity: Severity
    kind: SubjectKind
    subject: str
    """Identifier of the row."""
    where: str
    """Place, in French: « entreprise E002 (Estampage du Haut-Bassigny) »."""
    sentence: str
    mend: str
    mark: str
    """Of the rule, the row and the values: the answer to a question bears it, so that another value asks again."""
    loud: bool = False
    """Belongs among the alerts of the mission, answered or not."""
    column: str = ""
    """Of the row's sheet, to read again (``depenses``: its cost lines); empty when several may be."""
    answer: Confirmation | None = None
    """Who said that it is exact, and when; ``None`` while nobody did."""

    @property
    def to_do(self) -> str:
        """What to correct, or for a question what to write."""
        if self.severity is not Severity.QUESTION:
            return self.mend
        how = f"écrire dans « {ANSWER_COLUMN} » de cette ligne : oui {self.mark}, votre nom, la date"
        return f"{self.mend} ; si c'est exact, {how}"

    def __str__(self) -> str:
        return f"{self.where} — {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All that was found, by severity; the questions that were answered are apart."""

    faults: tuple[Finding, ...] = ()
    questions: tuple[Finding, ...] = ()
    """Those that nobody answered."""
    answered: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()

    @property
    def all(self) -> tuple[Finding, ...]:
        """Every finding, the gravest first."""
        return (*self.faults, *self.questions, *self.answered, *self.remarks)

    def having(self, code: str) -> tuple[Finding, ...]:
        """The findings of a rule."""
        return tuple(finding for finding in self.all if finding.code == code)


def as_faults(findings: Iterable[Finding]) -> tuple[Fault, ...]:
    """The findings as things to mend, for a ``CensusError``."""
    return tuple(Fault(where=each.where, problem=each.sentence, mend=each.to_do) for each in findings)
