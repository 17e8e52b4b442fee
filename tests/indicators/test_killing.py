"""Processes that count, killed by the system (SIGKILL) at every step while another one waits."""

import mmap
import os
import select
import signal
import struct
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import NoReturn

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.dumping import make as cases
from tests.indicators import make
from tests.indicators.test_engine import buckets, by_hand, check_ins, left, states
from wufei_public.indicators.actions import claiming
from wufei_public.indicators.actions.driving import run_due
from wufei_public.indicators.rules.runs import LEASE, LOOK_SECONDS, Point
from wufei_public.infra.db import db
from wufei_public.infra.work import reading, work

AT_MOST = 20.0


class Shared:
    """A clock and a word to stop that all processes see."""

    def __init__(self) -> None:
        self.room = mmap.mmap(-1, 16)
        self.move(0)

    def __call__(self) -> datetime:
        return NOW + timedelta(seconds=struct.unpack("d", self.room[:8])[0])

    def move(self, seconds: float) -> None:
        before = struct.unpack("d", self.room[:8])[0]
        self.room[:8] = struct.pack("d", before + seconds)

    def tell(self, *, stop: bool) -> None:
        self.room[8:9] = bytes([stop])

    @property
    def stops(self) -> bool:
        return bool(self.room[8])


@pytest.fixture
def clock(own_app: Flask) -> Shared:
    """Return the clock of an application that really commits, with places and people."""
    shared = Shared()
    own_app.extensions["house"] = replace(own_app.extensions["house"], clock=shared)
    return shared


def process(do: Callable[[], object]) -> int:
    """Begin a process of its own; nothing of a connection is shared with it."""
    reading().close()
    db.session.remove()
    db.engine.dispose()
    pid = os.fork()
    return pid or _alone(do)


def _alone(do: Callable[[], object]) -> NoReturn:
    try:
        do()
    except BaseException:  # noqa: BLE001  a child must not run the tests of its parent
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended(pid: int) -> int:
    """Return how a process ended, soon."""
    until = time.monotonic() + AT_MOST
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError("it never ended")


def standing_at(point: Point) -> int:
    """Return a process that counts and stands at a step, whatever it holds open there."""
    ours, theirs = os.pipe()

    def passed(here: Point) -> None:
        if here is point:
            os.write(theirs, b".")
            signal.pause()

    pid = process(lambda: run_due(passed))
    os.close(theirs)
    ready, _w, _x = select.select([ours], [], [], AT_MOST)
    assert ready, point
    assert os.read(ours, 1) == b".", point
    os.close(ours)
    return pid


def waiting(clock: Shared) -> int:
    """Return a process that looks for work again and again until it did some, or is stopped."""
    clock.tell(stop=False)

    def look() -> None:
        while not run_due():
            if clock.stops:
                return
            time.sleep(0.02)

    return process(look)


@pytest.mark.parametrize(
    ("points", "whole"),
    [(list(Point)[:4], False), (list(Point)[4:], False), ([Point.DAYS, Point.FORGOTTEN], True)],
)
def test_a_process_killed_at_any_step_is_replaced_within_a_minute(
    own_app: Flask, clock: Shared, points: Sequence[Point], *, whole: bool
) -> None:
    rng = Random(11)  # noqa: S311  repeatable on purpose
    with own_app.app_context():
        cases.places()
        for actor in make.EVERYBODY:
            cases.account(actor)
        check_ins(rng, 30)
        assert run_due()
        for point in points:
            check_ins(rng, 6)
            clock.move(3700)
            if whole:
                work(make.DISTRICT_OFFICER, lambda w: claiming.ask(w, whole=True))
            killed_at(point, clock)
        work(make.DISTRICT_OFFICER, lambda w: claiming.ask(w, whole=True))
        before = buckets()
        assert run_due()
        assert buckets() == before
    assert timedelta(minutes=1) > LEASE + timedelta(seconds=LOOK_SECONDS)


def killed_at(point: Point, clock: Shared) -> None:
    """Kill a process at a step while another one waits, which then does what was left undone."""
    before, done = buckets(), point is Point.ENDED
    victim = standing_at(point)
    other = waiting(clock)
    shown = buckets()
    assert (shown == before) is not done, point
    os.kill(victim, signal.SIGKILL)
    assert ended(victim) == -signal.SIGKILL
    time.sleep(0.1)
    assert buckets() == shown, point
    assert states()[-1] == ("done" if done else "running"), "its lease holds"
    clock.move(LEASE.total_seconds() + 1)
    clock.tell(stop=done)
    assert ended(other) == 0
    assert states()[-2:] == (["done", "done"] if done else ["lost", "done"]), point
    assert (buckets(), left()) == (by_hand(), (0, 0, 0)), point
