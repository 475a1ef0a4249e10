"""What a form sends, as rows of texts: controls are named ``sheet.row.column``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rebond.adapters.workbook import ColumnType
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.opened import Typed

_NAME = re.compile(r"^([a-z]{3,20})\.(\d{1,3})\.([a-z0-9_]{2,40})$")
KEPT_OUT = frozenset({"csrfmiddlewaretoken", "auteur", "geste", "coller"})
"""What a draft does not keep."""

Values = Mapping[str, Sequence[str]]


def control(sheet: str, row: int, column: str) -> str:
    """The name of the control of a cell."""
    return f"{sheet}.{row}.{column}"


def typed_rows(values: Values) -> Typed:
    """The rows that were sent, by sheet, in their order; names that are no cell are left out."""
    layout = current_layout()
    columns = {(sheet.key, column.key): column for sheet in layout.sheets for column in sheet.columns}
    found: dict[str, dict[int, dict[str, str]]] = {}
    for name, given in values.items():
        match = _NAME.match(name)
        column = columns.get((match[1], match[3])) if match else None
        if match is None or column is None:
            continue
        if column.type is ColumnType.SOME_OF:
            text = ", ".join(value for value in given if value)
        else:
            text = given[-1] if given else ""
        found.setdefault(match[1], {}).setdefault(int(match[2]), {})[column.key] = text
    return {sheet: [rows[number] for number in sorted(rows)] for sheet, rows in found.items()}


def as_values(typed: Typed) -> dict[str, list[str]]:
    """Rows as the controls of a form hold them."""
    layout = current_layout()
    return {
        control(sheet, number, key): _values(text, several=layout.sheet(sheet).column(key).type is ColumnType.SOME_OF)
        for sheet, rows in typed.items()
        for number, row in enumerate(rows)
        for key, text in row.items()
    }


def _values(text: str, *, several: bool) -> list[str]:
    return [part.strip() for part in text.split(",")] if several else [text]
