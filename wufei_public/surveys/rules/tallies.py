"""What the cells of a sample answered: sums that every measure, for all or a group, is made of."""

from collections import Counter
from collections.abc import Mapping, Sequence
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
    """A column gathered by cell and answer (packed): counts, and sums where weights differ.

    Of such a sum the real part is that of the drawing's weights, the imaginary of their squares.
    """

    counts: Mapping[int, int]
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
        if self._own is None:
            return Answers(Counter(keys), None)
        sums = [0j] * (len(self._equal) << _BITS)
        for key, weight in zip(keys, self._own, strict=True):
            sums[key] += weight
        return Answers(Counter(keys), sums)

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
        self, values: Sequence[int], counts: Mapping[int, int]
    ) -> tuple[list[Tally], dict[int, Silent]]:
        """Return the tallies where all of a cell weigh the same: counts are enough."""
        sums: dict[int, tuple[int, int, int]] = {}
        silent: dict[int, Silent] = {}
        equal = self._equal
        for place, count in counts.items():
            cell, answer = place >> _BITS, place & _MASK
            if answer == MISSING:
                silent[cell] = Silent(count, count * equal[cell])
                continue
            value = values[answer]
            n, total, squares = sums.get(cell, (0, 0, 0))
            part = count * value
            sums[cell] = (n + count, total + part, squares + part * value)
        return [_of_counts(cell, *sums[cell], equal[cell]) for cell in sorted(sums)], silent

    def _different(
        self, values: Sequence[int], counts: Mapping[int, int], sums: Sequence[complex]
    ) -> tuple[list[Tally], dict[int, Silent]]:
        """Return the tallies where weights differ within cells."""
        found: dict[int, tuple[int, int, complex, complex, complex]] = {}
        silent: dict[int, Silent] = {}
        for place, count in counts.items():
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
