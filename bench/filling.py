"""Fills a database with millions of rows by the engine's own statements, indexes made last.

For the speed of what reads them only: nobody could have written these rows through the product
in an hour. Check-ins are of the same fifty days whatever their number, more rows are more people
a day; reports are copies of one that came through the product, on other days in other towns;
responses are copies of one answer. Unique keys are written in their own order, and every other
index is made at once at the end.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    Connection,
    Index,
    Table,
    UniqueConstraint,
    create_engine,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.schema import AddConstraint, DropConstraint

from bench import seed
from wufei_public.calendar import actions as calendar
from wufei_public.checkins.models import CheckIn
from wufei_public.common.actor import SYSTEM
from wufei_public.divisions import actions as divisions
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import Level
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work, reading, work
from wufei_public.surveys.actions import forms
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries.forms import form as form_called
from wufei_public.surveys.queries.forms import newest

DAYS = 50
REPORT_DAYS = 3 * 365
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
# What a case is that was closed in time.
CLOSED = {
    "state": "closed",
    "closed_at": NOON,
    "outcome": "已清运。",
    "proof": "photo",
    "due_at": None,
    "accepted_at": NOON,
    "transfer_due": NOON,
    "finish_due": NOON,
    "legal_finish_due": NOON,
}
AT = {"sqlite": "'2027-01-03 02:00:00.000000'", "postgresql": "TIMESTAMPTZ '2027-01-03 02:00+00'"}
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT {a} UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {b})",
    "postgresql": "WITH s(n) AS (SELECT * FROM generate_series({a}, {b} - 1))",
}
DAY = {
    "sqlite": "date('2027-01-03', '-' || ({n}) || ' days')",
    "postgresql": "DATE '2027-01-03' - CAST({n} AS integer)",
}
# Noon of a day, as each engine keeps an instant.
NOON_OF = {
    "sqlite": "{day} || ' 04:00:00.000000'",
    "postgresql": "CAST({day} AS timestamptz)",
}


@dataclass(frozen=True)
class Size:
    """How many rows of each kind, and how many residents there are to have written them."""

    checkins: int
    reports: int = 0
    responses: int = 0
    people: int = 200_000


def fill(size: Size) -> None:
    """Fill the database of the application at hand, which has its tables and nothing else."""
    work(SYSTEM, lambda w: (divisions.seed(w), calendar.seed(w)))
    villages = [one.code for one in directory(reading()).units if one.level is Level.VILLAGE]
    if size.reports:
        work(SYSTEM, lambda w: seed.fill(w, range(1)))
        work(SYSTEM, lambda w: w.session.execute(update(Report).values(CLOSED)))
    wave = work(SYSTEM, _wave) if size.responses else 0
    reading().rollback()
    with _bare() as connection:
        _people(connection, size.people, villages)
        _checkins(connection, size)
        if size.reports:
            _reports(connection, size.reports, size.people)
        if size.responses:
            _responses(connection, size.responses, wave)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What a night's vacuum has done is not paid for by what is measured.
        lite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql("ANALYZE" if lite else "VACUUM (ANALYZE)")


@contextmanager
def _bare() -> Iterator[Connection]:
    """Give a connection that neither syncs nor asks whether what is named is there."""
    db.engine.dispose()
    engine = create_engine(db.engine.url)  # past the product's own settings
    with engine.connect() as connection:
        for setting in _FAST[engine.dialect.name]:
            connection.exec_driver_sql(setting)
        yield connection
        connection.commit()
    engine.dispose()


_FAST = {
    "sqlite": ["PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000"],
    "postgresql": ["SET session_replication_role = replica"],
}


@contextmanager
def _indexes_last(connection: Connection, table: Table) -> Iterator[None]:
    """Make a table's indexes once it is full; SQLite keeps those of its unique constraints."""
    indexes: Sequence[Index] = sorted(table.indexes, key=lambda one: str(one.name))
    keys = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    lite = connection.dialect.name == "sqlite"
    for index in indexes:
        index.drop(connection)
    for key in () if lite else keys:
        connection.execute(DropConstraint(key))
    yield
    for key in () if lite else keys:
        connection.execute(AddConstraint(key))
    for index in indexes:
        index.create(connection)


def _run(connection: Connection, count: int, into: str, chosen: str, start: int = 0) -> None:
    """Write `count` rows: `chosen` with `n` from `start` on."""
    series = SERIES[connection.dialect.name].format(a=start, b=start + count)
    connection.execute(text(f"INSERT INTO {into} {series} SELECT {chosen}"))


