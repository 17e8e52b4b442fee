"""Questionnaires that are being written."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.surveys.models import Draft


def draft(session: Session, code: str, *, locked: bool = False) -> Draft:
    """Return the draft with this code, locked for a change if asked; NotFound without one."""
    wanted = select(Draft).where(Draft.code == code)
    found = session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise NotFound("no_draft", N_("没有这份草稿，可能已经发布或丢弃了。"))
    return found


def listed(session: Session) -> Sequence[Draft]:
    """Return every draft, the one changed last first."""
    return session.scalars(select(Draft).order_by(Draft.edited_at.desc(), Draft.id.desc())).all()
