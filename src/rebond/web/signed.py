"""Links of letters, signed: a link says which row and which key it had that day, and is never enough to act."""

from __future__ import annotations

import enum
from typing import Any, TypeVar

from django.core import signing

from rebond.web.missions.data import MissionData

M = TypeVar("M", bound=MissionData)


class WhyClosed(enum.Enum):
    """Why a link lets nobody act: a title, what to do, and what else its own kind says."""

    @property
    def title(self) -> str:
        """What is the matter."""
        title: str = self.value[0]
        return title

    @property
    def advice(self) -> str:
        """What to do about it."""
        advice: str = self.value[1]
        return advice


def token_of(salt: str, row: Any) -> str:
    """What the link of a row bears, by its ``nonce``; ``salt``: what this kind of links is for."""
    return signing.Signer(salt=salt).sign_object([row.pk, row.nonce])


def row_of(salt: str, token: str, model: type[M], *related: str) -> tuple[M, str] | None:
    """The row that a token names, whatever became of it, and the key it had; ``None`` for a token that is not ours."""
    try:
        pk, nonce = signing.Signer(salt=salt).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows: Any = model.ever.filter(pk=pk).select_related(*related)
    row = rows.first()
    return (row, nonce) if row is not None else None
