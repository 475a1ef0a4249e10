"""What each person says of the weights of the call: one line a criterion, exact fractions kept as they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from rebond.adapters.workbook.references import tell
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Row, Table
from rebond.adapters.workbook.template import Row as Written
from rebond.facts import UNKNOWN, WeightStatement
from rebond.reading.numbers import read_number
from rebond.reading.problem import Unreadable

_SHEET, _LEAST, _MOST, _RANK = "avis", "au_moins", "au_plus", "rang"
_SHARE = re.compile(r"^(\d{1,30})\s*/\s*(\d{1,30})$")
_WHOLE = Fraction(1)


def opinions_in(tables: Mapping[str, Table]) -> Iterator[WeightStatement]:
    """One statement a person, what is agreed first."""
    for who, rows in sorted(_by_person(tables).items()):
        bounds = [(row.text("critere"), bound) for row in rows if (bound := _bounds(row)) is not None]
        ranks: dict[int, list[str]] = {}
        for row in rows:
            if row.get(_RANK) is not UNKNOWN:
                ranks.setdefault(row.value(_RANK), []).append(row.text("critere"))
        yield WeightStatement(
            who=who,
            bounds=tuple((name, (str(low), str(high))) for name, (low, high) in bounds),
            ranks=tuple(tuple(ranks[rank]) for rank in sorted(ranks)),
            by=next((row.text("par") for row in rows if row.text("par")), ""),
            on=next((row.value("date") for row in rows if row.get("date") is not UNKNOWN), UNKNOWN),
        )


def opinion_rows(opinions: Iterable[WeightStatement]) -> Iterator[Written]:
    """They, as the workbook writes them."""
    for said in opinions:
        ranks = {name: rank for rank, names in enumerate(said.ranks, start=1) for name in names}
        bounds = dict(said.bounds)
        for name in dict.fromkeys((*bounds, *ranks)):
            low, high = bounds.get(name, ("", ""))
            yield {
                "qui": said.who,
                "critere": name,
                _LEAST: low and _told(Fraction(low)),
                _MOST: high and _told(Fraction(high)),
                _RANK: ranks.get(name, UNKNOWN),
                "par": said.by,
                "date": said.on,
            }


def check_opinions(tables: Mapping[str, Table], report: Report) -> None:
    """Shares that are some, in their order; each criterion once by a person."""
    for rows in _by_person(tables).values():
        seen: set[str] = set()
        for row in rows:
            _check_line(row, report)
            name = row.text("critere")
            if name in seen and row.is_sound("critere"):
                mend = "ne garder qu'une ligne par critère et par personne"
                tell(row, "critere", Unreadable("cette personne parle deux fois de ce critère", mend), report)
            seen.add(name)


def _check_line(row: Row, report: Report) -> None:
    sound = True
    for key in (_LEAST, _MOST):
        try:
            _share(row.text(key))
        except Unreadable as problem:
            sound = False
            tell(row, key, problem, report)
    if not sound or not row.is_sound(_LEAST, _MOST, _RANK):
        return
    bounds = _bounds(row)
    if bounds is None and row.get(_RANK) is UNKNOWN:
        mend = "donner un poids ou un rang, ou effacer la ligne"
        tell(row, "critere", Unreadable("rien n'est dit de ce critère", mend), report)
    elif bounds is not None and bounds[0] > bounds[1]:
        tell(row, _MOST, Unreadable("le plus petit poids passe le plus grand", "les inverser"), report)


def _by_person(tables: Mapping[str, Table]) -> dict[str, Sequence[Row]]:
    found: dict[str, list[Row]] = {}
    for row in tables[_SHEET].rows:
        found.setdefault(" ".join(row.text("qui").split()), []).append(row)
    return {**found}


def _bounds(row: Row) -> tuple[Fraction, Fraction] | None:
    try:
        low, high = _share(row.text(_LEAST)), _share(row.text(_MOST))
    except Unreadable:
        return None
    if low is None and high is None:
        return None
    return (Fraction(0) if low is None else low), (_WHOLE if high is None else high)


def _share(text: str) -> Fraction | None:
    """A share of the whole: « 25 % », « 1/3 »; ``None`` for nothing."""
    text = text.strip()
    if not text:
        return None
    if found := _SHARE.match(text):
        share = Fraction(int(found[1]), int(found[2])) if int(found[2]) else Fraction(2)
    else:
        value = read_number(text.removesuffix("%").strip()).value
        share = Fraction(2) if value is UNKNOWN else Fraction(value) / (100 if text.endswith("%") else 1)
    if not 0 <= share <= 1:
        raise Unreadable("ce n'est pas une part de l'ensemble", "écrire une part de 0 à 100 % : 25 % ou 1/4")
    return share


def _told(share: Fraction) -> str:
    """In per cent where that is exact and short, else as a fraction."""
    percent = share * 100
    return f"{percent.numerator} %" if percent.denominator == 1 else f"{share.numerator}/{share.denominator}"
