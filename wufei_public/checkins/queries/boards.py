"""Figures and boards: sums of village-days, never of the check-ins themselves."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, func, select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import CheckIn, CheckInFigure, CheckinProfile, CheckInRecount
from wufei_public.checkins.rules.boards import MOST_PEOPLE, Count, Span
from wufei_public.checkins.rules.people import OWN


def counted_at(session: Session) -> datetime | None:
    """Return up to when the figures are complete, None before the first count."""
    return session.scalar(select(CheckInRecount.finished_at))


def by_village(session: Session, span: Span) -> dict[str, Count]:
    """Return the figures of each village in a span."""
    parts = (
        CheckInFigure.own,
        CheckInFigure.proxies,
        CheckInFigure.wet,
        CheckInFigure.dry,
        CheckInFigure.hazardous,
    )
    rows = session.execute(
        select(CheckInFigure.village, *(func.sum(part) for part in parts))
        .where(CheckInFigure.day.between(span.first, span.last))
        .group_by(CheckInFigure.village)
    )
    return {village: Count(*map(int, sums)) for village, *sums in rows}


def residents_by_village(session: Session) -> dict[str, int]:
    """Return how many residents have said that they live in each village."""
    counted = select(CheckinProfile.village, func.count()).group_by(CheckinProfile.village)
    return dict(session.execute(counted).tuples().all())


def people(session: Session, village: str, span: Span) -> Sequence[Row[Any]]:
    """Return the listed nicknames of a village with their days, most first."""
    days = func.count().label("days")
    return session.execute(
        select(CheckinProfile.nickname, days)
        .join(CheckIn, CheckIn.account == CheckinProfile.account)
        .where(
            CheckinProfile.village == village,
            CheckinProfile.listed,
            CheckIn.member == OWN,
            CheckIn.day.between(span.first, span.last),
        )
        .group_by(CheckinProfile.account, CheckinProfile.nickname)
        .order_by(days.desc(), CheckinProfile.nickname)
        .limit(MOST_PEOPLE)
    ).all()


def nicknames(session: Session, village: str, limit: int = 200) -> Sequence[Row[Any]]:
    """Return the listed nicknames of a village for the official who looks after them."""
    return session.execute(
        select(CheckinProfile.account, CheckinProfile.nickname)
        .where(CheckinProfile.village == village, CheckinProfile.listed)
        .order_by(CheckinProfile.nickname)
        .limit(limit)
    ).all()


def days(session: Session, span: Span) -> Iterator[Row[Any]]:
    """Give every village-day of a span, for the export."""
    yield from session.execute(
        select(CheckInFigure.__table__)
        .where(CheckInFigure.day.between(span.first, span.last))
        .order_by(CheckInFigure.day, CheckInFigure.village)
    )


def first_day(session: Session) -> date | None:
    """Return the first day that has a figure."""
    return session.scalar(select(func.min(CheckInFigure.day)))


def of_buckets(places: Subquery) -> Select[Any]:
    """Return place, day and the figures of each of `places` (place, day), nought where none is."""
    own, proxies = (func.coalesce(part, 0) for part in (CheckInFigure.own, CheckInFigure.proxies))
    here = and_(CheckInFigure.village == places.c.place, CheckInFigure.day == places.c.day)
    found = select(
        places.c.place,
        places.c.day,
        (own + proxies).label("checkins"),
        own.label("checkins_own"),
    )
    return found.select_from(places).outerjoin(CheckInFigure, here)


def all_buckets() -> Select[Any]:
    """Return place, day and the figures of every place and day that has any."""
    return select(
        CheckInFigure.village.label("place"),
        CheckInFigure.day,
        (CheckInFigure.own + CheckInFigure.proxies).label("checkins"),
        CheckInFigure.own.label("checkins_own"),
    )


def accounts(first: date, last: date) -> Select[tuple[int]]:
    """Return the accounts that checked in themselves within a span of days, however often.

    Asked of each person by the index of own days, so that it costs no more the more days lie there.
    """
    own = and_(CheckIn.account == CheckinProfile.account, CheckIn.member == OWN)
    return select(CheckinProfile.account).where(
        select(CheckIn.id).where(own, CheckIn.day.between(first, last)).exists()
    )
