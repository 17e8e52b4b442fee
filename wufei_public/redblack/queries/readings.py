"""What of an entry's papers nobody read for names of people yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.readings import ListingReading
from wufei_public.redblack.rules.states import Outcome, Paper, Read


def unread(session: Session, row: Listing, now: datetime) -> Sequence[ListingPaper]:
    """Return what the enterprise says and waits for a reader.

    Before publication that is everything that nobody read, later what no clock made public.
    """
    waits: ColumnElement[bool] = ListingPaper.public_from > now
    if row.published_at is None:
        waits = ~exists().where(
            ListingReading.paper_id == ListingPaper.id,
            ListingReading.part == Read.WORDS,
            ListingReading.words == ListingPaper.public_words,
        )
    its = (ListingPaper.listing_id == row.id, ListingPaper.kind != Paper.REPAIR)
    return session.scalars(select(ListingPaper).where(*its, waits).order_by(ListingPaper.id)).all()


def unread_answers(session: Session, row: Listing) -> Sequence[ListingPaper]:
    """Return the papers whose answers nobody read but who wrote them."""
    its = (ListingPaper.listing_id == row.id, ListingPaper.kind != Paper.REPAIR)
    waits = (ListingPaper.outcome != Outcome.NONE, ListingPaper.answer_from.is_(None))
    return session.scalars(select(ListingPaper).where(*its, *waits).order_by(ListingPaper.id)).all()


def hiding(session: Session, paper: ListingPaper, but: int | None = None) -> ListingReading | None:
    """Return what somebody (not `but`) wants to hide in a paper, the last that waits; or None."""
    own = (ListingReading.paper_id == paper.id, ListingReading.part == Read.WORDS)
    waits = (
        ListingReading.replaced == paper.public_words,
        ListingReading.words != paper.public_words,
        ListingReading.account_id != (but or 0),
    )
    newest = select(ListingReading).where(*own, *waits).order_by(ListingReading.id.desc())
    return session.scalar(newest.limit(1))
