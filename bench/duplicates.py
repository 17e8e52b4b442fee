"""How well likeness tells reports of one heap from those of its neighbours.

`python -m bench.duplicates [SEED [HEAPS]]` makes a set of reports anew, the same for the same
seed, and prints precision and recall of pairs per limit. The set is made, not collected: what it
supposes stands in the constants below and in docs/duplicates.md.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random

from wufei_public.common.geo import Point, distance
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.near import LIKELY, REACH, UNSURE, Sighting, likeness

SEED, HEAPS = 20261128, 600
VILLAGES, DAYS = 40, 120
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
DEGREE = 111_195.0
# Metres of error of a phone, a rough one, and how often a report has no position at all.
FINE, ROUGH, ROUGH_SHARE, NO_POSITION = 12.0, 90.0, 0.15, 0.1
# Heaps of one village lie about so far apart (metres).
SPREAD = 350.0
# Residents name another kind, or say that they do not know.
WRONG_KIND, DO_NOT_KNOW = 0.08, 0.12
# Days between the first report of a heap and the others, on average.
LATER = 4.0
# The same view of the heap, and the very same file sent twice.
SAME_VIEW, SAME_FILE, MOST_BITS = 0.25, 0.03, 12
LIMITS = (30, 40, 50, LIKELY, 70, 80)


@dataclass(frozen=True, slots=True)
class Made:
    """A made report and the heap that it is of."""

    heap: int
    sighting: Sighting


@dataclass(frozen=True, slots=True)
class Score:
    """What a limit finds: of the found pairs how many are one heap, of those how many are found."""

    limit: int
    precision: float
    recall: float


def made_set(seed: int = SEED, heaps: int = HEAPS) -> list[Made]:
    """Return the reports of a made district, one to four per heap."""
    chance = Random(seed)
    villages = [
        (chance.uniform(34.55, 34.75), chance.uniform(112.6, 112.9)) for _ in range(VILLAGES)
    ]
    kinds = [kind for kind in OFFICIAL if kind != UNSURE]
    found: list[Made] = []
    for heap in range(heaps):
        village = chance.randrange(VILLAGES)
        place = _near(chance, villages[village], SPREAD)
        kind, start = chance.choice(kinds), BEGIN + timedelta(days=chance.uniform(0, DAYS))
        look, file = chance.getrandbits(64), f"heap-{heap}"
        for number in range(chance.choice((1, 1, 2, 2, 3, 4))):
            late = chance.expovariate(1 / LATER) if number else 0.0
            found.append(
                Made(
                    heap,
                    Sighting(
                        _said(chance, kind, kinds),
                        _position(chance, place),
                        f"village-{village}",
                        start + timedelta(days=late),
                        (_picture(chance, look, file),),
                    ),
                )
            )
    return found


def _near(chance: Random, place: tuple[float, float], metres: float) -> tuple[float, float]:
    return (
        place[0] + chance.gauss(0, metres) / DEGREE,
        place[1] + chance.gauss(0, metres) / (DEGREE * 0.82),
    )


def _said(chance: Random, kind: str, kinds: Sequence[str]) -> str:
    luck = chance.random()
    if luck < DO_NOT_KNOW:
        return UNSURE
    return chance.choice(kinds) if luck < DO_NOT_KNOW + WRONG_KIND else kind


def _position(chance: Random, place: tuple[float, float]) -> Point | None:
    if chance.random() < NO_POSITION:
        return None
    return Point(*_near(chance, place, ROUGH if chance.random() < ROUGH_SHARE else FINE))


def _picture(chance: Random, look: int, file: str) -> tuple[str, int]:
    luck = chance.random()
    if luck < SAME_FILE:
        return file, look
    if luck < SAME_FILE + SAME_VIEW:
        flips = chance.sample(range(64), chance.randint(0, MOST_BITS))
        return f"{chance.getrandbits(64):x}", look ^ sum(1 << bit for bit in flips)
    return f"{chance.getrandbits(64):x}", chance.getrandbits(64)


def compared(one: Sighting, two: Sighting) -> bool:
    """Say whether the desk would compare the two at all (`queries/near.py` in short)."""
    reach = REACH[one.kind]
    if abs(one.at - two.at) > reach.age:
        return False
    if one.point is None or two.point is None:
        return one.division == two.division
    return distance(one.point, two.point) <= 2 * reach.metres


def measure(reports: Sequence[Made], limits: Sequence[int] = LIMITS) -> list[Score]:
    """Return precision and recall over every pair, at each limit."""
    true, judged = 0, []
    for one, two in combinations(reports, 2):
        same = one.heap == two.heap
        true += same
        if compared(one.sighting, two.sighting):
            judged.append((likeness(one.sighting, two.sighting), same))
    return [_score(limit, judged, true) for limit in limits]


def _score(limit: int, judged: Sequence[tuple[int, bool]], true: int) -> Score:
    found = [same for points, same in judged if points >= limit]
    right = sum(found)
    return Score(limit, right / len(found) if found else 1.0, right / true if true else 1.0)


def main(arguments: Sequence[str]) -> None:
    """Print the figures of a made set."""
    reports = made_set(*(int(argument) for argument in arguments))
    heaps = len({made.heap for made in reports})
    print(f"{len(reports)} reports of {heaps} heaps in {VILLAGES} villages")
    for score in measure(reports):
        mark = "  <- LIKELY" if score.limit == LIKELY else ""
        print(f"{score.limit:3}  precision {score.precision:.3f}  recall {score.recall:.3f}{mark}")


if __name__ == "__main__":
    main(sys.argv[1:])
