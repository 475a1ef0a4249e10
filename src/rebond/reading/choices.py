"""Closed lists, yes and no, texts: what people pick or say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process

from rebond.facts import UNKNOWN
from rebond.reading.bounds import LONGEST_STORY, LONGEST_TEXT, LONGEST_VALUE, MOST_ITEMS
from rebond.reading.problem import Reading, Unreadable
from rebond.reading.words import clean, fold, is_absent, is_unknown, lines_of, one_line, refuse_broken, text_of

_YES = frozenset({"oui", "o", "vrai", "true", "x", "1", "yes", "y"})
_NO = frozenset({"non", "n", "faux", "false", "0", "no"})
_NONE = frozenset({"aucun", "aucune", "aucuns", "aucunes"})
_SEPARATORS = re.compile("[,;|\n]")
_ARTICLE = re.compile(r"\bart(?:icle)?s?\.?\s*(\d{1,3}(?:\s*bis\b|\s*[a-d]\b)?)", re.IGNORECASE)
_REGULATION = re.compile(r"\b(\d{3,4}/\d{3,4})\b")
_LIKE_ENOUGH = 80
"""Out of 100, letter by letter: a slip of the keyboard is corrected, a regime or a size is not advised."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One allowed value; ``spellings`` are the folded texts by which it is also known."""

    code: str
    label: str
    spellings: frozenset[str] = field(default=frozenset())
    former: frozenset[str] = field(default=frozenset())
    """Folded codes and labels of a value that is no more, of which this one is a part."""

    @cached_property
    def _written(self) -> frozenset[str]:
        return self.spellings | {fold(self.code), fold(self.label)}

    def is_written(self, text: str) -> bool:
        """Whether a text, already folded, is this value's code, label or other name."""
        return text in self._written

    def is_named(self, text: str) -> bool:
        """Whether a text names this legal choice beyond doubt: by the number of its article or regulation."""
        return not _cited(self.label.partition(":")[0]).isdisjoint(_cited(text))


def read_yes_no(raw: object) -> Reading[bool]:
    """Yes or no; « oui ? », « plutôt oui » are neither. Raises ``Unreadable``.

    >>> read_yes_no("Oui").value, read_yes_no("n").value, read_yes_no("nsp").value
    (True, False, UNKNOWN)
    """
    if is_absent(raw):
        return Reading(UNKNOWN)
    word = text_of(raw).casefold().removesuffix(".") if not isinstance(raw, str) or len(raw) <= LONGEST_VALUE else ""
    if word not in _YES and word not in _NO:
        raise Unreadable("ni oui ni non", "écrire « oui » ou « non », ou laisser vide si c'est inconnu")
    return Reading(word in _YES)


def read_choice(raw: object, choices: Sequence[Choice], *, suggests: bool = True) -> Reading[str]:
    """The code of one value of a closed list; a code of the list wins over a word for « unknown ».

    ``suggests``: a value out of the list is answered by the one that is written most like it; not so for a legal
    choice, where only an article or a regulation that the text cites is proposed.
    """
    if isinstance(raw, str):
        refuse_broken(raw[: LONGEST_STORY + 1])
        found = _find(raw, choices)
        if found is not None:
            return Reading(found)
    return (
        Reading(UNKNOWN)
        if is_absent(raw)
        else Reading(_code_of(text_of(raw), choices, several=False, suggests=suggests))
    )


def read_choices(raw: object, choices: Sequence[Choice]) -> Reading[frozenset[str]]:
    """The codes of several values, separated by commas or semicolons, or in a list; « aucun » is the empty set."""
    if raw is None or raw is UNKNOWN or (isinstance(raw, str) and not clean(raw)):
        return Reading(UNKNOWN)
    parts = list(raw) if isinstance(raw, list | tuple | set | frozenset) else [raw]
    texts = [text_of(_short_enough(part, LONGEST_STORY)) for part in parts[: MOST_ITEMS + 1] if part is not None]
    items = [item.strip() for text in texts for item in _SEPARATORS.split(text) if item.strip()]
    if len(items) > MOST_ITEMS:
        raise Unreadable(f"plus de {MOST_ITEMS} valeurs", "n'écrire que celles de la liste, une fois chacune")
    if len(items) == 1:
        return _only(items[0], choices)
    unknown = [item for item in items if _find(item, choices) is None and is_unknown(item)]
    if unknown and len(unknown) == len(items):
        return Reading(UNKNOWN)
    if unknown:
        raise Unreadable(
            f"« {unknown[0]} » parmi des valeurs connues", "retirer ce mot, ou laisser vide si rien n'est connu"
        )
    return Reading(frozenset(_code_of(item, choices, several=True) for item in items))


