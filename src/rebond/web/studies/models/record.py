"""What is long, and read whole: kept once by content, compressed, shared by the studies that found the same."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any, Self

from django.db import models

_LEVEL = 3


class Record(models.Model):
    """JSON by the digest of its text. It has no mission: it is reached through a row of a study, never by itself."""

    digest = models.CharField("empreinte", max_length=64, unique=True)
    payload = models.BinaryField("contenu comprimé")

    class Meta:
        verbose_name = "contenu d’étude"
        verbose_name_plural = "contenus d’étude"

    def __str__(self) -> str:
        return self.digest[:12]

    @classmethod
    def of(cls, data: Any) -> Self:
        """An unsaved record of JSON-ready data."""
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return cls(digest=hashlib.sha256(text).hexdigest(), payload=zlib.compress(text, _LEVEL))

    def read(self) -> Any:
        """The data."""
        return json.loads(zlib.decompress(self.payload))
