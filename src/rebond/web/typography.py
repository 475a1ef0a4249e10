"""French typography of texts that come from data files and the engine: apostrophes and no-break spaces."""

from __future__ import annotations

import re

NARROW = "\u202f"
NO_BREAK = "\u00a0"
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_BEFORE_HIGH = re.compile(r" ([;!?»%€])")
_BEFORE_COLON = re.compile(r" :")
_AFTER_OPENING = re.compile(r"« ")


def french(text: str) -> str:
    """Curly apostrophes, no-break spaces before high punctuation and inside guillemets.

    >>> french("l'aide : 30 %").encode("unicode_escape").decode()
    'l\\\\u2019aide\\\\xa0: 30\\\\u202f%'
    """
    found = _APOSTROPHE.sub("’", text)
    found = _BEFORE_HIGH.sub(lambda match: (NO_BREAK if match[1] in "»€" else NARROW) + match[1], found)
    found = _BEFORE_COLON.sub(f"{NO_BREAK}:", found)
    return _AFTER_OPENING.sub(f"«{NO_BREAK}", found)


def sentence(text: str) -> str:
    """The same, with a capital at the head."""
    found = french(text.strip())
    return found[:1].upper() + found[1:]
