"""What a source says and belies in one record: told, put to people, and never typed as if it were sure."""

from __future__ import annotations

from datetime import date

from rebond.adapters.imports.account import Place
from rebond.adapters.imports.sheet import Sheet


def dates_cross(sheet: Sheet, opens_on: date | None, closes_on: date | None, source: str, *places: Place) -> bool:
    """Whether the end comes before the start: told, and put to people, since nobody says which is wrong."""
    if opens_on is None or closes_on is None or opens_on <= closes_on:
        return False
    sheet.contradictions.append(f"Fin le {closes_on:%d/%m/%Y}, avant le début le {opens_on:%d/%m/%Y}.")
    sheet.confirm(f"Dates contradictoires : du {opens_on:%d/%m/%Y} au {closes_on:%d/%m/%Y}", source, *places)
    sheet.gap("dates", "Quelles sont les dates ? La source donne une fin avant le début.")
    return True
