"""What people settled about rows: answers, decisions, splits and mergers. A study reads it, and never writes it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from rebond.facts.call import CallStep
from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Someone's answer « oui, c'est exact » to questions of plausibility about one row.

    ``marks`` name the questions and the values that they were asked of: another value is another question.
    """

    kind: str
    """What the row is: a value of ``rebond.plausibility.SubjectKind``."""
    subject: str
    """Identifier of the row."""
    marks: tuple[str, ...]
    by: str
    on: date


class DecisionOutcome(enum.StrEnum):
    """What a committee can say of a project."""

    RETAINED = "retenu"
    REFUSED = "refuse"
    POSTPONED = "reporte"
    RESERVE = "reserve"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "retenu": "Retenu",
            "refuse": "Refusé",
            "reporte": "Reporté",
            "reserve": "Sur la liste de réserve",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitteeDecision:
    """What the committee settled for a project: a study takes note of it, and never writes it."""

    project_id: str
    outcome: DecisionOutcome
    amount: Maybe[Euros] = UNKNOWN
    """What it grants on the envelope, in euros; only for a project that is retained."""
    decided_on: Maybe[date] = UNKNOWN
    reason: str = ""
    by: str = ""
    call: str = ""
    """The dispositif of the call that it is about; empty: the first call of the mission."""
    steps: tuple[CallStep, ...] = ()
    """What came of it, in the order of what is written: instruction, national decision, withdrawal."""


class DescentAct(enum.StrEnum):
    """How a row came from another."""

    SPLIT = "scission"
    MERGED = "fusion"
    FIRMS_MERGED = "fusion_entreprises"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "scission": "Projet scindé",
            "fusion": "Projets réunis",
            "fusion_entreprises": "Entreprises réunies",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """That a project or a firm came from another: part of it, split off, or the two put together.

    Both are named, not pointed at: what was merged into another is no longer in the census.
    """

    act: DescentAct
    origin: str
    became: str
    on: Maybe[date] = UNKNOWN
    by: str = ""
    reason: str = ""
