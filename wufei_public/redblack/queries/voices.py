"""Who may speak and receive for an enterprise in one entry: nobody whom the other side proved."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from wufei_public.common.actor import Verdict
from wufei_public.organisations.queries import memberships
from wufei_public.redblack import policy
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.rules.clocks import looked_back


def may_speak(session: Session, row: Listing, account: int | None, now: datetime) -> Verdict:
    """Say whether what the account says in this entry is the enterprise's."""
    vouchers = memberships.vouchers(session, account, row.organisation_id)
    silencers = memberships.silencers(session, row.organisation_id, looked_back(now))
    return policy.may_speak(row.known, vouchers, silencers)


def may_receive(
    session: Session,
    row: Listing,
    account: int | None,
    now: datetime,
    drafted_by: Collection[int] = (),
) -> Verdict:
    """Say whether what the account receives in this entry has reached the enterprise."""
    vouchers = memberships.vouchers(session, account, row.organisation_id)
    silencers = memberships.silencers(session, row.organisation_id, looked_back(now))
    return policy.may_receive(row.known, vouchers, silencers, drafted_by)


def has_one(session: Session, row: Listing, now: datetime) -> bool:
    """Say whether somebody may speak for the enterprise in its account."""
    accounts = memberships.representatives(session, row.organisation_id)
    return any(may_speak(session, row, account, now).allowed for account in accounts)


def has_receiver(session: Session, row: Listing, now: datetime) -> bool:
    """Say whether somebody may receive for the enterprise in its account."""
    accounts = memberships.representatives(session, row.organisation_id)
    return any(may_receive(session, row, account, now).allowed for account in accounts)
