"""Numbers of a text one after the other, wherever its lines break; what lacks or is odd is told with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rebond.data.limits import is_sane_number
from rebond.errors import DataError, Fault


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and the line where it is written."""

    value: Decimal
    line: int


def numbers_of(rows: Iterable[tuple[int, str]], *, name: str, mend: str, faults: list[Fault]) -> Iterator[Number]:
    """The numbers of numbered lines; ``mend``: the words that say the format. Other words go to ``faults``."""
    for line, row in rows:
        for word in row.split():
            try:
                value = Decimal(word)
            except InvalidOperation:
                value = Decimal("nan")
            if value.is_finite() and is_sane_number(value):
                yield Number(value, line)
            else:
                where = f"{name}, ligne {line}"
                told = "écrire un nombre (point décimal, sans séparateur de milliers) ; " + mend
                faults.append(Fault(where=where, found=word, problem="ce n'est pas un nombre", mend=told))


class Cursor:
    """A place in a list of numbers. Each reading raises ``DataError`` where there is nothing right to read."""

    def __init__(self, numbers: list[Number], *, name: str, mend: str) -> None:
        self._numbers, self._name, self._mend, self._next = numbers, name, mend, 0

    @property
    def left(self) -> int:
        """How many are still to read."""
        return len(self._numbers) - self._next

    @property
    def line(self) -> int:
        """That of the next one."""
        return self._numbers[self._next].line

    def take(self, count: int, what: str) -> list[Number]:
        """The next ones."""
        taken = self._numbers[self._next : self._next + count]
        if len(taken) < count:
            line = self._numbers[-1].line
            problem = f"le fichier finit trop tôt : {what}, il en manque {count - len(taken)} sur {count}"
            raise DataError([Fault(where=f"{self._name}, ligne {line}", problem=problem, mend=self._mend)])
        self._next += count
        return taken

    def count(self, what: str, *, most: int) -> int:
        """The next one, which counts something."""
        (number,) = self.take(1, what)
        if number.value != int(number.value) or not 0 < number.value <= most:
            raise DataError([self.fault(number, f"{what} : un entier de 1 à {most} est attendu", self._mend)])
        return int(number.value)

    def fault(self, number: Number, problem: str, mend: str) -> Fault:
        """What is wrong with a number."""
        return Fault(where=f"{self._name}, ligne {number.line}", found=f"{number.value}", problem=problem, mend=mend)

    def end(self) -> None:
        """Nothing may be left."""
        if self._next < len(self._numbers):
            left = self._numbers[self._next]
            problem = f"{len(self._numbers) - self._next} nombres de trop après la dernière instance"
            raise DataError([self.fault(left, problem, "vérifier n, m et le nombre d'instances ; " + self._mend)])
