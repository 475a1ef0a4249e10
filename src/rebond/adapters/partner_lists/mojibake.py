"""Text in UTF-8 that some tool once read as Windows text: ``FranÃ§ois``."""

from __future__ import annotations

import re

_MARK = re.compile("[ÃÂâ][\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2010-\u2122]")


def mended(text: str) -> str:
    """The text as it was, when its bytes say so without doubt; otherwise as it is.

    >>> mended("Fonderie de l'Ã‰toile"), mended("Âge d'or")
    ("Fonderie de l'Étoile", "Âge d'or")
    """
    if text.isascii() or _MARK.search(text) is None:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
