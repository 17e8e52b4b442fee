"""What the cells of a sample answered: sums that every measure, for all or a group, is made of."""

from collections import Counter
from collections.abc import Sequence
from operator import add
from typing import NamedTuple

from wufei_public.surveys.rules.designs import Design
from wufei_public.surveys.rules.sample import MISSING

# A cell's number and an answer are told apart within one number.
_BITS = 3
_MASK = 7


class Tally(NamedTuple):
    """Of one cell: how many answered; the sums of v, and of 1, v, v² weighted by w and by w².

    v is what the answer counts in the measure.
    """

    cell: int
    n: int
    plain: float
    w: float
    wv: float
    wvv: float
    s: float
    sv: float
    svv: float


class Silent(NamedTuple):
    """Those of one cell who did not answer: how many, and their weight."""

    n: int
    weight: float


class Answers(NamedTuple):
    """A column gathered by cell and answer: eight counts a cell, and sums where weights differ.

    Of such a sum the real part is that of the drawing's weights, the imaginary of their squares.
    """

    counts: Sequence[int]
    sums: Sequence[complex] | None


class Gathering:
    """Sums the answers of one question after the other by cell."""

    def __init__(self, design: Design) -> None:
        cells = design.cells
        self._factors = cells.factors
        self._places = [cell << _BITS for cell in design.cell_of]
        self._own = None if design.own is None else [complex(b, b * b) for b in design.own]
        self._equal = [total / n for total, n in zip(cells.sums, cells.counts, strict=True)]

    def gather(self, column: bytes) -> Answers:
        """Return a column of answers by cell: one addition a person, whatever the measures."""
        keys = list(map(add, self._places, column))
        size = len(self._equal) << _BITS
        counts = [0] * size
        for key, count in Counter(keys).items():
            counts[key] = count
        if self._own is None:
            return Answers(counts, None)
        sums = [0j] * size
        for key, weight in zip(keys, self._own, strict=True):
            sums[key] += weight
        return Answers(counts, sums)

    def tallies(
        self, values: Sequence[int], answers: Answers
    ) -> tuple[list[Tally], dict[int, Silent]]:
        """Return the sums of a measure by cell in order, and those who did not answer.

        An answer counts in the measure what `values` says.
        """
        if answers.sums is None:
            return self._alike(values, answers.counts)
        return self._different(values, answers.counts, answers.sums)

    def _alike(
        self, values: Sequence[int], counts: Sequence[int]
    ) -> tuple[list[Tally], dict[int, Silent]]:
        """Return the tallies where all of a cell weigh the same: counts are enough.

        Written out: a survey of villages has thousands of cells, and each is met once a measure.
        """
        found: list[Tally] = []
        silent: dict[int, Silent] = {}
        v0, v1, v2, v3, v4, v5 = values
        q0, q1, q2, q3, q4, q5 = (value * value for value in values)
        columns = [counts[answer :: 1 << _BITS] for answer in range(1 << _BITS)]
        rows = zip(*columns, self._equal, strict=True)
        for cell, (a0, a1, a2, a3, a4, a5, _, quiet, weight) in enumerate(rows):
            if quiet:
                silent[cell] = Silent(quiet, quiet * weight)
            n = a0 + a1 + a2 + a3 + a4 + a5
            if n:
                total = a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3 + a4 * v4 + a5 * v5
                squares = a0 * q0 + a1 * q1 + a2 * q2 + a3 * q3 + a4 * q4 + a5 * q5
                found.append(_of_counts(cell, n, total, squares, weight))
        return found, silent

    def _different(
        self, values: Sequence[int], counts: Sequence[int], sums: Sequence[complex]
    ) -> tuple[list[Tally], dict[int, Silent]]:
        """Return the tallies where weights differ within cells."""
        found: dict[int, tuple[int, int, complex, complex, complex]] = {}
        silent: dict[int, Silent] = {}
        for place, count in enumerate(counts):
            if not count:
                continue
            cell, answer = place >> _BITS, place & _MASK
            own = sums[place]
            if answer == MISSING:
                silent[cell] = Silent(count, own.real * self._factors[cell])
                continue
            value = values[answer]
            n, plain, ones, firsts, seconds = found.get(cell, (0, 0, 0j, 0j, 0j))
            part = own * value
            found[cell] = (
                n + count,
                plain + count * value,
                ones + own,
                firsts + part,
                seconds + part * value,
            )
        return [_of_sums(c, *found[c], self._factors[c]) for c in sorted(found)], silent


def _of_counts(cell: int, n: int, total: int, squares: int, w: float) -> Tally:
    s = w * w
    return Tally(cell, n, total, w * n, w * total, w * squares, s * n, s * total, s * squares)


def _of_sums(
    cell: int, n: int, plain: int, ones: complex, firsts: complex, seconds: complex, f: float
) -> Tally:
    g = f * f
    return Tally(
        cell,
        n,
        plain,
        ones.real * f,
        firsts.real * f,
        seconds.real * f,
        ones.imag * g,
        firsts.imag * g,
        seconds.imag * g,
    )
