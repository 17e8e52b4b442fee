"""Small systems of normal equations, solved by Cholesky's method."""

from collections.abc import Sequence
from math import sqrt

# A column that adds less than this share of itself to those before it is left out.
_NOTHING_NEW = 1e-10


def factorise(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return the lower triangle L of L L' = `matrix`; redundant columns become zero."""
    lower: list[list[float]] = []
    for i, row in enumerate(matrix):
        line: list[float] = []
        for j in range(i):
            rest = row[j] - _dot(line, lower[j][:j])
            line.append(rest / lower[j][j] if lower[j][j] else 0.0)
        left = row[i] - _dot(line, line)
        line.append(sqrt(left) if left > _NOTHING_NEW * row[i] else 0.0)
        lower.append(line)
    return lower


def solve(lower: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Return b of L L' b = `right`, zero for the redundant columns."""
    forward: list[float] = []
    for line, value in zip(lower, right, strict=True):
        rest = value - _dot(line[:-1], forward)
        forward.append(rest / line[-1] if line[-1] else 0.0)
    back = forward[:]
    for i in range(len(back) - 1, -1, -1):
        line = lower[i]
        back[i] = back[i] / line[i] if line[i] else 0.0
        for j in range(i):
            back[j] -= line[j] * back[i]
    return back


def quadratic(vector: Sequence[float], matrix: Sequence[Sequence[float]]) -> float:
    """Return v' M v."""
    return sum(
        value * _dot(row, vector) for value, row in zip(vector, matrix, strict=True) if value
    )


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=False))
