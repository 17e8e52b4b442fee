"""How cases go on: outlines of what happens and when, cut off at the present.

A case's whole course is thought out, then what lies after the present is left away, so
that the newest cases stand in the states in which such cases stand. Some stall; and
EXAMPLES makes sure that every state is there to be looked at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.common.workdays import Holidays, add_workdays
from wufei_public.demo.rules.plan import chance
from wufei_public.demo.rules.rhythm import Moment
from wufei_public.demo.rules.words import complaint, say
from wufei_public.dumping.rules.clocks import due_at
from wufei_public.dumping.rules.kinds import official_of
from wufei_public.dumping.rules.ratings import Rating
from wufei_public.dumping.rules.release import Show, WithholdReason
from wufei_public.dumping.rules.states import Move, RefuseGround

NOTE, PLACE, RECLASSIFY = "note", "place", "reclassify"
ENDS = frozenset({Move.CLOSE, Move.CLOSE_UNCLEARED})
PRAISE = frozenset({Rating.SATISFIED, Rating.MOSTLY})


class By(StrEnum):
    """Whose step it is; who that is in person is decided when the case is cast."""

    REPORTER = "reporter"
    TOWN = "town"
    DISTRICT = "district"
    HANDLER = "handler"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done to a case; `values` are what the action is called with."""

    at: datetime
    what: str
    by: By
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """A report and all that has happened to it so far."""

    at: datetime
    kind: str
    town: str
    placed: bool
    words: str
    spot: str
    steps: Sequence[Step]


_AGAIN = (
    Move.ACCEPT, Move.ASSIGN, Move.CLOSE, Move.REOPEN, Move.ASSIGN, Move.CLOSE,
)  # fmt: skip
# Weight and moves of each course.
COURSES: Sequence[tuple[int, Sequence[str]]] = (
    (410, (Move.ACCEPT, Move.ASSIGN, Move.CLOSE)),
    (90, (Move.ACCEPT, Move.ASSIGN, Move.CLOSE, Rating.SATISFIED)),
    (38, (Move.ACCEPT, Move.ASSIGN, Move.CLOSE, Rating.MOSTLY)),
    (18, (*_AGAIN, Rating.SATISFIED)),
    (5, (*_AGAIN, Move.OBJECT, Move.KEEP)),
    (3, (*_AGAIN, Move.OBJECT, Move.REDO, Move.ASSIGN, Move.CLOSE)),
    (14, (Move.ACCEPT, Move.ASSIGN, Move.CLOSE_UNCLEARED)),
    (150, (Move.ACCEPT, Move.ASSIGN, NOTE, Move.CLOSE)),
    (90, (Move.ACCEPT, Move.CLOSE)),
    (85, (Move.REFUSE,)),
    (25, (Move.ASK, Move.ANSWER, Move.ACCEPT, Move.ASSIGN, Move.CLOSE)),
    (12, (Move.ACCEPT, Move.ASK, Move.ANSWER, Move.ASSIGN, Move.CLOSE)),
    (18, (Move.ACCEPT, Move.ASSIGN, Move.ASK, Move.ANSWER, Move.CLOSE)),
    (40, (Move.ACCEPT, Move.ASSIGN, Move.RETURN, Move.ASSIGN, Move.CLOSE)),
    (12, (Move.ACCEPT, Move.ASSIGN, Move.RETURN, Move.ASSIGN, Move.DISPUTE,
          Move.ASSIGN, Move.CLOSE)),
    (3, (Move.ACCEPT, Move.ASSIGN, Move.RETURN, Move.ASSIGN, Move.DISPUTE, Move.REFUSE)),
)  # fmt: skip
# How many working days a step takes, as weights of 0, 1, 2 …
DELAYS: Mapping[str, Sequence[int]] = {
    PLACE: (60, 35, 5),
    Move.ACCEPT: (52, 36, 9, 2, 1),
    Move.REFUSE: (30, 45, 20, 5),
    Move.ASSIGN: (68, 28, 3, 1),
    Move.RETURN: (20, 50, 30),
    Move.DISPUTE: (20, 50, 30),
    NOTE: (10, 50, 40),
    Move.ASK: (55, 45),
    Move.CLOSE: (5, 13, 17, 15, 12, 9, 7, 6, 4, 3, 3, 2, 1, 1, 1, 0, 1, 1, 1, 1),
    Move.CLOSE_UNCLEARED: (0, 0, 5, 10, 20, 20, 15, 10, 10, 5, 5),
    **dict.fromkeys((*PRAISE, Move.REOPEN, Move.OBJECT), (15, 40, 25, 15, 5)),
    **dict.fromkeys((Move.REDO, Move.KEEP), (10, 40, 30, 15, 5)),
    Show.RELEASE: (30, 42, 23, 3, 1, 1),
    RECLASSIFY: (60, 40),
}
_BY: Mapping[str, By] = {
    PLACE: By.DISTRICT,
    Move.ANSWER: By.REPORTER,
    Move.RESUME: By.SYSTEM,
    Move.RETURN: By.HANDLER,
    Move.DISPUTE: By.HANDLER,
    NOTE: By.HANDLER,
    **dict.fromkeys((*PRAISE, Move.REOPEN, Move.OBJECT), By.REPORTER),
    # Never who closed it; whoever that was, it was somebody of the town or a department.
    **dict.fromkeys((Move.REDO, Move.KEEP), By.DISTRICT),
}


