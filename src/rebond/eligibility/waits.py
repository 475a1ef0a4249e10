"""The time that a funder asks firms to wait between two of its aids, and the facts that follow from past aid.

The lengths are data (``data/referentiels/attentes.yaml``), each with its source.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import read_yaml
from rebond.eligibility.dictionary import FactDictionary, FactType
from rebond.errors import Fault
from rebond.facts import UNKNOWN, AidObtained, FactValue, Firm, Maybe
from rebond.reading.words import fold
from rebond.units import years_later


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A waiting period of one funder."""

    fact: str
    """The fact that is true while it lasts."""
    end: str
    """The fact that holds the first day on which the firm can apply again."""
    spellings: tuple[str, ...]
    """Words, folded, one of which the name of the funder holds however the aid's row writes it."""
    years: int
    source: str
    verified: bool

    def facts_of(self, firm: Firm, aids: Iterable[AidObtained], on: date) -> dict[str, FactValue]:
        """Whether the firm waits at a date, and until when.

        No aid listed is « no » only for a firm that declared all it received; otherwise it is UNKNOWN (adr/0013).
        """
        granted = [
            aid.granted_on for aid in aids if aid.firm_id == firm.id and aid.granted_on <= on and self._gave(aid)
        ]
        again = years_later(max(granted), self.years) if granted else None
        if again is not None and on < again:
            return {self.fact: True, self.end: again}
        waits: Maybe[bool] = False if firm.aid_declared is True else UNKNOWN
        return {self.fact: waits, self.end: UNKNOWN}

    def _gave(self, aid: AidObtained) -> bool:
        funder = f" {fold(aid.funder)} "
        return any(f" {spelling} " in funder for spelling in self.spellings)


def load_waits(
    path: Path, *, dictionary: FactDictionary, organisations: Collection[str]
) -> tuple[tuple[Wait, ...], list[Fault]]:
    """The waiting periods of ``attentes.yaml``, and every fault of the file."""
    file = read_yaml(path)
    waits: list[Wait] = []
    faults = list(file.faults)
    rows = file.data.get("attentes", []) if isinstance(file.data, dict) else []
    for rank, row in enumerate(rows):
        try:
            waits.append(_wait(row, dictionary, organisations))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            problem = f"attente illisible ({error})"
            faults.append(file.fault(("attentes", rank), str(row), problem, _MEND))
    return tuple(waits), faults


_MEND = "donner fait (de faits.csv), financeur, ecrit, annees, source et verifie (oui ou non)"


def _wait(row: dict[str, Any], dictionary: FactDictionary, organisations: Collection[str]) -> Wait:
    fact = dictionary[row["fait"]]
    if fact.type is not FactType.BOOLEAN or dictionary[fact.ends_on].type is not FactType.DATE:
        raise ValueError(f"« {fact.name} » n'est pas un oui ou non qui prend fin à la date d'un autre fait")
    if not isinstance(row["ecrit"], list) or not row["ecrit"]:
        raise ValueError("« ecrit » est une liste de mots")
    if row["annees"] < 1:
        raise ValueError("« annees » compte une année au moins")
    if row["financeur"] not in organisations:
        raise ValueError(f"« {row['financeur']} » n'est pas une organisation")
    return Wait(
        fact=fact.name,
        end=fact.ends_on,
        spellings=tuple(fold(text) for text in row["ecrit"]),
        years=row["annees"],
        source=row["source"],
        verified={"oui": True, "non": False}[row["verifie"]],
    )
