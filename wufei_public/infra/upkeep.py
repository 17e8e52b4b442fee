"""What the planner knows of the tables: SQLite gathers nothing by itself.

Without statistics it chooses between two indexes that fit equally well by their age, and a
list of ten rows may go through a hundred thousand. Small tables keep none: the planner takes
a table that it knows nothing of for a large one, which stays right while the table grows.
PostgreSQL looks after itself, but not at once after a load.
"""

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.db import db
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import Work, work

SMALL = 10_000
_LOOKS = 1000  # rows of each index; the whole takes milliseconds whatever the tables hold
_FORGET_THE_SMALL = """
DELETE FROM sqlite_stat1 WHERE tbl IN (
    SELECT tbl FROM sqlite_stat1 GROUP BY tbl HAVING max(CAST(stat AS INTEGER)) < ?
)
"""


def analyse() -> None:
    """Gather statistics for the planner; done after a load, on SQLite hourly too."""
    work(SYSTEM, _analyse)


def _analyse(w: Work) -> None:
    connection = w.session.connection()
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("ANALYZE")
        return
    connection.exec_driver_sql(f"PRAGMA analysis_limit={_LOOKS}")
    connection.exec_driver_sql("ANALYZE")
    connection.exec_driver_sql(_FORGET_THE_SMALL, (SMALL,))


def statistics(_slot: str) -> None:
    if db.engine.dialect.name == "sqlite":
        analyse()


JOBS = (Job("database.statistics", statistics, cron="41 * * * *"),)
