"""The ledger: sums, taking back, never below nothing, proof."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.points import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Conflict, NotFound, WrongState
from wufei_public.infra.work import work
from wufei_public.points.actions import ledger, personal
from wufei_public.points.queries import ledger as queries


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    make.account(make.RESIDENT)
    make.account(make.NEIGHBOUR)


def amounts(session: Session) -> list[tuple[str, int]]:
    return [(row.rule, row.amount) for row in queries.entries(session, make.RESIDENT.id or 0)]


def test_a_balance_is_the_sum_of_its_entries(session: Session) -> None:
    make.points(make.RESIDENT, 3)
    assert make.balance(make.RESIDENT) == 15
    assert amounts(session) == [("checkin", 5)] * 3
    assert make.balance(make.NEIGHBOUR) == 0


def test_the_same_thing_is_given_once() -> None:
    assert work(SYSTEM, lambda w: ledger.award(w, 201, "checkin", "a", make.DAY)) == 5
    assert work(SYSTEM, lambda w: ledger.award(w, 201, "checkin", "a", make.DAY)) == 0
    assert work(SYSTEM, lambda w: ledger.award(w, 201, "quiz", "a", make.DAY, times=3)) == 3
    assert make.balance(make.RESIDENT) == 8


def test_an_unknown_rule_gives_nothing(session: Session) -> None:
    assert work(SYSTEM, lambda w: ledger.award(w, 201, "nothing", "a", make.DAY)) == 0
    assert amounts(session) == []


def test_no_more_is_spent_than_there_is(session: Session) -> None:
    make.points(make.RESIDENT, 1)
    with pytest.raises(Conflict) as refusal:
        work(SYSTEM, lambda w: ledger.spend(w, 201, "redeem", "x", 6))
    assert (refusal.value.code, refusal.value.facts) == (
        "not_enough_points",
        {"need": 6, "have": 5},
    )
    work(SYSTEM, lambda w: ledger.spend(w, 201, "redeem", "x", 5))
    assert make.balance(make.RESIDENT) == 0
    assert amounts(session) == [("redeem", -5), ("checkin", 5)]


def test_the_database_itself_refuses_less_than_nothing(session: Session) -> None:
    make.points(make.RESIDENT, 1)
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE point_account SET balance = -1"))


def test_a_booking_is_taken_back_once_with_its_reason(session: Session) -> None:
    make.points(make.RESIDENT, 2)
    entry = queries.entries(session, 201)[0].id
    assert work(SYSTEM, lambda w: ledger.reverse(w, entry, "put in by mistake")) == 5
    with pytest.raises(WrongState):
        work(SYSTEM, lambda w: ledger.reverse(w, entry, "again"))
    taken = queries.entries(session, 201)[0]
    assert (taken.rule, taken.amount, taken.reason) == ("reverse", -5, "put in by mistake")
    with pytest.raises(NotFound):
        work(SYSTEM, lambda w: ledger.reverse(w, taken.id, "the taking back itself"))


def test_what_is_spent_is_not_taken_back(session: Session) -> None:
    make.points(make.RESIDENT, 1)
    entry = queries.entries(session, 201)[0].id
    work(SYSTEM, lambda w: ledger.spend(w, 201, "redeem", "x", 5))
    with pytest.raises(Conflict):
        work(SYSTEM, lambda w: ledger.reverse(w, entry, "too late"))
    assert make.balance(make.RESIDENT) == 0


def test_the_proof_finds_every_wrong_balance(session: Session) -> None:
    make.points(make.RESIDENT, 2)
    make.points(make.NEIGHBOUR, 1)
    assert work(SYSTEM, ledger.prove) == "every balance is the sum of its entries"
    session.execute(text("UPDATE point_account SET balance = 11 WHERE account = 201"))
    session.execute(text("DELETE FROM point_account WHERE account = 202"))
    session.commit()
    with pytest.raises(ledger.LedgerBroken) as broken:
        work(SYSTEM, ledger.prove)
    assert str(broken.value) == (
        "2 balances are not the sum of their entries: 201: 11 ≠ 10, 202: None ≠ 5"
    )


def test_two_accounts_become_one_with_all_their_points() -> None:
    make.points(make.RESIDENT, 2)
    make.points(make.NEIGHBOUR, 1)
    work(SYSTEM, lambda w: personal.absorb(w, 202, 201))
    assert (make.balance(make.RESIDENT), make.balance(make.NEIGHBOUR)) == (15, 0)
    assert work(SYSTEM, ledger.prove)


def test_an_ended_account_leaves_no_points(session: Session) -> None:
    make.points(make.RESIDENT, 2)
    work(SYSTEM, lambda w: personal.erase(w, 201))
    assert (make.balance(make.RESIDENT), amounts(session)) == (0, [])
    assert work(SYSTEM, ledger.prove)
