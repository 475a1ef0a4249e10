"""How large a problem file may be, and what a name or a number of it may look like.

Checked first: a file that is too large is told so in a second, where the solver would search for an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from rebond.errors import Fault

Path = tuple[str | int, ...]
Report = Callable[[Path, str, str, str], Fault]

MOST_PROJECTS = 2_000
MOST_LINES = 400
MOST_OFFERS = 200
MOST_CHOICES = 60_000
"""Dispositif × dépense, over the whole file: what the solver weighs."""
MOST_NAME = 200
"""Characters of an id, of a regime, of a budget: all are shown in messages and tables."""
MOST_TEXT = 20_000
MOST_AMOUNT = Decimal(10) ** 12
"""A thousand billions of euros: beyond, exact cents and the solver's floats part."""
_FIRST_PRINTABLE, _DELETE = 32, 127
_NAMES = frozenset({"id", "regime", "budget", "entreprise_unique", "poste", "nature"})
_LINES = "\t\n\r"


def size_faults(data: Any, report: Report) -> Iterator[Fault]:
    """What is too large in a problem's data, whatever its shape."""
    choices = 0
    projects = data.get("projets") if isinstance(data, dict) else None
    projects = projects if isinstance(projects, list) else []
    if len(projects) > MOST_PROJECTS:
        yield report(("projets",), "", f"plus de {MOST_PROJECTS} projets", "partager le fichier en plusieurs")
    for rank, project in enumerate(projects):
        sizes = [_length(project, key) for key in ("postes", "dispositifs")]
        for key, size, most in zip(("postes", "dispositifs"), sizes, (MOST_LINES, MOST_OFFERS), strict=True):
            if size > most:
                mend = "regrouper ceux qui se ressemblent"
                yield report(("projets", rank, key), "", f"{size} {key}, {most} au plus", mend)
        choices += sizes[0] * sizes[1]
    if choices > MOST_CHOICES:
        problem = f"{choices} couples dispositif-dépense, {MOST_CHOICES} au plus"
        yield report(("projets",), "", problem, "partager le fichier en plusieurs")
    yield from _value_faults(data, (), report)


def _length(project: Any, key: str) -> int:
    found = project.get(key) if isinstance(project, dict) else None
    return len(found) if isinstance(found, list) else 0


def _value_faults(value: Any, path: Path, report: Report) -> Iterator[Fault]:
    if isinstance(value, dict):
        for key, child in value.items():
            if len(key) > MOST_NAME or _hidden(key):
                yield _odd_name(path, key, report)
            else:
                yield from _value_faults(child, (*path, key), report)
    elif isinstance(value, list):
        for rank, child in enumerate(value):
            yield from _value_faults(child, (*path, rank), report)
    elif isinstance(value, str):
        is_name = bool(path) and path[-1] in _NAMES
        if _hidden(value) or len(value) > (MOST_NAME if is_name else MOST_TEXT):
            yield _odd_name(path, value, report)
    elif isinstance(value, int | Decimal) and abs(Decimal(value)) > MOST_AMOUNT:
        yield report(path, str(value), "nombre démesuré", "vérifier le nombre, en euros")


def _odd_name(path: Path, text: str, report: Report) -> Fault:
    if _hidden(text):
        return report(path, printable(text), "caractère de contrôle invisible", "retaper le texte au clavier")
    return report(path, text, f"texte de {len(text)} caractères", f"en garder {MOST_NAME} au plus")


def _hidden(text: str) -> bool:
    return any(ord(letter) < _FIRST_PRINTABLE or ord(letter) == _DELETE for letter in text if letter not in _LINES)


def printable(text: str) -> str:
    r"""A text without the characters that would act on a terminal.

    >>> printable("a\x1b[2J")
    'a\ufffd[2J'
    """
    return "".join("\ufffd" if _hidden(letter) else letter for letter in text)
