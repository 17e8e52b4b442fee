"""Two accounts of one resident become one: everything moves, nothing is lost."""

from collections.abc import Callable, Sequence

from sqlalchemy import update

from wufei_public.common.actor import ActorKind
from wufei_public.common.errors import Conflict, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.audit import forget, record
from wufei_public.infra.work import Work
from wufei_public.people.actions import children
from wufei_public.people.actions.sessions import end_all
from wufei_public.people.models import Account, Identity
from wufei_public.people.queries.accounts import resident_account
from wufei_public.people.rules.accounts import State

# Moves one feature's rows from an account to another: (work, from, to).
Absorb = Callable[[Work, int, int], None]


def merge_accounts(w: Work, *, other: str, absorbers: Sequence[Absorb]) -> None:
    """Make the account `other` (its code) part of the actor's; both were proven by the caller.

    Refused where both have a phone number: one person with two numbers keeps two accounts,
    or changes a number first.
    """
    mine = w.session.get_one(Account, w.actor.id, with_for_update=True)
    gone = resident_account(w.session, other)
    if gone.kind != ActorKind.RESIDENT or gone.id == mine.id or gone.state != State.ACTIVE:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    if mine.phone_index is not None and gone.phone_index is not None:
        raise Conflict("two_phones", N_("两个账号各有一个手机号，不能合并。"))
    for absorb in absorbers:
        absorb(w, gone.id, mine.id)
    children.absorb(w, gone.id, mine.id)
    w.session.execute(update(Identity).where(Identity.account == gone.id).values(account=mine.id))
    _take_phone(w, mine, gone)
    end_all(w, gone.id)
    gone.state, gone.disabled_at = State.DISABLED, w.now
    # Nobody ends this account any more: what was said of it goes now.
    forget(w, [f"people/{gone.code}", f"checkins/{gone.id}"])
    record(w, "people:account:merge", f"people/{mine.code}", before={"other": gone.code})


def _take_phone(w: Work, mine: Account, gone: Account) -> None:
    if gone.phone_index is None:
        return
    phone = gone.phone_cipher, gone.phone_index
    gone.phone_cipher = gone.phone_index = None
    w.session.flush()  # the number is unique: given up before it is taken
    mine.phone_cipher, mine.phone_index = phone
