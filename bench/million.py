"""Public pages among 1,000 and among 1,000,000 reports: the CPU of the one over the other.

    nice -n 10 python -m bench.million [rounds] [times] [reports]

Both databases are SQLite files of this process, so its CPU time is all that there is. A thousand
cases come through the product's own actions; the others are copies of their rows at other
days, places and numbers of the same three years. Three hundred are open in either: what is open
is what a district can carry, what is over grows. Rounds take turns; median (min…max) of the
ratios is printed.
"""

import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, literal, select, update

from bench import seed
from wufei_public.app import create_app
from wufei_public.calendar import actions as calendar
from wufei_public.common.actor import SYSTEM
from wufei_public.common.codes import new_code
from wufei_public.config import Mode, Settings
from wufei_public.divisions import actions as divisions
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions.counting import recount
from wufei_public.dumping.models.counts import ReportCount
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.counts import MEASURE
from wufei_public.infra.buckets import BucketMark
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base
from wufei_public.infra.upkeep import analyse
from wufei_public.infra.web.paging import pack_moment
from wufei_public.infra.work import Work, reading, work

SMALL, LARGE, OPEN, PART = 1_000, 1_000_000, 300, 5_000
DAYS = 3 * 365
NOW = datetime.now(UTC)  # noqa: TID251  rows of a bench
LIST = "/api/v1/dumping/reports"
Row = dict[str, Any]


def build(folder: Path, count: int) -> tuple[Flask, Mapping[str, str]]:
    """Return an application with `count` reports, and addresses within it."""
    folder.mkdir()
    app = create_app(
        Settings(
            mode=Mode.TRIAL,
            var=folder,
            database=f"sqlite:///{folder}/reports.sqlite3",
            district="410307",
            sqlite_synchronous="NORMAL",
            log_level="error",
        )
    )
    with app.app_context():
        Base.metadata.create_all(db.engine)
        work(SYSTEM, lambda w: (divisions.seed(w), calendar.seed(w)))
        for first in range(0, SMALL, seed.AT_ONCE):
            numbers = range(first, first + seed.AT_ONCE)
            work(SYSTEM, lambda w, numbers=numbers: seed.fill(w, numbers))
        work(SYSTEM, spread)
        pattern = [dict(row._mapping) for row in reading().execute(select(Report.__table__))]  # noqa: SLF001
        reading().rollback()
        # Indices are made at the end, at once: a row at a time they would cost an hour.
        indices = Report.__table__.indexes  # type: ignore[attr-defined]
        work(SYSTEM, lambda w: [one.drop(w.session.connection()) for one in indices])
        over = [row for row in pattern if row["state"] == "closed"]
        for first in range(SMALL, count, PART):
            numbers = range(first, min(first + PART, count))
            rows = [copy(over[n % len(over)], n) for n in numbers]
            work(SYSTEM, lambda w, rows=rows: w.session.execute(insert(Report), rows))
        work(SYSTEM, lambda w: [one.create(w.session.connection()) for one in indices])
        work(SYSTEM, mark_all)
        while work(SYSTEM, recount):
            pass
        analyse()
        return app, addresses(count)


def spread(w: Work) -> None:
    """Give the cases that came through the actions their places and days, and close most."""
    towns = [town for town in places.directory(w.session).towns if town.centre]
    rng = Random(1)
    for number in w.session.scalars(select(Report.id)).all():
        town = towns[number % len(towns)]
        assert town.centre is not None
        at = NOW - timedelta(days=rng.random() * (30 if number <= OPEN else DAYS))
        values = dated(at) | {
            "lat": town.centre.lat + rng.uniform(-0.03, 0.03),
            "lon": town.centre.lon + rng.uniform(-0.03, 0.03),
            "datum": "wgs84",
            "town": town.code,
            "division": town.code,
        }
        if number > OPEN:
            values |= {
                "state": "closed", "closed_at": at + timedelta(days=5), "outcome": "已清运。",
                "proof": "photo", "due_at": None, "accepted_at": at, "transfer_due": at,
                "finish_due": at + timedelta(days=7), "legal_finish_due": at + timedelta(days=60),
            }  # fmt: skip
        w.session.execute(update(Report).where(Report.id == number).values(values))


