import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW, Clock
from tests.people import make
from wufei_public.common.actor import SYSTEM, ActorKind
from wufei_public.common.errors import Invalid, NotAllowed, TooMany
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import Work, house, work
from wufei_public.people.actions.sessions import Entered, Refused, settle
from wufei_public.people.models import Account, OneTimeCode, SessionRow
from wufei_public.people.queries.sealing import open_phone, read_phone_address
from wufei_public.people.rules.accounts import State

in_app = pytest.mark.usefixtures("app")


def code_of(outcome: Entered | Refused) -> str:
    assert isinstance(outcome, Refused)
    return outcome.error.code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


@in_app
def test_the_first_code_makes_the_account_and_the_second_finds_it(clock: Clock) -> None:
    first = make.resident()
    clock.move(minutes=2)
    second = make.resident()
    assert (first.account, first.account_code) == (second.account, second.account_code)
    assert first.token != second.token
    assert make.count(Account) == 1


@in_app
def test_who_signed_in_is_a_resident_without_roles(clock: Clock) -> None:
    facts = make.who(make.resident().token)
    assert facts is not None
    assert (facts.actor.kind, facts.actor.grants) == (ActorKind.RESIDENT, ())
    assert facts.until == clock.now + timedelta(days=365)


@in_app
def test_the_number_is_in_no_table_in_plain() -> None:
    make.resident()
    account = make.fresh().scalars(select(Account)).one()
    sent = make.fresh().scalars(select(OutboxRow)).one()
    assert account.phone_cipher is not None
    assert open_phone(house().keys, account.phone_cipher) == make.PHONE
    assert read_phone_address(house().keys, sent.recipient) == make.PHONE
    code = make.sent_codes()[0]
    everything = repr(
        [vars(account), vars(sent), *map(vars, make.fresh().scalars(select(OneTimeCode)))]
    )
    assert make.PHONE not in everything
    assert code not in everything.replace(account.code, "")


@in_app
def test_a_code_opens_once() -> None:
    code = make.ask()
    assert isinstance(make.try_code(code), Entered)
    assert code_of(make.try_code(code)) == "wrong_code"
    assert make.count(SessionRow) == 1


@in_app
def test_a_code_belongs_to_its_phone() -> None:
    code = make.ask()
    make.ask("13900000000")
    if code != make.sent_codes()[-1]:
        assert code_of(make.try_code(code, "13900000000")) == "wrong_code"
    assert isinstance(make.try_code(code), Entered)


@in_app
def test_the_right_code_after_five_wrong_ones_is_refused() -> None:
    code = make.ask()
    for _ in range(5):
        assert code_of(make.try_code(wrong(code))) == "wrong_code"
    assert code_of(make.try_code(code)) == "wrong_code"
    assert make.count(Account) == 0


@in_app
def test_the_right_code_after_four_wrong_ones_is_accepted() -> None:
    code = make.ask()
    for _ in range(4):
        make.try_code(wrong(code))
    assert isinstance(make.try_code(code), Entered)


@in_app
def test_a_code_is_over_after_ten_minutes(clock: Clock) -> None:
    code = make.ask()
    clock.move(minutes=10)
    assert code_of(make.try_code(code)) == "wrong_code"


@in_app
def test_a_new_code_replaces_the_old_one(clock: Clock) -> None:
    old = make.ask()
    clock.move(seconds=60)
    new = make.ask()
    if old != new:
        assert code_of(make.try_code(old)) == "wrong_code"
    assert isinstance(make.try_code(new), Entered)


@in_app
def test_a_second_code_within_a_minute_is_refused(clock: Clock) -> None:
    make.ask()
    clock.move(seconds=45)
    with pytest.raises(TooMany) as refused:
        make.ask()
    assert refused.value.retry_after == 15
    assert len(make.sent_codes()) == 1


@in_app
def test_ten_codes_a_day_until_midnight_in_the_district(clock: Clock) -> None:
    for _ in range(10):
        make.ask()
        clock.move(minutes=10)
    with pytest.raises(TooMany) as refused:
        make.ask()
    clock.move(seconds=refused.value.retry_after - 2)
    with pytest.raises(TooMany):
        make.ask()
    clock.move(seconds=2)
    make.ask()
    assert clock.now.astimezone(NOW.tzinfo).hour == 16  # 00:00 in the district
    assert len(make.sent_codes()) == 11


@in_app
def test_the_answers_for_a_known_and_an_unknown_phone_are_the_same(clock: Clock) -> None:
    make.resident()
    clock.move(minutes=5)
    answers = []
    for phone in (make.PHONE, "13900000000"):
        code = make.ask(phone)
        outcome = make.try_code(wrong(code), phone)
        assert isinstance(outcome, Refused)
        with pytest.raises(TooMany) as again:
            make.ask(phone)
        answers.append((outcome.error.code, outcome.error.message, again.value.retry_after))
    assert answers[0] == answers[1]


@in_app
def test_signing_in_again_ends_the_browsers_old_session(clock: Clock) -> None:
    old = make.resident()
    clock.move(minutes=2)
    new = settle(make.try_code(make.ask(), old_token=old.token))
    assert make.who(old.token) is None
    assert make.who(new.token) is not None


@in_app
def test_a_token_planted_beforehand_opens_nothing() -> None:
    planted = "A" * 43
    entered = settle(make.try_code(make.ask(), old_token=planted))
    assert entered.token != planted
    assert make.who(planted) is None


@in_app
def test_a_disabled_resident_is_told_only_after_the_code(clock: Clock) -> None:
    entered = make.resident()

    def disable(w: Work) -> None:
        account = w.session.get_one(Account, entered.account)
        account.state, account.disabled_at = State.DISABLED, w.now

    work(SYSTEM, disable)
    assert make.who(entered.token) is None
    clock.move(minutes=2)
    outcome = make.try_code(make.ask())
    assert isinstance(outcome, Refused)
    assert isinstance(outcome.error, NotAllowed)


@in_app
def test_what_is_no_phone_is_refused_before_anything_is_written() -> None:
    with pytest.raises(Invalid):
        make.ask("12345")
    assert make.count(OneTimeCode) == make.count(OutboxRow) == 0


@in_app
def test_sign_in_leaves_its_trace_without_the_number() -> None:
    entered = make.resident()
    assert make.audited(f"people/{entered.account_code}") == [
        "people:account:join",
        "people:session:begin",
    ]


def in_parallel(app: Flask, *calls: object) -> list[object]:
    answers: list[object] = []
    start = threading.Barrier(len(calls))

    def run(call: object) -> None:
        with app.app_context():
            start.wait()
            try:
                answers.append(call())  # type: ignore[operator]
            except TooMany as refused:
                answers.append(refused)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_threads_with_one_code_give_one_session(own_app: Flask) -> None:
    code = make.ask()
    answers = in_parallel(own_app, *[lambda: make.try_code(code)] * 8)
    assert sum(isinstance(answer, Entered) for answer in answers) == 1
    assert (make.count(Account), make.count(SessionRow)) == (1, 1)


def test_threads_that_guess_get_five_tries_together(own_app: Flask) -> None:
    code = make.ask()
    in_parallel(own_app, *[lambda: make.try_code(wrong(code))] * 12)
    assert make.count(OneTimeCode, OneTimeCode.tries == 5) == 1
    assert code_of(make.try_code(code)) == "wrong_code"


def test_threads_that_ask_at_once_get_one_message(own_app: Flask) -> None:
    answers = in_parallel(own_app, *[make.ask] * 8)
    assert sum(isinstance(answer, TooMany) for answer in answers) == 7
    assert len(make.sent_codes()) == 1
