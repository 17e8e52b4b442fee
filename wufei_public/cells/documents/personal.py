"""A resident's own copy of what cells hold."""

from typing import Any

from sqlalchemy.orm import Session

from wufei_public.cells.queries.reviews import objections_by
from wufei_public.infra.keys import Keys


def export(session: Session, keys: Keys, account: int) -> list[dict[str, Any]]:
    """Return the objections and appeals of one resident, with their answers."""
    return [
        {
            "code": row.code,
            "received_at": row.received_at.isoformat(),
            "text": row.text,
            "phone": keys.decrypt("phone", row.contact_sealed).decode()
            if row.contact_sealed
            else "",
            "answer": row.answer,
        }
        for row in objections_by(session, account)
    ]
