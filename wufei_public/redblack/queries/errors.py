"""Reported errors: one, those of an entry, those that wait for an official."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, or_, select, text
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.organisations.queries.cards import in_scope
from wufei_public.redblack.models.errors import IS_WAITING, ListingError
from wufei_public.redblack.models.listings import Listing

MOST = 50


def missing() -> NotFound:
    """Return the one answer for a report that is not there."""
    return NotFound("no_error", N_("没有这个编号，请核对一下。"))


def error(session: Session, code: str, *, locked: bool = False) -> ListingError:
    """Return the report with that code, locked if asked; NotFound."""
    statement = select(ListingError).where(ListingError.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def of_listing(session: Session, listing_id: int) -> Sequence[ListingError]:
    """Return what was reported in an entry, the newest first."""
    return session.scalars(
        select(ListingError)
        .where(ListingError.listing_id == listing_id)
        .order_by(ListingError.id.desc())
        .limit(MOST)
    ).all()


def waiting_in(session: Session, listing_id: int) -> int:
    """Return how many reports about an entry wait for an answer."""
    own = (ListingError.listing_id == listing_id, text(IS_WAITING))
    return session.scalar(select(func.count()).select_from(ListingError).where(*own)) or 0


def open_of(session: Session, accounts: Collection[int]) -> Mapping[int, int]:
    """Return how many reports wait for each of these officials."""
    rows = session.execute(
        select(ListingError.handler_id, func.count())
        .where(text(IS_WAITING), ListingError.handler_id.in_(accounts))
        .group_by(ListingError.handler_id)
    ).tuples()
    counted = {account: count for account, count in rows if account is not None}
    return {account: counted.get(account, 0) for account in accounts}


def waiting(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Return what waits for this official, and what waits for nobody within the place."""
    return session.execute(
        select(
            ListingError.code,
            ListingError.field,
            ListingError.words,
            ListingError.at,
            ListingError.answer_until,
            ListingError.handler_id,
            Listing.code.label("listing"),
            Listing.organisation_id,
        )
        .join(Listing, Listing.id == ListingError.listing_id)
        .where(
            text(IS_WAITING),
            in_scope(actor, Listing.town),
            or_(ListingError.handler_id == actor.id, ListingError.handler_id.is_(None)),
        )
        .order_by(ListingError.answer_until, ListingError.id)
        .limit(MOST)
    ).all()


def waiting_count(session: Session, actor: Actor) -> int:
    """Return how many reports wait for this official by name."""
    own = (text(IS_WAITING), ListingError.handler_id == actor.id)
    return session.scalar(select(func.count()).select_from(ListingError).where(*own)) or 0
