"""The application on a real database; each test in one transaction that is rolled back."""

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.databases import Databases
from wufei_public.app import create_app
from wufei_public.config import Mode, Settings
from wufei_public.infra.bare import Bare
from wufei_public.infra.db import db
from wufei_public.infra.storage import MemoryStore
from wufei_public.infra.work import House

pytest_plugins = ("tests.selection",)

# A Tuesday, 10:00 in the district.
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def pytest_collection_finish() -> None:
    """Look for garbage seldom: a sixth of the tests' time went into looking."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Give new databases: SQLite, or PostgreSQL when asked. Whoever touches one comes by here.

    The stage on PostgreSQL runs the tests that ask for this fixture (tests/selection.py).
    """
    with ExitStack() as stack:
        yield Databases(tmp_path_factory.mktemp("databases"), stack)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        mode=Mode.TRIAL,
        var=tmp_path_factory.mktemp("var"),
        district="410307",
        site_name="示例无废城市",
        site_name_en="Example Zero-waste City",
        organiser="示例单位",
        contact_phone="0379-00000000",
        sqlite_synchronous="NORMAL",
        log_level="error",
    )


def forget_the_last_request() -> None:
    """Empty the `g` of the one application context that all tests of a worker share."""
    for name in list(g):
        g.pop(name)


class Browser(FlaskClient):
    """A client whose requests know nothing of each other.

    The tests hold one application context open, whose `g` all requests would share.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        forget_the_last_request()
        return super().open(*args, **kwargs)


@contextmanager
def opened_app(settings: Settings, var: Path, url: str) -> Iterator[Flask]:
    app = create_app(replace(settings, var=var, database=url), testing=True)
    # Compiling a page's templates costs more than showing it: once per worker, not per application.
    compiled = settings.var.parent / "compiled"
    compiled.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def whole_app(settings: Settings, databases: Databases) -> Iterator[Flask]:
    """Build the application once per worker; the tables are made, nothing is loaded."""
    with databases.with_tables() as url, opened_app(settings, settings.var, url) as app:
        app.test_client_class = Browser
        yield app


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(whole_app: Flask, clock: Clock) -> Iterator[Flask]:
    """Return the application inside one outer transaction, with a clock that stands."""
    house: House = whole_app.extensions["house"]
    engine = db.engines[None]
    connection = engine.connect()
    outer = connection.begin()
    here = Bare(connection.connection, connection.dialect)
    whole_app.extensions["house"] = replace(
        house, clock=clock, store=MemoryStore(), bare=lambda: nullcontext(here)
    )
    db.engines[None] = connection
    db.session.remove()
    db.session.configure(join_transaction_mode="create_savepoint")
    forget_the_last_request()
    try:
        yield whole_app
    finally:
        db.session.remove()
        outer.rollback()
        connection.close()
        db.engines[None] = engine
        whole_app.extensions["house"] = house
        whole_app.extensions["limiter"].storage.reset()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Return a session that sees what the test has written."""
    with Session(db.engine, join_transaction_mode="create_savepoint") as opened:
        yield opened


@pytest.fixture
def empty_app(tmp_path: Path, settings: Settings, databases: Databases) -> Iterator[Flask]:
    """Return an application on an empty database of its own, without a table."""
    with databases.empty() as url, opened_app(settings, tmp_path / "var", url) as app:
        yield app


@pytest.fixture(scope="session")
def migrated(
    settings: Settings, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give the address of a database that an operator's command made, once per worker."""
    folder = tmp_path_factory.mktemp("migrated")
    with databases.empty() as url:
        with opened_app(settings, folder, url):
            upgrade()
        yield url


@pytest.fixture
def migrated_app(
    tmp_path: Path, settings: Settings, databases: Databases, migrated: str
) -> Iterator[Flask]:
    """Return an application on a database of its own, copied from a migrated one."""
    with databases.empty(migrated) as url, opened_app(settings, tmp_path / "var", url) as app:
        yield app


@pytest.fixture
def own_app(tmp_path: Path, settings: Settings, databases: Databases) -> Iterator[Flask]:
    """Return an application on a database of its own that really commits (threads, crashes)."""
    with databases.with_tables() as url, opened_app(settings, tmp_path / "var", url) as app:
        yield app
