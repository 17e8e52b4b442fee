"""What keeps a unit from applying: a certificate that was removed, papers that were untrue."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication, CellEvent, CellSite
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.rules.stages import BARRING, Move
from wufei_public.cells.rules.standing import Standing


def barred_at(
    session: Session, organisations: Collection[int], but: int | None = None
) -> datetime | None:
    """Return the last instant at which one of `organisations` gave a reason to bar it.

    What the application `but` itself came to is left out: it is being decided on.
    """
    theirs = select(CellSite.application_id).where(CellSite.organisation_id.in_(organisations))
    if but is not None:
        theirs = theirs.where(CellSite.application_id != but)
    removed = session.scalar(
        select(func.max(CellCertificate.standing_at)).where(
            CellCertificate.application_id.in_(theirs),
            CellCertificate.standing == Standing.REVOKED,
        )
    )
    refused = session.scalar(
        select(func.max(CellEvent.at))
        .join(CellApplication, CellApplication.id == CellEvent.application_id)
        .where(
            CellApplication.id.in_(theirs),
            CellApplication.refuse_ground.in_(BARRING),
            CellEvent.move == Move.REFUSE,
        )
    )
    return max((at for at in (removed, refused) if at is not None), default=None)
