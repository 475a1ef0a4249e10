"""How sure the selection is, in one sentence: shown wherever the selection is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from rebond.financing.solving.proof import SolverReport
from rebond.units import format_rate

VALUE = "valeur retenue"
"""Goal of the reports that say which projects are financed; the others say with what."""
_LARGEST_TOLD = 1.0
"""A gap beyond the whole value tells nothing more to a reader."""


def selection_proof(reports: Sequence[SolverReport], *, several: bool = False) -> str:
    """The proof of a selection, or its gap; empty when no choice had to be made. ``several``: of several calls."""
    if not reports:
        return ""
    if all(report.proven for report in reports):
        under = "ces enveloppes" if several else "cette enveloppe"
        return f"Sélection prouvée : aucune autre ne vaut davantage sous {under}."
    values = [report for report in reports if report.goal == VALUE] or reports[:1]
    if all(report.proven for report in values):
        rest = [report for report in reports if report not in values]
        return f"Projets choisis prouvés les meilleurs ; montants non prouvés, temps écoulé ({_gap(rest)})."
    return f"Sélection non prouvée : temps écoulé ({_gap(values)})."


def worst_gap(reports: Sequence[SolverReport]) -> float:
    """The largest gap to a proven bound."""
    return max((report.gap for report in reports), default=0.0)


def _gap(reports: Sequence[SolverReport]) -> str:
    gap = worst_gap(reports)
    if not math.isfinite(gap) or gap > _LARGEST_TOLD:
        return "écart à la meilleure possible non borné utilement"
    percent = Decimal(str(gap)).quantize(Decimal("0.0001")) or Decimal("0.0001")
    return f"au plus {format_rate(percent)} sous la meilleure possible"
