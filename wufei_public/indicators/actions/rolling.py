"""From days to months, quarters and years, and from villages to towns and the district.

Only what changed is summed anew, from the level below; a sum is written over what stood there,
so that doing it twice changes nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    Date,
    Select,
    String,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.common.places import TOWN_DIGITS
from wufei_public.indicators.models.runs import Bucket
from wufei_public.indicators.rules.measures import by_month, longer, town_part, with_towns
from wufei_public.indicators.rules.periods import Kind, Period, month_of
from wufei_public.infra.work import Work

_COLUMNS = ("series", "kind", "place", "starts_on", "figure")
_PLACES_AT_ONCE = 200
# The first day of a day's month.
_MONTH: Mapping[str, Any] = {
    "sqlite": lambda day: func.date(day, literal_column("'start of month'"), type_=Date),
    "postgresql": lambda day: cast(func.date_trunc(literal_column("'month'"), day), Date),
}
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def write(w: Work, rows: Select[Any]) -> int:
    """Write `rows` (series, kind, place, day, figure) over what stands there; return how many."""
    connection = w.session.connection()
    made = _INSERT[connection.dialect.name](Bucket).from_select(_COLUMNS, rows)
    excluded = {"figure": made.excluded.figure}
    key = [column.name for column in Bucket.__table__.primary_key]
    done = connection.execute(made.on_conflict_do_update(index_elements=key, set_=excluded))
    return max(0, done.rowcount)


def roll_month(w: Work, series: Sequence[str], month: date, places: Collection[str]) -> int:
    """Sum the days of `places` to the month, then to their towns and the district's own."""
    period = month_of(month)
    rows = 0
    for some in _chunks(places):
        days = _summed(series, Kind.MONTH, period, Bucket.place)
        here = (Bucket.kind == Kind.DAY, Bucket.place.in_(some))
        rows += write(w, days.where(*here).group_by(Bucket.series, Bucket.place))
    return rows + roll_towns(w, series, month, places)


def roll_towns(w: Work, series: Sequence[str], month: date, places: Collection[str]) -> int:
    """Sum a month's villages to the towns that `places` lie in."""
    towns = sorted({town_part(place) for place in places} - {""})
    return sum(write(w, _of_town(series, month_of(month), town)) for town in towns)


def rebuild(w: Work, series: Sequence[str], counted: Select[Any], district: str) -> int:
    """Write every bucket of some series anew, from all that `counted` gives."""
    w.session.execute(delete(Bucket).where(Bucket.series.in_(series)))
    part = counted.subquery("counted")
    for name in series:
        days = (literal(name, String), literal(str(Kind.DAY), String), part.c.place, part.c.day)
        filled = select(*days, part.c[name]).where(part.c[name] != 0)
        w.session.execute(insert(Bucket).from_select(_COLUMNS, filled))
    month = _MONTH[w.session.get_bind().dialect.name](Bucket.starts_on)
    months = select(
        Bucket.series,
        literal(str(Kind.MONTH), String),
        Bucket.place,
        month,
        func.sum(Bucket.figure),
    ).where(Bucket.series.in_(series), Bucket.kind == Kind.DAY)
    filled = months.group_by(Bucket.series, Bucket.place, month)
    w.session.execute(insert(Bucket).from_select(_COLUMNS, filled))
    for first, places in _in_months(w, series).items():
        roll_towns(w, series, first, places)
        roll_district(w, series, first, district)
        roll_longer(w, series, first, places, district)
    return w.session.scalar(_count(series)) or 0


def _count(series: Sequence[str]) -> Select[tuple[int]]:
    return select(func.count()).select_from(Bucket).where(Bucket.series.in_(series))


def _in_months(w: Work, series: Sequence[str]) -> Mapping[date, frozenset[str]]:
    wanted = select(Bucket.place, Bucket.starts_on).where(
        Bucket.series.in_(series), Bucket.kind == Kind.MONTH
    )
    return by_month((row.place, row.starts_on) for row in w.session.execute(wanted))


def roll_district(w: Work, series: Sequence[str], month: date, district: str) -> int:
    """Sum the towns, and what has no place, to the district's month."""
    period = month_of(month)
    summed = _summed(series, Kind.MONTH, period, literal(district, String))
    towns = func.length(Bucket.place).in_((0, TOWN_DIGITS))
    here = (Bucket.kind == Kind.MONTH, towns)
    return write(w, summed.where(*here).group_by(Bucket.series))


def roll_longer(
    w: Work, series: Sequence[str], month: date, places: Collection[str], district: str
) -> int:
    """Sum months to the quarter and the year, for the places, their towns and the district."""
    rows = 0
    for period in longer(month):
        for some in _chunks(with_towns(places, district)):
            summed = _summed(series, period.kind, period, Bucket.place)
            here = (Bucket.kind == Kind.MONTH, Bucket.place.in_(some))
            rows += write(w, summed.where(*here).group_by(Bucket.series, Bucket.place))
    return rows


def _summed(series: Sequence[str], kind: Kind, period: Period, place: Any) -> Select[Any]:
    return select(
        Bucket.series,
        literal(str(kind), String),
        place,
        literal(period.first, Date),
        func.sum(Bucket.figure),
    ).where(Bucket.series.in_(series), Bucket.starts_on.between(period.first, period.last))


def _of_town(series: Sequence[str], period: Period, town: str) -> Select[Any]:
    summed = _summed(series, Kind.MONTH, period, literal(town, String))
    # Behind the digits comes the colon.
    villages = (Bucket.place > town, Bucket.place < f"{town}:")
    return summed.where(Bucket.kind == Kind.MONTH, *villages).group_by(Bucket.series)


def _chunks(places: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(places)
    for at in range(0, len(ordered), _PLACES_AT_ONCE):
        yield ordered[at : at + _PLACES_AT_ONCE]
