"""A cache is told to forget the old addresses of photos; without one nothing waits."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.dumping.actions import merging, showing, withdrawing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.documents.shown import photo_url
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import House, house, reading, work
from wufei_public.messages.gateway.cdn import Cdn
from wufei_public.messages.jobs import purge
from wufei_public.messages.rules import PAUSES, Undelivered

pytestmark = pytest.mark.usefixtures("town")
SITE = "https://wufei.example.gov.cn"


@dataclass
class Cache:
    """A service that takes calls, or answers `status` as long as it is in a mood to."""

    base: str = ""
    status: int = 200
    calls: list[tuple[str, str, str]] = field(default_factory=list)


@pytest.fixture
def cache() -> Iterator[Cache]:
    state = Cache()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            state.calls.append((self.path, self.headers["Authorization"] or "", body))
            self.send_response(state.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.base = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


@pytest.fixture
def behind(app: Flask, cache: Cache) -> Cache:
    """Put the cache in front of the site."""
    home: House = house()
    told = {"cdn_purge_url": f"{cache.base}/purge", "cdn_purge_token": "t0", "public_url": SITE}
    app.extensions["house"] = replace(home, settings=replace(home.settings, **told))
    return cache


@pytest.fixture
def case(town: None) -> Receipt:
    receipt = make.report(photo=[make.photo_token()])
    make.develop()
    return make.released(receipt)


def waiting() -> list[tuple[str, int]]:
    reading().expire_all()
    rows = select(OutboxRow.state, OutboxRow.tries).where(OutboxRow.channel == "cdn")
    return [(state, tries) for state, tries in reading().execute(rows)]


def withdraw(receipt: Receipt) -> None:
    make.do(make.RESIDENT, withdrawing.withdraw, receipt.code, secret=receipt.secret)


def withhold(receipt: Receipt) -> None:
    make.do(make.TOWN_OFFICER, showing.withhold, receipt.code, reason="personal")


def show_again(receipt: Receipt) -> None:
    make.released(receipt)


def merge(receipt: Receipt) -> None:
    other = make.released(make.report())
    make.do(make.TOWN_OFFICER, merging.merge, receipt.code, into=other.code)


@pytest.mark.parametrize("change", [withdraw, withhold, show_again, merge])
def test_what_ends_an_address_is_told_to_the_cache_in_one_tick(
    app: Flask,
    behind: Cache,
    client: FlaskClient,
    case: Receipt,
    change: Callable[[Receipt], None],
) -> None:
    """The greatest staleness: none at the source, one tick of the jobs at the cache."""
    (photo,) = make.photo_ids(case)
    report = make.case(case)
    with app.test_request_context():
        old = photo_url(report.release_token or "", photo, "thumb")
    number = report.public_code
    seen = client.get(old)
    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "no-cache")
    change(case)
    assert client.get(old).status_code == 404
    assert purge("") == 1
    (call,) = behind.calls
    assert call[:2] == ("/purge", "Bearer t0")
    urls = json.loads(call[2])["urls"]
    assert f"{SITE}{old}" in urls
    assert f"{SITE}{old.replace('thumb', 'large')}" in urls
    assert f"{SITE}/cases/{number}" in urls
    assert waiting() == [("sent", 1)]
    assert purge("") == 0


def test_without_a_cache_nothing_waits(case: Receipt) -> None:
    withhold(case)
    assert waiting() == []


def test_a_first_release_forgets_nothing(behind: Cache) -> None:
    make.released(make.report(photo=[make.photo_token()]))
    assert waiting() == []


def test_a_cache_that_is_down_is_told_again_with_growing_pauses(
    behind: Cache, case: Receipt, clock: Clock
) -> None:
    withhold(case)
    behind.status = 503
    for number, pause in enumerate(PAUSES[:2], start=1):
        assert purge("") == 1
        assert purge("") == 0
        assert waiting() == [("waiting", number)]
        clock.move(seconds=pause.total_seconds() + 1)
    behind.status = 200
    assert purge("") == 1
    assert waiting() == [("sent", 3)]
    assert len(behind.calls) == 3


def test_what_the_cache_refuses_waits_for_a_person(behind: Cache, case: Receipt) -> None:
    withhold(case)
    behind.status = 403
    purge("")
    assert waiting() == [("dead", 1)]
    row = reading().scalars(select(OutboxRow).where(OutboxRow.channel == "cdn")).one()
    assert row.error == "the cache answered 403"


def test_an_address_in_the_setting_makes_a_call_for_each(cache: Cache) -> None:
    Cdn(f"{cache.base}/purge?url={{address}}").forget([f"{SITE}/p/a/1/thumb", f"{SITE}/cases/是"])
    asked = [parse_qs(urlsplit(path).query)["url"] for path, _token, _body in cache.calls]
    assert asked == [[f"{SITE}/p/a/1/thumb"], [f"{SITE}/cases/是"]]
    assert {(token, body) for _path, token, body in cache.calls} == {("", "")}


def test_nobody_there_is_tried_again(cache: Cache) -> None:
    with pytest.raises(Undelivered) as failure:
        Cdn("http://127.0.0.1:9").forget([SITE])
    assert failure.value.again


def test_a_change_that_is_not_written_tells_no_cache(behind: Cache, case: Receipt) -> None:
    def do(w: Any) -> None:
        showing.withhold(w, code=case.code, reason="personal")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        work(make.TOWN_OFFICER, do)
    assert waiting() == []
