"""One entry, its papers and events; what officials have on the desk; what an enterprise has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.organisations.queries.cards import in_scope
from wufei_public.redblack.models.listings import IS_OPEN, IS_RUNNING, IS_SHOWN, Listing
from wufei_public.redblack.models.papers import ListingEvent, ListingPaper, ListingPhoto
from wufei_public.redblack.rules.states import ListKind, Outcome, Paper, State

Rows = Sequence[Row[Any]]
PAGE = 30
Position = tuple[datetime, int]

COLUMNS = (
    Listing.id,
    Listing.code,
    Listing.organisation_id,
    Listing.kind,
    Listing.severity,
    Listing.state,
    Listing.division,
    Listing.town,
    Listing.trade,
    Listing.public_facts,
    Listing.ground,
    Listing.respond_until,
    Listing.decide_until,
    Listing.published_at,
    Listing.repair_from,
    Listing.ends_at,
    Listing.changed_at,
    Listing.holding,
)


def missing() -> NotFound:
    """Return the one answer for every entry that is not there, or not for this person."""
    return NotFound("no_listing", N_("没有这一条，请核对一下。"))


def listing(session: Session, code: str, *, locked: bool = False) -> Listing:
    """Return the entry with that public code, locked for a change if asked; NotFound."""
    statement = select(Listing).where(Listing.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def papers(session: Session, listing_id: int) -> Sequence[ListingPaper]:
    """Return what the enterprise handed in, oldest first."""
    return session.scalars(
        select(ListingPaper).where(ListingPaper.listing_id == listing_id).order_by(ListingPaper.id)
    ).all()


def paper(session: Session, code: str, listing_id: int) -> ListingPaper:
    """Return a paper of that very entry, locked for its answer; NotFound."""
    found = session.scalar(
        select(ListingPaper)
        .where(ListingPaper.code == normalise(code), ListingPaper.listing_id == listing_id)
        .with_for_update()
    )
    if found is None:
        raise missing()
    return found


def open_repair(session: Session, listing_id: int) -> ListingPaper | None:
    """Return the request for repair that waits for its review, locked."""
    return session.scalar(
        select(ListingPaper)
        .where(
            ListingPaper.listing_id == listing_id,
            ListingPaper.kind == Paper.REPAIR,
            ListingPaper.outcome == Outcome.NONE,
        )
        .with_for_update()
    )


def events(session: Session, listing_id: int) -> Rows:
    """Return every step of an entry, oldest first."""
    return session.execute(
        select(
            ListingEvent.number,
            ListingEvent.move,
            ListingEvent.actor_kind,
            ListingEvent.actor_id,
            ListingEvent.at,
            ListingEvent.came_from,
            ListingEvent.state,
            ListingEvent.words,
        )
        .where(ListingEvent.listing_id == listing_id)
        .order_by(ListingEvent.number)
    ).all()


def released_photos(session: Session, listing_id: int) -> frozenset[int]:
    """Return the photos of its evidence that everyone may see while the entry is shown."""
    own = select(ListingPhoto.photo_id).where(ListingPhoto.listing_id == listing_id)
    return frozenset(session.scalars(own))


def running(session: Session, organisation_id: int, kind: ListKind) -> str | None:
    """Return the code of the proposal of that list that is not decided yet."""
    return session.scalar(
        select(Listing.code).where(
            Listing.organisation_id == organisation_id, Listing.kind == kind, text(IS_OPEN)
        )
    )


def of_organisations(session: Session, ids: Collection[int], limit: int = 50) -> Rows:
    """Return every entry about these organisations, newest first: for who represents them."""
    return session.execute(
        select(*COLUMNS)
        .where(Listing.organisation_id.in_(ids))
        .order_by(Listing.id.desc())
        .limit(limit)
    ).all()


def over(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of published entries whose term is over."""
    return session.scalars(
        select(Listing.code)
        .where(text(IS_SHOWN), Listing.ends_at <= now)
        .order_by(Listing.ends_at)
        .limit(limit)
    ).all()


def black_until(session: Session, organisation_id: int, now: datetime) -> datetime | None:
    """Return until when the organisation is on the black list, None if it is not on it now.

    Other features ask this at the moment of use: certificates are void and applications barred
    as soon as an entry is published, and no job has to carry the news.
    """
    return session.scalar(
        select(func.max(Listing.ends_at)).where(
            Listing.organisation_id == organisation_id,
            Listing.kind == ListKind.BLACK,
            text(IS_RUNNING),
            Listing.ends_at > now,
        )
    )


# ---- the desk -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What the desk is narrowed to."""

    state: str | None = None
    kind: str | None = None
    after: Position | None = None


def desk(
    session: Session, actor: Actor, wanted: DeskFilter, limit: int = PAGE
) -> tuple[Rows, Position | None]:
    """Return a page of the entries that the official handles, the latest change first."""
    statement = select(*COLUMNS).where(in_scope(actor, Listing.town))
    if wanted.state:
        statement = statement.where(Listing.state == wanted.state)
    if wanted.kind:
        statement = statement.where(Listing.kind == wanted.kind)
    if wanted.after is not None:
        statement = statement.where(tuple_(Listing.changed_at, Listing.id) < wanted.after)
    ordered = statement.order_by(Listing.changed_at.desc(), Listing.id.desc())
    rows = session.execute(ordered.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.changed_at, last.id) if last else None


def counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """Return how many entries wait: for service, a decision, an approval, a review, an answer."""
    heard = or_(Listing.respond_until < now, Listing.waived_at.is_not(None))
    row = session.execute(
        select(
            func.count().filter(Listing.state == State.PROPOSED).label("proposed"),
            func.count()
            .filter(Listing.state.in_([State.SERVED, State.NOTICED]), heard)
            .label("heard"),
            func.count().filter(Listing.state == State.DECIDED).label("decided"),
            func.count().filter(Listing.state == State.REPAIR_ASKED).label("repair"),
            func.count().filter(Listing.holding > 0).label("held"),
        ).where(
            in_scope(actor, Listing.town), or_(text(IS_OPEN), Listing.state == State.REPAIR_ASKED)
        )
    ).mappings()
    return dict(row.one())
