"""Where a page lies in a picture: the projection from page points to pixels, by least squares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Projection:
    """(x, y) of the page → ((ax + by + c) / w, (dx + ey + f) / w), with w = gx + hy + 1."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    g: float = 0.0
    h: float = 0.0

    def __call__(self, x: float, y: float) -> Point:
        w = self.g * x + self.h * y + 1
        return (self.a * x + self.b * y + self.c) / w, (self.d * x + self.e * y + self.f) / w

    def scaled(self, scale: float, left: float, top: float) -> Projection:
        """The same from pixels of a new picture: `scale` pixels a point, its corner at (left, top).

        Both are on the page, in points.
        """
        w = self.g * left + self.h * top + 1
        return Projection(
            self.a / scale / w,
            self.b / scale / w,
            (self.a * left + self.b * top + self.c) / w,
            self.d / scale / w,
            self.e / scale / w,
            (self.d * left + self.e * top + self.f) / w,
            self.g / scale / w,
            self.h / scale / w,
        )

    def error(self, page: Sequence[Point], picture: Sequence[Point]) -> float:
        """The farthest that a known point falls from where it was seen, in pixels."""
        return max(math.dist(self(*p), q) for p, q in zip(page, picture, strict=True))


def projection(page: Sequence[Point], picture: Sequence[Point]) -> Projection:
    """The projection of a plane that best takes each point of the page to the picture's.

    At least four points, not in line: raises ValueError otherwise.
    """
    rows, values = [], []
    for (x, y), (u, v) in zip(page, picture, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return Projection(*_least_squares(rows, values))


def similarity(page: Sequence[Point], picture: Sequence[Point]) -> Projection:
    """The turn, scale and shift that do it best: what a small square alone can tell of a page."""
    rows, values = [], []
    for (x, y), (u, v) in zip(page, picture, strict=True):
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        values += [u, v]
    p, q, c, f = _least_squares(rows, values)
    return Projection(p, -q, c, q, p, f)


def _least_squares(rows: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    """The normal equations, by Gauss. Eight unknowns at most, from points of one page."""
    size = len(rows[0])
    # Columns of like size: a coordinate is hundreds, its product with another a million.
    scales = [max(abs(row[k]) for row in rows) or 1 for k in range(size)]
    even = [[row[k] / scales[k] for k in range(size)] for row in rows]
    system = [
        [sum(row[i] * row[j] for row in even) for j in range(size)]
        + [sum(row[i] * value for row, value in zip(even, values, strict=True))]
        for i in range(size)
    ]
    for k in range(size):
        pivot = max(range(k, size), key=lambda r: abs(system[r][k]))
        system[k], system[pivot] = system[pivot], system[k]
        if abs(system[k][k]) < 1e-12:
            raise ValueError("points in line")
        for r in range(size):
            if r != k:
                factor = system[r][k] / system[k][k]
                system[r] = [x - factor * y for x, y in zip(system[r], system[k], strict=True)]
    return [system[k][size] / system[k][k] / scales[k] for k in range(size)]
