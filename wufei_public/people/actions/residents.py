"""Residents: a one-time code to the phone, an account at its first use."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.common.actor import ActorKind
from wufei_public.common.clock import day_start, district_day
from wufei_public.common.codes import new_code as new_public_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotAllowed, TooMany
from wufei_public.common.networks import network_of
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.budgets import take
from wufei_public.infra.outbox import queue
from wufei_public.infra.work import Work
from wufei_public.people.actions.personal import consent
from wufei_public.people.actions.sessions import Entered, Refused, start_session
from wufei_public.people.models import Account, OneTimeCode
from wufei_public.people.queries.sealing import (
    code_hash,
    is_code,
    phone_address,
    phone_index,
    phone_indexes,
    seal_phone,
    seal_values,
)
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.codes import (
    LIFE,
    RESEND_AFTER,
    CodeFacts,
    new_code,
    plain_code,
    wait_before_sending,
)
from wufei_public.people.rules.phones import read_mobile
from wufei_public.people.rules.sending import limits

_INSERT: Mapping[str, Any] = {
    # An INSERT's row count is kept only when asked; psycopg's is gone once it has closed.
    name: dialect.insert(OneTimeCode)
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
WRONG = N_("验证码不对，或者已经过期。请核对，或者重新获取一个。")


def request_code(w: Work, *, phone: str, address: str = "") -> str:
    """Send a one-time code to `phone` and return the number; TooMany if it is too soon.

    Also when too many went to this number, to `address` or from the whole site. What
    happens is the same whether or not the phone has an account.
    """
    number = read_mobile(phone)
    index = phone_index(w.keys, number)
    code, nth = new_code(secrets.randbelow), _next_number(w, phone_indexes(w.keys, number))
    take_from_budgets(w, index, address)
    row = {
        "phone_index": index,
        "day": district_day(w.now),
        "number": nth,
        "code_hash": code_hash(w.keys, index, code),
        "sent_at": w.now,
        "expires_at": w.now + LIFE,
        "tries": 0,
    }
    if w.session.connection().execute(_INSERT[_dialect(w)], row).rowcount == 0:
        raise _wait(int(RESEND_AFTER.total_seconds()))  # another request of this moment was first
    _queue_code(w, number, code)
    record(w, "people:code:request", f"phone/{index.hex()[-16:]}")
    return number


def take_from_budgets(w: Work, index: bytes, address: str) -> None:
    """Count the code before it is sent; what is refused takes its counts back with it."""
    site = w.settings
    for limit in limits(
        index.hex(),
        network_of(address),
        of_network=(site.sms_address_hour, site.sms_address_day),
        of_site=(site.sms_site_hour, site.sms_site_day),
    ):
        if not take(w, limit.budget, *limit.whom):
            seconds = limit.budget.wait(w.now)
            minutes = -(-seconds // 60)
            raise TooMany(limit.code, limit.sentence, retry_after=seconds, minutes=minutes)


def _queue_code(w: Work, number: str, code: str) -> None:
    values = {
        "code": code,
        "minutes": LIFE // timedelta(minutes=1),
        "until": (w.now + LIFE).isoformat(),
    }
    queue(
        w,
        channel="sms",
        to=phone_address(w.keys, number),
        template="people.code",
        values=seal_values(w.keys, values),
    )


def _dialect(w: Work) -> str:
    return w.session.get_bind().dialect.name


def _next_number(w: Work, indexes: Sequence[bytes]) -> int:
    """Return which code of its day this would be; TooMany if none may be sent now."""
    last = w.session.execute(
        select(OneTimeCode.day, OneTimeCode.number, OneTimeCode.sent_at)
        .where(OneTimeCode.phone_index.in_(indexes))
        .order_by(OneTimeCode.sent_at.desc())
        .limit(1)
    ).one_or_none()
    today = district_day(w.now)
    sent_today = last.number if last and last.day == today else 0
    wait = wait_before_sending(sent_today, last.sent_at if last else None, w.now)
    if wait:
        raise _wait(wait if wait > 0 else _seconds_to_tomorrow(w))
    return sent_today + 1


def _seconds_to_tomorrow(w: Work) -> int:
    tomorrow = district_day(w.now) + timedelta(days=1)
    return int((day_start(tomorrow) - w.now).total_seconds()) + 1


def _wait(seconds: int) -> TooMany:
    return TooMany(
        "code_too_soon",
        N_("这个手机号的验证码发得太勤了，请过 %(retry_after)s 秒再要。"),
        retry_after=seconds,
    )


def sign_in_with_code(
    w: Work, *, phone: str, code: str, device: str, old_token: str = ""
) -> Entered | Refused:
    """Sign a resident in by the code sent to `phone`, making the account at its first use.

    The caller has the resident's yes to the privacy text, which is written here.
    """
    number = read_mobile(phone)
    if not _use_code(w, phone_indexes(w.keys, number), plain_code(code)):
        return Refused(Invalid("wrong_code", WRONG, (FieldError("code", WRONG),)))
    account = _resident(w, number)
    if account.state != State.ACTIVE:
        return Refused(NotAllowed("disabled", N_("这个账号已经停用。")))
    consent(w, account.id)
    return start_session(w, account, device=device, old_token=old_token)


def link_phone(w: Work, *, phone: str, code: str) -> str | Refused | None:
    """Tie `phone`, proven by its code, to the actor's account that has none.

    Returns the code of another account that has the number: nothing is changed then.
    """
    number = read_mobile(phone)
    indexes = phone_indexes(w.keys, number)
    if not _use_code(w, indexes, plain_code(code)):
        return Refused(Invalid("wrong_code", WRONG, (FieldError("code", WRONG),)))
    other = _with_phone(w, indexes)
    if other is not None:
        return None if other.id == w.actor.id else other.code
    mine = w.session.get_one(Account, w.actor.id, with_for_update=True)
    if mine.phone_index is not None:
        raise Conflict("has_phone", N_("这个账号已经有手机号了。"))
    mine.phone_cipher = seal_phone(w.keys, number)
    mine.phone_index = phone_index(w.keys, number)
    record(w, "people:identity:link", f"people/{mine.code}", after={"by": "phone"})
    return None


def _with_phone(w: Work, indexes: Sequence[bytes]) -> Account | None:
    return w.session.scalar(
        select(Account).where(Account.kind == ActorKind.RESIDENT, Account.phone_index.in_(indexes))
    )


def _use_code(w: Work, indexes: Sequence[bytes], typed: str) -> bool:
    """Count a try of the newest code of a phone; say whether it was right, which uses it up."""
    row = w.session.scalar(
        select(OneTimeCode)
        .where(OneTimeCode.phone_index.in_(indexes))
        .order_by(OneTimeCode.sent_at.desc())
        .limit(1)
        .with_for_update()
    )
    if row is None or not CodeFacts(row.expires_at, row.tries, row.used_at).is_open(w.now):
        return False
    row.tries += 1
    right = is_code(w.keys, row.phone_index, typed, row.code_hash)
    if right:
        row.used_at = w.now
    w.session.flush()
    return right


def _resident(w: Work, number: str) -> Account:
    found = _with_phone(w, phone_indexes(w.keys, number))
    if found is not None:
        return found
    account = Account(
        kind=ActorKind.RESIDENT,
        code=new_public_code(secrets.token_bytes),
        phone_cipher=seal_phone(w.keys, number),
        phone_index=phone_index(w.keys, number),
        state=State.ACTIVE,
        display_name="",
        created_at=w.now,
    )
    w.session.add(account)
    w.session.flush()
    record(w, "people:account:join", f"people/{account.code}")
    return account
