"""What a study keeps of its selection as a whole, in words and rows ready to be shown."""

from __future__ import annotations

from typing import Any

from rebond.portfolio.selection_words import comparison_rows, price_sentences
from rebond.results import MissionResult
from rebond.web.wording import set_once


def selection_told(result: MissionResult) -> dict[str, Any]:
    """Prices, comparison, and what would bring in each candidate that is not proposed (by its reference)."""
    if result.selection is None or not result.selection_reports:
        return {}
    return {
        "prix": [set_once(said) for said in price_sentences(result.selection.prices, result.labels.dispositifs)],
        "comparaison": [list(map(set_once, row)) for row in comparison_rows(result.selection.comparison)],
        "entrees": {
            p.project.id: {
                "manque": str(p.decision.way_in.short),
                "place_de": list(p.decision.way_in.instead_of),
                "perdus": str(p.decision.way_in.lost),
            }
            for p in result.projects
            if p.decision.way_in is not None
        },
    }
