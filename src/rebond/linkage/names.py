"""Names of firms: brought to one form, and how alike two of them are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz

from rebond.linkage.rules import LinkageRules, Vocabulary
from rebond.linkage.text import fold, singular
from rebond.reading.words import says_nothing

_FORMER = re.compile(r"\b(?:EX|ANCIENNEMENT|ANCT|DEVENU|DEVENUE)\b")
_PARENTHESES = re.compile(r"\(([^)]*)\)?")


def normalise_name(text: str, rules: LinkageRules) -> str:
    """Unaccented capitals, initials joined, abbreviations written out, legal forms dropped.

    Doing it again changes nothing. A name that is nothing but a legal form is kept.
    """
    words = fold(text).split()
    while True:
        once = _without_forms(_expanded(_joined(words), rules.words), rules.words)
        if once == words:
            return " ".join(words)
        words = once


def _joined(words: Sequence[str]) -> list[str]:
    """``S A R L`` → ``SARL``: initials written with dots or spaces."""
    joined: list[str] = []
    run = ""
    for word in words:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            joined.append(run)
        run = ""
        joined.append(word)
    return [*joined, run] if run else joined


def _expanded(words: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    return [part for word in words for part in vocabulary.name_abbreviations.get(word, (word,))]


def _without_forms(words: list[str], vocabulary: Vocabulary) -> list[str]:
    kept = words
    for form in vocabulary.forms_anywhere:
        kept = _without(kept, form)
    while len(kept) > 1 and kept[0] in vocabulary.forms_at_ends:
        kept = kept[1:]
    while len(kept) > 1 and kept[-1] in vocabulary.forms_at_ends:
        kept = kept[:-1]
    return kept or words


def _without(words: list[str], form: tuple[str, ...]) -> list[str]:
    size, start = len(form), 0
    while start + size <= len(words):
        if tuple(words[start : start + size]) == form:
            words = words[:start] + words[start + size :]
        else:
            start += 1
    return words


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name as written, and the words that count in it."""

    written: str
    words: tuple[str, ...]
    """Normalised, in the singular, weak words dropped (unless nothing would remain)."""
    all_words: tuple[str, ...]
    """Normalised, weak words kept."""
    trade_words: frozenset[str]
    former: bool = False

    @cached_property
    def distinctive(self) -> tuple[str, ...]:
        """Words that are not those of a trade."""
        return tuple(word for word in self.words if word not in self.trade_words)

    @cached_property
    def blocking_key(self) -> str:
        """What candidate pairs are found with."""
        return " ".join(sorted(self.distinctive or self.words))

    @cached_property
    def initials(self) -> frozenset[str]:
        """First letters, with and without the weak words: FDN and FN for Forges de Nogent."""
        return frozenset("".join(word[0] for word in words) for words in (self.words, self.all_words))

    def without(self, places: frozenset[str]) -> Name:
        """The name without the words of a commune, unless nothing distinctive would remain."""
        if places.isdisjoint(self.words):
            return self
        kept = tuple(word for word in self.words if word not in places)
        name = replace(self, words=kept)
        return name if name.distinctive else self


def read_name(text: str, rules: LinkageRules, *, former: bool = False) -> Name:
    """A name ready to be compared."""
    words = normalise_name(text, rules).split()
    kept = [word for word in words if word not in rules.words.weak_words]
    return Name(
        written=text.strip(),
        words=tuple(singular(word) for word in kept or words),
        all_words=tuple(words),
        trade_words=rules.words.trade_words,
        former=former,
    )


def written_variants(text: str) -> tuple[str, ...]:
    """``Goujon (ex Forges du Val)`` names two firms: the whole text, then each part. « N. c. » names none."""
    inside = _PARENTHESES.findall(text)
    outside = _PARENTHESES.sub(" ", text)
    parts = [text, outside, *inside]
    upper = outside.upper()
    former = _FORMER.search(upper)
    if former and len(upper) == len(outside):
        parts += [outside[: former.start()], outside[former.end() :]]
    cleaned = (_FORMER.sub("", part.strip().upper()) if part != text else text for part in parts)
    return tuple(dict.fromkeys(part.strip(" -–/,") for part in cleaned if fold(part) and not says_nothing(part)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two names are, and which ones."""

    score: int
    left: Name
    right: Name
    acronym: bool = False


def likeness(left: Name, right: Name, places: frozenset[str]) -> int:
    """0 to 100: half the whole names, half their distinctive words, the commune's words left out."""
    if left.words == right.words:
        return 100
    stripped = left.without(places), right.without(places)
    best = _alike(left, right, places)
    return max(best, _alike(*stripped, places)) if stripped != (left, right) else best


def _alike(left: Name, right: Name, places: frozenset[str]) -> int:
    whole = _ratio(left.words, right.words)
    own = [tuple(word for word in name.distinctive if word not in places) for name in (left, right)]
    if not all(own):
        # Nothing but words of trade and place on one side: identical, or at most doubtful.
        return round(whole * 0.9) if whole < 100 else 100  # noqa: PLR2004 - identical
    return round((whole + _ratio(*own)) / 2)


def _ratio(left: Sequence[str], right: Sequence[str]) -> float:
    first, second = " ".join(left), " ".join(right)
    mixed = (fuzz.token_sort_ratio(first, second) + fuzz.WRatio(first, second)) / 2
    return max(mixed, fuzz.ratio("".join(left), "".join(right)))


def is_acronym(left: Name, right: Name, rules: LinkageRules) -> bool:
    """Whether one is a single word made of the initials of the other."""
    return any(_shortens(short, long, rules) for short, long in ((left, right), (right, left)))


def _shortens(short: Name, long: Name, rules: LinkageRules) -> bool:
    if len(short.words) != 1 or len(long.words) < 2:  # noqa: PLR2004 - several words
        return False
    word = short.words[0]
    return rules.names.acronym_min <= len(word) <= rules.names.acronym_max and word in long.initials
