"""A right without a figure comes before the last resort: what its order of size settles, what it leaves open."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rebond.financing.building.landmarks import Landmark, SourcedRate
from rebond.portfolio.open_paths import OpenPath

D = Decimal


def a_path(rate: str, *, read: bool = True) -> OpenPath:
    """A support open to a project of two million euros, by its published rate."""
    usual = SourcedRate(rate=D(rate), source="CGI art. 244 quater I", verified=read)
    return OpenPath(title="C3IV", known=Landmark(usual=usual, spend=D(2_000_000)))


def test_a_right_whose_published_size_covers_what_is_missing_comes_before_the_envelope() -> None:
    credit = a_path("0.35")
    assert credit.covers(D(400_000))
    assert "700 000 €" in credit.first.replace("\u202f", " ").replace("\u00a0", " ")
    assert "à demander d'abord" in credit.first


@pytest.mark.parametrize(
    "path",
    [a_path("0.15"), a_path("0.35", read=False), OpenPath(title="C3IV", known=None)],
    ids=["court", "moyenne", "?"],
)
def test_a_size_too_short_or_not_read_or_unknown_leaves_the_project_to_the_call_with_its_reserve(
    path: OpenPath,
) -> None:
    """An average of the past that nobody read is no promise, and an unknown size is neither nothing nor everything."""
    assert not path.covers(D(400_000))
    assert "à demander avant de décider" in path.reserve(D(400_000))
