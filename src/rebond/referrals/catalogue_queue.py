"""What « pas pour nous » teaches whoever keeps the catalogue: which files to read again, how often said, and why.

A dispositif that its own funder says is not for a project that the file lets in has a condition too few, or a wrong
desk. The reasons are told without the names of firms and projects: the catalogue is everybody's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rebond.facts import UNKNOWN, Census, Maybe, ReferralState, ReferralStep, SentReferral
from rebond.facts.answered import Closed, answers_of

FIRM, PROJECT, PERSON = "[entreprise]", "[projet]", "[contact]"
_SHORTEST, _SHORTEST_BARE = 3, 5
"""Letters of a name that cannot be an everyday word's part; of one without its legal form."""
_FORMS = frozenset(
    ("SA", "SAS", "SASU", "SARL", "EURL", "SNC", "SCOP", "SCIC", "SCI", "SCA", "EARL", "GAEC", "GIE", "ETS")
)
_ACCENTED = {
    "a": "aàâäá", "c": "cç", "e": "eéèêë", "i": "iîïí", "n": "nñ", "o": "oôöóõ", "u": "uùûüú", "y": "yÿ"
}  # fmt: skip
_SIGNS = r"[\s.\u00a0\u202f-]?"
_CONTACT = re.compile(r"\S+@\S+\.\w+|(?<!\d)(?:\+33\s?|0)[1-9](?:[\s.\u00a0\u202f-]?\d{2}){4}(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToReread:
    """A dispositif that funders said is not for projects that its file lets in."""

    dispositif: str
    times: int
    organisations: tuple[str, ...]
    last_on: Maybe[date]
    reasons: tuple[tuple[str, int], ...]
    """Each with how many times it was given, the most frequent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one mission heard from those it was sent to, and what names its firms and projects."""

    referrals: tuple[SentReferral, ...]
    steps: tuple[ReferralStep, ...]
    firms: frozenset[str]
    projects: frozenset[str]


def heard_in(census: Census) -> Heard:
    """That of a census."""
    sirens = (str(firm.siren) for firm in census.firms if firm.siren is not UNKNOWN)
    return Heard(
        referrals=tuple(census.referrals),
        steps=tuple(census.referral_steps),
        firms=frozenset({*(word for firm in census.firms for word in (firm.id, firm.name)), *sirens}),
        projects=frozenset(word for project in census.projects for word in (project.title, project.id)),
    )


def to_reread(missions: Iterable[Heard]) -> tuple[ToReread, ...]:
    """The dispositifs to read again, the most often named first; the order of missions and rows is nothing."""
    said: defaultdict[str, list[tuple[Closed, str]]] = defaultdict(list)
    for heard in missions:
        names = _names(heard)
        for answers in answers_of(heard.referrals, heard.steps).values():
            for closed in answers.closed:
                if closed.state is ReferralState.NOT_OURS and closed.dispositif:
                    said[closed.dispositif].append((closed, _without(names, closed.reason)))
    rows = [_row(dispositif, found) for dispositif, found in said.items()]
    return tuple(sorted(rows, key=lambda row: (-row.times, row.dispositif)))


def _row(dispositif: str, found: list[tuple[Closed, str]]) -> ToReread:
    days = [closed.on for closed, _ in found if closed.on is not UNKNOWN]
    reasons = Counter(reason for _, reason in found if reason)
    return ToReread(
        dispositif=dispositif,
        times=len(found),
        organisations=tuple(sorted({closed.organisation for closed, _ in found})),
        last_on=max(days) if days else UNKNOWN,
        reasons=tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
    )


def _names(heard: Heard) -> list[tuple[re.Pattern[str], str]]:
    """What tells whose project it is, the longest first, with what stands for it.

    People write a name without its accents, its legal form or its signs, and a number with spaces.
    """
    firms = {name: FIRM for each in heard.firms for name in (each.strip(), _without_form(each.strip()))}
    names = firms | {each.strip(): PROJECT for each in heard.projects}
    found = [
        (_written(name), shown)
        for name, shown in sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))
        if len(name) >= _SHORTEST
    ]
    return [(_CONTACT, PERSON), *found]


def _without_form(name: str) -> str:
    """A name without what says the legal form; the name itself where little would be left."""
    words = name.split()
    while words and words[0].upper().strip(".") in _FORMS:
        words = words[1:]
    while words and words[-1].upper().strip(".") in _FORMS:
        words = words[:-1]
    bare = " ".join(words)
    return bare if len(bare) >= _SHORTEST_BARE else name


def _written(name: str) -> re.Pattern[str]:
    """Any way of writing a name: capitals, accents, and signs or spaces between its words."""
    if name.isdecimal():
        return re.compile(
            rf"(?<!\d){_SIGNS.join(name)}(?!\d)" if len(name) > _SHORTEST_BARE else rf"(?<!\w){name}(?!\w)"
        )
    words = re.findall(r"\w+", name)
    if not words:
        return re.compile(re.escape(name))
    found = r"\W+".join("".join(map(_letter, word)) for word in words)
    return re.compile(rf"(?<!\w){found}(?!\w)", re.IGNORECASE)


def _letter(letter: str) -> str:
    plain = unicodedata.normalize("NFD", letter)[0].lower()
    return f"[{_ACCENTED[plain]}]" if plain in _ACCENTED else re.escape(letter)


def _without(names: Iterable[tuple[re.Pattern[str], str]], reason: str) -> str:
    text = unicodedata.normalize("NFC", " ".join(reason.split()))
    for pattern, shown in names:
        text = pattern.sub(shown, text)
    return text
