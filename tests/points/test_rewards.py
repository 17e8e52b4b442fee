"""Redeeming: stock and points go together and come back together; a code is good once."""

import secrets
import threading

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.points import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Conflict, DomainError, NotFound, WrongState
from wufei_public.infra.work import reading, work
from wufei_public.points import jobs
from wufei_public.points.actions import ledger, personal, rewards
from wufei_public.points.models import Redemption, Reward
from wufei_public.points.queries import ledger as books
from wufei_public.points.queries import rewards as queries


@pytest.fixture
def people(session: Session) -> None:
    make.account(make.RESIDENT)
    make.account(make.NEIGHBOUR)
    make.account(make.CREW)


def stock(code: str) -> int:
    reading().rollback()
    return int(reading().scalars(select(Reward.stock).where(Reward.code == code)).one())


def state(code: str) -> str:
    reading().rollback()
    return str(queries.redemption(reading(), code).state)


@pytest.mark.usefixtures("people")
def test_points_and_stock_go_together() -> None:
    make.points(make.RESIDENT, 3)
    code = make.reward(cost=10, stock=2)
    made = make.redeemed(make.RESIDENT, code)
    assert (make.balance(make.RESIDENT), stock(code), state(made)) == (5, 1, "waiting")


@pytest.mark.usefixtures("people")
def test_the_same_key_redeems_once() -> None:
    make.points(make.RESIDENT, 6)
    code = make.reward(cost=10)
    assert make.redeemed(make.RESIDENT, code, "k" * 24) == make.redeemed(
        make.RESIDENT, code, "k" * 24
    )
    assert make.balance(make.RESIDENT) == 20


@pytest.mark.usefixtures("people")
def test_too_few_points_leave_the_stock_alone() -> None:
    make.points(make.RESIDENT, 1)
    code = make.reward(cost=10, stock=2)
    with pytest.raises(Conflict):
        make.redeemed(make.RESIDENT, code)
    assert (stock(code), make.balance(make.RESIDENT)) == (2, 5)


@pytest.mark.usefixtures("people")
def test_the_last_one_goes_once() -> None:
    make.points(make.RESIDENT, 4)
    code = make.reward(cost=10, stock=1)
    make.redeemed(make.RESIDENT, code)
    with pytest.raises(Conflict) as refusal:
        make.redeemed(make.RESIDENT, code)
    assert refusal.value.code == "sold_out"
    assert make.balance(make.RESIDENT) == 10


@pytest.mark.usefixtures("people")
def test_what_is_out_of_the_catalogue_is_not_to_be_had() -> None:
    make.points(make.RESIDENT, 4)
    code = make.reward()
    offer = rewards.Offer("一卷垃圾袋", 10, 5, active=False)
    work(SYSTEM, lambda w: rewards.change_reward(w, code=code, offer=offer))
    with pytest.raises(Conflict):
        make.redeemed(make.RESIDENT, code)


@pytest.mark.usefixtures("people")
def test_a_code_is_handed_out_once() -> None:
    make.points(make.RESIDENT, 3)
    made = make.redeemed(make.RESIDENT, make.reward())
    work(make.CREW, lambda w: rewards.hand_over(w, code=made.lower()))
    with pytest.raises(WrongState):
        work(make.CREW, lambda w: rewards.hand_over(w, code=made))
    with pytest.raises(WrongState):
        work(make.RESIDENT, lambda w: rewards.cancel(w, code=made))
    assert (state(made), make.balance(make.RESIDENT)) == ("handed", 5)


@pytest.mark.usefixtures("people")
def test_a_cancelled_one_gives_everything_back() -> None:
    make.points(make.RESIDENT, 3)
    code = make.reward(stock=1)
    made = make.redeemed(make.RESIDENT, code)
    with pytest.raises(NotFound):
        work(make.NEIGHBOUR, lambda w: rewards.cancel(w, code=made))
    work(make.RESIDENT, lambda w: rewards.cancel(w, code=made))
    assert (state(made), make.balance(make.RESIDENT), stock(code)) == ("cancelled", 15, 1)
    with pytest.raises(WrongState):
        work(make.CREW, lambda w: rewards.hand_over(w, code=made))


