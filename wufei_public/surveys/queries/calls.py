"""Numbers of a sample: who tries which, what came of it, what was sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.surveys.models import Attempt, Call, Invitation, Mailing, Wave
from wufei_public.surveys.rules.calling import MOST_ATTEMPTS, OPEN
from wufei_public.surveys.rules.mailing import UNANSWERED

_SAME = and_(Invitation.wave_id == Call.wave_id, Invitation.number == Call.number)
# A number that is tried (again); `rules.calling.is_open` says the same of one.
_OPEN = and_(Call.sealed.is_not(None), Call.attempts < MOST_ATTEMPTS, Invitation.outcome.in_(OPEN))


def missing() -> NotFound:
    """Return the one answer for a number that is not there, or not this person's."""
    return NotFound("no_call", N_("没有这个号码。"))


def call(session: Session, wave_id: int, number: int, *, locked: bool = False) -> Call:
    """Return a number of a wave, locked for a change if asked; NotFound without one."""
    wanted = select(Call).where(Call.wave_id == wave_id, Call.number == number)
    found = session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise missing()
    return found


def member(session: Session, wave_id: int, number: int) -> Invitation:
    """Return the member of the sample with this number, locked for a change."""
    wanted = select(Invitation).where(Invitation.wave_id == wave_id, Invitation.number == number)
    found = session.scalar(wanted.with_for_update())
    if found is None:
        raise missing()
    return found


def mine(session: Session, wave_id: int, account: int) -> Sequence[Row[Any]]:
    """Return the open numbers of an interviewer: appointments first, then the least tried."""
    columns = (Call.number, Call.attempts, Call.next_at, Invitation.stratum, Invitation.outcome)
    wanted = select(*columns).join(Invitation, _SAME)
    own = wanted.where(Call.wave_id == wave_id, Call.assigned_to == account, _OPEN)
    order = (Call.next_at.is_(None), Call.next_at, Call.attempts, Call.number)
    return session.execute(own.order_by(*order)).all()


def free(session: Session, wave_id: int, count: int) -> Sequence[Call]:
    """Return open numbers that nobody has taken, locked; the sample's order is by chance."""
    wanted = select(Call).join(Invitation, _SAME)
    free_ones = wanted.where(Call.wave_id == wave_id, Call.assigned_to.is_(None), _OPEN)
    ordered = free_ones.order_by(Call.attempts, Call.number).limit(count)
    return session.scalars(ordered.with_for_update(of=Call, skip_locked=True)).all()


def held_by(session: Session, wave_id: int, account: int) -> Sequence[Call]:
    """Return every number that an interviewer holds, locked."""
    wanted = select(Call).where(Call.wave_id == wave_id, Call.assigned_to == account)
    return session.scalars(wanted.with_for_update()).all()


def attempts(session: Session, wave_id: int, number: int) -> Sequence[Attempt]:
    """Return what was tried at a number, in order."""
    wanted = select(Attempt).where(Attempt.wave_id == wave_id, Attempt.number == number)
    return session.scalars(wanted.order_by(Attempt.id)).all()


def count(session: Session, wave_id: int) -> int:
    """Return how many members have a number that is still known."""
    wanted = select(func.count()).where(Call.wave_id == wave_id, Call.sealed.is_not(None))
    return session.scalar(wanted) or 0


def open_by_holder(session: Session, wave_id: int) -> Mapping[int | None, int]:
    """Return how many open numbers each interviewer holds; None holds what is free."""
    wanted = select(Call.assigned_to, func.count()).join(Invitation, _SAME)
    open_ones = wanted.where(Call.wave_id == wave_id, _OPEN).group_by(Call.assigned_to)
    return dict(session.execute(open_ones).tuples().all())


def tried(session: Session, wave: Wave) -> int:
    """Return how many attempts led to no interview."""
    wanted = select(func.count()).where(Attempt.wave_id == wave.id)
    kept: int = (wave.frame or {}).get("tried", 0)
    return kept or session.scalar(wanted) or 0


def due(session: Session, account: int, now: datetime) -> Sequence[Row[Any]]:
    """Return `(code, title, title_en, due)` of the waves with appointments that are due."""
    wanted = select(Wave.code, Wave.title, Wave.title_en, func.count().label("due")).join(
        Call, Call.wave_id == Wave.id
    )
    mine = wanted.where(Call.assigned_to == account, Call.next_at <= now)
    return session.execute(mine.group_by(Wave.id).order_by(Wave.id)).all()


# ---- by SMS ------------------------------------------------------------------------------


def to_write_to(session: Session, wave_id: int) -> Sequence[Row[Any]]:
    """Return `(number, sealed)` of the mobiles of who has not answered and not said no."""
    wanted = select(Call.number, Call.sealed).join(Invitation, _SAME)
    mobile = wanted.where(Call.wave_id == wave_id, Call.mobile.is_(True), Call.sealed.is_not(None))
    return session.execute(
        mobile.where(Invitation.outcome.in_(UNANSWERED)).order_by(Call.number)
    ).all()


def mailings(session: Session, wave_id: int) -> Sequence[Mailing]:
    """Return what was sent to a sample, in order."""
    wanted = select(Mailing).where(Mailing.wave_id == wave_id)
    return session.scalars(wanted.order_by(Mailing.turn)).all()
