"""What everyone sees: entries whose term runs at this instant, by name, code, town and list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, or_, select, text, tuple_
from sqlalchemy.orm import Session, aliased

from wufei_public.common import uscc
from wufei_public.common.codes import normalise
from wufei_public.common.suffixes import plain, span
from wufei_public.organisations.queries.cards import by_uscc
from wufei_public.redblack.models.listings import IS_RUNNING, Listing, ListingNameEnd
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries.listings import COLUMNS, Rows, missing
from wufei_public.redblack.rules.showing import is_on_notice
from wufei_public.redblack.rules.states import SHOWN, Paper, State

PAGE = 20
Moment = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """What the public list is narrowed to; `after` is the position of the last row seen."""

    words: str = ""
    kind: str | None = None
    town: str | None = None
    trade: str | None = None
    after: tuple[str, int] | None = None


def page(
    session: Session, wanted: PublicFilter, now: datetime, limit: int = PAGE
) -> tuple[Rows, tuple[str, int] | None]:
    """Return a page of the list and the position of the next: newest first, or by name found."""
    statement = _found_by(session, wanted).where(Listing.ends_at > now)
    rows = session.execute(statement.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], _position(last) if last else None


def _position(row: Any) -> tuple[str, int]:
    at = row.found_at
    return (at.isoformat() if isinstance(at, datetime) else at, row.id)


def finds_by_name(words: str) -> bool:
    """Say whether `words` are looked for among names: the list stands in their order then."""
    return bool(plain(words)) and not uscc.is_valid(uscc.normalise(words))


def _found_by(session: Session, wanted: PublicFilter) -> Select[Any]:
    code = uscc.normalise(wanted.words)
    if uscc.is_valid(code):
        card = by_uscc(session, code)
        return _newest(wanted).where(Listing.organisation_id == (card.id if card else -1))
    return _by_name(wanted) if finds_by_name(wanted.words) else _newest(wanted)


def _newest(wanted: PublicFilter) -> Select[Any]:
    statement = select(*COLUMNS, Listing.published_at.label("found_at")).where(
        text(IS_RUNNING), *_narrow(Listing, wanted)
    )
    if wanted.after is not None:
        moment, number = datetime.fromisoformat(wanted.after[0]), wanted.after[1]
        statement = statement.where(tuple_(Listing.published_at, Listing.id) < (moment, number))
    return statement.order_by(Listing.published_at.desc(), Listing.id.desc())


def _by_name(wanted: PublicFilter) -> Select[Any]:
    """Return what the ends of names find; those of an entry go with it, so they alone are asked."""
    first, last = span(wanted.words)
    earlier = aliased(ListingNameEnd)
    statement = (
        select(*COLUMNS, ListingNameEnd.name_end.label("found_at"))
        .join(Listing, Listing.id == ListingNameEnd.listing_id)
        .where(
            ListingNameEnd.name_end >= first,
            ListingNameEnd.name_end < last,
            *_narrow(ListingNameEnd, wanted),
            ~exists().where(
                earlier.listing_id == ListingNameEnd.listing_id,
                earlier.name_end >= first,
                earlier.name_end < ListingNameEnd.name_end,
            ),
        )
        .order_by(ListingNameEnd.name_end, ListingNameEnd.listing_id)
    )
    if wanted.after is not None:
        key = tuple_(ListingNameEnd.name_end, ListingNameEnd.listing_id)
        statement = statement.where(key > wanted.after)
    return statement


def _narrow(
    rows: type[Listing | ListingNameEnd], wanted: PublicFilter
) -> list[ColumnElement[bool]]:
    """Return the filters, of the table by which rows are found."""
    given = ((rows.kind, wanted.kind), (rows.town, wanted.town), (rows.trade, wanted.trade))
    return [column == value for column, value in given if value]


def is_gone(row: Listing, now: datetime) -> bool:
    """Say whether the entry was published and is no more."""
    return row.published_at is not None and not is_shown(row, now)


def is_shown(row: Listing, now: datetime) -> bool:
    """Say whether everyone sees the entry now."""
    return row.state in SHOWN and row.ends_at is not None and now < row.ends_at


def entry(session: Session, code: str, now: datetime) -> Listing:
    """Return the entry that is shown or was; NotFound for one that was never published."""
    found = session.scalar(select(Listing).where(Listing.code == normalise(code)))
    if found is None or not (is_shown(found, now) or is_gone(found, now)):
        raise missing()
    return found


def on_notice(
    session: Session, now: datetime, after: Moment | None = None, limit: int = PAGE
) -> tuple[Rows, Moment | None]:
    """Return a page of the red entries on public notice now, and the position of the next.

    The one whose notice ends first comes first.
    """
    statement = select(*COLUMNS, Listing.document).where(
        Listing.state == State.NOTICED, Listing.respond_until >= now
    )
    if after is not None:
        statement = statement.where(tuple_(Listing.respond_until, Listing.id) > after)
    ordered = statement.order_by(Listing.respond_until, Listing.id)
    rows = session.execute(ordered.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.respond_until, last.id) if last else None


def reportable(session: Session, code: str, now: datetime) -> Listing:
    """Return an entry of which anyone may report an error: shown, or on public notice; NotFound."""
    found = session.scalar(select(Listing).where(Listing.code == normalise(code)))
    if found is None or not (is_shown(found, now) or is_on_notice(found.known, now)):
        raise missing()
    return found


def replies(session: Session, listing_id: int, now: datetime) -> Rows:
    """Return what the enterprise says to the entry, in the words that everyone may read now."""
    waits = ListingPaper.public_from
    return session.execute(
        select(
            ListingPaper.kind,
            ListingPaper.public_words,
            ListingPaper.at,
            ListingPaper.outcome,
            # What an official answered is for everyone once another read it.
            case((ListingPaper.answer_from <= now, ListingPaper.public_answer), else_="").label(
                "public_answer"
            ),
            ListingPaper.answer_until,
        )
        .where(*_said(listing_id), or_(waits.is_(None), waits <= now))
        .order_by(ListingPaper.id)
    ).all()


def _said(listing_id: int) -> tuple[ColumnElement[bool], ...]:
    return ListingPaper.listing_id == listing_id, ListingPaper.kind != Paper.REPAIR


def waiting_replies(session: Session, listing_id: int, now: datetime) -> Rows:
    """Return `(kind, outcome, public_from)` of what is read for names first, the last at last."""
    return session.execute(
        select(ListingPaper.kind, ListingPaper.outcome, ListingPaper.public_from)
        .where(*_said(listing_id), ListingPaper.public_from > now)
        .order_by(ListingPaper.public_from, ListingPaper.id)
    ).all()
