"""Which photos of the evidence everyone may see beside an entry."""

from collections.abc import Sequence

from sqlalchemy import delete, insert

from wufei_public.infra.work import Work
from wufei_public.media.queries import photos_of
from wufei_public.redblack import policy
from wufei_public.redblack.actions.steps import note, open_listing, require, show_anew
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPhoto
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.facts import owner_of


def release(
    w: Work, *, code: str, shown: Sequence[int] = (), version: int | None = None
) -> Listing:
    """Show exactly the photos `shown` of the entry's own evidence; they go with the entry.

    Proofs of service and what the enterprise handed in stay in the file.
    """
    row = open_listing(w, code, version)
    require(policy.may_release(w.actor, row.known))
    own = {photo.id for photo in photos_of(w.session, owner_of(row.code))}
    if not set(shown) <= own:
        raise queries.missing()
    w.session.execute(delete(ListingPhoto).where(ListingPhoto.listing_id == row.id))
    if shown:
        rows = [
            {
                "photo_id": photo,
                "listing_id": row.id,
                "released_by": w.actor.id,
                "released_at": w.now,
            }
            for photo in sorted(set(shown))
        ]
        w.session.execute(insert(ListingPhoto), rows)
    show_anew(w, row)
    note(w, row, "release")
    return row
