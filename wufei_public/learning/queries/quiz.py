"""Reads of quiz rounds."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.learning.models import QuizRound


def round_of(session: Session, account: int, day: date) -> QuizRound | None:
    """Return a resident's round of a day, None if there was none."""
    return session.scalar(
        select(QuizRound).where(QuizRound.account == account, QuizRound.day == day)
    )
