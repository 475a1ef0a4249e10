"""JSON files that a person opens: short things on a line, long things one item a line, nothing changed."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rebond.adapters.documents.json_text import json_text

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_is_written_is_what_is_read_back(value: Any) -> None:
    assert json.loads(json_text(value)) == value


def test_what_holds_on_a_line_is_on_a_line_and_the_rest_is_one_item_a_line() -> None:
    rows = [{"id": f"P{rank:03}", "valeur": rank} for rank in range(20)]
    lines = json_text({"libelle": "Éligible", "lignes": rows}).splitlines()
    assert lines[0] == "{"
    assert lines[1] == ' "libelle": "Éligible",'
    assert lines[3] == '  {"id": "P000", "valeur": 0},'
    assert len(lines) == 3 + len(rows) + 2
