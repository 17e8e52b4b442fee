"""Looks at answers while they come in: no two of them show what a few people said.

Figures stand at the end of some days only, each a step of many answers after the one before;
and many answers more have come in before a step is shown, so that neither the next step nor
the final figures lie near it. The steps follow from the days' counts alone: no look moves them.
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
