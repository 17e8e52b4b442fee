"""Reads of the trail: what waits for its seal, the chain in order, the auditor's search."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, func, select
from sqlalchemy.orm import Session

from wufei_public.infra.audit import AuditRow
from wufei_public.trail.models import AuditHead, AuditSeal
from wufei_public.trail.rules import PATIENCE_SECONDS, Entry, Head, Link

PAGE = 50
# Ids are given before transactions commit, so a row may appear behind sealed ones. Few
# transactions last so long that this many others come between; the nightly look goes back
# by days. What is older and without a seal is no latecomer: `flask audit verify` names it.
LATECOMERS = 10_000
LATE = timedelta(days=2)
_BATCH = 2_000

_ROW = (
    AuditRow.id,
    AuditRow.at,
    AuditRow.actor_kind,
    AuditRow.actor_id,
    AuditRow.action,
    AuditRow.target,
    AuditRow.reason,
    AuditRow.before,
    AuditRow.after,
    AuditRow.request_id,
)


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the auditor looks for; every part may be left out."""

    actor_id: int | None = None
    target: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None

    def older_than(self, row_id: int) -> "TrailFilter":
        """Return the same search from the row `row_id` on."""
        return replace(self, before_id=row_id)


def newest(session: Session) -> tuple[int, bytes] | None:
    """Return number and digest of the newest seal, None before the first."""
    row = session.execute(
        select(AuditSeal.number, AuditSeal.digest).order_by(AuditSeal.number.desc()).limit(1)
    ).one_or_none()
    return (row.number, row.digest) if row else None


def unsealed(session: Session, limit: int, since: datetime | None = None) -> Sequence[Entry]:
    """Return rows without a seal, oldest first: near the newest seal, or written from `since` on.

    Either way as much is read as was written lately, however much there is.
    """
    if since is None:
        low = (session.scalar(select(func.max(AuditSeal.audit_id))) or 0) - LATECOMERS
    else:
        first = _id_near(session, AuditRow.at >= since, newest=False)
        if first is None:
            return []
        low = first - LATECOMERS
    rows = session.execute(
        _unsealed(*_ROW).where(AuditRow.id > low).order_by(AuditRow.id).limit(limit)
    )
    return [_entry(row) for row in rows]


def _id_near(session: Session, which: ColumnElement[bool], *, newest: bool) -> int | None:
    """Return the id at the edge of a span of time, from the index by time; None without a row.

    Ids follow time but for what was written at the same moment, so that this and LATECOMERS
    around it bound a search by id.
    """
    keys = (AuditRow.at, AuditRow.id)
    order = [key.desc() for key in keys] if newest else list(keys)
    return session.scalar(select(AuditRow.id).where(which).order_by(*order).limit(1))


def _unsealed(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .outerjoin(AuditSeal, AuditSeal.audit_id == AuditRow.id)
        .where(AuditSeal.audit_id.is_(None))
    )


def long_unsealed(session: Session, now: datetime) -> Sequence[int]:
    """Return the ids of rows that should have been sealed long ago: slipped in, or left out."""
    old = now - timedelta(seconds=PATIENCE_SECONDS)
    return session.scalars(
        _unsealed(AuditRow.id).where(AuditRow.at < old).order_by(AuditRow.id).limit(100)
    ).all()


def chain(session: Session, after: int = 0) -> Iterator[Link]:
    """Yield every seal above the number `after` in order with its row, a batch at a time."""
    while True:
        rows = session.execute(
            select(AuditSeal.number, AuditSeal.audit_id, AuditSeal.digest, *_ROW)
            .outerjoin(AuditRow, AuditRow.id == AuditSeal.audit_id)
            .where(AuditSeal.number > after)
            .order_by(AuditSeal.number)
            .limit(_BATCH)
        ).all()
        for row in rows:
            entry = _entry(row) if row.id is not None else None
            yield Link(row.number, row.audit_id, row.digest, entry)
        if len(rows) < _BATCH:
            return
        after = rows[-1].number


def heads(session: Session, limit: int = PAGE) -> Sequence[tuple[Head, bytes]]:
    """Return the newest signed heads with their signatures, newest first."""
    rows = session.scalars(select(AuditHead).order_by(AuditHead.number.desc()).limit(limit))
    return [(Head(row.number, row.digest, row.at), row.signature) for row in rows]


def search(session: Session, wanted: TrailFilter, limit: int = PAGE) -> Sequence[Row[Any]]:
    """Return audit rows, newest first; one more than `limit` if there are more."""
    statement = select(*_ROW).where(*_conditions(wanted), *_span(session, wanted))
    return session.execute(statement.order_by(AuditRow.id.desc()).limit(limit + 1)).all()


def _conditions(wanted: TrailFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.actor_id is not None:
        yield AuditRow.actor_id == wanted.actor_id
    if wanted.target:
        yield AuditRow.target == wanted.target
    if wanted.action:
        yield AuditRow.action == wanted.action
    if wanted.since is not None:
        yield AuditRow.at >= wanted.since
    if wanted.until is not None:
        yield AuditRow.at < wanted.until
    if wanted.before_id is not None:
        yield AuditRow.id < wanted.before_id


def _span(session: Session, wanted: TrailFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the bounds by id that follow from those by time: the rows are read in that order."""
    if wanted.since is not None:
        low = _id_near(session, AuditRow.at >= wanted.since, newest=False)
        yield false() if low is None else AuditRow.id >= low - LATECOMERS
    if wanted.until is not None:
        high = _id_near(session, AuditRow.at < wanted.until, newest=True)
        yield false() if high is None else AuditRow.id <= high + LATECOMERS


def actions(session: Session) -> Sequence[str]:
    """Return the names of everything that was ever done, for the auditor's choice."""
    found: list[str] = []
    # A walk from name to name along the index: as many steps as there are names, not rows.
    name = session.scalar(select(func.min(AuditRow.action)))
    while name is not None:
        found.append(name)
        name = session.scalar(select(func.min(AuditRow.action)).where(AuditRow.action > name))
    return found


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.id,
        row.at,
        row.actor_kind,
        row.actor_id,
        row.action,
        row.target,
        row.reason,
        row.before,
        row.after,
        row.request_id,
    )
