"""Draws villages first, and persons in them: cheaper to walk to, and less sure for it.

Villages are drawn at random within their strata, all alike. In those that were drawn either
everybody is asked, or in a stratum everybody with the same chance: the count of each village is
rounded by chance, not by habit, so that no village's size weighs on anybody's chance.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import floor

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.sampling import Member, shares_at_least, shares_of, sizes_of

Villages = Mapping[str, Mapping[str, Sequence[Member]]]


def clusters_of(frame: Sequence[Member]) -> dict[str, int]:
    """Return how many units to draw first each stratum has; one name in two strata is two."""
    return {stratum: len(found) for stratum, found in _by_cluster(frame).items()}


def _by_cluster(frame: Sequence[Member]) -> dict[str, dict[str, list[Member]]]:
    found: dict[str, dict[str, list[Member]]] = defaultdict(lambda: defaultdict(list))
    for member in frame:
        found[member.stratum][member.psu].append(member)
    return found


def draw_in_stages(
    frame: Sequence[Member], clusters: int, wanted: int, seed: int, least: int = 0
) -> list[Member]:
    """Return members of `clusters` units: `wanted` of them, or all for 0; the same seed, the same.

    Invalid at `clusters` where the list names no units or too few, at `size` where those that
    were drawn have too few members.
    """
    by_cluster = _by_cluster(frame)
    _check(frame, by_cluster, clusters)
    chance = random.Random(seed)  # noqa: S311  to be repeated, not to be secret
    shares = shares_of(clusters_of(frame), clusters)
    villages = {
        stratum: [
            sorted(by_cluster[stratum][name], key=lambda member: member.reference)
            for name in chance.sample(sorted(by_cluster[stratum]), count)
        ]
        for stratum, count in sorted(shares.items())
    }
    drawn = _everybody(villages) if not wanted else _some(frame, villages, wanted, least, chance)
    chance.shuffle(drawn)
    return drawn


def _check(frame: Sequence[Member], by_cluster: Villages, clusters: int) -> None:
    if not all(member.psu for member in frame):
        raise _refusal("clusters", N_("名单里没有 psu 这一列，不能先抽村。"))
    total = sum(map(len, by_cluster.values()))
    if clusters > total:
        raise _refusal("clusters", N_("名单里只有 %(count)s 个村，抽不出这么多。"), count=total)


def _everybody(villages: Mapping[str, Sequence[Sequence[Member]]]) -> list[Member]:
    return [member for found in villages.values() for village in found for member in village]


def _some(
    frame: Sequence[Member],
    villages: Mapping[str, Sequence[Sequence[Member]]],
    wanted: int,
    least: int,
    chance: random.Random,
) -> list[Member]:
    """Return `wanted` members, as many of a stratum as is its part of the list."""
    drawn: list[Member] = []
    for stratum, count in sorted(shares_at_least(sizes_of(frame), wanted, least).items()):
        found = villages[stratum]
        there = sum(map(len, found))
        if there < count:
            message = N_("“%(stratum)s”层抽中的村一共只有 %(count)s 人，请多抽几个村。")
            raise _refusal("size", message, stratum=stratum, count=there)
        for village, some in zip(found, _rounded(found, count / there, chance), strict=True):
            drawn += chance.sample(village, some)
    return drawn


def _rounded(
    villages: Sequence[Sequence[Member]], fraction: float, chance: random.Random
) -> list[int]:
    """Return how many of each village: its part on average, the sum as it should be."""
    start = total = chance.random()
    counts = []
    for village in villages:
        before, total = floor(total), total + fraction * len(village)
        counts.append(floor(total) - before)
    # What rounding of floats leaves at the very end.
    counts[-1] += round(total - start) - sum(counts)
    return counts


def _refusal(pointer: str, message: str, **facts: object) -> Invalid:
    return Invalid("frame_short", message, [FieldError(pointer, message, facts)], **facts)
