"""Lists in pages, sorted by a column named in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Sort:
    """The column that a list is sorted by, and the way."""

    key: str
    descending: bool

    @classmethod
    def asked(cls, request: HttpRequest, columns: Mapping[str, str], default: str) -> Sort:
        """What ``?tri=-cout`` asks for; the default when it names no column."""
        asked = request.GET.get("tri", default)
        key = asked.removeprefix("-")
        if key not in columns:
            return cls(default.removeprefix("-"), default.startswith("-"))
        return cls(key, asked.startswith("-"))

    def apply(self, rows: QuerySet[Any], columns: Mapping[str, str]) -> QuerySet[Any]:
        """Sorted rows, unknown values last, then a fixed order."""
        column = F(columns[self.key])
        order = column.desc(nulls_last=True) if self.descending else column.asc(nulls_last=True)
        return rows.order_by(order, "pk")

    def state(self, key: str) -> str:
        """``aria-sort`` of a column."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"

    def other(self, key: str) -> str:
        """What a click on a column's heading asks for."""
        return f"-{key}" if key == self.key and not self.descending else key


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a sortable column."""

    label: str
    state: str
    """``aria-sort``."""
    ask: str
    """Value of ``tri`` when clicked."""
    numeric: bool = False
    sortable: bool = True


def page_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], *, holding: int | None = None) -> Page[Any]:
    """The page asked for, the nearest one when it does not exist; ``holding``: the page of the row of that rank."""
    asked = request.GET.get("page") if holding is None else holding // PER_PAGE + 1
    return Paginator(rows, PER_PAGE).get_page(asked)
