"""The aggregation: killed at every step, by several processes, late and corrected rows."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.dumping.make import browser
from tests.indicators import make
from wufei_public.checkins.models import CheckInFigure
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.common.errors import Conflict, WrongState
from wufei_public.indicators.actions import claiming, running
from wufei_public.indicators.actions.driving import run_due
from wufei_public.indicators.models.runs import Bucket, Run, Staged, Taken
from wufei_public.indicators.queries import runs
from wufei_public.indicators.rules.runs import LEASE, Point, RunState, Why
from wufei_public.infra.buckets import BucketChange, hand_on
from wufei_public.infra.db import db
from wufei_public.infra.work import Work, reading, work
from wufei_public.messages.models import Message
from wufei_public.people.rules.roles import Role

VILLAGES = ("410307106201", "410307106202", "410307107201", "410307004201")
ADMIN = Actor(ActorKind.STAFF, 122, "系统甲", (Grant(Role.SYSTEM_ADMIN),))
FIRST_DAY = date(2026, 8, 20)
Whole = Mapping[tuple[str, str, str, date], int]


class Killed(BaseException):
    """The process is gone: nothing of it goes on, and the database rolls back."""


def check_ins(rng: Random, count: int = 12) -> None:
    """Let figures of some village-days change, and hand them on, as a recount does."""

    def do(w: Work) -> None:
        for _ in range(count):
            place, day = rng.choice(VILLAGES), FIRST_DAY + timedelta(days=rng.randrange(100))
            here = (CheckInFigure.village == place, CheckInFigure.day == day)
            w.session.execute(delete(CheckInFigure).where(*here))
            # Some are withdrawn: then there is no figure any more.
            if rng.random() < 0.85:
                row = {"village": place, "day": day, "own": rng.randrange(1, 90), "proxies": 2}
                w.session.execute(insert(CheckInFigure), row | dict.fromkeys(("wet", "dry"), 0)
                                  | {"hazardous": 0})  # fmt: skip
            hand_on(w, "checkins", [(place, day)])

    work(SYSTEM, do)


def buckets() -> Whole:
    reading().rollback()
    return runs.whole(reading())


def by_hand() -> Whole:
    """Return what the buckets of check-ins must hold, counted without the product's statements."""
    found: dict[tuple[str, str, str, date], int] = {}
    reading().rollback()
    for row in reading().scalars(select(CheckInFigure)):
        quarter = row.day.replace(month=(row.day.month - 1) // 3 * 3 + 1, day=1)
        spans = (("month", row.day.replace(day=1)), ("quarter", quarter),
                 ("year", row.day.replace(month=1, day=1)))  # fmt: skip
        places = (row.village, row.village[:9], "410307")
        keys = [("day", row.village, row.day)]
        keys += [(kind, place, first) for kind, first in spans for place in places]
        for name, figure in (("checkins", row.own + row.proxies), ("checkins_own", row.own)):
            for kind, place, first in keys:
                key = (name, kind, place, first)
                found[key] = found.get(key, 0) + figure
    return found


def finished(clock: Clock) -> None:
    """Run until nothing is left."""
    clock.move(minutes=61)
    assert run_due()
    assert left() == (0, 0, 0)


def left() -> tuple[int, ...]:
    """Return how many changes, taken changes and staged figures there are."""
    reading().rollback()
    return tuple(
        reading().scalar(select(func.count()).select_from(table)) or 0
        for table in (BucketChange, Taken, Staged)
    )


def states() -> list[str]:
    reading().rollback()
    return list(reading().scalars(select(Run.state).order_by(Run.id)))


@pytest.fixture
def engine(own_app: Flask, clock: Clock) -> Iterator[Flask]:
    """Return an application that really commits, with places and people."""
    own_app.extensions["house"] = replace(own_app.extensions["house"], clock=clock)
    with own_app.app_context():
        cases.places()
        for actor in make.EVERYBODY:
            cases.account(actor)
        yield own_app


def test_a_worker_killed_at_any_step_leaves_nothing_and_is_replaced(
    engine: Flask, clock: Clock
) -> None:
    rng = Random(3)  # noqa: S311  repeatable on purpose
    check_ins(rng, 40)
    finished(clock)
    for point in Point:
        before = buckets()
        check_ins(rng)
        clock.move(minutes=61)
        with pytest.raises(Killed):
            run_due(killing(point))
        ended = point is Point.ENDED
        assert (buckets() == before) is not ended, point
        assert (run_due() == "") is True, "its lease holds"
        clock.move(seconds=LEASE.total_seconds() + 1)
        assert bool(run_due()) is not ended, point
        assert buckets() == by_hand(), point
        assert left() == (0, 0, 0)
        assert states()[-2:] == (["done", "done"] if ended else ["lost", "done"]), point
    assert timedelta(minutes=1) > LEASE


def killing(point: Point) -> Any:
    def passed(here: Point) -> None:
        if here is point:
            raise Killed

    return passed


@contextmanager
def dying(after: int) -> Iterator[list[int]]:
    """Kill the process instead of its statement number `after`."""
    sent = [0]

    def count(*_: object) -> None:
        sent[0] += 1
        if sent[0] > after:
            raise Killed

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


def test_a_worker_killed_before_any_statement_changes_no_figure(
    engine: Flask, clock: Clock
) -> None:
    rng = Random(4)  # noqa: S311  repeatable on purpose
    check_ins(rng, 30)
    finished(clock)
    check_ins(rng, 6)
    before, after, reached = buckets(), by_hand(), 0
    while died_after(reached, clock):
        assert buckets() in (before, after)
        reached += 5
    assert reached > 30
    assert (buckets(), left()) == (after, (0, 0, 0))


def died_after(statements: int, clock: Clock) -> bool:
    """Run with so many statements to live; say whether it died of that."""
    clock.move(minutes=61)
    try:
        with dying(statements):
            run_due()
    except Killed:
        return True
    return False


def test_what_was_counted_before_the_first_run_is_counted_too(engine: Flask) -> None:
    check_ins(Random(5), 20)  # noqa: S311  repeatable on purpose
    work(SYSTEM, lambda w: w.session.execute(delete(BucketChange)))
    assert run_due()
    assert buckets() == by_hand()
    assert buckets()


def test_a_whole_run_mends_what_was_spoilt(engine: Flask, clock: Clock) -> None:
    check_ins(Random(6), 20)  # noqa: S311  repeatable on purpose
    finished(clock)
    spoil = update(Bucket).values(figure=Bucket.figure + 7)
    work(SYSTEM, lambda w: w.session.execute(spoil))
    work(SYSTEM, lambda w: w.session.execute(delete(CheckInFigure).where(
        CheckInFigure.village == VILLAGES[0])))  # fmt: skip
    work(make.DISTRICT_OFFICER, lambda w: claiming.ask(w, whole=True))
    with pytest.raises(Conflict):
        work(make.CHIEF, claiming.ask)
    spoilt = buckets()
    for point in (Point.CLAIMED, Point.DAYS, Point.FORGOTTEN):
        with pytest.raises(Killed):
            run_due(killing(point))
        assert buckets() == spoilt
        clock.move(minutes=1)
    assert run_due()
    assert buckets() == by_hand()
    assert states() == ["done", "lost", "lost", "lost", "done"]
    # One process may end; that each one does is told, once.
    told = reading().execute(select(Message.account, Message.template)).tuples().all()
    assert sorted(told) == sorted(
        (actor.id, "indicators.run_lost") for actor in (make.DISTRICT_OFFICER, make.CHIEF)
    )


def test_of_many_processes_one_works(engine: Flask, clock: Clock) -> None:
    check_ins(Random(7))  # noqa: S311  repeatable on purpose

    def one() -> str:
        with engine.app_context():
            return run_due()

    with ThreadPoolExecutor(6) as pool:
        found = [future.result() for future in [pool.submit(one) for _ in range(6)]]
    assert len([code for code in found if code]) == 1
    assert states() == ["done"]
    assert buckets() == by_hand()
    with pytest.raises(IntegrityError):
        work(SYSTEM, lambda w: [w.session.add(running_row(w)) for _ in range(2)] and None)


def running_row(w: Work) -> Run:
    return Run(**claiming.row_of(w, Why.CLOCK, RunState.RUNNING))


def test_a_slow_holder_that_was_replaced_writes_nothing(engine: Flask, clock: Clock) -> None:
    rng = Random(8)  # noqa: S311  repeatable on purpose
    check_ins(rng)
    code = work(SYSTEM, claiming.claim)
    assert code is not None
    clock.move(minutes=2)
    assert run_due()
    with pytest.raises(WrongState):
        work(SYSTEM, lambda w: running.apply(w, code=code))
    assert states() == ["lost", "done"]
    assert buckets() == by_hand()


def test_runs_wait_an_hour_and_a_failure_is_told_once(engine: Flask, clock: Clock) -> None:
    rng = Random(9)  # noqa: S311  repeatable on purpose
    check_ins(rng)
    assert run_due()
    check_ins(rng)
    assert run_due() == ""
    for _ in range(2):
        clock.move(minutes=61)
        with pytest.raises(ZeroDivisionError):
            run_due(failing)
    assert states() == ["done", "failed", "failed"]
    told = reading().execute(select(Message.account, Message.template)).tuples().all()
    assert sorted(told) == sorted(
        (actor.id, "indicators.run_failed") for actor in (make.DISTRICT_OFFICER, make.CHIEF)
    )
    assert run_due() == ""
    clock.move(minutes=11)
    assert run_due()
    assert buckets() == by_hand()


def failing(point: Point) -> None:
    if point is Point.MONTHS:
        raise ZeroDivisionError


def test_the_district_and_the_administrator_see_and_start_runs(app: Flask) -> None:
    cases.places()
    for actor in (*make.EVERYBODY, ADMIN):
        cases.account(actor)
    address = "/staff/indicators/runs"
    for actor in (make.TOWN_OFFICER, make.DEPARTMENT_OFFICER, make.AUDITOR):
        assert browser(app, actor).get(address).status_code == 403
        assert browser(app, actor).post(address).status_code == 403
    assert "还没有算过" in browser(app, ADMIN).get(address).text
    chief = browser(app, make.CHIEF)
    assert chief.post(address, data={"whole": "true"}).status_code == 303
    assert chief.post(address).status_code == 409
    page = browser(app, make.DISTRICT_OFFICER).get(address)
    assert "等着开始" in page.text
    assert page.headers["Refresh"] == "3"
    assert run_due()
    page = chief.get(address)
    assert "算完了" in page.text
    assert "Refresh" not in page.headers
    assert chief.post(f"{address}/freeze-day", data={"day": "29"}).status_code == 422
    assert chief.post(f"{address}/freeze-day", data={"day": "5"}).status_code == 303
    assert "每月 5 日凌晨" in chief.get(address).text
