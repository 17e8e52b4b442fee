"""Points that expire: off unless a row says so; told before, taken once, only what is left."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping.make import messages
from tests.points import make
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import reading, work
from wufei_public.points import documents, jobs
from wufei_public.points.actions import expiring, ledger, personal
from wufei_public.points.models import PointEntry, PointNotice
from wufei_public.points.queries.expiring import left_of
from wufei_public.points.rules.expiring import (
    EXPIRIES,
    Expiry,
    expiry_on,
    gone_with,
    is_notice_time,
    last_end,
    next_end,
    read_expiries,
)

# The clock of the tests begins on 24 November 2026.
YEAR = Expiry(date(2026, 1, 1), 12, 14)
RULES = [YEAR]


# ---- rules -----------------------------------------------------------------------


def test_nothing_expires_unless_a_district_says_so() -> None:
    assert not EXPIRIES
    assert expiry_on(date(2030, 1, 1), EXPIRIES) is None


@pytest.mark.parametrize("row", ["2026-01-01,0,14", "2026-01-01,12,0", "2026-01-01,12,29"])
def test_a_rule_that_nobody_could_meet_is_refused(row: str) -> None:
    with pytest.raises(ValueError, match="a month at least"):
        read_expiries(f"since,keep_months,notice_days\n{row}\n")


def test_the_newest_rule_that_has_begun_holds() -> None:
    rules = read_expiries("since,keep_months,notice_days\n2026-01-01,12,14\n2027-06-01,24,7\n")
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2027, 6, 1))
    found = [expiry_on(day, rules) for day in days]
    assert [one and one.keep_months for one in found] == [None, 12, 24]


@pytest.mark.parametrize(
    ("end", "months", "until"),
    [
        (date(2027, 11, 30), 12, date(2026, 11, 30)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2027, 2, 28), 1, date(2027, 1, 31)),
        (date(2027, 1, 31), 1, date(2026, 12, 31)),
        (date(2026, 12, 31), 12, None),  # before the rule
        (date(2027, 1, 31), 12, date(2026, 1, 31)),
    ],
)
def test_points_are_good_until_the_end_of_a_month(
    end: date, months: int, until: date | None
) -> None:
    assert gone_with(end, Expiry(date(2026, 1, 1), months, 14)) == until


def test_a_month_ends_once() -> None:
    assert next_end(date(2026, 12, 1)) == next_end(date(2026, 12, 31)) == date(2026, 12, 31)
    assert last_end(date(2027, 1, 1)) == date(2026, 12, 31)
    told = [day for day in range(1, 32) if is_notice_time(date(2026, 12, day), YEAR)]
    assert told == list(range(18, 32))


# ---- telling and taking ----------------------------------------------------------


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    make.account(make.RESIDENT)
    make.account(make.NEIGHBOUR)


def at(clock: Clock, year: int, month: int, day: int) -> None:
    clock.now = datetime(year, month, day, 4, tzinfo=UTC)


def announce() -> Sequence[int]:
    return work(SYSTEM, lambda w: expiring.announce(w, expiries=RULES))


def expire() -> Sequence[int]:
    return work(SYSTEM, lambda w: expiring.expire(w, expiries=RULES))


def of_day(day: date, number: int = 4) -> None:
    """Give the resident 20 points of a day."""

    def do(w: ledger.Work) -> None:
        for one in range(number):
            ledger.award(w, make.RESIDENT.id or 0, "checkin", f"{day}-{one}", day)

    work(SYSTEM, do)


def rows(session: Session) -> list[tuple[str, int]]:
    reading().rollback()
    found = session.query(PointEntry).filter(PointEntry.rule == "expire")
    return [(row.book, row.amount) for row in found.order_by(PointEntry.id)]


def test_points_are_told_of_and_go_once(session: Session, clock: Clock) -> None:
    of_day(date(2026, 11, 24))
    of_day(date(2026, 12, 1), 1)
    at(clock, 2027, 11, 16)
    assert announce() == []  # not yet time
    at(clock, 2027, 11, 17)
    assert announce() == [make.RESIDENT.id]
    assert announce() == []
    assert messages() == [(make.RESIDENT.id, "points.expiring")]
    assert expire() == []  # good until the end of the month
    at(clock, 2027, 12, 1)
    assert expire() == [make.RESIDENT.id]
    assert expire() == []
    assert rows(session) == [("expired", -20)]
    assert make.balance(make.RESIDENT) == 5
    work(SYSTEM, ledger.prove)


def test_what_was_not_told_of_is_not_taken(session: Session, clock: Clock) -> None:
    of_day(date(2026, 11, 24))
    at(clock, 2027, 12, 1)
    assert expire() == []
    assert rows(session) == []
    at(clock, 2027, 12, 20)  # with the next month's end then
    announce()
    at(clock, 2028, 1, 1)
    expire()
    assert rows(session) == [("expired", -20)]


def test_the_oldest_are_used_first(session: Session, clock: Clock) -> None:
    of_day(date(2026, 11, 24))
    of_day(date(2027, 5, 1))
    work(SYSTEM, lambda w: ledger.spend(w, make.RESIDENT.id or 0, "redeem", "x", 15))
    assert left_of(session, make.RESIDENT.id or 0, date(2026, 11, 30)) == 5
    at(clock, 2027, 11, 20)
    announce()
    # What is spent after the notice is not taken once more.
    work(SYSTEM, lambda w: ledger.spend(w, make.RESIDENT.id or 0, "redeem", "y", 3))
    at(clock, 2027, 12, 1)
    expire()
    assert rows(session) == [("expired", -2)]
    assert make.balance(make.RESIDENT) == 20
    work(SYSTEM, ledger.prove)


def test_what_is_spent_in_time_is_not_taken(session: Session, clock: Clock) -> None:
    of_day(date(2026, 11, 24))
    at(clock, 2027, 11, 20)
    announce()
    work(SYSTEM, lambda w: ledger.spend(w, make.RESIDENT.id or 0, "redeem", "x", 20))
    at(clock, 2027, 12, 1)
    assert expire() == [make.RESIDENT.id]
    assert rows(session) == []
    kept = session.query(PointNotice).one()
    session.refresh(kept)
    assert kept.expired_at is not None


def test_no_more_is_taken_than_was_told(session: Session, clock: Clock) -> None:
    of_day(date(2026, 11, 24))
    taken = work(SYSTEM, lambda w: ledger.spend(w, make.RESIDENT.id or 0, "redeem", "x", 15))
    assert taken is None
    at(clock, 2027, 11, 20)
    announce()
    of_day(date(2026, 11, 25), 2)  # comes late, for a day long ago
    at(clock, 2027, 12, 1)
    expire()
    assert rows(session) == [("expired", -5)]
    assert make.balance(make.RESIDENT) == 10


def test_an_expiry_can_be_taken_back(session: Session, clock: Clock) -> None:
    of_day(date(2026, 11, 24))
    at(clock, 2027, 11, 20)
    announce()
    at(clock, 2027, 12, 1)
    expire()
    gone = session.query(PointEntry).filter_by(rule="expire").one().id
    assert work(SYSTEM, lambda w: ledger.reverse(w, gone, "the shop was closed")) == 20
    work(SYSTEM, ledger.prove)


def test_batches_follow_one_another(
    session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiring, "BATCH", 1)
    monkeypatch.setattr(jobs, "EXPIRIES", RULES)
    of_day(date(2026, 11, 24))
    make.points(make.NEIGHBOUR, 2)
    at(clock, 2027, 11, 20)
    assert jobs.announce("") == 2
    assert jobs.announce("") == 0
    at(clock, 2027, 12, 1)
    assert jobs.expire("") == 2
    assert [make.balance(who) for who in (make.RESIDENT, make.NEIGHBOUR)] == [0, 0]


def test_without_a_rule_the_jobs_do_nothing(session: Session, clock: Clock) -> None:
    of_day(date(2026, 11, 24))
    at(clock, 2030, 12, 31)
    assert (jobs.announce(""), jobs.expire("")) == (0, 0)
    assert session.query(PointNotice).count() == 0


def test_the_owner_sees_what_expires_next(app: Flask, session: Session, clock: Clock) -> None:
    of_day(date(2026, 11, 24))
    account = make.RESIDENT.id or 0
    with app.test_request_context():
        assert documents.expiring_of(session, account, date(2027, 11, 1), RULES) == {
            "points": 20, "day": date(2027, 11, 30),
        }  # fmt: skip
        assert documents.expiring_of(session, account, date(2027, 10, 1), RULES) is None
        assert documents.expiring_of(session, account, date(2027, 11, 1), []) is None
    assert "有效期" not in make.browser(app, make.RESIDENT).get("/points").get_data(as_text=True)
    at(clock, 2027, 11, 20)
    announce()
    inbox = make.browser(app, make.RESIDENT).get("/mine/messages").get_data(as_text=True)
    assert "20 分" in inbox
    work(SYSTEM, lambda w: personal.erase(w, account))
    assert session.query(PointNotice).count() == 0
