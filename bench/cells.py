"""What cells cost with 10,000 applications beside 100: `python -m bench.cells [ROWS [RUNS]]`.

The bar: scoring, ranking and the register cost at most 1.1 times what they cost with 100
(issue 7), on SQLite and on PostgreSQL. Both sizes live in a database of their own, and their
runs alternate, so that a busy machine slows both; medians of CPU time of this process and of
the database's.
"""

import hashlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import insert, null, text

from bench import databases
from bench.processes import cpu_seconds
from wufei_public.app import create_app
from wufei_public.cells.actions import panels, rubrics
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.reviews import REVIEW, CellDuty, CellMark, CellSheet
from wufei_public.cells.models.rounds import CellRound, CellRubric
from wufei_public.cells.queries import certificates, lists
from wufei_public.cells.queries import rounds as round_queries
from wufei_public.cells.rules.panels import Sheet, result, score_json
from wufei_public.cells.rules.scoring import Answer, score
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.config import Mode, Settings, settings_from
from wufei_public.divisions import actions as divisions
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.people.actions.sessions import start_session
from wufei_public.people.models import Account, GrantRow
from wufei_public.people.rules.roles import Role

FEW, MANY, RUNS, LIMIT = 100, 10_000, 60, 1.1
TOWNS = [f"4103071{number:02d}" for number in (3, 4, 5, 6, 7, 8, 9, 10, 11)]
OFFICE = Actor(ActorKind.STAFF, 1, "办公室", (Grant(Role.DISTRICT_OFFICER, "410307"),))
PANEL = (11, 12, 13)
LAST = Actor(ActorKind.STAFF, PANEL[-1], "专家", (Grant(Role.EXPERT, "410307"),))
CASE = "WFXBBENCH0"
PARTS = 500
TIMES = 10


@dataclass(frozen=True)
class Ground:
    """A filled site; `pids` is the database's process where it has one."""

    app: Flask
    pids: tuple[int, ...]

    def spent(self) -> float:
        return time.process_time() + (cpu_seconds(list(self.pids)) if self.pids else 0.0)


def site(folder: Path, rows: int, address: str) -> Flask:
    """Make a site with `rows` applications of one round, half of them named."""
    app = create_app(
        Settings(
            mode=Mode.TRIAL,
            var=folder,
            database=address,
            district="410307",
            site_name="示例",
            site_name_en="Example",
            organiser="示例",
            contact_phone="0379-00000000",
            log_level="error",
        )
    )
    with app.app_context():
        Base.metadata.create_all(db.engine)
        work(SYSTEM, lambda w: (divisions.seed(w), rubrics.seed(w)))
        work(SYSTEM, lambda w: fill(w, rows))
        reading().close()
    return app


def fill(w: Work, rows: int) -> None:
    w.session.execute(
        insert(Account),
        [{"id": number, "code": f"A{number}", "kind": "staff", "display_name": "办公室",
          "user_name": f"a{number}", "state": "active", "created_at": w.now}
         for number in (1, 2, *PANEL)],
    )  # fmt: skip
    w.session.execute(
        insert(GrantRow),
        {"code": "G1", "account": 1, "role": Role.DISTRICT_OFFICER, "division": "410307",
         "department": "", "granted_at": w.now},
    )  # fmt: skip
    rubric = w.session.query(CellRubric.id).filter_by(kind="hotel").scalar()
    w.session.execute(
        insert(CellRound),
        {"id": 1, "code": "R", "title": "一", "notice": "", "opens_at": w.now,
         "quota": rows, "taken": rows // 2,
         "closes_at": w.now + timedelta(days=30), "towns": [], "made_at": w.now, "made_by": 1},
    )  # fmt: skip
    for first in range(0, rows, PARTS):
        numbers = range(first, min(rows, first + PARTS))
        w.session.execute(insert(CellApplication), [application(w, n, rubric) for n in numbers])
        named = [certificate(w, n) for n in numbers if n % 2]
        # Who named it has a duty in the review.
        namers = [{"application_id": one["application_id"], "account_id": 1, "duty": REVIEW}
                  for one in named]  # fmt: skip
        w.session.execute(insert(CellDuty), namers)
        w.session.execute(insert(CellCertificate), named)
    seat(w, rubric)


