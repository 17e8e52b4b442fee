"""Writes at a rate, eight threads, and watches what waits: `flow_writer.py RATE SECONDS`.

Prints JSON: what was written, the most that waited, and how long after the last write all was
sealed and sent.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from itertools import count

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wufei_public.app import create_app
from wufei_public.common.actor import SYSTEM
from wufei_public.config import settings_of_process
from wufei_public.infra.audit import AuditRow, record
from wufei_public.infra.outbox import OutboxRow, queue
from wufei_public.infra.work import Work, snapshot, work
from wufei_public.people.queries.sealing import phone_address, seal_values
from wufei_public.trail.models import AuditSeal

WRITERS, PATIENCE = 8, 120
CODE = {"code": "123456", "minutes": 10}


def write(w: Work, number: int) -> None:
    record(w, "bench:flow", f"bench/{number}", after={"number": number})
    to = phone_address(w.keys, f"138{number % 100_000_000:08}")
    queue(w, channel="sms", to=to, template="people.code", values=seal_values(w.keys, CODE))


def write_all(app: Flask, rate: int, seconds: int) -> float:
    """Write in open loop; return how long it took."""
    numbers, lock, began = count(), threading.Lock(), time.monotonic()

    def run() -> None:
        with app.app_context():
            while True:
                with lock:
                    number = next(numbers)
                if number >= rate * seconds:
                    return
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
                work(SYSTEM, lambda w, number=number: write(w, number))

    threads = [threading.Thread(target=run) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def ask(what: Callable[[Session], int]) -> int:
    with snapshot() as session:
        return what(session)


def unsealed(session: Session) -> int:
    rows = session.scalar(select(func.count()).select_from(AuditRow)) or 0
    return rows - (session.scalar(select(func.count()).select_from(AuditSeal)) or 0)


def unsent(session: Session) -> int:
    return in_state(session, "waiting")


def in_state(session: Session, *states: str) -> int:
    chosen = select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(states))
    return session.scalar(chosen) or 0


def watch(app: Flask, over: threading.Event, most: dict[str, int]) -> None:
    with app.app_context():
        while not over.wait(1):
            most["unsealed"] = max(most["unsealed"], ask(unsealed))
            most["unsent"] = max(most["unsent"], ask(unsent))


def until_none(since: float) -> dict[str, float]:
    """Return after how many seconds nothing waited any more, of each."""
    left = {"sent": unsent, "sealed": unsealed}
    told = dict.fromkeys(left, float(PATIENCE))
    while left and time.monotonic() - since < PATIENCE:
        for name in [name for name, what in left.items() if not ask(what)]:
            told[name] = time.monotonic() - since
            del left[name]
        time.sleep(0.1)
    return told


def main() -> int:
    rate, seconds = int(sys.argv[1]), int(sys.argv[2])
    app = create_app(settings_of_process())
    over, most = threading.Event(), {"unsealed": 0, "unsent": 0}
    watcher = threading.Thread(target=watch, args=(app, over, most))
    watcher.start()
    took = write_all(app, rate, seconds)
    ended = time.monotonic()
    with app.app_context():
        done = until_none(ended)
        lost = ask(lambda session: in_state(session, "waiting", "dead"))
    over.set()
    watcher.join()
    told = {"wrote": rate * seconds, "seconds": took, "lost": lost} | done
    print(json.dumps(told | {f"most_{name}": number for name, number in most.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
