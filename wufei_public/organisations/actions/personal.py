"""What becomes of a resident's memberships when the account moves or ends."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.media.queries import photos_of
from wufei_public.organisations.actions.memberships import letters_of, make_move
from wufei_public.organisations.models import Membership, MembershipCode, Organisation
from wufei_public.organisations.rules.memberships import Move, State


def absorb(w: Work, account: int, into: int) -> None:
    """Give the memberships of `account` to the account `into`.

    Where both have an open one for the same organisation, the one that came ends.
    """
    taken = {row.organisation_id for row in _open(w, into)}
    for row in _open(w, account):
        if row.organisation_id in taken or row.proven_by == into:
            _close(w, row)
    w.session.execute(
        update(Membership)
        .where(
            Membership.account_id == account,
            Membership.proven_by.is_distinct_from(into),
        )
        .values(account_id=into)
    )


def erase(w: Work, account: int) -> None:
    """End what is open and forget name, duty and letters; that there was somebody stays."""
    for row in _open(w, account):
        _close(w, row)
    for code in w.session.scalars(select(Membership.code).where(Membership.account_id == account)):
        media.forget(w, [photo.id for photo in photos_of(w.session, letters_of(code))])
    mine = select(Membership.id).where(Membership.account_id == account)
    w.session.execute(delete(MembershipCode).where(MembershipCode.membership_id.in_(mine)))
    w.session.execute(
        update(Membership)
        .where(Membership.account_id == account)
        .values(applicant_sealed=None, letters=0)
    )


def _open(w: Work, account: int) -> Sequence[Membership]:
    return w.session.scalars(
        select(Membership)
        .where(Membership.account_id == account, Membership.state != State.ENDED)
        .order_by(Membership.id)
        .with_for_update()
    ).all()


def _close(w: Work, row: Membership) -> None:
    card = w.session.get_one(Organisation, row.organisation_id)
    make_move(w, row, card, Move.WITHDRAW if row.state == State.PENDING else Move.LEAVE)
