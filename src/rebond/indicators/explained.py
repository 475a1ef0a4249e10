"""What is said under a figure when someone opens it: how it is reckoned, what it lacks, why no row stands below."""

from __future__ import annotations

from rebond.indicators.model import AT_MOST, NOT_GIVEN

_BETWEEN = "entre"
_ONE_BY_ONE, _ADDED = "nombre de lignes", "somme des lignes"


def reckoning(formula: str, text: str) -> str:
    """How the value comes from the rows; ``text``: the figure in words.

    The rows of a figure told between two ends make the least: the most adds what is still in doubt.

    >>> reckoning("nombre de lignes", "entre 20 et 38 projets")
    'nombre de lignes pour le moins ; le plus y ajoute ce qui reste à confirmer'
    """
    if not text.startswith(_BETWEEN):
        return formula
    least = f"{formula} pour le moins" if formula in {_ONE_BY_ONE, _ADDED} else formula
    return f"{least} ; le plus y ajoute ce qui reste à confirmer"


def lacking(note: str, text: str) -> str:
    """What is not known of a figure: its note, else whether anything entered it at all."""
    if note:
        return note
    return "rien n'entre encore dans ce calcul" if text == NOT_GIVEN else "aucune réponse ne manque à ce calcul"


def without_rows(text: str) -> str:
    """Why a figure has no row: nobody gave it, nothing of it is sure, or it is nought."""
    if text == NOT_GIVEN:
        return "Aucune ligne : le chiffre n'est pas renseigné."
    if text.startswith(AT_MOST):
        return "Aucune ligne : rien n'est encore sûr, et le chiffre ne dit que le plus qu'il peut valoir."
    return "Aucune ligne : la valeur est nulle."
