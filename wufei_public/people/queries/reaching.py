"""How a person is reached outside of the site."""

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from wufei_public.infra.keys import Keys
from wufei_public.people.models import Account, Identity
from wufei_public.people.queries.sealing import open_phone
from wufei_public.people.rules.accounts import State


@dataclass(frozen=True, slots=True)
class Reach:
    """The sealed WeChat identity and phone of `account`; None where there is none."""

    account: int
    identity: bytes | None
    sealed_phone: bytes | None
    english: bool

    def phone(self, keys: Keys) -> str:
        """Return the phone in clear, empty if there is none."""
        return open_phone(keys, self.sealed_phone) if self.sealed_phone else ""


def reach(session: Session, account: int) -> Reach:
    """Return how `account` is reached; nobody is, whose account has ended."""
    row = session.execute(
        select(Identity.sealed, Identity.language, Account.phone_cipher)
        .select_from(Account)
        .outerjoin(Identity, and_(Identity.account == Account.id, Identity.provider == "wechat"))
        .where(Account.id == account, Account.state == State.ACTIVE)
    ).one_or_none()
    if row is None:
        return Reach(account, None, None, english=False)
    return Reach(account, row.sealed, row.phone_cipher, english=row.language == "en")
