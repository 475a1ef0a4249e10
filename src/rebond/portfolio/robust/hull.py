"""Every compromise between several people's weights: the convex hull of what each of them admits, as rows.

A portfolio that no other dominates for the weights of any member is the same set as one that no other dominates for
any compromise between them, and its greatest regret is the same: both are linear in the weights. Only « the best
somewhere » is wider over the compromises than over the members' own weights: the prudent reading is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import lcm

from rebond.portfolio.robust.cone import Ray, dot, primitive, weight_cone

_Vector = list[Fraction]
_ZERO = Fraction(0)


def hull_rows(points: Sequence[Ray]) -> Iterator[Ray]:
    """Rows Σ coefficient × weight ≥ 0 that keep the combinations of these weights, and nothing else.

    The facets of the hull are the extreme rays of its dual cone, in as many coordinates as the points span; what is
    orthogonal to all of them is held at zero.
    """
    basis, pivots = _basis(points)
    width = len(points[0])
    for free in _orthogonal(basis, pivots, width):
        yield free
        yield tuple(-value for value in free)
    # Facets y with y·g ≥ 0 for every point g, y being zero out of the pivots: y = inverse · z, z ≥ 0 for the basis.
    square = [[Fraction(point[p]) for p in pivots] for point in basis]
    inverse = _inverse(square)
    others = [
        [sum((Fraction(point[p]) * inverse[i][k] for i, p in enumerate(pivots)), _ZERO) for k in range(len(basis))]
        for point in points
        if point not in basis
    ]
    for ray in weight_cone(len(basis), [_whole(row) for row in others]).rays:
        coordinates = [sum((inverse[i][k] * ray[k] for k in range(len(basis))), _ZERO) for i in range(len(pivots))]
        facet = [Fraction(0)] * width
        for value, place in zip(coordinates, pivots, strict=True):
            facet[place] = value
        yield _whole(facet)


def _basis(points: Sequence[Ray]) -> tuple[list[Ray], list[int]]:
    """Points that span the others, and as many coordinates in which they are independent."""
    kept: list[Ray] = []
    reduced: list[tuple[int, _Vector]] = []
    for point in points:
        left = _reduced([Fraction(value) for value in point], reduced)
        pivot = next((rank for rank, value in enumerate(left) if value), None)
        if pivot is not None:
            kept.append(point)
            reduced.append((pivot, [value / left[pivot] for value in left]))
    return kept, [pivot for pivot, _ in reduced]


def _reduced(vector: _Vector, rows: Sequence[tuple[int, _Vector]]) -> _Vector:
    for pivot, row in rows:
        if vector[pivot]:
            factor = vector[pivot]
            vector = [a - factor * b for a, b in zip(vector, row, strict=True)]
    return vector


def _orthogonal(basis: Sequence[Ray], pivots: Sequence[int], width: int) -> Iterator[Ray]:
    """Independent vectors orthogonal to all the points: one for each coordinate that is no pivot."""
    inverse = _inverse([[Fraction(point[p]) for p in pivots] for point in basis])
    for free in range(width):
        if free not in pivots:
            vector = [Fraction(0)] * width
            vector[free] = Fraction(1)
            for i, place in enumerate(pivots):
                vector[place] = -sum((inverse[i][k] * point[free] for k, point in enumerate(basis)), Fraction(0))
            row = _whole(vector)
            if any(dot(row, point) for point in basis):
                raise AssertionError("un vecteur orthogonal ne l'est pas")
            yield row


def _inverse(square: Sequence[_Vector]) -> list[_Vector]:
    """The inverse of an invertible matrix, exactly."""
    size = len(square)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(square)]
    for column in range(size):
        pivot = next(rank for rank in range(column, size) if rows[rank][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for rank in range(size):
            if rank != column and rows[rank][column]:
                factor = rows[rank][column]
                rows[rank] = [a - factor * b for a, b in zip(rows[rank], rows[column], strict=True)]
    return [row[size:] for row in rows]


def _whole(vector: Sequence[Fraction]) -> Ray:
    below = lcm(*(value.denominator for value in vector))
    return primitive([int(value * below) for value in vector])
