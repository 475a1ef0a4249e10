"""The lists of the partners, and what people settled about their lines."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from rebond.facts.values import UNKNOWN, Maybe, Siren, Siret
from rebond.units import Euros


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerEntry:
    """A line of a partner's own list: a firm or project that it already knows, written as it writes it."""

    id: str
    partner: str
    firm_name: str
    siren: Maybe[Siren] = UNKNOWN
    commune: str = ""
    project_title: str = ""
    amount: Maybe[Euros] = UNKNOWN
    dated: Maybe[date] = UNKNOWN
    amount_is: Maybe[str] = UNKNOWN
    """What the amount is: ``cout`` (the cost of the project) or ``aide`` (what the partner gives)."""
    siret: Maybe[Siret] = UNKNOWN
    """Of the establishment, when the list gives its fourteen digits; ``siren`` is then its first nine."""
    source: str = ""
    """File and line that the entry comes from, for people; empty when it was typed in the workbook."""


class LinkAnswer(enum.StrEnum):
    """What a person says of a partner's line and a firm, or one of its projects."""

    SAME = "meme"
    DIFFERENT = "autre"
    UNDECIDED = "indecis"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {"meme": "C’est le même", "autre": "Ce n’est pas le même", "indecis": "On ne peut pas dire"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDecision:
    """What a person settled about a partner's line: a study obeys it and never writes it.

    It outlives the rows that it names: a line that comes back is decided already.
    """

    entry_id: str
    firm_id: str
    project_id: str = ""
    """Empty: the decision is about the firm alone."""
    answer: LinkAnswer
    by: str = ""
    on: Maybe[date] = UNKNOWN
    reason: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What it is about, project or firm, and the partner's line."""
        return self.project_id or self.firm_id, self.entry_id
