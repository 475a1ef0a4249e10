"""What a study keeps of its selection as a whole, in words and rows ready to be shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rebond.portfolio.call import CallDecision
from rebond.portfolio.selection_words import comparison_rows, price_sentences
from rebond.results import CallShare, MissionResult
from rebond.web.wording import set_once


def selection_told(result: MissionResult) -> dict[str, Any]:
    """Prices, comparison, and what would bring in each candidate that is not proposed (by its reference).

    Of several calls, also what each has and gives (``appels``).
    """
    calls = {"appels": [_call(share, result) for share in result.calls]} if result.calls else {}
    if result.selection is None or not result.selection_reports:
        return calls
    return {
        "prix": [set_once(said) for said in price_sentences(result.selection.prices, result.labels.dispositifs)],
        "comparaison": [list(map(set_once, row)) for row in comparison_rows(result.selection.comparison)],
        "entrees": _entries((p.project.id, p.decision) for p in result.projects),
        **calls,
    }


def _call(share: CallShare, result: MissionResult) -> dict[str, Any]:
    return {
        "appel": share.name,
        "nom": set_once(share.title),
        "enveloppe": str(share.call.amount),
        "propose": share.spent,
        "projets": sum(result.financing_call(p) == share for p in result.projects),
        "prix": [set_once(said) for said in price_sentences(share.prices, result.labels.dispositifs)],
        "entrees": _entries((p.project.id, p.calls[share.name]) for p in result.projects if share.name in p.calls),
    }


def _entries(decisions: Iterable[tuple[str, CallDecision]]) -> dict[str, dict[str, Any]]:
    return {
        ref: {
            "manque": str(decision.way_in.short),
            "place_de": list(decision.way_in.instead_of),
            "perdus": str(decision.way_in.lost),
        }
        for ref, decision in decisions
        if decision.way_in is not None
    }
