"""From days to months, quarters and years, and from villages to towns and the district.

Only what changed is summed anew, from the level below; a sum is written over what stood there,
so that doing it twice changes nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import CompoundSelect, Date, Select, String, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.common.places import TOWN_DIGITS
from wufei_public.indicators.models.runs import Bucket
from wufei_public.indicators.rules.measures import longer, town_part, with_towns
from wufei_public.indicators.rules.periods import Kind, Period, month_of
from wufei_public.infra.work import Work

_COLUMNS = ("series", "kind", "place", "starts_on", "figure")
_PLACES_AT_ONCE = 200
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def write(w: Work, rows: Select[Any] | CompoundSelect[Any]) -> int:
    """Write `rows` (series, kind, place, day, figure) over what stands there; return how many."""
    connection = w.session.connection()
    made = _INSERT[connection.dialect.name](Bucket).from_select(_COLUMNS, rows)
    excluded = {"figure": made.excluded.figure}
    key = [column.name for column in Bucket.__table__.primary_key]
    over = made.on_conflict_do_update(index_elements=key, set_=excluded)
    # PostgreSQL's number is gone with its cursor unless it is asked for.
    return connection.execute(over.execution_options(preserve_rowcount=True)).rowcount


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
