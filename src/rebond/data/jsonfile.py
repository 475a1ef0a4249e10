"""JSON as strangers write it: read without trusting its size, its depth, its numbers, its keys nor its letters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from rebond.data.limits import MOST_DEPTH, MOST_JSON_BYTES, MOST_NUMBER_LENGTH, MOST_VALUES, is_sane_number
from rebond.data.texts import read_text
from rebond.data.unreadable import json_reason
from rebond.errors import DataError, Fault

_AROUND = 12
"""Characters shown on each side of what cannot be read."""
_FIRST_SURROGATE, _LAST_SURROGATE = "\ud800", "\udfff"
_MEND = "vérifier les virgules (aucune après le dernier élément), les guillemets droits et les accolades"


def read_json(path: Path, *, exact: bool = False) -> Any:
    """The content of a JSON file; raises ``DataError`` with one fault that says where, what and how to mend it.

    ``exact``: numbers with decimals come as ``Decimal``.
    """
    return parse_json(read_text(path, most=MOST_JSON_BYTES), name=path.name, exact=exact)


def parse_json(text: str, *, name: str, exact: bool = False) -> Any:
    """What a JSON text holds; raises ``DataError`` with one fault."""
    if not text.strip():
        raise _wrong(name, "fichier vide", "donner le fichier d'origine, entier")
    if text.count(",") + text.count("[") + text.count("{") > MOST_VALUES:
        raise _wrong(name, f"plus de {MOST_VALUES} valeurs", "partager le fichier en plusieurs")
    numbers = _exact if exact else _float
    try:
        data = json.loads(
            text, parse_float=numbers, parse_int=_integer, parse_constant=_no_constant, object_pairs_hook=_unique
        )
    except _OddValueError as error:
        raise _wrong(name, error.problem, error.mend, found=error.found) from error
    except json.JSONDecodeError as error:
        where = f"{name}, ligne {error.lineno}"
        near = text[max(0, error.pos - _AROUND) : error.pos + _AROUND].replace("\n", " ").strip()
        raise _wrong(where, f"JSON illisible : {json_reason(error)}", _MEND, found=near) from error
    except RecursionError as error:
        raise _too_deep(name) from error
    _check(data, name)
    return data


class _OddValueError(Exception):
    """A value that JSON allows and that nobody means."""

    def __init__(self, found: str, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.found, self.problem, self.mend = found, problem, mend


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _OddValueError(key, "clé écrite deux fois", "n'en garder qu'une")
            seen.add(key)
    return found


def _integer(text: str) -> int:
    return int(_short_enough(text))


def _exact(text: str) -> Decimal:
    number = Decimal(_short_enough(text))
    if not is_sane_number(number):
        raise _huge(text)
    return number


def _float(text: str) -> float:
    return float(_exact(text))


def _short_enough(text: str) -> str:
    if len(text) > MOST_NUMBER_LENGTH:
        raise _huge(text)
    return text


def _huge(text: str) -> _OddValueError:
    return _OddValueError(text, "nombre démesuré", "vérifier le nombre")


def _no_constant(text: str) -> NoReturn:
    raise _OddValueError(text, f"« {text} » n'est pas un nombre", "écrire un nombre ou un texte")


def _check(data: Any, name: str) -> None:
    """Depth and letters, without recursion: what follows may then be recursive."""
    pending: list[tuple[Any, int]] = [(data, 1)]
    while pending:
        value, depth = pending.pop()
        if isinstance(value, str):
            if any(_FIRST_SURROGATE <= letter <= _LAST_SURROGATE for letter in _odd_letters(value)):
                raise _wrong(name, "texte qu'aucun alphabet ne permet (demi-caractère « \\ud8.. »)", "le retaper")
        elif isinstance(value, dict | list):
            if depth > MOST_DEPTH:
                raise _too_deep(name)
            if isinstance(value, dict):
                pending.extend((key, depth) for key in value)
                pending.extend((child, depth + 1) for child in value.values())
            else:
                pending.extend((child, depth + 1) for child in value)


def _odd_letters(text: str) -> Iterator[str]:
    """Nothing for a text that UTF-8 can write, which nearly all are."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        yield text[error.start]


def _too_deep(name: str) -> DataError:
    return _wrong(name, f"JSON illisible : plus de {MOST_DEPTH} blocs imbriqués", "aplatir le fichier")


def _wrong(where: str, problem: str, mend: str, *, found: str = "") -> DataError:
    return DataError([Fault(where=where, found=found, problem=problem, mend=mend)])
