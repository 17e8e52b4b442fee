"""Reads of the photos of check-ins, and of what they are like."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, false, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from wufei_public.checkins.models import CheckIn, CheckInPhoto, PhotoPart
from wufei_public.checkins.policy import SUPERVISORS
from wufei_public.checkins.rules.photos import Print
from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.places import stem
from wufei_public.common.text import N_

MOST_LIKE = 2000
PAGE = 50

_EARLIER, _EARLIER_DAY = aliased(CheckInPhoto), aliased(CheckIn)
# A photo with the check-in it belongs to, and the earlier one that it is like.
_SHOWN = (
    CheckInPhoto.check_in,
    CheckInPhoto.code,
    CheckInPhoto.photo,
    CheckInPhoto.day,
    CheckInPhoto.village,
    CheckInPhoto.likeness,
    CheckIn.account,
    _EARLIER.code.label("earlier_code"),
    _EARLIER.day.label("earlier_day"),
    _EARLIER.village.label("earlier_village"),
    _EARLIER_DAY.account.label("earlier_account"),
)


def owner_of(code: str) -> str:
    """Return by which name the media room keeps the photo of a check-in."""
    return f"checkin/{code}"


def _shown() -> Select[Any]:
    return (
        select(*_SHOWN)
        .join(CheckIn, CheckIn.id == CheckInPhoto.check_in)
        .outerjoin(_EARLIER, _EARLIER.check_in == CheckInPhoto.alike)
        .outerjoin(_EARLIER_DAY, _EARLIER_DAY.id == _EARLIER.check_in)
    )


def photo(session: Session, code: str) -> Row[Any]:
    """Return the photo of a code with what it is like; NotFound."""
    found = session.execute(_shown().where(CheckInPhoto.code == normalise(code))).one_or_none()
    if found is None:
        raise missing()
    return found


def missing() -> NotFound:
    """Return the refusal of a photo that is not there, or not for whoever asks."""
    return NotFound("no_such_photo", N_("没有这张照片。"))


def of_check_in(session: Session, check_in: int) -> Row[Any] | None:
    """Return the photo of a check-in with what it is like, None without one."""
    return session.execute(_shown().where(CheckInPhoto.check_in == check_in)).one_or_none()


def of_day(session: Session, account: int, member: int, day: date) -> Row[Any] | None:
    """Return the photo of a person's check-in of a day, None without one."""
    mine = (CheckIn.account == account, CheckIn.member == member, CheckIn.day == day)
    return session.execute(_shown().where(*mine)).one_or_none()


def mine(session: Session, account: int) -> Sequence[Row[Any]]:
    """Return day and code of every photo of a resident, newest first."""
    return session.execute(
        select(CheckInPhoto.day, CheckInPhoto.code, CheckInPhoto.check_in)
        .join(CheckIn, CheckIn.id == CheckInPhoto.check_in)
        .where(CheckIn.account == account)
        .order_by(CheckInPhoto.day.desc(), CheckInPhoto.check_in.desc())
    ).all()


# ---- for whoever reviews ---------------------------------------------------------


def within(actor: Actor) -> ColumnElement[bool]:
    """Return the villages in which `actor` may look (`policy.may_spot_check` in SQL)."""
    scopes = [grant.division for grant in actor.grants if grant.role in SUPERVISORS]
    return or_(false(), *(CheckInPhoto.village.startswith(stem(one or "")) for one in scopes))


def hinted(
    session: Session, actor: Actor, since: date, after: tuple[date, int] | None = None
) -> Sequence[Row[Any]]:
    """Return the photos with a hint that `actor` may see, the newest day first; one more than PAGE.

    `after` is day and check-in of the last one of the page before.
    """
    statement = _shown().where(
        CheckInPhoto.likeness != "", CheckInPhoto.day >= since, within(actor)
    )
    if after is not None:
        statement = statement.where(tuple_(CheckInPhoto.day, CheckInPhoto.check_in) < after)
    order = (CheckInPhoto.day.desc(), CheckInPhoto.check_in.desc())
    return session.execute(statement.order_by(*order).limit(PAGE + 1)).all()


# ---- for comparing ---------------------------------------------------------------


def uncompared(session: Session, limit: int) -> Sequence[Row[Any]]:
    """Return check-in, photo and SHA-256 of what was not compared yet, the oldest first."""
    return session.execute(
        select(CheckInPhoto.check_in, CheckInPhoto.photo, CheckInPhoto.sha256)
        .where(CheckInPhoto.compared_at.is_(None))
        .order_by(CheckInPhoto.check_in)
        .limit(limit)
    ).all()


def like(session: Session, one: Print, parts: Collection[int]) -> list[Print]:
    """Return the compared photos that may be like `one`: the same bytes, or a part of the looks."""
    prints = select(CheckInPhoto.check_in, CheckInPhoto.sha256, CheckInPhoto.dhash).where(
        CheckInPhoto.check_in != one.check_in, CheckInPhoto.compared_at.is_not(None)
    )
    same = prints.where(CheckInPhoto.sha256 == one.sha256).order_by(CheckInPhoto.check_in).limit(9)
    found = {row.check_in: Print(*row) for row in session.execute(same)}
    if parts:
        alike = (
            select(PhotoPart.check_in)
            .where(PhotoPart.part.in_(parts))
            .order_by(PhotoPart.check_in.desc())
            .limit(MOST_LIKE)
        )
        near = session.execute(prints.where(CheckInPhoto.check_in.in_(alike)))
        found |= {row.check_in: Print(*row) for row in near}
    return list(found.values())
