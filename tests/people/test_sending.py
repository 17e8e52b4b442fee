"""One-time codes: so many per number, per network and for the whole site, exactly."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import NOW, Clock
from tests.people import make
from tests.people.entering import post
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day
from wufei_public.common.errors import TooMany
from wufei_public.infra.budgets import TallyRow, forget_old
from wufei_public.infra.work import House, work
from wufei_public.people.rules.sending import NUMBER_HOUR


def limited(app: Flask, **numbers: int) -> None:
    """Set limits of the site, for as long as the test's house stands."""
    house: House = app.extensions["house"]
    app.extensions["house"] = replace(house, settings=replace(house.settings, **numbers))


def phone(number: int) -> str:
    return f"139{number:08d}"


def asked(number: int, address: str = "192.0.2.1") -> str:
    try:
        make.ask(phone(number), address)
    except TooMany as refusal:
        return refusal.code
    return "sent"


def test_a_number_gets_six_an_hour(app: Flask, clock: Clock) -> None:
    for _ in range(NUMBER_HOUR):
        assert asked(1) == "sent"
        clock.move(minutes=2)
    assert asked(1) == "sms_number"
    assert asked(2) == "sent"
    clock.move(hours=1)
    assert asked(1) == "sent"


def test_a_network_gets_its_share_of_the_hour_and_of_the_day(app: Flask, clock: Clock) -> None:
    limited(app, sms_address_hour=3, sms_address_day=5)
    assert Counter(asked(n) for n in range(5)) == {"sent": 3, "sms_network": 2}
    assert asked(9, "198.51.100.7") == "sent"
    clock.move(hours=1)
    assert Counter(asked(n) for n in range(10, 15)) == {"sent": 2, "sms_network": 3}
    with pytest.raises(TooMany) as refusal:
        make.ask(phone(20))
    tomorrow = clock.move(seconds=refusal.value.retry_after)
    assert district_day(tomorrow) > district_day(NOW)
    assert asked(21) == "sent"


def test_a_network_of_ipv6_is_a_64_however_it_is_written(app: Flask) -> None:
    limited(app, sms_address_hour=2)
    addresses = ("2001:db8::1", "2001:DB8:0:0:ffff::2", "2001:db8::3", "2001:db8:0:1::1")
    assert [asked(n, address) for n, address in enumerate(addresses)] == [
        "sent", "sent", "sms_network", "sent",
    ]  # fmt: skip
    assert asked(7, "::ffff:203.0.113.5") == asked(8, "203.0.113.5") == "sent"
    assert asked(9, "203.0.113.5") == "sms_network"


def test_the_site_sends_no_more_than_it_may_cost(app: Flask, clock: Clock) -> None:
    limited(app, sms_site_hour=4, sms_site_day=6)
    addresses = [f"203.0.113.{n}" for n in range(8)]
    assert Counter(asked(n, address) for n, address in enumerate(addresses)) == {
        "sent": 4, "sms_site": 4,
    }  # fmt: skip
    clock.move(hours=1)
    found = Counter(asked(n, address) for n, address in enumerate(addresses, start=10))
    assert found == {"sent": 2, "sms_site": 6}
    assert len(make.sent_codes()) == 6


def test_what_was_refused_cost_nothing_of_any_budget(app: Flask, clock: Clock) -> None:
    limited(app, sms_site_hour=1, sms_address_hour=2)
    assert [asked(n) for n in range(5)] == ["sent", "sms_site", "sms_site", "sms_site", "sms_site"]
    limited(app, sms_site_hour=100)
    assert asked(6) == "sent"
    assert asked(7) == "sms_network"


def test_a_resident_who_is_refused_reads_when_to_come_back(app: Flask, client: FlaskClient) -> None:
    limited(app, sms_address_hour=1)
    post(client, "/people/sign-in", phone=make.PHONE)
    answer = post(client, "/people/sign-in", phone="13900000000")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert "请过 60 分钟再要" in answer.text


def test_counts_are_forgotten_when_their_span_is_over(app: Flask, clock: Clock) -> None:
    asked(1)
    spans = make.fresh().scalars(select(TallyRow.until)).all()
    assert len(spans) == 5
    assert max(spans) - NOW <= (clock.move(days=1) - NOW)
    assert work(SYSTEM, forget_old) == 5
    assert make.count(TallyRow) == 0


@pytest.mark.parametrize("kind", ["network", "site"])
def test_threads_at_once_get_exactly_what_is_left(own_app: Flask, kind: str) -> None:
    limited(own_app, **{"sms_address_hour" if kind == "network" else "sms_site_hour": 5})
    start, found = threading.Barrier(16), list[str]()

    def ask(number: int) -> None:
        address = "192.0.2.1" if kind == "network" else f"192.0.2.{number}"
        with own_app.app_context():
            start.wait()
            found.append(asked(number, address))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(found) == {"sent": 5, f"sms_{kind}": 11}
    assert len(make.sent_codes()) == 5