def seat(w: Work, rubric: int) -> None:
    """Put three experts onto one application: two are in, the third has marked every item."""
    one = application(w, rows_of(w), rubric)
    undecided = ("total", "median", "spread", "stars", "confirmed_by")
    none: dict[str, Any] = dict.fromkeys(undecided)
    none["result"] = null()
    one |= none | {"code": CASE, "state": "experts", "due_at": w.now + timedelta(days=9)}
    w.session.execute(insert(CellApplication), one)
    given = score(round_queries.rubric(w.session, rubric), {})
    for at, expert in enumerate(PANEL):
        done = at < len(PANEL) - 1
        w.session.execute(
            insert(CellDuty),
            {"application_id": one["id"], "account_id": expert, "duty": REVIEW},
        )
        w.session.execute(
            insert(CellSheet),
            {"id": at + 1, "application_id": one["id"], "evaluation": 1, "expert_id": expert,
             "duty": REVIEW, "assigned_at": w.now, "due_at": one["due_at"], "recusal": "",
             "declared_at": w.now, "vetoes": [], "words": "", "scored_at": w.now if done else None,
             "total": given.total if done else None,
             "result": score_json(given) if done else null()},
        )  # fmt: skip
    marks = [
        {"sheet_id": len(PANEL), "item": item.id, "na": False, "note": "",
         "step": None if item.ratio else 0, "value": item.ratio.full_at if item.ratio else None}
        for item in round_queries.rubric(w.session, rubric).items
    ]  # fmt: skip
    w.session.execute(insert(CellMark), marks)


def rows_of(w: Work) -> int:
    return w.session.query(CellApplication.id).count()


def dice(number: int) -> int:
    return int.from_bytes(hashlib.sha256(str(number).encode()).digest()[:4], "big")


def application(w: Work, number: int, rubric: int) -> dict[str, Any]:
    total = Decimal(dice(number) % 3000 + 7000) / 100
    town = TOWNS[number % len(TOWNS)]
    scored = {
        "total": total,
        "median": total,
        "spread": Decimal(1),
        "stars": 3,
        "result": {"sections": []},
    }
    return {
        "id": number + 1, "code": f"{number:010d}", "round_id": 1, "kind": "hotel",
        "rubric_id": rubric, "state": "named" if number % 2 else "scored", "version": 9,
        "unit": f"单位{number}", "division": town, "town": town, "department": "commerce",
        "applicant_id": 1, "story": "", "commitment": "1", "committed_at": w.now,
        "started_at": w.now, "submitted_at": w.now, "submissions": 1, "self_total": Decimal(90),
        "evaluation": 1, "document": "9号", "minutes": "", "proposed_by": 1,
        "confirmed_by": None if number % 2 == 0 else 2, "refuse_ground": "", "refuse_reason": "",
        "notice_from": w.now, "notice_until": w.now, "earliness": -number,
        "due_at": None if number % 2 else w.now + timedelta(days=9),
    } | scored  # fmt: skip


def certificate(w: Work, number: int) -> dict[str, Any]:
    town = TOWNS[number % len(TOWNS)]
    return {
        "application_id": number + 1, "code": f"{number:010d}", "year": 2026, "place": number,
        "number": f"WFXB-2026-{number:05d}", "unit": f"单位{number}", "kind": "hotel",
        "division": town, "town": town, "stars": 3, "story": "",
        "named_on": date(2026, 1, 1) + timedelta(days=number % 300),
        "valid_until": date(2029, 1, 1), "document": "9号", "named_by": 1, "statement": "{}",
        "signature": "", "standing": "valid", "standing_reason": "", "standing_at": w.now,
    }  # fmt: skip


def panel_score() -> None:
    """Score a panel of five by the hotel's rubric; no row of the table takes part."""
    rubric = round_queries.rubric(reading(), ids["rubric"])
    answers = {
        item.id: Answer(value=item.ratio.full_at) if item.ratio else Answer(step=0)
        for item in rubric.items
    }
    result(rubric, [Sheet(number, score(rubric, answers)) for number in range(5)])


