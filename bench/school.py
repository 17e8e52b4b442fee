"""A whole school checks in: 200 a second for a minute, all behind one address, each once.

Open loop: each request has its moment, whatever became of those before it, and its time runs
from that moment; a server that falls behind shows it. The limits are the product's own.
"""

import http.client
import json
import secrets
import shutil
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from bench import databases, servers
from bench.databases import Side
from bench.plan import PROXY, Plan
from bench.rounds import Verdict
from wufei_public.app import create_app
from wufei_public.calendar import actions as calendar
from wufei_public.checkins.models import CheckIn, CheckinProfile
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import utc_now
from wufei_public.config import settings_from
from wufei_public.divisions import actions as divisions
from wufei_public.divisions.queries import directory
from wufei_public.infra.db import db
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import reading, work
from wufei_public.people.models import Account, SessionRow
from wufei_public.people.queries.sealing import token_hash
from wufei_public.points.models import PointEntry

A_SECOND, SECONDS = 200, 60
SENDERS = 48
SCHOOL = "203.0.113.7"
BROWSER = "Mozilla/5.0 (Linux; Android 12; SCHOOL) AppleWebKit/537.36 Chrome/96 Mobile"
DAY = timedelta(days=1)


@dataclass
class Day:
    """What came of the pupils' check-ins: status by answer, seconds from each one's moment."""

    status: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    seconds: float = 0.0

    def note(self, status: int, seconds: float) -> None:
        with self.lock:
            self.status[status] += 1
            self.times.append(seconds)

    def quantile(self, share: float) -> float:
        """Return the time within which `share` of the answers came, in milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3


def measure(plan: Plan) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for kind in plan.databases:
        with ExitStack() as stack:
            verdicts += _on(stack, plan, kind)
        shutil.rmtree(plan.place(f"school-{kind}"), ignore_errors=True)
    return verdicts


def _on(stack: ExitStack, plan: Plan, kind: str) -> list[Verdict]:
    folder = plan.place(f"school-{kind}")
    side = Side(folder, {"WUFEI_SQLITE_SYNCHRONOUS": "FULL"})
    if kind == "postgresql":
        side = databases.cluster(stack, folder)
    env = dict(side.env) | PROXY | {"WUFEI_DISTRICT": "410307", "WUFEI_MODE": "trial"}
    pupils = A_SECOND * (5 if plan.quick else SECONDS)
    app = create_app(settings_from({"WUFEI_VAR": str(folder), **env, "WUFEI_LOG_LEVEL": "error"}))
    with app.app_context():
        tokens = _pupils(pupils)
        db.engine.dispose()
    with servers.product(folder, env, "jobs") as own:
        day = _school(own.port, tokens)
    return _told(kind, day, pupils, _stored(app))


def _pupils(count: int) -> Sequence[str]:
    """Make the pupils of one school, each with a home and a phone; return their sessions."""
    upgrade()
    work(SYSTEM, divisions.seed)
    work(SYSTEM, calendar.seed)
    village = directory(reading()).units[0].code
    reading().rollback()
    tokens, now = [secrets.token_urlsafe(32) for _ in range(count)], utc_now()
    with Session(db.engine) as session:
        session.execute(
            insert(Account),
            [
                {
                    "id": n, "kind": "resident", "code": f"S{n:09}", "display_name": "",
                    "state": "active", "created_at": now,
                }
                for n in range(1, count + 1)
            ],
        )  # fmt: skip
        session.execute(
            insert(CheckinProfile),
            [
                {"account": n, "village": village, "nickname": "", "listed": False,
                 "changed_at": now}
                for n in range(1, count + 1)
            ],
        )  # fmt: skip
        session.execute(
            insert(SessionRow),
            [
                {
                    "token_hash": token_hash(token), "code": f"T{n:09}", "account": n,
                    "created_at": now, "seen_at": now, "idle_until": now + DAY, "until": now + DAY,
                }
                for n, token in enumerate(tokens, 1)
            ],
        )  # fmt: skip
        session.commit()
    return tokens


def _school(port: int, tokens: Sequence[str]) -> Day:
    """Let every pupil check in at the own moment; return what came of it."""
    day, begin = Day(), time.perf_counter() + 1.0
    senders = [
        threading.Thread(target=_send, args=(port, day, begin, tokens, number))
        for number in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    day.seconds = time.perf_counter() - begin
    return day


def _send(port: int, day: Day, begin: float, tokens: Sequence[str], first: int) -> None:
    """Send every SENDERS-th check-in, each not before its moment, over one connection."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for number in range(first, len(tokens), SENDERS):
        moment = begin + number / A_SECOND
        time.sleep(max(0.0, moment - time.perf_counter()))
        day.note(_check_in(line, tokens[number]), time.perf_counter() - moment)
    line.close()


def _check_in(line: http.client.HTTPConnection, token: str) -> int:
    body = json.dumps({"client_key": secrets.token_urlsafe(24), "bins": ["recyclable"]})
    headers = {
        "Content-Type": "application/json", "Cookie": f"{COOKIE}={token}",
        "User-Agent": BROWSER, "X-Forwarded-For": SCHOOL, "Sec-Fetch-Site": "same-origin",
    }  # fmt: skip
    try:
        line.request("POST", "/api/v1/checkins", body, headers)
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        line.close()  # the next one opens it again
        return 0
    return answer.status


def _stored(app: Flask) -> tuple[int, int]:
    """Return how many check-ins and bookings there are."""
    with app.app_context():
        session = reading()
        session.rollback()
        found = [session.scalar(select(func.count(model.id))) for model in (CheckIn, PointEntry)]
        db.engine.dispose()
    return found[0] or 0, found[1] or 0


def _told(kind: str, day: Day, pupils: int, stored: tuple[int, int]) -> list[Verdict]:
    done, (check_ins, bookings) = day.status[201], stored
    print(f"\nschool on {kind}: {pupils:,} check-ins from one address, {A_SECOND} a second")
    rate = done / day.seconds
    print(f"  answers {dict(day.status)} within {day.seconds:.1f} s: {rate:.0f} a second")
    quantiles = ", ".join(f"p{share:g} {day.quantile(share / 100):.0f}" for share in (50, 95, 99))
    print(f"  ms from its moment to its answer: {quantiles}; most {max(day.times) * 1e3:.0f}")
    print(f"  stored: {check_ins:,} check-ins, {bookings:,} bookings")
    return [
        Verdict(f"school, {kind}: refused wrongly", pupils - done, 0),
        Verdict(f"school, {kind}: answered and lost", done - min(check_ins, bookings), 0),
        Verdict(
            f"school, {kind}: time ÷ {pupils // A_SECOND} s", day.seconds * A_SECOND / pupils, 1.05
        ),
    ]
