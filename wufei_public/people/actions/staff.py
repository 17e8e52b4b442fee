"""Staff sign in with user name, password and authenticator, in one form and one answer."""

from collections.abc import Mapping, Sequence

from wufei_public.common.errors import Invalid, TooMany
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.guessing import (
    Spent,
    Toll,
    begin_known_try,
    begin_try,
    was_right,
    was_wrong,
)
from wufei_public.infra.work import Work
from wufei_public.people.actions.passwords import Proof
from wufei_public.people.actions.sessions import Entered, Refused, start_session
from wufei_public.people.models import Account
from wufei_public.people.queries.accounts import staff_named
from wufei_public.people.queries.sealing import open_totp, read_pass
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.codes import matching_step, plain_code
from wufei_public.people.rules.lockout import GUARD

FAILED = N_("用户名、密码或动态码不对。")
LOCKED = N_("登录失败的次数太多，请过 %(minutes)s 分钟再试。")
# Compared with when there is no account, so that every refusal takes the same time.
_NOBODYS_SECRET = "A" * 32


def sign_in_staff(
    w: Work,
    *,
    proof: Proof,
    code: str,
    device: str,
    old_token: str = "",
    address: str = "",
    passes: Mapping[str, str] | None = None,
) -> Entered | Refused:
    """Sign in whoever gave `proof` and the authenticator's `code`; else count the failure.

    All failures have one answer, also for unknown names, which are locked like known ones.
    `passes` are what the browser was given at earlier sign-ins, by the code of the account.
    """
    account = staff_named(w.session, proof.user_name, locked=True)
    known = _known_device(w, account, passes or {})
    try:
        tolls = _begin(w, proof.user_name, known, address)
    except Spent as spent:
        return _locked(spent.seconds)
    step = _second_factor(w, account, code)
    if account is None or step is None or not _is_proven(account, proof):
        return _failed(w, proof.user_name, account, known)
    was_right(w, GUARD, proof.user_name, tolls)
    account.totp_last_step = step
    w.session.flush()
    return start_session(w, account, device=device, old_token=old_token)


def _known_device(w: Work, account: Account | None, passes: Mapping[str, str]) -> str:
    return read_pass(w.keys, account.code, passes.get(account.code, "")) if account else ""


def _begin(w: Work, user_name: str, known: str, address: str) -> Sequence[Toll]:
    if known:
        return begin_known_try(w, GUARD, user_name, known)
    return begin_try(w, GUARD, user_name, address)


def _is_proven(account: Account, proof: Proof) -> bool:
    """Say whether the proof still holds: the password may have changed since it was made."""
    unchanged = account.password_hash == proof.looked_at
    return account.state == State.ACTIVE and proof.right and unchanged


def _second_factor(w: Work, account: Account | None, code: str) -> int | None:
    secret, last = _NOBODYS_SECRET, None
    if account is not None and account.totp_cipher is not None:
        secret, last = open_totp(w.keys, account.totp_cipher), account.totp_last_step
    return matching_step(secret, plain_code(code), w.now, last)


def _failed(w: Work, user_name: str, account: Account | None, known: str) -> Refused:
    if not known:
        was_wrong(w, GUARD, user_name)
    target = f"people/{account.code}" if account else "people/unknown"
    record(w, "people:sign_in:fail", target, after={"known_device": bool(known)})
    return Refused(Invalid("sign_in_failed", FAILED))


def _locked(seconds: int) -> Refused:
    return Refused(TooMany("locked", LOCKED, retry_after=seconds, minutes=-(-seconds // 60)))
