"""An amount, or the band in which it is published: « 60 000 – 500 000 € », « 0,5 à 1 M€ », « plus de 30 M€ »."""

from __future__ import annotations

import re

from rebond.facts import UNKNOWN, Band, Maybe
from rebond.reading.amounts import read_euros, require_euros
from rebond.reading.bounds import LONGEST_VALUE
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import is_absent, one_line
from rebond.units import Euros, format_euros

_BETWEEN = re.compile(
    r"^(?:entre\s+|de\s+|\[|\()?\s*(.+?)\s*(?:–|—|-|;|\bà\b|\bet\b)\s*(.+?)\s*(?:\]|\))?$", re.IGNORECASE
)
_OVER = re.compile(r"^(?:plus de|au moins|≥|>=|>|supérieur à)\s*(.+)$|^(.+?)\s*(?:et plus|ou plus|\+)$", re.IGNORECASE)
_UNDER = re.compile(r"^(?:moins de|au plus|jusqu'à|≤|<=|<|inférieur à)\s*(.+)$", re.IGNORECASE)
_UNIT = re.compile(r"\s*((?:k|m|md)?\s*(?:€|eur|euros?)|k|m|md)\s*$", re.IGNORECASE)
_MEND = "écrire un montant (250000), une tranche (« 60 000 – 500 000 € », « plus de 30 M€ »), ou laisser vide"


def read_band(text: str) -> Band | None:
    """The band that a text gives; ``None`` when it is none (a plain amount). Raises ``Unreadable``.

    The unit of the second bound is that of the first when this one has none, as the Transparency Award Module writes.

    >>> read_band("0,5 – 1 M€")
    Band(least=Decimal('500000'), most=Decimal('1000000'))
    """
    if over := _OVER.match(text):
        return Band(least=_euros(over[1] or over[2]))
    if under := _UNDER.match(text):
        return Band(least=Euros(0), most=_euros(under[1]))
    between = None if text.startswith(("-", "−")) else _BETWEEN.match(text)
    if between is None:
        return None
    low, high = between[1], between[2]
    unit = _UNIT.search(high)
    least = _euros(low if _UNIT.search(low) or unit is None else f"{low} {unit[1]}")
    most = _euros(high)
    if most < least:
        raise Unreadable("tranche dont le haut est sous le bas", _MEND)
    return Band(least=least, most=most)


def read_amount_or_band(raw: object) -> Reading[Euros | Band]:
    """An amount of past aid, exact or banded; empty or « nc » is UNKNOWN."""
    if is_absent(raw):
        return Reading(UNKNOWN)
    if isinstance(raw, str) and len(raw) <= LONGEST_VALUE and (band := read_band(one_line(raw))) is not None:
        return Reading(band)
    amount = read_euros(raw, negative=True)
    if amount.value is not UNKNOWN and amount.value < 0:
        mend = "écrire le montant accordé, et dans « dont remboursé (€) » ce que le financeur a retiré ou récupéré"
        raise Unreadable("montant négatif", mend)
    return Reading(amount.value, amount.note)


def band_words(band: Band) -> str:
    """A band as it is written and read again: « 60 000 € – 500 000 € », « plus de 30 000 000 € »."""
    if band.most is UNKNOWN:
        return f"plus de {format_euros(band.least)}"
    return f"{format_euros(band.least)} – {format_euros(band.most)}"


def amount_words(amount: Maybe[Euros | Band]) -> str:
    """An amount, its band, or « montant inconnu »."""
    if amount is UNKNOWN:
        return "montant inconnu"
    return band_words(amount) if isinstance(amount, Band) else format_euros(amount)


def _euros(text: str) -> Euros:
    try:
        return require_euros(text)
    except Unreadable as error:
        raise Unreadable("ni un montant ni une tranche de montants", _MEND) from error
