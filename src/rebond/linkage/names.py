"""Names of firms: brought to one form, and how alike two of them are."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from rapidfuzz import fuzz

from rebond.linkage.rules import LinkageRules, Vocabulary
from rebond.linkage.text import fold, singular
from rebond.reading.words import says_nothing

_FORMER = re.compile(r"\b(?:EX|ANCIENNEMENT|ANCT|DEVENU|DEVENUE)\b")
_CUT, _CUT_FROM = 85, 12
"""Score of a name cut by a narrow column, and the letters that must be left."""
_DASH = re.compile(r"\s+[-–—|/]\s+|\s*/\s*")
_PARENTHESES = re.compile(r"\(([^)]*)\)?")


def normalise_name(text: str, rules: LinkageRules) -> str:
    """Unaccented capitals, initials joined, abbreviations written out, legal forms dropped.

    Doing it again changes nothing. A name that is nothing but a legal form is kept.
    """
    words = fold(text).split()
    while True:
        spelt = [rules.words.speller.correct(word) for word in _joined(words)]
        once = _without_forms(_expanded(spelt, rules.words), rules.words)
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
    """Normalised, ordinary words in the singular, weak words dropped (unless nothing would remain)."""
    all_words: tuple[str, ...]
    """Normalised, weak words kept."""
    vocabulary: Vocabulary
    ordinary: frozenset[str]
    """Words that distinguish nobody: trades, places, roles, family, and what is frequent in the lists."""
    form_kind: str = ""
    """Kind of a legal form that no trading company has: a property company, a farm…"""
    former: bool = False
    part: bool = False
    """One side of a dash: what is on the other side may contradict it."""

    @cached_property
    def distinctive(self) -> tuple[str, ...]:
        """Words of this firm alone."""
        return tuple(word for word in self.words if word not in self.ordinary)

    @cached_property
    def trades(self) -> frozenset[str]:
        """Families of trades that the name tells."""
        return trade_families(self.words, self.vocabulary)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Words of a holding, a property company, a sister."""
        return frozenset(self.words) & self.vocabulary.role_words

    @cached_property
    def blocking_key(self) -> str:
        """What candidate pairs are found with: its own words."""
        return " ".join(sorted(self.distinctive or self.words))

    @cached_property
    def whole_key(self) -> str:
        """All its words, for the names that only differ by a slip in an ordinary one."""
        return " ".join(sorted(self.words))

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

    def finding_ordinary(self, words: frozenset[str]) -> Name:
        """The same name, when these words too distinguish nobody."""
        return replace(self, ordinary=_union(self.ordinary, words)) if words.intersection(self.words) else self


def trade_families(words: Iterable[str], vocabulary: Vocabulary) -> frozenset[str]:
    """Families of the trades that words tell; none for the words that every trade uses."""
    return frozenset(family for word in words for family in vocabulary.trades.get(word, ()))


def read_name(text: str, rules: LinkageRules, *, places: frozenset[str] = frozenset(), former: bool = False) -> Name:
    """A name ready to be compared; ``places`` are words of the communes around, that distinguish nobody."""
    vocabulary = rules.words
    words = normalise_name(text, rules).split()
    kept = [word for word in words if word not in vocabulary.weak_words]
    return Name(
        written=text.strip(),
        words=tuple(_comparable(word, vocabulary) for word in kept or words),
        all_words=tuple(words),
        vocabulary=vocabulary,
        ordinary=_union(vocabulary.ordinary, places),
        form_kind=form_kind(text, rules),
        former=former,
    )


def _comparable(word: str, vocabulary: Vocabulary) -> str:
    """Ordinary words in the singular; « Lefebvres » stays as it is, for Lefebvre may be another family."""
    bare = singular(word)
    return bare if bare in vocabulary.ordinary else word


def form_kind(text: str, rules: LinkageRules) -> str:
    """Kind of a legal form that no trading company has (« SCI », « GAEC »); empty for the others."""
    folded = " ".join(rules.words.speller.correct(word) for word in _joined(fold(text).split()))
    folded = folded.replace("SOCIETE CIVILE IMMOBILIERE", "SCI")
    kinds = (rules.words.forms_apart.get(word, "") for word in folded.split())
    return next((kind for kind in kinds if kind), "")


