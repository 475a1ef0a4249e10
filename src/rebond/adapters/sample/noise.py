"""How organisations spoil what they write: typing errors, rounded amounts, numbers that lost their zeros."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from random import Random

from rebond.adapters.sample.identifiers import fictitious_siren, fictitious_siret

_WORD = re.compile(r"[^\W\d_]{5,}")
_SMALL = 100_000
_NAME_ERRORS, _COMMUNE_ERRORS, _TITLE_ERRORS = 0.16, 0.08, 0.14


class Noise:
    """Draws the same faults for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - a sample, not a secret

    def name(self, text: str) -> str:
        """A firm's name, sometimes mistyped."""
        return self._mistype(text, _NAME_ERRORS)

    def commune(self, text: str) -> str:
        """A commune's name, sometimes mistyped."""
        return self._mistype(text, _COMMUNE_ERRORS)

    def title(self, text: str) -> str:
        """A project's title, sometimes mistyped."""
        return self._mistype(text, _TITLE_ERRORS)

    def identifier(self, firm: str) -> str | None:
        """The SIREN or SIRET of a firm as its partner kept it, ``None`` when it kept none."""
        forms, weights = zip(*_FORMS, strict=True)
        form: Callable[[str, str], str | None] = self._random.choices(forms, weights)[0]
        return form(fictitious_siren(firm), fictitious_siret(firm))

    def amount(self, euros: int) -> int:
        """An amount as remembered: exact, rounded, or an older estimate."""
        step = self._random.choice((1, 5_000, 10_000) if euros < _SMALL else (1, 10_000, 50_000, 100_000))
        drift = self._random.choice((1, 1, 1, 0.9, 1.1))
        return max(step, round(euros * drift / step) * step)

    def _mistype(self, text: str, rate: float) -> str:
        words = list(_WORD.finditer(text))
        if not words or self._random.random() >= rate:
            return text
        word = self._random.choice(words)
        fault = self._random.choice(_FAULTS)
        return text[: word.start()] + fault(word[0], self._random.randrange(1, len(word[0]) - 1)) + text[word.end() :]


def _swap(word: str, at: int) -> str:
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _drop(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _double(word: str, at: int) -> str:
    return word[: at + 1] + word[at:]


def _unaccent(word: str, _: int) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


_FAULTS: Sequence[Callable[[str, int], str]] = (_swap, _drop, _double, _unaccent)

_FORMS: Sequence[tuple[Callable[[str, str], str | None], int]] = (
    (lambda _siren, _siret: None, 38),
    (lambda siren, _siret: siren, 20),
    (lambda _siren, siret: siret, 14),
    (lambda siren, _siret: f"{siren[:3]} {siren[3:6]} {siren[6:]}", 8),
    (lambda siren, _siret: siren.lstrip("0"), 8),
    (lambda siren, _siret: f"{siren.lstrip('0')}.0", 7),
    (lambda siren, _siret: siren[:-2] + siren[-1], 5),
)
"""How a number is kept, and how often in a hundred; the last one has lost a digit."""
