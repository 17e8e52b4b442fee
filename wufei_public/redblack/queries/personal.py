"""What the list holds of one resident: papers for an enterprise, errors that were reported."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.infra.keys import Keys
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.papers import ListingPaper


def copy_of(session: Session, _keys: Keys, account: int) -> Sequence[Mapping[str, Any]]:
    """Return every paper that the resident handed in and every error reported, newest first."""
    rows = session.scalars(
        select(ListingPaper)
        .where(ListingPaper.account_id == account)
        .order_by(ListingPaper.id.desc())
    )
    errors = session.scalars(
        select(ListingError)
        .where(ListingError.account_id == account)
        .order_by(ListingError.id.desc())
    )
    return [*map(_paper, rows), *map(_error, errors)]


def _paper(row: ListingPaper) -> Mapping[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "words": row.words,
        "at": row.at.isoformat(),
        "photos": row.photos,
        "outcome": row.outcome,
    }


def _error(row: ListingError) -> Mapping[str, Any]:
    return {
        "code": row.code,
        "kind": "error",
        "field": row.field,
        "words": row.words,
        "at": row.at.isoformat(),
        "outcome": row.outcome,
        "answer": row.answer,
    }
