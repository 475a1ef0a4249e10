"""A census as a few kilobytes, and back, exactly."""

from __future__ import annotations

import json
import zlib

from rebond.facts import Census
from rebond.records import FACTS


def packed(census: Census) -> bytes:
    """A census as it is kept with an export or an import."""
    return zlib.compress(json.dumps(FACTS.write(census), ensure_ascii=False, separators=(",", ":")).encode())


def unpacked(data: bytes | memoryview) -> Census:
    """What ``packed`` wrote; ``KeyError`` or ``TypeError``: written by an engine whose records were others."""
    found = FACTS.read(json.loads(zlib.decompress(bytes(data))))
    if not isinstance(found, Census):
        raise TypeError(type(found).__name__)
    return found
