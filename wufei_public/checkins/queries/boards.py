"""Figures and boards: sums of village-days, never of the check-ins themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, func, select, type_coerce
from sqlalchemy.orm import Session

from wufei_public.checkins.models import (
    BoardPerson,
    BoardPlace,
    BoardSpan,
    CheckIn,
    CheckInFigure,
    CheckinProfile,
    CheckInRecount,
)
from wufei_public.checkins.rules.boards import MOST_PEOPLE, Count, Length, Span, Standing, span_of
from wufei_public.checkins.rules.people import OWN
from wufei_public.infra.tables import UtcDateTime


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


@dataclass(frozen=True, slots=True)
class Homes:
    """How many residents live in a village, and when one of them last said something new."""

    number: int
    changed_at: datetime


def homes(session: Session) -> dict[str, Homes]:
    """Return the residents of each village that has any."""
    rows = session.execute(
        select(
            CheckinProfile.village,
            func.count(),
            type_coerce(func.max(CheckinProfile.changed_at), UtcDateTime),
        ).group_by(CheckinProfile.village)
    )
    return {village: Homes(number, changed_at) for village, number, changed_at in rows}


def _of(model: Any, span: Span) -> tuple[Any, Any]:
    return model.length == span.length.value, model.first == span.first


def spans(session: Session) -> dict[Span, BoardSpan]:
    """Return the weeks and months that boards have."""
    rows = session.scalars(select(BoardSpan))
    return {span_of(Length(row.length), row.first): row for row in rows}


def span_row(session: Session, span: Span) -> BoardSpan | None:
    """Return up to when the board of a span is complete and whether it is fixed, None before."""
    return session.get(BoardSpan, (span.length.value, span.first))


def kept(session: Session, span: Span, village: str = "") -> dict[str, Standing]:
    """Return what each village, or one, came to in a span when it was last counted."""
    counts = (
        BoardPlace.own,
        BoardPlace.proxies,
        BoardPlace.wet,
        BoardPlace.dry,
        BoardPlace.hazardous,
    )
    lived = (BoardPlace.at_home, BoardPlace.active, BoardPlace.residents)
    found = select(BoardPlace.village, *counts, *lived).where(*_of(BoardPlace, span))
    found = found.where(BoardPlace.village == village) if village else found
    return {row[0]: Standing(Count(*row[1:6]), *row[6:]) for row in session.execute(found)}


def has_any(session: Session, span: Span) -> bool:
    """Say whether anybody has checked in in a span, as far as it was counted."""
    some = select(BoardPlace.village).where(
        *_of(BoardPlace, span), BoardPlace.own + BoardPlace.proxies > 0
    )
    return session.scalar(some.limit(1)) is not None


def people(session: Session, village: str, span: Span) -> Sequence[Row[Any]]:
    """Return the listed nicknames of a village with their days, most first, as last counted."""
    return session.execute(
        select(BoardPerson.nickname, BoardPerson.days)
        .where(*_of(BoardPerson, span), BoardPerson.village == village)
        .order_by(BoardPerson.days.desc(), BoardPerson.nickname, BoardPerson.account)
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
