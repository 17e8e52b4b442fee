"""A check-in beside a bare insert of the same rows, and beside itself among many more rows.

In one process, past HTTP: what a request costs besides is measured by `reports`. Times are
CPU of this process and, on PostgreSQL, of all of the database's.
"""

import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import databases
from bench.databases import Side
from bench.plan import Plan
from bench.processes import cpu_seconds
from bench.rounds import Spread, Verdict
from bench.servers import ROOT
from wufei_public.app import create_app
from wufei_public.checkins.actions import daily, figures
from wufei_public.checkins.models import CheckIn
from wufei_public.checkins.queries import boards
from wufei_public.checkins.rules.boards import Length, span_of
from wufei_public.checkins.rules.schemes import Bin
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.common.clock import district_day
from wufei_public.config import settings_from
from wufei_public.divisions import actions as divisions
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import Level
from wufei_public.infra.buckets import BucketMark
from wufei_public.infra.db import db
from wufei_public.infra.replay import ReplayRow
from wufei_public.infra.work import house, reading, work
from wufei_public.points.models import PointAccount, PointEntry

PEOPLE = 20_000
BARS = {"sqlite": 1.3, "postgresql": 1.6}
GROWS = 1.1
BEGIN = datetime(2027, 1, 4, 2, tzinfo=UTC)
BINS = (Bin.ROTS, Bin.DOES_NOT_ROT)
SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT {a} UNION ALL SELECT n + 1 FROM s WHERE n + 1 < {b})",
    "postgresql": "WITH s(n) AS (SELECT generate_series({a}, {b} - 1))",
}
DAY = {
    "sqlite": "date('2027-01-03', '-' || (n / {p}) || ' days')",
    "postgresql": "DATE '2027-01-03' - CAST(n / {p} AS integer)",
}
AT = {"sqlite": "'2027-01-03 02:00:00.000000'", "postgresql": "TIMESTAMPTZ '2027-01-03 02:00+00'"}
MANY = 200_000  # rows of one filling statement


@dataclass
class Ground:
    """One filled database, and the people who have not checked in on its day."""

    app: Flask
    pids: tuple[int, ...]
    name: str
    day: int = 0
    next: int = 1

    def people(self, number: int) -> range:
        """Return the next accounts; after the last the day ends."""
        if self.next + number > PEOPLE:
            self.day, self.next = self.day + 1, 1
        first, self.next = self.next, self.next + number
        return range(first, self.next)

    def now(self) -> datetime:
        return BEGIN + timedelta(self.day)


def measure(plan: Plan) -> list[Verdict]:
    """Measure a small and a large database, in turn; 10,000,000 rows take half an hour to fill."""
    return measure_at(plan, (1_000, 50_000) if plan.quick else (10_000, 1_000_000))


def measure_at(plan: Plan, sizes: tuple[int, int]) -> list[Verdict]:
    found: list[Verdict] = []
    for kind in plan.databases:
        with ExitStack() as stack:
            grounds = [_ground(stack, plan, kind, size) for size in sizes]
            found += _compare(plan, grounds)
            for ground in grounds:
                _recounts(ground)
    return found


def _ground(stack: ExitStack, plan: Plan, kind: str, size: int) -> Ground:
    folder = plan.place(f"checkins-{kind}-{size}")
    side = Side(folder, {"WUFEI_SQLITE_SYNCHRONOUS": "FULL"})
    if kind == "postgresql":
        side = databases.cluster(stack, folder)
    env = {"WUFEI_VAR": str(folder), "WUFEI_DISTRICT": "410307", "WUFEI_MODE": "trial"}
    app = create_app(settings_from(env | dict(side.env) | {"WUFEI_LOG_LEVEL": "error"}))
    with app.app_context():
        upgrade()
        work(SYSTEM, divisions.seed)
        ground = Ground(app, side.pids, f"{kind} at {size:,}")
        app.extensions["house"] = replace(house(), clock=ground.now)
        _people()
        _fill(0, size)
        stack.callback(db.engine.dispose)
    return ground


def _compare(plan: Plan, grounds: Sequence[Ground]) -> list[Verdict]:
    """Take turns among both databases and both ways, so that noise falls on all alike."""
    number = 100 if plan.quick else 300
    turns = [(ground, do) for ground in grounds for do in (_check_in, _bare)]
    costs: dict[tuple[str, str], list[float]] = {}
    for turn in range(plan.rounds + 1):
        for ground, do in turns if turn % 2 else turns[::-1]:
            cost = _cost(ground, do, ground.people(number))
            if turn:
                costs.setdefault((ground.name, do.__name__), []).append(cost)
    found = [_beside_bare(ground, costs) for ground in grounds]
    small, large = (costs[ground.name, "_check_in"] for ground in grounds)
    grown = Spread.of([one / other for one, other in zip(large, small, strict=True)])
    note = f"{grown.least:.2f}…{grown.most:.2f}"
    what = f"check-in, {grounds[1].name} × {grounds[0].name}"
    return [*found, Verdict(what, grown.middle, GROWS, note)]


def _beside_bare(ground: Ground, costs: Mapping[tuple[str, str], list[float]]) -> Verdict:
    own, bare = costs[ground.name, "_check_in"], costs[ground.name, "_bare"]
    ratio = Spread.of([one / other for one, other in zip(own, bare, strict=True)])
    print(f"\n{ground.name}: {Spread.of(own):.3f} ms, bare {Spread.of(bare):.3f}, × {ratio:.2f}")
    bar = BARS[ground.name.split()[0]]
    note = f"{ratio.least:.2f}…{ratio.most:.2f}"
    return Verdict(f"{ground.name}: check-in × bare", ratio.middle, bar, note)


