"""A resident's yes and no: consent, its withdrawal, the end of the account."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.common.actor import ActorKind
from wufei_public.common.errors import NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra.audit import forget, record
from wufei_public.infra.forgetting import remember
from wufei_public.infra.work import Work
from wufei_public.people.actions import children
from wufei_public.people.actions.sessions import end_all
from wufei_public.people.models import Account, ConsentRow, ConsentText, Identity
from wufei_public.people.queries import children as queries
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.consent import PRIVACY, version_of

Erase = Callable[[Work, int], None]


def consent(w: Work, account: int) -> None:
    """Write that the resident said yes to the present text; a second yes changes nothing."""
    dialect = sqlite if w.session.get_bind().dialect.name == "sqlite" else postgresql
    version = present_text(w)
    row = {"account": account, "version": version, "given_at": w.now, "withdrawn_at": None}
    yes = dialect.insert(ConsentRow).values(row)
    again = {"given_at": yes.excluded.given_at, "withdrawn_at": None}
    w.session.execute(
        yes.on_conflict_do_update(
            index_elements=["account", "version"],
            set_=again,
            where=ConsentRow.withdrawn_at.is_not(None),
        )
    )


def present_text(w: Work) -> str:
    """Return the version of the privacy text that holds now."""
    return queries.present_text(w.session, PRIVACY, w.now)


def new_text(w: Work, *, text: str, number: int, since: datetime) -> None:
    """Write from when on a yes is one to this version; an hour that was moved moves here too."""
    version = version_of(text, number)
    row = w.session.get(ConsentText, version)
    if row is None:
        w.session.add(ConsentText(version=version, text=text, since=since))
    else:
        row.since = since
    w.session.flush()


def withdraw(w: Work) -> None:
    """Take the actor's consent back: every device is signed out until there is a new yes."""
    mine = _resident(w)
    w.session.execute(
        update(ConsentRow)
        .where(ConsentRow.account == mine.id, ConsentRow.withdrawn_at.is_(None))
        .values(withdrawn_at=w.now)
    )
    end_all(w, mine.id)
    remember(w, "consent", {"code": mine.code})
    record(w, "people:consent:withdraw", f"people/{mine.code}", before={"version": present_text(w)})


def erase_account(w: Work, *, erasers: Sequence[Erase]) -> None:
    """End the actor's account for good: what is personal goes, what is on record is anonymised."""
    mine = _resident(w)
    for erase in erasers:
        erase(w, mine.id)
    children.erase(w, mine.id)
    w.session.execute(delete(Identity).where(Identity.account == mine.id))
    w.session.execute(delete(ConsentRow).where(ConsentRow.account == mine.id))
    end_all(w, mine.id)
    mine.phone_cipher = mine.phone_index = None
    mine.display_name = ""
    mine.state, mine.disabled_at = State.DISABLED, w.now
    forget(w, [f"people/{mine.code}"])
    remember(w, "account", {"code": mine.code})
    record(w, "people:account:erase", f"people/{mine.code}")


def _resident(w: Work) -> Account:
    found = w.session.scalar(
        select(Account)
        .where(Account.id == w.actor.id, Account.kind == ActorKind.RESIDENT)
        .with_for_update()
    )
    if found is None:
        raise NotAllowed("not_a_resident", N_("这一步只给居民自己的账号。"))
    return found
