"""Credit grades: those in force, an enterprise's history, and how many holders were graded."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.clock import day_end
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.organisations.queries import cards, permits
from wufei_public.redblack.models.grades import (
    IS_CURRENT,
    IS_WAITING,
    CreditGrade,
    CreditLetter,
)
from wufei_public.redblack.rules.grades import years_that_count

Rows = Sequence[Row[Any]]
PAGE, MOST = 30, 50
_COLUMNS = (
    CreditGrade.id,
    CreditGrade.code,
    CreditGrade.organisation_id,
    CreditGrade.town,
    CreditGrade.year,
    CreditGrade.version,
    CreditGrade.grades,
    CreditGrade.grade,
    CreditGrade.points,
    CreditGrade.vetoes,
    CreditGrade.ground,
    CreditGrade.public_ground,
    CreditGrade.graded_at,
    CreditGrade.heard_until,
    CreditGrade.reply,
    CreditGrade.letter,
    CreditGrade.proofs,
    CreditGrade.way,
    CreditGrade.served_at,
    CreditGrade.withdrawn_at,
    CreditGrade.published_at,
    CreditGrade.replaced_at,
)


def missing() -> NotFound:
    """Return the one answer for a grade that is not there, or not for this person."""
    return NotFound("no_grade", N_("没有这个等级，请核对一下。"))


def grade(session: Session, code: str) -> CreditGrade:
    """Return the grade with that code, locked for its publication; NotFound."""
    found = session.scalar(
        select(CreditGrade).where(CreditGrade.code == normalise(code)).with_for_update()
    )
    if found is None:
        raise missing()
    return found


def draft(session: Session, organisation_id: int, year: int) -> CreditGrade | None:
    """Return what was given and not published yet, locked."""
    return session.scalar(
        select(CreditGrade)
        .where(
            CreditGrade.organisation_id == organisation_id,
            CreditGrade.year == year,
            text(IS_WAITING),
        )
        .with_for_update()
    )


def makers(session: Session, organisation_id: int, year: int) -> frozenset[int]:
    """Return who gave or served a grade for that year that is not published."""
    own = (CreditGrade.organisation_id == organisation_id, CreditGrade.year == year)
    rows = session.execute(
        select(CreditGrade.graded_by, CreditGrade.served_by).where(
            *own, CreditGrade.published_at.is_(None)
        )
    )
    return frozenset(one for row in rows for one in row if one is not None)


def writers(session: Session, organisation_id: int, year: int) -> frozenset[int]:
    """Return who entered a letter to a grade for that year that is not published."""
    own = (CreditGrade.organisation_id == organisation_id, CreditGrade.year == year)
    return frozenset(
        session.scalars(
            select(CreditLetter.received_by)
            .join(CreditGrade, CreditGrade.id == CreditLetter.grade_id)
            .where(*own, CreditGrade.published_at.is_(None))
        )
    )


def letters(session: Session, grades: Collection[int]) -> Sequence[tuple[int, int]]:
    """Return grade and who entered it, for each letter to these grades, oldest first."""
    columns = (CreditLetter.grade_id, CreditLetter.received_by)
    its = CreditLetter.grade_id.in_(grades)
    return [
        (row.grade_id, row.received_by)
        for row in session.execute(select(*columns).where(its).order_by(CreditLetter.id))
    ]


def graders(session: Session, organisation_id: int) -> frozenset[int]:
    """Return who gave the enterprise a grade that waits for its publication, or served it."""
    own = (CreditGrade.organisation_id == organisation_id, text(IS_WAITING))
    rows = session.execute(select(CreditGrade.graded_by, CreditGrade.served_by).where(*own))
    return frozenset(one for row in rows for one in row if one is not None)


def current(session: Session, organisation_id: int, year: int) -> CreditGrade | None:
    """Return the grade in force for that year, locked."""
    return session.scalar(
        select(CreditGrade)
        .where(
            CreditGrade.organisation_id == organisation_id,
            CreditGrade.year == year,
            text(IS_CURRENT),
        )
        .with_for_update()
    )


def last_version(session: Session, organisation_id: int, year: int) -> int:
    """Return the number of the newest version for that year, 0 before the first."""
    own = (CreditGrade.organisation_id == organisation_id, CreditGrade.year == year)
    return session.scalar(select(func.max(CreditGrade.version)).where(*own)) or 0


def history(session: Session, organisation_id: int, *, published: bool = True) -> Rows:
    """Return every grade of an enterprise, the newest year and version first."""
    statement = select(*_COLUMNS).where(CreditGrade.organisation_id == organisation_id)
    if published:
        statement = statement.where(CreditGrade.published_at.is_not(None))
    newest = (CreditGrade.year.desc(), CreditGrade.version.desc())
    return session.execute(statement.order_by(*newest).limit(MOST)).all()


def years(session: Session) -> Sequence[int]:
    """Return the years for which grades are published, the newest first."""
    return session.scalars(
        select(CreditGrade.year)
        .where(text(IS_CURRENT))
        .distinct()
        .order_by(CreditGrade.year.desc())
        .limit(MOST)
    ).all()


@dataclass(frozen=True, slots=True)
class GradeFilter:
    """What the published grades of a year are narrowed to."""

    year: int
    words: str = ""
    after: int = 0


def published(session: Session, wanted: GradeFilter, limit: int = PAGE) -> tuple[Rows, int | None]:
    """Return a page of the grades in force for a year, and after which enterprise goes the next."""
    statement = select(*_COLUMNS).where(
        text(IS_CURRENT),
        CreditGrade.year == wanted.year,
        CreditGrade.organisation_id > wanted.after,
    )
    if wanted.words:
        statement = statement.where(CreditGrade.organisation_id.in_(cards.named(wanted.words)))
    ordered = statement.order_by(CreditGrade.organisation_id)
    rows = session.execute(ordered.limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].organisation_id if len(rows) > limit else None


def waiting(session: Session, actor: Actor) -> Rows:
    """Return the grades that wait for a second person within the official's place, oldest first."""
    return session.execute(
        select(*_COLUMNS, CreditGrade.graded_by)
        .where(
            text(IS_WAITING), cards.in_scope(actor, CreditGrade.town)
        )
        .order_by(CreditGrade.graded_at, CreditGrade.id)
        .limit(MOST)
    ).all()  # fmt: skip


def of_holders(session: Session, ids: Collection[int], day: date) -> dict[int, Row[Any]]:
    """Return by enterprise the newest grade that counted at the end of `day`."""
    rows = session.execute(
        select(*_COLUMNS)
        .where(
            CreditGrade.organisation_id.in_(ids),
            CreditGrade.year.in_(years_that_count(day)),
            CreditGrade.published_at <= day_end(day),
        )
        .order_by(CreditGrade.year, CreditGrade.version)
    )
    return {row.organisation_id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Share:
    """Indicator 41: the denominator, each with its USCC, and who of it was graded."""

    holders: Rows
    graded: dict[int, Row[Any]]


def graded_share(session: Session, day: date) -> Share:
    """Return who was under key or simplified management on `day`, and those with a grade then."""
    holders = permits.holders(session, day)
    found: dict[int, Row[Any]] = {}
    ids = [row.id for row in holders]
    for at in range(0, len(ids), 500):
        found |= of_holders(session, ids[at : at + 500], day)
    return Share(holders, found)
