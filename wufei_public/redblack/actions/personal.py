"""What becomes of a resident's papers when the account moves or ends."""

from sqlalchemy import update

from wufei_public.infra.work import Work
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingEvent, ListingPaper


def absorb(w: Work, account: int, into: int) -> None:
    """Give the papers and services of `account` to the account `into`."""
    for model, column in (
        (ListingPaper, ListingPaper.account_id),
        (ListingError, ListingError.account_id),
        (Listing, Listing.served_by),
    ):
        w.session.execute(update(model).where(column == account).values({column: into}))


def erase(w: Work, account: int) -> None:
    """Cut the events and the reported errors loose from the person.

    The papers stay: they are the enterprise's answer in a public proceeding, not the person's.
    """
    w.session.execute(
        update(ListingEvent)
        .where(ListingEvent.actor_id == account, ListingEvent.actor_kind == "resident")
        .values(actor_id=None)
    )
    w.session.execute(
        update(ListingError).where(ListingError.account_id == account).values(account_id=None)
    )
