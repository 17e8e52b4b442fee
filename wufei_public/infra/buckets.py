"""Marks of what changed: one row per write, read by the aggregation.

A reader counts what is marked afresh and takes the rest from kept counts, in one statement
(`dumping/queries/counts.py`), so no figure is ever late. A job recounts what is marked and
removes the marks that it has read, by their numbers: on PostgreSQL a mark with a smaller
number may become visible later, and stays for the next time.

Plain rows, never `ON CONFLICT DO NOTHING`: that loses an update that commits while
the aggregator is counting.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    Index,
    Row,
    Select,
    String,
    Subquery,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from wufei_public.infra.tables import Base, Key, UtcDateTime
from wufei_public.infra.work import Work


class BucketMark(Base):
    __tablename__ = "bucket_mark"
    __table_args__ = (Index(None, "measure", "place", "day"),)

    id: Mapped[Key]
    measure: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)


class BucketChange(Base):
    """A place and day that a feature has recounted, for the features above that count further."""

    __tablename__ = "bucket_change"

    id: Mapped[Key]
    measure: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)


class BucketErased(Base):
    """How many rows of a measure and a month went with a person: no place, no day, no name.

    What was published from them stays, and whoever makes it again is told why it differs.
    """

    __tablename__ = "bucket_erased"
    __table_args__ = (
        CheckConstraint("rows > 0", name="some_rows"),
        Index(None, "measure", "month"),
    )

    id: Mapped[Key]
    measure: Mapped[str] = mapped_column(String(32))
    month: Mapped[date] = mapped_column(Date)
    rows: Mapped[int]
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)


def note_erased(w: Work, measure: str, days: Iterable[date]) -> None:
    """Say in the same transaction of which days rows of `measure` go with a person."""
    months = Counter(day.replace(day=1) for day in days)
    row = {"measure": measure, "erased_at": w.now}
    rows = [row | {"month": month, "rows": count} for month, count in sorted(months.items())]
    if rows:
        w.session.execute(insert(BucketErased), rows)


def erased(
    session: Session, measures: Collection[str], span: tuple[date, date], since: datetime
) -> int:
    """Return how many rows of `measures` of a span of days went with a person after `since`."""
    wanted = select(func.sum(BucketErased.rows)).where(
        BucketErased.measure.in_(measures),
        BucketErased.month.between(span[0].replace(day=1), span[1]),
        BucketErased.erased_at > since,
    )
    return int(session.scalar(wanted) or 0)


def hand_on(w: Work, measure: str, buckets: Iterable[tuple[str, date]]) -> None:
    """Say in the same transaction that these places and days of `measure` changed.

    A recount hands on what it counted, so that a crowd's writes leave one mark each and no more.
    """
    rows = [{"measure": measure, "place": place, "day": day} for place, day in buckets]
    if rows:
        w.session.execute(insert(BucketChange), rows)


def hand_on_all(w: Work, measure: str, buckets: Select[tuple[str, date]]) -> None:
    """Say that every place and day that `buckets` gives changed."""
    found = buckets.subquery()
    rows = select(literal(measure), *found.c)
    w.session.execute(insert(BucketChange).from_select(["measure", "place", "day"], rows))


def mark(w: Work, measure: str, place: str | None, day: date) -> None:
    """Mark that a row of `measure` in `place` on the business day `day` changed."""
    w.insert(BucketMark, {"measure": measure, "place": place or "", "day": day})


def marked(measure: str) -> Subquery:
    """Return the places and days of `measure` that changed since they were counted."""
    return (
        select(BucketMark.place, BucketMark.day)
        .where(BucketMark.measure == measure)
        .distinct()
        .subquery("marked")
    )


def is_marked(session: Session, measure: str) -> bool:
    """Say whether anything of `measure` waits to be counted: a read, so idling locks nothing."""
    found = select(BucketMark.id).where(BucketMark.measure == measure).limit(1)
    return session.scalar(found) is not None


def marks(w: Work, measure: str, limit: int) -> Sequence[Row[tuple[int, str, date]]]:
    """Return `(id, place, day)` of up to `limit` marks, a place's together, locked.

    Who holds the marks of a place and day is the only one who counts it.
    """
    return w.session.execute(
        select(BucketMark.id, BucketMark.place, BucketMark.day)
        .where(BucketMark.measure == measure)
        .order_by(BucketMark.place, BucketMark.day, BucketMark.id)
        .limit(limit)
        .with_for_update()
    ).all()


def marked_by(ids: Sequence[int]) -> Subquery:
    """Return the places and days that the marks `ids` name."""
    named = select(BucketMark.place, BucketMark.day).where(BucketMark.id.in_(ids))
    return named.distinct().subquery("marked")


def forget(w: Work, ids: Sequence[int]) -> None:
    """Remove marks whose places and days were counted since they were read."""
    w.session.execute(delete(BucketMark).where(BucketMark.id.in_(ids)))
