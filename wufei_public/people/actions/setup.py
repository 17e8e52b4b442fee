"""Set-up links: made by the administrator or the first start, used once by the person."""

import secrets

from sqlalchemy import ColumnElement, insert, select, update

from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.guessing import forget_tries
from wufei_public.infra.work import Work
from wufei_public.people.actions.passwords import NewPassword
from wufei_public.people.actions.sessions import end_sessions
from wufei_public.people.models import Account, SetupLink
from wufei_public.people.policy import may_reset, require
from wufei_public.people.queries.accounts import facts_of, open_link, staff_account
from wufei_public.people.queries.sealing import seal_totp, setup_tokens, token_hash, totp_secrets
from wufei_public.people.rules.codes import matching_step, plain_code
from wufei_public.people.rules.links import LIFE, Purpose
from wufei_public.people.rules.lockout import GUARD


def make_link(w: Work, *, account: Account, purpose: Purpose) -> str:
    """Make a set-up link for `account`, ending older ones, and return its token."""
    end_links(w, account=account)
    nonce = secrets.token_bytes(16)
    token = setup_tokens(w.keys, nonce)[0]
    row = {
        "token_hash": token_hash(token),
        "nonce": nonce,
        "account": account.id,
        "purpose": purpose,
        "created_at": w.now,
        "expires_at": w.now + LIFE,
    }
    w.session.execute(insert(SetupLink), row)
    return token


def end_links(w: Work, *, account: Account) -> None:
    """End every open set-up link of `account`."""
    _end(w, SetupLink.account == account.id)


def _end(w: Work, which: ColumnElement[bool]) -> None:
    open_ones = (SetupLink.used_at.is_(None), SetupLink.ended_at.is_(None))
    w.session.execute(update(SetupLink).where(which, *open_ones).values(ended_at=w.now))


def open_token(w: Work, *, account: Account) -> str | None:
    """Return the token of the open link of `account`, to print it again; None without one."""
    found = w.session.execute(
        select(SetupLink.nonce, SetupLink.token_hash).where(
            SetupLink.account == account.id,
            SetupLink.used_at.is_(None),
            SetupLink.ended_at.is_(None),
            SetupLink.expires_at > w.now,
        )
    ).one_or_none()
    if found is None:
        return None
    tokens = setup_tokens(w.keys, found.nonce)
    return next((one for one in tokens if token_hash(one) == found.token_hash), None)


def reset_totp(w: Work, *, code: str) -> str:
    """Take both factors from an account, end its sessions, and return a new link's token."""
    account = staff_account(w.session, code, locked=True)
    require(may_reset(w.actor, facts_of(w.session, account)))
    end_sessions(w, account=account)
    account.password_hash = account.totp_cipher = account.totp_last_step = None
    w.session.flush()
    purpose = Purpose.RESET if account.enrolled_at else Purpose.ENROL
    record(w, "people:account:reset", f"people/{account.code}", after={"purpose": purpose})
    return make_link(w, account=account, purpose=purpose)


def enrol(w: Work, *, token: str, password: NewPassword, code: str) -> str:
    """Set password and authenticator by a set-up link, which is used up; return the user name.

    Invalid if `code` is not what the offered secret gives now. Its lock opens; its sessions
    ended when the link was made, where there were any.
    """
    link = open_link(w.session, token, w.now)
    typed = plain_code(code)
    offered = [(one, matching_step(one, typed, w.now, None)) for one in totp_secrets(w.keys, token)]
    secret, step = next((pair for pair in offered if pair[1] is not None), ("", None))
    if step is None:
        fault = FieldError("code", N_("动态码不对。请看认证器里最新的一个；手机时间要准。"))
        raise Invalid("wrong_code", N_("动态码不对。"), (fault,))
    account = staff_account(w.session, link.account_code, locked=True)
    if not _use(w, token):
        raise NotFound("no_such_link", N_("这个链接已经用过或过期了，请找管理员要一个新的。"))
    account.password_hash = password.hashed
    account.totp_cipher, account.totp_last_step = seal_totp(w.keys, secret), step
    account.enrolled_at = w.now
    w.session.flush()
    forget_tries(w, GUARD, link.user_name)
    record(w, "people:account:enrol", f"people/{account.code}", after={"purpose": link.purpose})
    return link.user_name


def _use(w: Work, token: str) -> bool:
    done = w.session.connection().execute(
        update(SetupLink)
        .where(
            SetupLink.token_hash == token_hash(token),
            SetupLink.used_at.is_(None),
            SetupLink.ended_at.is_(None),
        )
        .values(used_at=w.now)
    )
    return done.rowcount == 1
