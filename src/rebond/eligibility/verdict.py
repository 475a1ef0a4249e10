"""The verdict on one dispositif for one set of facts, with every reason.

A reason says what was compared, what lacks, and what would change a NO.
"""

from __future__ import annotations

from dataclasses import dataclass

from rebond.eligibility.criteria import Outcome
from rebond.eligibility.truth import Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One criterion as it was judged."""

    truth: Truth
    expected: str
    observed: str
    source: str = ""
    missing: tuple[str, ...] = ()
    change: str = ""
    to_confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """YES, NO or UNKNOWN for one dispositif, and why."""

    dispositif: str
    truth: Truth
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...] = ()
    """Facts that keep an UNKNOWN verdict open, sentences to confirm included."""

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """The criteria that fail."""
        return tuple(reason for reason in self.reasons if reason.truth is Truth.NO)

    @property
    def changes(self) -> tuple[str, ...]:
        """What would turn a NO into something else."""
        return tuple(reason.change for reason in self.refusals if reason.change)


def reason_of(outcome: Outcome, *, to_confirm: bool = False) -> Reason:
    """A criterion's outcome as a reason."""
    return Reason(
        truth=outcome.truth,
        expected=outcome.expected,
        observed=outcome.observed,
        source=outcome.criterion.source,
        missing=outcome.missing,
        change=outcome.change,
        to_confirm=to_confirm,
    )
