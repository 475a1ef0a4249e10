"""The firms of a census ready to be compared, and which of them are worth comparing with a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from rebond.facts import UNKNOWN, Firm
from rebond.linkage.names import Name, read_name, trade_families, written_variants
from rebond.linkage.places import Places
from rebond.linkage.rules import LinkageRules
from rebond.linkage.sirens import WrittenSiren, written_siren
from rebond.linkage.text import fold, singular
from rebond.reading.words import says_nothing

CHUNK = 512
"""Names compared at once: bounds the matrix of scores."""
WHOLE_FROM = 85
"""Likeness of whole names, ordinary words included, from which they are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFirm:
    """A firm of the census ready to be compared."""

    firm: Firm
    names: tuple[Name, ...]
    """Its name, then the former ones and the trade names."""
    groups: tuple[Name, ...]
    """Names of the firms that it is linked to: each may designate any of them."""
    siren: WrittenSiren
    trades: frozenset[str]
    """Families of trades that its name of today and its description tell."""
    told: frozenset[str]
    """Words of that name and of that description."""
    communes: frozenset[str]
    places: frozenset[str]


def known_firms(
    firms: Iterable[Firm],
    communes: Mapping[str, frozenset[str]],
    places: Places,
    around: frozenset[str],
    rules: LinkageRules,
) -> dict[str, KnownFirm]:
    """The census, read; ``around`` are words of the communes around, that distinguish no firm."""
    found = {}
    for firm in firms:
        names = _names_of(firm, rules, around)
        told = {singular(word) for word in fold(firm.trade).split()}.union(
            *(name.words for name in names if not name.former)
        )
        found[firm.id] = KnownFirm(
            firm=firm,
            names=names,
            groups=tuple(
                read_name(text, rules, places=around)
                for text in dict.fromkeys(link.name for link in firm.links)
                if not says_nothing(text)
            ),
            siren=written_siren(firm.siren),
            trades=trade_families(told, rules.words),
            told=frozenset(told),
            communes=communes[firm.id],
            places=places.words(communes[firm.id]),
        )
    return found


def _names_of(firm: Firm, rules: LinkageRules, around: frozenset[str]) -> tuple[Name, ...]:
    def read(text: str, *, former: bool) -> list[Name]:
        return [
            read_name(part, rules, places=around, former=former)
            for part in written_variants(text)
            if not says_nothing(part)
        ]

    names = [*read(firm.name, former=False), *(name for old in firm.former_names for name in read(old, former=True))]
    return tuple({name.words: name for name in reversed(names)}.values())[::-1]


def frequent_words(census: Iterable[Sequence[Name]], lists: Iterable[Name], least: int) -> frozenset[str]:
    """Words that distinguish nobody: those of several firms, or seen beside trades that have nothing in common.

    A firm written ten times in ten lists keeps its word; « Bassigny » beside a garage, a dairy and a forge loses it.
    """
    firms: dict[str, int] = defaultdict(int)
    trades: dict[str, set[frozenset[str]]] = defaultdict(set)
    for names in census:
        for word in {word for name in names for word in name.distinctive}:
            firms[word] += 1
    for name in {name.words: name for name in lists}.values():
        for word in name.distinctive:
            if name.trades:
                trades[word].add(name.trades)
    often = {word for word, count in firms.items() if count >= least}
    return frozenset(often | {word for word, found in trades.items() if len(_disjoint(found)) >= least})


def _disjoint(families: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    kept: list[frozenset[str]] = []
    for found in sorted(families, key=lambda names: (len(names), sorted(names))):
        if all(found.isdisjoint(other) for other in kept):
            kept.append(found)
    return kept


class Candidates:
    """The firms worth comparing: a word of their own in common, a close spelling, initials, a group."""

    def __init__(self, firms: Mapping[str, KnownFirm], *, prefilter: int) -> None:
        self._prefilter = prefilter
        self._by_key: dict[str, set[str]] = defaultdict(set)
        self._by_whole: dict[str, set[str]] = defaultdict(set)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._by_initials: dict[str, set[str]] = defaultdict(set)
        for firm_id, known in firms.items():
            for name in (*known.names, *known.groups):
                self._by_key[name.blocking_key].add(firm_id)
                self._by_whole[name.whole_key].add(firm_id)
                for word in name.distinctive:
                    self._by_word[word].add(firm_id)
            for name in known.names:
                for initials in name.initials:
                    self._by_initials[initials].add(firm_id)

    def of(self, names: Iterable[Name]) -> Callable[[Name], frozenset[str]]:
        """Finds the candidates of all these names at once; answers for each."""
        names = list(names)
        own = _near({name.blocking_key for name in names}, self._by_key, self._prefilter)
        whole = _near({name.whole_key for name in names}, self._by_whole, WHOLE_FROM)
        return lambda name: frozenset(self._by_parts(name) | own[name.blocking_key] | whole[name.whole_key])

    def _by_parts(self, name: Name) -> set[str]:
        """A word of their own in common, or the initials of one."""
        found: set[str] = set()
        for word in name.distinctive:
            found |= self._by_word.get(word, set())
        if len(name.words) == 1:
            found |= self._by_initials.get(name.words[0], set())
        for initials in name.initials:
            found |= self._by_word.get(initials, set())
        return found


def _near(wanted: Iterable[str], known: Mapping[str, set[str]], cutoff: int) -> dict[str, set[str]]:
    import numpy as np

    found: dict[str, set[str]] = {key: set() for key in wanted}
    texts, keys = sorted(found), sorted(known)
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        scores = process.cdist(chunk, keys, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.uint8)
        for row, column in zip(*np.nonzero(scores), strict=True):
            found[chunk[row]] |= known[keys[column]]
    return found


def group_sirens(firms: Mapping[str, KnownFirm]) -> Mapping[str, tuple[str, ...]]:
    """SIREN of a linked firm (mother, holding) → the firms of the census that it may stand for."""
    found: dict[str, list[str]] = defaultdict(list)
    for firm_id, known in firms.items():
        for link in known.firm.links:
            number = written_siren(link.siren) if link.siren is not UNKNOWN else WrittenSiren()
            if number.valid:
                found[number.digits].append(firm_id)
    return {digits: tuple(dict.fromkeys(ids)) for digits, ids in found.items()}
