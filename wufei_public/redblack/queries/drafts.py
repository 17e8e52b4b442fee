"""Drafts of corrections, and who had a hand in them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from wufei_public.redblack.models.drafts import IS_OPEN, ListingDraft
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.rules.states import DraftEnd, Paper


def open_draft(session: Session, error_id: int, *, locked: bool = False) -> ListingDraft | None:
    """Return the draft that waits for the second person, locked for a change if asked."""
    statement = select(ListingDraft).where(ListingDraft.error_id == error_id, text(IS_OPEN))
    return session.scalar(statement.with_for_update() if locked else statement)


def open_of(session: Session, listing_id: int) -> Sequence[ListingDraft]:
    """Return the drafts of an entry that wait for the second person."""
    own = (ListingDraft.listing_id == listing_id, text(IS_OPEN))
    return session.scalars(select(ListingDraft).where(*own).order_by(ListingDraft.id)).all()


def correctors(session: Session, listing_id: int, until: datetime) -> frozenset[int]:
    """Return who drafted a correction up to an instant, also one sent back, decided or ended it."""
    own = (ListingDraft.listing_id == listing_id, ListingDraft.drafted_at <= until)
    drafts = session.scalars(select(ListingDraft).where(*own)).all()
    stood = {one.ended_by for one in drafts if one.outcome == DraftEnd.STOOD and one.ended_by}
    decided = {one.decided_by for one in drafts if one.decided_by}
    return frozenset({one.drafted_by for one in drafts} | decided | stood)


def judges(session: Session, listing_id: int, since: datetime) -> frozenset[int]:
    """Return who answered an objection that came since an instant."""
    own = (ListingPaper.listing_id == listing_id, ListingPaper.kind == Paper.OBJECTION)
    found = session.scalars(select(ListingPaper.answered_by).where(*own, ListingPaper.at >= since))
    return frozenset(one for one in found if one is not None)
