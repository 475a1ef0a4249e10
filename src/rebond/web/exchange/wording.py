"""The values of a preview, as people read them."""

from __future__ import annotations

from typing import Any

from rebond.adapters.workbook.places import Place
from rebond.facts import Need
from rebond.history import ABSENT
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.journal.wording import NOTHING, field_words, value_words

_MOST = 400


def said(value: Any, path: tuple[str, ...], place: Place) -> str:
    """A value in words, with the labels that the column has for its codes."""
    if value is ABSENT:
        return NOTHING
    field = path[-1] if path else ""
    if isinstance(value, Need):
        return _short(value.text)
    if isinstance(value, frozenset):
        return ", ".join(sorted(place.words(code) for code in value)) or NOTHING
    if isinstance(value, str) and value:
        return _short(_commune(value) if field == "commune" else place.words(value))
    return _short(value_words(value, field))


def column_words(path: tuple[str, ...], place: Place) -> str:
    """The title of the column; the words of the journal for a value that several cells make."""
    return place.column or (field_words(path) if path else "")


def _commune(code: str) -> str:
    found = current_catalogue().gazetteer.communes.get(code)
    return f"{found.name} ({code})" if found else code


def _short(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
