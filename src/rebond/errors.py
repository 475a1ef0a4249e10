"""What can go wrong, as one tree; messages are French because advisers read them.

    RebondError
    ├── DataError            a file that people edit is wrong: carries every fault of the file
    │   ├── CatalogueError   dispositifs, regimes, zonages, referentials
    │   └── CensusError      the workbook of a mission
    ├── FactsError           facts that contradict the dictionary of facts
    ├── SolverError          the solver failed or its answer cannot be trusted
    └── IllegalPlanError     the independent audit refused a plan: a defect of Rebond, never shown as a plan

A legal impossibility is a result (``Truth.NO``, ``NoPlan``), not an exception.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to mend in a file: where it is, what was found, what is wrong, how to mend it."""

    where: str
    """For people: ``feuille « projets », cellule D12`` or ``ademe/decarb-flash.yaml, ligne 14, clé « taux »``."""
    found: str = ""
    problem: str
    mend: str

    def __str__(self) -> str:
        """One line that a terminal shows as it is, whatever the file holds."""
        found = f" : « {_line(self.found, 200)} »" if self.found else ""
        return f"{_line(self.where, 300)}{found} — {_line(self.problem, 500)} → {_line(self.mend, 1_000)}"


def grouped(faults: Iterable[Fault]) -> list[str]:
    """One line a fault; what is wrong in the same way in many places is said once, with how many and where."""
    places: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        places.setdefault((fault.found, fault.problem, fault.mend), []).append(fault)
    lines: list[str] = []
    for alike in places.values():
        if len(alike) < _MANY:
            lines.extend(map(str, alike))
            continue
        where = " ; ".join(_line(fault.where, 300) for fault in alike[:_SHOWN])
        others = f" et {len(alike) - _SHOWN} autres" if len(alike) > _SHOWN else ""
        whole = str(alike[0]).removeprefix(_line(alike[0].where, 300)).removeprefix(" — ").removeprefix(" : ")
        lines.append(f"{len(alike)} fois : {whole} ({where}{others})")
    return lines


_MANY = 4
"""From so many on, faults that are the same but for their place are told in one line."""
_SHOWN = 3


def _line(text: str, most: int) -> str:
    """A text on one line, without what would act on a terminal, cut when it is too long to be read."""
    if not text.isprintable():
        text = "".join(
            letter if letter.isprintable() or letter in _SPACES else _HIDDEN.get(letter, "\ufffd") for letter in text
        )
    return text if len(text) <= most else f"{text[: most - 1]}…"


_SPACES = "\u00a0\u202f\u2009"
_HIDDEN = {"\n": " ", "\r": " ", "\t": " "}


class RebondError(Exception):
    """Root of every error that Rebond raises on purpose."""


class DataError(RebondError):
    """A file is wrong; ``faults`` holds all its faults, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class CatalogueError(DataError):
    """A file of the catalogue is wrong."""


@contextmanager
def gathered(faults: list[Fault]) -> Iterator[None]:
    """Keep the faults of a wrong file and go on, so that those of every file come together."""
    try:
        yield
    except CatalogueError as error:
        faults.extend(error.faults)


class CensusError(DataError):
    """A mission's workbook is wrong."""


class FactsError(DataError):
    """Facts given for a firm or a project do not fit the dictionary of facts."""


class SolverError(RebondError):
    """The solver did not answer, or answered something that may not be trusted."""


class IllegalPlanError(RebondError):
    """A plan broke a rule: ``rule`` names it. It must never reach anyone."""

    def __init__(self, rule: str, detail: str) -> None:
        self.rule = rule
        super().__init__(f"plan refusé par l'audit, règle « {rule} » : {detail}")
