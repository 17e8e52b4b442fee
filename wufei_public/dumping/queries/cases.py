"""One case: its row, its events, its photos, who may get it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, text
from sqlalchemy.orm import Session

from wufei_public.common.actor import Grant
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.dumping.models.conditions import IS_OPEN, IS_OVER
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.opinions import ReportRating
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.assigning import can_get
from wufei_public.dumping.rules.photos import FROM_REPORTER, PhotoRole
from wufei_public.dumping.rules.ratings import Rating
from wufei_public.dumping.rules.release import Show
from wufei_public.dumping.rules.states import RATEABLE, Move
from wufei_public.media.queries import SEEN
from wufei_public.people.queries.accounts import Colleague, holders, roles_of
from wufei_public.people.rules.roles import Role

Rows = Sequence[Row[Any]]
# Events that change nothing of a case, so that no form is out of date by them.
LOOKS = frozenset({"evidence", "contact", "words"})
# Words that the reporter sent later than the report, asked for or not.
ADDED = "added"
# Steps whose inner words are the reporter's own.
SAID_LATER = frozenset(
    {ADDED, Move.ANSWER, Move.REOPEN, Move.OBJECT, Rating.SATISFIED, Rating.MOSTLY}
)

_EVENTS = (
    select(
        ReportEvent.number,
        ReportEvent.move,
        ReportEvent.actor_kind,
        ReportEvent.actor_id,
        ReportEvent.at,
        ReportEvent.came_from,
        ReportEvent.state,
        ReportEvent.public_text,
        ReportEvent.internal_text,
    )
    .where(ReportEvent.report_id == bindparam("report"))
    .order_by(ReportEvent.number)
)


def missing() -> NotFound:
    """Return the one answer for every code that is not there, or not for this person."""
    return NotFound("no_report", N_("没有这个编号的举报，请核对一下。"))


def report_for_update(session: Session, code: str) -> Report:
    """Return the case `code`, locked until the transaction ends; NotFound if there is none."""
    found = session.scalar(select(Report).where(Report.code == normalise(code)).with_for_update())
    if found is None:
        raise missing()
    return found


def report(session: Session, code: str) -> Report:
    """Return the case `code`; NotFound if there is none."""
    found = session.scalar(select(Report).where(Report.code == normalise(code)))
    if found is None:
        raise missing()
    return found


def results(session: Session, codes: Collection[str]) -> frozenset[str]:
    """Return which of these cases have a result now, cleared away or not."""
    its = (Report.code.in_(codes), Report.state.in_(RATEABLE))
    return frozenset(session.scalars(select(Report.code).where(*its)))


def is_there(session: Session, code: str) -> bool:
    """Say whether there is a case `code`."""
    return session.scalar(select(Report.id).where(Report.code == code)) is not None


def report_by_id(session: Session, report_id: int) -> Report:
    """Return the case with the id `report_id`, locked until the transaction ends."""
    return session.scalars(select(Report).where(Report.id == report_id).with_for_update()).one()


def report_by_id_as_is(session: Session, report_id: int) -> Report:
    """Return the case with the id `report_id`, to read."""
    return session.scalars(select(Report).where(Report.id == report_id)).one()


def code_by_id(session: Session, report_id: int | None) -> str:
    """Return the code of the case with the id `report_id`, empty for none."""
    return session.scalar(select(Report.code).where(Report.id == report_id)) or ""


def has_news(session: Session, report: Report, version: int) -> bool:
    """Say whether anything but a look happened to the case since its event `version`."""
    if version == report.version:
        return False
    since = select(ReportEvent.id).where(
        ReportEvent.report_id == report.id,
        ReportEvent.number > version,
        ReportEvent.move.not_in(LOOKS),
    )
    return version > report.version or session.scalar(since.limit(1)) is not None


def events(session: Session, report_id: int) -> Rows:
    """Return every event of a case, oldest first."""
    return session.connection().execute(_EVENTS, {"report": report_id}).all()


def was_released(session: Session, report_id: int) -> bool:
    """Say whether the public ever saw the case, whether or not it still does."""
    shown = select(ReportEvent.id).where(
        ReportEvent.report_id == report_id, ReportEvent.move == Show.RELEASE
    )
    return session.scalar(shown.limit(1)) is not None


def is_last(session: Session, report_id: int, move: str) -> bool:
    """Say whether nothing but looks happened to the case since `move`."""
    rows = [row for row in events(session, report_id) if row.move not in LOOKS]
    return bool(rows) and rows[-1].move == move


def said_later(session: Session, report_id: int) -> Rows:
    """Return the steps in which the reporter said something after the report, oldest first."""
    rows = events(session, report_id)
    return [row for row in rows if row.move in SAID_LATER and row.internal_text]


def added_last(session: Session, report_id: int) -> str:
    """Return the words that the reporter sent last after the report, empty for none."""
    rows = [row for row in events(session, report_id) if row.move in {ADDED, Move.ANSWER}]
    return str(rows[-1].internal_text) if rows else ""


# One statement for a whole case, kept: the detail of a case is read more than anything else.
_SEEN = (
    select(
        ReportPhoto.role,
        ReportPhoto.public,
        ReportPhoto.round,
        ReportPhoto.told,
        *(column for column in SEEN.c),
    )
    .join(SEEN, SEEN.c.id == ReportPhoto.photo_id)
    .where(ReportPhoto.report_id == bindparam("report"))
    .order_by(ReportPhoto.role == PhotoRole.PROOF, ReportPhoto.position)
)


def result_taken_back(session: Session, report: Report) -> str:
    """Return the words of the result that was taken back last, nothing if the case went on since.

    They are the official's to send again with another photo.
    """
    rows = [row for row in events(session, report.id) if row.move not in LOOKS][-2:]
    taken_back = bool(rows) and rows[-1].move in {Move.UNPROVEN, Move.UNPROVEN_LEFT}
    return str(rows[0].public_text) if taken_back else ""


def photos_seen(session: Session, report_id: int) -> Rows:
    """Return the case's photos with what media knows of each, as they were sent, proofs last."""
    return session.connection().execute(_SEEN, {"report": report_id}).all()


