"""Reads of guardians' consents, and of the texts to which a yes is said."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.common.clock import district_day
from wufei_public.people.models import Child, ConsentText
from wufei_public.people.rules.children import ChildFacts, is_child
from wufei_public.people.rules.consent import SHIPPED


def present_text(session: Session, text: str, now: datetime) -> str:
    """Return the version of a text that holds now."""
    newest = (
        select(ConsentText.version)
        .where(ConsentText.text == text, ConsentText.since <= now)
        .order_by(ConsentText.since.desc())
        .limit(1)
    )
    return session.scalar(newest) or SHIPPED[text]


def consents(session: Session, guardian: int) -> Mapping[int, ChildFacts]:
    """Return a resident's children whose year of birth is still kept."""
    rows = session.execute(
        select(Child.id, Child.birth_year, Child.version, Child.given_at)
        .where(Child.guardian == guardian, Child.birth_year.is_not(None))
        .order_by(Child.id)
    )
    return {row.id: ChildFacts(*row) for row in rows}


def children(session: Session, guardian: int, now: datetime) -> Mapping[int, ChildFacts]:
    """Return the children for whom a resident has consented, while they may be under 14."""
    known, today = consents(session, guardian), district_day(now)
    return {key: one for key, one in known.items() if is_child(one.birth_year, today)}
