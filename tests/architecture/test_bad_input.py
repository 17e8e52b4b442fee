"""No text that anybody can send makes the server fail: every route, every place of the request."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from tests.architecture.addresses import filled
from tests.conftest import Browser
from tests.dumping import make
from tests.servers import POSTGRESQL
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.infra.web.access import PUBLIC, access_of, permits
from wufei_public.infra.web.api import ApiBlueprint
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import Role

# NUL, halves of surrogate pairs, much, and what looks like a number.
BAD = ("\x00", "a\x00b", "\ud800", "\udfff\ud800", "x" * 1_000_000, "9" * 400, "", " ", "%s{}'\"\\")
IN_ADDRESS = ("%00", "a%00b", "%ED%A0%80", "x" * 20_000, "9" * 400, "%20", "%25s'%22")
# PostgreSQL differs in what its text takes; lengths and signs meet the same code as on SQLite.
ADDRESSED = IN_ADDRESS[:3] if POSTGRESQL else IN_ADDRESS
DISTRICT_ADMIN = Actor(
    ActorKind.STAFF, 301, "区级", (Grant(Role.DISTRICT_OFFICER, division=make.DISTRICT),)
)
SYSTEM = Actor(ActorKind.STAFF, 302, "系统", (Grant(Role.SYSTEM_ADMIN),))
SECURITY = Actor(ActorKind.STAFF, 303, "安全", (Grant(Role.SECURITY_ADMIN),))
AUDITOR = Actor(ActorKind.STAFF, 304, "审计", (Grant(Role.AUDITOR),))
WHO = (None, make.RESIDENT, DISTRICT_ADMIN, SYSTEM, SECURITY, AUDITOR)
# Sends its reader away, so that the next call would be a guest's; or says 503 without jobs.
NOT_ASKED = {
    "/people/sign-out",
    "/staff/sign-out",
    "/mine/data/withdraw",
    "/mine/data/erase",
    "/readyz",
}


def whose(app: Flask, who: Actor | None) -> FlaskClient:
    client = app.test_client() if who is None else make.browser(app, make.account(who))
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def routes(app: Flask, who: Actor | None) -> Iterator[tuple[Rule, str]]:
    """Yield what `who` may call; what is open to all is the guest's."""
    for rule in app.url_map.iter_rules():
        permission = access_of(app, rule.endpoint) or ""
        public = permission == PUBLIC
        mine = public if who is None else not public and permits(PERMISSIONS, permission, who)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if mine and rule.rule not in NOT_ASKED:
                yield rule, method


def bodies_of(app: Flask) -> Mapping[str, Schema]:
    """Return the shape of the JSON that an endpoint takes."""
    blueprints = [one for one in app.blueprints.values() if isinstance(one, ApiBlueprint)]
    operations = [operation for one in blueprints for operation in one.operations]
    return {one.endpoint: one.body for one in operations if one.body is not None}


@pytest.fixture
def patient(own_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Return the application with no limit of floods reached, and its places loaded.

    With a database of its own: a snapshot can not be taken within a test's transaction.
    """
    own_app.test_client_class = Browser
    make.places()
    limiter = own_app.extensions["limiter"]
    monkeypatch.setattr(limiter, "hit", lambda *_a, **_k: True)
    return own_app


@pytest.mark.parametrize("who", WHO, ids=lambda who: who.name if who else "guest")
def test_no_address_makes_the_server_fail(patient: Flask, who: Actor | None) -> None:
    client, failed = whose(patient, who), []
    for rule, method in routes(patient, who):
        if not rule.arguments:
            continue
        for value in ADDRESSED:
            status = client.open(filled(rule, value), method=method).status_code
            if status >= 500:
                failed.append((rule.rule, value[:8], status))
    assert failed == []


ARGUMENTS = (
    "code", "q", "after", "next", "who", "target", "action", "since", "town", "kind", "state",
    "phase", "days", "due", "words", "lat", "lon", "accuracy", "datum", "done", "ready",
)  # fmt: skip


@pytest.mark.parametrize("who", WHO, ids=lambda who: who.name if who else "guest")
def test_no_argument_makes_the_server_fail(patient: Flask, who: Actor | None) -> None:
    client, failed = whose(patient, who), []
    for rule, method in routes(patient, who):
        if method != "GET" or rule.arguments:
            continue
        for value in ADDRESSED:
            query = "&".join(f"{name}={value}" for name in ARGUMENTS)
            single = [f"{name}={value}" for name in ("code", "q", "after", "words", "target")]
            for asked in (query, *(single if value == "%00" else ())):
                status = client.open(f"{rule.rule}?{asked}").status_code
                if status >= 500:
                    failed.append((rule.rule, asked[:30], status))
    assert failed == []


FIELDS = (
    "code", "pin", "phone", "user_name", "password", "again", "next", "consent", "kind",
    "division", "spot", "words", "photo", "client_key", "text", "secret", "role", "department",
    "display_name", "reason", "version", "ground", "crew", "public_words", "lat", "lon", "datum",
    "mode", "theme", "language", "sure", "held", "state", "proof",
)  # fmt: skip


@pytest.mark.parametrize("who", WHO, ids=lambda who: who.name if who else "guest")
def test_no_form_makes_the_server_fail(patient: Flask, who: Actor | None) -> None:
    client, failed = whose(patient, who), []
    case = make.report()
    for rule, method in routes(patient, who):
        if method != "POST" or rule.rule.startswith("/api/"):
            continue
        url = filled(rule, case.code)
        for value in ("a\x00b", "9" * 400):
            form = dict.fromkeys(FIELDS, value)
            status = client.post(url, data=form).status_code
            if status >= 500:
                failed.append((rule.rule, value[:8], status))
        status = client.post(url, data={"words": "x" * 1_100_000, "code": "x"}).status_code
        if status >= 500:
            failed.append((rule.rule, "a megabyte", status))
    assert failed == []


@pytest.mark.parametrize("who", WHO, ids=lambda who: who.name if who else "guest")
def test_no_json_makes_the_server_fail(patient: Flask, who: Actor | None) -> None:
    client, failed = whose(patient, who), []
    case = make.report()
    for rule, method in routes(patient, who):
        shape = bodies_of(patient).get(rule.endpoint)
        if shape is None:
            continue
        for body in bodies(shape.fields):
            status = client.open(
                filled(rule, case.code),
                method=method,
                data=json.dumps(body),
                content_type="application/json",
            ).status_code
            if status >= 500:
                failed.append((rule.rule, str(body)[:60], status))
    assert failed == []


def bodies(known: Mapping[str, Any]) -> Iterator[Any]:
    """Yield objects with one bad value everywhere, and at each field alone."""
    yield from ([], "x", 1, None, {"\x00": "\ud800"})
    for value in (*BAD, 10**30, -1, [], {}, [None], ["\x00", "\ud800"], True, 1e308):
        yield dict.fromkeys(known, value)
    good: dict[str, Any] = {"text": "好的。", "client_key": "k" * 24, "kind": "build"}
    for name, field in known.items():
        for value in ("\x00", "\ud800", 10**30):
            shown = [value] if isinstance(field, fields.List) else value
            yield {key: good[key] for key in good if key in known} | {name: shown}
