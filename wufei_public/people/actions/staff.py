"""Staff sign in with user name, password and authenticator, in one form and one answer."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.common.errors import Invalid, TooMany
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people.actions.passwords import Proof
from wufei_public.people.actions.sessions import Entered, Refused, start_session
from wufei_public.people.models import Account, FailureRow
from wufei_public.people.queries.accounts import staff_named
from wufei_public.people.queries.sealing import failure_subject, open_totp
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.codes import matching_step, plain_code
from wufei_public.people.rules.lockout import Failures

_INSERT: Mapping[str, Any] = {
    # An INSERT's row count is kept only when asked; psycopg's is gone once it has closed.
    name: dialect.insert(FailureRow)
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
FAILED = N_("用户名、密码或动态码不对。")
LOCKED = N_("登录失败的次数太多，请过 %(minutes)s 分钟再试。")
# Compared with when there is no account, so that every refusal takes the same time.
_NOBODYS_SECRET = "A" * 32


def sign_in_staff(
    w: Work, *, proof: Proof, code: str, device: str, old_token: str = ""
) -> Entered | Refused:
    """Sign in whoever gave `proof` and the authenticator's `code`; else count the failure.

    All failures have one answer, also for unknown names, which are locked like known ones.
    """
    account = staff_named(w.session, proof.user_name, locked=True)
    subject = failure_subject(w.keys, proof.user_name)
    if seconds := _failures(w, subject).locked_for(w.now):
        return _locked(seconds)
    step = _second_factor(w, account, code)
    if account is None or step is None or not _is_proven(account, proof):
        return _failed(w, subject, account)
    forget_failures(w, account)
    account.totp_last_step = step
    w.session.flush()
    return start_session(w, account, device=device, old_token=old_token)


def _is_proven(account: Account, proof: Proof) -> bool:
    """Say whether the proof still holds: the password may have changed since it was made."""
    unchanged = account.password_hash == proof.looked_at
    return account.state == State.ACTIVE and proof.right and unchanged


def _second_factor(w: Work, account: Account | None, code: str) -> int | None:
    secret, last = _NOBODYS_SECRET, None
    if account is not None and account.totp_cipher is not None:
        secret, last = open_totp(w.keys, account.totp_cipher), account.totp_last_step
    return matching_step(secret, plain_code(code), w.now, last)


def _failures(w: Work, subject: bytes) -> Failures:
    row = w.session.execute(
        select(FailureRow.count, FailureRow.last_at, FailureRow.locked_until)
        .where(FailureRow.subject == subject)
        .with_for_update()
    ).one_or_none()
    return Failures(*row) if row else Failures()


def _failed(w: Work, subject: bytes, account: Account | None) -> Refused:
    """Count one more failure.

    An unknown name has no row to wait for at the beginning: parallel first failures
    meet here, in the primary key, and the lock is asked for again.
    """
    connection = w.session.connection()
    failures = Failures().after_failure(w.now)
    first = {"subject": subject, **asdict(failures)}
    if connection.execute(_INSERT[connection.dialect.name], first).rowcount == 0:
        failures = _failures(w, subject)
        if seconds := failures.locked_for(w.now):
            return _locked(seconds)
        failures = failures.after_failure(w.now)
        changed = update(FailureRow).where(FailureRow.subject == subject)
        connection.execute(changed.values(asdict(failures)))
    target = f"people/{account.code}" if account else "people/unknown"
    after = {"failures": failures.count, "locked": failures.locked_until is not None}
    record(w, "people:sign_in:fail", target, after=after)
    return Refused(Invalid("sign_in_failed", FAILED))


def _locked(seconds: int) -> Refused:
    return Refused(TooMany("locked", LOCKED, retry_after=seconds, minutes=-(-seconds // 60)))


def forget_failures(w: Work, account: Account) -> None:
    """Open the door again for `account`, after a sign-in or a new set-up."""
    subject = failure_subject(w.keys, account.user_name or "")
    w.session.execute(delete(FailureRow).where(FailureRow.subject == subject))
