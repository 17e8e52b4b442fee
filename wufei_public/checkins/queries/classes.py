"""Reads of classes, their pupils, and what they came to."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import CheckIn, ClassPupil, SchoolClass
from wufei_public.checkins.rules.boards import Span
from wufei_public.checkins.rules.classes import Class
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_


def school_class(session: Session, code: str, *, locked: bool = False) -> SchoolClass:
    """Return a class that is open by its code; NotFound."""
    statement = select(SchoolClass).where(
        SchoolClass.code == normalise(code), SchoolClass.closed_at.is_(None)
    )
    row = session.scalar(statement.with_for_update() if locked else statement)
    if row is None:
        raise NotFound("no_such_class", N_("没有这个班级码，请再看看有没有抄错。"))
    return row


def of_schools(session: Session, organisations: Collection[int]) -> Sequence[SchoolClass]:
    """Return the open classes of schools, by name."""
    return session.scalars(
        select(SchoolClass)
        .where(SchoolClass.organisation_id.in_(organisations), SchoolClass.closed_at.is_(None))
        .order_by(SchoolClass.organisation_id, SchoolClass.name)
    ).all()


def joined(session: Session, account: int) -> Sequence[Row[Any]]:
    """Return the open classes of the resident (member 0) and of the household."""
    return session.execute(
        select(ClassPupil.member, SchoolClass.code, SchoolClass.name, SchoolClass.organisation_id)
        .join(SchoolClass, SchoolClass.id == ClassPupil.school_class)
        .where(ClassPupil.account == account, SchoolClass.closed_at.is_(None))
        .order_by(ClassPupil.member)
    ).all()


def has_pupil_of(session: Session, account: int, school_class_id: int) -> bool:
    """Say whether the resident, or somebody of the household, is in a class."""
    found = select(ClassPupil.account).where(
        ClassPupil.account == account, ClassPupil.school_class == school_class_id
    )
    return session.execute(found.limit(1)).first() is not None


def figures(session: Session, organisation: int, span: Span, today: date) -> list[Class]:
    """Return the open classes of a school with their pupils' check-ins of a span.

    By way of the pupils, so it costs what a school has, not what is stored.
    """
    rows = session.execute(
        select(
            SchoolClass.code,
            SchoolClass.name,
            func.count(CheckIn.id),
            func.count(CheckIn.id).filter(CheckIn.day == today),
            SchoolClass.id,
        )
        .outerjoin(ClassPupil, ClassPupil.school_class == SchoolClass.id)
        .outerjoin(
            CheckIn,
            and_(
                CheckIn.account == ClassPupil.account,
                CheckIn.member == ClassPupil.member,
                CheckIn.day.between(span.first, span.last),
                CheckIn.day >= ClassPupil.joined_on,
            ),
        )
        .where(SchoolClass.organisation_id == organisation, SchoolClass.closed_at.is_(None))
        .group_by(SchoolClass.id, SchoolClass.code, SchoolClass.name)
    )
    pupils = _pupils(session, organisation)
    return [
        Class(code, name, pupils.get(number, 0), checkins, on_the_day)
        for code, name, checkins, on_the_day, number in rows
    ]


def _pupils(session: Session, organisation: int) -> dict[int, int]:
    counted = (
        select(ClassPupil.school_class, func.count())
        .join(SchoolClass, SchoolClass.id == ClassPupil.school_class)
        .where(SchoolClass.organisation_id == organisation)
        .group_by(ClassPupil.school_class)
    )
    return dict(session.execute(counted).tuples().all())
