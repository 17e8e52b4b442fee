"""Codes, secrets and PINs under attack: brute force stops early, and nobody else is kept out."""

import secrets
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.codes import new_code
from wufei_public.common.errors import NotFound, TooMany
from wufei_public.dumping.actions import knocking
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.rules.receipts import PIN_GUARD, WRONG_CODES
from wufei_public.infra.work import work

pytestmark = pytest.mark.usefixtures("town")

API = "/api/v1/dumping/reports"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def guess(receipt: Receipt, pin: str, address: str = HERE, actor: Actor = ANONYMOUS) -> str | None:
    return work(actor, lambda w: knocking.try_pin(w, code=receipt.code, pin=pin, address=address))


def wrong(receipt: Receipt, number: int = 1) -> str:
    return f"{(int(receipt.pin) + number) % 10**6:06d}"


def outcome(receipt: Receipt, pin: str, address: str = HERE) -> str:
    try:
        return "open" if guess(receipt, pin, address) else "wrong"
    except TooMany as refusal:
        return refusal.code


def network(number: int) -> str:
    """Return an address of the `number`-th /24."""
    return f"203.{number // 256}.{number % 256}.9"


def from_elsewhere(app: Flask, address: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


# ---- the PIN of one case ------------------------------------------------------------


def test_the_right_pin_forgets_the_wrong_ones_before_it() -> None:
    receipt = make.report()
    for _ in range(3):
        assert [outcome(receipt, wrong(receipt)) for _ in range(4)] == ["wrong"] * 4
        assert guess(receipt, receipt.pin) == receipt.secret


def test_five_wrong_pins_an_hour_and_ten_a_day_close_the_door(clock: Clock) -> None:
    receipt = make.report()
    for pin in ("", "一二三四五六", receipt.pin + "0", receipt.pin[:5], wrong(receipt)):
        assert outcome(receipt, pin) == "wrong"
    with pytest.raises(TooMany) as refusal:
        guess(receipt, receipt.pin)
    assert (refusal.value.retry_after, refusal.value.facts["minutes"]) == (3600, 60)
    clock.move(hours=1)
    found = Counter(outcome(receipt, wrong(receipt)) for _ in range(9))
    assert found == {"wrong": 5, "pin_locked": 4}
    clock.move(hours=1)
    assert outcome(receipt, receipt.pin) == "pin_locked"
    clock.move(days=1)
    assert outcome(receipt, receipt.pin) == "open"


def test_strangers_who_guess_do_not_keep_the_reporter_out() -> None:
    make.account(make.RESIDENT)
    receipt = make.report(make.RESIDENT)
    for number in range(120):
        for _ in range(6):
            outcome(receipt, wrong(receipt), network(number))
    assert outcome(receipt, receipt.pin, ELSEWHERE) == "open"
    # And with the account, from the very network that guessed.
    assert outcome(receipt, receipt.pin, network(0)) == "pin_locked"
    assert guess(receipt, receipt.pin, network(0), make.RESIDENT) == receipt.secret
    assert guess(receipt, wrong(receipt), network(0), make.RESIDENT) is None


def test_once_somebody_guesses_a_network_has_one_try_a_day() -> None:
    receipt = make.report()
    for number in range(PIN_GUARD.alarm.most // 5):
        assert [outcome(receipt, wrong(receipt), network(number)) for _ in range(5)] == [
            "wrong"
        ] * 5
    found = [outcome(receipt, wrong(receipt), f"203.0.113.{n}") for n in range(1, 200)]
    assert Counter(found) == {"wrong": 1, "pin_locked": 198}


@pytest.mark.parametrize("prefix", ["2001:db8:0:1:{:x}::1", "2001:db8:0:{:x}::1"])
def test_the_many_addresses_of_one_ipv6_owner_are_few(prefix: str) -> None:
    receipt = make.report()
    found = Counter(
        outcome(receipt, wrong(receipt), prefix.format(number)) for number in range(200)
    )
    assert found["wrong"] <= PIN_GUARD.alarm.most + 1


def test_a_thousand_networks_make_a_thousand_tries_at_a_case_in_a_day(clock: Clock) -> None:
    receipt = make.report()
    found = Counter(outcome(receipt, wrong(receipt), network(n)) for n in range(1100))
    assert found == {"wrong": PIN_GUARD.last.most, "pin_locked": 100}
    assert outcome(receipt, receipt.pin, ELSEWHERE) == "pin_locked"  # the link stays open
    clock.move(days=1)
    assert outcome(receipt, receipt.pin, ELSEWHERE) == "open"


# ---- many cases ---------------------------------------------------------------------


def test_spraying_over_many_cases_ends_with_the_budget_of_the_network() -> None:
    cases = [make.report() for _ in range(40)]
    found = Counter(outcome(receipt, wrong(receipt)) for receipt in cases)
    assert found == {"wrong": PIN_GUARD.network.most, "pin_locked": 10}
    assert outcome(cases[-1], cases[-1].pin, ELSEWHERE) == "open"


def test_spraying_from_many_networks_slows_the_whole_site_and_stops_nobody() -> None:
    cases = [make.report() for _ in range(30)]
    for number in range(12):
        for receipt in cases:
            outcome(receipt, wrong(receipt), network(number))
    fresh = make.report()
    near = [outcome(fresh, wrong(fresh), f"203.0.113.{n}") for n in range(1, 9)]
    assert Counter(near) == {"wrong": 1, "pin_locked": 7}
    assert outcome(fresh, fresh.pin, ELSEWHERE) == "open"


# ---- codes and secrets --------------------------------------------------------------


def made_up() -> str:
    return new_code(secrets.token_bytes)


def test_an_address_may_be_wrong_about_codes_thirty_times(app: Flask, clock: Clock) -> None:
    receipt = make.report()
    client = from_elsewhere(app, HERE)
    statuses = []
    for number in range(40):
        device = {"User-Agent": f"browser {number}"}
        statuses.append(client.get(f"{API}/{made_up()}/status", headers=device).status_code)
    assert Counter(statuses) == {404: WRONG_CODES[0].most, 429: 10}
    # No oracle is left: a code that is there is refused alike, here and on the page.
    for path in (f"{API}/{receipt.code}/status", f"/track?code={receipt.code}"):
        answer = client.get(path, headers={"User-Agent": "another"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert from_elsewhere(app, ELSEWHERE).get(f"{API}/{receipt.code}/status").status_code == 200
    # The holder of the link is asked for nothing else.
    own = f"/r/{receipt.code}/{receipt.secret}"
    assert client.get(own, headers={"User-Agent": "another"}).status_code == 200
    clock.move(hours=1)
    assert client.get(f"{API}/{receipt.code}/status").status_code == 200


def test_wrong_secrets_count_too_and_tell_no_code_in_the_end(app: Flask) -> None:
    receipt = make.report()
    client = from_elsewhere(app, HERE)

    def knock(number: int, code: str) -> int:
        device = {"User-Agent": f"browser {number}"}
        return client.get(f"/r/{code}/{'a' * 26}", headers=device).status_code

    assert [knock(number, receipt.code) for number in range(30)] == [403] * 30
    assert {knock(99, receipt.code), knock(99, made_up())} == {429}
    assert client.get(f"/r/{receipt.code}/{receipt.secret}").status_code == 200


def test_a_slip_of_the_finger_costs_nothing(app: Flask) -> None:
    client = from_elsewhere(app, HERE)
    for number in range(40):
        device = {"User-Agent": f"browser {number}"}
        slip = client.get(f"/track?code=00000-0000{number % 8 + 1}", headers=device)
        assert slip.status_code == 200
    assert client.get(f"{API}/{make.report().code}/status").status_code == 200


# ---- the two numbers of a case ------------------------------------------------------


def test_no_number_of_a_case_opens_the_others_door(client: FlaskClient) -> None:
    receipt = make.released(make.report())
    number = make.shown_as(receipt)
    assert number not in {receipt.code, ""}
    assert client.get(f"/cases/{receipt.code}").status_code == 404
    assert client.get(f"{API}/{receipt.code}").status_code == 404
    assert client.get(f"{API}/{number}/status").status_code == 404
    assert client.post(f"{API}/{number}/own", json={"pin": receipt.pin}).status_code == 404
    with pytest.raises(NotFound):
        guess(Receipt(number, "", "", None, None), receipt.pin)  # type: ignore[arg-type]
    # Who types the number of the public list is led to what the public may see.
    assert client.get(f"/track?code={number}").location == f"/cases/{number}"


def test_a_case_keeps_its_public_number_and_has_none_before_its_release() -> None:
    receipt = make.report()
    assert make.shown_as(receipt) == ""
    first = make.shown_as(make.released(receipt))
    assert make.shown_as(make.withheld(receipt)) == first
    assert make.shown_as(make.released(receipt)) == first
    assert make.shown_as(make.released(make.report())) != first


def test_officials_find_a_case_by_either_number(app: Flask) -> None:
    receipt = make.released(make.report())
    make.report()
    desk = make.browser(app, make.account(make.TOWN_OFFICER))
    for number in (receipt.code, make.shown_as(receipt)):
        found = desk.get(f"/api/v1/dumping/cases?words={number}").json or {}
        assert [line["code"] for line in found["cases"]] == [receipt.code]
