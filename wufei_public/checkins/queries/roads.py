"""Reads of road stretches and what their chiefs found last."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import RoadCharge, RoadStretch, StretchInspection
from wufei_public.common.clock import day_end, day_start
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_


def stretch(session: Session, code: str) -> RoadStretch:
    """Return a stretch in use for a change; NotFound."""
    row = session.scalar(
        select(RoadStretch)
        .where(RoadStretch.code == normalise(code), RoadStretch.ended_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise NotFound("no_such_stretch", N_("没有这段路。"))
    return row


def chiefs_of(session: Session, row: RoadStretch, day: date) -> frozenset[int]:
    """Return who had charge of a stretch at some time of a day, or has it since."""
    gone = select(RoadCharge.chief).where(
        RoadCharge.stretch == row.id,
        RoadCharge.begun_at <= day_end(day),
        RoadCharge.ended_at >= day_start(day),
    )
    now = {row.chief} if row.chief is not None else set()
    return frozenset({*session.scalars(gone), *now})


def _stretches(session: Session, where: ColumnElement[bool]) -> Sequence[Row[Any]]:
    # By the stretch, so that it costs what a town has, not what was ever recorded.
    newest = (
        select(StretchInspection.id)
        .where(StretchInspection.stretch == RoadStretch.id)
        .order_by(StretchInspection.day.desc(), StretchInspection.id.desc())
        .limit(1)
        .correlate(RoadStretch)
        .scalar_subquery()
    )
    return session.execute(
        select(
            RoadStretch.code,
            RoadStretch.town,
            RoadStretch.name,
            RoadStretch.chief,
            StretchInspection.day,
            StretchInspection.found,
            StretchInspection.words,
        )
        .outerjoin(StretchInspection, StretchInspection.id == newest)
        .where(where, RoadStretch.ended_at.is_(None))
        .order_by(RoadStretch.town, RoadStretch.name, RoadStretch.id)
    ).all()


def of_town(session: Session, town: str) -> Sequence[Row[Any]]:
    """Return the stretches of a town with the last inspection of each."""
    return _stretches(session, RoadStretch.town == town)


def of_chief(session: Session, account: int) -> Sequence[Row[Any]]:
    """Return the stretches of a chief with the last inspection of each."""
    return _stretches(session, RoadStretch.chief == account)
