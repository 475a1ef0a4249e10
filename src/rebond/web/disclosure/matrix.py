"""The table of who sees what, read once from ``confidentialite.yaml``: a word a cell, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rebond.data.yamlfile import read_yaml
from rebond.web.catalogue.reading import referentials
from rebond.web.missions.models import Role

FILE = "confidentialite.yaml"
NOTHING = "non"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """What each role sees of each kind of data, and why."""

    kinds: Mapping[str, str]
    words: Mapping[str, str]
    cells: Mapping[tuple[Role, str], str]
    why: Mapping[Role, str]

    def sees(self, role: Role, kind: str) -> str:
        """The key of a cell, such as ``tout`` or ``non``."""
        return self.cells[role, kind]

    def readers(self, kind: str) -> list[tuple[str, str]]:
        """Those who read something of this kind, in words, and what of it."""
        shown = ((role, self.sees(role, kind)) for role in Role if (role, kind) in self.cells)
        return [(str(role.label), self.words[key]) for role, key in shown if key != NOTHING]


def load_matrix(path: Path) -> Matrix:
    """Read the table; every role has a cell for every kind."""
    data: Any = read_yaml(path).data
    kinds, roles = data["genres"], data["roles"]
    cells = {(Role(role), kind): str(row["voit"][kind]) for role, row in roles.items() for kind in kinds}
    return Matrix(
        kinds=kinds,
        words=data["mots"],
        cells=cells,
        why={Role(role): row["pourquoi"] for role, row in roles.items()},
    )


@cache
def matrix() -> Matrix:
    """The table of this instance."""
    return load_matrix(Path(referentials()) / FILE)
