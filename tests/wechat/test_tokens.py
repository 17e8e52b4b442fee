"""One refresher for all processes: ahead of the end, never twice at once, whatever WeChat says."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.people import make
from tests.wechat.server import APP_ID, SECRET, TICKET, TOKEN, FakeWeChat
from tests.wechat.site import joined
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.work import house, work
from wufei_public.wechat import actions, gateway, queries
from wufei_public.wechat.jobs import refresh
from wufei_public.wechat.models import ServerToken
from wufei_public.wechat.rules import AHEAD, LEASE, Kind


def kept(kind: Kind = Kind.ACCESS) -> str | None:
    return queries.token(make.fresh(), house().keys, APP_ID, kind, house().clock())


def row(kind: Kind = Kind.ACCESS) -> ServerToken:
    return make.fresh().scalars(select(ServerToken).where(ServerToken.kind == kind)).one()


def refuse(value: str) -> None:
    work(SYSTEM, lambda w: actions.refuse(w, app_id=APP_ID, value=value))


def test_token_and_ticket_are_kept_sealed_and_renewed_ahead_of_their_end(
    weixin: FakeWeChat, clock: Clock
) -> None:
    assert refresh("") == 2
    first, ticket = kept(), kept(Kind.TICKET)
    assert (first is None, ticket) == (False, "ticket-1")
    assert first.encode() not in (row().sealed or b"")  # type: ignore[union-attr]
    assert refresh("") == 0  # they last
    clock.move(seconds=7200 - AHEAD.total_seconds() - 1)
    assert (refresh(""), kept()) == (0, first)
    clock.move(seconds=1)
    assert refresh("") == 2
    assert kept() not in {None, first}
    assert weixin.tokens[first or ""] > clock()  # whoever holds the old one may still use it
    assert weixin.seen == {TOKEN: 2, TICKET: 2}


def test_idling_is_two_reads_and_a_site_without_an_account_asks_nobody(
    app: Flask, weixin: FakeWeChat
) -> None:
    refresh("")
    make.fresh()
    with make.statements() as seen:
        refresh("")
    assert all(text.startswith("SELECT") for text in seen)
    home = app.extensions["house"]
    without = replace(home.settings, wechat_app_id="", wechat_secret="")
    app.extensions["house"] = replace(home, settings=without)
    asked = weixin.asked
    assert (refresh(""), weixin.asked) == (0, asked)


def test_many_processes_ask_once(own_app: Flask, server: FakeWeChat) -> None:
    joined(own_app, server)
    server.slow = 0.2
    start = threading.Barrier(4)

    def run() -> None:
        with own_app.app_context():
            start.wait()
            for _ in range(3):
                refresh("")

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refresh("")
    assert server.seen == {TOKEN: 1, TICKET: 1}


def test_whoever_dies_while_asking_is_followed_after_the_lease(
    weixin: FakeWeChat, clock: Clock
) -> None:
    late = work(SYSTEM, lambda w: actions.claim(w, app_id=APP_ID, kind=Kind.ACCESS))
    assert late is not None
    assert refresh("") == 0
    clock.move(seconds=LEASE.total_seconds())
    assert refresh("") == 2
    newest = kept()
    work(SYSTEM, lambda w: actions.fail(w, claim=late, why="too late", code=None))
    assert (row().error, kept()) == ("", newest)


@pytest.mark.parametrize("mood", ["broken", "garbled", "silent"])
def test_what_is_kept_works_on_while_wechat_is_ill(
    weixin: FakeWeChat, clock: Clock, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 0.3)
    refresh("")
    before = kept()
    clock.move(seconds=7200 - AHEAD.total_seconds())
    weixin.mood = mood
    assert (refresh(""), refresh("")) == (0, 0)
    assert (kept(), row().fails) == (before, 1)
    assert SECRET not in row().error
    weixin.mood = "well"
    clock.move(seconds=5)
    assert refresh("") == 2
    assert (row().fails, row().error, kept() != before) == (0, "", True)


@pytest.mark.parametrize(("code", "waits"), [(45009, 14 * 3600), (40164, 600), (45011, 60)])
def test_a_refusal_is_not_asked_again_before_it_can_help(
    weixin: FakeWeChat, clock: Clock, code: int, waits: int
) -> None:
    weixin.refusals[TOKEN] = [code]
    assert refresh("") == 0
    clock.move(seconds=waits - 1)
    assert (refresh(""), weixin.seen[TOKEN]) == (0, 1)
    assert queries.faults(make.fresh(), APP_ID) == [("access", f"errcode {code}")]
    clock.move(seconds=180)
    assert refresh("") == 2


@pytest.mark.parametrize("code", [40001, 42001])
def test_a_ticket_that_is_refused_for_its_token_gets_another_token(
    weixin: FakeWeChat, clock: Clock, code: int
) -> None:
    weixin.refusals[TICKET] = [code]
    assert refresh("") == 1
    assert kept() is None
    clock.move(seconds=5)
    assert refresh("") == 2  # WeChat gave the same again, so one was forced
    assert (weixin.forced, kept(Kind.TICKET)) == (1, "ticket-2")


def test_a_token_that_another_system_replaced_is_fetched_not_forced(
    weixin: FakeWeChat, clock: Clock
) -> None:
    refresh("")
    stale = kept() or ""
    weixin.tokens.clear()
    weixin.tokens["of another system"] = clock() + timedelta(hours=1)
    refuse(stale)
    assert kept() is None
    assert refresh("") == 1
    assert (kept(), weixin.forced) == ("of another system", 0)
    refuse(stale)  # a slow caller's word on the old one
    assert kept() == "of another system"


def test_a_token_is_not_forced_again_and_again(weixin: FakeWeChat, clock: Clock) -> None:
    refresh("")
    refuse(kept() or "")
    assert (refresh(""), weixin.forced) == (1, 1)
    for _ in range(20):
        refuse(kept() or "")
        clock.move(minutes=3)
        refresh("")
    assert (weixin.forced, kept()) == (1, None)
    clock.move(minutes=20)
    refresh("")
    assert weixin.forced == 2


def test_a_value_under_a_lost_key_is_none(weixin: FakeWeChat) -> None:
    refresh("")

    def spoil(w: object) -> None:
        w.session.scalars(select(ServerToken)).first().sealed = b"x" * 40  # type: ignore[attr-defined]

    work(SYSTEM, spoil)
    assert kept() is None or kept(Kind.TICKET) is None


@pytest.mark.parametrize(
    "answer",
    [{"access_token": "x"}, {"access_token": "", "expires_in": 7200}, {"expires_in": 7200},
     {"access_token": "x" * 513, "expires_in": 7200}, {"errcode": "1"},
     {"access_token": "x", "expires_in": -1}],
)  # fmt: skip
def test_what_is_no_token_is_not_kept(
    weixin: FakeWeChat, monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]
) -> None:
    monkeypatch.setattr(weixin, "answer", lambda *_of: answer)
    assert (refresh(""), kept()) == (0, None)


def test_the_doctor_names_what_wechat_refuses(own_app: Flask, server: FakeWeChat) -> None:
    joined(own_app, server).refusals[TOKEN] = [40164]
    refresh("")
    said = own_app.test_cli_runner().invoke(args=["doctor"]).output
    assert "bad   WUFEI_WECHAT_APP_ID: no access from WeChat: errcode 40164" in said
