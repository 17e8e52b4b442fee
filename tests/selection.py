"""Which tests the second stage runs: those with a database, and it is seen that no other has one.

A test has a database if it asks for the fixture `databases`, itself or through another one.
On PostgreSQL only these are run, since the rest would do the very same again. That the rest is
right to stay out is held in every run on SQLite: a test without the fixture that connects to
a database fails.
"""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Pool, event

from tests.servers import POSTGRESQL, share_postgresql

FIXTURE = "databases"
# What these folders and modules share is dear to make: one worker makes it, once.
TOGETHER = frozenset({"demo", "test_catalogues"})


def has_database(item: pytest.Item) -> bool:
    """Say whether `item` asks for a database, by whatever fixtures."""
    return FIXTURE in getattr(item, "fixturenames", ())


def pytest_configure(config: pytest.Config) -> None:
    if POSTGRESQL and "PYTEST_XDIST_WORKER" not in os.environ and not config.option.collectonly:
        share_postgresql()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        group = item.path.stem if item.path.stem in TOGETHER else item.path.parent.name
        if group in TOGETHER and getattr(config.option, "loadgroup", False):
            # What pytest-xdist 3.8 does for its mark, where pytest 9.2 keeps the id.
            item._id = type(item._id).parse(f"{item.nodeid}@{group}")  # type: ignore[attr-defined]
    if not POSTGRESQL:
        return
    left = [item for item in items if not has_database(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if has_database(item)]


@pytest.fixture(autouse=True)
def _no_secret_database(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that connects to a database without asking for one."""
    if has_database(request.node):
        yield
        return
    seen: list[str] = []

    def see(*_: object) -> None:
        seen.append(request.node.nodeid)

    event.listen(Pool, "connect", see)
    try:
        yield
    finally:
        event.remove(Pool, "connect", see)
    assert seen == [], "this test has a database: it must ask for the fixture `databases`"
