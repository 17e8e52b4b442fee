"""CSRF, limits, paging, own addresses, the one error shape."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import ValidationError

from wufei_public.common.errors import Invalid
from wufei_public.config import Mode, Settings
from wufei_public.infra.web.addresses import own_address
from wufei_public.infra.web.errors import as_invalid, placed
from wufei_public.infra.web.paging import pack, unpack
from wufei_public.infra.web.view import View


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://localhost/mine"}, 303),
        ({"Referer": "http://localhost.evil.example/"}, 403),
        ({}, 403),
    ],
)
def test_a_post_with_our_cookie_must_come_from_our_page(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    client.set_cookie("wf_session", "anything")
    answer = client.post("/mode", data={"mode": "care"}, headers=headers)
    assert answer.status_code == status


def test_a_post_without_a_cookie_needs_no_origin(client: FlaskClient) -> None:
    assert client.post("/mode", data={"mode": "care"}).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/mine?x=1", "/mine?x=1"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_only_own_addresses_are_returned_to(app: Flask, wanted: str, given: str) -> None:
    with app.test_request_context():
        assert own_address(wanted, "/") == given


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    for path in ("/healthz", "/nowhere", "/api/v1/nowhere"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert len(headers["X-Request-Id"]) == 16


def test_a_fault_under_api_is_problem_details(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json() == {
        "type": "about:blank",
        "title": "没有找到",
        "status": 404,
        "detail": "没有这个页面，或者它已经撤下。",
        "code": "http_404",
        "request_id": answer.headers["X-Request-Id"],
    }


def test_a_fault_elsewhere_is_a_page_with_the_request_id(client: FlaskClient) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"
    assert "没有这个页面" in answer.get_data(as_text=True)


def test_a_position_is_read_back_and_a_made_up_one_refused() -> None:
    assert unpack(pack("2026-11-24", "17"), 2) == ("2026-11-24", "17")
    for bad in ("", "%%%", "abc", pack("one")):
        with pytest.raises(Invalid):
            unpack(bad, 2)


def test_healthz_answers_without_a_database(client: FlaskClient) -> None:
    assert client.get("/healthz").get_data(as_text=True) == "ok\n"


def test_readyz_names_what_is_missing(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json() == {"ready": False, "database": True, "store": True, "jobs": False}


@pytest.mark.parametrize(
    ("mode", "base", "plain"),
    [
        (Mode.TRIAL, "http://wufei.example", True),
        (Mode.TRIAL, "https://wufei.example", False),
        (Mode.TRIAL, "http://127.0.0.1:8000", False),
        # Behind a proxy that does not say so the reader has come over https all the same.
        (Mode.PRODUCTION, "http://wufei.example", False),
    ],
)
def test_who_reads_over_plain_http_is_told_so_in_a_trial(
    app: Flask,
    mode: Mode,
    base: str,
    plain: bool,
) -> None:
    with app.test_request_context(base_url=base):
        view = View(Settings(mode=mode), lambda _actor: (), lambda: None)  # type: ignore[arg-type,return-value]
        assert view.plain_http is plain


@pytest.mark.parametrize(
    ("messages", "query", "place"),
    [
        ({"client_key": ["x"]}, False, {"pointer": "#/client_key"}),
        ({"photo": {0: ["x"]}}, False, {"pointer": "#/photo/0"}),
        ({"a~b": ["x"]}, False, {"pointer": "#/a~0b"}),
        ({"a/b": ["x"]}, False, {"pointer": "#/a~1b"}),
        ({"村": ["x"]}, False, {"pointer": "#/%E6%9D%91"}),
        (["x"], False, {"pointer": "#"}),
        ({"town": ["x"]}, True, {"parameter": "town"}),
    ],
)
def test_a_fault_is_pointed_at_where_it_is(
    messages: dict[str, Any] | list[str],
    query: bool,
    place: dict[str, str],
) -> None:
    (fault,) = as_invalid(ValidationError(messages), query=query).errors
    assert placed(fault.pointer) == place
