"""Which decisions and cases led to an entry before."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.uses import ListingUse
from wufei_public.redblack.rules.states import Outcome, Paper, Use


def taken(
    session: Session, organisation_id: int, kind: str, keys: Collection[tuple[Use, str]]
) -> dict[tuple[Use, str], int]:
    """Return by which entry each of these keys is taken, of those that are."""
    numbers = [number for _what, number in keys]
    own = (ListingUse.organisation_id == organisation_id, ListingUse.kind == kind)
    rows = session.scalars(select(ListingUse).where(*own, ListingUse.number.in_(numbers)))
    found = {(Use(row.what), row.number): row.listing_id for row in rows}
    return {key: found[key] for key in keys if key in found}


def is_disputed(session: Session, listing_id: int) -> bool:
    """Say whether an objection against the entry was right, or may be: nobody answered it yet."""
    its = (ListingPaper.listing_id == listing_id, ListingPaper.kind == Paper.OBJECTION)
    right = exists().where(*its, ListingPaper.outcome != Outcome.REJECTED)
    return session.scalar(select(right)) or False
