"""Every bucket again, from all rows: a statement for each length of period.

What is counted is set against what stands there. Where nothing was wrong nothing is written,
and what is written is what was wrong.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
    union_all,
)

from wufei_public.common.places import TOWN_DIGITS, VILLAGE_DIGITS
from wufei_public.indicators.models.runs import Bucket
from wufei_public.indicators.rules.periods import Kind
from wufei_public.infra.work import Work

Fresh = Select[Any] | CompoundSelect[Any]
_KEY = (Bucket.series, Bucket.kind, Bucket.place, Bucket.starts_on)
_MONTHS_OF_QUARTER, MOST_SINGLY = 3, 500
_NAMES = [f"{one.key}_" for one in _KEY]
_DELETE = delete(Bucket).where(
    *(one == bindparam(name) for one, name in zip(_KEY, _NAMES, strict=True))
)


def rebuild_days(w: Work, series: Sequence[str], counted: Select[Any]) -> int:
    """Let the days of some series be what `counted` gives; return how many rows changed."""
    part = counted.subquery("counted")
    parts = [
        select(
            literal(name, String).label("series"),
            literal(str(Kind.DAY), String).label("kind"),
            part.c.place.label("place"),
            part.c.day.label("starts_on"),
            part.c[name].label("figure"),
        ).where(part.c[name] != 0)
        for name in series
    ]
    return _settle(w, Kind.DAY, series, union_all(*parts))


def rebuild_months(w: Work, series: Sequence[str], district: str) -> int:
    """Sum all days of some series to months: by place, by the places' towns, by the district."""
    month = _begin(w, Kind.MONTH)
    length = func.length(Bucket.place)
    levels: list[tuple[ColumnElement[Any], ColumnElement[bool]]] = [
        (Bucket.place.expression, length >= 0),
        (func.substr(Bucket.place, 1, TOWN_DIGITS), length == VILLAGE_DIGITS),
        (literal(district, String), length.in_((0, TOWN_DIGITS, VILLAGE_DIGITS))),
    ]
    parts = [_summed(series, (Kind.DAY, Kind.MONTH), place, month, here) for place, here in levels]
    return _settle(w, Kind.MONTH, series, union_all(*parts))


def rebuild_longer(w: Work, series: Sequence[str]) -> int:
    """Sum all months of some series to quarters and years, for every place that has any."""
    rows = 0
    for kind in (Kind.QUARTER, Kind.YEAR):
        fresh = _summed(
            series, (Kind.MONTH, kind), Bucket.place.expression, _begin(w, kind), true()
        )
        rows += _settle(w, kind, series, fresh)
    return rows


def _summed(
    series: Sequence[str],
    kinds: tuple[Kind, Kind],
    place: ColumnElement[Any],
    begin: ColumnElement[Any],
    here: ColumnElement[bool],
) -> Select[Any]:
    columns = (Bucket.series, place.label("place"), begin.label("starts_on"))
    part = (
        select(*columns, Bucket.figure)
        .where(Bucket.series.in_(series), Bucket.kind == kinds[0], here)
        .subquery()
    )
    summed = cast(func.sum(part.c.figure), Bucket.figure.type)
    return (
        select(
            part.c.series,
            literal(str(kinds[1]), String).label("kind"),
            part.c.place,
            part.c.starts_on,
            summed.label("figure"),
        )
        .group_by(part.c.series, part.c.place, part.c.starts_on)
        .having(summed != 0)
    )


def _begin(w: Work, kind: Kind) -> ColumnElement[Any]:
    """Return the first day of the period that a bucket's day lies in."""
    if w.session.get_bind().dialect.name == "postgresql":
        return cast(func.date_trunc(literal_column(f"'{kind}'"), Bucket.starts_on), Date)
    return _SQLITE[kind]


_NUMBER = cast(func.strftime(literal_column("'%m'"), Bucket.starts_on), Integer)
_BACK = func.printf(literal_column("'-%d months'"), (_NUMBER - 1) % _MONTHS_OF_QUARTER)
_MONTH: ColumnElement[Any] = literal_column("'start of month'")
_SQLITE: Mapping[Kind, ColumnElement[Any]] = {
    Kind.MONTH: func.date(Bucket.starts_on, _MONTH, type_=Date),
    Kind.QUARTER: func.date(Bucket.starts_on, _MONTH, _BACK, type_=Date),
    Kind.YEAR: func.date(Bucket.starts_on, literal_column("'start of year'"), type_=Date),
}


def _settle(w: Work, kind: Kind, series: Sequence[str], fresh: Fresh) -> int:
    """Let what stands be what is `fresh`; return how many rows that changed.

    Both are read once and set against each other. Where nothing stands, or much is wrong, all of
    it is written by one statement.
    """
    here = (Bucket.series.in_(series), Bucket.kind == kind)
    if w.session.execute(select(Bucket.place).where(*here).limit(1)).first() is None:
        return _insert(w, fresh)
    wrong = w.session.execute(_differing(here, fresh)).all()
    if len(wrong) > MOST_SINGLY:
        w.session.connection().execute(delete(Bucket).where(*here))
        _insert(w, fresh)
    elif wrong:
        _mend(w, wrong)
    return len(wrong)


def _insert(w: Work, fresh: Fresh) -> int:
    made = insert(Bucket).from_select([*(one.key for one in _KEY), "figure"], fresh)
    counted = made.execution_options(preserve_rowcount=True)
    return w.session.connection().execute(counted).rowcount


def _differing(here: tuple[ColumnElement[bool], ...], fresh: Fresh) -> Select[Any]:
    """Return each key whose sum over both is not nought, and what it should come to."""
    rows = fresh.subquery("fresh")
    keys = [rows.c[one.key] for one in _KEY]
    new = select(*keys, rows.c.figure.label("new"), rows.c.figure.label("more"))
    old = select(*_KEY, literal(0, BigInteger), -Bucket.figure).where(*here)
    both = union_all(new, old).subquery("both")
    named = [both.c[one.key] for one in _KEY]
    wanted = select(*named, func.sum(both.c.new).label("figure")).group_by(*named)
    return wanted.having(func.sum(both.c.more) != 0)


def _mend(w: Work, wrong: Sequence[Row[Any]]) -> None:
    connection = w.session.connection()
    keys = [dict(zip(_NAMES, row, strict=False)) for row in wrong]
    connection.execute(_DELETE, keys)
    right = [row._asdict() for row in wrong if row.figure]
    if right:
        connection.execute(insert(Bucket), right)
