"""Repayable advances of a plan: what is counted as aid at its face value, and what the firm cannot be said to bear."""

from __future__ import annotations

from rebond.dispositifs.model import Instrument
from rebond.facts import UNKNOWN, Project
from rebond.financing.plan.model import FinancingPlan, PlanLine


def advance_of(line: PlanLine) -> int:
    """What a line brings as a repayable advance, in whole euros."""
    return sum(form.amount for form in line.forms if form.instrument is Instrument.REPAYABLE_ADVANCE)


def at_face_value(plan: FinancingPlan, dispositif: str = "") -> int:
    """The advances that the gross grant equivalent counts as if they were never paid back; of one dispositif or all.

    A line whose equivalent is its whole amount counts its advance so: prudent under a ceiling, too much as a figure.
    """
    return sum(
        advance_of(line)
        for line in plan.lines
        if dispositif in {"", line.dispositif} and line.share and line.benefit >= line.share
    )


def unborne_advance(project: Project, plan: FinancingPlan, dispositif: str = "") -> int:
    """The advances, of one dispositif or all, in a plan that pays back more than the firm said it can borrow."""
    capacity = project.borrowing_capacity
    if capacity is UNKNOWN or plan.to_pay_back <= capacity:
        return 0
    return sum(advance_of(line) for line in plan.lines if dispositif in {"", line.dispositif})