def _refusal(rng: Random, _kind: str) -> Mapping[str, Any]:
    ground = rng.choice(list(RefuseGround))
    return {"ground": ground.value, "text": say(rng, "refuse", ground)}


def _said(part: str) -> Callable[[Random, str], Mapping[str, Any]]:
    return lambda rng, _kind: {"text": say(rng, part)}


# What things that nobody could name turn out to be.
_REALLY = ("house", "build", "factory", "bulky")
# What each step is done with, by what it is; the kind is the one in plain words.
_VALUES: Mapping[str, Callable[[Random, str], Mapping[str, Any]]] = {
    Move.REFUSE: _refusal,
    Move.CLOSE: lambda rng, kind: {
        "text": say(rng, "outcome", kind),
        "photo": not chance(rng, 0.12),
    },
    Move.CLOSE_UNCLEARED: lambda rng, _kind: {"text": say(rng, "uncleared"), "photo": True},
    Move.REOPEN: _said("object"),
    Move.OBJECT: _said("object"),
    Move.REDO: _said("redo"),
    Move.KEEP: _said("keep"),
    **dict.fromkeys(PRAISE, lambda _rng, _kind: {"text": ""}),
    Move.ASSIGN: _said("assign"),
    Move.ASK: _said("ask"),
    Move.ANSWER: _said("answer"),
    Move.RETURN: _said("return"),
    Move.DISPUTE: _said("return"),
    NOTE: lambda rng, _kind: {"text": say(rng, "note"), "public": chance(rng, 0.6)},
    RECLASSIFY: lambda rng, _kind: {"kind": official_of(rng.choice(_REALLY))},
    Show.WITHHOLD: lambda rng, _kind: {"reason": rng.choice(list(WithholdReason)).value},
}
OPENS, CLOSES = time(8, 40), time(17, 20)
_NEW = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Example:
    """A case made so that its state can be seen: how old it is, and what was done to it."""

    days: float
    moves: Sequence[str]
    placed: bool = True
    shown: str = Show.RELEASE


_ASSIGNED = (Move.ACCEPT, Move.ASSIGN)
EXAMPLES: Sequence[Example] = (
    Example(0.1, (), shown=""),
    Example(0.4, (), placed=False, shown=""),
    Example(0.8, (Move.ACCEPT,)),
    Example(2, _ASSIGNED),
    Example(1.5, (Move.ASK,), shown=""),
    Example(2, (Move.ACCEPT, Move.ASK)),
    Example(2.5, (*_ASSIGNED, Move.ASK)),
    Example(4, (*_ASSIGNED, Move.RETURN, Move.ASSIGN, Move.DISPUTE)),
    Example(9, _ASSIGNED, shown=""),
    Example(38, (*_ASSIGNED, NOTE)),
    Example(7, (Move.REFUSE,)),
    Example(12, (*_ASSIGNED, Move.CLOSE), shown=Show.WITHHOLD),
    Example(6, (*_ASSIGNED, Move.CLOSE)),
    Example(5, (*_ASSIGNED, Move.CLOSE, Rating.SATISFIED)),
    Example(8, (*_ASSIGNED, Move.CLOSE, Move.REOPEN)),
    Example(10, (*_AGAIN, Move.OBJECT)),
    Example(11, (*_ASSIGNED, Move.CLOSE_UNCLEARED)),
)


