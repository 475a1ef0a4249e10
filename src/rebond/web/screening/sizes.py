"""The EU size classes in words, with the thresholds of the catalogue."""

from __future__ import annotations

from functools import lru_cache

from rebond.regimes.sme import load_thresholds
from rebond.restitution.typography import typeset
from rebond.units import format_euros, format_number
from rebond.web.catalogue.reading import labels, referentials


@lru_cache(maxsize=1)
def size_rules() -> tuple[str, ...]:
    """One sentence per class: « Petite entreprise : moins de 50 salariés, et au plus 10 M€ de chiffre d'affaires… »."""
    thresholds = load_thresholds(referentials() / "taille_ue.yaml")
    names = labels("tailles")
    return tuple(
        typeset(
            f"{names[ceiling.code]} : moins de {format_number(ceiling.staff_below)} personnes, et au plus "
            f"{format_euros(ceiling.turnover_max)} de chiffre d'affaires ou {format_euros(ceiling.balance_max)} "
            "de bilan."
        )
        for ceiling in thresholds.classes
    )
