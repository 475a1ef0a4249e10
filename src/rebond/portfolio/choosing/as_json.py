"""Selections of published instances as JSON, and in one French line each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from rebond.portfolio.choosing.instance import Selected
from rebond.units import NO_BREAK_SPACE, format_number

SCHEMA = "selection-publiee/v1"


def selections_as_data(selections: Sequence[Selected], *, file: str) -> dict[str, Any]:
    """Every instance of a file, in its order."""
    return {"schema": SCHEMA, "fichier": file, "instances": [_selection(each) for each in selections]}


def _selection(found: Selected) -> dict[str, Any]:
    instance = found.instance
    return {
        "instance": instance.name,
        "statut": status(found),
        "prouve": found.proven,
        "valeur": _number(found.value),
        "borne": None if found.bound is None else _number(found.bound),
        "ecart": None if found.bound is None else found.gap,
        "secondes": round(found.seconds, 3),
        "selection": [instance.items[item] for item in found.items],
        "limites": [
            {
                "nom": limit.name,
                "employe": _number(sum((limit.used[item] for item in found.items), Decimal(0))),
                "disponible": _number(limit.room),
            }
            for limit in instance.limits
        ],
        "meilleure_connue": None if instance.best_known is None else _number(instance.best_known),
        "verifie": True,
        "remarques": list(instance.remarks),
    }


def status(found: Selected) -> str:
    """``prouvé optimal``, or what time left unproven."""
    return "prouvé optimal" if found.proven else "temps écoulé, non prouvé"


def gap_words(found: Selected) -> str:
    """The gap to the bound, in words."""
    if found.bound is None:
        return "sans borne"
    return f"{format_number(found.gap * 100, 0 if found.proven else 3)}{NO_BREAK_SPACE}%"


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)
