"""What a column looks like: a guess that only ever makes a proposal, never an import."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz, process

from rebond.adapters.partner_lists.fields import AMOUNTS, DateOrder, Field, Numbers, Title
from rebond.adapters.partner_lists.formats import ListFormat
from rebond.adapters.partner_lists.matching import SEARCHED_ROWS, titles_of
from rebond.adapters.partner_lists.raw import RawTable
from rebond.adapters.partner_lists.values import is_number, is_unknown, read_amount, read_date
from rebond.adapters.workbook.opening import RawCell
from rebond.adapters.workbook.wording import short
from rebond.facts import UNKNOWN
from rebond.reading.problem import Unreadable

_SAMPLED = 200
_SHOWN = 2
_MOSTLY = 0.6
_ALIKE = 86
_LEAST_AMOUNT = 1_000
"""Below, a column of small numbers is rather a rank, a rate or a headcount."""
_LEGAL_FORM = re.compile(
    r"\b(?:sas|sasu|sarl|eurl|sa|snc|sci|scop|ets|etablissements|ste|societe|groupe)\b", re.IGNORECASE
)
_CONTENT = "d'après son contenu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The first values of a column, and the share of them that are of each kind."""

    shown: str
    is_empty: bool
    numbers: float
    dates: float
    amounts: float
    words: float
    """Mean number of words, over the texts."""
    firms: float
    """Share of texts that carry a legal form."""

    @classmethod
    def of(cls, table: RawTable, header: int, column: int) -> Sample:
        """The sample of one column, under the header."""
        rows = table.rows[header + 1 : header + 1 + _SAMPLED]
        cells = [cells[column] for _, cells in rows if column < len(cells) and not is_unknown(cells[column])]
        total = len(cells) or 1
        texts = [cell for cell in cells if isinstance(cell, str) and any(char.isalpha() for char in cell)]
        shown = ", ".join(f"« {short(str(cell))[:30]} »" for cell in cells[:_SHOWN])
        return cls(
            shown=f"exemples : {shown}" if cells else "vide",
            is_empty=not cells,
            numbers=sum(map(is_number, cells)) / total,
            dates=sum(map(_is_date, cells)) / total,
            amounts=sum(map(_is_amount, cells)) / total,
            words=sum(len(text.split()) for text in texts) / total,
            firms=sum(_LEGAL_FORM.search(text) is not None for text in texts) / total,
        )


def _is_date(cell: RawCell) -> bool:
    try:
        return read_date(cell, DateOrder.DAY_FIRST).value is not UNKNOWN
    except Unreadable:
        return False


def _is_amount(cell: RawCell) -> bool:
    if is_number(cell):
        return False
    for numbers in Numbers:
        try:
            value = read_amount(cell, numbers, Decimal(1)).value
        except Unreadable:
            continue
        return value is UNKNOWN or value >= _LEAST_AMOUNT
    return False


def likely_header(table: RawTable, formats: Sequence[ListFormat]) -> int:
    """Index of the row that looks most like titles; -1 when the first row is already a line of the list."""
    known = {key for each in formats for key in (*each.fields, *each.known)}
    best, best_score = -1, 0.0
    for index, (_, cells) in enumerate(table.rows[:SEARCHED_ROWS]):
        titles = titles_of(cells)
        filled = [cell for cell in cells if not is_unknown(cell)]
        if len(filled) < 2 or any(is_number(cell) or _is_date(cell) or _is_amount(cell) for cell in filled):  # noqa: PLR2004 - a row of titles
            continue
        score = len(titles) + 3 * sum(title.key in known for title in titles.values())
        if score > best_score:
            best, best_score = index, score
    return best


def likely_fields(
    titles: Mapping[int, Title], samples: Mapping[int, Sample], formats: Sequence[ListFormat]
) -> dict[Field, tuple[int, str]]:
    """Field → column and why: a known title, then a title like one, then the contents."""
    filled = {column: sample for column, sample in samples.items() if not sample.is_empty}
    found: dict[Field, tuple[int, str]] = {}
    taken: set[int] = set()
    for field, column, reason in (*_by_title(titles, filled, formats), *_by_contents(filled)):
        has_amount = field is Field.AMOUNT and any(amount in found for amount in AMOUNTS)
        if field not in found and column not in taken and not (has_amount and reason == _CONTENT):
            found[field] = (column, reason)
            taken.add(column)
    return found


def _by_title(
    titles: Mapping[int, Title], samples: Mapping[int, Sample], formats: Sequence[ListFormat]
) -> Iterator[tuple[Field, int, str]]:
    spellings = {key: field for each in formats for key, (field, _) in each.fields.items()}
    named = {column: title for column, title in titles.items() if column in samples}
    for column, title in named.items():
        if title.key in spellings:
            yield spellings[title.key], column, "titre connu"
    for column, title in named.items():
        near = process.extractOne(title.key, list(spellings), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if near and _fits(spellings[near[0]], samples[column]):
            yield spellings[near[0]], column, "titre proche"
    for column, title in named.items():
        if title.unit is not None:
            yield Field.AMOUNT, column, "unité dans le titre"


def _by_contents(samples: Mapping[int, Sample]) -> Iterator[tuple[Field, int, str]]:
    """The likeliest column of each field first."""
    wanted: tuple[tuple[Field, Callable[[Sample], float], float], ...] = (
        (Field.SIREN, lambda sample: sample.numbers, _MOSTLY),
        (Field.DATE, lambda sample: sample.dates, _MOSTLY),
        (Field.AMOUNT, lambda sample: sample.amounts - sample.dates, _MOSTLY),
        (Field.FIRM, lambda sample: sample.firms, 0.01),
        (Field.PROJECT, lambda sample: sample.words, 1.0),
    )
    for field, share, least in wanted:
        shares = {column: share(sample) for column, sample in samples.items()}
        for column in sorted(shares, key=lambda column: -shares[column]):
            if shares[column] >= least:
                yield field, column, _CONTENT


def _fits(field: Field, sample: Sample) -> bool:
    """Whether a column's contents do not belie a title that is only near a known one."""
    if field in AMOUNTS:
        return sample.amounts >= _MOSTLY
    if field in (Field.SIREN, Field.DATE):
        return (sample.numbers if field is Field.SIREN else sample.dates) >= _MOSTLY
    return sample.words > 0
