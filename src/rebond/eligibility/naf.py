"""The French nomenclatures of activities: that of the conditions (NAF rév. 2, INSEE), and the NAF 2025 beside it.

The structure of the NAF rév. 2 is fixed by décret 2007-1888; divisions that it leaves vacant have no section.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from rebond.data.csvfile import csv_rows

_SECTIONS = (
    ("A", 1, 3), ("B", 5, 9), ("C", 10, 33), ("D", 35, 35), ("E", 36, 39), ("F", 41, 43), ("G", 45, 47), ("H", 49, 53),
    ("I", 55, 56), ("J", 58, 63), ("K", 64, 66), ("L", 68, 68), ("M", 69, 75), ("N", 77, 82), ("O", 84, 84),
    ("P", 85, 85), ("Q", 86, 88), ("R", 90, 93), ("S", 94, 96), ("T", 97, 98), ("U", 99, 99),
)  # fmt: skip
"""Letter, first and last division; a test holds them to ``naf.csv``."""
_SECTION_OF = {f"{division:02}": letter for letter, first, last in _SECTIONS for division in range(first, last + 1)}
DIVISIONS = tuple(_SECTION_OF)
"""Of the NAF rév. 2: 04, 34, 40… are vacant."""
WHOLE_CODE = len("25.73A")
NO_DIVISION = "aucune nomenclature n'a cette division"
_CODE = re.compile(r"^\d{2}(\.?\d{1,2}[A-Z]?)?$")


@lru_cache(maxsize=4096)  # a table of a million rows holds some seven hundred codes
def compact(code: str) -> str:
    """``25.73A`` → ``2573A``: the form in which codes are compared."""
    return code.replace(".", "").replace(" ", "").upper()


def is_code(text: str) -> bool:
    """Whether a text has the form of a NAF code, from division (``25``) to sub-class (``25.73A``)."""
    return _CODE.match(text.strip().upper()) is not None


def section_of(code: str) -> str:
    """Section letter of a code; an empty string when the division does not exist.

    >>> section_of("25.73A"), section_of("34.10Z")
    ('C', '')
    """
    return _SECTION_OF.get(code.strip()[:2], "")


@dataclass(frozen=True, slots=True)
class NafPattern:
    """``C`` (section), ``25`` (division), ``25.6`` (group), ``25.73A`` (sub-class) or ``10.11Z-33.20D`` (range)."""

    text: str

    def matches(self, code: str) -> bool:
        """Whether a code falls under the pattern."""
        wanted, found = compact(self.text), compact(code)
        if len(wanted) == 1:
            return section_of(code) == wanted
        if "-" in wanted:
            low, high = wanted.split("-")
            return low[: len(found)] <= found <= high + "~"
        return found.startswith(wanted)


def is_pattern(text: str) -> bool:
    """Whether a text can be read as a ``NafPattern``."""
    parts = text.strip().split("-")
    if len(parts) == 1 and len(parts[0]) == 1:
        return parts[0].upper() in _SECTION_OF.values()
    return len(parts) <= 2 and all(is_code(part) for part in parts)  # noqa: PLR2004 - two ends of a range


@dataclass(frozen=True, kw_only=True)
class Nomenclatures:
    """The two nomenclatures, and the table of INSEE that goes from one to the other."""

    rev2: Mapping[str, str]
    """Every code of the NAF rév. 2, from division to sub-class → its label."""
    naf2025: Mapping[str, str]
    """Every sub-class of the NAF 2025 → its label."""
    changes: tuple[tuple[str, str], ...]
    """Sub-class of the NAF rév. 2, sub-class of the NAF 2025 that takes it over, in whole or in part."""

    @cached_property
    def levels_2025(self) -> frozenset[str]:
        """Every division, group, class and sub-class of the NAF 2025."""
        return frozenset(code[:length] for code in self.naf2025 for length in (2, 4, 5, 6))

    def has_division(self, code: str) -> bool:
        """Whether the division of a code is, or was from 2008 on, one of either nomenclature."""
        return code[:2] in self.rev2 or code[:2] in self.levels_2025

    @cached_property
    def covered(self) -> frozenset[str]:
        """The divisions whose codes the table translates."""
        return frozenset(before[:2] for before, _ in self.changes)

    def before(self, code: str) -> tuple[str, ...]:
        """The sub-classes of the NAF rév. 2 that a code of the NAF 2025, of any level, takes over."""
        return tuple(dict.fromkeys(sorted(old for old, new in self.changes if new.startswith(code))))

    def is_translated(self, code: str) -> bool:
        """Whether the table tells all that a code of the NAF 2025 takes over: it has no other division's rows."""
        inside = [new for new in self.naf2025 if new.startswith(code)]
        return code[:2] in self.covered and all(self.before(new) for new in inside)

    def changed_trade(self, code: str) -> bool:
        """Whether a code of both nomenclatures stands for two trades: 25.40 was weapons, it is forging in 2025."""
        return code[:2] in self.covered and not any(
            old.startswith(code) and new.startswith(code) for old, new in self.changes
        )


def load_nomenclatures(folder: Path) -> Nomenclatures:
    """Read ``naf.csv``, ``naf_2025.csv`` and ``naf_rev2_2025.csv``; a catalogue may have the first alone."""
    changes: tuple[tuple[str, str], ...] = ()
    if (table := folder / "naf_rev2_2025.csv").is_file():
        changes = tuple((row["naf_rev2"], row["naf_2025"]) for row in csv_rows(table, "naf_rev2", "naf_2025"))
    recent = folder / "naf_2025.csv"
    return Nomenclatures(
        rev2=load_activities(folder / "naf.csv"),
        naf2025=load_activities(recent) if recent.is_file() else {},
        changes=changes,
    )


def divisions(activities: Mapping[str, str]) -> dict[str, str]:
    """Of a nomenclature, the divisions alone: two digits and a label."""
    return {code: label for code, label in activities.items() if len(code) == _DIVISION_DIGITS}


_DIVISION_DIGITS = 2


def load_activities(path: Path) -> dict[str, str]:
    """A nomenclature: every code and its label."""
    return {row["code"]: row["libelle"] for row in csv_rows(path, "code", "libelle")}
