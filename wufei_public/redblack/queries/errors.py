"""Reported errors: one, those of an entry, those that wait for an official."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, false, func, or_, select, text
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.organisations.queries.cards import in_scope
from wufei_public.redblack.models.errors import IS_WAITING, ListingError
from wufei_public.redblack.models.listings import Listing, ListingParty
from wufei_public.redblack.rules.states import DECIDERS

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


def of_guests(session: Session, listing_id: int) -> int:
    """Return how many reports of guests about an entry wait for an answer."""
    own = (ListingError.listing_id == listing_id, text(IS_WAITING))
    guests = select(func.count()).where(*own, ListingError.account_id.is_(None))
    return session.scalar(guests) or 0


def waits_for(session: Session, listing_id: int, field: str, account: int) -> bool:
    """Say whether a report of this account about this field of an entry waits for an answer."""
    own = (ListingError.listing_id == listing_id, text(IS_WAITING))
    its = (ListingError.field == field, ListingError.account_id == account)
    return session.scalar(select(exists().where(*own, *its))) or False


def held_by(session: Session, listing_id: int, account: int) -> bool:
    """Say whether a report of this account held the decision of an entry, answered or not."""
    own = (ListingError.listing_id == listing_id, ListingError.account_id == account)
    return session.scalar(select(exists().where(*own, ListingError.holds == 1))) or False


def holding(session: Session, listing_id: int, now: datetime) -> tuple[int, datetime | None]:
    """Return how many reports hold the decision of an entry now, and until when at the most."""
    own = (ListingError.listing_id == listing_id, text(IS_WAITING))
    holds = (ListingError.holds == 1, ListingError.answer_until >= now)
    wanted = select(func.count(), func.max(ListingError.answer_until)).where(*own, *holds)
    count, until = session.execute(wanted).one()
    return count, until


def open_of(session: Session, accounts: Collection[int]) -> Mapping[int, int]:
    """Return how many reports wait for each of these officials."""
    rows = session.execute(
        select(ListingError.handler_id, func.count())
        .where(text(IS_WAITING), ListingError.handler_id.in_(accounts))
        .group_by(ListingError.handler_id)
    ).tuples()
    counted = {account: count for account, count in rows if account is not None}
    return {account: counted.get(account, 0) for account in accounts}


def overdue(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of reports that wait past their time, and of which nobody was told yet."""
    return session.scalars(
        select(ListingError.code)
        .where(
            text(IS_WAITING), ListingError.answer_until < now, ListingError.reminded_at.is_(None)
        )
        .order_by(ListingError.answer_until, ListingError.id)
        .limit(limit)
    ).all()


def _for(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Return what waits for this official by name, or is overdue or nobody's within the place.

    Whoever took part in an entry answers nothing of it.
    """
    parties = (ListingError.proposed_by, ListingError.decided_by, ListingError.approved_by)
    took_part = exists().where(
        ListingParty.listing_id == ListingError.listing_id, ListingParty.account_id == actor.id
    )
    free = and_(~took_part, *(func.coalesce(party, 0) != actor.id for party in parties))
    anybodys = or_(ListingError.handler_id.is_(None), ListingError.answer_until < now)
    may = free if actor.has_role(*DECIDERS) else false()
    return or_(
        ListingError.handler_id == actor.id, and_(anybodys, may, in_scope(actor, Listing.town))
    )


def waiting(session: Session, actor: Actor, now: datetime) -> Sequence[Row[Any]]:
    """Return what waits for this official, the most urgent first."""
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
        .where(text(IS_WAITING), _for(actor, now))
        .order_by(ListingError.answer_until, ListingError.id)
        .limit(MOST)
    ).all()


def waiting_count(session: Session, actor: Actor, now: datetime) -> tuple[int, int]:
    """Return how many reports wait for this official, and how many of them too long."""
    late = func.count().filter(ListingError.answer_until < now)
    row = session.execute(
        select(func.count(), late)
        .select_from(ListingError)
        .join(Listing, Listing.id == ListingError.listing_id)
        .where(text(IS_WAITING), _for(actor, now))
    ).one()
    return row[0], row[1]