def _people() -> None:
    """Make the residents, each with a home and a balance."""
    units = directory(reading()).units
    villages = [unit.code for unit in units if unit.level is Level.VILLAGE]
    with Session(db.engine) as session:
        kind = db.engine.dialect.name
        series = SERIES[kind].format(a=1, b=PEOPLE + 1)
        session.execute(
            text(
                "INSERT INTO account (id, kind, code,"
                f" display_name, state, created_at) {series} SELECT n, 'resident', 'B' || n, '',"
                f" 'active', {AT[kind]} FROM s"
            )
        )
        session.execute(
            text(f"INSERT INTO point_account (account, balance) {series} SELECT n, 0 FROM s")
        )
        for place, village in enumerate(villages):
            session.execute(
                text(
                    "INSERT INTO checkin_profile (account, village, nickname, listed, changed_at)"
                    f" {series} SELECT n, '{village}', '', FALSE, {AT[kind]} FROM s"
                    f" WHERE n % {len(villages)} = {place}"
                )
            )
        session.commit()


def _fill(stored: int, wanted: int) -> int:
    """Write check-ins and their points until there are `wanted`."""
    kind = db.engine.dialect.name
    reading().rollback()
    day = DAY[kind].format(p=PEOPLE)
    for at in range(stored, wanted, MANY):
        series = SERIES[kind].format(a=at, b=min(wanted, at + MANY))
        with Session(db.engine) as session:
            if kind == "sqlite":
                session.execute(text("PRAGMA cache_size = -1500000"))  # else ten million never end
            session.execute(
                text(
                    "INSERT INTO check_in (account, member, day, village, scheme, bins, origin,"
                    f" streak, arrived_at) {series} SELECT 1 + n % {PEOPLE}, 0, {day}, v.village,"
                    f" 'two', 48, 'today', 1, {AT[kind]} FROM s JOIN checkin_profile v"
                    f" ON v.account = 1 + n % {PEOPLE}"
                )
            )
            session.execute(
                text(
                    "INSERT INTO point_entry (account, book, rule, ref, amount, day, booked_at,"
                    f" reason) {series} SELECT 1 + n % {PEOPLE}, 'earned', 'checkin',"
                    f" CAST({day} AS text), 5, {day}, {AT[kind]}, '' FROM s"
                )
            )
            session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    db.engine.dispose()  # the large cache ends with its connection
    return wanted


def _cost(ground: Ground, do: Callable[[int, datetime], None], people: range) -> float:
    with ground.app.app_context():
        before = time.process_time() + _others(ground)
        for account in people:
            do(account, ground.now())
        return (time.process_time() + _others(ground) - before) / len(people) * 1e3


def _others(ground: Ground) -> float:
    return cpu_seconds(list(ground.pids)) if ground.pids else 0.0


def _check_in(account: int, _now: datetime) -> None:
    draft = daily.Draft(secrets.token_urlsafe(24), BINS)
    receipt = work(Actor(ActorKind.RESIDENT, account), lambda w: daily.check_in(w, draft))
    assert not receipt.again


def _bare(account: int, now: datetime) -> None:
    """Write the same rows by the ORM, in one commit, knowing everything beforehand."""
    day: date = district_day(now)
    with Session(db.engine, expire_on_commit=False) as session:
        balance = session.get_one(PointAccount, account)
        balance.balance += 5
        session.add_all(
            [
                ReplayRow(
                    scope="bench",
                    key=secrets.token_hex(32),
                    answer={"day": day.isoformat(), "origin": "today"},
                    expires_at=now,
                ),
                CheckIn(
                    account=account, member=0, day=day, village="410307106201", scheme="two",
                    bins=48, origin="today", streak=1, arrived_at=now,
                ),
                PointEntry(
                    account=account, book="earned", rule="checkin", ref=day.isoformat(),
                    amount=5, day=day, booked_at=now, reason="",
                ),
                BucketMark(measure="checkins", place="410307106201", day=day),
            ]
        )  # fmt: skip
        session.commit()


def _recounts(ground: Ground) -> None:
    """Say what boards and recounts cost; the full one beside the bare statement."""
    timed: dict[str, float] = {}
    with ground.app.app_context():
        with _timed(timed, "increment"):
            while work(SYSTEM, figures.recount):
                pass
        for _ in range(2):  # the second time nothing has to be fetched from disk
            with _timed(timed, "bare SQL"), Session(db.engine) as session:
                session.execute(figures.counted()).all()
            with _timed(timed, "full recount"):
                work(SYSTEM, figures.recount_all)
        with _timed(timed, "board of a month"):
            boards.by_village(reading(), span_of(Length.MONTH, district_day(BEGIN)))
        reading().close()
    print(f"  {ground.name}: " + ", ".join(f"{n} {s * 1e3:.1f} ms" for n, s in timed.items()))


@contextmanager
def _timed(timed: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    timed[name] = time.perf_counter() - began


def main() -> None:
    """Measure ten thousand beside ten million stored check-ins, on SQLite."""
    folder = ROOT / "var" / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    plan = Plan(folder, 7, 2.0, 1000, 60.0, quick=False, databases=("sqlite",))
    for verdict in measure_at(plan, (10_000, 10_000_000)):
        print(verdict)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
