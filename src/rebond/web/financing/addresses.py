"""How an address of the simulator says what was changed, and points at one of its fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode


def as_query(changes: Mapping[str, str]) -> str:
    """Changed facts as the query of an address, with its question mark; empty without any.

    >>> as_query({"emplois_crees": "40"})
    '?emplois_crees=40'
    """
    return f"?{urlencode(changes)}" if changes else ""


def control_id(name: str) -> str:
    """The id of the control of a fact."""
    return "fait-" + re.sub(r"[^a-zA-Z0-9_]+", "-", name)
