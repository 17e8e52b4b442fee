"""Raking: weights that meet every margin of the population, none beyond a bound.

Respondents who agree in all margins share one factor, so the work goes by cells. Each step
sets one margin right by multiplying its levels; with a bound, the factors that would pass
it stop there and the others carry the rest. The result is the one that lies closest to the
weights of the drawing (Deville, Särndal and Sautory 1993, case 4: bounded raking).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from math import inf, isfinite

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.sample import Margin

EXACT = 1e-12
# Raking gives up where so many rounds do not bring it half as near again.
_LOOK_EVERY = 100
_HARDLY = 0.5
# Factors beyond this grow for ever: no weights meet the margins.
_WITHIN = 1e50
# No weight above five times what the drawing alone would give.
TRIM = 5.0


@dataclass(frozen=True, slots=True)
class Raking:
    """The factors by cell, and how well the margins are met (largest relative deviation)."""

    factors: list[float]
    rounds: int
    deviation: float
    bound: float


def rake(
    cells: Sequence[Sequence[int]],
    base: Sequence[float],
    margins: Sequence[Margin],
    bound: float = TRIM,
) -> Raking:
    """Return for each cell (its level in each margin) the factor on its `base` weight.

    The base weights should sum to the population; no factor is above `bound`. Refuses a
    level that nobody answered for, and margins that no such weights can meet.
    """
    _check_levels(cells, margins)
    _check_bound(cells, base, margins, bound)
    steps = [
        (margin.populations, [cell[place] for cell in cells])
        for place, margin in enumerate(margins)
    ]
    free = [1.0] * len(cells)
    before, rounds = inf, 0
    while True:
        rounds += 1
        for populations, levels in steps:
            _set_right(free, base, levels, populations, bound)
        weights = [b * min(f, bound) for b, f in zip(base, free, strict=True)]
        deviations = _deviations(weights, cells, margins)
        deviation = max(map(abs, deviations.values()))
        if deviation <= EXACT:
            return Raking([min(f, bound) for f in free], rounds, deviation, bound)
        # Of weights that no float holds the deviation is no number, and no comparison is true.
        far = not isfinite(deviation) or max(free) > _WITHIN or min(free) < 1 / _WITHIN
        if far or (rounds % _LOOK_EVERY == 0 and deviation > _HARDLY * before):
            off = {name: value for name, value in deviations.items() if abs(value) > EXACT}
            raise _unmet(off, bound)
        if rounds % _LOOK_EVERY == 0:
            before = deviation


def _check_levels(cells: Sequence[Sequence[int]], margins: Sequence[Margin]) -> None:
    errors = []
    for place, margin in enumerate(margins):
        met = {cell[place] for cell in cells}
        errors += [
            FieldError(f"{margin.variable}/{level}", N_("没有一个回答者。"))
            for number, level in enumerate(margin.levels)
            if number not in met
        ]
    if errors:
        raise Invalid(
            "no_respondents",
            N_("总体边际中有 %(count)s 个类别没有回答者，不能加权；请合并类别。"),
            errors,
            count=len(errors),
        )


def _check_bound(
    cells: Sequence[Sequence[int]], base: Sequence[float], margins: Sequence[Margin], bound: float
) -> None:
    """Refuse levels that stay short even with the bound on all of their weights."""
    if bound == inf:
        return
    most = _deviations([bound * b for b in base], cells, margins)
    short = {name: deviation for name, deviation in most.items() if deviation < -EXACT}
    if short:
        raise _unmet(short, bound)


def _set_right(
    free: list[float],
    base: Sequence[float],
    levels: Sequence[int],
    populations: Sequence[float],
    bound: float,
) -> None:
    """Multiply the factors of each level so that its weights sum to its population."""
    sums = [0.0] * len(populations)
    tops = [0.0] * len(populations)
    for level, b, factor in zip(levels, base, free, strict=True):
        sums[level] += b * factor
        tops[level] = max(tops[level], factor)
    steps = [population / total for population, total in zip(populations, sums, strict=True)]
    for level, top in enumerate(tops):
        if top * steps[level] > bound or top > bound:
            among = [at == level for at in levels]
            pairs = zip(compress(free, among), compress(base, among), strict=True)
            steps[level] = _bounded_step(sorted(pairs), populations[level], bound)
    free[:] = [factor * steps[level] for factor, level in zip(free, levels, strict=True)]


def _bounded_step(pairs: list[tuple[float, float]], population: float, bound: float) -> float:
    """Return s so that the sum of base × min(s × factor, bound) is `population`.

    `pairs` are (factor, base), the smallest factor first. Whatever stops at the bound, the
    sum is at most what the rest and the bound give; the s sought meets the tightest of these.
    """
    everything = sum(base for _, base in pairs)
    held = accumulate(base for _, base in pairs)
    rests = accumulate(factor * base for factor, base in pairs)
    return max(
        (population - bound * (everything - own)) / rest
        for own, rest in zip(held, rests, strict=True)
    )


def _deviations(
    weights: Sequence[float], cells: Sequence[Sequence[int]], margins: Sequence[Margin]
) -> dict[str, float]:
    """Return for each level how far its weights are from its population, relatively."""
    found = {}
    for place, margin in enumerate(margins):
        sums = [0.0] * len(margin.levels)
        for cell, weight in zip(cells, weights, strict=True):
            sums[cell[place]] += weight
        for level, total, population in zip(margin.levels, sums, margin.populations, strict=True):
            found[f"{margin.variable}/{level}"] = total / population - 1
    return found


def _unmet(deviations: Mapping[str, float], bound: float) -> Invalid:
    sentence = N_("相差 %(percent)s %%。")
    return Invalid(
        "margins_unmet",
        N_("没有权数能满足全部边际而不超过抽样权数的 %(bound)s 倍；请合并类别或放宽上限。"),
        [
            FieldError(name, sentence, {"percent": f"{deviation * 100:+.2g}"})
            for name, deviation in deviations.items()
        ],
        bound=f"{bound:g}",
    )


def kish_effect(n: int, total: float, squares: float) -> float:
    """Return Kish's design effect of `n` weights by their sum and the sum of their squares."""
    return n * squares / total**2
