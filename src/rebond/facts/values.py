"""The values of facts: what is not known is ``UNKNOWN``."""

from __future__ import annotations

import enum
from datetime import date
from typing import Final, NewType, TypeAlias, TypeVar

from rebond.units import Euros

Siren = NewType("Siren", str)
Siret = NewType("Siret", str)
T = TypeVar("T")


class Unknown(enum.Enum):
    """The type of the single value ``UNKNOWN``."""

    UNKNOWN = "inconnu"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN n'est ni vrai ni faux : comparer avec « is UNKNOWN »")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
Maybe: TypeAlias = T | Unknown
NOTHING: Final = Euros(0)
FactValue: TypeAlias = str | int | Euros | bool | date | frozenset[str] | Unknown
