"""Reads of training events and of how many were there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, case, func, select, tuple_
from sqlalchemy.orm import Session

from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.learning.models import TrainingEvent, TrainingVisit
from wufei_public.learning.rules.training import MEASURE, Audience

MOST_SHOWN = 50


def event(session: Session, code: str, *, locked: bool = False) -> TrainingEvent:
    """Return a training event, locked for a change if asked; NotFound."""
    wanted = select(TrainingEvent).where(TrainingEvent.code == normalise(code))
    row = session.scalar(wanted.with_for_update() if locked else wanted)
    if row is None:
        raise NotFound("no_such_training", N_("没有这场培训，请再看看二维码对不对。"))
    return row


def events(
    session: Session, after: tuple[date, int] | None = None
) -> tuple[Sequence[TrainingEvent], tuple[date, int] | None]:
    """Return a page of training events, the latest day first, and where the next one begins.

    `after` is day and id of the last one of the page before.
    """
    wanted = select(TrainingEvent).order_by(TrainingEvent.day.desc(), TrainingEvent.id.desc())
    if after is not None:
        wanted = wanted.where(tuple_(TrainingEvent.day, TrainingEvent.id) < after)
    rows = session.scalars(wanted.limit(MOST_SHOWN + 1)).all()
    shown = rows[:MOST_SHOWN]
    return shown, (shown[-1].day, shown[-1].id) if len(rows) > len(shown) else None


def visitors(session: Session, events: Collection[int]) -> Mapping[int, int]:
    """Return how many signed in at each of `events`."""
    rows = session.execute(
        select(TrainingVisit.event, func.count())
        .where(TrainingVisit.event.in_(events))
        .group_by(TrainingVisit.event)
    )
    return dict(rows.tuples().all())


def held(session: Session, first: date, last: date) -> Mapping[str, tuple[int, int]]:
    """Return by audience how many trainings of a span somebody came to, and how many came."""
    rows = session.execute(
        select(
            TrainingEvent.audience,
            func.count(TrainingEvent.id.distinct()),
            func.count(),
        )
        .join(TrainingVisit, TrainingVisit.event == TrainingEvent.id)
        .where(TrainingEvent.day.between(first, last), TrainingEvent.cancelled_at.is_(None))
        .group_by(TrainingEvent.audience)
    )
    return {audience: (events, visits) for audience, events, visits in rows.tuples()}


def visits(session: Session, account: int) -> Sequence[Row[Any]]:
    """Return the trainings at which a resident was, the newest first."""
    return session.execute(
        select(TrainingEvent.code, TrainingEvent.title, TrainingEvent.day, TrainingVisit.signed_at)
        .join(TrainingEvent, TrainingEvent.id == TrainingVisit.event)
        .where(TrainingVisit.account == account)
        .order_by(TrainingVisit.signed_at.desc())
    ).all()


def _counts() -> list[Any]:
    """Return one column for all who were there, and one for each group."""
    return [
        func.count(TrainingVisit.event).label(MEASURE),
        *(
            func.count(case((TrainingEvent.audience == one.value, TrainingVisit.event))).label(
                f"{MEASURE}_{one}"
            )
            for one in Audience
        ),
    ]


def of_buckets(places: Subquery) -> Select[Any]:
    """Return place, day and how many were trained, for each of `places` (place, day)."""
    held = and_(
        TrainingEvent.day == places.c.day,
        TrainingEvent.town == places.c.place,
        TrainingEvent.cancelled_at.is_(None),
    )
    return (
        select(places.c.place, places.c.day, *_counts())
        .select_from(places)
        .outerjoin(TrainingEvent, held)
        .outerjoin(TrainingVisit, TrainingVisit.event == TrainingEvent.id)
        .group_by(places.c.place, places.c.day)
    )


def all_buckets() -> Select[Any]:
    """Return place, day and how many were trained on every day that has any."""
    return (
        select(TrainingEvent.town.label("place"), TrainingEvent.day, *_counts())
        .join(TrainingVisit, TrainingVisit.event == TrainingEvent.id)
        .where(TrainingEvent.cancelled_at.is_(None))
        .group_by(TrainingEvent.town, TrainingEvent.day)
    )
