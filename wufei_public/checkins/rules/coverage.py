"""Where sorting is in place since a day, checked by an official: indicators 12 and 13.

Check-ins never count here; they stand beside it as a hint (issue 6). A statement holds from a
day on, so a past month is counted by what was so then, whatever was built or torn down since.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

MOST_HOUSEHOLDS = 100_000
# The register's first day: what nobody dated was there all along.
ALWAYS = date(2000, 1, 1)


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
    """A place as an official enters it; a village has no name of its own.

    It is said of the days from `since` on (None: of those that the last statement was of), and
    the place is no more after `until`.
    """

    division: str
    name: str
    households: int
    started_on: date | None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """What one official said of a place from a day on, and whether another has checked it."""

    since: date
    until: date | None
    households: int
    started_on: date | None
    checked: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the register: what was entered last, and all that was checked, oldest first."""

    code: str
    kind: Kind
    entry: Entry
    entered_by: int | None
    checked: bool
    spans: tuple[Span, ...] = ()

    @property
    def state(self) -> State:
        """Return how far the last entry is: also an end waits for another official."""
        if not self.checked and (self.spans or self.entry.started_on):
            return State.ENTERED
        return State.CHECKED if self.entry.started_on else State.NONE

    def on(self, day: date) -> Span | None:
        """Return what holds of a day, None where the place is not there then.

        The last that was checked and speaks of the day; what nobody ever checked stands for
        itself, so that a place is missing from no denominator.
        """
        said = self.spans or (_unchecked(self.entry),)
        found = next((one for one in reversed(said) if one.since <= day), None)
        return None if found is None or (found.until and found.until < day) else found

    @property
    def told(self) -> tuple[Entry, ...]:
        """Return what was entered last, and what was checked last."""
        return (self.entry, *(_said(self.entry, span) for span in self.spans[-1:]))


def _unchecked(entry: Entry) -> Span:
    begins = entry.since or ALWAYS
    return Span(begins, entry.until, entry.households, entry.started_on, checked=False)


def _said(entry: Entry, span: Span) -> Entry:
    said = (span.households, span.started_on, span.since, span.until)
    return Entry(entry.division, entry.name, *said)


def settled(entry: Entry, last: Place | None, today: date) -> Entry:
    """Return an entry with the day from which it holds; Invalid at the day that cannot be.

    Without a day of its own it corrects what was said last of the place, and says of one that
    nobody knew that it always was.
    """
    since = entry.since or _since(entry, last.told if last else ()) or ALWAYS
    faults = [
        (entry.started_on and entry.started_on > today, "started_on", N_("开始的日子还没到。")),
        (since > today, "since", N_("这一天还没有到。")),
        (entry.until and entry.until < since, "until", N_("到哪天为止不能早于从哪天起。")),
    ]
    errors = [FieldError(name, sentence) for wrong, name, sentence in faults if wrong]
    if errors:
        raise Invalid("bad_days", errors[0].message, errors)
    return replace(entry, since=since)


def _since(entry: Entry, told: Sequence[Entry]) -> date | None:
    # What says what was checked takes the change back that nobody has checked yet.
    same = (one for one in told if replace(entry, since=one.since) == one)
    found = next(same, told[0] if told else None)
    return found.since if found else None


def only_moved(entry: Entry, last: Entry | None) -> bool:
    """Say whether an entry says the same as the last, only since another day."""
    return last is not None and entry != last and replace(entry, since=last.since) == last


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
    said = place.on(on)
    return bool(said and said.checked and said.started_on and said.started_on <= on)


def coverage_of(
    kind: Kind, places: Iterable[Place], villages: Collection[str], on: date
) -> Coverage:
    """Return the coverage of a kind on a day.

    Of villages, all `villages` of the district's list are the whole, less those that were not
    there on that day, and with those that have left the list since.
    """
    mine = [place for place in places if place.kind is kind]
    there = [place for place in mine if place.on(on)]
    if kind is Kind.VILLAGE:
        there = [place for place in there if _listed(place, villages)]
    codes = sorted(place.code for place in there if counts(place, on))
    unnamed = _unnamed(mine, villages) if kind is Kind.VILLAGE else 0
    return Coverage(kind, on, len(there) + unnamed, tuple(codes))


def _listed(place: Place, villages: Collection[str]) -> bool:
    """Say whether a village is on the list, or was until the day that the register names."""
    return place.entry.division in villages or place.entry.until is not None


def _unnamed(places: Sequence[Place], villages: Collection[str]) -> int:
    return len(set(villages) - {place.entry.division for place in places})