@pytest.mark.usefixtures("people")
def test_what_nobody_fetches_goes_back_by_itself(clock: Clock) -> None:
    make.points(make.RESIDENT, 3)
    made = make.redeemed(make.RESIDENT, make.reward())
    clock.move(days=7)
    assert jobs.put_back("") == 0
    clock.move(seconds=1)
    with pytest.raises(WrongState):
        work(make.CREW, lambda w: rewards.hand_over(w, code=made))
    assert jobs.put_back("") == 1
    assert (state(made), make.balance(make.RESIDENT)) == ("cancelled", 15)


@pytest.mark.usefixtures("people")
def test_what_waits_when_two_accounts_become_one_comes_back_to_the_one() -> None:
    make.points(make.NEIGHBOUR, 3)
    code = make.reward(cost=10, stock=1)
    made = make.redeemed(make.NEIGHBOUR, code)
    work(SYSTEM, lambda w: personal.absorb(w, make.NEIGHBOUR.id or 0, make.RESIDENT.id or 0))
    assert make.balance(make.RESIDENT) == 5
    work(make.RESIDENT, lambda w: rewards.cancel(w, code=made))
    assert (make.balance(make.RESIDENT), make.balance(make.NEIGHBOUR), stock(code)) == (15, 0, 1)
    assert work(SYSTEM, ledger.prove)


@pytest.mark.usefixtures("people")
def test_one_that_cannot_go_back_holds_up_none_behind_it(clock: Clock) -> None:
    make.points(make.RESIDENT, 6)
    first, code = make.reward(stock=1), make.reward(stock=1)
    stuck, made = make.redeemed(make.RESIDENT, first), make.redeemed(make.RESIDENT, code)
    # A booking of nothing is impossible, so this one fails whatever is done.
    broken = update(Redemption).where(Redemption.code == stuck).values(cost=0)
    work(SYSTEM, lambda w: w.session.execute(broken))
    clock.move(days=8)
    with pytest.raises(jobs.NotPutBack, match=stuck):
        jobs.put_back("")
    assert (state(stuck), state(made)) == ("waiting", "cancelled")


@pytest.mark.usefixtures("people")
def test_what_an_ended_account_had_set_aside_goes_back_to_the_stock() -> None:
    make.points(make.RESIDENT, 3)
    code = make.reward(stock=1)
    made = make.redeemed(make.RESIDENT, code)
    work(SYSTEM, lambda w: personal.erase(w, make.RESIDENT.id or 0))
    assert (state(made), stock(code)) == ("cancelled", 1)


def many(app: Flask, number: int, do: object) -> list[str]:
    """Run `do` in many threads at once; return what came of each."""
    came: list[str] = []
    begin = threading.Barrier(number)

    def one(place: int) -> None:
        with app.app_context():
            begin.wait()
            try:
                came.append(str(do(place)))  # type: ignore[operator]
            except DomainError as error:
                came.append(error.code)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return came


def test_32_redemptions_at_once_spend_no_point_twice(own_app: Flask) -> None:
    make.account(make.RESIDENT)
    make.points(make.RESIDENT, 10)  # fifty points: five at ten
    code = make.reward(cost=10, stock=100)
    keys = [secrets.token_urlsafe(24) for _ in range(32)]
    came = many(own_app, 32, lambda n: make.redeemed(make.RESIDENT, code, keys[n]))
    assert came.count("not_enough_points") == 27
    assert (make.balance(make.RESIDENT), stock(code)) == (0, 95)
    assert work(SYSTEM, ledger.prove)
    assert sum(row.amount for row in books.entries(reading(), 201)) == 0


def test_32_residents_at_once_take_no_thing_twice(own_app: Flask) -> None:
    people = [make.account(make.resident(number)) for number in range(301, 333)]
    for one in people:
        make.points(one, 2)
    code = make.reward(cost=10, stock=7)
    came = many(own_app, 32, lambda n: make.redeemed(people[n], code))
    assert came.count("sold_out") == 25
    assert stock(code) == 0
    assert sorted(make.balance(one) for one in people) == [0] * 7 + [10] * 25


def test_of_32_clerks_at_once_one_hands_out(own_app: Flask) -> None:
    make.account(make.RESIDENT)
    make.account(make.CREW)
    make.points(make.RESIDENT, 2)
    made = make.redeemed(make.RESIDENT, make.reward())
    came = many(own_app, 32, lambda _n: work(make.CREW, lambda w: rewards.hand_over(w, code=made)))
    assert (came.count(made), came.count("redemption_over")) == (1, 31)
    assert reading().scalars(select(Redemption.settled_by)).one() == make.CREW.id
