"""What every list has: columns chosen in the address, sort, exports that obey the filters, views kept by a person."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from rebond.data.csvfile import french_csv
from rebond.web.desk.models import SavedView
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Note, author_of, record
from rebond.web.missions.models import Mission
from rebond.web.paging import Heading, Sort

COLUMNS = "colonnes"
EXPORT = "export"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_KEPT = {"page", EXPORT, "fait"}
"""What an address says of one reading, and not of the list."""

Value = str | int | Decimal | date | None
"""A cell of an export; ``None``: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; ``sort``: what it is sorted by, empty when it is not; ``fixed``: always there."""

    key: str
    label: str
    value: Callable[[Any], Value]
    sort: str = ""
    numeric: bool = False
    default: bool = True
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of the site; ``sorts``: other keys that the address may sort by."""

    name: str
    title: str
    view: str
    columns: tuple[Column, ...]
    default_sort: str
    sorts: Mapping[str, str]

    @property
    def sorted_by(self) -> dict[str, str]:
        """Key of the address → path."""
        return {**{column.key: column.sort for column in self.columns if column.sort}, **self.sorts}


def shown_columns(listing: Listing, request: HttpRequest) -> tuple[Column, ...]:
    """Those that the address asks for, the usual ones when it asks for none that exists."""
    asked = set(request.GET.getlist(COLUMNS))
    known = asked & {column.key for column in listing.columns}
    return tuple(
        column for column in listing.columns if column.fixed or (column.key in known if known else column.default)
    )


def ordered(listing: Listing, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows in the order of the address."""
    return Sort.asked(request, listing.sorted_by, listing.default_sort).apply(rows, listing.sorted_by)


def tools(listing: Listing, request: HttpRequest, mission: Mission) -> dict[str, object]:
    """What the templates of lists show around the rows."""
    sort = Sort.asked(request, listing.sorted_by, listing.default_sort)
    columns = shown_columns(listing, request)
    shown = {column.key for column in columns}
    mine = SavedView.objects.visible_to(request.user).of(mission).filter(user_id=request.user.pk or 0)
    return {
        "listing": listing,
        "shown": shown,
        "headings": [
            Heading(column.label, sort.state(column.key), sort.other(column.key), column.numeric, bool(column.sort))
            for column in columns
        ],
        "choices": [(column, column.key in shown) for column in listing.columns if not column.fixed],
        "views": list(mine.filter(listing=listing.name)),
        "here": kept_query(request),
        "kept": [(key, value) for key, value in _items(request) if key not in _NOT_KEPT | {COLUMNS}],
        "kept_by_filters": [(key, value) for key, value in _items(request) if key in {COLUMNS, "tri"}],
    }


def kept_query(request: HttpRequest) -> str:
    """What the address says of the list, page and export left out."""
    params = request.GET.copy()
    for key in _NOT_KEPT:
        params.pop(key, None)
    return params.urlencode()


def _items(request: HttpRequest) -> Iterable[tuple[str, str]]:
    return ((key, str(value)) for key, values in request.GET.lists() for value in values if value)


def export(listing: Listing, request: HttpRequest, mission: Mission, rows: Iterable[Any]) -> HttpResponse | None:
    """The file that the address asks for, with the rows and columns of the list; ``None`` when it asks for none."""
    kind = request.GET.get(EXPORT, "")
    if not kind:
        return None
    if kind not in _WRITERS:
        raise Http404
    columns = shown_columns(listing, request)
    cells = [[column.value(row) for column in columns] for row in rows]
    write, content_type = _WRITERS[kind]
    body = write(listing.title, [column.label for column in columns], cells)
    user = request.user
    if user.is_authenticated:
        said = Note(kind="liste", ref=listing.name, label=f"{listing.title}, {len(cells)} lignes ({kind})")
        record(mission, [said], by=author_of(user), act=Act.EXPORTED)
    name = f"{mission.slug}-{listing.name}.{kind}"
    return HttpResponse(
        body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def csv_file(title: str, heads: list[str], rows: list[list[Value]]) -> bytes:
    """UTF-8 with its mark and semicolons: what a French spreadsheet opens by itself."""
    return french_csv(heads, ([_plain(cell) for cell in row] for row in rows))


def _plain(value: Value) -> str:
    if value is None:
        return "inconnu"
    if isinstance(value, Decimal):
        return _number(value).replace(".", ",")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _number(value: Decimal) -> str:
    """Without the zeros that fill a column."""
    return f"{value:f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def _xlsx(title: str, heads: list[str], rows: list[list[Value]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.append(heads)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=_stored(value))
            if isinstance(value, str):
                # A text stays one, be it « =1+1 ».
                cell.data_type = "s"
            elif isinstance(value, date):
                cell.number_format = "dd/mm/yyyy"
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _stored(value: Value) -> Any:
    """A value as openpyxl takes it: characters that XML refuses are left out."""
    if value is None:
        return "inconnu"
    return ILLEGAL_CHARACTERS_RE.sub(" ", value) if isinstance(value, str) else value


_WRITERS: Mapping[str, tuple[Callable[[str, list[str], list[list[Value]]], bytes], str]] = {
    "csv": (csv_file, "text/csv; charset=utf-8"),
    "xlsx": (_xlsx, _XLSX),
}
