"""What departments might have said of indicators and tasks: near the targets, plainly made up."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from wufei_public.demo.rules.plan import chance
from wufei_public.demo.rules.words import say
from wufei_public.indicators.rules.plans import Indicator, Plan, Task
from wufei_public.indicators.rules.targets import Part, Rule
from wufei_public.indicators.rules.tasks import Progress

# Computed from rows of this site; the rest is told by departments.
COMPUTED = frozenset({"12", "13", "39", "50", "52", "53", "54"})
_WHOLE = Decimal(100)
# Of a hundred indicators so many have figures; of those, so many reach a target.
_TOLD, _REACHED = 0.75, 0.65
_TASK_SAID, _OF_TASKS = 0.6, (Progress.DONE, Progress.DOING, Progress.CHANGED)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure or statement of one year."""

    series: str
    component: str
    period: str
    figure: Decimal | None
    statement: str = ""
    met: bool | None = None


def figures(rng: Random, plan: Plan) -> Iterator[Figure]:
    """Give what departments told of each year that has a target, and of the one between."""
    for one in plan.indicators:
        if one.series in COMPUTED or not chance(rng, _TOLD):
            continue
        good = chance(rng, _REACHED)
        for year in range(one.targets[0].year, one.targets[-1].year + 1):
            yield from _of_year(rng, one, year, good=good)


def _of_year(rng: Random, one: Indicator, year: int, *, good: bool) -> Iterator[Figure]:
    target = next(target for target in one.targets if target.year >= year)
    for part in target.parts:
        figure = _near(rng, one, part, good=good)
        if figure is None:
            words = say(rng, "statement")
            yield Figure(one.series, part.component, str(year), None, words, good)
        else:
            yield Figure(one.series, part.component, str(year), figure)


def _near(rng: Random, one: Indicator, part: Part, *, good: bool) -> Decimal | None:
    """Return a figure a little better or worse than the bound; None where words are asked for."""
    if part.bound is None or part.rule is Rule.STATE:
        return None
    off = Decimal(rng.randrange(5, 90)) / 1000
    better = off if (part.rule is Rule.AT_LEAST) == good else -off
    found = (part.bound * (1 + better)).quantize(Decimal(1).scaleb(_digits(part.bound)))
    return min(found, _WHOLE) if one.unit.zh == "%" else found


def _digits(bound: Decimal) -> int:
    """Return the exponent that gives three digits that count."""
    return min(0, bound.adjusted() - 2) if bound else 0


def progress(rng: Random, task: Task) -> tuple[Progress, str] | None:
    """Return what a lead department said of its task, None if it has not said a word."""
    if not chance(rng, _TASK_SAID):
        return None
    weights = (6, 3, 1) if task.deadline else (1, 8, 1)
    found = rng.choices(_OF_TASKS, weights)[0]
    return found, say(rng, "task", found)