class TakenBackError(Exception):
    """Takes back what was measured, so that it can be measured again."""


def hand_in() -> None:
    """Hand the last sheet in, which closes the scoring with its result, and take it back."""

    def do(w: Work) -> None:
        panels.hand_in(w, code=CASE, words="看过。")
        raise TakenBackError

    with suppress(TakenBackError):
        work(LAST, do)


def office() -> FlaskClient:
    """Return a browser in which the office is signed in, once for each database."""
    client = current_app.test_client()

    def enter(w: Work) -> str:
        return start_session(w, w.session.get_one(Account, 1), device="", old_token="").token

    where = str(db.engine.url)
    if where not in sessions:
        sessions[where] = work(SYSTEM, enter)
    client.set_cookie(COOKIE, sessions[where])
    return client


# The token of each database.
sessions: dict[str, str] = {}
ids: dict[str, int] = {}
MEASURED: dict[str, Callable[[], object]] = {
    "score a panel of five": panel_score,
    "hand in the last sheet": hand_in,
    "ranking of the round (first 100)": lambda: lists.ranking(reading(), 1),
    "ranking, a page of 40 in the middle": lambda: lists.ranking(
        reading(), 1, lists.Ranked(Decimal(90), 0, 1, 40), 40
    ),
    "register, first page": lambda: certificates.register(reading(), certificates.RegisterFilter()),
    "register of one town, by fours": lambda: certificates.register(
        reading(), certificates.RegisterFilter(town=TOWNS[2]), 4
    ),
    "register, a page in the middle": lambda: certificates.register(
        reading(), certificates.RegisterFilter(after=(date(2026, 6, 1), 1))
    ),
    "the register's whole page": lambda: current_app.test_client().get("/cells"),
    "the round's whole page": lambda: office().get("/staff/cells/office/rounds/R"),
    "officers' desk, first page": lambda: lists.queue(reading(), OFFICE, None, None),
}
# Told beside and not held: two look-ups of 60 µs, and what counts rows.
TOLD = {
    "indicator 39 and its list": lambda: certificates.figures(reading(), house().clock()),
    "desk: counts by state": lambda: lists.counts(reading(), OFFICE),
    "figures after a change": lambda: (
        certificates.forget_figures(),
        certificates.figures(reading(), house().clock()),
    ),
}


def once(ground: Ground, do: Callable[[], object]) -> float:
    with ground.app.app_context():
        ids["rubric"] = next(iter(round_queries.choices(reading())["hotel"]))
        do()
        began = ground.spent()
        for _ in range(TIMES):
            do()
        took = (ground.spent() - began) / TIMES
        reading().close()
    return took * 1000


def main(words: Sequence[str]) -> int:
    rows, runs = (int(words[0]) if words else MANY), (int(words[1]) if len(words) > 1 else RUNS)
    missed = 0
    for kind in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            print(kind)
            small, large = (grounded(stack, kind, size) for size in (FEW, rows))
            missed += compare(small, large, rows, runs)
    return 1 if missed else 0


def grounded(stack: ExitStack, kind: str, rows: int) -> Ground:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    if kind == "sqlite":
        return Ground(site(folder, rows, f"sqlite:///{folder}/bench.sqlite3"), ())
    side = databases.cluster(stack, folder)
    app = site(folder, rows, settings_from({"WUFEI_VAR": str(folder)} | dict(side.env)).database)
    stack.callback(dispose, app)
    with app.app_context(), db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    return Ground(app, side.pids)


def dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def compare(small: Ground, large: Ground, rows: int, runs: int) -> int:
    """Print each cost at both sizes; return how many are over the bar."""
    missed = 0
    for name, do in (MEASURED | TOLD).items():
        pairs = [(once(small, do), once(large, do)) for _ in range(runs)]
        one, other = (statistics.median(side) for side in zip(*pairs, strict=True))
        held = other / one <= LIMIT or name in TOLD
        missed += not held
        print(
            f"{name:34} {FEW} rows {one:7.3f} ms   {rows} rows {other:7.3f} ms   "
            f"× {other / one:5.2f}   {'told' if name in TOLD else 'holds' if held else 'MISSED'}"
        )
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
