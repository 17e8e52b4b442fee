"""A unit proves its items: photos and PDFs come and go while the application may be written."""

from collections.abc import Sequence

from sqlalchemy import delete, update

from wufei_public.cells.actions.applying import item_of, open_own
from wufei_public.cells.actions.steps import owner_of, story_owner
from wufei_public.cells.models.applications import CellApplication, CellEvidence, CellPaper
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.applying import MOST_PICTURES, has_room
from wufei_public.cells.rules.diffs import Entry
from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media import queries as media
from wufei_public.media.actions import papers, photos


def add_evidence(w: Work, *, code: str, item: str, photo: Sequence[str]) -> CellApplication:
    """Add photos to one item; the same photo proves one item only."""
    row = _open(w, code, item, len(photo))
    ids = photos.claim(w, photo, owner=owner_of(row.code))
    w.session.add_all(
        CellEvidence(photo_id=one, application_id=row.id, item=item, sheet_id=None) for one in ids
    )
    w.session.flush()
    return row


def add_papers(
    w: Work, *, code: str, item: str, prepared: Sequence[papers.PreparedPaper]
) -> CellApplication:
    """Add PDFs, checked and kept by the store, to one item."""
    row = _open(w, code, item, len(prepared))
    ids = papers.keep(w, prepared, owner=owner_of(row.code))
    w.session.add_all(CellPaper(paper_id=one, application_id=row.id, item=item) for one in ids)
    w.session.flush()
    return row


def _open(w: Work, code: str, item: str, more: int) -> CellApplication:
    row = open_own(w, code)
    item_of(w, row, item)
    held = queries.entries(w.session, row.id).get(item, Entry()).proofs
    if not has_room(held, more):
        raise WrongState("photos_full", N_("这一项的材料已经够多了。"))
    return row


def remove_evidence(w: Work, *, code: str, photo_id: int) -> CellApplication:
    """Take a photo out; one that was handed in before stays in that submission."""
    row = open_own(w, code)
    mine = (CellEvidence.application_id == row.id, CellEvidence.photo_id == photo_id)
    if row.submissions:
        w.session.execute(update(CellEvidence).where(*mine).values(removed_at=w.now))
    elif photo_id in {one.photo_id for one in queries.evidence(w.session, row.id)}:
        w.session.execute(delete(CellEvidence).where(*mine))
        photos.forget(w, [photo_id])
    return row


def remove_paper(w: Work, *, code: str, paper_id: int) -> CellApplication:
    """Take a PDF out; one that was handed in before stays in that submission."""
    row = open_own(w, code)
    mine = (CellPaper.application_id == row.id, CellPaper.paper_id == paper_id)
    if row.submissions:
        w.session.execute(update(CellPaper).where(*mine).values(removed_at=w.now))
    elif paper_id in {one.paper_id for one in queries.papers_held(w.session, row.id)}:
        w.session.execute(delete(CellPaper).where(*mine))
        papers.forget(w, [paper_id])
    return row


def add_pictures(w: Work, *, code: str, photo: Sequence[str]) -> CellApplication:
    """Add photos that everyone will see with the story once the unit is named."""
    row = open_own(w, code)
    if len(media.photos_of(w.session, story_owner(row.code))) + len(photo) > MOST_PICTURES:
        raise WrongState("pictures_full", N_("给大家看的照片最多 3 张。"))
    photos.claim(w, photo, owner=story_owner(row.code))
    return row


def remove_picture(w: Work, *, code: str, photo_id: int) -> CellApplication:
    """Take a photo of the story out for good."""
    row = open_own(w, code)
    if photo_id in {one.id for one in media.photos_of(w.session, story_owner(row.code))}:
        photos.forget(w, [photo_id])
    return row
