"""What the trail reads does not grow with what was ever written: plans, and steps counted."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.conftest import NOW
from tests.dumping import plans
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import reading, work
from wufei_public.trail import queries
from wufei_public.trail.models import AuditSeal
from wufei_public.trail.queries import TrailFilter

DAY = TrailFilter(since=NOW - timedelta(days=3), until=NOW - timedelta(days=2))


@pytest.fixture
def read(migrated_app: Flask) -> Iterator[None]:
    """Give a database whose indexes were made as an operator's are."""
    yield
    reading().rollback()


def write(first: int, day: datetime, count: int = 300) -> None:
    """Write so many sealed audit rows over one day, from the id `first` on."""
    rows = [
        {
            "id": first + number,
            "at": day + timedelta(seconds=number * 86400 / count),
            "actor_kind": "staff",
            "actor_id": number % 7,
            "action": f"a:{number % 5}",
            "target": f"t/{number % 11}",
        }
        for number in range(count)
    ]
    seals = [{"number": row["id"], "audit_id": row["id"], "digest": b"0" * 32} for row in rows]
    work(SYSTEM, lambda w: w.session.execute(insert(AuditRow), rows))
    work(SYSTEM, lambda w: w.session.execute(insert(AuditSeal), seals))


READS: dict[str, Callable[[], object]] = {
    "a day": lambda: queries.search(reading(), DAY),
    "a day, next": lambda: queries.search(reading(), DAY.older_than(40)),
    "a day of one": lambda: queries.search(reading(), TrailFilter(3, since=DAY.since)),
    "everything": lambda: queries.search(reading(), TrailFilter()),
    "what came late": lambda: queries.unsealed(reading(), 1, NOW - queries.LATE),
    "what waits": lambda: queries.unsealed(reading(), 1),
}


def test_every_read_of_the_trail_follows_an_index_in_its_order(read: None) -> None:
    write(1, DAY.since or NOW)
    found = {name: plans.plan(reading(), read) for name, read in READS.items()}
    assert [name for name, lines in found.items() if plans.sorts(lines)] == []
    # "SCAN audit" alone is every row; the newest first, until a page is full, is not.
    whole = ("Seq Scan", "SCAN audit_seal")
    assert [name for name, lines in found.items() if any(word in lines for word in whole)] == []
    for name in ("a day", "a day, next", "a day of one", "what came late"):
        assert "ix_audit_at_id" in found[name], name


def steps(read: Callable[[], object]) -> int:
    """Count how many hundreds of steps SQLite's machine takes for a read."""
    counted = 0

    def step() -> int:
        nonlocal counted
        counted += 1
        return 0

    raw: Any = reading().connection().connection.dbapi_connection
    raw.set_progress_handler(step, 100)
    try:
        read()
    finally:
        raw.set_progress_handler(None, 0)
    return counted


def test_a_longer_past_costs_no_more(read: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "LATECOMERS", 50)
    if reading().get_bind().dialect.name != "sqlite":
        return  # PostgreSQL's plan, above, is the same
    for days in (5, 4, 3, 2, 1):
        write(100_000 - days * 300, NOW - timedelta(days=days))
    before = {name: steps(read) for name, read in READS.items()}
    for days in range(60, 30, -1):
        write(50_000 - days * 300, NOW - timedelta(days=days))
    after = {name: steps(read) for name, read in READS.items()}
    # Ten times the rows; what differs is the depth of the indexes.
    assert [name for name in READS if after[name] > before[name] + 3] == [], (before, after)