@lru_cache(maxsize=32)
def _union(first: frozenset[str], second: frozenset[str]) -> frozenset[str]:
    """One set for all the names of a list: a set of its own for each would weigh tens of kilobytes a line."""
    return first | second


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


class Kin(enum.IntEnum):
    """How two names are akin, the strongest last; only the last two can link, and never without a place or a number."""

    ALIKE = 0
    """Some letters or words in common: the score says how much."""
    ORDINARY = 1
    """Only words of trade and place in common."""
    APART = 2
    """A legal form of another kind: a property company, a farm."""
    OPPOSED = 3
    """The same name beside two trades, two roles or two places."""
    GROUP = 4
    """The group's name, which may designate any of its firms."""
    SAME = 5
    """The same distinctive words; one side says more of its trade or family."""
    IDENTICAL = 6
    """Word for word, legal form apart."""


KIN_WORDS = {
    Kin.ORDINARY: "en commun, rien que des mots de métier ou de lieu",
    Kin.APART: "forme juridique d'un autre genre",
    Kin.OPPOSED: "même nom, mais un métier, un rôle ou un lieu diffère",
    Kin.GROUP: "nom du groupe : il peut désigner n'importe laquelle de ses entreprises",
}


def kin(line: Name, firm: Name, *, told: frozenset[str], places: frozenset[str]) -> Kin:
    """How a partner's writing is akin to a firm's name.

    ``told``: words of the trade that the firm's names and its own description tell; ``places``: of its communes.
    """
    if line.form_kind != firm.form_kind:
        return Kin.APART
    if _same_words(line.words, firm.words):
        return Kin.IDENTICAL
    if not line.distinctive or not firm.distinctive:
        return Kin.ORDINARY
    if not _same_words(line.distinctive, firm.distinctive):
        return Kin.ALIKE
    return Kin.OPPOSED if _says_another(line, firm, told, places) else Kin.SAME


def _same_words(left: Sequence[str], right: Sequence[str]) -> bool:
    """In whatever order; « SAINT GOBAIN » and « SAINTGOBAIN » are the same."""
    return sorted(left) == sorted(right) or "".join(left) == "".join(right)


def _says_another(line: Name, firm: Name, told: frozenset[str], places: frozenset[str]) -> bool:
    """Whether what is beside the same distinctive words tells two firms: sister, holding, other trade, other site."""
    vocabulary = line.vocabulary
    mine, theirs = set(line.words), set(firm.words)
    apart = mine ^ theirs
    if apart & vocabulary.role_words:
        return True
    if apart & line.ordinary - frozenset(vocabulary.trades) - vocabulary.family_words - places:
        return True
    if any(vocabulary.trades.get(word) for word in mine - theirs - told):
        return True
    return bool(mine - theirs) and bool(theirs - mine)


def opposed(line: Name, firm_trades: frozenset[str]) -> bool:
    """Whether the trades that both tell have nothing in common."""
    return bool(line.trades and firm_trades and not line.trades & firm_trades)


def dash_parts(text: str) -> tuple[str, ...]:
    """``EHB - Estampage du Haut-Bassigny``: each side of a dash or a bar may be the whole name."""
    parts = [] if says_nothing(text) else [part.strip() for part in _DASH.split(text)]
    return tuple(part for part in parts if fold(part)) if len(parts) > 1 else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two names are, and which ones."""

    score: int
    kin: Kin
    left: Name
    right: Name
    acronym: bool = False


def likeness(left: Name, right: Name, places: frozenset[str]) -> int:
    """0 to 100: half the whole names, half their distinctive words, the commune's words left out."""
    if left.words == right.words:
        return 100
    if _is_cut(left, right) or _is_cut(right, left):
        return max(_CUT, _alike(left, right, places))
    stripped = left.without(places), right.without(places)
    best = _alike(left, right, places)
    return max(best, _alike(*stripped, places)) if stripped != (left, right) else best


def _is_cut(short: Name, long: Name) -> bool:
    """« MENUISERIE DE LA M »: what a narrow column left of the name."""
    text = " ".join(short.all_words)
    return len(text) >= _CUT_FROM and " ".join(long.all_words).startswith(text)


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
