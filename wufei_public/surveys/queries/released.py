"""Files of answers that everybody may have, or once had."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from wufei_public.surveys.models import ResponseFile


def live(session: Session, wave_id: int) -> ResponseFile | None:
    """Return the file that is public now, without reading its data."""
    wanted = select(ResponseFile).where(
        ResponseFile.wave_id == wave_id, ResponseFile.withdrawn_at.is_(None)
    )
    return session.scalar(wanted.options(defer(ResponseFile.data)))


def history(session: Session, wave_id: int) -> Sequence[ResponseFile]:
    """Return every file that was ever public, the newest first, without their data."""
    wanted = select(ResponseFile).where(ResponseFile.wave_id == wave_id)
    newest = wanted.order_by(ResponseFile.id.desc())
    return session.scalars(newest.options(defer(ResponseFile.data))).all()