def untold_failures(session: Session, limit: int = 100) -> Sequence[str]:
    """Return the codes of cases with a photo that failed and of which nobody was told yet."""
    return session.scalars(
        select(Report.code)
        .join(ReportPhoto, ReportPhoto.report_id == Report.id)
        .join(SEEN, SEEN.c.id == ReportPhoto.photo_id)
        .where(text("seen.state = 'failed'"), ReportPhoto.told.is_(False))
        .distinct()
        .limit(limit)
    ).all()


def unusable(session: Session, report_id: int) -> int:
    """Return how many of the reporter's photos can not be used and have to be sent again."""
    rows = photos_seen(session, report_id)
    return sum(row.state == "failed" for row in rows if row.role in FROM_REPORTER)


def rating(session: Session, report_id: int, again: int) -> str | None:
    """Return what the reporter said of the result after the case was done again `again` times."""
    return session.scalar(
        select(ReportRating.rating).where(
            ReportRating.report_id == report_id, ReportRating.round == again
        )
    )


def photos(
    session: Session, report_id: int, roles: Collection[PhotoRole] = frozenset(PhotoRole)
) -> Rows:
    """Return `(photo_id, role, position, public, round)` of a case's photos, as they were sent."""
    return session.execute(
        select(
            ReportPhoto.photo_id,
            ReportPhoto.role,
            ReportPhoto.position,
            ReportPhoto.public,
            ReportPhoto.round,
        )
        .where(ReportPhoto.report_id == report_id, ReportPhoto.role.in_(roles))
        .order_by(ReportPhoto.role == PhotoRole.PROOF, ReportPhoto.position)
    ).all()


def crew_for(session: Session, town: str | None, department: str | None) -> Sequence[Colleague]:
    """Return the crew members to whom a case of `town` can be given, and of `department` if set."""
    crew, grants = holders(session, Role.CREW_MEMBER), _crew_grants(session)
    return [member for member in crew if can_get(grants[member.id], town, department)]


def _crew_grants(session: Session) -> Mapping[int, Sequence[Grant]]:
    """Return the grants of everybody who is in a crew, by account."""
    held = roles_of(session, [member.id for member in holders(session, Role.CREW_MEMBER)])
    return {
        account: [Grant(role.role, role.division, role.department) for role in roles]
        for account, roles in held.items()
    }


def left_by(session: Session, account_id: int) -> Sequence[str]:
    """Return the codes of a person's open cases where that person works no more."""
    rows = session.execute(
        select(Report.code, Report.town, Report.department)
        .where(Report.crew_id == account_id, text(IS_OPEN))
        .order_by(Report.id)
    ).all()
    grants = _crew_grants(session).get(account_id, ())
    return [row.code for row in rows if not can_get(grants, row.town, row.department)]


def left_with_cases(session: Session) -> Sequence[int]:
    """Return the accounts that have open cases where they work in no crew any more."""
    busy = session.execute(
        select(Report.crew_id, Report.town, Report.department)
        .where(Report.crew_id.is_not(None), text(IS_OPEN))
        .distinct()
    ).all()
    grants = _crew_grants(session) if busy else {}
    left = {
        row.crew_id
        for row in busy
        if not can_get(grants.get(row.crew_id, ()), row.town, row.department)
    }
    return sorted(left)


def hold_over(session: Session, now: datetime, limit: int = 100) -> Sequence[str]:
    """Return the codes of cases whose time for the reporter's answer is over."""
    return session.scalars(
        select(Report.code).where(Report.held_until < now).order_by(Report.held_until).limit(limit)
    ).all()


def to_forget(session: Session, limit: int = 200) -> Sequence[str]:
    """Return the codes of cases that are over and hold what their reporter took back."""
    gone = f"{IS_OVER} AND withdrawn_at IS NOT NULL AND forgotten_at IS NULL"
    return session.scalars(select(Report.code).where(text(gone)).limit(limit)).all()


def to_reduce(session: Session, before: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of cases that ended before `before` and were not reduced yet."""
    return session.scalars(
        select(Report.code)
        .where(
            text(f"{IS_OVER} AND reduced_at IS NULL"),
            Report.submitted_at < before,
            or_(Report.closed_at.is_(None), Report.closed_at < before),
        )
        .order_by(Report.submitted_at)
        .limit(limit)
    ).all()
