"""Staff: invite, set up, sign in with password and second factor, reset, disable."""

import secrets

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import insert, update

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people import queries
from wufei_public.people.actions.sessions import Opened, end_all_sessions, open_session
from wufei_public.people.models import Account, SetupLink
from wufei_public.people.queries import token_hash
from wufei_public.people.rules.limits import SETUP_LIFE, check_password, lock_for

TOTP_SECONDS = 30
_hasher = PasswordHasher()
# Checked when the user name is unknown, so that it takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex(16))
REFUSED = N_("用户名、密码或动态码不对，或账号暂时锁定。多次失败要等一会儿再试。")


def refused() -> Invalid:
    """Return the one answer to every failed sign-in: it tells nothing of what was wrong."""
    return Invalid("sign_in_refused", REFUSED, [FieldError("user_name", REFUSED)])


def invite(w: Work, *, name: str, user_name: str) -> tuple[Account, str]:
    """Create a staff account; return it with the one-time token of its set-up link."""
    lowered = user_name.lower()
    if queries.staff_by_user_name(w.session, lowered) is not None:
        sentence = N_("这个用户名已经有人用了。")
        raise Conflict("user_name_taken", sentence)
    account = Account(
        code=new_code(secrets.token_bytes),
        kind="staff",
        state="active",
        name=name,
        user_name=lowered,
        totp_last_step=0,
        failures=0,
        created_at=w.now,
    )
    w.session.add(account)
    w.session.flush()
    record(w, "people:account:create", f"account/{account.code}", after={"kind": "staff"})
    return account, new_setup_link(w, account)


def new_setup_link(w: Work, account: Account) -> str:
    """Return a new set-up token for `account`; every older one is used up."""
    token = secrets.token_urlsafe(24)
    w.session.execute(
        update(SetupLink)
        .where(SetupLink.account_id == account.id, SetupLink.used_at.is_(None))
        .values(used_at=w.now)
    )
    w.session.execute(
        insert(SetupLink),
        {
            "token_hash": token_hash(token),
            "account_id": account.id,
            "totp_sealed": w.keys.encrypt("totp", pyotp.random_base32().encode()),
            "expires_at": w.now + SETUP_LIFE,
        },
    )
    record(w, "people:setup:link", f"account/{account.code}")
    return token


def set_up(w: Work, *, token: str, password: str, totp: str) -> Account:
    """Set password and second factor through a set-up link, which is then used up.

    Raises NotFound for a used or expired link, Invalid at `password` or `totp`.
    """
    found = queries.setup_link(w.session, token, w.now)
    if found is None:
        raise NotFound("no_setup_link", N_("这个设置链接用过了或过期了，请找系统管理员重新要。"))
    link, account = found
    check_password(password, account.user_name or "")
    step = _step_of(w.keys.decrypt("totp", link.totp_sealed), totp, w)
    if step is None:
        sentence = N_("动态码不对。请看手机上现在的六位数字。")
        raise Invalid("wrong_totp", sentence, [FieldError("totp", sentence)])
    account.password_hash = _hasher.hash(password)
    account.totp_sealed = link.totp_sealed
    account.totp_last_step = step
    account.failures = 0
    account.locked_until = None
    link.used_at = w.now
    w.session.flush()
    end_all_sessions(w, account.id)
    record(w, "people:account:set_up", f"account/{account.code}")
    return account


def provisioning_uri(w: Work, *, token: str, issuer: str) -> tuple[str, str]:
    """Return the otpauth address and the secret that the set-up page shows."""
    found = queries.setup_link(w.session, token, w.now)
    if found is None:
        raise NotFound("no_setup_link", N_("这个设置链接用过了或过期了，请找系统管理员重新要。"))
    link, account = found
    secret = w.keys.decrypt("totp", link.totp_sealed).decode()
    uri: str = pyotp.TOTP(secret).provisioning_uri(account.user_name, issuer_name=issuer)
    return uri, secret


def _step_of(secret: bytes, totp: str, w: Work) -> int | None:
    """Return the time step of a right code (one step of clock error allowed), else None."""
    now = int(w.now.timestamp()) // TOTP_SECONDS
    maker = pyotp.TOTP(secret.decode())
    given = totp.strip().replace(" ", "")
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(maker.generate_otp(step).encode(), given.encode()):
            return step
    return None


def try_sign_in(w: Work, *, user_name: str, password: str, totp: str, device: str) -> Opened | None:
    """Open a session, or None and a counted failure; a code that was used is refused.

    Everything wrong looks alike and costs one argon2 check.
    """
    account = queries.staff_by_user_name(w.session, user_name.strip())
    right = _password_right(account, password)
    if account is None or account.state != "active":
        return None
    if account.locked_until is not None and account.locked_until > w.now:
        return None
    step = (
        _step_of(w.keys.decrypt("totp", account.totp_sealed), totp, w)
        if right and account.totp_sealed
        else None
    )
    if step is None or step <= account.totp_last_step:
        account.failures += 1
        lock = lock_for(account.failures)
        account.locked_until = w.now + lock if lock else None
        w.session.flush()
        record(w, "people:session:refused", f"account/{account.code}")
        return None
    account.failures = 0
    account.locked_until = None
    account.totp_last_step = step
    return open_session(w, account, device)


def _password_right(account: Account | None, password: str) -> bool:
    kept = account.password_hash if account is not None else None
    try:
        return _hasher.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def reset(w: Work, account: Account) -> str:
    """Take password and second factor away; return the token of a new set-up link."""
    account.password_hash = None
    account.totp_sealed = None
    w.session.flush()
    end_all_sessions(w, account.id)
    record(w, "people:account:reset", f"account/{account.code}")
    return new_setup_link(w, account)


def disable(w: Work, account: Account) -> None:
    """Shut an account: its sessions end at once, its grants end, its links are worthless."""
    account.state = "disabled"
    w.session.flush()
    end_all_sessions(w, account.id)
    w.session.execute(
        update(SetupLink)
        .where(SetupLink.account_id == account.id, SetupLink.used_at.is_(None))
        .values(used_at=w.now)
    )
    record(w, "people:account:disable", f"account/{account.code}")