class Teller:
    """Tells stories of cases until the present `until`."""

    def __init__(self, rng: Random, until: datetime, holidays: Holidays) -> None:
        self.rng, self.until, self.holidays = rng, until, holidays

    def story(self, moment: Moment) -> Story:
        """Return the course of the case that begins at `moment`, as far as it has come."""
        placed = not chance(self.rng, 0.05)
        weights = [weight for weight, _ in COURSES]
        moves = self.rng.choices([moves for _, moves in COURSES], weights)[0]
        steps = list(self._steps(moment, [] if placed else [PLACE], moves))
        if moment.at > self.until - _NEW and chance(self.rng, 0.04):
            steps = steps[: self.rng.randrange(len(steps) + 1)]
        steps = [step for step in steps if step.at < self.until]
        return self._story(moment, placed, self._with_release(moment.at, placed, steps))

    def example(self, moment: Moment, example: Example) -> Story:
        """Return a case that stands where `example` says, its steps evenly spaced."""
        at = self.until - timedelta(days=example.days)
        moves = [*([example.shown] if example.shown else []), *example.moves]
        pause = (self.until - at) / (len(moves) + 1)
        steps = [
            self._step(at + pause * number, move, moment.kind)
            for number, move in enumerate(moves, start=1)
        ]
        return self._story(Moment(at, moment.kind, moment.town), example.placed, steps)

    def _story(self, moment: Moment, placed: bool, steps: Sequence[Step]) -> Story:
        words, spot = complaint(self.rng, moment.kind), say(self.rng, "spot")
        return Story(moment.at, moment.kind, moment.town, placed, words, spot, steps)

    def _steps(self, moment: Moment, before: Sequence[str], moves: Sequence[str]) -> Iterator[Step]:
        at = moment.at
        unclear = moment.kind == "unsure" and chance(self.rng, 0.7)
        disputed = False
        for move in (*before, *([RECLASSIFY] if unclear else []), *moves):
            what, at = self._next(move, at)
            # Not placed, or disputed: the district decides.
            step = self._step(at, what, moment.kind)
            yield (
                Step(at, what, By.DISTRICT, step.values)
                if disputed and _by(what) is By.TOWN
                else step
            )
            disputed = what == Move.DISPUTE or (disputed and what == NOTE)

    def _next(self, move: str, at: datetime) -> tuple[str, datetime]:
        if move != Move.ANSWER:
            delays = DELAYS[move]
            return move, self.office(at, self.rng.choices(range(len(delays)), delays)[0])
        answered = at + timedelta(hours=self.rng.uniform(1, 150))
        held_until = due_at("hold", at, self.holidays)
        if answered < held_until and chance(self.rng, 0.9):
            return Move.ANSWER, answered
        return Move.RESUME, held_until + timedelta(seconds=self.rng.randint(5, 60))

    def office(self, after: datetime, workdays: int) -> datetime:
        """Return a moment in office hours so many working days after `after`."""
        local, day = after.astimezone(DISTRICT_ZONE), district_day(after)
        opens, closes = (datetime.combine(day, hour, DISTRICT_ZONE) for hour in (OPENS, CLOSES))
        if not workdays and self.holidays.is_workday(day) and local < closes:
            opens = max(opens, local)
        else:
            day = add_workdays(day, max(1, workdays), self.holidays).day
            opens, closes = (datetime.combine(day, hour, DISTRICT_ZONE) for hour in (OPENS, CLOSES))
        return opens + (closes - opens) * self.rng.uniform(0.02, 0.98)

    def _step(self, at: datetime, what: str, kind: str) -> Step:
        tell = _VALUES.get(what)
        return Step(at, what, _by(what), tell(self.rng, kind) if tell else {})

    def _with_release(self, at: datetime, placed: bool, steps: Sequence[Step]) -> list[Step]:
        """Return `steps` with the decision about showing the case, where it was taken."""
        begun = at if placed else next((step.at for step in steps if step.what == PLACE), None)
        refused = any(step.what == Move.REFUSE for step in steps)
        if begun is None or chance(self.rng, 0.5 if refused else 0.015):
            return list(steps)
        what = Show.WITHHOLD if chance(self.rng, 0.06) else Show.RELEASE
        delays = DELAYS[Show.RELEASE]
        when = self.office(begun, self.rng.choices(range(len(delays)), delays)[0])
        decided = [self._step(when, what, "")] if when < self.until else []
        return sorted([*steps, *decided], key=lambda step: step.at)


def _by(what: str) -> By:
    return _BY.get(what, By.TOWN)