def _only(item: str, choices: Sequence[Choice]) -> Reading[frozenset[str]]:
    """A list of one value, which may say that there is none, or that it is not known."""
    if _find(item, choices) is None:
        if fold(item) in _NONE:
            return Reading(frozenset())
        if is_absent(item):
            return Reading(UNKNOWN)
    return Reading(frozenset({_code_of(item, choices, several=True)}))


def _find(text: str, choices: Iterable[Choice]) -> str | None:
    """The code that a text is: written exactly, then but for case, then folded, where one value alone is written so.

    « FRR » and « FRR+ » fold alike: the exact one is meant.
    """
    if len(text) > LONGEST_TEXT:
        return None
    bare = one_line(text)
    small, folded = bare.casefold(), fold(bare)
    exact = [choice.code for choice in choices if bare in {choice.code, choice.label}]
    alike = exact or [c.code for c in choices if small in {c.code.casefold(), c.label.casefold()}]
    found = alike or [choice.code for choice in choices if folded and choice.is_written(folded)]
    return found[0] if len(found) == 1 else None


def _code_of(text: str, choices: Sequence[Choice], *, several: bool, suggests: bool = True) -> str:
    refuse_broken(text)
    found = text if not choices else _find(text, choices)
    if found is not None:
        return found
    parts = [choice.label for choice in choices if fold(text) in choice.former]
    if parts:
        raise Unreadable(f"« {_short(text)} » est partagé en plusieurs valeurs", f"choisir parmi : {' ; '.join(parts)}")
    labels = [choice.label for choice in choices]
    named = [] if suggests else [choice.label for choice in choices if choice.is_named(text[:LONGEST_VALUE])]
    likely = [_nearest(text, labels)] if suggests else named
    said = " ou ".join(f"« {label} »" for label in likely if label)
    advice = f"peut-être {said} ? " if said else ""
    item = f" : « {_short(text)} »" if several else ""
    raise Unreadable(f"valeur hors de la liste{item}", f"{advice}choisir parmi : {' ; '.join(labels)}")


def _cited(text: str) -> set[str]:
    """The articles and regulations that a text cites: « RGEC art. 36 bis » → 36bis."""
    found = (number for pattern in (_ARTICLE, _REGULATION) for number in pattern.findall(text))
    return {re.sub(r"\s+", "", number).lower() for number in found}


def _nearest(text: str, labels: Sequence[str]) -> str:
    found = process.extractOne(
        text[:LONGEST_VALUE], labels, scorer=fuzz.ratio, processor=fold, score_cutoff=_LIKE_ENOUGH
    )
    return found[0] if found else ""


def _short(text: str) -> str:
    most = 60
    return text if len(text) <= most else f"{text[: most - 1]}…"


def read_text(raw: object, *, longest: int = LONGEST_TEXT) -> Reading[str]:
    """A text of one line, as written; empty is UNKNOWN. Raises ``Unreadable`` when it cannot be kept."""
    return _text(raw, " ".join(lines_of(_short_enough(raw, longest)).split()))


def read_story(raw: object, *, longest: int = LONGEST_STORY) -> Reading[str]:
    """A text whose lines are kept."""
    return _text(raw, lines_of(_short_enough(raw, longest)))


def read_name(raw: object, *, longest: int = LONGEST_TEXT) -> Reading[str]:
    """A name, a title, a code written freely: a word for « unknown » names nothing."""
    reading = read_text(raw, longest=longest)
    return Reading(UNKNOWN) if reading.value is not UNKNOWN and is_unknown(reading.value) else reading


def _text(raw: object, text: str) -> Reading[str]:
    return Reading(UNKNOWN) if raw is None or raw is UNKNOWN or not text else Reading(text)


def _short_enough(raw: object, longest: int) -> object:
    if isinstance(raw, str):
        refuse_broken(raw[: LONGEST_STORY + 1])
        if len(raw) > longest:
            raise Unreadable(f"texte de {len(raw)} caractères", f"l'abréger : {longest} caractères au plus")
    return raw
