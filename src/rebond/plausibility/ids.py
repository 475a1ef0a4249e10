"""Identifiers: readable in an address and a file name, and none that the eye takes for another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from rebond.plausibility.ground import Ground, Subject
from rebond.plausibility.model import Finding

_SLUG = re.compile(r"^[A-Za-z0-9._-]+$")
_NOT_SLUG = re.compile(r"[^A-Za-z0-9._-]+")
_SHOWN = 60
_CONFUSED = str.maketrans({"l": "1", "I": "1", "|": "1", "o": "0", "O": "0"})
_HOMOGLYPHS = str.maketrans(
    {
        **dict(zip("АВЕЅІЈКМНОРСТХУѴԚԜ", "ABESIJKMHOPCTXYVQW", strict=True)),
        **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    }
)
"""Cyrillic and Greek capitals drawn like Latin ones (Unicode TR 39, confusables)."""
_LOWER_HOMOGLYPHS = str.maketrans(dict(zip("аеѕіјорсхуԛԝ", "aesijopcxyqw", strict=True)))
"""Small letters: only those that are drawn alike, as « н » is no « n »."""


def check_identifiers(ground: Ground) -> Iterator[Finding]:
    """Identifiers of firms, interviews and projects."""
    census = ground.census
    for rows in (
        [ground.firm(firm) for firm in census.firms],
        [ground.interview(interview) for interview in census.interviews],
        [ground.project(project) for project in census.projects],
    ):
        yield from _unreadable(ground, rows)
        yield from _alike(ground, rows)


def skeleton(identifier: str) -> str:
    """What the eye keeps of an identifier: case, look-alike letters and digits, spaces and accents put aside.

    >>> skeleton("E0O1") == skeleton("е001 ") == "E001"
    True
    """
    plain = unicodedata.normalize("NFKD", identifier).translate(_HOMOGLYPHS | _LOWER_HOMOGLYPHS).translate(_CONFUSED)
    return "".join(char for char in plain.upper() if char.isalnum() or char in "-._")


def slug(identifier: str, longest: int) -> str:
    """The identifier that people meant, with the letters that an address and a file name take."""
    plain = unicodedata.normalize("NFKD", identifier).translate(_HOMOGLYPHS | _LOWER_HOMOGLYPHS)
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return _NOT_SLUG.sub("-", bare).strip("-.")[:longest] or "X1"


def _unreadable(ground: Ground, rows: Iterable[Subject]) -> Iterator[Finding]:
    longest = int(ground.rule("identifiant_illisible").number("longueur"))
    for row in rows:
        # A name that is only dots is a folder, not a file.
        if _SLUG.match(row.id) and len(row.id) <= longest and row.id.strip("."):
            continue
        shown = "".join(char if char.isprintable() else "\ufffd" for char in row.id[:_SHOWN])
        subject = Subject(row.kind, row.id, f"{row.kind.value} « {shown} »")
        yield ground.found(
            "identifiant_illisible", subject, [row.id], id=shown, longueur=longest, propose=slug(row.id, longest)
        )


def _alike(ground: Ground, rows: Iterable[Subject]) -> Iterator[Finding]:
    seen: dict[str, Subject] = {}
    exact: set[str] = set()
    for row in rows:
        if row.id in exact:
            yield ground.found("identifiant_en_double", row, [row.id], id=row.id)
            continue
        exact.add(row.id)
        first = next((seen[key] for key in _keys(row.id) if key in seen), None)
        for key in _keys(row.id):
            seen.setdefault(key, row)
        if first is not None:
            yield ground.found("identifiants_ressemblants", row, [row.id, first.id], id=row.id, autre=first.id)


def _keys(identifier: str) -> tuple[str, str]:
    """By letters drawn alike, and by case."""
    return skeleton(identifier), identifier.casefold().strip()
