"""What the list holds of one resident: the papers handed in for an enterprise."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.infra.keys import Keys
from wufei_public.redblack.models.papers import ListingPaper


def copy_of(session: Session, _keys: Keys, account: int) -> Sequence[Mapping[str, Any]]:
    """Return every paper that the resident handed in, newest first."""
    rows = session.scalars(
        select(ListingPaper)
        .where(ListingPaper.account_id == account)
        .order_by(ListingPaper.id.desc())
    )
    return [
        {
            "code": row.code,
            "kind": row.kind,
            "words": row.words,
            "at": row.at.isoformat(),
            "photos": row.photos,
            "outcome": row.outcome,
        }
        for row in rows
    ]
