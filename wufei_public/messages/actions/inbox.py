"""Messages that a person reads on the site."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, update

from wufei_public.infra.work import Work
from wufei_public.messages.actions import letters
from wufei_public.messages.models import Message


def tell(w: Work, account: int, template: str, values: Mapping[str, object]) -> None:
    """Put a message into the inbox of `account`, in the transaction of what it tells of.

    Where the operator chose so for `template`, it goes out too (`letters`).
    """
    row = {"account": account, "template": template, "values": dict(values), "at": w.now}
    letters.announce(w, template, w.insert(Message, row))


def mark_read(w: Work, ids: Sequence[int]) -> int:
    """Mark the actor's own messages `ids` as read; return how many were new."""
    done = w.session.connection().execute(
        update(Message)
        .where(Message.id.in_(ids), Message.account == w.actor.id, Message.read_at.is_(None))
        .values(read_at=w.now)
    )
    return done.rowcount


def absorb(w: Work, account: int, into: int) -> None:
    """Give the messages of `account` to the account `into`."""
    w.session.execute(update(Message).where(Message.account == account).values(account=into))
    letters.forget_unwilling(w, account)


def erase(w: Work, account: int) -> None:
    """Delete the messages of `account`."""
    w.session.execute(delete(Message).where(Message.account == account))
    letters.forget_unwilling(w, account)
