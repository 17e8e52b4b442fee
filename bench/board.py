"""The aggregation and the board: what changed counts, not what lies there.

In one process, past HTTP. An increment is a day's check-ins of every village, bulk-written with
their marks: recounted, handed on, rolled up to months, quarters, years, towns and the district.
A rebuild counts everything again; its floor is the same sums as bare SQL of the same engine.
Times are CPU of this process and, on PostgreSQL, of all of the database's.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import databases
from bench.checkins import AT, PEOPLE, SERIES
from bench.checkins import _people as write_people
from bench.databases import Side
from bench.plan import Plan
from bench.processes import cpu_seconds
from bench.rounds import Spread, Verdict
from wufei_public.app import create_app
from wufei_public.checkins import jobs
from wufei_public.checkins.actions import figures
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.common.clock import district_day
from wufei_public.config import settings_from
from wufei_public.divisions import actions as divisions
from wufei_public.indicators.actions import claiming
from wufei_public.indicators.actions.driving import run_due
from wufei_public.indicators.documents import towns
from wufei_public.infra.db import db
from wufei_public.infra.work import house, reading, work

BEGIN = datetime(2027, 1, 4, 2, tzinfo=UTC)
GROWS, REBUILD = 1.1, 1.5
CHANGED, MANY = 2_000, 200_000
DISTRICT, TOWN = "410307", "410307106"
# On the same days whatever the size: more rows are more people a day.
DAY = {
    "sqlite": "date('2027-01-03', '-' || (n / {p}) || ' days')",
    "postgresql": "DATE '2027-01-03' - CAST(n / {p} AS integer)",
}
MONTH = {
    "sqlite": ("date(day, 'start of month')", "date(day, 'start of year')"),
    "postgresql": (
        "CAST(date_trunc('month', day) AS date)",
        "CAST(date_trunc('year', day) AS date)",
    ),
}


@dataclass
class Ground:
    """One filled database, and the day that it is there."""

    app: Flask
    pids: tuple[int, ...]
    name: str
    hours: int = 0
    costs: dict[str, list[float]] = field(default_factory=dict)

    def now(self) -> datetime:
        return BEGIN + timedelta(hours=self.hours)

    def timed(self, name: str, do: Callable[[], object]) -> None:
        """Do it and keep what it cost in milliseconds of processor."""
        with self.app.app_context():
            before = time.process_time() + self.others()
            do()
            cost = (time.process_time() + self.others() - before) * 1e3
            reading().close()
        self.costs.setdefault(name, []).append(cost)

    def others(self) -> float:
        return cpu_seconds(list(self.pids)) if self.pids else 0.0


def measure(plan: Plan) -> list[Verdict]:
    """Measure a small and a large database, in turn."""
    return measure_at(plan, (1_000, 50_000) if plan.quick else (10_000, 1_000_000))


def measure_at(plan: Plan, sizes: tuple[int, int]) -> list[Verdict]:
    """Measure increments, board and rebuild at two sizes on each engine."""
    found: list[Verdict] = []
    for kind in plan.databases:
        with ExitStack() as stack:
            days = -(-max(sizes) // PEOPLE)
            grounds = [_ground(stack, plan, kind, size, size // days) for size in sizes]
            for turn in range(plan.rounds + 2):
                for ground in grounds if turn % 2 else grounds[::-1]:
                    _round(ground, warm=turn >= 2)
            found += _grown(grounds)
            found.append(_rebuilt(grounds[1], kind))
    return found


def _ground(stack: ExitStack, plan: Plan, kind: str, size: int, daily: int) -> Ground:
    folder = plan.place(f"board-{kind}-{size}")
    side = Side(folder, {})
    if kind == "postgresql":
        side = databases.cluster(stack, folder)
    env = {"WUFEI_VAR": str(folder), "WUFEI_DISTRICT": DISTRICT, "WUFEI_MODE": "trial"}
    app = create_app(settings_from(env | dict(side.env) | {"WUFEI_LOG_LEVEL": "error"}))
    ground = Ground(app, side.pids, f"{kind} at {size:,}")
    with app.app_context():
        upgrade()
        work(SYSTEM, divisions.seed)
        app.extensions["house"] = replace(house(), clock=ground.now)
        write_people()
        began = time.perf_counter()
        for at in range(0, size, MANY):
            _fill(DAY[kind].format(p=daily), at, min(size, at + MANY))
        _analyze()
        work(SYSTEM, figures.recount_all)
        run_due()
        print(f"{ground.name}: filled and counted in {time.perf_counter() - began:.0f} s")
        stack.callback(db.engine.dispose)
    return ground


def _fill(day: str, first: int, until: int) -> None:
    kind = db.engine.dialect.name
    series = SERIES[kind].format(a=first, b=until)
    reading().rollback()
    with Session(db.engine) as session:
        session.execute(
            text(
                "INSERT INTO check_in (account, member, day, village, scheme, bins, origin,"
                f" streak, arrived_at) {series} SELECT 1 + n % {PEOPLE}, 0, {day}, v.village,"
                f" 'two', 48, 'today', 1, {AT[kind]} FROM s JOIN checkin_profile v"
                f" ON v.account = 1 + n % {PEOPLE}"
            )
        )
        session.commit()


def _analyze() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _round(ground: Ground, *, warm: bool) -> None:
    """Let every village have check-ins on one more day; count them, look at the board."""
    ground.hours += 26
    if not warm:
        ground = replace(ground, costs={})
    with ground.app.app_context():
        today = district_day(ground.now())
        quoted = f"'{today}'" if db.engine.dialect.name == "sqlite" else f"DATE '{today}'"
        _fill(quoted, 0, CHANGED)
        with Session(db.engine) as session:
            session.execute(
                text(
                    "INSERT INTO bucket_mark (measure, place, day) SELECT DISTINCT 'checkins',"
                    f" village, day FROM check_in WHERE day = {quoted}"
                )
            )
            session.commit()
        reading().close()
    ground.timed("increment", _increment)
    ground.timed("board", lambda: _board(today))


def _increment() -> None:
    jobs.recount("")
    assert run_due()


def _board(today: date) -> None:
    from flask import current_app  # noqa: PLC0415

    with current_app.test_request_context():
        for place in (DISTRICT, TOWN):
            towns.heat(reading(), "checkins", place, today)
        towns.closing(reading(), DISTRICT, today)


def _grown(grounds: Sequence[Ground]) -> list[Verdict]:
    small, large = grounds
    found = []
    for name in ("increment", "board"):
        print(
            f"  {name}: {small.name} {Spread.of(small.costs[name]):.1f} ms,"
            f" {large.name} {Spread.of(large.costs[name]):.1f} ms"
        )
        pairs = zip(large.costs[name], small.costs[name], strict=True)
        grown = Spread.of([one / other for one, other in pairs])
        note = f"{grown.least:.2f}…{grown.most:.2f}"
        what = f"{name}, {large.name} × {small.name}"
        found.append(Verdict(what, grown.middle, GROWS, note))
    return found


def _rebuilt(ground: Ground, kind: str) -> Verdict:
    """Count everything again, beside the same sums in bare SQL."""
    for _ in range(2):  # the second time nothing has to be fetched from disk
        ground.hours += 2
        ground.timed("bare", lambda: _bare(kind))
        ground.timed("rebuild", _rebuild)
    bare, own = ground.costs["bare"][-1], ground.costs["rebuild"][-1]
    print(f"  rebuild, {ground.name}: {own:.0f} ms, bare SQL {bare:.0f} ms")
    return Verdict(f"rebuild × bare SQL, {ground.name}", own / bare, REBUILD)


def _rebuild() -> None:
    work(SYSTEM, figures.recount_all)
    boss = Actor(ActorKind.STAFF, 1)
    work(boss, lambda w: claiming.ask(w, whole=True))
    assert run_due()


def _bare(kind: str) -> None:
    """Write days by village, then months, quarters and years by village, town and district."""
    month, year = MONTH[kind]
    with Session(db.engine) as session:
        for name in ("bare_day", "bare_sum"):
            session.execute(text(f"DROP TABLE IF EXISTS {name}"))
        session.execute(
            text(
                "CREATE TABLE bare_day AS SELECT village, day,"
                " count(*) FILTER (WHERE member = 0) AS own,"
                " count(*) FILTER (WHERE member <> 0) AS proxies,"
                " count(*) FILTER (WHERE (bins & 17) <> 0) AS wet,"
                " count(*) FILTER (WHERE (bins & 42) <> 0) AS dry,"
                " count(*) FILTER (WHERE (bins & 4) <> 0) AS hazardous"
                " FROM check_in GROUP BY village, day"
            )
        )
        session.execute(
            text("CREATE TABLE bare_sum (place varchar, starts_on date, kind varchar, n bigint)")
        )
        for place in ("village", "substr(village, 1, 9)", "substr(village, 1, 6)"):
            for what, start in (("month", month), ("year", year)):
                session.execute(
                    text(
                        f"INSERT INTO bare_sum SELECT {place}, {start}, '{what}',"
                        " sum(own + proxies) FROM bare_day GROUP BY 1, 2"
                    )
                )
        session.commit()
