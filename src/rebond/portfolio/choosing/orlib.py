"""0-1 multidimensional knapsacks in the format of OR-Library (Beasley 1990), several instances in one file.

Number of instances; then for each: number of items n, of limits m, best value known (0 when none); the n values; for
each limit the n uses; the m rooms. Everything is numbers apart from where lines break.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from rebond.data.limits import is_sane_number
from rebond.data.texts import read_text
from rebond.errors import DataError, Fault
from rebond.portfolio.choosing.instance import Instance, Limit

MOST_BYTES = 50_000_000
MOST_ITEMS, MOST_LIMITS = 100_000, 10_000
_FORMAT = (
    "format d'OR-Library : nombre d'instances, puis pour chacune n, m et la meilleure valeur connue, les n valeurs, "
    "les m lignes de n consommations, les m limites"
)


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    line: int


def load_orlib(path: Path) -> tuple[Instance, ...]:
    """Every instance of a file; raises ``DataError`` with every fault, each with its line."""
    return parse_orlib(read_text(path, most=MOST_BYTES), name=path.name)


def parse_orlib(text: str, *, name: str) -> tuple[Instance, ...]:
    """The instances that a text holds; a file of one instance may leave their number out."""
    faults: list[Fault] = []
    numbers = list(_numbers(text, name, faults))
    if faults:
        raise DataError(faults)
    if not numbers:
        raise DataError([Fault(where=name, problem="aucun nombre dans le fichier", mend=_FORMAT)])
    if _is_one(numbers):
        numbers.insert(0, _Number(Decimal(1), numbers[0].line))
    cursor = _Cursor(numbers, name)
    try:
        count = cursor.count("nombre d'instances", most=len(numbers))
        instances = tuple(_instance(cursor, rank, faults) for rank in range(1, count + 1))
        cursor.end()
    except DataError as error:
        raise DataError([*faults, *error.faults]) from error
    if faults:
        raise DataError(faults)
    return instances


def _numbers(text: str, name: str, faults: list[Fault]) -> Iterator[_Number]:
    for line, row in enumerate(text.splitlines(), start=1):
        for word in row.split():
            try:
                value = Decimal(word)
            except InvalidOperation:
                value = Decimal("nan")
            if value.is_finite() and is_sane_number(value):
                yield _Number(value, line)
            else:
                where = f"{name}, ligne {line}"
                mend = "écrire un nombre (point décimal, sans séparateur de milliers) ; " + _FORMAT
                faults.append(Fault(where=where, found=word, problem="ce n'est pas un nombre", mend=mend))


def _is_one(numbers: list[_Number]) -> bool:
    """Whether the file is one instance without the number of instances: its length then fits exactly."""
    if len(numbers) < 3:  # noqa: PLR2004  # n, m, best known
        return False
    items, limits = numbers[0].value, numbers[1].value
    return len(numbers) == 3 + items + items * limits + limits


class _Cursor:
    """The numbers one after the other; what lacks or is odd is told with its line."""

    def __init__(self, numbers: list[_Number], name: str) -> None:
        self._numbers, self._name, self._next = numbers, name, 0

    def take(self, count: int, what: str) -> list[_Number]:
        taken = self._numbers[self._next : self._next + count]
        if len(taken) < count:
            line = self._numbers[-1].line
            problem = f"le fichier finit trop tôt : {what}, il en manque {count - len(taken)} sur {count}"
            raise DataError([Fault(where=f"{self._name}, ligne {line}", problem=problem, mend=_FORMAT)])
        self._next += count
        return taken

    def count(self, what: str, *, most: int) -> int:
        (number,) = self.take(1, what)
        if number.value != int(number.value) or not 0 < number.value <= most:
            raise DataError([self.fault(number, f"{what} : un entier de 1 à {most} est attendu", _FORMAT)])
        return int(number.value)

    def fault(self, number: _Number, problem: str, mend: str) -> Fault:
        return Fault(where=f"{self._name}, ligne {number.line}", found=f"{number.value}", problem=problem, mend=mend)

    def end(self) -> None:
        if self._next < len(self._numbers):
            left = self._numbers[self._next]
            problem = f"{len(self._numbers) - self._next} nombres de trop après la dernière instance"
            raise DataError([self.fault(left, problem, "vérifier n, m et le nombre d'instances ; " + _FORMAT)])


def _instance(cursor: _Cursor, rank: int, faults: list[Fault]) -> Instance:
    name = f"instance {rank}"
    items = cursor.count(f"{name}, nombre d'objets", most=MOST_ITEMS)
    limits = cursor.count(f"{name}, nombre de limites", most=MOST_LIMITS)
    (best,) = cursor.take(1, f"{name}, meilleure valeur connue")
    values = cursor.take(items, f"{name}, valeurs")
    uses = [cursor.take(items, f"{name}, consommations de la limite {k}") for k in range(1, limits + 1)]
    rooms = cursor.take(limits, f"{name}, limites")
    for kind, numbers in (("valeur", values), *(("consommation", each) for each in uses), ("limite", rooms)):
        for number in numbers:
            if number.value < 0:
                mend = "donner un nombre positif ou nul"
                faults.append(cursor.fault(number, f"{name} : une {kind} ne peut être négative", mend))
    return Instance(
        name=name,
        items=tuple(str(item) for item in range(1, items + 1)),
        values=tuple(number.value for number in values),
        limits=tuple(
            Limit(name=f"limite {k}", used=tuple(number.value for number in used), room=room.value)
            for k, (used, room) in enumerate(zip(uses, rooms, strict=True), start=1)
        ),
        best_known=best.value if best.value > 0 else None,
    )
