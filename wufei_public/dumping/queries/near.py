"""Cases that may be the same heap: released ones for residents, open ones for officials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, text
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.geo import Box, Point
from wufei_public.divisions.queries import directory
from wufei_public.dumping.models.conditions import IN_PHASE, IS_OPEN
from wufei_public.dumping.models.opinions import ReportConfirmation, ReportVote
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.queries.desk import in_scope
from wufei_public.dumping.rules.kinds import official_of
from wufei_public.dumping.rules.near import (
    GRID,
    LIKELY,
    MOST_NEAR,
    REACH,
    Sighting,
    box_around,
    kinds_like,
    likeness,
    rough_metres,
)
from wufei_public.dumping.rules.ratings import Rating
from wufei_public.dumping.rules.states import Phase
from wufei_public.media.queries import fingerprints

# Cases that one look compares at the most, and candidates that an official is shown.
COMPARED, MOST_CANDIDATES = 200, 5
# A grid's point lies up to half its width away, on both sides.
_GRID_METRES = GRID * 111_195


@dataclass(frozen=True, slots=True)
class Near:
    """A released open case and about how many metres away it is."""

    row: Row[Any]
    metres: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open case that may be the same heap, and how alike it is (0 … 100)."""

    row: Row[Any]
    likeness: int


_SHOWN = (
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


def near_released(session: Session, plain_kind: str, here: Point, now: datetime) -> Sequence[Near]:
    """Return the nearest open cases that everyone sees, within the reach of their kind."""
    kinds = kinds_like(official_of(plain_kind))
    metres = max(REACH[kind].metres for kind in kinds)
    since = now - max(REACH[kind].age for kind in kinds)
    rows = session.execute(
        select(*_SHOWN, Report.lat, Report.lon)
        .where(
            text(IN_PHASE[Phase.OPEN]),
            Report.town.in_([town.code for town in directory(session).towns]),
            Report.official_kind.in_(kinds),
            *_within(box_around(here, metres + _GRID_METRES)),
            Report.submitted_at >= since,
        )
        .limit(COMPARED)
    ).all()
    found = [Near(row, rough_metres(here, Point(row.lat, row.lon))) for row in rows]
    reached = [near for near in found if _reaches(near, now)]
    return sorted(reached, key=lambda near: (near.metres, near.row.submitted_at))[:MOST_NEAR]


def _reaches(near: Near, now: datetime) -> bool:
    reach = REACH[near.row.official_kind]
    return near.metres <= reach.metres and now - near.row.submitted_at <= reach.age


def _within(box: Box) -> list[Any]:
    return [Report.lat.between(box.south, box.north), Report.lon.between(box.west, box.east)]


_COMPARED = (
    Report.id,
    Report.code,
    Report.state,
    Report.official_kind,
    Report.division,
    Report.town,
    Report.spot,
    Report.words,
    Report.lat,
    Report.lon,
    Report.submitted_at,
)


def candidates(session: Session, report: Report, actor: Actor) -> Sequence[Candidate]:
    """Return the open cases of `actor` that may be the same heap, the most alike first."""
    reach = REACH[report.official_kind]
    rows = session.execute(in_scope(_around(report, reach.metres), actor)).all()
    recent = [row for row in rows if abs(row.submitted_at - report.submitted_at) <= reach.age]
    if not recent:
        return []
    pictures = _pictures(session, [report.id, *(row.id for row in recent)])
    own = _sighting(report, pictures)
    found = [Candidate(row, likeness(own, _sighting(row, pictures))) for row in recent]
    likely = [one for one in found if one.likeness >= LIKELY]
    return sorted(likely, key=lambda one: -one.likeness)[:MOST_CANDIDATES]


def _around(report: Report, metres: float) -> Select[Any]:
    """Return the open cases near by; those of the same village where a position is missing."""
    here: Any = and_(Report.division == report.division, Report.division.is_not(None))
    if report.point is not None:
        near = and_(Report.lat.is_not(None), *_within(box_around(report.point, 2 * metres)))
        here = or_(near, and_(here, Report.lat.is_(None)))
    return (
        select(*_COMPARED)
        .where(text(IS_OPEN), Report.id != report.id, Report.town == report.town, here)
        .order_by(Report.id.desc())
        .limit(COMPARED)
    )


def _pictures(session: Session, ids: Sequence[int]) -> Mapping[int, list[tuple[str, int | None]]]:
    rows = session.execute(
        select(ReportPhoto.report_id, ReportPhoto.photo_id).where(ReportPhoto.report_id.in_(ids))
    ).all()
    known = fingerprints(session, [row.photo_id for row in rows])
    found: dict[int, list[tuple[str, int | None]]] = {}
    for row in rows:
        if row.photo_id in known:
            found.setdefault(row.report_id, []).append(known[row.photo_id])
    return found


def _sighting(row: Any, pictures: Mapping[int, Sequence[tuple[str, int | None]]]) -> Sighting:
    point = Point(row.lat, row.lon) if row.lat is not None else None
    seen = pictures.get(row.id, ())
    return Sighting(row.official_kind, point, row.division, row.submitted_at, seen)


# ---- who else saw it ----------------------------------------------------------------


def confirmations(session: Session, report_id: int) -> Rows:
    """Return when others saw the same heap, what they wrote and how many photos they sent."""
    return session.execute(
        select(ReportConfirmation.words, ReportConfirmation.photos, ReportConfirmation.at)
        .where(ReportConfirmation.report_id == report_id)
        .order_by(ReportConfirmation.id)
    ).all()


def seen_count(session: Session, report_id: int) -> int:
    """Return how many others saw the same heap."""
    counted = select(func.count()).where(ReportConfirmation.report_id == report_id)
    return session.scalar(counted) or 0


def followers(session: Session, report_id: int) -> Sequence[int]:
    """Return the accounts that said that they saw it too, each once."""
    return session.scalars(
        select(ReportConfirmation.account)
        .where(ReportConfirmation.report_id == report_id, ReportConfirmation.account.is_not(None))
        .order_by(ReportConfirmation.id)
    ).all()  # type: ignore[return-value]


def confirmation_of(session: Session, report_id: int, account: int | None) -> int | None:
    """Return the id of what `account` said of having seen the heap; None for who said nothing."""
    return session.scalar(
        select(ReportConfirmation.id).where(
            ReportConfirmation.report_id == report_id, ReportConfirmation.account == account
        )
    )


def votes_of(session: Session, report: Report) -> Mapping[str, int]:
    """Return how many said what of the running result, beside who reported it first."""
    rows = session.execute(
        select(ReportVote.rating, func.count())
        .where(ReportVote.report_id == report.id, ReportVote.round == report.reopened)
        .group_by(ReportVote.rating)
    )
    return {row[0]: row[1] for row in rows}


def doubts(session: Session, report: Report) -> int:
    """Return how many who saw the heap are not content with the running result."""
    counted = select(func.count()).where(
        ReportVote.report_id == report.id,
        ReportVote.round == report.reopened,
        ReportVote.confirmation_id.is_not(None),
        ReportVote.rating == Rating.UNSATISFIED,
    )
    return session.scalar(counted) or 0


def vote_of(session: Session, report: Report, **voter: int) -> str | None:
    """Return what the voter, by `merged_id` or `confirmation_id`, said of the running result."""
    said = select(ReportVote.rating).filter_by(report_id=report.id, round=report.reopened, **voter)
    return session.scalar(said)


def merged_reporters(session: Session, report_id: int) -> Rows:
    """Return `(code, reporter_id)` of the cases that rest in this one, oldest first."""
    return session.execute(
        select(Report.code, Report.reporter_id)
        .where(Report.merged_into == report_id)
        .order_by(Report.id)
    ).all()


def resting_in(session: Session, report_id: int, *, but: int) -> Rows:
    """Return the accepted cases that rest in this one beside the case `but`, with their days."""
    return session.execute(
        select(
            Report.id,
            Report.finish_due,
            Report.legal_finish_due,
            Report.heap_finish,
            Report.heap_legal,
        ).where(Report.merged_into == report_id, Report.id != but, Report.heap_finish.is_not(None))
    ).all()


def followed(session: Session, account: int) -> Rows:
    """Return the released cases that `account` said to have seen, newest first."""
    return session.execute(
        select(*_SHOWN, ReportConfirmation.at.label("seen_at"))
        .join(ReportConfirmation, ReportConfirmation.report_id == Report.id)
        .where(ReportConfirmation.account == account, Report.public_code.is_not(None))
        .order_by(ReportConfirmation.id.desc())
        .limit(20)
    ).all()
