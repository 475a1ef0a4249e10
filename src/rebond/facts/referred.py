"""What became of the ways out that a mission chose: whom a project was sent to, and what was answered, step by step.

Both are decisions: a study reads them as inputs and never writes them. Steps are only ever added, the highest
``number`` comes last; what was written by mistake is followed by another step, never rewritten.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from rebond.facts.values import UNKNOWN, Maybe
from rebond.units import Euros


class ReferralState(enum.StrEnum):
    """Where a referral stands, as its last step says."""

    SENT = "envoyee"
    TAKEN = "prise_en_charge"
    ASKED = "precisions"
    FILED = "deposee"
    GRANTED = "accordee"
    REFUSED = "refusee"
    NOT_OURS = "pas_pour_nous"
    CLOSED = "close"

    @property
    def label(self) -> str:
        """The words shown to people."""
        return {
            "envoyee": "Envoyée",
            "prise_en_charge": "Prise en charge",
            "precisions": "Précisions demandées",
            "deposee": "Demande déposée",
            "accordee": "Accordée",
            "refusee": "Refusée",
            "pas_pour_nous": "Pas pour nous",
            "close": "Close",
        }[self.value]

    @property
    def waits_for_answer(self) -> bool:
        """Whether the organisation owes a first answer: its clock runs."""
        return self is ReferralState.SENT

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self not in (ReferralState.REFUSED, ReferralState.NOT_OURS, ReferralState.CLOSED)

    @property
    def is_no(self) -> bool:
        """Whether the organisation will not pay: its dispositifs are no way out for the project any more."""
        return self in (ReferralState.REFUSED, ReferralState.NOT_OURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReferral:
    """That the mission sent a project to an organisation, for these dispositifs; at most one at a time for the two."""

    id: str
    project_id: str
    organisation: str
    """Code of the catalogue (``Catalogue.organisations``)."""
    dispositifs: tuple[str, ...] = ()
    """Identifiers in the catalogue; none for an adviser."""
    asked: Maybe[Euros] = UNKNOWN
    """What was asked of it, in euros of that support, when it was sent; UNKNOWN for an adviser too."""
    why: str = ""
    """Why this organisation, as the study said then."""
    expected: str = ""
    """What it is asked to do."""
    sent_on: Maybe[date] = UNKNOWN
    answer_by: Maybe[date] = UNKNOWN
    """The day by which a first answer is asked: the clock of the organisation. A step may give another."""
    sent_by: str = ""
    words: str = ""
    """What the mission wrote to the organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralStep:
    """One thing that was said or done of a referral, by the organisation or by the mission.

    ``SENT``: the mission sends it again, or gives what it was asked for; the organisation owes an answer anew.
    """

    referral_id: str
    number: int
    """From 1, in the order in which steps were recorded, for one referral."""
    state: ReferralState
    on: Maybe[date] = UNKNOWN
    dispositif: str = ""
    """The one that it speaks of; empty: all those of the referral."""
    asked: Maybe[Euros] = UNKNOWN
    """What the firm asks, in euros of that support (a loan's principal, a grant's amount)."""
    granted: Maybe[Euros] = UNKNOWN
    paid: Maybe[Euros] = UNKNOWN
    """What was paid so far, in all."""
    jobs: Maybe[int] = UNKNOWN
    """Jobs really created so far, in full-time equivalents."""
    by: str = ""
    """Who says so: a person, with the organisation."""
    reason: str = ""
    """Why, or what lacks: never empty for a refusal and for « pas pour nous »."""
    answer_by: Maybe[date] = UNKNOWN
    """For a referral that is sent again: the new day by which an answer is asked."""
