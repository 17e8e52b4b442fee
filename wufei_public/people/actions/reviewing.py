"""The review of grants: still needed, or withdrawn (actions.roles.end_role)."""

from sqlalchemy import select

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people.models import Account, GrantReview, GrantRow
from wufei_public.people.policy import may_end_role, require
from wufei_public.people.queries.accounts import facts_of


def confirm_grant(w: Work, *, code: str) -> None:
    """Write that the grant `code` was looked at and is still needed; never one's own."""
    row = w.session.scalar(
        select(GrantRow).where(GrantRow.code == code, GrantRow.ended_at.is_(None)).with_for_update()
    )
    if row is None:
        raise NotFound("no_such_grant", N_("没有这个角色，或者它已经收回。"))
    account = w.session.get_one(Account, row.account)
    require(may_end_role(w.actor, facts_of(w.session, account), last_of_its_kind=False))
    w.insert(GrantReview, {"grant_id": row.id, "reviewed_by": w.actor.id, "reviewed_at": w.now})
    after = {"grant": row.code, "role": row.role}
    record(w, "people:role:confirm", f"people/{account.code}", after=after)
