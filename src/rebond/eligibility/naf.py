"""The French nomenclature of activities (NAF rév. 2, INSEE): sections, prefixes, ranges.

The structure of the nomenclature is fixed by décret 2007-1888; divisions that it leaves vacant match no section.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rebond.data.csvfile import csv_rows

_SECTION_STARTS = (
    (1, "A"), (5, "B"), (10, "C"), (35, "D"), (36, "E"), (41, "F"), (45, "G"), (49, "H"), (55, "I"), (58, "J"),
    (64, "K"), (68, "L"), (69, "M"), (77, "N"), (84, "O"), (85, "P"), (86, "Q"), (90, "R"), (94, "S"), (97, "T"),
    (99, "U"),
)  # fmt: skip
_STARTS = [start for start, _ in _SECTION_STARTS]
_CODE = re.compile(r"^\d{2}(\.?\d{1,2}[A-Z]?)?$")


@lru_cache(maxsize=4096)  # a table of a million rows holds some seven hundred codes
def compact(code: str) -> str:
    """``25.73A`` → ``2573A``: the form in which codes are compared."""
    return code.replace(".", "").replace(" ", "").upper()


def is_code(text: str) -> bool:
    """Whether a text has the form of a NAF code, from division (``25``) to sub-class (``25.73A``)."""
    return _CODE.match(text.strip().upper()) is not None


@lru_cache(maxsize=4096)
def section_of(code: str) -> str:
    """Section letter of a code; an empty string when the division does not exist.

    >>> section_of("25.73A")
    'C'
    """
    digits = compact(code)[:2]
    if not digits.isdigit() or int(digits) < 1:
        return ""
    return _SECTION_STARTS[bisect_right(_STARTS, int(digits)) - 1][1]


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
        return parts[0].upper() in {letter for _, letter in _SECTION_STARTS}
    return len(parts) <= 2 and all(is_code(part) for part in parts)  # noqa: PLR2004 - two ends of a range


def load_activities(path: Path) -> dict[str, str]:
    """``naf.csv``: every code, from division to sub-class, and its label."""
    return {row["code"]: row["libelle"] for row in csv_rows(path, "code", "libelle")}


def nearest_codes(code: str, known: Iterable[str], *, limit: int = 3) -> list[str]:
    """The codes of the same length that share the longest beginning with one that does not exist, nearest first.

    >>> nearest_codes("25.73C", ["25.72Z", "25.73A", "25.73B", "26.11Z"])
    ['25.73A', '25.73B']
    """
    shared = {other: _shared(code, other) for other in known if len(other) == len(code)}
    best = max(shared.values(), default=0)
    alike = [other for other, length in shared.items() if length == best]
    return sorted(alike, key=lambda other: (_apart(code, other), other))[:limit]


def _shared(first: str, second: str) -> int:
    """How many characters two codes begin with in common."""
    return next((rank for rank, pair in enumerate(zip(first, second, strict=True)) if len(set(pair)) > 1), len(first))


def _apart(first: str, second: str) -> int:
    """How far two codes are in the order of the nomenclature, letters left out."""
    numbers = ["".join(filter(str.isdigit, code)) for code in (first, second)]
    return abs(int(numbers[0]) - int(numbers[1]))
