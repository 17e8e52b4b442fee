"""Reads of awards: the grades in force, a case's award, what waits, what was paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, case, extract, func, select
from sqlalchemy.orm import Session

from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.dumping.models.awards import AwardEntry, AwardGrade, AwardScheme, ReportAward
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.awards import LIVE, EntryKind

PAGE = 50


def scheme_on(session: Session, day: date) -> AwardScheme | None:
    """Return the version in force on `day`: the last to start by then; None before the first."""
    statement = select(AwardScheme).where(AwardScheme.starts_on <= day)
    newest = (AwardScheme.starts_on.desc(), AwardScheme.id.desc())
    return session.scalars(statement.order_by(*newest).limit(1)).first()


def schemes(session: Session) -> Sequence[AwardScheme]:
    """Return every version, the one that starts last on top."""
    newest = (AwardScheme.starts_on.desc(), AwardScheme.id.desc())
    return session.scalars(select(AwardScheme).order_by(*newest).limit(PAGE)).all()


def grades(session: Session, scheme_id: int) -> Sequence[AwardGrade]:
    """Return the grades of a version in their order."""
    statement = select(AwardGrade).where(AwardGrade.scheme_id == scheme_id)
    return session.scalars(statement.order_by(AwardGrade.position)).all()


def of_case(session: Session, report_id: int) -> ReportAward | None:
    """Return the newest award of a case, None where none was ever proposed."""
    statement = select(ReportAward).where(ReportAward.report_id == report_id)
    return session.scalars(statement.order_by(ReportAward.id.desc()).limit(1)).first()


def live_of_case(session: Session, report_id: int) -> ReportAward | None:
    """Return the award of a case that is not over, locked for whoever changes it."""
    statement = select(ReportAward).where(
        ReportAward.report_id == report_id, ReportAward.state.in_(LIVE)
    )
    return session.scalars(statement.with_for_update()).one_or_none()


def missing() -> NotFound:
    """Return the refusal of an award that is not there."""
    return NotFound("no_award", N_("没有这一笔奖励。"))


def award_for_update(session: Session, code: str) -> ReportAward:
    """Return an award, locked; NotFound."""
    statement = select(ReportAward).where(ReportAward.code == normalise(code))
    found = session.scalars(statement.with_for_update()).one_or_none()
    if found is None:
        raise missing()
    return found


def claimed_for_update(session: Session, claim_hash: bytes) -> ReportAward | None:
    """Return the award that waits for this code, locked; None for a code that is none."""
    statement = select(ReportAward).where(ReportAward.claim_hash == claim_hash)
    return session.scalars(statement.with_for_update()).one_or_none()


def claimed(session: Session, claim_hash: bytes) -> Row[Any] | None:
    """Return amount, grade and end of the award that waits for this code, to look at."""
    return session.execute(
        select(ReportAward.amount, AwardGrade.name, ReportAward.claim_until)
        .join(AwardGrade, AwardGrade.id == ReportAward.grade_id)
        .where(ReportAward.claim_hash == claim_hash)
    ).one_or_none()


def entered_by(session: Session, report_id: int) -> int | None:
    """Return the official who entered the case for its reporter, and holds the receipt too."""
    return session.scalar(
        select(ReportEvent.actor_id).where(
            ReportEvent.report_id == report_id, ReportEvent.move == "entered"
        )
    )


_LINE = (
    ReportAward.id,
    ReportAward.code,
    ReportAward.report_id,
    ReportAward.state,
    ReportAward.amount,
    ReportAward.reason,
    ReportAward.answer,
    ReportAward.proposed_by,
    ReportAward.proposed_at,
    ReportAward.decided_by,
    ReportAward.decided_at,
    ReportAward.claim_until,
    ReportAward.claim_drawn_at,
    AwardGrade.name.label("grade"),
    AwardGrade.lowest,
    AwardGrade.highest,
    AwardScheme.source,
    AwardScheme.counter,
    Report.code.label("case"),
    Report.official_kind.label("kind"),
    Report.state.label("case_state"),
)


def _lines() -> Select[Any]:
    return (
        select(*_LINE)
        .join(AwardGrade, AwardGrade.id == ReportAward.grade_id)
        .join(AwardScheme, AwardScheme.id == AwardGrade.scheme_id)
        .join(Report, Report.id == ReportAward.report_id)
    )


def award_page(
    session: Session, state: str = "", after: int | None = None, limit: int = PAGE
) -> tuple[Sequence[Row[Any]], int | None]:
    """Return awards, the newest first, and the position of the next page."""
    statement = _lines().order_by(ReportAward.id.desc()).limit(limit + 1)
    if state:
        statement = statement.where(ReportAward.state == state)
    if after is not None:
        statement = statement.where(ReportAward.id < after)
    rows = session.execute(statement).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def award_line(session: Session, code: str) -> Row[Any]:
    """Return one award with its grade and its case; NotFound."""
    found = session.execute(_lines().where(ReportAward.code == normalise(code))).one_or_none()
    if found is None:
        raise missing()
    return found


def line_of_case(session: Session, report_id: int) -> Row[Any] | None:
    """Return the newest award of a case with its grade, None where none was proposed."""
    statement = _lines().where(ReportAward.report_id == report_id)
    return session.execute(statement.order_by(ReportAward.id.desc()).limit(1)).one_or_none()


def waiting(session: Session) -> int:
    """Return how many proposals wait for a decision."""
    statement = select(func.count()).where(ReportAward.state == "proposed")
    return session.scalar(statement) or 0


# ---- the ledger -----------------------------------------------------------------

# What the ledger says: never which case it was.
_ENTRY = (
    AwardEntry.id,
    AwardEntry.number,
    AwardEntry.kind,
    AwardEntry.amount,
    AwardEntry.method,
    AwardEntry.voucher,
    AwardEntry.reason,
    AwardEntry.booked_by,
    AwardEntry.booked_at,
    AwardEntry.day,
    ReportAward.code,
    ReportAward.state,
    AwardGrade.name.label("grade"),
)


def ledger_page(
    session: Session, year: int, after: int | None = None, limit: int = PAGE
) -> tuple[Sequence[Row[Any]], int | None]:
    """Return a year's entries, the newest first, and the position of the next page."""
    statement = (
        select(*_ENTRY)
        .join(ReportAward, ReportAward.id == AwardEntry.award_id)
        .join(AwardGrade, AwardGrade.id == ReportAward.grade_id)
        .where(AwardEntry.day >= date(year, 1, 1), AwardEntry.day <= date(year, 12, 31))
        .order_by(AwardEntry.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(AwardEntry.id < after)
    rows = session.execute(statement).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def next_number(session: Session, award_id: int) -> int:
    """Return the number of the next entry of an award."""
    statement = select(func.count()).where(AwardEntry.award_id == award_id)
    return 1 + (session.scalar(statement) or 0)


def last_entry(session: Session, award_id: int) -> AwardEntry | None:
    """Return the newest entry of an award."""
    statement = select(AwardEntry).where(AwardEntry.award_id == award_id)
    return session.scalars(statement.order_by(AwardEntry.number.desc()).limit(1)).first()


@dataclass(frozen=True, slots=True)
class Year:
    """What one year paid: awards that stayed paid, and whole yuan."""

    year: int
    paid: int
    yuan: int


def years(session: Session) -> list[Year]:
    """Return what each year paid, less what was taken back in it, the newest first."""
    turn = case((AwardEntry.kind == EntryKind.PAYOUT, 1), else_=-1)
    year = extract("year", AwardEntry.day)
    rows = session.execute(
        select(year.label("year"), func.sum(turn).label("paid"), func.sum(AwardEntry.amount))
        .group_by(year)
        .order_by(year.desc())
    ).all()
    return [Year(int(name), int(paid), int(yuan)) for name, paid, yuan in rows]
