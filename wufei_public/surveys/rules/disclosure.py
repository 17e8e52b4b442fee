"""What of single answers may be given to everybody: groups so coarse that nobody stands alone.

Town, sex and age together can point at one person in a small place. Levels are put together
until each combination that occurs stands for at least `k` answers (Samarati 2001); a group
whose levels are all one is left out. What the published tables hide must not be had either by
taking what they show from the file: the hidden answers in a level that was put together are none,
or as many as may be shown. Nothing is swapped, blanked or invented, so whoever
weights the file to margins that are put together alike gets estimates of the same population.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

from wufei_public.common.suppression import protect, protect_table
from wufei_public.surveys.rules.sample import MISSING, Codes, Margin, Question

K = 5
# Levels that have an order: only neighbours are put together.
ORDERED = frozenset({"age"})

# Per group: for each level the number of the coarser one that holds it.
Merging = Mapping[str, tuple[int, ...]]
_ANSWERED = bytes(code != MISSING for code in range(256))


@dataclass(frozen=True, slots=True)
class Coarse:
    """The groups as they may be published, and how far that had to go.

    `names` holds the new levels of each group, in order; `smallest` is the fewest answers
    that any combination stands for. Groups that say nothing any more are in `dropped`.
    """

    groups: Mapping[str, Codes]
    merging: Merging
    smallest: int
    combinations: int
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """What one table hides and what it shows: answers by the levels of its groups, in their order.

    What is left of a level of the file without what is shown of it are none or `least` answers.
    Of a table by two groups, which officials read, that holds where part of a level is shown.
    """

    axes: tuple[str, ...]
    hidden: Mapping[tuple[int, ...], int]
    shown: Collection[tuple[int, ...]]
    least: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Fewest answers of all and of a combination, and the tables that stand beside the file."""

    k: int = K
    floor: int = 0
    withheld: Sequence[Withheld] = ()


def withheld_of(
    groups: Mapping[str, Codes], questions: Iterable[Question], floor: int
) -> list[Withheld]:
    """Return what the tables by one group and by two hide, for every pattern of answers."""
    patterns = {one.answers.translate(_ANSWERED) for one in questions}
    axes = [*((name,) for name in groups), *combinations(groups, 2)]
    found = []
    for answered in sorted(patterns):
        if sum(answered) >= floor:  # of fewer no table shows anything
            found += [_withheld(groups, answered, names, floor) for names in axes]
    return [one for one in found if one.hidden]


def _withheld(
    groups: Mapping[str, Codes], answered: bytes, axes: tuple[str, ...], floor: int
) -> Withheld:
    cells = list(zip(*(groups[name].of for name in axes), strict=True))
    sizes = Counter(cells)
    counts = Counter(cell for cell, said in zip(cells, answered, strict=True) if said)
    hidden: Collection[tuple[int, ...]]
    if len(axes) == 1:
        hidden, least = protect({cell: counts[cell] for cell in sizes}, floor, sizes), floor
    else:
        down, across = (range(len(groups[name].levels)) for name in axes)
        table = [[counts[i, j] for j in across] for i in down]
        hidden, least = protect_table(table, floor).cells, min(K, floor)
    held = {cell: counts[cell] for cell in hidden if counts[cell]}
    shown = counts.keys() - held.keys() if len(axes) > 1 else sizes.keys()
    return Withheld(axes, held, shown, least)


def coarsen(groups: Mapping[str, Codes], size: int, limits: Limits = Limits()) -> Coarse | None:
    """Return groups in which each combination stands for `k` answers; None if there are fewer.

    In each round the step is taken that frees most answers from too small combinations for
    what it takes away from the groups, as entropy.
    """
    if size < max(limits.k, limits.floor):
        return None
    merging: Merging = {name: tuple(range(len(codes.levels))) for name, codes in groups.items()}
    everyone = _cells(groups, merging, size)
    while (few := _exposed(everyone, merging, limits)) > 0 or _empty(groups, merging):
        merging = min(
            _steps(groups, merging),
            key=lambda step: _price(
                groups, merging, step, few - _exposed(everyone, step, limits), size
            ),
        )
    return _coarse(groups, merging, size)


def _cells(groups: Mapping[str, Codes], merging: Merging, size: int) -> Counter[tuple[int, ...]]:
    columns = [[merging[name][level] for level in codes.of] for name, codes in groups.items()]
    return Counter(zip(*columns, strict=True)) if columns else Counter({(): size})


