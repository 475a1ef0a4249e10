"""Extreme rays of a cone of whole vectors, kept as halfspaces come (double description, Motzkin and others 1953).

Exact: vectors are whole numbers without common divisor, so that equal rays are equal tuples.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from fractions import Fraction
from math import gcd

import numpy as np

Ray = tuple[int, ...]


class Cone:
    """The rays of a pointed cone, each with the set of halfspaces that it lies on the edge of (bits)."""

    def __init__(self, rays: Sequence[Ray], bits: np.ndarray, halfspaces: int, deadline: float = math.inf) -> None:
        self._rays, self._bits = list(rays), bits
        """A row of machine words a ray."""
        self._table = _in_floats(self._rays)
        self._rank: int | None = None
        self.deadline = deadline
        """Corners can be millions: past that time, cutting raises ``TimeoutError``."""
        self._halfspaces = halfspaces

    @classmethod
    def orthant(cls, width: int) -> Cone:
        """All vectors without a negative coordinate."""
        unit = [tuple(int(column == rank) for column in range(width)) for rank in range(width)]
        bits = np.zeros((width, 1 + (width - 1) // _WORD), dtype=np.uint64)
        for rank in range(width):
            for other in range(width):
                if other != rank:
                    bits[rank, other // _WORD] |= _bit(other)
        return cls(unit, bits, width)

    @classmethod
    def above(cls, base: Cone, heights: Sequence[int]) -> Cone:
        """Vectors (w, t) with w in ``base`` and t at least ``heights``·w."""
        rays = [*(primitive((*ray, dot(heights, ray))) for ray in base._rays), (*[0] * len(heights), 1)]
        bits = np.vstack([base._bits, np.zeros((1, base._bits.shape[1]), dtype=np.uint64)])
        for each in range(base._halfspaces):
            bits[-1, each // _WORD] |= _bit(each)
        return cls(
            rays, _marked(bits, base._halfspaces, np.arange(len(base._rays))), base._halfspaces + 1, base.deadline
        )

    @property
    def rays(self) -> dict[Ray, None]:
        """The rays, in the order in which they came."""
        return dict.fromkeys(self._rays)

    @property
    def centre(self) -> Ray | None:
        """A vector within, away from the edges; ``None`` when nothing is left."""
        return primitive(list(map(sum, zip(*self._rays, strict=True)))) if self._rays else None

    def copy(self) -> Cone:
        """The same cone, to be cut apart."""
        return Cone(self._rays, self._bits, self._halfspaces, self.deadline)

    def cut(self, normal: Sequence[int]) -> None:
        """Keep the part where ``normal``·ray is at least 0."""
        signs = self._signs(normal)
        bits = _marked(self._bits, self._halfspaces, np.flatnonzero(signs == 0))
        outside, inside, kept = (np.flatnonzero(part) for part in (signs < 0, signs > 0, signs >= 0))
        rays: list[Ray] = []
        common = self._bits[:0]
        if len(outside) and len(inside):
            outs, nears, common = self._neighbours(outside, inside)
            sides = {rank: dot(normal, self._rays[rank]) for rank in {*outs, *nears}}
            for out, near in zip(outs, nears, strict=True):
                far, close = -sides[out], sides[near]
                pairs = zip(self._rays[near], self._rays[out], strict=True)
                rays.append(primitive([far * n + close * o for n, o in pairs]))
        if len(outside):
            # With rays on the good side what is left is as wide as before.
            self._rank = self._rank if len(inside) else None
            self._rays = [self._rays[rank] for rank in kept.tolist()]
            bits = bits[kept]
            self._table = None if self._table is None else self._table[kept]
        if rays:
            added = np.zeros((len(rays), bits.shape[1]), dtype=np.uint64)
            added[:, : common.shape[1]] = common
            bits = np.vstack([bits, _marked(added, self._halfspaces, np.arange(len(rays)))])
            table = _in_floats(rays)
            self._table = None if self._table is None or table is None else np.vstack([self._table, table])
            self._rays += rays
        self._bits = bits
        self._halfspaces += 1

    def _signs(self, normal: Sequence[int]) -> np.ndarray:
        """On which side of a halfspace each ray lies: in floats, in whole numbers where they cannot tell."""
        signs = np.zeros(len(self._rays), dtype=np.int8)
        sure = np.zeros(len(self._rays), dtype=bool)
        vector = _in_floats([normal])
        if self._table is not None and vector is not None and len(self._rays):
            about = self._table @ vector[0]
            sure = np.abs(about) > _NOISE * (np.abs(self._table) @ np.abs(vector[0]))
            signs = np.sign(about).astype(np.int8)
        for rank in np.flatnonzero(~sure).tolist():
            side = dot(normal, self._rays[rank])
            signs[rank] = (side > 0) - (side < 0)
        return signs

    def _neighbours(self, outside: np.ndarray, inside: np.ndarray) -> tuple[list[int], list[int], np.ndarray]:
        """Pairs of rays, one on each side, on a common edge of dimension two, with the halfspaces of that edge.

        They share enough halfspaces, and no third ray lies on every one that they share: sure where one of the two lies
        on no more halfspaces than a ray must.
        """
        self._rank = rank_of(self._rays) if self._rank is None else self._rank
        every, least = self._bits, self._rank - 2
        plain = np.bitwise_count(every).sum(axis=1) < self._rank
        near = every[inside]
        outs: list[np.ndarray] = []
        nears: list[np.ndarray] = []
        edges: list[np.ndarray] = []
        step = max(1, _AT_ONCE // len(inside))
        for start in range(0, len(outside), step):
            if time.monotonic() > self.deadline:
                raise TimeoutError("trop de coins pour le temps donné")
            common = every[outside[start : start + step]][:, None, :] & near[None, :, :]
            ones, others = np.nonzero(np.bitwise_count(common).sum(axis=2) >= least)
            found, close, edge = outside[start + ones], inside[others], common[ones, others]
            sure = plain[found] | plain[close]
            for rank in np.flatnonzero(~sure):
                sure[rank] = ((every & edge[rank]) == edge[rank]).all(axis=1).sum() <= _THE_TWO
            outs.append(found[sure])
            nears.append(close[sure])
            edges.append(edge[sure])
        return np.concatenate(outs).tolist(), np.concatenate(nears).tolist(), np.concatenate(edges)


_THE_TWO = 2
_WORD = 64
_AT_ONCE = 200_000
"""Pairs of rays looked at together."""
_NOISE = 1e-12
"""Of a sum of products: what floats may have lost of it."""
_HUGE = 1e140


def _in_floats(rays: Sequence[Sequence[int]]) -> np.ndarray | None:
    """A row a ray; ``None`` when products of them could pass what floats hold."""
    try:
        table = np.array(rays, dtype=float)
    except OverflowError:
        return None
    return table if np.abs(table).max(initial=0.0) < _HUGE else None


def _bit(halfspace: int) -> np.uint64:
    return np.uint64(1 << halfspace % _WORD)


def _marked(bits: np.ndarray, halfspace: int, rows: np.ndarray) -> np.ndarray:
    """The bits with one more halfspace, that some rays lie on the edge of."""
    if halfspace // _WORD >= bits.shape[1]:
        bits = np.hstack([bits, np.zeros((len(bits), 1), dtype=np.uint64)])
    else:
        bits = bits.copy()
    bits[rows, halfspace // _WORD] |= _bit(halfspace)
    return bits


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
