"""The lines of a list as entries of the census, told from those that the mission already has of the same partner."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from rebond.adapters.partner_lists.rows import ListLine
from rebond.adapters.workbook.naming import ENTRY_NAMES
from rebond.facts import UNKNOWN, Maybe, PartnerEntry
from rebond.identifiers import read_siren, read_siret
from rebond.reading.words import fold

D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A list beside what the mission holds."""

    entries: tuple[PartnerEntry, ...]
    """Of the mission, once the list is taken: those of other partners, those that it no longer has left out."""
    known: int
    """Lines that say what the mission already holds."""


def compared(lines: Sequence[ListLine], held: Sequence[PartnerEntry], *, list_date: date) -> Compared:
    """Take a list: its lines keep the name of the entry that says the same, or is about the same project.

    A line without a date has that of the list; one that the mission already holds keeps the date at which the partner
    first said it. A line twice in a list is two entries.
    """
    partners = {line.partner for line in lines}
    before = {entry.id: entry for entry in held if entry.partner in partners}
    made: list[PartnerEntry | None] = [None] * len(lines)
    known = 0
    told = [entry_of(line, list_date=list_date) for line in lines]
    for alike in (_says, _is_about):
        free: dict[tuple[object, ...], list[str]] = {}
        for entry in reversed(before.values()):
            free.setdefault(alike(entry), []).append(entry.id)
        for rank, entry in enumerate(told):
            if made[rank] is None and (names := free.get(alike(entry))):
                was = before.pop(names.pop())
                made[rank] = _kept(entry, was, dated=lines[rank].dated)
                known += made[rank] == was
    numbers = _fresh(entry.id for entry in held)
    kept = {entry.id: entry for entry in made if entry is not None}
    added = [replace(entry, id=numbers()) for rank, entry in enumerate(told) if made[rank] is None]
    same = [kept.get(entry.id, entry) for entry in held if entry.id in kept or entry.partner not in partners]
    return Compared(entries=(*same, *added), known=known)


def entry_of(line: ListLine, *, list_date: date) -> PartnerEntry:
    """A line as an entry that has no name yet."""
    return PartnerEntry(
        id="",
        partner=line.partner,
        firm_name=line.firm,
        siren=_digits(read_siren, line.number),
        siret=_digits(read_siret, line.number),
        commune=line.commune,
        project_title=line.project,
        amount=line.amount,
        amount_is=line.amount_is,
        dated=list_date if line.dated is UNKNOWN else line.dated,
        source=line.source,
    )


def _digits(read: Callable[[object], tuple[D, str]], text: str) -> Maybe[D]:
    """A SIREN, or a SIRET, as the workbook reads it from the same cell."""
    try:
        return read(text)[0] if text else UNKNOWN
    except ValueError:
        return UNKNOWN


def _says(entry: PartnerEntry) -> tuple[object, ...]:
    """What an entry says, without when nor where it was read."""
    words = (entry.firm_name, entry.commune, entry.project_title)
    return (
        entry.partner,
        *(" ".join(word.casefold().split()) for word in words),
        entry.amount,
        entry.siren,
        entry.siret,
    )


def _is_about(entry: PartnerEntry) -> tuple[object, ...]:
    return (entry.partner, fold(entry.firm_name), fold(entry.project_title))


def _kept(entry: PartnerEntry, was: PartnerEntry, *, dated: Maybe[date]) -> PartnerEntry:
    """A line under the name of the entry that it is; that entry itself when the line says nothing else."""
    when = was.dated if dated is UNKNOWN and was.dated is not UNKNOWN else entry.dated
    same = replace(entry, id=was.id, dated=when, source=was.source)
    is_silent = entry.amount_is is UNKNOWN or entry.amount_is == was.amount_is
    if _says(entry) == _says(was) and when == was.dated and is_silent:
        return was
    return replace(same, source=entry.source)


def _fresh(taken: Iterable[str]) -> Callable[[], str]:
    """Names past every number given."""
    used = set(taken)
    numbers = [int(found[1]) for name in used if (found := re.search(r"(\d{1,6})$", name))]
    last = max(numbers, default=0)

    def name() -> str:
        nonlocal last
        last += 1
        while (found := ENTRY_NAMES.format(last)) in used:
            last += 1
        return found

    return name
