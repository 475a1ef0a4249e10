"""How long organisations have to answer, and the links of their letters last, read once from ``reponses.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import read_yaml
from rebond.errors import DataError, Fault
from rebond.web.catalogue.reading import referentials

FILE = "reponses.yaml"
_KEYS = ("reponse_jours", "lien_jours", "suite_jours")
_MOST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How long an answer is awaited, unless the pilot says otherwise; how long a first link, and the next one, last."""

    answer: timedelta
    first: timedelta
    next: timedelta


def load_delays(path: Path) -> Delays:
    """Read the file; raises ``DataError`` with all that is wrong in it."""
    file = read_yaml(path)
    data: Any = file.data if isinstance(file.data, dict) else {}
    if faults := [*file.faults, *(() if file.faults else _faults(data, path.name))]:
        raise DataError(faults)
    answer, first, then = (timedelta(days=data[key]) for key in _KEYS)
    return Delays(answer=answer, first=first, next=then)


def _faults(data: Any, name: str) -> Iterator[Fault]:
    for key in _KEYS:
        if not isinstance(data.get(key), int) or not 1 <= data[key] <= _MOST_DAYS:
            mend = f"écrire un nombre de jours entre 1 et {_MOST_DAYS}"
            yield Fault(where=f"{name}, {key}", problem=f"« {data.get(key)} » n'est pas une durée", mend=mend)


@cache
def delays() -> Delays:
    """Those of this instance."""
    return load_delays(Path(referentials()) / FILE)
