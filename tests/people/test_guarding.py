"""Guessing at staff, and keeping staff out by guessing: neither works."""

import threading
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.people import make
from tests.people.entering import post
from tests.people.make import Person
from wufei_public.common.actor import ANONYMOUS, SYSTEM
from wufei_public.common.errors import TooMany
from wufei_public.infra.budgets import TallyRow
from wufei_public.infra.work import house, reading, work
from wufei_public.people.actions import staff
from wufei_public.people.actions.passwords import prove_password
from wufei_public.people.actions.sessions import Entered, Refused
from wufei_public.people.actions.setup import reset_totp
from wufei_public.people.queries.sealing import device_pass, read_pass, totp_secret
from wufei_public.people.rules.lockout import GUARD
from wufei_public.people.rules.roles import Role

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def admin(app: Flask, clock: Clock) -> Person:
    person = make.member("system", Role.SYSTEM_ADMIN)
    clock.move(minutes=1)
    return person


def network(number: int) -> str:
    """Return an address of the `number`-th /24."""
    return f"203.{number // 256}.{number % 256}.9"


def outcome(user_name: str, code: str = "", password: str = "", **more: object) -> str:
    """Return what a try came to; cheap, since the password is not hashed."""
    right = password == make.PASSWORD
    hashed = reading().scalar(make.password_of(user_name)) if right else None
    proof = staff.Proof(user_name, hashed, right=right)
    found = work(
        ANONYMOUS,
        lambda w: staff.sign_in_staff(w, proof=proof, code=code, device="", **more),  # type: ignore[arg-type]
    )
    return found.error.code if isinstance(found, Refused) else "in"


def attacked(user_name: str, networks: int) -> None:
    """Guess from each network until it is locked."""
    for number in range(networks):
        tries = (outcome(user_name, address=network(number)) for _ in range(6))
        assert "locked" in tries


@pytest.mark.parametrize("user_name", ["system", "nobody"])
def test_five_failures_an_hour_and_twenty_a_day_close_the_door_of_a_network(
    admin: Person, clock: Clock, user_name: str
) -> None:
    found: Counter[str] = Counter()
    for _ in range(8):
        found.update(outcome(user_name, address=HERE) for _ in range(7))
        clock.move(hours=1)
    assert found == {"sign_in_failed": 20, "locked": 36}


def test_a_locked_network_is_told_when_to_come_back(admin: Person, clock: Clock) -> None:
    for _ in range(5):
        make.try_staff("system", "", password="x", address=HERE)
    answer = make.try_staff("system", admin.totp(clock.now), address=HERE)
    assert isinstance(answer, Refused)
    assert isinstance(answer.error, TooMany)
    assert (answer.error.code, answer.error.retry_after) == ("locked", 59 * 60)
    assert answer.error.facts["minutes"] == 59


def test_a_sign_in_forgets_the_failures_before_it(admin: Person, clock: Clock) -> None:
    for _ in range(4):
        assert [outcome("system", address=HERE) for _ in range(4)] == ["sign_in_failed"] * 4
        clock.move(minutes=1)
        assert outcome("system", admin.totp(clock.now), make.PASSWORD, address=HERE) == "in"


def test_strangers_do_not_keep_an_administrator_out(admin: Person, clock: Clock) -> None:
    attacked("system", 15)
    right = admin.totp(clock.now)
    assert outcome("system", right, make.PASSWORD, address=network(0)) == "locked"
    assert outcome("system", right, make.PASSWORD, address=ELSEWHERE) == "in"


def test_a_known_device_enters_from_the_very_network_that_attacks(
    admin: Person, clock: Clock
) -> None:
    known = {admin.code: device_pass(house().keys, admin.code)}
    attacked("system", 120)
    right = admin.totp(clock.now)
    assert outcome("system", right, make.PASSWORD, address=ELSEWHERE) == "locked"
    assert outcome("system", right, make.PASSWORD, address=network(0), passes=known) == "in"


def test_all_networks_together_have_a_hundred_tries_at_a_name(admin: Person, clock: Clock) -> None:
    found = Counter(outcome("system", address=network(n)) for n in range(400))
    assert found == {"sign_in_failed": GUARD.last.most, "locked": 300}
    clock.move(days=1)
    assert outcome("system", admin.totp(clock.now), make.PASSWORD, address=ELSEWHERE) == "in"


def test_a_stolen_pass_guesses_no_faster_and_another_accounts_pass_is_none(
    admin: Person,
) -> None:
    keys, other = house().keys, make.member("li.si")
    stolen = {admin.code: device_pass(keys, admin.code)}
    found = Counter(outcome("system", address=network(n), passes=stolen) for n in range(20))
    assert found == {"sign_in_failed": 5, "locked": 15}
    assert read_pass(keys, admin.code, device_pass(keys, other.code)) == ""
    assert read_pass(keys, admin.code, "x.y") == read_pass(keys, admin.code, "") == ""


def test_spraying_over_many_names_ends_with_the_budget_of_the_network(admin: Person) -> None:
    found = Counter(outcome(f"name{n}", address=HERE) for n in range(100))
    assert found == {"sign_in_failed": GUARD.network.most, "locked": 40}


def test_a_new_set_up_opens_the_door(admin: Person, clock: Clock) -> None:
    attacked("system", 120)
    closed = outcome("system", admin.totp(clock.now), make.PASSWORD, address=ELSEWHERE)
    assert closed == "locked"
    token = work(SYSTEM, lambda w: reset_totp(w, code=admin.code))
    secret = totp_secret(house().keys, token)
    make.enrol_again(token, "system")
    clock.move(minutes=1)
    code = Person(0, "", "", secret).totp(clock.now)
    assert outcome("system", code, make.PASSWORD, address=ELSEWHERE) == "in"


def test_the_counts_hold_no_address_and_nothing_that_was_typed(app: Flask) -> None:
    outcome("my secret password", address=HERE)
    rows = make.fresh().query(TallyRow).all()
    assert rows
    assert {len(row.subject) for row in rows} == {32}
    assert not any(b"secret" in row.subject or HERE.encode() in row.subject for row in rows)


def test_a_browser_that_signed_in_is_known_the_next_time(
    app: Flask, client: FlaskClient, admin: Person, clock: Clock
) -> None:
    form = {"user_name": "system", "password": make.PASSWORD}
    entered = post(client, "/staff/sign-in", code=admin.totp(clock.now), **form)
    assert entered.status_code == 303
    cookie = client.get_cookie(f"wf_known_{admin.code}", path="/staff/sign-in")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")
    clock.move(minutes=1)
    attacked("system", 120)
    stranger = post(app.test_client(), "/staff/sign-in", code=admin.totp(clock.now), **form)
    assert stranger.status_code == 429
    again = post(client, "/staff/sign-in", code=admin.totp(clock.now), **form)
    assert again.status_code == 303


def test_threads_that_guess_at_once_are_locked_after_five(own_app: Flask) -> None:
    start = threading.Barrier(12)
    answers: list[str] = []

    def guess() -> None:
        with own_app.app_context():
            proof = prove_password(reading(), "nobody", "x")
            start.wait()
            answer: Entered | Refused = work(
                ANONYMOUS, lambda w: staff.sign_in_staff(w, proof=proof, code="", device="")
            )
            assert isinstance(answer, Refused)
            answers.append(answer.error.code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["locked"] * 7 + ["sign_in_failed"] * 5