def dated(at: datetime) -> Row:
    return {
        "submitted_at": at,
        "business_day": at.date(),
        "released_at": at + timedelta(days=1),
    }


def copy(row: Row, number: int) -> Row:
    at = NOW - timedelta(days=40, seconds=number * 7_919 % (DAYS * 86_400))
    return row | dated(at) | {
        "id": number + 1,
        "code": new_code(secrets.token_bytes),
        "public_code": new_code(secrets.token_bytes),
        "release_token": secrets.token_hex(16),
        "lat": row["lat"] + (number % 997) / 50_000,
    }  # fmt: skip


def mark_all(w: Work) -> None:
    """Have every place and day counted."""
    w.session.execute(BucketMark.__table__.delete())  # type: ignore[attr-defined]
    found = select(Report.town, Report.business_day).distinct().subquery()
    marks = select(func.row_number().over(), literal(MEASURE), found.c.town,
                   found.c.business_day)  # fmt: skip
    w.session.execute(insert(BucketMark).from_select(["id", "measure", "place", "day"], marks))


def addresses(count: int) -> Mapping[str, str]:
    """Return what is asked, by name; the last page of whole hundreds stands for page 50,000."""
    session = reading()
    town = session.scalars(select(Report.town).limit(1)).one()
    code = session.scalars(select(Report.public_code).where(Report.state == "closed")).first()
    late = session.execute(
        select(Report.released_at, Report.id)
        .where(Report.release == "released")
        .order_by(Report.released_at.desc(), Report.id.desc())
        .offset(count - 100)
        .limit(1)
    ).one()
    days = session.scalar(select(func.count()).select_from(ReportCount))
    print(f"{count:,} reports on {days:,} places and days")
    session.rollback()
    return {
        "home": "/",
        "list": LIST,
        "list, last page": f"{LIST}?after={pack_moment((late.released_at, late.id))}",
        "list of a town": f"{LIST}?town={town}",
        "list of a kind": f"{LIST}?kind=construction",
        "list of open ones": f"{LIST}?phase=open",
        "list of closed ones": f"{LIST}?phase=closed",
        "list, 30 days": f"{LIST}?days=30",
        "town and kind": f"{LIST}?town={town}&kind=construction",
        "town, kind, closed": f"{LIST}?town={town}&kind=construction&phase=closed",
        "town, closed": f"{LIST}?town={town}&phase=closed",
        "town, open": f"{LIST}?town={town}&phase=open",
        "kind, open": f"{LIST}?kind=construction&phase=open",
        "town, kind, open": f"{LIST}?town={town}&kind=construction&phase=open",
        "town, 30 days": f"{LIST}?town={town}&days=30",
        "a kind without cases": f"{LIST}?town={town}&kind=medical",
        "map": "/api/v1/dumping/map",
        "map, 30 days": "/api/v1/dumping/map?days=30",
        "totals": "/api/v1/dumping/totals",
        "detail": f"{LIST}/{code}",
        "list as page": "/cases",
        "map as page": "/cases/map",
    }


def tasks(app: Flask, paths: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    client = app.test_client()
    for name, path in paths.items():
        status = client.get(path).status_code
        if status != 200:
            print(f"{name}: {path} answers {status}")
        yield name, lambda path=path: client.get(path).get_data()


def cpu(do: object, times: int) -> float:
    begin = time.process_time()
    for _time in range(times):
        do()  # type: ignore[operator]
    return (time.process_time() - begin) / times * 1000


def main(rounds: int = 9, times: int = 20, most: int = LARGE) -> None:
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        small, large = (build(Path(folder) / str(n), n) for n in (SMALL, most))
        print(f"filled in {time.perf_counter() - begin:.0f} s")
        print(f"{'':26}{SMALL:>11,}{most:>11,}  ratio (ms of CPU)")
        for (name, few), (_name, many) in zip(tasks(*small), tasks(*large), strict=True):
            cpu(few, 3), cpu(many, 3)
            seen = [(cpu(few, times), cpu(many, times)) for _round in range(rounds)]
            ratios = sorted(after / before for before, after in seen)
            a, b = median(x for x, _ in seen), median(y for _, y in seen)
            spread = f"{median(ratios):.2f} ({ratios[0]:.2f}…{ratios[-1]:.2f})"
            print(f"{name:26}{a:11.2f}{b:11.2f}  {spread}", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