def _people(connection: Connection, people: int, villages: Sequence[str]) -> None:
    """Make the residents, each with a home."""
    at = AT[connection.dialect.name]
    known = "n, 'resident', 'B' || n, '', 'active', " + at
    columns = "account (id, kind, code, display_name, state, created_at)"
    _run(connection, people, columns, f"{known} FROM s", start=1)
    rows = ", ".join(f"({at}, '{village}')" for at, village in enumerate(villages))
    connection.exec_driver_sql("CREATE TABLE bench_village (at integer PRIMARY KEY, code text)")
    connection.exec_driver_sql(f"INSERT INTO bench_village VALUES {rows}")
    columns = "checkin_profile (account, village, nickname, listed, changed_at)"
    chosen = f"n, v.code, '', FALSE, {at} FROM s JOIN bench_village v ON v.at = n % {len(villages)}"
    _run(connection, people, columns, chosen, start=1)


def _checkins(connection: Connection, size: Size) -> None:
    """Write the check-ins of the fifty days, a resident's together as their unique key lies."""
    kind, daily = connection.dialect.name, size.checkins // DAYS
    day = DAY[kind].format(n=f"{DAYS - 1} - n % {DAYS}")
    columns = "check_in (account, member, day, village, scheme, bins, origin, streak, arrived_at)"
    chosen = (
        f"1 + n / {DAYS}, 0, {day}, v.village, 'two', 48, 'today', 1, {AT[kind]}"
        f" FROM s JOIN checkin_profile v ON v.account = 1 + n / {DAYS}"
    )
    with _indexes_last(connection, _table(CheckIn)):
        _run(connection, daily * DAYS, columns, chosen)


def _reports(connection: Connection, count: int, people: int) -> None:
    """Copy the one report to every town and day of three years, reported by somebody."""
    kind, table = connection.dialect.name, _table(Report)
    towns = [one.code for one in directory(reading()).towns]
    reading().rollback()
    rows = ", ".join(f"({at}, '{town}')" for at, town in enumerate(towns))
    connection.exec_driver_sql("CREATE TABLE bench_town (at integer PRIMARY KEY, code text)")
    connection.exec_driver_sql(f"INSERT INTO bench_town VALUES {rows}")
    own: Mapping[str, str] = {
        "id": "1000 + n",
        "code": "'R' || n",
        "public_code": "'P' || n",
        "release_token": "'T' || n",
        "town": "t.code",
        "division": "t.code",
        "business_day": DAY[kind].format(n=f"n % {REPORT_DAYS}"),
        "reporter_id": f"1 + n % {people}",
        "legal_finish_due": NOON_OF[kind].format(day=DAY[kind].format(n=f"n % {REPORT_DAYS}")),
    }
    names = [column.name for column in table.columns]
    chosen = ", ".join(own.get(name, f"r.{name}") for name in names)
    joined = f"FROM s JOIN report r ON r.id = 1 JOIN bench_town t ON t.at = n / 7 % {len(towns)}"
    with _indexes_last(connection, table):
        _run(connection, count, f"report ({', '.join(names)})", f"{chosen} {joined}")
    marks = "SELECT DISTINCT 'reports', town, business_day FROM report WHERE town IS NOT NULL"
    connection.exec_driver_sql(f"INSERT INTO bucket_mark (measure, place, day) {marks}")


def _wave(w: Work) -> int:
    """Make the wave to which all responses belong; return its number."""
    forms.seed(w)
    form = form_called(w.session, newest(w.session, "public") or "")
    row = {
        "code": "BENCH", "form_key": form.id, "form_id": "public", "title": "", "title_en": "",
        "mode": "link", "state": "closed", "opens_on": w.now.date(), "closes_on": w.now.date(),
        "target": 0, "collector": "", "signed_in": False, "rotates": False, "margins": [],
        "seed": 1, "created_at": w.now,
    }  # fmt: skip
    w.session.execute(insert(Wave), row)
    return w.session.scalars(select(Wave.id)).one()


def _responses(connection: Connection, count: int, wave: int) -> None:
    """Give the wave so many answers."""
    json = {"sqlite": "'{0}'", "postgresql": "CAST('{0}' AS jsonb)"}[connection.dialect.name]
    answers = json.format('{"sat_overall" : "4", "sex" : "female"}')
    columns = (
        "survey_response (id, wave_id, day, outcome, answers, pace, straight, everything,"
        " duplicate, stratum)"
    )
    day = DAY[connection.dialect.name].format(n="0")
    chosen = f"n, {wave}, {day}, '1.1', {answers}, 'usual', FALSE, FALSE, FALSE, '' FROM s"
    with _indexes_last(connection, _table(Response)):
        _run(connection, count, columns, chosen)


def _table(model: type[Base]) -> Table:
    return model.__table__  # type: ignore[return-value]
