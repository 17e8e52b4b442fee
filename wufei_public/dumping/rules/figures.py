"""How many cases there are in each town, as the public map counts them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, radians

from wufei_public.common.charts import step_of, steps
from wufei_public.common.clock import day_start, district_day
from wufei_public.common.geo import Point
from wufei_public.common.text import N_
from wufei_public.dumping.rules.states import Phase

# The public map's periods in days; without one it shows the open cases of today.
PERIODS = {30: N_("近 30 天"), 90: N_("近 90 天"), 365: N_("近一年")}
# Public positions are as rough as a village: the form promises no more than that.
GRID_METRES = 2_000
GRID_DEGREES = GRID_METRES / 111_195


def period_start(days: int, now: datetime) -> datetime:
    """Return the instant at which the last `days` days began, today being one of them."""
    return day_start(district_day(now) - timedelta(days=days - 1))


def degrees_across(middle: float) -> float:
    """Return how many degrees of longitude a cell is wide where the latitude is `middle`."""
    return GRID_DEGREES / cos(radians(middle))


def rough(point: Point, middle: float) -> Point:
    """Return the middle of the public grid's cell in which `point` lies (WGS-84).

    The cells are those of the map of a district around the latitude `middle`.
    """
    across = degrees_across(middle)
    return cell_middle(round(point.lat / GRID_DEGREES), round(point.lon / across), across)


def cell_middle(row: float, column: float, across: float) -> Point:
    """Return the middle of a cell of the public grid, to 10 metres."""
    return Point(round(row * GRID_DEGREES, 4), round(column * across, 4))


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases by phase: those shown to the public, and all of them."""

    shown: Mapping[Phase, int] = field(default_factory=dict)
    all: Mapping[Phase, int] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """Return how many shown cases are open."""
        return self.shown.get(Phase.OPEN, 0)

    @property
    def closed(self) -> int:
        """Return how many shown cases were cleared."""
        return self.shown.get(Phase.CLOSED, 0)

    @property
    def uncleared(self) -> int:
        """Return how many shown cases ended with the waste still there."""
        return self.shown.get(Phase.UNCLEARED, 0)

    @property
    def refused(self) -> int:
        """Return how many shown cases were not accepted."""
        return self.shown.get(Phase.REFUSED, 0)

    @property
    def drawn(self) -> int:
        """Return what the map's colour stands for: open cases and those with a result."""
        return self.open + self.closed + self.uncleared

    @property
    def total(self) -> int:
        """Return all cases, those that are not shown included."""
        return sum(self.all.values())

    @property
    def hidden(self) -> int:
        """Return how many cases nobody decided on yet, or that are withheld."""
        return self.total - sum(self.shown.values())

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            {phase: self.shown.get(phase, 0) + other.shown.get(phase, 0) for phase in Phase},
            {phase: self.all.get(phase, 0) + other.all.get(phase, 0) for phase in Phase},
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """The tallies of the towns, None for cases without one, since an instant or of today."""

    tallies: Mapping[str | None, Tally]
    days: int | None = None

    def of(self, town: str | None) -> Tally:
        """Return the tally of a town."""
        return self.tallies.get(town, Tally())

    @property
    def whole(self) -> Tally:
        """Return the sum over every town and the cases without one."""
        return sum(self.tallies.values(), Tally())

    @property
    def most(self) -> int:
        """Return how many drawn cases a town has at most."""
        return max((tally.drawn for town, tally in self.tallies.items() if town), default=0)

    @property
    def begins(self) -> tuple[int, ...]:
        """Return where each step of colour begins."""
        return steps(self.most)

    def step(self, town: str | None) -> int:
        """Return the step of colour of a town, 0 for nothing."""
        return step_of(self.of(town).drawn, self.begins)

    @property
    def foremost(self) -> tuple[str, ...]:
        """Return the towns with the most drawn cases, none where there are no cases."""
        most = self.most
        found = (town for town, tally in self.tallies.items() if town and tally.drawn == most > 0)
        return tuple(sorted(found))
