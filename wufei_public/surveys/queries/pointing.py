"""Photos and places of a wave that says that it asks for them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.surveys.models import Response

PAGE = 30


def responses(session: Session, wave_id: int, after: int = 0) -> Sequence[Row[Any]]:
    """Return `(id, answers)` in the order of the random keys; one more than a page."""
    wanted = select(Response.id, Response.answers).where(
        Response.wave_id == wave_id, Response.id > after
    )
    return session.execute(wanted.order_by(Response.id).limit(PAGE + 1)).all()
