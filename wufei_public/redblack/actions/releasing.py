"""Which photos of the evidence everyone may see beside an entry."""

from collections.abc import Sequence

from sqlalchemy import delete, insert

from wufei_public.common.errors import NotAllowed
from wufei_public.common.text import N_
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

    Proofs of service and what the enterprise handed in stay in the file. Once it is published
    photos are only taken away: nothing is added that the second person did not see.
    """
    row = open_listing(w, code, version)
    require(policy.may_release(w.actor, row.known))
    wanted, released = set(shown), queries.released_photos(w.session, row.id)
    if not wanted <= {photo.id for photo in photos_of(w.session, owner_of(row.code))}:
        raise queries.missing()
    if row.published_at is not None and wanted - released:
        raise NotAllowed("published", N_("已经公布了：照片只能撤下，不能再加。"))
    by = {"listing_id": row.id, "released_by": w.actor.id, "released_at": w.now}
    if wanted - released:
        rows = [{"photo_id": photo, **by} for photo in sorted(wanted - released)]
        w.session.execute(insert(ListingPhoto), rows)
    # First the record without them: the database lets no photo go that a record names.
    show_anew(w, row, released - wanted)
    gone = (ListingPhoto.listing_id == row.id, ListingPhoto.photo_id.in_(released - wanted))
    w.session.execute(delete(ListingPhoto).where(*gone))
    note(w, row, "release")
    return row
