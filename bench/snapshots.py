"""One more change of the list among 100 and among 10,000 entries: its CPU, and what it keeps.

    nice -n 10 python -m bench.snapshots [sqlite|postgresql] [rounds] [times] [entries]

A change freezes the record of one entry anew and takes a snapshot. CPU is that of this process
and, on PostgreSQL, of every process of its server. Rounds take turns; median (min…max) of the
ratios is printed, and the nodes that a change keeps, of 32 bytes and three numbers each.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import func, select

from bench import databases
from bench.registers import LISTED, build, cpu, named, spent_with
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import Work, reading, work
from wufei_public.redblack.actions import snapshots
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.snapshots import ListingNode, Snapshot

FEW, MANY, PART = 100, 10_000, 200
NODE = 32 + 3 * 4  # bytes


def grow(app: Flask) -> None:
    """Give every entry its place in the tree."""
    with app.app_context():
        ids = reading().scalars(select(Listing.id).order_by(Listing.id)).all()
        reading().rollback()
        for begin in range(0, len(ids), PART):
            work(SYSTEM, lambda w, part=ids[begin : begin + PART]: stand(w, part))


def stand(w: Work, ids: list[int]) -> None:
    snapshots.take(w, w.session.scalars(select(Listing).where(Listing.id.in_(ids))).all())


def change(app: Flask, numbers: Iterator[int]) -> None:
    """Freeze the next entry anew, with a snapshot."""
    with app.app_context():
        work(SYSTEM, lambda w: one(w, 1 + LISTED * next(numbers)))


def one(w: Work, number: int) -> None:
    row = w.session.get_one(Listing, number)
    if not snapshots.freeze(w, row):
        raise AssertionError(number)
    snapshots.take(w, [row])


def kept(app: Flask) -> tuple[int, int]:
    """Return how many nodes the newest snapshot added, and of how many leaves it is."""
    with app.app_context():
        last = reading().scalar(select(func.max(Snapshot.number)))
        nodes = select(func.count()).where(ListingNode.number == last)
        size = select(Snapshot.size).where(Snapshot.number == last)
        return reading().scalar(nodes) or 0, reading().scalar(size) or 0


def measure(few: Flask, many: Flask, spent: Callable[[], float], rounds: int, times: int) -> None:
    numbers = count(), count()
    pair = [
        (partial(change, app, number)) for app, number in zip((few, many), numbers, strict=True)
    ]
    for do in pair:
        cpu(do, 3, spent)
    seen = [tuple(cpu(do, times, spent) for do in pair) for _round in range(rounds)]
    ratios = sorted(after / before for before, after in seen)
    a, b = median(x for x, _ in seen), median(y for _, y in seen)
    print(f"a change: {a:.2f} and {b:.2f} ms of CPU, ratio {median(ratios):.2f}", end=" ")
    print(f"({ratios[0]:.2f}…{ratios[-1]:.2f})")
    for app in (few, many):
        nodes, size = kept(app)
        print(f"{size:>8,} leaves: {nodes} nodes, {nodes * NODE} bytes a change")


def main(engine: str = "sqlite", rounds: int = 5, times: int = 5, most: int = MANY) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses, spent = ["", ""], time.process_time
        if engine == "postgresql":
            side = databases.cluster(stack, folder)
            addresses = [named(side.env["WUFEI_DATABASE"], name) for name in ("few", "many")]
            spent = partial(spent_with, side.pids[0])
        few = build(folder / "few", FEW * LISTED, addresses[0])
        many = build(folder / "many", most * LISTED, addresses[1])
        for app in (few, many):
            grow(app)
        print(engine, end=": ")
        measure(few, many, spent, rounds, times)


if __name__ == "__main__":
    main(*sys.argv[1:2], *(int(argument) for argument in sys.argv[2:]))
