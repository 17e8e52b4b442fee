"""Somebody comes with a code or a PIN: wrong ones are counted, in a row that outlasts the refusal.

By the network they come from, never by the case alone: a stranger's tries must not keep
the reporter out (docs/decisions/0009).
"""

from sqlalchemy.orm import Session

from wufei_public.common.errors import TooMany
from wufei_public.common.networks import network_of, wide_network_of
from wufei_public.common.text import N_
from wufei_public.dumping.actions.receipts import secrets_of
from wufei_public.dumping.actions.reporter import is_own, same_text
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.receipts import (
    PIN_GUARD,
    WRONG_CODES,
    WRONG_CODES_ALARMED,
    WRONG_CODES_SITE,
)
from wufei_public.infra.budgets import is_spent, take
from wufei_public.infra.guessing import Spent, begin_try, was_right, was_wrong
from wufei_public.infra.work import House, Work

LOCKED = N_("输错太多次了，请过 %(minutes)s 分钟再试。用提交成功那一页的网址随时能打开。")
UNKNOWN = N_("这里查错的编号太多了，请过 %(minutes)s 分钟再查。")


def _too_many(code: str, message: str, seconds: int) -> TooMany:
    return TooMany(code, message, retry_after=seconds, minutes=-(-seconds // 60))


def try_pin(w: Work, *, code: str, pin: str, address: str) -> str | None:
    """Return the secret of the case that `pin` opens; a wrong one is counted.

    Returns None instead of raising, so that the count is committed. TooMany while no try
    from `address` is looked at, NotFound for a code that is not there. Whoever reported
    with the account that is signed in is never locked.
    """
    report = queries.report_for_update(w.session, code)
    secret, right = secrets_of(w.keys, report.code, report.salt)
    if is_own(w.actor, report):
        return secret if same_text(right, pin) else None
    try:
        tolls = begin_try(w, PIN_GUARD, report.code, address)
    except Spent as spent:
        raise _too_many("pin_locked", LOCKED, spent.seconds) from spent
    if same_text(right, pin):
        was_right(w, PIN_GUARD, report.code, tolls)
        return secret
    was_wrong(w, PIN_GUARD, report.code)
    return None


def require_patience(session: Session, home: House, address: str) -> None:
    """Raise TooMany when too many wrong codes came from `address`, whatever comes now."""
    now, network = home.clock(), network_of(address)
    for budget in WRONG_CODES:
        if is_spent(session, home.keys, now, budget, network):
            raise _too_many("too_many_codes", UNKNOWN, budget.wait(now))
    wide = wide_network_of(address)
    alarmed = is_spent(session, home.keys, now, WRONG_CODES_SITE)
    if alarmed and is_spent(session, home.keys, now, WRONG_CODES_ALARMED, wide):
        raise _too_many("too_many_codes", UNKNOWN, WRONG_CODES_ALARMED.wait(now))


def count_wrong_code(w: Work, address: str) -> None:
    """Count a code that is none, or a secret that is not the case's."""
    network = network_of(address)
    for budget in WRONG_CODES:
        take(w, budget, network)
    take(w, WRONG_CODES_ALARMED, wide_network_of(address))
    take(w, WRONG_CODES_SITE)
