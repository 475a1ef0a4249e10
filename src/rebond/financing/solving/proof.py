"""How sure an optimum is. Apart from the solver, so that a plan can be read without loading it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverReport:
    """How sure an optimum is: proven ``bound`` on the objective, relative ``gap``, time in seconds."""

    status: str
    proven: bool
    objective: float
    bound: float
    gap: float
    seconds: float = field(compare=False)
    """What it took, which no two runs share: the same answer found slower is the same answer."""
    goal: str = ""
    """The name of the objective."""
