"""Check-ins of a season with points, streaks and quiz rounds, some hundred residents a part."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from wufei_public.checkins.actions.quiz import asked_on
from wufei_public.checkins.models import CheckIn, CheckinProfile, HouseholdMember
from wufei_public.checkins.queries.own import usual_of
from wufei_public.checkins.rules.days import DAY, Origin, reached
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.schemes import Scheme
from wufei_public.common.clock import district_day
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker, Writer
from wufei_public.demo.rules.habits import SETTLED, Tick, habit, ticks
from wufei_public.demo.rules.plan import Plan, chance, parts_of
from wufei_public.infra.work import Work, reading
from wufei_public.learning.models import QuizRound
from wufei_public.learning.rules.quiz import correct, packed
from wufei_public.points.models import PointAccount, PointEntry
from wufei_public.points.rules.worth import Book, worth_of

_SIZE = 500
_QUIZ = timedelta(days=21)
_PLAYS, _KNOWS = 0.3, 0.75
_POINTED = 0.25
_worth = cache(worth_of)
_asked = cache(asked_on)


@dataclass(slots=True)
class Home:
    """Where somebody lives, with the collection points there."""

    village: str
    scheme: Scheme
    points: Sequence[int]


@dataclass(slots=True)
class Rows:
    """The rows of a part, by table."""

    profiles: list[dict[str, Any]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    check_ins: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    balances: list[dict[str, Any]] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)

    def write(self, w: Work) -> None:
        """Write them, parents first."""
        for model, rows in (
            (CheckinProfile, self.profiles),
            (HouseholdMember, self.members),
            (CheckIn, self.check_ins),
            (PointEntry, self.entries),
            (PointAccount, self.balances),
            (QuizRound, self.rounds),
        ):
            if rows:
                w.session.execute(insert(model), rows)


def parts(plan: Plan) -> int:
    """Return in how many parts the residents' habits are written."""
    return parts_of(plan.residents, _SIZE)


def habits(plan: Plan) -> Maker:
    """Return what writes the season of a part of the residents."""
    people, living = queries.residents(reading()), _homes(reading(), plan)

    def make(part: int) -> Writer:
        rng, rows = plan.rng("habits", part), Rows()
        for number in range(part * _SIZE, min((part + 1) * _SIZE, len(people))):
            if number == 0 or chance(rng, SETTLED):
                joined, account = people[number]
                one = _Resident(rng, account, living(rng, number), rows)
                one.live(joined, plan.until, first=number == 0)
        return rows.write

    return make


def _homes(session: Session, plan: Plan) -> Callable[[Random, int], Home]:
    """Return what gives somebody a home: more of them in towns that took to it early."""
    towns = queries.busiest_towns(session)
    busiest = next(iter(towns.values()))
    points = queries.points_by_village(session)
    rng = plan.rng("homes")
    weights = [rng.uniform(0.4, 1) * len(units) for units in towns.values()]
    schemes = {code: usual_of(session, code) for units in towns.values() for code in units}

    def home(rng: Random, number: int) -> Home:
        units = rng.choices(list(towns.values()), weights)[0] if number else busiest
        # Half of a town's people live in its three largest places.
        few = units[:3] if chance(rng, 0.5) else units
        village = rng.choice(few) if number else units[0]
        return Home(village, schemes[village], points.get(village, ()))

    return home


class _Resident:
    """One resident's rows, as the actions would have written them one after the other."""

    def __init__(self, rng: Random, account: int, home: Home, rows: Rows) -> None:
        self.rng, self.account, self.home, self.rows = rng, account, home, rows
        self.balance = 0

    def live(self, joined: datetime, until: datetime, *, first: bool) -> None:
        """Write everything of the season."""
        one = habit(self.rng, first=first)
        self._settle(joined, one.nickname, one.members)
        plays = first or chance(self.rng, _PLAYS)
        for tick in ticks(self.rng, one, self.home.scheme, joined, until):
            self._check_in(tick)
            if plays and tick.member == OWN and tick.day >= district_day(until - _QUIZ):
                self._answer(tick)
        if self.balance:
            self.rows.balances.append({"account": self.account, "balance": self.balance})

    def _settle(self, at: datetime, nickname: str, members: Sequence[str]) -> None:
        self.rows.profiles.append(
            {
                "account": self.account,
                "village": self.home.village,
                "nickname": nickname,
                "listed": bool(nickname),
                "changed_at": at,
            }
        )
        self.rows.members += [
            {"account": self.account, "number": number, "name": name, "added_at": at}
            for number, name in enumerate(members, 1)
        ]

    def _check_in(self, tick: Tick) -> None:
        pointed = self.home.points and chance(self.rng, _POINTED)
        self.rows.check_ins.append(
            {
                "account": self.account,
                "member": tick.member,
                "day": tick.day,
                "village": self.home.village,
                "point": self.rng.choice(self.home.points) if pointed else None,
                "scheme": self.home.scheme.value,
                "bins": tick.bins,
                "origin": Origin.TODAY.value,
                "streak": tick.streak,
                "arrived_at": tick.at,
            }
        )
        for rule, ref in _earned(tick):
            self._book(rule, ref, tick.day, tick.at)

    def _answer(self, tick: Tick) -> None:
        asked = _asked(tick.day, self.home.scheme)
        chosen = {
            one.id: one.answer if chance(self.rng, _KNOWS) else self.rng.choice(list(one.options))
            for one in asked
        }
        right, at = correct(asked, chosen), tick.at + timedelta(minutes=2)
        self.rows.rounds.append(
            {
                "account": self.account,
                "day": tick.day,
                "answers": packed(asked, chosen),
                "asked": len(asked),
                "correct": right,
                "answered_at": at,
            }
        )
        self._book("quiz", tick.day.isoformat(), tick.day, at, times=right)

    def _book(self, rule: str, ref: str, day: date, at: datetime, *, times: int = 1) -> None:
        amount = _worth(rule, day) * times
        if not amount:
            return
        self.balance += amount
        self.rows.entries.append(
            {
                "account": self.account,
                "book": Book.EARNED.value,
                "rule": rule,
                "ref": ref,
                "amount": amount,
                "day": day,
                "booked_at": at,
                "reason": "",
            }
        )


def _earned(tick: Tick) -> Iterator[tuple[str, str]]:
    """Give rule and reference of what a check-in earns."""
    if tick.member != OWN:
        yield "proxy", f"{tick.day.isoformat()}/{tick.member}"
        return
    yield "checkin", tick.day.isoformat()
    begun = tick.day - (tick.streak - 1) * DAY
    for days in reached(tick.streak - 1, tick.streak):
        yield f"streak_{days}", begun.isoformat()
