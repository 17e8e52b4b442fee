"""The sweep takes what nobody needs, and never what somebody begins to need meanwhile."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests.conftest import Clock
from tests.media.make import jpeg
from tests.stores import s3_url
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.db import db
from wufei_public.infra.storage import MemoryStore, Storage, store_from
from wufei_public.infra.work import House, house, reading, work
from wufei_public.media import jobs
from wufei_public.media.actions import photos, sweeping
from wufei_public.media.actions.developing import develop_waiting
from wufei_public.media.models import Photo, PhotoState
from wufei_public.media.rules.keeping import LATE, LEASE, ORPHAN, PUBLIC

HOURS = timedelta(hours=2)


def later() -> datetime:
    return datetime.now(UTC) + HOURS


@pytest.fixture(params=["disk", "s3"])
def home(request: pytest.FixtureRequest, own_app: Flask, tmp_path: Path) -> House:
    """Return a house whose store is a real one."""
    found: House = own_app.extensions["house"]
    store = f"file://{tmp_path}/photos"
    if request.param == "s3":
        store = s3_url(request.getfixturevalue("s3_endpoint"), folder=tmp_path.name)
    found.store = store_from(replace(found.settings, store=store))
    return found


def receive(data: bytes, owner: str = "dumping/A") -> None:
    prepared = photos.prepare(house().store, data, "a.jpg")
    work(
        SYSTEM,
        lambda w: photos.claim(w, [photos.record(w, prepared)], owner=owner),
    )


def forget_all() -> None:
    ids = reading().scalars(select(Photo.id)).all()
    work(SYSTEM, lambda w: photos.forget(w, ids))


def rows() -> list[Photo]:
    reading().rollback()
    return list(reading().scalars(select(Photo).execution_options(populate_existing=True)))


class Slow:
    """The same store, whose next `delete` in `area` waits until something else has been done."""

    def __init__(self, store: Storage, area: str) -> None:
        self._store, self._area = store, area
        self.about_to_delete = threading.Event()
        self.go_on = threading.Event()

    def delete(self, name: str) -> None:
        if name.startswith(f"{self._area}/"):
            self.about_to_delete.set()
            assert self.go_on.wait(30)
        self._store.delete(name)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def sweep_while(app: Flask, store: Storage, do: Callable[[], object]) -> None:
    """Sweep in a thread, and `do` something between its look at the rows and its delete."""
    slow = Slow(store, PUBLIC)

    def run() -> None:
        with app.app_context():
            sweeping.sweep(replace(house(), store=slow, clock=later))  # type: ignore[arg-type]

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert slow.about_to_delete.wait(30)
        do()
    finally:
        slow.go_on.set()
        thread.join(30)
    assert not thread.is_alive()


def test_the_same_photo_sent_again_during_the_sweep_keeps_its_files(
    home: House, own_app: Flask
) -> None:
    receive(jpeg())
    assert develop_waiting(home) == 1
    forget_all()

    def again() -> None:
        receive(jpeg(), "dumping/B")
        assert develop_waiting(home) == 1

    sweep_while(own_app, home.store, again)
    [row] = rows()
    assert row.state == PhotoState.READY
    for name in (row.large_name, row.thumb_name):
        assert home.store.read(str(name))
    assert {name for name, _ in home.store.names(PUBLIC)} == {row.large_name, row.thumb_name}


# A file of this age has had its row, or never will: developing a small picture takes less.
ALMOST = timedelta(seconds=2)
OWNERS = ("dumping/A", "dumping/B", "dumping/C")


def send_and_forget(owner: str) -> None:
    """Send a picture that all send, and forget what was sent before."""
    receive(jpeg(width=64, height=48), owner)
    develop_waiting(house())
    ids = [row.id for row in rows() if row.owner == owner]
    work(SYSTEM, lambda w: photos.forget(w, ids[:-1]))


def sweep_early(_owner: str = "") -> None:
    sweeping.sweep(replace(house(), clock=lambda: datetime.now(UTC) + ORPHAN - ALMOST))


def test_sweeps_and_uploads_at_once_lose_nothing(home: House, own_app: Flask) -> None:
    stop = time.monotonic() + 4

    def again(do: Callable[[str], None], owner: str = "") -> None:
        with own_app.app_context():
            while time.monotonic() < stop:
                do(owner)

    threads = [threading.Thread(target=again, args=(send_and_forget, owner)) for owner in OWNERS]
    threads.append(threading.Thread(target=again, args=(sweep_early,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    develop_waiting(home)
    found = rows()
    assert {row.state for row in found} == {PhotoState.READY}
    assert {row.owner for row in found} == set(OWNERS)
    for row in found:
        assert home.store.read(str(row.large_name))
        assert home.store.read(str(row.thumb_name))


class Asleep(MemoryStore):
    """A store during whose work the machine sleeps for some hours, and a sweep comes first."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.sleeps = True

    def put(self, area: str, data: bytes, copy: str = "") -> str:
        name = super().put(area, data, copy)
        if area == PUBLIC and self.sleeps:
            self.sleeps = False
            self._clock.move(hours=3)
            sweeping.sweep(replace(house(), store=self))
        return name


def test_a_process_that_slept_does_not_finish_what_the_sweep_took(app: Flask, clock: Clock) -> None:
    home: House = house()
    home.store = Asleep(clock)
    receive(jpeg())
    assert jobs.develop("") == 0
    assert [row.state for row in rows()] == [PhotoState.QUARANTINED]
    assert jobs.develop("") == 1
    [row] = rows()
    assert {name for name, _ in home.store.names(PUBLIC)} >= {row.large_name, row.thumb_name}


def test_a_late_file_is_given_up_long_before_the_sweep_counts_it() -> None:
    assert 2 * LEASE == LATE < ORPHAN / 2


def statements() -> tuple[list[str], Callable[[], None]]:
    seen: list[str] = []

    def see(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", see)
    return seen, lambda: event.remove(db.engine, "before_cursor_execute", see)


def test_a_thousand_files_are_looked_up_in_few_statements(own_app: Flask, tmp_path: Path) -> None:
    home: House = house()
    for number in range(2 * sweeping.BATCH + 1):
        path = tmp_path / "photos" / PUBLIC / f"{number % 256:02x}" / f"{number % 256:02x}{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (0, 0))
    home.store = store_from(replace(home.settings, store=f"file://{tmp_path}/photos"))
    seen, stop = statements()
    try:
        assert sweeping.sweep(home) == 2 * sweeping.BATCH + 1
    finally:
        stop()
    assert len([each for each in seen if each.lstrip().startswith("SELECT")]) == 6
    assert list(home.store.names(PUBLIC)) == []
