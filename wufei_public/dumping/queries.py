"""Reads of cases: plain rows, one statement each, by index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import Invalid, NotFound
from wufei_public.common.places import stem
from wufei_public.common.text import N_
from wufei_public.dumping.models import Report, ReportEvent
from wufei_public.dumping.rules.states import OPEN, Release, State
from wufei_public.people.rules.roles import Role

PAGE = 20
_MISSING = N_("没有这个编号的举报，请核对一下。")
Rows = Sequence[Row[Any]]


def missing() -> NotFound:
    """Return the one answer for every code that is not there, or not for this person."""
    return NotFound("no_report", _MISSING)


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


# ---- what everyone sees ---------------------------------------------------------

_PUBLIC = (
    Report.id,
    Report.code,
    Report.official_kind,
    Report.state,
    Report.division,
    Report.town,
    Report.spot,
    Report.submitted_at,
    Report.released_at,
    Report.release_token,
    Report.closed_at,
)


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """What the public list is narrowed to; `after` is the last row seen."""

    town: str | None = None
    kind: str | None = None
    after: tuple[datetime, int] | None = None


def public_list(session: Session, wanted: PublicFilter, limit: int = PAGE) -> Rows:
    """Return one row more than `limit` if there are more; newest release first."""
    statement = select(*_PUBLIC).where(Report.release == "released")
    if wanted.town:
        statement = statement.where(Report.town == wanted.town)
    if wanted.kind:
        statement = statement.where(Report.official_kind == wanted.kind)
    if wanted.after:
        position = tuple_(Report.released_at, Report.id)
        statement = statement.where(position < wanted.after)
    ordered = statement.order_by(Report.released_at.desc(), Report.id.desc())
    return session.execute(ordered.limit(limit + 1)).all()


Position = tuple[datetime, int]


def position(instant: str, row_id: str) -> Position:
    """Return a keyset position from its two texts; Invalid if they are none."""
    try:
        return datetime.fromisoformat(instant), int(row_id)
    except ValueError as error:
        raise Invalid("bad_position", N_("这个翻页地址不对，请从第一页看起。")) from error


def public_page(
    session: Session, wanted: PublicFilter, limit: int = PAGE
) -> tuple[Rows, Position | None]:
    """Return one page of the public list and the position of the next, if there is one."""
    rows = public_list(session, wanted, limit)
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.released_at, last.id) if last else None


def public_detail(session: Session, code: str) -> Row[Any]:
    """Return the public columns of a released case; NotFound for every other."""
    row = session.execute(
        select(*_PUBLIC, Report.public_words, Report.outcome, Report.finish_due).where(
            Report.code == normalise(code), Report.release == Release.RELEASED
        )
    ).one_or_none()
    if row is None:
        raise missing()
    return row


def code_of_release(session: Session, token: str) -> str:
    """Return the code of the case released under `token`; NotFound after it was withheld."""
    code = session.scalar(select(Report.code).where(Report.release_token == token))
    if code is None:
        raise missing()
    return code


def public_totals(session: Session) -> Mapping[str, int]:
    """Return how many cases there are by state; withheld and unreleased ones count too."""
    rows = session.execute(select(Report.state, func.count().label("count")).group_by(Report.state))
    return {row.state: row.count for row in rows}


def events(session: Session, report_id: int) -> Rows:
    """Return every event of a case, oldest first."""
    return session.execute(
        select(
            ReportEvent.number,
            ReportEvent.move,
            ReportEvent.actor_kind,
            ReportEvent.actor_id,
            ReportEvent.at,
            ReportEvent.state,
            ReportEvent.public_text,
            ReportEvent.internal_text,
        )
        .where(ReportEvent.report_id == report_id)
        .order_by(ReportEvent.number)
    ).all()


def last_number(session: Session, report_id: int) -> int:
    """Return the number of the case's newest event."""
    found = select(func.max(ReportEvent.number)).where(ReportEvent.report_id == report_id)
    return session.scalar(found) or 0


# ---- what officials see ---------------------------------------------------------

