"""Bookings: each written once, each can be taken back, never below nothing."""

from datetime import date

from sqlalchemy import bindparam, select, text

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.tables import UtcDateTime
from wufei_public.infra.work import Work
from wufei_public.points.models import PointEntry
from wufei_public.points.queries import ledger as queries
from wufei_public.points.rules.worth import EXPIRE, REVERSE, Book, worth_of

# SQLAlchemy compiles its own ON CONFLICT anew each time; these words serve both databases.
_BOOK = (
    text(
        "INSERT INTO point_entry (account, book, rule, ref, amount, day, booked_at, reason)"
        " VALUES (:account, :book, :rule, :ref, :amount, :day, :booked_at, :reason)"
        " ON CONFLICT (account, rule, ref) DO NOTHING"
    )
    .bindparams(
        bindparam("booked_at", type_=UtcDateTime), bindparam("day", type_=PointEntry.day.type)
    )
    .execution_options(preserve_rowcount=True)
)
_GIVE = text(
    "INSERT INTO point_account (account, balance) VALUES (:account, :amount)"
    " ON CONFLICT (account) DO UPDATE SET balance = point_account.balance + excluded.balance"
)
_TAKE = text(
    "UPDATE point_account SET balance = balance + :amount"
    " WHERE account = :account AND balance + :amount >= 0"
).execution_options(preserve_rowcount=True)


def award(w: Work, account: int, rule: str, ref: str, day: date, *, times: int = 1) -> int:
    """Give what `rule` is worth on `day` for `ref`, once; return the points that were given."""
    points = worth_of(rule, day) * times
    if not points or not _book(w, account, Book.EARNED, rule, ref, points, day):
        return 0
    w.session.connection().execute(_GIVE, {"account": account, "amount": points})
    return points


def spend(w: Work, account: int, rule: str, ref: str, points: int) -> None:
    """Take `points` for the thing `ref`; Conflict where the account has less."""
    if not _take(w, account, points):
        have = queries.balance(w.session, account)
        sentence = N_("积分不够：要 %(need)s 分，您有 %(have)s 分。")
        raise Conflict("not_enough_points", sentence, need=points, have=have)
    _book(w, account, Book.SPENT, rule, ref, -points, district_day(w.now))


def refund(w: Work, account: int, ref: str, points: int) -> None:
    """Give back what was spent for the thing `ref`, once, to whoever it belongs to by now."""
    if _book(w, account, Book.REVERSED, REVERSE, ref, points, district_day(w.now)):
        w.session.connection().execute(_GIVE, {"account": account, "amount": points})


def reverse(w: Work, entry_id: int, reason: str) -> int:
    """Take a booking back with its reason, once; return the new balance.

    WrongState where that was done before, Conflict where the points are spent.
    """
    entry = w.session.scalar(select(PointEntry).where(PointEntry.id == entry_id))
    if entry is None or entry.rule == REVERSE:
        raise NotFound("no_such_entry", N_("没有这笔积分。"))
    day, ref = district_day(w.now), str(entry.id)
    if not _book(w, entry.account, Book.REVERSED, REVERSE, ref, -entry.amount, day, reason):
        raise WrongState("reversed_before", N_("这笔积分已经退回过了。"))
    if entry.amount < 0:
        given = {"account": entry.account, "amount": -entry.amount}
        w.session.connection().execute(_GIVE, given)
    elif not _take(w, entry.account, entry.amount):
        raise Conflict("points_are_spent", N_("这笔积分已经用掉了，退不回来。"))
    audit.record(w, "points:entry:reverse", f"points/{entry.id}", reason=reason)
    return queries.balance(w.session, entry.account)


def take_back(w: Work, entry_id: int, reason: str) -> int:
    """Take back what somebody earned, by an official with a reason; return the new balance.

    NotFound for anything else: what was spent comes back by its redemption alone.
    """
    row = queries.earned(w.session, entry_id)
    return reverse(w, row.id, reason)


def expire(w: Work, account: int, ref: str, points: int) -> None:
    """Take `points` whose time is over, once for `ref`; Conflict where they are spent."""
    if _book(w, account, Book.EXPIRED, EXPIRE, ref, -points, district_day(w.now)) and not _take(
        w, account, points
    ):
        raise Conflict("points_are_spent", N_("这笔积分已经用掉了，退不回来。"))


def move(w: Work, source: int, target: int, rule: str, points: int) -> None:
    """Book `points` from one account over to another."""
    if not _take(w, source, points):
        raise Conflict("points_are_spent", N_("这笔积分已经用掉了，退不回来。"))
    day = district_day(w.now)
    _book(w, source, Book.MOVED, rule, f"to/{target}", -points, day)
    _book(w, target, Book.MOVED, rule, f"from/{source}", points, day)
    w.session.connection().execute(_GIVE, {"account": target, "amount": points})


def _take(w: Work, account: int, points: int) -> bool:
    taken = w.session.connection().execute(_TAKE, {"account": account, "amount": -points})
    return taken.rowcount == 1


def _book(
    w: Work, account: int, book: Book, rule: str, ref: str, amount: int, day: date, reason: str = ""
) -> bool:
    """Write an entry; False if the account has one of this rule for this thing."""
    row = {
        "account": account,
        "book": book.value,
        "rule": rule,
        "ref": ref,
        "amount": amount,
        "day": day,
        "booked_at": w.now,
        "reason": reason,
    }
    return w.session.connection().execute(_BOOK, row).rowcount == 1


class LedgerBroken(RuntimeError):  # noqa: N818  a sentence for the operator
    """Balances and entries differ; the message says where."""


def prove(w: Work) -> str:
    """Recount every balance from its entries; LedgerBroken names those that differ."""
    wrong = queries.wrong_balances(w.session)
    if wrong:
        shown = ", ".join(f"{row.account}: {row.balance} ≠ {row.total}" for row in wrong[:20])
        raise LedgerBroken(f"{len(wrong)} balances are not the sum of their entries: {shown}")
    return "every balance is the sum of its entries"
