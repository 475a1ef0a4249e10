import itertools

import pytest

from rebond.restitution.label_rows import Named, Spot, label_rows


def _spots(*parts: tuple[float, float], room: float = 720) -> tuple[Spot, ...]:
    """Widths of the parts of a bar and of their names."""
    starts = itertools.accumulate((width for width, _ in parts), initial=0.0)
    named = [Named(x=x, width=width, name_width=name) for x, (width, name) in zip(starts, parts, strict=False)]
    return label_rows(named, room)


_CROWDED = (
    ((65, 50), (37, 180), (327, 200), (290, 100)),
    ((430, 160), (47, 80), (243, 220)),
    ((700, 90), (12, 120), (8, 150)),
    ((10, 120), (10, 120), (10, 120), (690, 120)),
)


@pytest.mark.parametrize("parts", _CROWDED)
def test_names_under_a_bar_never_touch(parts: tuple[tuple[float, float], ...]) -> None:
    spots = _spots(*parts)
    assert len(spots) == len(parts)
    for one, other in itertools.combinations(spots, 2):
        assert one.row != other.row or one.end < other.start or other.end < one.start


@pytest.mark.parametrize("parts", _CROWDED)
def test_no_leader_line_crosses_a_name(parts: tuple[tuple[float, float], ...]) -> None:
    spots = _spots(*parts)
    for one, other in itertools.permutations(spots, 2):
        assert other.row >= one.row or not other.start < one.foot < other.end


@pytest.mark.parametrize("parts", _CROWDED)
def test_names_stay_within_the_drawing(parts: tuple[tuple[float, float], ...]) -> None:
    assert all(spot.start >= 0 and spot.end <= 720 for spot in _spots(*parts))


def test_names_that_fit_stay_against_their_bar() -> None:
    assert [spot.row for spot in _spots((300, 100), (420, 200))] == [0, 0]
