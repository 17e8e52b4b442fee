"""Every answer carries the headers that keep browsers from harm: pages, JSON, files, refusals."""

import pytest
from flask.testing import FlaskClient

PATHS = ("/", "/report", "/api/v1/divisions", "/nowhere", "/api/v1/nowhere", "/healthz", "/staff")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_browsers_from_harm(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"} <= set(policy)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_says_its_type_and_its_letters(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    kind = answer.headers["Content-Type"]
    assert "charset=utf-8" in kind or kind in {"application/json", "application/problem+json"}


@pytest.mark.parametrize("path", ["/", "/api/v1/divisions"])
def test_no_request_is_traced(client: FlaskClient, path: str) -> None:
    answer = client.open(path, method="TRACE", headers={"X-Secret": "abc"})
    assert (answer.status_code, "abc" in answer.text) == (405, False)
