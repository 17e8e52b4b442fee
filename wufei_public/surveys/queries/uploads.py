"""Files of collectors that wait to be looked through."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wufei_public.surveys.models import Upload


def of(session: Session, wave_id: int) -> Upload | None:
    """Return the file that is kept for a wave, if there is one."""
    return session.scalar(select(Upload).where(Upload.wave_id == wave_id))


def forget_before(session: Session, moment: datetime) -> int:
    """Delete the files that came before `moment`; return how many."""
    old = session.scalars(select(Upload.wave_id).where(Upload.at < moment)).all()
    session.execute(delete(Upload).where(Upload.wave_id.in_(old)))
    return len(old)
