"""The aggregation and the board: what changed counts, not what lies there.

    python -m bench.board [check-ins] [reports] [responses] [rounds] [sqlite|postgresql]

In one process, past HTTP. Three databases: 10,000 and 100,000 check-ins, and as many as said
(`bench/filling.py`), on the same fifty days of the same villages. An increment is a day's
check-ins of every village, bulk-written with their marks: recounted, handed on, rolled up to
months, quarters, years, towns and the district. A rebuild counts everything again; its floor
writes the same sums into tables of the same keys by bare SQL of the same engine. The board's page
stands beside one of the same bytes that a Flask application draws in one plain loop. Times are
CPU of this process and, on PostgreSQL, of all of the database's.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import databases, filling
from bench.databases import Side
from bench.filling import SERIES, Size
from bench.floor_board import DISTRICT, bare_page, bare_sums
from bench.plan import Plan
from bench.processes import cpu_seconds
from bench.rounds import Spread, Verdict
from wufei_public.app import create_app
from wufei_public.checkins import jobs
from wufei_public.checkins.actions import figures, keeping
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.common.clock import district_day
from wufei_public.config import settings_from
from wufei_public.dumping.jobs import count_marked
from wufei_public.indicators.actions import claiming, values
from wufei_public.indicators.actions.driving import run_due
from wufei_public.indicators.actions.values import Entry
from wufei_public.indicators.documents import towns
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.sheets import COMPUTED
from wufei_public.indicators.rules.states import Move
from wufei_public.infra.db import db
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.people.rules.roles import Role

BEGIN = datetime(2027, 1, 4, 2, tzinfo=UTC)
GROWS, REBUILD, PAGE = 1.1, 1.5, 1.5
FEW, SOME = 10_000, 100_000
SIZES = (10_000_000, 1_000_000, 100_000, 5)  # those of the issue, and rounds
CHANGED, PAGES = 2_000, 40
TOWN = "410307106"
OFFICERS = [
    Actor(ActorKind.STAFF, number, "", (Grant(Role.DISTRICT_OFFICER, DISTRICT),))
    for number in (1, 2, 3)
]


@dataclass
class Ground:
    """One filled database, and the hour that it is there."""

    app: Flask
    pids: tuple[int, ...]
    name: str
    hours: int = 0
    costs: dict[str, list[float]] = field(default_factory=dict)

    def now(self) -> datetime:
        return BEGIN + timedelta(hours=self.hours)

    def timed(self, name: str, do: Callable[[], object], times: int = 1) -> None:
        """Do it and keep what one time cost in milliseconds of processor."""
        with self.app.app_context():
            before = time.process_time() + self.others()
            for _ in range(times):
                do()
            cost = (time.process_time() + self.others() - before) * 1e3 / times
            reading().close()
        self.costs.setdefault(name, []).append(cost)

    def others(self) -> float:
        return cpu_seconds(list(self.pids)) if self.pids else 0.0


def measure(plan: Plan) -> list[Verdict]:
    """Measure three databases in turn; the issue's sizes are for `main`."""
    size = Size(50_000) if plan.quick else Size(1_000_000, 10_000, 1_000)
    return [one for kind in plan.databases for one in measure_at(plan, kind, size)]


def measure_at(plan: Plan, kind: str, most: Size) -> list[Verdict]:
    """Measure increments, board, rebuild and page on one engine."""
    sizes = [Size(FEW, 1_000, people=most.people), Size(SOME, 1_000, people=most.people), most]
    with ExitStack() as stack:
        grounds = [_ground(stack, plan, kind, size) for size in sizes]
        for turn in range(plan.rounds + 2):
            for ground in grounds if turn % 2 else grounds[::-1]:
                _round(ground, warm=turn >= 2)
        few, some, many = grounds
        found = [_grown("increment", many, some), _grown("board", many, few)]
        found += _rebuilt(many, kind, plan.rounds)
        return [*found, _paged(many, plan.rounds)]


def _ground(stack: ExitStack, plan: Plan, kind: str, size: Size) -> Ground:
    folder = plan.place(f"board-{kind}-{size.checkins}")
    side = Side(folder, {})
    if kind == "postgresql":
        side = databases.cluster(stack, folder)
    env = {"WUFEI_VAR": str(folder), "WUFEI_DISTRICT": DISTRICT, "WUFEI_MODE": "trial"}
    app = create_app(settings_from(env | dict(side.env) | {"WUFEI_LOG_LEVEL": "error"}))
    ground = Ground(app, side.pids, f"{kind} at {size.checkins:,}")
    with app.app_context():
        upgrade()
        app.extensions["house"] = replace(house(), clock=ground.now)
        began = time.perf_counter()
        filling.fill(size)
        filled = time.perf_counter() - began
        work(SYSTEM, figures.recount_all)
        work(SYSTEM, keeping.keep)
        count_marked("")
        run_due()
        _publish()
        reading().close()
        counted = time.perf_counter() - began - filled
        print(f"{ground.name}: filled in {filled:.0f} s, counted in {counted:.0f} s", flush=True)
        stack.callback(db.engine.dispose)
    return ground


def _publish() -> None:
    """Have a published value of each indicator that a department may enter."""
    for one in current().indicators:
        if one.series in COMPUTED:
            continue
        for part in one.components:
            entry = Entry(
                one.series, "2025", "公报", Decimal("35.5"), "按期", component=part, n=800,
                method="抽样", collector="统计局",
            )  # fmt: skip
            row = work(OFFICERS[0], lambda w, entry=entry: values.enter(w, entry))
            for officer, move in zip(OFFICERS[1:], (Move.CHECK, Move.PUBLISH), strict=True):
                work(officer, lambda w, c=row.code, m=move: values.move(w, code=c, what=m))


