"""The files that Rebond ships are read once a test process: hundreds of tests open the same catalogue, a second each.

Only what is read in the shipped folder is kept, by the arguments of each reader. A catalogue that a test writes is read
each time, and so is everything in the commands and sites that tests start in processes of their own.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rebond.data import data_folder

READERS = (
    "rebond.data.yamlfile:load_schema",
    "rebond.eligibility.dictionary:load_dictionary",
    "rebond.eligibility.places:load_gazetteer",
    "rebond.eligibility.places:load_zonages",
    "rebond.dispositifs.loader:load_dispositifs",
    "rebond.dispositifs.organisations:load_organisations",
    "rebond.dispositifs.catalogue:digest",
    "rebond.dispositifs.catalogue:load_catalogue",
    "rebond.regimes.loader:load_regimes",
    "rebond.plausibility.rules:load_plausibility",
    "rebond.study.rulebook:load_rulebook",
    "rebond.adapters.workbook.layout:regime_codes",
    "rebond.adapters.workbook.layout:load_layout",
)
SHIPPED = data_folder()


def read_shipped_files_once() -> None:
    """Make each reader keep what it finds in the shipped folder; to be called before any test module is imported."""
    for reader in READERS:
        module, name = reader.split(":")
        real = getattr(importlib.import_module(module), name)
        kept = _kept(real)
        # Those that imported the reader by its name hold it too.
        for each in [found for key, found in sys.modules.items() if key.partition(".")[0] == "rebond"]:
            if vars(each).get(name) is real:
                setattr(each, name, kept)


def _kept(read: Callable[..., Any]) -> Callable[..., Any]:
    found: dict[Hashable, Any] = {}

    @functools.wraps(read)
    def reader(*args: Any, **kwargs: Any) -> Any:
        every = (*args, *kwargs.values())
        paths = [each for each in every if isinstance(each, Path)]
        if not paths or not all(path.is_relative_to(SHIPPED) for path in paths):
            return read(*args, **kwargs)
        key = (tuple(map(_Argument, args)), tuple((name, _Argument(value)) for name, value in sorted(kwargs.items())))
        if key not in found:
            found[key] = read(*args, **kwargs)
        return _copied(found[key])

    return reader


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument in a key, hashable or not: a dictionary of facts read elsewhere may be equal to the shipped one."""

    value: Any

    def __hash__(self) -> int:
        return hash(str(self.value)) if isinstance(self.value, Path) else hash(type(self.value))


def _copied(found: Any) -> Any:
    """A list or a dictionary of one's own: a caller may add to it."""
    if isinstance(found, tuple):
        return tuple(map(_copied, found))
    return found.copy() if isinstance(found, list | dict) else found
