"""Titles of projects as they are compared: abbreviations in full, general words dropped, what they name found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rapidfuzz import fuzz

from rebond.linkage.rules import LinkageRules
from rebond.linkage.text import fold_title, singular
from rebond.reading.words import says_nothing

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ENOUGH_WORDS = 2


@dataclass(frozen=True)
class Title:
    """A title as written, read in two ways: hyphens may split words or join them."""

    written: str
    words: tuple[str, ...]
    """Words that tell one project from another."""
    joined_words: tuple[str, ...]
    objects: frozenset[str]
    """What it names: a press, a building, an oven…"""
    other_operation: frozenset[str]
    """Words of another operation than the investment itself: a study, a training."""

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Numbers that tell machines apart; years are read apart."""
        found = (number for word in self.words for number in re.findall(r"\d+", word))
        return frozenset(number for number in found if not _YEAR.fullmatch(number))

    @cached_property
    def years(self) -> frozenset[str]:
        """Years written in the title."""
        return frozenset(year for word in self.words for year in _YEAR.findall(word))

    @property
    def says_enough(self) -> bool:
        """Two words at least: one is a subject, not a project."""
        return len(self.words) >= _ENOUGH_WORDS

    def same_as(self, other: Title) -> bool:
        """The same words, whatever their order."""
        return bool(self.words) and sorted(self.words) == sorted(other.words)


@dataclass(frozen=True, slots=True)
class _Spelt:
    """A title before what one firm's name drops: read once, for a list writes the same titles again and again."""

    split: tuple[str, ...]
    joined: tuple[str, ...]
    objects: frozenset[str]
    other_operation: frozenset[str]


class TitleReader:
    """Reads titles; a firm's own name says nothing of its projects."""

    def __init__(self, rules: LinkageRules) -> None:
        self._words = rules.words
        stops = rules.words.title_stop_words
        self._stops = stops | {singular(word) for word in stops}
        self._longest = max((len(run) for run in self._words.objects), default=0)
        self._starts = frozenset(run[0] for run in self._words.objects)
        self._spelt: dict[str, _Spelt] = {}

    def read(self, text: str, firm_words: frozenset[str] = frozenset()) -> Title:
        """A title ready to be compared, beside a firm of those words."""
        spelt = self._spelt.get(text)
        if spelt is None:
            spelt = self._spelt[text] = self._spell(text)
        return Title(
            written=text.strip(),
            words=_kept(spelt.split, firm_words),
            joined_words=_kept(spelt.joined, firm_words),
            objects=spelt.objects,
            other_operation=spelt.other_operation,
        )

    def _spell(self, text: str) -> _Spelt:
        if says_nothing(text):
            return _Spelt((), (), frozenset(), frozenset())
        split, joined = (self._expanded(text, hyphens_split=way) for way in (True, False))
        return _Spelt(
            split=self._telling(split),
            joined=self._telling(joined),
            objects=self._objects(split) | self._objects(joined),
            other_operation=self._other_operation(fold_title(text, hyphens_split=True).split()),
        )

    def _other_operation(self, words: Sequence[str]) -> frozenset[str]:
        """Words of a study, a rent…, misspelt or cut in two too."""
        pairs = (first + second for first, second in pairwise(words))
        spelt = (self._words.operation_speller.correct(singular(word)) for word in (*words, *pairs))
        return self._words.other_operation_words.intersection(spelt)

    def _expanded(self, text: str, *, hyphens_split: bool) -> list[str]:
        folded = fold_title(text, hyphens_split=hyphens_split).split()
        abbreviations = self._words.title_abbreviations
        spelt = (self._words.title_speller.correct(word) for word in folded)
        return [part for word in spelt for part in abbreviations.get(word, (word,))]

    def _telling(self, words: Iterable[str]) -> tuple[str, ...]:
        """In the singular, without the words that every title has."""
        kept = (singular(word) for word in words if word not in self._stops)
        return tuple(dict.fromkeys(word for word in kept if word not in self._stops))

    def _objects(self, words: Sequence[str]) -> frozenset[str]:
        single = [singular(word) for word in words]
        found = set()
        for start, word in enumerate(single):
            if word not in self._starts:
                continue
            for size in range(1, self._longest + 1):
                name = self._words.objects.get(tuple(single[start : start + size]))
                if name is not None:
                    found.add(name)
        return frozenset(found)


def _kept(words: tuple[str, ...], firm_words: frozenset[str]) -> tuple[str, ...]:
    return words if firm_words.isdisjoint(words) else tuple(word for word in words if word not in firm_words)


@dataclass(frozen=True, slots=True)
class TitleLikeness:
    """0 to 100: how alike two titles are."""

    score: int
    """Half inclusion, half the whole."""
    whole: int
    """The whole titles, letter by letter: what may link without an amount."""


def title_likeness(wanted: Title, found: Title, described: Title, rules: LinkageRules) -> TitleLikeness:
    """What only the description says brings near, but never links by itself; the same object brings to a person."""
    weight = float(rules.projects.inclusion_weight)
    best, whole = 0.0, 0.0
    for left, right, more in (
        (wanted.words, found.words, described.words),
        (wanted.joined_words, found.joined_words, described.joined_words),
    ):
        first, second = " ".join(left), " ".join(right)
        sort = fuzz.token_sort_ratio(first, second)
        title = weight * fuzz.token_set_ratio(first, second) + (1 - weight) * sort
        whole = max(whole, sort)
        if len(left) >= _ENOUGH_WORDS and more:
            with_text = fuzz.token_set_ratio(first, " ".join((*right, *more)))
            title = max(title, min(with_text, rules.projects.title_to_confirm))
        best = max(best, title)
    if wanted.objects & found.objects:
        best = max(best, rules.projects.title_to_confirm)
    return TitleLikeness(round(best), round(whole))
