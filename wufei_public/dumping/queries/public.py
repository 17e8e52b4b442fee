"""What everyone sees: released cases, newest first, by keyset."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, func, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from wufei_public.common.codes import normalise
from wufei_public.dumping.models.conditions import IN_PHASE, IS_RELEASED
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.cases import Rows, missing
from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.states import Phase
from wufei_public.infra.tables import BigKey, UtcDateTime

PAGE = 20
Position = tuple[datetime, int]

# No word of the reporter that was not released, nothing about the reporter at all.
_PUBLIC = (
    Report.id,
    Report.public_code,
    Report.official_kind,
    Report.state,
    Report.division,
    Report.town,
    Report.public_spot.label("spot"),
    Report.submitted_at,
    Report.released_at,
    Report.release_token,
    Report.cover_id,
    Report.closed_at,
    Report.reopened,
)

_CHANGED_AT = (
    select(ReportEvent.at)
    .where(ReportEvent.report_id == Report.id, ReportEvent.number == Report.version)
    .scalar_subquery()
)
# What other programs and open data tell beside that; positions are made rough further up.
WHOLE = (
    *_PUBLIC,
    Report.source,
    Report.public_words,
    Report.outcome,
    Report.refuse_ground,
    Report.department,
    Report.lat,
    Report.lon,
    Report.finish_due,
    _CHANGED_AT.label("changed_at"),
)

# The tracking code is here for the names of its photos, and goes no further.
_DETAIL = select(
    *_PUBLIC,
    Report.code,
    Report.public_words,
    Report.outcome,
    Report.finish_due,
    Report.refuse_ground,
).where(Report.public_code == bindparam("code"), text(IS_RELEASED))


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """What the public list is narrowed to; `after` is the last row seen.

    `since` narrows it to what was reported from that instant on.
    """

    town: str | None = None
    kind: str | None = None
    phase: Phase | None = None
    after: Position | None = None
    since: datetime | None = None
    # A village or community.
    area: str | None = None


def public_list(
    session: Session, wanted: PublicFilter, limit: int = PAGE, *, whole: bool = False
) -> Rows:
    """Return one row more than `limit` if there are more; newest release first."""
    instant, number = wanted.after or (None, None)
    values = {
        "town": wanted.town,
        "kind": wanted.kind,
        "area": wanted.area,
        "since": wanted.since,
        "instant": instant,
        "number": number,
    }
    given = {name: value for name, value in values.items() if value is not None}
    statement = _listing(wanted.phase, frozenset(given), whole=whole)
    return session.connection().execute(statement, given | {"most": limit + 1}).all()


@cache
def _listing(phase: Phase | None, given: frozenset[str], *, whole: bool) -> Select[Any]:
    """Return the kept statement of the list with the filters that are `given`."""
    told = WHOLE if whole else _PUBLIC
    statement = select(*told).where(text(IN_PHASE[phase] if phase else IS_RELEASED))
    columns = {"town": Report.town, "area": Report.division, "kind": Report.official_kind}
    for name, column in columns.items():
        if name in given:
            statement = statement.where(_plain(column, phase) == bindparam(name))
    if "since" in given:
        # Nothing is released before it is reported: the list's own order ends the search.
        since = bindparam("since", type_=UtcDateTime)
        statement = statement.where(Report.released_at >= since, Report.submitted_at >= since)
    if "instant" in given:
        after = (bindparam("instant", type_=UtcDateTime), bindparam("number", type_=BigKey))
        statement = statement.where(tuple_(Report.released_at, Report.id) < tuple_(*after))
    ordered = statement.order_by(Report.released_at.desc(), Report.id.desc())
    return ordered.limit(bindparam("most", type_=Integer))


def _plain(column: InstrumentedAttribute[Any], phase: Phase | None) -> ColumnElement[Any]:
    """Return `column` for a filter, so written that a phase with few cases keeps its own index.

    The index of a town and a kind leads through all of its closed cases to the few open ones.
    """
    few = phase not in {None, Phase.CLOSED}
    return func.coalesce(column, "") if few else column.expression


def public_page(
    session: Session, wanted: PublicFilter, limit: int = PAGE, *, whole: bool = False
) -> tuple[Rows, Position | None]:
    """Return one page of the public list and the position of the next, if there is one.

    `whole` rows tell all that everyone may know of a case.
    """
    rows = public_list(session, wanted, limit, whole=whole)
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.released_at, last.id) if last else None


def public_detail(session: Session, code: str) -> Row[Any]:
    """Return the public columns of the released case with the public number `code`; NotFound."""
    row = session.connection().execute(_DETAIL, {"code": normalise(code)}).one_or_none()
    if row is None:
        raise missing()
    return row


def code_of_public(session: Session, code: str) -> str:
    """Return the tracking code of the released case with the public number `code`; NotFound."""
    found: str = public_detail(session, code).code
    return found


def moved_to(session: Session, code: str) -> str | None:
    """Return the public number of the shown case that goes on for the merged one `code`."""
    other = aliased(Report)
    return session.scalar(
        select(other.public_code)
        .join(Report, Report.merged_into == other.id)
        .where(Report.public_code == normalise(code), other.release == Release.RELEASED)
    )


def is_shown(session: Session, code: str) -> bool:
    """Say whether `code` is the public number of a case that everyone sees."""
    return session.connection().execute(_DETAIL, {"code": normalise(code)}).first() is not None


def public_photo(session: Session, token: str, photo_id: int) -> str:
    """Return the code of the case released under `token` of which the public may see the photo.

    NotFound after the case was withheld or released anew, and for a photo not yet shown.
    """
    if not token.isprintable():  # PostgreSQL takes no NUL
        raise missing()
    code = session.scalar(
        select(Report.code)
        .join(ReportPhoto, ReportPhoto.report_id == Report.id)
        .where(
            Report.release_token == token,
            ReportPhoto.photo_id == photo_id,
            ReportPhoto.public.is_(True),
        )
    )
    if code is None:
        raise missing()
    return code
