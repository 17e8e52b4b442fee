"""The planner chooses between equal indexes by what they hold, not by which was made first."""

import pytest
from flask import Flask
from sqlalchemy import text

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.db import db
from wufei_public.infra.upkeep import SMALL, analyse
from wufei_public.infra.work import Work, work

INDEXES = {
    "ix_wide": "CREATE INDEX ix_wide ON thing (town) WHERE state = 'open'",
    "ix_narrow": "CREATE INDEX ix_narrow ON thing (village) WHERE state = 'open'",
}
ASKED = "SELECT id FROM thing WHERE state = 'open' AND town = 1 AND village = 77"


FILL = """
INSERT INTO thing
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
SELECT i, 'open', 1, i FROM n
"""


def make_things(count: int, order: tuple[str, ...]) -> None:
    """Fill a table in which all lie in one town, and each in a village of its own."""

    def do(w: Work) -> None:
        run = w.session.connection().exec_driver_sql
        run("CREATE TABLE thing (id INTEGER PRIMARY KEY, state TEXT, town INT, village INT)")
        for name in order:
            run(INDEXES[name])
        w.session.execute(text(FILL), {"count": count})

    work(SYSTEM, do)


def used() -> str:
    """Return the index that a new connection would use."""
    db.session.remove()
    db.engine.dispose()
    head = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN"
    with db.engine.connect() as connection:
        plan = " ".join(str(row[-1]) for row in connection.execute(text(f"{head} {ASKED}")))
    return next(name for name in INDEXES if name in plan)


@pytest.mark.parametrize("order", [("ix_wide", "ix_narrow"), ("ix_narrow", "ix_wide")])
def test_the_narrower_of_two_equal_indexes_is_used_whichever_is_older(
    own_app: Flask, order: tuple[str, ...]
) -> None:
    make_things(SMALL + 1000, order)
    if db.engine.dialect.name == "sqlite":
        assert used() == order[-1]  # the younger, for no better reason
    analyse()
    assert used() == "ix_narrow"


def test_a_small_table_keeps_the_plan_of_a_large_one(own_app: Flask) -> None:
    make_things(50, ("ix_narrow", "ix_wide"))
    before = used() if db.engine.dialect.name == "sqlite" else ""
    analyse()
    if db.engine.dialect.name == "sqlite":
        assert used() == before
        with db.engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM sqlite_stat1")) == 0


def test_the_job_is_on_the_timetable_and_runs_twice(own_app: Flask) -> None:
    [job] = [job for job in own_app.extensions["jobs"] if job.name == "database.statistics"]
    job.run("")
    job.run("")
