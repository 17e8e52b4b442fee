"""The pool of connections to a PostgreSQL that ends them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.databases import Databases
from tests.servers import postgresql_url
from wufei_public.infra import db as subject
from wufei_public.infra.db import ask_the_rested


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    with postgresql_url() as url:
        found = create_engine(url, pool_size=1, max_overflow=0)
        ask_the_rested(found)
        yield found
        found.dispose()


def backend(engine: Engine) -> int:
    with engine.connect() as connection:
        found: int = connection.scalar(text("SELECT pg_backend_pid()"))
        return found


def end_backend(engine: Engine, pid: int) -> None:
    other = create_engine(engine.url)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()


def test_a_dead_connection_that_rested_is_replaced(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backend(engine)
    end_backend(engine, first)
    monkeypatch.setattr(subject, "REST", 0.0)
    assert backend(engine) != first


def test_a_connection_used_a_moment_ago_is_not_asked(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(engine.dialect, "do_ping", asked.append)
    first = backend(engine)
    assert backend(engine) == first
    assert asked == []
    monkeypatch.setattr(subject, "REST", 0.0)
    assert backend(engine) == first
    assert len(asked) == 1
