"""Reads of quiz rounds."""

from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, literal, select
from sqlalchemy.orm import Session

from wufei_public.learning.models import QuizRound

MEASURE = "quiz"


def round_of(session: Session, account: int, day: date) -> QuizRound | None:
    """Return a resident's round of a day, None if there was none."""
    return session.scalar(
        select(QuizRound).where(QuizRound.account == account, QuizRound.day == day)
    )


def of_buckets(places: Subquery) -> Select[Any]:
    """Return place, day and how many took the quiz, for each of `places` (place, day)."""
    joined = and_(QuizRound.day == places.c.day, places.c.place == "")
    counted = func.count(QuizRound.id).label("quiz")
    found = select(places.c.place, places.c.day, counted).select_from(places)
    return found.outerjoin(QuizRound, joined).group_by(places.c.place, places.c.day)


def all_buckets() -> Select[Any]:
    """Return place, day and how many took the quiz on every day that has any."""
    counted = select(literal("").label("place"), QuizRound.day, func.count().label("quiz"))
    return counted.group_by(QuizRound.day)


def accounts(first: date, last: date) -> Select[tuple[int]]:
    """Return the accounts that took the quiz within a span of days, however often."""
    return select(QuizRound.account).where(QuizRound.day.between(first, last))


def by_day(session: Session, first: date, last: date) -> dict[date, int]:
    """Return how many took the quiz on each day of a span that has any."""
    counted = select(QuizRound.day, func.count()).where(QuizRound.day.between(first, last))
    return dict(session.execute(counted.group_by(QuizRound.day)).tuples().all())
