"""YAML as advisers write it: keys in their order, short lists on a line, long texts line by line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

_LINE = 100


class _Dumper(yaml.SafeDumper):
    """Without anchors: a node that appears twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        """Always."""
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - PyYAML's
        """Items of a list are set in from its key."""
        del indentless
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.Node:
    flat = all(isinstance(item, str | int) for item in items) and sum(len(str(item)) + 2 for item in items) < _LINE
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flat)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)


def yaml_text(data: Mapping[str, Any]) -> str:
    """The text of a file."""
    return yaml.dump(dict(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)
