"""Exactly once: the same client key gives the same answer and no second effect."""

import random
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, bindparam, delete, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import JSON, Base, UtcDateTime
from wufei_public.infra.work import Work

# A phone may hold a report for weeks before it finds a signal.
KEEP = timedelta(days=60)


class ReplayRow(Base):
    __tablename__ = "replay"

    scope: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


# SQLAlchemy compiles its own ON CONFLICT anew each time; these words serve both databases.
_INSERT = (
    text(
        "INSERT INTO replay (scope, key, answer, expires_at)"
        " VALUES (:scope, :key, :answer, :expires_at) ON CONFLICT DO NOTHING"
    )
    .bindparams(bindparam("answer", type_=JSON), bindparam("expires_at", type_=UtcDateTime))
    # An INSERT's row count is kept only when asked; psycopg's is gone once it has closed.
    .execution_options(preserve_rowcount=True)
)


def claim(
    w: Work, scope: str, key: str, answer: Mapping[str, Any], *, keep: timedelta = KEEP
) -> dict[str, Any] | None:
    """Claim `key`: None for the first caller, the first caller's answer for every later one.

    Call it before any other write. A parallel caller waits here until the first has
    committed (PostgreSQL: in the unique index; SQLite: before BEGIN IMMEDIATE).
    """
    row = {"scope": scope, "key": key, "answer": dict(answer), "expires_at": w.now + keep}
    if w.session.connection().execute(_INSERT, row).rowcount == 1:
        return None
    first: dict[str, Any] = w.session.scalars(
        select(ReplayRow.answer).where(ReplayRow.scope == scope, ReplayRow.key == key)
    ).one()
    return first


def forget_old(w: Work) -> int:
    """Remove the keys whose time is over; return how many."""
    done = w.session.connection().execute(delete(ReplayRow).where(ReplayRow.expires_at < w.now))
    return done.rowcount


def shuffle(w: Work, scope: str) -> int:
    """Write the keys of a scope anew in random order, so that it tells nobody who came when.

    One statement takes them away and tells them: a key that comes in meanwhile is not touched,
    and whoever sends one of these again waits for the new row. Return how many.
    """
    table: Any = ReplayRow.__table__
    connection = w.session.connection()
    taken = connection.execute(delete(table).where(table.c.scope == scope).returning(table))
    rows = [dict(row) for row in taken.mappings()]
    random.Random(secrets.randbits(128)).shuffle(rows)  # noqa: S311  seeded by a secret
    if rows:
        connection.execute(insert(table), rows)
    return len(rows)
