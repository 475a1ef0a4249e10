"""JSON that people can read too: what holds on a line is on a line, the rest one item a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

_WIDTH = 160


def json_text(data: Any) -> str:
    """The data as JSON text, ended by a line break; the same data give the same text.

    >>> print(json_text({"sommes": [1, 2], "vide": []}), end="")
    {"sommes": [1, 2], "vide": []}
    """
    return _written(data, 0) + "\n"


def _written(value: Any, depth: int) -> str:
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + depth <= _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    if isinstance(value, list):
        return _block("[", (_written(item, depth + 1) for item in value), "]", depth)
    named = (f"{json.dumps(key, ensure_ascii=False)}: {_written(item, depth + 1)}" for key, item in value.items())
    return _block("{", named, "}", depth)


def _block(opening: str, items: Iterable[str], closing: str, depth: int) -> str:
    inner = "\n" + " " * (depth + 1)
    return f"{opening}{inner}{f',{inner}'.join(items)}\n{' ' * depth}{closing}"
