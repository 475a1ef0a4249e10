"""A call: its dispositif, who pays its envelope under which rules, its calendar, and what came of its decisions."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros, Rate


class CallStage(enum.StrEnum):
    """A step of a call, or of a project in it."""

    CUTOFF = "releve"
    LOCAL = "prevalidation"
    INSTRUCTION = "instruction"
    NATIONAL = "decision_nationale"
    WITHDRAWAL = "desistement"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "releve": "Relève",
            "prevalidation": "Prévalidation locale",
            "instruction": "Instruction de l'opérateur",
            "decision_nationale": "Décision nationale",
            "desistement": "Désistement",
        }[self.value]


class StageOutcome(enum.StrEnum):
    """How a step ended."""

    FAVOURABLE = "favorable"
    UNFAVOURABLE = "defavorable"
    BLOCKED = "bloquee"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"favorable": "Favorable", "defavorable": "Défavorable", "bloquee": "Bloquée"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallStep:
    """A step with its date and its outcome; UNKNOWN: to come. Steps are added one after the other, none rewritten."""

    stage: CallStage
    on: Maybe[date] = UNKNOWN
    outcome: Maybe[StageOutcome] = UNKNOWN
    amount: Maybe[Euros] = UNKNOWN
    """What the step settles on the envelope, where it is another amount than the committee's, in euros."""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one contributor puts into the envelope, in euros, and what it may pay. An empty rule rules nothing out."""

    contributor: str
    amount: Euros
    epcis: tuple[str, ...] = ()
    """SIREN of the intercommunalités whose projects it pays."""
    regions: tuple[str, ...] = ()
    """INSEE codes of the regions whose projects it pays."""
    sizes: frozenset[str] = frozenset()
    """European sizes of the firms that it pays: values of ``SizeClass``."""
    activities: tuple[str, ...] = ()
    """NAF codes, or their beginnings, of the firms that it pays."""
    min_per_project: Maybe[Euros] = UNKNOWN
    """The least that it gives to a project that it pays."""
    max_per_project: Maybe[Euros] = UNKNOWN
    max_share: Maybe[Rate] = UNKNOWN
    """The most of a project's aid from the envelope that it pays."""

    @property
    def is_free(self) -> bool:
        """Whether nothing but its amount binds it."""
        bounds = (self.min_per_project, self.max_per_project, self.max_share)
        named = (self.epcis, self.regions, self.sizes, self.activities)
        return not any(named) and all(bound is UNKNOWN for bound in bounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The call's envelope and its rules; every rule is a setting of the mission, none is assumed."""

    contributions: tuple[Contribution, ...]
    title: str = ""
    dispositif: Maybe[str] = UNKNOWN
    """Identifier in the catalogue; UNKNOWN: the one that the catalogue says for a call that names none."""
    funds_part: Maybe[bool] = UNKNOWN
    """Whether it pays a part of a need whose rest is still sought; UNKNOWN, as « no »: only what makes a need whole."""
    max_rate: Maybe[Rate] = UNKNOWN
    max_per_project: Maybe[Euros] = UNKNOWN
    min_spend: Maybe[Euros] = UNKNOWN
    min_aid: Maybe[Euros] = UNKNOWN
    """The least that a project gets of it; UNKNOWN: what makes a file worth its trouble (``dossier_utile``)."""
    grant_share: Maybe[Rate] = UNKNOWN
    after_cutoff: Maybe[bool] = UNKNOWN
    """Whether it takes what is put before it after its last cut-off; UNKNOWN: it is proposed, and an alert says so."""
    max_months: Maybe[int] = UNKNOWN
    operator: str = "bpifrance"
    calendar: tuple[CallStep, ...] = ()
    """Cut-off dates, and the steps of the call as a whole."""

    @property
    def amount(self) -> Euros:
        """What the call can spend in all."""
        return sum((part.amount for part in self.contributions), Euros(0))

    @property
    def pays_part(self) -> bool:
        """Whether it was said to pay a part of a need."""
        return self.funds_part is not UNKNOWN and self.funds_part

    @property
    def cutoffs(self) -> tuple[date, ...]:
        """The dates until which projects are put before it, the first one first."""
        return tuple(sorted(s.on for s in self.calendar if s.stage is CallStage.CUTOFF and isinstance(s.on, date)))
