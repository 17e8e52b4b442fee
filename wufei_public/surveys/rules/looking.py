"""Looks at answers while they come in: no two of them show what a few people said.

Figures stand at the end of some days only, each a step of many answers after the one before;
and many answers more have come in before a step is shown, so that neither the next step nor
the final figures lie near it. The steps follow from the days' counts alone: no look moves them.

After the end several ways of counting, each with other marked answers left out, part the answers:
in a part are those that the same ways leave out. Whatever can be made of the ways' sums is made
of whole parts, so none that a way counts may be small. Two ways at a time are not enough: of
A - B - C + D may be left the one answer that has both marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Step:
    """Figures of `count` answers, those of the days up to `until`."""

    until: date
    count: int


def shown(by_day: Mapping[date, int], before: date, first: int, step: int) -> Step | None:
    """Return the step that may be seen; only days `before` this one are over for good."""
    found: Step | None = None
    last: Step | None = None
    count, total = 0, sum(by_day.values())
    for day in sorted(day for day in by_day if day < before):
        count += by_day[day]
        if count >= (last.count + step if last else first):
            last = Step(day, count)
            if total - count >= step:
                found = last
    return found


def fewest_apart(parts: Mapping[tuple[int, ...], int], floor: int) -> int:
    """Return how many answers the smallest part below `floor` has; 0 if there is none.

    `parts`: answers by which ways of counting leave them out (1), the new way last. What all ways
    leave out nobody sees; a way that counts the same answers as an earlier one tells nothing new.
    """
    earlier, new = list(zip(*parts, strict=True))[:-1], [key[-1] for key in parts]
    if not earlier or any(list(way) == new for way in earlier):
        return 0
    return min((n for key, n in parts.items() if not all(key) and n < floor), default=0)
