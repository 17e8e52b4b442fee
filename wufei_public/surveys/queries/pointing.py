"""Photos and places of a wave that says that it asks for them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.rules.waves import State

PAGE = 30


def responses(
    session: Session, wave_id: int, after: int = 0, until: date | None = None
) -> Sequence[Row[Any]]:
    """Return `(id, answers)` in the order of the random keys; one more than a page.

    `until`: those of the days up to this one.
    """
    wanted = select(Response.id, Response.answers).where(
        Response.wave_id == wave_id, Response.id > after
    )
    if until:
        wanted = wanted.where(Response.day <= until)
    return session.execute(wanted.order_by(Response.id).limit(PAGE + 1)).all()


def every(session: Session, wave_id: int, until: date | None = None) -> Sequence[Row[Any]]:
    """Return `(id, answers)` of every answer of a wave, or those of the days up to `until`."""
    wanted = select(Response.id, Response.answers).where(Response.wave_id == wave_id)
    if until:
        wanted = wanted.where(Response.day <= until)
    return session.execute(wanted).all()


def due(session: Session, last: date) -> Sequence[Wave]:
    """Return the waves that ended on `last` or before and still have photos or positions."""
    wanted = select(Wave).where(
        Wave.identifiable,
        Wave.forgot_at.is_(None),
        Wave.closes_on < last,
        Wave.state.in_([State.CLOSED, State.PUBLISHED, State.DROPPED]),
    )
    return session.scalars(wanted.with_for_update()).all()
