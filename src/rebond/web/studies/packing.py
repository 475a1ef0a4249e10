"""Frozen dataclasses as compact JSON and back: each text once, each record a list in the order of its fields.

The names of the fields are written beside the rows: a field added later takes its default in an older record.
"""

from __future__ import annotations

import dataclasses
import enum
import types
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

R = TypeVar("R")


class Packer:
    """Collects texts while values are packed."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}
        self.fields: dict[str, list[str]] = {}

    def pack(self, kind: Any, value: Any) -> Any:
        """A value of a declared type, ready for JSON."""
        return _packing(kind)(self, value)

    def head(self) -> dict[str, Any]:
        """What reading needs beside the packed values."""
        return {"textes": list(self.texts), "champs": self.fields}


class Unpacker:
    """Reads what a ``Packer`` wrote; ``head`` is what its ``head()`` gave."""

    def __init__(self, head: dict[str, Any]) -> None:
        self.texts: list[str] = head["textes"]
        self.fields: dict[str, list[str]] = head["champs"]

    def rows(self, kind: type[R], data: list[Any]) -> tuple[R, ...]:
        """Packed records of one type."""
        unpack = _unpacking(cast(Any, kind))
        return tuple(unpack(self, row) for row in data)


Pack = Callable[[Packer, Any], Any]
Unpack = Callable[[Unpacker, Any], Any]


_AS_IT_IS = (int, float, bool)


@lru_cache(maxsize=64)
def _packing(kind: Any) -> Pack:
    if kind is str:
        return lambda packer, value: packer.texts.setdefault(str(value), len(packer.texts))
    if kind in _AS_IT_IS:
        return lambda _, value: value
    if kind is Decimal:
        return lambda _, value: str(value)
    if isinstance(kind, enum.EnumType):
        return lambda _, value: value.value
    return _packing_of_parts(kind)


def _packing_of_parts(kind: Any) -> Pack:
    inner = _optional(kind)
    if inner is not None:
        pack = _packing(inner)
        return lambda packer, value: None if value is None else pack(packer, value)
    if get_origin(kind) is tuple:
        each = _packing(get_args(kind)[0])
        return lambda packer, value: [each(packer, item) for item in value]
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    packs = [(name, _packing(hints[name])) for name in names]

    def pack_record(packer: Packer, value: Any) -> Any:
        packer.fields.setdefault(kind.__name__, names)
        return [pack(packer, getattr(value, name)) for name, pack in packs]

    return pack_record


@lru_cache(maxsize=64)
def _unpacking(kind: Any) -> Unpack:
    if kind is str:
        return lambda unpacker, data: unpacker.texts[data]
    if kind in _AS_IT_IS:
        return lambda _, data: data
    if kind is Decimal:
        return lambda _, data: Decimal(data)
    if isinstance(kind, enum.EnumType):
        return lambda _, data: kind(data)
    return _unpacking_of_parts(kind)


def _unpacking_of_parts(kind: Any) -> Unpack:
    inner = _optional(kind)
    if inner is not None:
        unpack = _unpacking(inner)
        return lambda unpacker, data: None if data is None else unpack(unpacker, data)
    if get_origin(kind) is tuple:
        each = _unpacking(get_args(kind)[0])
        return lambda unpacker, data: tuple(each(unpacker, item) for item in data)
    hints = get_type_hints(kind)
    unpacks = {field.name: _unpacking(hints[field.name]) for field in dataclasses.fields(kind)}

    def unpack_record(unpacker: Unpacker, data: Any) -> Any:
        named = zip(unpacker.fields[kind.__name__], data, strict=True)
        return kind(**{name: unpacks[name](unpacker, value) for name, value in named if name in unpacks})

    return unpack_record


def _optional(kind: Any) -> Any:
    """``X`` of ``X | None``; ``None`` for another type."""
    if get_origin(kind) is types.UnionType:
        others = [each for each in get_args(kind) if each is not type(None)]
        return others[0] if len(others) == 1 else None
    return None
