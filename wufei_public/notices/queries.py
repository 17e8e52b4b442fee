"""Reads of pieces: what everybody sees at an instant, and what the desk has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from wufei_public.common.codes import normalise
from wufei_public.common.errors import Gone, NotFound
from wufei_public.common.text import N_
from wufei_public.notices.models import Notice, NoticeVersion
from wufei_public.notices.rules.versions import Kind, State, shown, state

PAGE = 20
Position = tuple[datetime, int]
MISSING = ("no_such_notice", N_("没有这一篇。"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece with its versions, the oldest first."""

    notice: Notice
    versions: Sequence[NoticeVersion]

    def shown(self, now: datetime) -> NoticeVersion | None:
        """Return the version that readers see."""
        found = shown((one.facts for one in self.versions), self.notice.withdrawn_at, now)
        return next((one for one in self.versions if found and one.number == found.number), None)

    def state(self, now: datetime) -> State:
        """Return how the piece stands."""
        return state([one.facts for one in self.versions], self.notice.withdrawn_at, now)


def _shown(now: datetime) -> ColumnElement[bool]:
    """Return what says that a version is the shown one (rules.versions.shown, as SQL).

    Row by row, so that a list of the newest stops at its end instead of grouping them all.
    """
    newer = aliased(NoticeVersion)
    after = or_(Notice.withdrawn_at.is_(None), newer.publish_at > Notice.withdrawn_at)
    return and_(
        NoticeVersion.publish_at <= now,
        or_(Notice.withdrawn_at.is_(None), NoticeVersion.publish_at > Notice.withdrawn_at),
        ~exists().where(
            newer.notice_id == NoticeVersion.notice_id,
            newer.number > NoticeVersion.number,
            newer.publish_at <= now,
            after,
        ),
    )


def listed(
    session: Session,
    now: datetime,
    kinds: Collection[Kind],
    *,
    words: str = "",
    after: Position | None = None,
    since: datetime | None = None,
    limit: int = PAGE + 1,
) -> Sequence[tuple[Notice, NoticeVersion]]:
    """Return what everybody may read, the newest first; `words` stand in title or text."""
    found = (
        select(Notice, NoticeVersion)
        .join(NoticeVersion, NoticeVersion.notice_id == Notice.id)
        .where(_shown(now), Notice.kind.in_(kinds))
        .order_by(NoticeVersion.publish_at.desc(), NoticeVersion.id.desc())
        .limit(limit)
    )
    if since is not None:
        found = found.where(NoticeVersion.publish_at > since)
    if after is not None:
        found = found.where(tuple_(NoticeVersion.publish_at, NoticeVersion.id) < after)
    for word in words.split()[:5]:
        found = found.where(
            or_(*(getattr(NoticeVersion, name).icontains(word, autoescape=True) for name in _READ))
        )
    return [(row[0], row[1]) for row in session.execute(found)]


_READ = ("title", "summary", "body", "title_en", "body_en")


def published(session: Session, code: str, now: datetime) -> tuple[Notice, NoticeVersion]:
    """Return a piece as everybody reads it; Gone with the reason once it was withdrawn."""
    found = piece(session, code)
    version = found.shown(now)
    if found.notice.kind == Kind.TEXT:
        raise NotFound(*MISSING)
    if version is not None:
        return found.notice, version
    if found.notice.withdrawn_at is not None and any(
        one.publish_at and one.publish_at <= found.notice.withdrawn_at for one in found.versions
    ):
        raise Gone(
            "notice_withdrawn",
            N_("这一篇已经撤回。原因：%(reason)s"),
            reason=found.notice.withdrawn_reason,
        )
    raise NotFound(*MISSING)


def text(session: Session, slug: str, now: datetime) -> NoticeVersion | None:
    """Return the shown version of one of the site's texts; None before it was loaded."""
    return session.scalar(
        select(NoticeVersion)
        .join(Notice, Notice.id == NoticeVersion.notice_id)
        .where(_shown(now), Notice.slug == slug)
    )


# ---- the desk -------------------------------------------------------------------


def piece(session: Session, code: str, *, lock: bool = False) -> Piece:
    """Return a piece with all versions; NotFound without one."""
    wanted = select(Notice).where(Notice.code == normalise(code))
    notice = session.scalar(wanted.with_for_update() if lock else wanted)
    if notice is None:
        raise NotFound(*MISSING)
    return Piece(notice, _versions(session, [notice.id]))


def pieces(
    session: Session, kind: Kind, *, before: int | None = None, limit: int = PAGE + 1
) -> Sequence[Piece]:
    """Return the pieces of a kind for their editors, the newest first."""
    found = select(Notice).where(Notice.kind == kind).order_by(Notice.id.desc()).limit(limit)
    if before is not None:
        found = found.where(Notice.id < before)
    notices = session.scalars(found).all()
    versions = _versions(session, [one.id for one in notices])
    return [
        Piece(one, [version for version in versions if version.notice_id == one.id])
        for one in notices
    ]


def _versions(session: Session, ids: Collection[int]) -> Sequence[NoticeVersion]:
    return session.scalars(
        select(NoticeVersion)
        .where(NoticeVersion.notice_id.in_(ids))
        .order_by(NoticeVersion.notice_id, NoticeVersion.number)
    ).all()


def known_texts(session: Session) -> set[str]:
    """Return which of the site's texts stand in the table."""
    return {str(slug) for slug in session.scalars(select(Notice.slug).where(Notice.kind == "text"))}
