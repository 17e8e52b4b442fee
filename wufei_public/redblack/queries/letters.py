"""What an enterprise was told of, step by step, and what waits to be served on paper."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from wufei_public.redblack.models.letters import IS_UNSERVED, ListingLetter
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.rules.states import Move


def of_listing(session: Session, listing_id: int) -> Sequence[ListingLetter]:
    """Return each step that the enterprise was told of or is to be told, oldest first."""
    own = select(ListingLetter).where(ListingLetter.listing_id == listing_id)
    return session.scalars(own.order_by(ListingLetter.id)).all()


def unserved(session: Session, listing_id: int, number: int) -> ListingLetter | None:
    """Return a letter of that entry that waits for its service, locked; None for any other."""
    its = (ListingLetter.listing_id == listing_id, ListingLetter.id == number)
    waits = text(IS_UNSERVED)
    return session.scalar(select(ListingLetter).where(*its, waits).with_for_update())


def of_decision(session: Session, row: Listing) -> ListingLetter | None:
    """Return the letter of the decision of the round that runs; None before there is one."""
    its = (ListingLetter.listing_id == row.id, ListingLetter.round == row.round)
    decided = ListingLetter.step == Move.DECIDE
    newest = select(ListingLetter).where(*its, decided).order_by(ListingLetter.id.desc())
    return session.scalar(newest.limit(1))
