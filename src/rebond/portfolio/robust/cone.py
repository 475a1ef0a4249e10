"""Extreme rays of a cone of whole vectors, kept as halfspaces come (double description, Motzkin and others 1953).

Exact: vectors are whole numbers without common divisor, so that equal rays are equal tuples.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd

import numpy as np

Ray = tuple[int, ...]


class Cone:
    """The rays of a pointed cone, each with the set of halfspaces that it lies on the edge of (bits)."""

    def __init__(self, rays: dict[Ray, int], halfspaces: int, deadline: float = math.inf) -> None:
        self.rays = rays
        self.deadline = deadline
        """Corners can be millions: past that time, cutting raises ``TimeoutError``."""
        self._halfspaces = halfspaces

    @classmethod
    def orthant(cls, width: int) -> Cone:
        """All vectors without a negative coordinate."""
        every = (1 << width) - 1
        unit = [tuple(int(column == rank) for column in range(width)) for rank in range(width)]
        return cls({ray: every & ~(1 << rank) for rank, ray in enumerate(unit)}, width)

    @classmethod
    def above(cls, base: Cone, heights: Sequence[int]) -> Cone:
        """Vectors (w, t) with w in ``base`` and t at least ``heights``·w."""
        every, floor = (1 << base._halfspaces) - 1, 1 << base._halfspaces
        rays = {primitive((*ray, dot(heights, ray))): zeros | floor for ray, zeros in base.rays.items()}
        width = len(heights)
        return cls({**rays, (*[0] * width, 1): every}, base._halfspaces + 1, base.deadline)

    @property
    def centre(self) -> Ray | None:
        """A vector within, away from the edges; ``None`` when nothing is left."""
        return primitive(list(map(sum, zip(*self.rays, strict=True)))) if self.rays else None

    def copy(self) -> Cone:
        """The same cone, to be cut apart."""
        return Cone(dict(self.rays), self._halfspaces, self.deadline)

    def cut(self, normal: Sequence[int]) -> None:
        """Keep the part where ``normal``·ray is at least 0."""
        bit = 1 << self._halfspaces
        self._halfspaces += 1
        sides = {ray: dot(normal, ray) for ray in self.rays}
        outside = [ray for ray, side in sides.items() if side < 0]
        inside = [ray for ray, side in sides.items() if side > 0]
        kept = {ray: zeros | bit if sides[ray] == 0 else zeros for ray, zeros in self.rays.items() if sides[ray] >= 0}
        if outside and inside:
            for out, near, common in self._neighbours(outside, inside):
                far, close = -sides[out], sides[near]
                kept[primitive([far * n + close * o for n, o in zip(near, out, strict=True)])] = common | bit
        self.rays = kept

    def _neighbours(self, outside: Sequence[Ray], inside: Sequence[Ray]) -> Iterator[tuple[Ray, Ray, int]]:
        """Pairs of rays, one on each side, on a common edge of dimension two, with the halfspaces of that edge.

        They share enough halfspaces, and no third ray lies on every one that they share.
        """
        least = rank_of(list(self.rays)) - 2
        words = -(-self._halfspaces // _WORD) * (_WORD // 8)
        every, near = (self._bits(rays, words) for rays in (list(self.rays), inside))
        for out in outside:
            if time.monotonic() > self.deadline:
                raise TimeoutError("trop de coins pour le temps donné")
            common = near & self._bits([out], words)
            enough = np.flatnonzero(np.bitwise_count(common).sum(axis=1) >= least)
            for start in range(0, len(enough), _AT_ONCE):
                some = enough[start : start + _AT_ONCE]
                edges = common[some][:, None, :]
                lying = np.all((every[None, :, :] & edges) == edges, axis=2).sum(axis=1)
                for rank in some[lying <= _THE_TWO]:
                    yield out, inside[rank], self.rays[out] & self.rays[inside[rank]]

    def _bits(self, rays: Sequence[Ray], length: int) -> np.ndarray:
        """The halfspaces of rays as machine words, a row a ray."""
        raw = b"".join(self.rays[ray].to_bytes(length, "little") for ray in rays)
        return np.frombuffer(raw, dtype=np.uint64).reshape(len(rays), length // 8)


_THE_TWO = 2
_WORD = 64
_AT_ONCE = 64
"""Edges looked at together: each is compared with every ray."""


def dot(left: Sequence[int], right: Sequence[int]) -> int:
    """The sum of products."""
    return sum(a * b for a, b in zip(left, right, strict=True))


def primitive(vector: Sequence[int]) -> Ray:
    """The same direction, without common divisor."""
    common = gcd(*vector) or 1
    return tuple(value // common for value in vector)


def rank_of(vectors: Sequence[Ray]) -> int:
    """The dimension that vectors span."""
    rows: list[tuple[int, list[Fraction]]] = []
    for vector in vectors:
        left = [Fraction(value) for value in vector]
        for pivot, row in rows:
            if left[pivot]:
                factor = left[pivot]
                left = [a - factor * b for a, b in zip(left, row, strict=True)]
        pivot = next((rank for rank, value in enumerate(left) if value), -1)
        if pivot >= 0:
            rows.append((pivot, [value / left[pivot] for value in left]))
        if len(rows) == len(vector):
            break
    return len(rows)


def weight_cone(width: int, rows: Sequence[Sequence[int]], *, deadline: float = math.inf) -> Cone:
    """The weights (up to a factor) that keep every row; no ray at all when they contradict each other."""
    cone = Cone.orthant(width)
    cone.deadline = deadline
    for row in rows:
        cone.cut(row)
    return cone
