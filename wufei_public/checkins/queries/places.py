"""Reads of collection points and spot checks."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, false, or_, select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import CheckIn, CollectionPoint, SpotCheck, SpotDraw
from wufei_public.checkins.policy import SUPERVISORS
from wufei_public.checkins.rules.boards import Span
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.spots import Share
from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.places import stem
from wufei_public.common.text import N_

MOST_SHOWN = 200


def point(session: Session, code: str) -> CollectionPoint | None:
    """Return the collection point of a QR code, None for one that is retired or unknown."""
    return session.scalar(
        select(CollectionPoint).where(
            CollectionPoint.code == normalise(code), CollectionPoint.retired_at.is_(None)
        )
    )


def points(session: Session, town: str) -> Sequence[CollectionPoint]:
    """Return the points in use in a town, by village."""
    return session.scalars(
        select(CollectionPoint)
        .where(CollectionPoint.village.startswith(town), CollectionPoint.retired_at.is_(None))
        .order_by(CollectionPoint.village, CollectionPoint.name)
    ).all()


def _within(actor: Actor) -> ColumnElement[bool]:
    """Return the villages in which `actor` may check (`policy.may_spot_check` in SQL)."""
    scopes = [grant.division for grant in actor.grants if grant.role in SUPERVISORS]
    return or_(false(), *(SpotCheck.village.startswith(stem(one or "")) for one in scopes))


_SPOT = (
    SpotCheck.id,
    SpotCheck.code,
    SpotCheck.village,
    SpotCheck.day,
    SpotCheck.checked_at,
    SpotCheck.check_in,
    CheckIn.account,
    CheckIn.member,
    CheckIn.bins,
)


def waiting_spots(session: Session, actor: Actor, since: date) -> Sequence[Row[Any]]:
    """Return the spot checks that wait for `actor`, the oldest first."""
    return session.execute(
        select(*_SPOT)
        .join(CheckIn, CheckIn.id == SpotCheck.check_in)
        .where(SpotCheck.checked_at.is_(None), SpotCheck.day >= since, _within(actor))
        .order_by(SpotCheck.day, SpotCheck.village, SpotCheck.id)
        .limit(MOST_SHOWN)
    ).all()


def spot(session: Session, code: str, *, locked: bool = False) -> Row[Any]:
    """Return a spot check with the check-in that it is about; NotFound."""
    statement = (
        select(*_SPOT)
        .join(CheckIn, CheckIn.id == SpotCheck.check_in)
        .where(SpotCheck.code == normalise(code))
    )
    row = session.execute(
        statement.with_for_update(of=SpotCheck) if locked else statement
    ).one_or_none()
    if row is None:
        raise NotFound("no_such_spot", N_("没有这次抽查。"))
    return row


def draws(session: Session) -> Sequence[SpotDraw]:
    """Return the draws, the newest first."""
    return session.scalars(select(SpotDraw).order_by(SpotDraw.day.desc()).limit(MOST_SHOWN)).all()


def draw_of(session: Session, day: date) -> SpotDraw:
    """Return the draw of a day; NotFound."""
    found = session.get(SpotDraw, day)
    if found is None:
        raise NotFound("no_such_draw", N_("那天没有抽查。"))
    return found


def numbers(session: Session, made: SpotDraw) -> list[tuple[int, bool]]:
    """Return the check-ins among which was drawn, by their number, and which of them were."""
    was_there = (CheckIn.day == made.day, CheckIn.member == OWN)
    rows = session.execute(
        select(CheckIn.id, SpotCheck.id.is_not(None))
        .outerjoin(SpotCheck, SpotCheck.check_in == CheckIn.id)
        .where(*was_there, CheckIn.arrived_at <= made.drawn_at)
        .order_by(CheckIn.id)
    )
    return [(number, bool(drawn)) for number, drawn in rows]


def shares(session: Session, span: Span) -> dict[str, Share]:
    """Return the share of right bins by village in a span, of those that were seen."""
    rows = session.execute(
        select(SpotCheck.village, SpotCheck.right_bins, SpotCheck.wrong_bins).where(
            SpotCheck.day.between(span.first, span.last), SpotCheck.checked_at.is_not(None)
        )
    )
    found: dict[str, Share] = {}
    for village, right, wrong in rows:
        known = found.get(village, Share(0, 0))
        good, bad = right.bit_count(), wrong.bit_count()
        found[village] = Share(known.right + good, known.seen + good + bad)
    return found
