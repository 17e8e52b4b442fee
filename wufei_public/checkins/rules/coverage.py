"""Where sorting is in place since a day, checked by an official: indicators 12 and 13.

Check-ins never count here; they stand beside it as a hint (issue 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wufei_public.common.text import N_

MOST_HOUSEHOLDS = 100_000


class Kind(StrEnum):
    ESTATE = "estate"
    VILLAGE = "village"


class State(StrEnum):
    """How far a place is: not begun, entered by one official, checked by another."""

    NONE = "none"
    ENTERED = "entered"
    CHECKED = "checked"


LABELS = {Kind.ESTATE: N_("小区"), Kind.VILLAGE: N_("村")}
STATES = {
    State.NONE: N_("还没开始"),
    State.ENTERED: N_("等别人核对"),
    State.CHECKED: N_("核对过"),
}
CHIPS = {State.NONE: "none", State.ENTERED: "soon", State.CHECKED: "done"}
INDICATORS = {Kind.ESTATE: "12", Kind.VILLAGE: "13"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as an official enters it; a village has no name of its own."""

    division: str
    name: str
    households: int
    started_on: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the register: what is entered, and whether another official has checked it."""

    code: str
    kind: Kind
    entry: Entry
    entered_by: int | None
    checked: bool

    @property
    def state(self) -> State:
        """Return how far it is."""
        if self.entry.started_on is None:
            return State.NONE
        return State.CHECKED if self.checked else State.ENTERED


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many places of a kind sort on a day, with the list that the figure is made of."""

    kind: Kind
    on: date
    whole: int
    codes: tuple[str, ...]

    @property
    def covered(self) -> int:
        """Return how many places sort, checked by an official."""
        return len(self.codes)

    @property
    def percent(self) -> float:
        """Return the share in per cent, 0 where the register is empty."""
        return 100 * self.covered / self.whole if self.whole else 0.0


def counts(place: Place, on: date) -> bool:
    """Say whether sorting is in place there on a day, checked by an official."""
    started = place.entry.started_on
    return place.state is State.CHECKED and started is not None and started <= on


def coverage_of(kind: Kind, places: Iterable[Place], villages: int, on: date) -> Coverage:
    """Return the coverage of a kind; of villages, all `villages` of the district are the whole."""
    mine = [place for place in places if place.kind is kind]
    codes = sorted(place.code for place in mine if counts(place, on))
    return Coverage(kind, on, villages if kind is Kind.VILLAGE else len(mine), tuple(codes))
