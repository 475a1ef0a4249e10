"""How rows without an identifier that people see are named: by the mark that they were exported with, or their rank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rebond.adapters.workbook.tables import Row

MARK = "repere"
"""The hidden column by which a row that was exported is known again."""
AID_NAMES, ENTRY_NAMES = "A{:03d}", "L{:03d}"
"""How rows without an identifier of their own are named, by their rank."""


def cost_names(project: str) -> str:
    """How the cost lines of a project are named, by their rank."""
    return f"{project.replace('{', '{{').replace('}', '}}')}-{{}}"


def marked(rows: Iterable[Row], pattern: str) -> Iterator[tuple[str, Row]]:
    """Rows with what names them: the mark that they were exported with, else their rank, past every mark given.

    A row copied with its mark is another row: the first one keeps it.
    """
    listed = list(rows)
    given = {row.text(MARK) for row in listed} - {""}
    number = 0 if not given else max(len(listed), *(_last_number(name) for name in given))
    taken: set[str] = set()
    for row in listed:
        name = row.text(MARK)
        while not name or name in taken:
            number += 1
            name = pattern.format(number)
            name = "" if name in given else name
        taken.add(name)
        yield name, row


def _last_number(name: str) -> int:
    digits = re.search(r"(\d{1,6})$", name)
    return int(digits[1]) if digits else 0
