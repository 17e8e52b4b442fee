"""Which answers a look at a wave shows, and of how many several ways of counting tell."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, or_, select
from sqlalchemy.orm import Session

from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries.waves import COUNTED, MARKED, floor_of
from wufei_public.surveys.rules.calling import week_of
from wufei_public.surveys.rules.looking import Step, fewest_apart, shown
from wufei_public.surveys.rules.waves import LEAST_TO_LOOK, SAMPLED


def interim(session: Session, wave: Wave, today: date) -> Step | None:
    """Return what may be seen of a wave whose answers still come in; None before the first."""
    wanted = select(Response.day, func.count()).where(
        Response.wave_id == wave.id, Response.outcome.in_(COUNTED)
    )
    by_day = dict(session.execute(wanted.group_by(Response.day)).tuples().all())
    # An answer by telephone carries the first day of its week.
    before = week_of(today, wave.opens_on) if wave.mode in SAMPLED else today
    return shown(by_day, before, LEAST_TO_LOOK, floor_of(wave))


def differing(session: Session, wave_id: int, one: Collection[str], other: Collection[str]) -> int:
    """Return how many answers are left out with one set of marks and not with the other."""
    wanted = select(func.count()).where(
        Response.wave_id == wave_id, Response.outcome.in_(COUNTED), _out(one) != _out(other)
    )
    return session.scalar(wanted) or 0


def _out(flags: Collection[str]) -> ColumnElement[Any]:
    return case((or_(false(), *(MARKED[flag] for flag in flags)), 1), else_=0)


def too_near(session: Session, wave: Wave, without: Collection[str]) -> int:
    """Return of how few answers these figures and all that were seen would tell; 0 for none."""
    ways = [_out(flags).label(f"way{at}") for at, flags in enumerate([*wave.seen, without])]
    wanted = select(func.count(), *ways).where(
        Response.wave_id == wave.id, Response.outcome.in_(COUNTED)
    )
    parts = {tuple(row[1:]): row[0] for row in session.execute(wanted.group_by(*ways))}
    return fewest_apart(parts, floor_of(wave))
