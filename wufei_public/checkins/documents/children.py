"""The children of a household as their guardian sees them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.checkins.queries import own as queries
from wufei_public.people.queries.children import children, present_text
from wufei_public.people.rules.consent import CHILDREN


def children_of(session: Session, account: int, now: datetime) -> Sequence[Mapping[str, Any]]:
    """Return the children with the guardian's consent, and whether it is to the present text."""
    known, present = children(session, account, now), present_text(session, CHILDREN, now)
    return [
        {
            "number": row.number,
            "name": row.name,
            "birth_year": known[row.child].birth_year,
            "version": known[row.child].version,
            "given_at": known[row.child].given_at,
            "current": known[row.child].version == present,
        }
        for row in queries.members(session, account)
        if row.child in known
    ]
