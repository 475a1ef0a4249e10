"""0-1 multidimensional knapsacks in the two formats of OR-Library (Beasley 1990), several instances in one file.

That of mknap1 and mknapcb: number of instances; then for each: number of items n, of limits m, best value known (0 when
none); the n values; for each limit the n uses; the m rooms. That of mknap2, whose problems come from the literature of
1967 to 1990 (suite SAC-94): for each, m, n, the n values, the m rooms, the uses, the best value known; lines of words
between them. Everything is numbers apart from where lines break.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

from rebond.data.texts import read_text
from rebond.errors import DataError, Fault
from rebond.portfolio.choosing.instance import Instance, Limit
from rebond.portfolio.choosing.numbers import Cursor, Number, numbers_of

MOST_BYTES = 50_000_000
MOST_ITEMS, MOST_LIMITS = 100_000, 10_000
_FORMAT = (
    "format d'OR-Library : nombre d'instances, puis pour chacune n, m et la meilleure valeur connue, les n valeurs, "
    "les m lignes de n consommations, les m limites ; ou celui de mknap2, pour chaque instance : m, n, les n valeurs, "
    "les m limites, les m lignes de n consommations, la meilleure valeur connue"
)


def load_orlib(path: Path) -> tuple[Instance, ...]:
    """Every instance of a file; raises ``DataError`` with every fault, each with its line."""
    return parse_orlib(read_text(path, most=MOST_BYTES), name=path.name)


def parse_orlib(text: str, *, name: str) -> tuple[Instance, ...]:
    """The instances that a text holds; a file of one instance may leave their number out.

    The format is that of mknap2 when lines of words stand between the numbers, or when all the numbers are those of
    one instance so written, its limits being fewer than its items.
    """
    faults: list[Fault] = []
    rows = [(line, row) for line, row in enumerate(text.splitlines(), start=1) if row.strip()]
    words = [(line, row) for line, row in rows if not any(map(_is_number, row.split()))]
    written = rows if len(words) == len(rows) else [each for each in rows if each not in words]
    numbers = list(numbers_of(written, name=name, mend=_FORMAT, faults=faults))
    if faults:
        raise DataError(faults)
    if not numbers:
        raise DataError([Fault(where=name, problem="aucun nombre dans le fichier", mend=_FORMAT)])
    limits_first = bool(words) or _is_one(numbers, limits_first=True)
    if not limits_first and _is_one(numbers, limits_first=False):
        numbers.insert(0, Number(Decimal(1), numbers[0].line))
    cursor = Cursor(numbers, name=name, mend=_FORMAT)
    try:
        if limits_first:
            instances = _all_of(cursor, words, faults)
        else:
            count = cursor.count("nombre d'instances", most=len(numbers))
            instances = tuple(_instance(cursor, f"instance {rank}", faults) for rank in range(1, count + 1))
        cursor.end()
    except DataError as error:
        raise DataError([*faults, *error.faults]) from error
    if faults:
        raise DataError(faults)
    return instances


def _is_number(word: str) -> bool:
    try:
        return Decimal(word).is_finite()
    except InvalidOperation:
        return False


def _is_one(numbers: list[Number], *, limits_first: bool) -> bool:
    """Whether the numbers are those of one instance: both formats take as many, and items are more than limits."""
    if len(numbers) < 3:  # noqa: PLR2004  # n, m, best known
        return False
    first, second = numbers[0].value, numbers[1].value
    return len(numbers) == 3 + first + first * second + second and (first < second) == limits_first


def _instance(cursor: Cursor, name: str, faults: list[Fault]) -> Instance:
    """As in mknap1 and mknapcb."""
    items = cursor.count(f"{name}, nombre d'objets", most=MOST_ITEMS)
    limits = cursor.count(f"{name}, nombre de limites", most=MOST_LIMITS)
    (best,) = cursor.take(1, f"{name}, meilleure valeur connue")
    values = cursor.take(items, f"{name}, valeurs")
    uses = [cursor.take(items, f"{name}, consommations de la limite {k}") for k in range(1, limits + 1)]
    rooms = cursor.take(limits, f"{name}, limites")
    return _checked(cursor, name, faults, values=values, uses=uses, rooms=rooms, best=best)


def _all_of(cursor: Cursor, words: list[tuple[int, str]], faults: list[Fault]) -> tuple[Instance, ...]:
    """As in mknap2: each named after the last words before it."""
    found: list[Instance] = []
    while cursor.left:
        line = cursor.line
        said = [row.split()[-1] for number, row in words if number < line and any(map(str.isalnum, row))]
        name = said[-1] if said else f"instance {len(found) + 1}"
        limits = cursor.count(f"{name}, nombre de limites", most=MOST_LIMITS)
        items = cursor.count(f"{name}, nombre d'objets", most=MOST_ITEMS)
        values = cursor.take(items, f"{name}, valeurs")
        rooms = cursor.take(limits, f"{name}, limites")
        uses = [cursor.take(items, f"{name}, consommations de la limite {k}") for k in range(1, limits + 1)]
        (best,) = cursor.take(1, f"{name}, meilleure valeur connue")
        found.append(_checked(cursor, name, faults, values=values, uses=uses, rooms=rooms, best=best))
    return tuple(found)


def _checked(
    cursor: Cursor,
    name: str,
    faults: list[Fault],
    *,
    values: list[Number],
    uses: list[list[Number]],
    rooms: list[Number],
    best: Number,
) -> Instance:
    """What was read, its negative numbers told; a best value of 0 is none."""
    for kind, numbers in (("valeur", values), *(("consommation", each) for each in uses), ("limite", rooms)):
        for number in numbers:
            if number.value < 0:
                mend = "donner un nombre positif ou nul"
                faults.append(cursor.fault(number, f"{name} : une {kind} ne peut être négative", mend))
    return Instance(
        name=name,
        items=tuple(str(item) for item in range(1, len(values) + 1)),
        values=tuple(number.value for number in values),
        limits=tuple(
            Limit(name=f"limite {k}", used=tuple(number.value for number in used), room=room.value)
            for k, (used, room) in enumerate(zip(uses, rooms, strict=True), start=1)
        ),
        best_known=best.value if best.value > 0 else None,
    )
