"""A small made-up year in a database of its own, filled once per worker."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from tests.conftest import NOW, Browser, Clock
from tests.databases import Databases
from tests.servers import POSTGRESQL
from wufei_public.app import create_app
from wufei_public.calendar import actions as calendar
from wufei_public.common.actor import SYSTEM
from wufei_public.config import Mode, Settings
from wufei_public.demo.actions.fill import FILLERS, begin, fill
from wufei_public.demo.rules.scenes import SCENES
from wufei_public.divisions import actions as divisions
from wufei_public.infra.db import db
from wufei_public.infra.storage import MemoryStore
from wufei_public.infra.work import House, work

RESIDENTS, REPORTS = 30, 60
# One picture of each heap will do.
_HALF = {"pictures": lambda _plan: len(SCENES) // 2}
FEW = [replace(filler, parts=_HALF.get(filler.name, filler.parts)) for filler in FILLERS]


def opened(settings: Settings, folder: Path, url: str, store: MemoryStore) -> Flask:
    """Return the application of a demonstration on the database at `url`."""
    own = replace(settings, var=folder, database=url, mode=Mode.DEMO)
    app = create_app(own, testing=True)
    app.test_client_class = Browser
    home: House = app.extensions["house"]
    app.extensions["house"] = replace(home, clock=Clock(), store=store)
    return app


@pytest.fixture(scope="session")
def year(
    settings: Settings, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Return a demonstration that is filled; tests read it and leave it as it is."""
    with databases.with_tables() as url:
        app = opened(settings, tmp_path_factory.mktemp("demo"), url, MemoryStore())
        with app.app_context():
            work(SYSTEM, divisions.seed)
            work(SYSTEM, calendar.seed)
            plan = work(SYSTEM, lambda w: begin(w, residents=RESIDENTS, reports=REPORTS))
            for _ in fill(plan, FEW):
                pass
            assert plan.until == NOW
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def demo(year: Flask) -> Iterator[Flask]:
    """Return the filled demonstration inside an application context."""
    with year.app_context():
        yield year
        db.session.remove()


@pytest.fixture
def copied(year: Flask, databases: Databases, settings: Settings) -> Iterator[Flask]:
    """Return the filled demonstration on a copy of its database, which a test may spoil."""
    home: House = year.extensions["house"]
    with year.app_context():
        db.session.remove()
        if not POSTGRESQL:
            with db.engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()  # a database that is in use cannot be copied
    with databases.empty(home.settings.database) as url:
        app = opened(settings, home.settings.var, url, home.store)
        app.extensions["limiter"].hit = lambda *_a, **_k: True
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()