def _exposed(everyone: Counter[tuple[int, ...]], merging: Merging, limits: Limits) -> int:
    """Return how many answers stand in combinations, or remain of tables, that are too small."""
    cells = _together(everyone, [*merging], merging)
    left = sum(count for count in cells.values() if count < limits.k)
    for one in limits.withheld:
        rest = _together(one.hidden, one.axes, merging)
        told = _together(dict.fromkeys(one.shown, 1), one.axes, merging)
        left += sum(n for cell, n in rest.items() if n < one.least and cell in told)
    return left


def _together(
    counts: Mapping[tuple[int, ...], int], axes: Sequence[str], merging: Merging
) -> Counter[tuple[int, ...]]:
    """Return counts by the coarser levels of `axes`."""
    found: Counter[tuple[int, ...]] = Counter()
    for cell, count in counts.items():
        found[tuple(merging[n][level] for n, level in zip(axes, cell, strict=True))] += count
    return found


def _empty(groups: Mapping[str, Codes], merging: Merging) -> bool:
    """Say whether a level has no answer: weights could not meet its margin."""
    return any(0 in _counts(codes, merging[name]).values() for name, codes in groups.items())


def _counts(codes: Codes, merging: Sequence[int]) -> Counter[int]:
    found = Counter(dict.fromkeys(merging, 0))
    found.update(merging[level] for level in codes.of)
    return found


def _steps(groups: Mapping[str, Codes], merging: Merging) -> list[Merging]:
    """Return every way to go on: two levels of a group put together."""
    found: list[Merging] = []
    for name, codes in groups.items():
        mine = merging[name]
        counts = _counts(codes, mine)
        present = sorted(counts, key=lambda level: (counts[level], level))
        pairs = (
            list(zip(sorted(set(mine)), sorted(set(mine))[1:], strict=False))
            if name in ORDERED
            else [(present[0], other) for other in present[1:2]]
        )
        for one, other in pairs:
            joined = tuple(min(one, other) if at in {one, other} else at for at in mine)
            found.append({**merging, name: joined})
    return found


def _price(
    groups: Mapping[str, Codes], now: Merging, step: Merging, freed: int, size: int
) -> tuple[float, int]:
    """Return what a step costs for each answer that it frees; free ones last of all."""
    lost = sum(_entropy(groups[n], now[n]) - _entropy(groups[n], step[n]) for n in groups)
    left = sum(len(set(levels)) for levels in step.values())
    return (lost / freed if freed > 0 else float(size) * (1 + lost), -left)


def _entropy(codes: Codes, merging: Sequence[int]) -> float:
    counts = [count for count in _counts(codes, merging).values() if count]
    whole = sum(counts)
    return -sum(count / whole * log(count / whole) for count in counts)


def _coarse(groups: Mapping[str, Codes], merging: Merging, size: int) -> Coarse:
    found: dict[str, Codes] = {}
    for name, codes in groups.items():
        order = sorted(set(merging[name]))
        number = {level: place for place, level in enumerate(order)}
        labels = tuple(joined(codes.levels, merging[name], level) for level in order)
        found[name] = Codes(labels, [number[merging[name][level]] for level in codes.of])
    cells = _cells(groups, merging, size)
    kept = {name: codes for name, codes in found.items() if len(codes.levels) > 1}
    return Coarse(
        kept,
        {name: merging[name] for name in kept},
        min(cells.values()),
        len(cells),
        tuple(name for name in found if name not in kept),
    )


def joined(levels: Sequence[str], merging: Sequence[int], level: int) -> str:
    """Return the name of a coarser level: those that it holds, with `+` between them."""
    return "+".join(one for one, at in zip(levels, merging, strict=True) if at == level)


def coarse_margins(margins: Sequence[Margin], found: Coarse) -> list[Margin]:
    """Return the margins of the groups that are left, put together in the same way."""
    return [_coarse_margin(margin, found) for margin in margins if margin.variable in found.groups]


def _coarse_margin(margin: Margin, found: Coarse) -> Margin:
    codes, merging = found.groups[margin.variable], found.merging[margin.variable]
    order = sorted(set(merging))
    totals = [
        sum(n for n, at in zip(margin.populations, merging, strict=True) if at == level)
        for level in order
    ]
    return Margin(margin.variable, codes.levels, tuple(totals))


def even_weights(weights: Sequence[float], found: Coarse) -> list[float]:
    """Return the weights averaged within each combination: a weight of its own says who it is."""
    columns = [codes.of for codes in found.groups.values()]
    cells = list(zip(*columns, strict=True)) if columns else [()] * len(weights)
    sums: dict[tuple[int, ...], float] = {}
    counts: Counter[tuple[int, ...]] = Counter()
    for cell, weight in zip(cells, weights, strict=True):
        sums[cell] = sums.get(cell, 0.0) + weight
        counts[cell] += 1
    return [sums[cell] / counts[cell] for cell in cells]
