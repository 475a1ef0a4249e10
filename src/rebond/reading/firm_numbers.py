"""SIREN and SIRET: ``rebond.identifiers`` repairs them, this says what is wrong in the two parts of a fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

from rebond import identifiers
from rebond.facts import UNKNOWN, Siren, Siret
from rebond.reading.bounds import LONGEST_VALUE
from rebond.reading.problem import Reading, T, Unreadable
from rebond.reading.words import is_absent

_MEND = "reprendre le numéro de l'annuaire des entreprises, en cellule texte ; vide s'il est inconnu"


def read_siren(raw: object) -> Reading[Siren]:
    """Nine digits as text, and what was repaired; raises ``Unreadable``."""
    return _read(raw, identifiers.read_siren, "SIREN")


def read_siret(raw: object) -> Reading[Siret]:
    """Fourteen digits as text, and what was repaired; raises ``Unreadable``."""
    return _read(raw, identifiers.read_siret, "SIRET")


def _read(raw: object, read: Callable[[object], tuple[T, str]], kind: str) -> Reading[T]:
    if is_absent(raw):
        return Reading(UNKNOWN)
    if isinstance(raw, date | time | timedelta):
        raise Unreadable("une date, au lieu d'un numéro", f"écrire le {kind} dans une cellule au format texte")
    if (isinstance(raw, str) and len(raw) > LONGEST_VALUE) or (isinstance(raw, int) and abs(raw) > 10**LONGEST_VALUE):
        raise Unreadable(f"texte trop long pour un {kind}", _MEND)
    try:
        return Reading(*read(raw))
    except ValueError as error:
        message = str(error).removeprefix(f"« {raw} » : ").removeprefix(f"« {raw} » ")
        raise Unreadable(message, _MEND) from error