def _round(ground: Ground, *, warm: bool) -> None:
    """Let every village have check-ins on one more day; count them, look at the board."""
    ground.hours += 26
    if not warm:
        ground = replace(ground, costs={})
    with ground.app.app_context():
        today = district_day(ground.now())
        work(SYSTEM, lambda w: _one_more_day(w, today))
        reading().close()
    ground.timed("increment", _increment)
    # A server's processes are counted in hundredths of a second.
    ground.timed("board", lambda: _board(today), times=10)


def _one_more_day(w: Work, today: date) -> None:
    kind = db.engine.dialect.name
    day = f"'{today}'" if kind == "sqlite" else f"DATE '{today}'"
    series = SERIES[kind].format(a=1, b=CHANGED + 1)
    columns = "account, member, day, village, scheme, bins, origin, streak, arrived_at"
    w.session.execute(
        text(
            f"INSERT INTO check_in ({columns}) {series} SELECT n, 0, {day}, v.village, 'two', 48,"
            f" 'today', 1, {filling.AT[kind]} FROM s JOIN checkin_profile v ON v.account = n"
        )
    )
    w.session.execute(
        text(
            "INSERT INTO bucket_mark (measure, place, day)"
            f" SELECT DISTINCT 'checkins', village, day FROM check_in WHERE day = {day}"
        )
    )


def _increment() -> None:
    jobs.recount("")
    assert run_due()


def _board(today: date) -> None:
    with current_app.test_request_context():
        for place in (DISTRICT, TOWN):
            towns.heat(reading(), "checkins", place, today)
        towns.closing(reading(), DISTRICT, today)


def _grown(name: str, large: Ground, small: Ground) -> Verdict:
    ours, theirs = large.costs[name], small.costs[name]
    print(f"  {name}: {small.name} {Spread.of(theirs):.1f} ms, {large.name} {Spread.of(ours):.1f}")
    return _beside(f"{name}, {large.name} × {small.name}", ours, theirs, GROWS)


def _beside(what: str, ours: Sequence[float], theirs: Sequence[float], bar: float) -> Verdict:
    ratio = Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])
    return Verdict(what, ratio.middle, bar, f"{ratio.least:.2f}…{ratio.most:.2f}")


def _rebuilt(ground: Ground, kind: str, rounds: int) -> list[Verdict]:
    """Count everything again, beside the same sums in bare SQL: what stands there, and nothing."""
    for turn in range(min(rounds, 3) + 1):
        ground.hours += 2
        for name, do in (("bare", lambda: bare_sums(kind)), ("rebuild", _rebuild)):
            ground.timed(name, do)
        with ground.app.app_context():
            _empty()
        ground.timed("from nothing", _rebuild)
        if not turn:  # the first time what is read is fetched from disk
            ground.costs = {}
    found = []
    for name in ("rebuild", "from nothing"):
        own, bare = ground.costs[name], ground.costs["bare"]
        print(f"  {name}: {Spread.of(own):.0f} ms, bare SQL {Spread.of(bare):.0f} ms")
        found.append(_beside(f"{name} × bare SQL, {ground.name}", own, bare, REBUILD))
    return found


def _empty() -> None:
    with Session(db.engine) as session:
        for name in ("checkin_figure", "indicator_bucket"):
            session.execute(text(f"DELETE FROM {name}"))
        session.commit()


def _rebuild() -> None:
    work(SYSTEM, figures.recount_all)
    work(OFFICERS[0], lambda w: claiming.ask(w, whole=True))
    assert run_due()


# ---- the board's page beside a bare one of the same bytes --------------------------


def _paged(ground: Ground, rounds: int) -> Verdict:
    """Ask for the board as a guest, and for the same page drawn by Flask in one plain loop."""
    client = ground.app.test_client()
    page = client.get("/indicators").text
    with ground.app.app_context():
        address = db.engine.url
    bare = bare_page(page, address).test_client()
    assert bare.get("/").text == page
    costs: Mapping[str, list[float]] = {"/indicators": [], "/": []}
    for turn in range(rounds * 2 + 1):
        pair = [(client, "/indicators"), (bare, "/")]
        for one, path in pair if turn % 2 else pair[::-1]:
            before = time.process_time() + ground.others()
            for _ in range(PAGES):
                one.get(path).get_data()
            if turn:
                cost = time.process_time() + ground.others() - before
                costs[path].append(cost / PAGES * 1e3)
    ours, theirs = costs["/indicators"], costs["/"]
    print(f"  page of {len(page):,}: {Spread.of(ours):.2f} ms, bare {Spread.of(theirs):.2f}")
    return _beside(f"board page × bare page, {ground.name}", ours, theirs, PAGE)


def main(words: Sequence[str]) -> None:
    """Measure at the sizes of the issue; the databases are removed in the end."""
    numbers, kinds = (
        [int(one) for one in words if one.isdigit()],
        [one for one in words if not one.isdigit()],
    )
    checkins, reports, responses, rounds = [*numbers, *SIZES[len(numbers) :]]
    with tempfile.TemporaryDirectory(prefix="wufei-board-") as folder:
        plan = Plan(Path(folder), rounds, 2.0, 1000, 60.0, quick=False)
        for kind in kinds or plan.databases:
            for verdict in measure_at(plan, kind, Size(checkins, reports, responses)):
                print(verdict, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
