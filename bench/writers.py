"""Eight writers at once for a minute: nobody is told “database is locked”, nobody waits long."""

import os
import time
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path

from bench import databases, people, servers
from bench.databases import Pair, Side
from bench.load import Load, Result
from bench.plan import Plan
from bench.rounds import Verdict
from bench.servers import Server

WRITERS = 8
SYNCS = 300
REPORTS = "/api/v1/dumping/reports"


def measure(plan: Plan) -> list[Verdict]:
    found: list[Verdict] = []
    _disk(plan.place("disk"))
    print(f"\nwriters: {WRITERS} at once for {plan.writing:g} s (ms)")
    print(f"  {'':34}{'req/s':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}{'p99/p50':>9}{'bad':>5}")
    if "sqlite" in plan.databases:
        found += _on(plan, "SQLite FULL", databases.sqlite(plan, "FULL"))
        found += _on(plan, "SQLite NORMAL", databases.sqlite(plan, "NORMAL"))
    if "postgresql" in plan.databases:
        found += _on(plan, "PostgreSQL", databases.postgresql(plan))
    return found


def _disk(folder: Path) -> None:
    """Tell how unevenly the disk itself syncs: at FULL every commit waits for one of these."""
    times = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    found = Result(0, times, Counter(), 0)
    p50, p99 = found.quantile(0.5), found.quantile(0.99)
    print(f"\nthe disk alone: {SYNCS} syncs of 4 kB, p50 {p50:.1f} ms, p99 {p99:.1f} ms")


def _on(plan: Plan, where: str, opened: AbstractContextManager[Pair]) -> list[Verdict]:
    with opened as pair:
        with servers.floor(pair.floor.folder, pair.floor.env) as floor:
            _show(f"floor, the same rows, {where}", _write(floor, "/rows", plan.writing))
        with servers.product(pair.product.folder, pair.product.env, "jobs") as own:
            result = _write(own, REPORTS, plan.writing)
        _show(f"product, {where}", result)
        locked = _count(pair.product, "database is locked")
    ratio = result.quantile(0.99) / result.quantile(0.5)
    return [
        Verdict(f"writers: p99 / p50 on {where}", ratio, 5.0, f"{result.bad} bad answers"),
        Verdict(f"writers: “database is locked” on {where}", locked + result.bad, 0),
    ]


def _write(where: Server, path: str, seconds: float) -> Result:
    load = Load(where.port, people.reports(path), WRITERS)
    try:
        load.run(1)
        return load.run(seconds)
    finally:
        load.close()


def _show(name: str, result: Result) -> None:
    p50, p95, p99, most = (result.quantile(share) for share in (0.5, 0.95, 0.99, 1.0))
    print(
        f"  {name:34}{result.count / result.seconds:8.0f}{p50:8.1f}{p95:8.1f}{p99:8.1f}{most:8.1f}"
        f"{p99 / p50:9.1f}{result.bad:5}",
        flush=True,
    )


def _count(side: Side, words: str) -> int:
    return (side.folder / "log").read_text(errors="replace").count(words)
