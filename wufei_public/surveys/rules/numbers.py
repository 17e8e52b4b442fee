"""Means and medians of answers that are numbers, with their errors.

The interval of a median is Woodruff's (1952): that of the share of answers up to the median,
read back from the weighted distribution (`svyquantile` of R's survey, its rule "math").
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, groupby

from wufei_public.common.suppression import protect
from wufei_public.surveys.rules.designs import Design
from wufei_public.surveys.rules.estimates import (
    Estimate,
    Figure,
    Measure,
    Options,
    Result,
    estimate_of,
)
from wufei_public.surveys.rules.intervals import Method, wald
from wufei_public.surveys.rules.sample import Numbers
from wufei_public.surveys.rules.special import t_quantile
from wufei_public.surveys.rules.tallies import Tally

# Of one respondent who answered: the cell, the number, the weight.
Said = tuple[int, float, float]
_HALF = 0.5
# What sums of weights may lack of a share by rounding alone.
_NOISE = 1e-12


def estimate_numbers(design: Design, numbers: Iterable[Numbers], options: Options) -> list[Result]:
    """Return mean and median of each column, hidden where they rest on too few answers."""
    return [result for one in numbers for result in _results(design, one, options)]


def _results(design: Design, column: Numbers, options: Options) -> list[Result]:
    weights = design.person_weights()
    people = list(zip(design.cell_of, column.values, weights, strict=True))
    said = [(cell, value, weight) for cell, value, weight in people if value is not None]
    silent = [(cell, weight) for cell, value, weight in people if value is None]
    lost = sum(weight for _, weight in silent) / design.population
    found = []
    for measure, how in ((Measure.AVERAGE, _mean), (Measure.MEDIAN, _median)):
        whole = _figures(design, how, {0: said}, {0: len(silent)}, options)
        by = {name: _by(design, name, how, said, silent, options) for name in options.by}
        found.append(Result(column.column, measure, lost, whole[0], by))
    return found


How = Callable[[Design, Sequence[Said], Options], Estimate]


def _by(
    design: Design,
    name: str,
    how: How,
    said: Iterable[Said],
    silent: Iterable[tuple[int, float]],
    options: Options,
) -> dict[str, Figure]:
    codes, levels = design.cells.groups[name], design.levels[name]
    split: dict[int, list[Said]] = {number: [] for number in range(len(levels))}
    for one in said:
        split[codes[one[0]]].append(one)
    quiet = dict.fromkeys(split, 0)
    for cell, _weight in silent:
        quiet[codes[cell]] += 1
    figures = _figures(design, how, split, quiet, options)
    return {level: figures[number] for number, level in enumerate(levels)}


def _figures(
    design: Design,
    how: How,
    split: Mapping[int, Sequence[Said]],
    silent: Mapping[int, int],
    options: Options,
) -> dict[int, Figure]:
    """Return the figure of each group; the groups are one table with its total."""
    counts = {number: len(said) for number, said in split.items()}
    hidden = protect(counts, options.floor, {key: n + silent[key] for key, n in counts.items()})
    figures = {}
    for number, said in split.items():
        if number in hidden:
            figures[number] = Figure(None, None, None, hidden[number])
        else:
            found = how(design, said, options) if said else None
            figures[number] = Figure(counts[number], silent[number], found)
    return figures


def _tallies(said: Iterable[Said], value_of: Callable[[float], float]) -> list[Tally]:
    """Return the sums by cell that every estimate is made of; see `Tally`."""
    found: list[Tally] = []
    for cell, group in groupby(sorted(said), key=lambda one: one[0]):
        pairs = [(value_of(value), weight) for _, value, weight in group]
        found.append(
            Tally(
                cell,
                len(pairs),
                sum(v for v, _ in pairs),
                sum(w for _, w in pairs),
                sum(w * v for v, w in pairs),
                sum(w * v * v for v, w in pairs),
                sum(w * w for _, w in pairs),
                sum(w * w * v for v, w in pairs),
                sum(w * w * v * v for v, w in pairs),
            )
        )
    return found


def _mean(design: Design, said: Sequence[Said], options: Options) -> Estimate:
    return estimate_of(design, Measure.AVERAGE, _tallies(said, lambda value: value), options)


def _median(design: Design, said: Sequence[Said], options: Options) -> Estimate:
    """Return the least number that half of the weights do not pass, and Woodruff's interval."""
    values, sums = _distribution(said)
    middle = _quantile(values, sums, _HALF)
    plain = _quantile(*_distribution([(cell, value, 1.0) for cell, value, _ in said]), _HALF)
    up_to = _tallies(said, lambda value: float(value <= middle))
    share = estimate_of(design, Measure.AVERAGE, up_to, options)
    if share.error is None:
        return Estimate(plain, middle, None, None, None, share.df, None, None)
    if design.taylor.whole:
        return Estimate(plain, middle, 0.0, (middle, middle), Method.EXACT, share.df, None, None)
    ends = wald(share.value, share.error, share.df, options.level)
    low, high = (_quantile(values, sums, end) for end in ends)
    error = (high - low) / (2 * t_quantile((1 + options.level) / 2, share.df))
    return Estimate(plain, middle, error, (low, high), Method.WOODRUFF, share.df, None, None)


def _distribution(said: Iterable[Said]) -> tuple[list[float], list[float]]:
    """Return the different numbers in order, and the share of the weights up to each."""
    rows = sorted((value, weight) for _, value, weight in said)
    groups = [(v, sum(w for _, w in same)) for v, same in groupby(rows, key=lambda row: row[0])]
    total = sum(weight for _, weight in groups)
    return [v for v, _ in groups], [s / total for s in accumulate(w for _, w in groups)]


def _quantile(values: Sequence[float], sums: Sequence[float], share: float) -> float:
    """Return the least number with at least `share` of the weights up to it."""
    return values[min(bisect_left(sums, share - _NOISE), len(values) - 1)]
