"""Residents come in by WeChat, tie it to the account that they have, and untie it."""

import secrets

from sqlalchemy import delete, insert, select, update

from wufei_public.common.actor import ActorKind
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people.actions.personal import consent
from wufei_public.people.actions.sessions import Entered, Refused, start_session
from wufei_public.people.models import Account, Identity
from wufei_public.people.queries.sealing import identity_index, identity_indexes, seal_identity
from wufei_public.people.rules.accounts import State

WECHAT = "wechat"


def sign_in_with_openid(
    w: Work, *, openid: str, device: str, old_token: str = "", language: str = "zh"
) -> Entered | Refused:
    """Sign in whoever WeChat says it is, making the account at its first use.

    The caller has the resident's yes to the privacy text, which is written here.
    """
    account = account_of(w, openid) or _join(w, openid)
    if account.state != State.ACTIVE:
        return Refused(NotAllowed("disabled", N_("这个账号已经停用。")))
    consent(w, account.id)
    _speak(w, account.id, language)
    return start_session(w, account, device=device, old_token=old_token)


def _speak(w: Work, account: int, language: str) -> None:
    """Remember the language of the person; who comes in anew takes letters anew."""
    mine = (Identity.account == account, Identity.provider == WECHAT)
    w.session.execute(update(Identity).where(*mine).values(language=language))
    w.follow("people.by_wechat", account)


def account_of(w: Work, openid: str) -> Account | None:
    """Return the account to which the WeChat identity belongs, None if it is new here."""
    return w.session.scalar(
        select(Account)
        .join(Identity, Identity.account == Account.id)
        .where(Identity.provider == WECHAT, Identity.subject.in_(identity_indexes(w.keys, openid)))
        .with_for_update(of=Account)
    )


def _join(w: Work, openid: str) -> Account:
    account = Account(
        kind=ActorKind.RESIDENT,
        code=new_code(secrets.token_bytes),
        state=State.ACTIVE,
        display_name="",
        created_at=w.now,
    )
    w.session.add(account)
    w.session.flush()
    _tie(w, account, openid)
    record(w, "people:account:join", f"people/{account.code}", after={"by": WECHAT})
    return account


def link_openid(w: Work, *, openid: str, language: str = "zh") -> str | None:
    """Tie the identity to the actor's account; return the other account's code if it has one.

    Nothing is changed then: whether the two are made one is for the resident to say.
    """
    mine = w.session.get_one(Account, w.actor.id)
    other = account_of(w, openid)
    if other is not None:
        return None if other.id == mine.id else other.code
    if has_wechat(w, mine.id):
        raise Conflict("has_wechat", N_("这个账号已经绑定了别的微信，请先解绑。"))
    _tie(w, mine, openid)
    _speak(w, mine.id, language)
    record(w, "people:identity:link", f"people/{mine.code}", after={"by": WECHAT})
    return None


def has_wechat(w: Work, account: int) -> bool:
    """Say whether a WeChat identity is tied to `account`."""
    found = select(Identity.account).where(Identity.account == account, Identity.provider == WECHAT)
    return w.session.scalar(found.limit(1)) is not None


def unlink_wechat(w: Work) -> None:
    """Untie WeChat from the actor's account; refused where it is the only way in."""
    mine = w.session.get_one(Account, w.actor.id, with_for_update=True)
    if mine.phone_index is None:
        raise Conflict("only_way_in", N_("微信是您唯一的登录方式。先绑定手机号，再解绑微信。"))
    w.session.execute(
        delete(Identity).where(Identity.account == mine.id, Identity.provider == WECHAT)
    )
    record(w, "people:identity:unlink", f"people/{mine.code}", before={"by": WECHAT})


def _tie(w: Work, account: Account, openid: str) -> None:
    w.session.execute(
        insert(Identity),
        {
            "provider": WECHAT,
            "subject": identity_index(w.keys, openid),
            "sealed": seal_identity(w.keys, openid),
            "account": account.id,
            "linked_at": w.now,
        },
    )
