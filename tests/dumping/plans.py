"""How the database answers: the statements of a read, their plans, rows by the hundred."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event, insert, text
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.buckets import BucketMark


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that the database is asked meanwhile, with their values."""
    seen: list[tuple[str, Any]] = []

    def note(*args: Any) -> None:
        if args[2].startswith("SELECT"):
            seen.append((args[2], args[3]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def plan(session: Session, read: Callable[[], object]) -> str:
    """Return the plan of a read; the cheap scan of a small table is shut out."""
    with statements() as seen:
        read()
    connection = session.connection()
    found = []
    head = "EXPLAIN QUERY PLAN"
    if connection.dialect.name == "postgresql":
        head = "EXPLAIN"
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashagg"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
    for statement, values in seen:
        rows = connection.exec_driver_sql(f"{head} {statement}", values).all()
        found += [str(row[-1]) for row in rows]
    return "\n".join(found)


def sorts(lines: str) -> bool:
    """Say whether a plan sorts rows instead of reading them in order."""
    return "TEMP B-TREE" in lines or "Sort" in lines


CLOCKS = {"accepted_at": NOW, "transfer_due": NOW, "finish_due": NOW, "legal_finish_due": NOW}


def fill(session: Session, rows: list[dict[str, Any]]) -> None:
    """Write cases that differ from a submitted one by the columns of each row."""
    example = make.case(make.report(words="例"))
    rows = [
        {f"public_{name}": row[name] for name in ("words", "spot") if name in row} | row
        for row in rows
    ]
    base = {column.name: getattr(example, column.name) for column in Report.__table__.c}
    whole = [_numbered(n, base | row, row) for n, row in enumerate(rows)]
    session.execute(insert(Report), whole)
    marks = {(row["town"] or "", row["business_day"]) for row in whole}
    session.execute(
        insert(BucketMark),
        [{"measure": "reports", "place": place, "day": day} for place, day in sorted(marks)],
    )
    session.commit()


def _numbered(number: int, columns: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    code = f"{number:04d}{row.get('code', 'ROW000')}"
    numbers = {"code": code, "public_code": code if "release_token" in row else None}
    return {name: value for name, value in columns.items() if name != "id"} | numbers


def shown(at: datetime = NOW, **more: Any) -> dict[str, Any]:
    """Return the columns of a released case."""
    token = secrets.token_hex(16)
    return {"release": "released", "released_at": at, "release_token": token} | more


def due(days: int, **more: Any) -> dict[str, Any]:
    """Return the columns of a submitted case that is due in so many days."""
    at = NOW + timedelta(days=days)
    return {"due_at": at, "accept_due": at} | more


def over(state: str = "closed", **more: Any) -> dict[str, Any]:
    """Return the columns of a case that is over."""
    end = {"closed_at": NOW, "outcome": "清走了", "proof": "photo"}
    ending = end if state == "closed" else {"refuse_ground": "not_here"}
    return CLOCKS | {"state": state, "due_at": None} | ending | more
