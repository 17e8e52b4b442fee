"""The figures of village-days: recounted from the rows, only where something changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert

from wufei_public.checkins.actions.daily import MEASURE
from wufei_public.checkins.models import CheckIn, CheckInFigure, CheckInRecount
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.schemes import COMMON
from wufei_public.infra.buckets import BucketMark, hand_on, hand_on_all
from wufei_public.infra.tables import UtcDateTime
from wufei_public.infra.work import Work

# Marks of one transaction; 200 check-ins a second for half a minute.
MOST_MARKS = 6000
_AT_ONCE, _MANY = 100, 1000

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_BEGIN = text(
    "INSERT INTO checkin_recount (id, finished_at) VALUES (1, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=UtcDateTime))
_COLUMNS = ("village", "day", "own", "proxies", "wet", "dry", "hazardous")


def recount(w: Work) -> int:
    """Recount the village-days that are marked; return how many marks were worked off.

    Safe beside check-ins: the rows are counted after the marks were read, so whatever a
    count misses has left a mark that is still there. Two recounts wait for each other.
    """
    _one_at_a_time(w)
    marks = w.session.execute(
        select(BucketMark.id, BucketMark.place, BucketMark.day)
        .where(BucketMark.measure == MEASURE)
        .order_by(BucketMark.id)
        .limit(MOST_MARKS)
    ).all()
    buckets = sorted({(row.place, row.day) for row in marks})
    for day, villages in _by_day(buckets).items():
        for at in range(0, len(villages), _AT_ONCE):
            _recount(w, day, villages[at : at + _AT_ONCE])
    if marks:
        _forget(w, [row.id for row in marks])
        hand_on(w, MEASURE, buckets)
    if len(marks) < MOST_MARKS:
        w.session.execute(update(CheckInRecount).values(finished_at=w.now))
    return len(marks)


def _one_at_a_time(w: Work) -> None:
    w.session.connection().execute(_BEGIN, {"at": w.now})
    w.session.execute(select(CheckInRecount.id).with_for_update()).all()


def _forget(w: Work, ids: Sequence[int]) -> None:
    for at in range(0, len(ids), 500):
        gone = delete(BucketMark).where(BucketMark.id.in_(ids[at : at + 500]))
        w.session.execute(gone)


def counted() -> Select[Any]:
    """Return the one statement that counts check-ins by village and day."""
    columns = [CheckIn.bins.bitwise_and(bits).label(name) for name, bits in COMMON.items()]
    sums = [func.count().filter(column.element != 0).label(column.name) for column in columns]
    return select(
        CheckIn.village,
        CheckIn.day,
        func.count().filter(CheckIn.member == OWN).label("own"),
        func.count().filter(CheckIn.member != OWN).label("proxies"),
        *sums,
    ).group_by(CheckIn.village, CheckIn.day)


def _by_day(buckets: Collection[tuple[str, date]]) -> Mapping[date, list[str]]:
    found: dict[date, list[str]] = defaultdict(list)
    for village, day in buckets:
        found[day].append(village)
    return found


def _recount(w: Work, day: date, villages: Sequence[str]) -> None:
    """Count villages on one day: by pairs of both, SQLite would read the whole index."""
    here = (CheckIn.day == day, CheckIn.village.in_(villages))
    rows = w.session.execute(counted().where(*here)).all()
    old = (CheckInFigure.day == day, CheckInFigure.village.in_(villages))
    w.session.execute(delete(CheckInFigure).where(*old))
    if rows:
        w.session.execute(insert(CheckInFigure), [_row(row) for row in rows])


def _row(row: Any) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in _COLUMNS}


def recount_all(w: Work) -> int:
    """Count every village-day anew from the rows, by one statement; return how many changed.

    Only what differs from what stands there is written and handed on.
    """
    _one_at_a_time(w)
    w.session.execute(delete(BucketMark).where(BucketMark.measure == MEASURE))
    changed = [(row.village, row.day) for row in w.session.execute(_gone())]
    gone = len(changed)
    changed += [(row.village, row.day) for row in w.session.execute(_differing(w))]
    count = len(changed)
    if count > _MANY:  # more than needed does no harm, and one statement writes it
        changed = changed[:gone]
        hand_on_all(w, MEASURE, select(CheckInFigure.village, CheckInFigure.day))
    hand_on(w, MEASURE, changed)
    w.session.execute(update(CheckInRecount).values(finished_at=w.now))
    return count


def _gone() -> ReturningDelete[Any]:
    here = and_(CheckIn.village == CheckInFigure.village, CheckIn.day == CheckInFigure.day)
    gone = delete(CheckInFigure).where(~select(CheckIn.id).where(here).exists())
    return gone.returning(CheckInFigure.village, CheckInFigure.day)


def _differing(w: Work) -> ReturningInsert[Any]:
    columns = [CheckInFigure.__table__.c[name] for name in _COLUMNS]
    other = counted().except_(select(*columns)).subquery("other")
    made = _INSERT[w.session.get_bind().dialect.name](CheckInFigure)
    # An upsert of a SELECT needs a WHERE on SQLite.
    made = made.from_select(_COLUMNS, select(*other.c).where(other.c.village != ""))
    new = {name: made.excluded[name] for name in _COLUMNS[2:]}
    made = made.on_conflict_do_update(index_elements=_COLUMNS[:2], set_=new)
    returned: ReturningInsert[Any] = made.returning(CheckInFigure.village, CheckInFigure.day)
    return returned
