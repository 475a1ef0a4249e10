"""``frappe``: what typing and optical reading do to a text of partners' lists."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from dataclasses import replace

from bench._linkage_lines import Line, Lists, rounded

_KEYBOARD = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_NEIGHBOURS = {
    key: row[max(0, rank - 1) : rank] + row[rank + 1 : rank + 2] for row in _KEYBOARD for rank, key in enumerate(row)
}
"""French keyboard: the keys on each side."""
_OPTICAL = (
    ("O", "0"),
    ("o", "0"),
    ("l", "1"),
    ("I", "1"),
    ("S", "5"),
    ("B", "8"),
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("é", "e"),
    ("ê", "è"),
)


def _mistyped(text: str, rng: random.Random) -> str:
    if len(text) < 4:
        return text
    place = rng.randrange(1, len(text) - 1)
    letter = text[place]
    match rng.randrange(5):
        case 0:
            return text[:place] + text[place + 1 :]
        case 1:
            return text[:place] + letter + text[place:]
        case 2:
            return text[:place] + text[place + 1] + letter + text[place + 2 :]
        case 3:
            near = rng.choice(_NEIGHBOURS.get(letter.lower(), string.ascii_lowercase))
            return text[:place] + near + text[place + 1 :]
        case _:
            return text[:place] + " " + text[place:] if letter != " " else text[:place] + text[place + 1 :]


def _scanned(text: str, rng: random.Random) -> str:
    seen = [pair for pair in _OPTICAL if pair[0] in text]
    if not seen:
        return text
    wrong, read = rng.choice(seen)
    return text.replace(wrong, read, 1)


def typing_noise(lists: Lists, rng: random.Random) -> Iterator[Line]:
    """Keyboard slips, optical reading, capitals, cut columns, digits swapped, cells left empty."""
    for line in lists.lines:
        name, commune = _typed_identity(line, rng)
        title, amount = line.title, line.amount
        if rng.random() < 0.35:
            title = _mistyped(title, rng)
        if not line.awarded and rng.random() < 0.2:
            title = title[:22]
        if amount is not None and rng.random() < 0.3:
            amount = rounded(amount)
        if not line.awarded and rng.random() < 0.25:
            amount = None
        siren = _mistyped_number(line.siren, rng)
        yield replace(line, name=name, commune=commune, title=title, siren=siren, amount=amount)


def _typed_identity(line: Line, rng: random.Random) -> tuple[str, str]:
    name, commune = line.name, line.commune
    if rng.random() < 0.35:
        name = rng.choice((_mistyped, _scanned))(name, rng)
    if rng.random() < 0.4:
        name, commune = name.upper(), commune.upper()
    if rng.random() < 0.15:
        name = name[:18]
    if rng.random() < 0.15:
        commune = _mistyped(commune, rng)
    return name, "" if rng.random() < 0.15 else commune


def _mistyped_number(siren: str, rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.45:
        return ""
    if draw < 0.6 and len(siren) == len("123456789"):
        place = rng.randrange(len(siren) - 1)
        swapped = siren[:place] + siren[place + 1] + siren[place] + siren[place + 2 :]
        return rng.choice((swapped, siren[:place] + rng.choice("0123456789") + siren[place + 1 :]))
    return siren
