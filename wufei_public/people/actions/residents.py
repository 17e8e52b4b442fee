"""Residents sign in with a phone number and a one-time code."""

import hmac
import secrets

from sqlalchemy import insert, select, update

from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, TooMany
from wufei_public.common.text import N_
from wufei_public.infra import outbox
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people.actions.sessions import Opened, open_session
from wufei_public.people.models import Account, OneTimeCode
from wufei_public.people.rules.limits import (
    CODE_DIGITS,
    CODE_LIFE,
    CODE_PAUSE,
    CODE_TRIES,
    CODES_PER_DAY,
)
from wufei_public.people.rules.phones import normalise_phone

WRONG_CODE = N_("验证码不对或已过期，请看清楚再填，或重新获取。")


def phone_index(w: Work, phone: str) -> bytes:
    """Return the keyed hash by which a normalised number is found."""
    return w.keys.mac("phone-index", phone.encode())


def _code_hash(w: Work, phone: str, code: str) -> bytes:
    return w.keys.mac("one-time-code", phone.encode(), code.encode())


def request_code(w: Work, *, phone: str) -> None:
    """Send a one-time code to `phone`; the same answer whether or not the number is known.

    The message is queued in the transaction that writes the code and delivered by the
    jobs process about a second later: a gateway that hangs never holds a web thread.
    """
    number = normalise_phone(phone)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    index = phone_index(w, number)
    row = w.session.scalar(
        select(OneTimeCode).where(OneTimeCode.phone_index == index).with_for_update()
    )
    today = district_day(w.now)
    fresh = {
        "code_hash": _code_hash(w, number, code),
        "sent_at": w.now,
        "tries": 0,
        "used": False,
        "day": today,
    }
    if row is None:
        w.session.execute(insert(OneTimeCode), fresh | {"phone_index": index, "sent_today": 1})
    else:
        _check_pause(w, row)
        count = row.sent_today + 1 if row.day == today else 1
        if count > CODES_PER_DAY:
            raise TooMany("codes_today", N_("今天发的验证码太多了，请明天再试。"), retry_after=3600)
        w.session.execute(
            update(OneTimeCode)
            .where(OneTimeCode.phone_index == index)
            .values(**fresh, sent_today=count)
        )
    sealed = w.keys.encrypt("outbox", f"{number} {code}".encode()).hex()
    outbox.queue(w, channel="sms", to="sealed", template="people.code", values={"sealed": sealed})


def _check_pause(w: Work, row: OneTimeCode) -> None:
    wait = (row.sent_at + CODE_PAUSE - w.now).total_seconds()
    if wait > 0:
        raise TooMany(
            "code_pause",
            N_("验证码刚发过，请过 %(retry_after)s 秒再获取。"),
            retry_after=int(wait) + 1,
        )


def try_code(w: Work, *, phone: str, code: str, device: str) -> Opened | None:
    """Open a session for the holder of `phone`; None for a wrong code, which is counted.

    Returns instead of raising, so that the count of tries is committed.
    """
    number = normalise_phone(phone)
    index = phone_index(w, number)
    row = w.session.scalar(
        select(OneTimeCode).where(OneTimeCode.phone_index == index).with_for_update()
    )
    if row is None or row.used or row.tries >= CODE_TRIES or row.sent_at + CODE_LIFE < w.now:
        return None
    right = hmac.compare_digest(bytes(row.code_hash), _code_hash(w, number, code.strip()))
    row.tries += 1
    row.used = right
    w.session.flush()
    return open_session(w, _account(w, number, index), device) if right else None


def wrong_code() -> Invalid:
    """Return the refusal of a wrong code, at its field."""
    return Invalid("wrong_code", WRONG_CODE, [FieldError("code", WRONG_CODE)])


def _account(w: Work, number: str, index: bytes) -> Account:
    """Return the resident of this number; the first sign-in makes the account."""
    found = w.session.scalar(select(Account).where(Account.phone_index == index))
    if found is not None:
        return found
    account = Account(
        code=new_code(secrets.token_bytes),
        kind="resident",
        state="active",
        name="",
        phone_sealed=w.keys.encrypt("phone", number.encode()),
        phone_index=index,
        totp_last_step=0,
        failures=0,
        created_at=w.now,
    )
    w.session.add(account)
    w.session.flush()
    record(w, "people:account:create", f"account/{account.code}", after={"kind": "resident"})
    return account
