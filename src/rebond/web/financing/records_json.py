"""The facts of a census and the plans found on them as JSON, and back: what is kept with the mission."""

from __future__ import annotations

import dataclasses
from typing import Any

from rebond.dispositifs.model import Instrument, Part
from rebond.financing.plan.certainty import Certainty
from rebond.financing.plan.model import FinancingPlan, Form, PlanLine
from rebond.records import FACT_ENUMS, FACT_KINDS, Records, digest

__all__ = ["as_record", "digest", "from_record", "plan_as_record"]

_RECORDS = Records(
    {**FACT_KINDS, "FinancingPlan": FinancingPlan, "PlanLine": PlanLine, "Part": Part, "Form": Form},
    {**FACT_ENUMS, "Instrument": Instrument, "Certainty": Certainty},
)
as_record = _RECORDS.write
from_record = _RECORDS.read


def plan_as_record(plan: FinancingPlan) -> Any:
    """A plan without the solver's reports: they are those of the whole mission, and come again with any solving."""
    return as_record(dataclasses.replace(plan, reports=()))