_QUEUE = (
    Report.id,
    Report.code,
    Report.plain_kind,
    Report.official_kind,
    Report.state,
    Report.release,
    Report.division,
    Report.town,
    Report.spot,
    Report.words,
    Report.due_at,
    Report.release_due,
    Report.department,
    Report.crew_id,
    Report.submitted_at,
    Report.closed_at,
    Report.photos,
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What an official's queue is narrowed to."""

    state: str | None = None
    town: str | None = None
    kind: str | None = None
    due: str | None = None
    words: str | None = None
    after: tuple[datetime, int] | None = None


def in_scope(statement: Select[Any], actor: Actor) -> Select[Any]:
    """Narrow `statement` to the cases that `actor` handles; the same rule as `policy.roles_on`."""
    parts = [Report.crew_id == actor.id]
    for grant in actor.grants:
        place = None if grant.division is None else Report.town.startswith(stem(grant.division))
        if grant.role == Role.DISTRICT_OFFICER:
            parts.append(_true() if place is None else or_(Report.town.is_(None), place))
        elif grant.role == Role.TOWN_OFFICER and place is not None:
            parts.append(
                Report.division.startswith(grant.division)
                if len(grant.division or "") > 9  # noqa: PLR2004  a village
                else Report.town == grant.division
            )
        elif grant.role == Role.DEPARTMENT_OFFICER:
            here = Report.department == grant.department
            parts.append(here if place is None else and_(here, place))
    return statement.where(or_(*parts))


def _true() -> Any:
    return Report.id.is_not(None)


def queue(
    session: Session, actor: Actor, wanted: QueueFilter, now: datetime, limit: int = PAGE
) -> Rows:
    """Return the actor's open cases, most urgent first; one row more if there are more."""
    statement = _narrow(in_scope(select(*_QUEUE), actor), wanted, now)
    if wanted.state in {State.CLOSED, State.REFUSED}:
        ordered = statement.order_by(Report.submitted_at.desc(), Report.id.desc())
        if wanted.after:
            position = tuple_(Report.submitted_at, Report.id)
            ordered = ordered.where(position < wanted.after)
    else:
        ordered = statement.order_by(Report.due_at, Report.id)
        if wanted.after:
            ordered = ordered.where(tuple_(Report.due_at, Report.id) > wanted.after)
    return session.execute(ordered.limit(limit + 1)).all()


def queue_page(
    session: Session, actor: Actor, wanted: QueueFilter, now: datetime, limit: int = PAGE
) -> tuple[Rows, Position | None]:
    """Return one page of the queue and the position of the next, if there is one."""
    rows = queue(session, actor, wanted, now, limit)
    last = rows[limit - 1] if len(rows) > limit else None
    if last is None:
        return rows[:limit], None
    over = wanted.state in {State.CLOSED, State.REFUSED}
    return rows[:limit], (last.submitted_at if over else last.due_at, last.id)


def _narrow(statement: Select[Any], wanted: QueueFilter, now: datetime) -> Select[Any]:
    if wanted.state == "placeless":
        statement = statement.where(Report.town.is_(None), Report.state.in_(OPEN))
    elif wanted.state == "unreleased":
        statement = statement.where(
            Report.release == Release.PENDING, Report.state.not_in(["refused"])
        )
    elif wanted.state:
        statement = statement.where(Report.state == wanted.state)
    else:
        statement = statement.where(Report.state.not_in(["closed", "refused"]))
    if wanted.town:
        statement = statement.where(Report.town == wanted.town)
    if wanted.kind:
        statement = statement.where(Report.official_kind == wanted.kind)
    if wanted.due == "over":
        statement = statement.where(Report.due_at < now)
    if wanted.words:
        statement = statement.where(_matches(wanted.words))
    return statement


def _matches(words: str) -> Any:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(
        Report.code == normalise(words),
        Report.spot.like(f"%{escaped}%", escape="\\"),
        Report.words.like(f"%{escaped}%", escape="\\"),
    )


def queue_counts(session: Session, actor: Actor, now: datetime) -> Mapping[str, int]:
    """Return the counts for the queue's chips: all, over, submitted, placeless, unreleased."""
    open_cases = in_scope(
        select(
            func.count(),
            func.count().filter(Report.due_at < now),
            func.count().filter(Report.state == State.SUBMITTED),
            func.count().filter(Report.town.is_(None)),
            func.count().filter(Report.state == State.DISPUTED),
        ).where(Report.state.not_in(["closed", "refused"])),
        actor,
    )
    unreleased = in_scope(
        select(func.count()).where(
            Report.release == Release.PENDING, Report.state.not_in(["refused"])
        ),
        actor,
    )
    found = session.execute(open_cases).one()
    names = ("all", "over", "submitted", "placeless", "disputed")
    return {
        **dict(zip(names, found, strict=True)),
        "unreleased": session.scalar(unreleased) or 0,
    }


def of_reporter(session: Session, reporter_id: int, limit: int = 50) -> Rows:
    """Return a signed-in resident's own reports, newest first."""
    return session.execute(
        select(*_QUEUE)
        .where(Report.reporter_id == reporter_id)
        .order_by(Report.id.desc())
        .limit(limit)
    ).all()


def open_of_crew(session: Session, account_id: int) -> Sequence[str]:
    """Return the codes of open cases assigned to a person, for handing over."""
    return session.scalars(
        select(Report.code).where(Report.crew_id == account_id, Report.state.in_(OPEN))
    ).all()


def hold_over(session: Session, now: datetime, limit: int = 100) -> Sequence[str]:
    """Return the codes of cases whose time for the reporter's answer is over."""
    return session.scalars(
        select(Report.code).where(Report.held_until < now).order_by(Report.held_until).limit(limit)
    ).all()
