"""Every running grant for the security administrator's review."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from wufei_public.people.models import Account, GrantReview, GrantRow, SessionRow
from wufei_public.people.rules.reviewing import REVIEW_EVERY

PAGE = 30


def grants(
    session: Session,
    now: datetime,
    *,
    after: int = 0,
    only_due: bool = False,
    limit: int = PAGE + 1,
) -> Sequence[Row[Any]]:
    """Return running grants by number: who holds what, since when, by whom, last used, reviewed."""
    giver, reviewer = aliased(Account), aliased(Account)
    newest = (
        select(GrantReview.grant_id, func.max(GrantReview.id).label("id"))
        .group_by(GrantReview.grant_id)
        .subquery()
    )
    seen = (
        select(func.max(SessionRow.seen_at))
        .where(SessionRow.account == GrantRow.account)
        .scalar_subquery()
    )
    found = (
        select(
            GrantRow.id,
            GrantRow.code,
            GrantRow.role,
            GrantRow.division,
            GrantRow.department,
            GrantRow.granted_at,
            GrantRow.account,
            Account.code.label("account_code"),
            Account.display_name,
            Account.user_name,
            giver.display_name.label("giver"),
            seen.label("seen_at"),
            GrantReview.reviewed_at,
            reviewer.display_name.label("reviewer"),
        )
        .join(Account, Account.id == GrantRow.account)
        .outerjoin(giver, giver.id == GrantRow.granted_by)
        .outerjoin(newest, newest.c.grant_id == GrantRow.id)
        .outerjoin(GrantReview, GrantReview.id == newest.c.id)
        .outerjoin(reviewer, reviewer.id == GrantReview.reviewed_by)
        .where(GrantRow.ended_at.is_(None), GrantRow.id > after)
        .order_by(GrantRow.id)
        .limit(limit)
    )
    if only_due:
        last = func.coalesce(GrantReview.reviewed_at, GrantRow.granted_at)
        found = found.where(last <= now - REVIEW_EVERY)
    return session.execute(found).all()


def due_count(session: Session, now: datetime) -> int:
    """Return how many running grants wait for their review."""
    reviewed = (
        select(func.max(GrantReview.reviewed_at))
        .where(GrantReview.grant_id == GrantRow.id)
        .scalar_subquery()
    )
    last = func.coalesce(reviewed, GrantRow.granted_at)
    counted = select(func.count(GrantRow.id)).where(
        GrantRow.ended_at.is_(None), last <= now - REVIEW_EVERY
    )
    return session.scalar(counted) or 0
