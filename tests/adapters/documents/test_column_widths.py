"""The widths of the columns of a printed table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.adapters.documents.column_widths import column_widths

CELLS = st.text(alphabet="abc  ", max_size=300)


@given(st.integers(1, 8).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=6)))
def test_the_widths_share_the_whole_table_and_no_column_is_closed(rows: list[list[str]]) -> None:
    header, *others = rows
    widths = column_widths(header, others, wide=True)
    assert len(widths) == len(header)
    assert sum(widths) == pytest.approx(100, abs=0.1 * len(widths))
    assert min(widths) > 0


def test_a_figure_stays_on_one_line_and_a_long_reason_gets_the_room() -> None:
    reason = "mot " * 100
    figure = "non renseigné encore"
    widths = column_widths(["Projet", "Emplois", "Motif"], [["Presse", figure, reason]], numbers={1})
    project, jobs, motive = widths
    assert motive > 60
    assert jobs > project
    assert jobs >= 100 * len(figure) / 115
    assert column_widths(["A", "B"], [["x" * 10, "x" * 30]]) == pytest.approx((27.8, 72.2), abs=0.2)
    assert column_widths(["Seul"], []) == (100.0,)
