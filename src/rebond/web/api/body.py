"""What a program sends to change a sheet: read whole, or refused with what is wrong in it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from rebond.web.api.sheets import Sent
from rebond.web.journal.writing import LONGEST_REASON

_LARGEST = 200_000
"""Bytes; the longest sheet of the sample has under 10 000."""
_REVISION = re.compile(r'^(?:W/)?"(\d{1,18})"$')
"""An answer that was compressed on its way has a weak one."""
_TYPES = frozenset({"application/json", "application/merge-patch+json"})
_KEYS = frozenset({"champs", "motif"})


class BodyError(Exception):
    """A request that cannot be taken: its status, why, and how to mend it."""

    def __init__(self, status: int, error: str, mend: str) -> None:
        super().__init__(error)
        self.status, self.error, self.mend = status, error, mend


def sent_in(request: HttpRequest) -> Sent:
    """The change that a request asks for; raises ``BodyError``."""
    given = request.headers.get("If-Match", "")
    match = _REVISION.match(given.strip())
    if match is None:
        raise BodyError(
            428,
            "La demande ne dit pas de quelle révision de la fiche elle part.",
            "Lire la fiche, puis envoyer son ETag dans l’en-tête « If-Match ».",
        )
    if request.content_type not in _TYPES:
        raise BodyError(415, "Le corps n’est pas annoncé comme du JSON.", "Content-Type: application/json")
    data = _json(request)
    fields, reason = data.get("champs"), data.get("motif", "")
    if not isinstance(fields, dict) or not fields or set(data) - _KEYS:
        raise BodyError(
            400, "Le corps n’a pas la forme attendue.", '{"champs": {"clé": valeur}, "motif": "facultatif"}'
        )
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
        raise BodyError(
            400, "Le motif n’est pas un texte, ou il est trop long.", f"{LONGEST_REASON} caractères au plus."
        )
    return Sent(fields=fields, revision=int(match[1]), reason=reason.strip())


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        raw = request.body
    except RequestDataTooBig:
        raw = b" " * (_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise BodyError(
            413, "Le corps est trop long.", f"{_LARGEST} octets au plus ; envoyer les seuls champs à changer."
        )
    try:
        data = json.loads(raw.decode(), parse_float=Decimal, parse_constant=_refused, object_pairs_hook=_once)
        # What no database keeps: halves of characters (not encoded: ``ValueError``), the null character.
        is_kept = b"\\u0000" not in json.dumps(data, ensure_ascii=False, default=str).encode()
    except (ValueError, ArithmeticError, RecursionError):
        is_kept = False
    if not is_kept:
        mend = "Envoyer un objet JSON en UTF-8, où chaque clé n’est qu’une fois, sans caractère nul."
        raise BodyError(400, "Le corps n’est pas du JSON lisible.", mend)
    return data if isinstance(data, dict) else {}


def _refused(word: str) -> Any:
    raise ValueError(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("clé répétée")
    return found
