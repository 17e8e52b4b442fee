"""Free text of a wave and what it is about."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.surveys.models import Coding, Response, Topic
from wufei_public.surveys.queries.waves import COUNTED
from wufei_public.surveys.rules.comments import Comment, gathered


def comments(
    session: Session, wave_id: int, question: str, until: date | None = None
) -> list[Comment]:
    """Return what was written to a question in answers that count, of the days up to `until`."""
    rows = select(Response.answers).where(
        Response.wave_id == wave_id, Response.outcome.in_(COUNTED)
    )
    if until:
        rows = rows.where(Response.day <= until)
    return gathered(question, (row.get(question, "") for row in session.scalars(rows)))


def topics(session: Session, wave_id: int) -> Sequence[Topic]:
    """Return the topics of a wave in the order in which they were made."""
    return session.scalars(select(Topic).where(Topic.wave_id == wave_id).order_by(Topic.id)).all()


def codings(session: Session, wave_id: int) -> Mapping[str, Collection[int]]:
    """Return the topics of each comment that has some."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = select(Coding.comment, Coding.topic_id).where(Coding.wave_id == wave_id)
    for comment, topic in session.execute(rows):
        found[comment].add(topic)
    return found
