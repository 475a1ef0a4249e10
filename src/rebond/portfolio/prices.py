"""What a euro more of the envelope, or of a pool that runs out, would be worth: an estimate, told with its meaning.

The price comes from the relaxed programme, where a project may be financed in part: value of the financed projects per
euro, at the margin. Whole projects come in by steps, so that the true worth of a sum is at most that of the relaxed
programme on a large one, and may be nothing on a small one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np

from rebond.financing.solving.engine import THOUSAND
from rebond.financing.solving.solver import MilpModel

_NOTHING = 1e-9
_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """The price of a pool: points of value for a thousand euros more."""

    pool: str
    value: float


def prices_of(model: MilpModel, values: Mapping[int, float], rows: Mapping[str, str]) -> tuple[Price, ...]:
    """The prices of pools by the ``rows`` that bound them (row name → pool); none when the relaxation has no answer.

    ``values``: column → what it is worth.
    """
    lp, scale, integer = model.arrays()
    costs = np.zeros(len(scale))
    for column, value in values.items():
        costs[column] = -value
    lp.col_cost_ = costs
    lp.integrality_ = []
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy ships partial types
    for option, setting in (("output_flag", False), ("threads", 1), ("time_limit", _SECONDS)):
        highs.setOptionValue(option, setting)
    highs.passModel(lp)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return ()
    duals = highs.getSolution().row_dual
    in_euros = _in_euros(lp, integer)
    found = []
    for rank, name in enumerate(model.row_names):
        if name in rows:
            # A minimisation: one unit more of the room lowers the cost by its dual.
            value = max(0.0, -float(duals[rank])) * (1.0 if in_euros[rank] else THOUSAND)
            found.append(Price(pool=rows[name], value=value if value > _NOTHING else 0.0))
    return tuple(found)


def _in_euros(lp: highspy.HighsLp, integer: np.ndarray) -> list[bool]:
    """Whether a row counts thousands of euros once in the solver: it holds a column of euros."""
    columns = np.array(lp.a_matrix_.index_)
    return [bool((~integer[columns[first:end]]).any()) for first, end in pairwise(lp.a_matrix_.start_)]
