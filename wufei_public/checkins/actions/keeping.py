"""What boards show of a week or month: kept once counted, and fixed once nothing can come in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, literal, or_, select, update
from sqlalchemy.sql.selectable import Subquery

from wufei_public.checkins.models import BoardPerson, BoardPlace, BoardSpan, CheckIn, CheckinProfile
from wufei_public.checkins.queries import boards as queries
from wufei_public.checkins.rules.boards import Count, Length, Span, Standing, span_of
from wufei_public.checkins.rules.days import DAY
from wufei_public.checkins.rules.people import OWN
from wufei_public.common.clock import district_day
from wufei_public.infra.work import Work

_AT_ONCE = 100


def keep(w: Work) -> int:
    """Bring the boards that are still open up to the count; return how many places changed.

    A span that nothing can come into any more is written a last time and never again, whatever
    becomes of check-ins, homes and accounts.
    """
    counted_at = queries.counted_at(w.session)
    if counted_at is None:
        return 0
    living = queries.homes(w.session)
    return sum(_keep(w, span, since, counted_at, living) for span, since in _open(w))


def _open(w: Work) -> list[tuple[Span, datetime | None]]:
    """Return the spans that are not fixed, with when each was kept last, None for never."""
    kept = queries.spans(w.session)
    today = district_day(w.now)
    weeks = [span.first for span in kept if span.length is Length.WEEK]
    first = max(weeks) if weeks else queries.first_day(w.session) or today
    days = [first + number * DAY for number in range((today - first).days + 1)]
    wanted = {span_of(length, day) for length in Length for day in days} | kept.keys()
    found = [(span, kept.get(span)) for span in sorted(wanted, key=lambda one: one.first)]
    return [(span, row.kept_at if row else None) for span, row in found if not (row and row.closed)]


def _keep(
    w: Work,
    span: Span,
    since: datetime | None,
    counted_at: datetime,
    living: Mapping[str, queries.Homes],
) -> int:
    counts, kept = queries.by_village(w.session, span), queries.kept(w.session, span)
    places = sorted({*counts, *living, *kept})
    if since is not None:
        places = [one for one in places if _changed(one, since, counts, kept, living)]
    for at in range(0, len(places), _AT_ONCE):
        _write(w, span, places[at : at + _AT_ONCE], counts)
    said = {"kept_at": counted_at, "closed": span.is_closed(counted_at)}
    if since is None:
        key = {"length": span.length.value, "first": span.first}
        w.session.execute(insert(BoardSpan), key | said)
    else:
        w.session.execute(update(BoardSpan).where(*_of(BoardSpan, span)).values(said))
    return len(places)


def _changed(
    place: str,
    since: datetime,
    counts: Mapping[str, Count],
    kept: Mapping[str, Standing],
    living: Mapping[str, queries.Homes],
) -> bool:
    was = kept.get(place, Standing())
    homes = living.get(place)
    if homes is not None and homes.changed_at >= since:
        return True
    return (
        counts.get(place, Count()) != was.count or (homes.number if homes else 0) != was.residents
    )


def _write(w: Work, span: Span, places: Sequence[str], counts: Mapping[str, Count]) -> None:
    lived = _lived(span, places)
    here = select(CheckinProfile.account).where(CheckinProfile.village.in_(places))
    of_here = or_(BoardPerson.village.in_(places), BoardPerson.account.in_(here))
    w.session.execute(delete(BoardPerson).where(*_of(BoardPerson, span), of_here))
    w.session.execute(
        delete(BoardPlace).where(*_of(BoardPlace, span), BoardPlace.village.in_(places))
    )
    key = {"length": span.length.value, "first": span.first}
    days, active = func.sum(lived.c.days), func.count().filter(lived.c.days > 0)
    summed = select(lived.c.village, func.count(), days, active).group_by(lived.c.village)
    at_home = {village: sums for village, *sums in w.session.execute(summed)}
    rows = [_row(place, counts.get(place, Count()), at_home.get(place)) for place in places]
    if rows:
        w.session.execute(insert(BoardPlace), [key | row for row in rows])
    columns = ("length", "first", "account", "village", "nickname", "days")
    listed = select(
        literal(key["length"]), literal(span.first), lived.c.account, lived.c.village,
        lived.c.nickname, lived.c.days,
    ).where(lived.c.listed, lived.c.days > 0)  # fmt: skip
    w.session.execute(insert(BoardPerson).from_select(columns, listed))


def _lived(span: Span, places: Collection[str]) -> Subquery:
    """Return each resident of places with on how many days of a span they checked in, anywhere."""
    own = (CheckIn.account == CheckinProfile.account) & (CheckIn.member == OWN)
    days = own & CheckIn.day.between(span.first, span.last)
    whose = (
        CheckinProfile.account,
        CheckinProfile.village,
        CheckinProfile.nickname,
        CheckinProfile.listed,
    )
    return (
        select(*whose, func.count(CheckIn.id).label("days"))
        .outerjoin(CheckIn, days)
        .where(CheckinProfile.village.in_(places))
        .group_by(*whose)
        .subquery("lived")
    )


def _row(place: str, count: Count, sums: Sequence[int] | None) -> dict[str, Any]:
    residents, at_home, active = map(int, sums or (0, 0, 0))
    lived = {"residents": residents, "at_home": at_home, "active": active}
    return {"village": place, **asdict(count), **lived}


def _of(model: Any, span: Span) -> tuple[Any, Any]:
    return model.length == span.length.value, model.first == span.first


def forget(w: Work, account: int) -> None:
    """Take somebody's nickname from every board, also from those that are fixed."""
    w.session.execute(delete(BoardPerson).where(BoardPerson.account == account))
