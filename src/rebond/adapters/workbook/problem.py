"""What is wrong in one cell, before it is known which cell."""

from __future__ import annotations


class CellProblem(ValueError):  # noqa: N818 - a problem found in data, reported with others, not a failure
    """One thing to mend: ``problem`` says what is wrong, ``mend`` what to write instead."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.mend = mend
