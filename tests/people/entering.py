"""Browsers in which somebody is signed in."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.people import make
from tests.people.make import Person
from wufei_public.infra.web.session import COOKIE
from wufei_public.people.rules.roles import Role

SAME = {"Sec-Fetch-Site": "same-origin", "User-Agent": make.DEVICE}


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    """Post a form; whoever signs in as a resident has said yes to the privacy text."""
    yes = {"consent": "true", "of_age": "true"} if path.startswith("/people/sign-in") else {}
    return client.post(path, data=yes | form, headers=SAME)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie(COOKIE)
    return found.value if found else ""


def enter(client: FlaskClient, person: Person, clock: Clock) -> TestResponse:
    clock.move(minutes=1)
    return post(
        client,
        "/staff/sign-in",
        user_name=person.user_name,
        password=make.PASSWORD,
        code=person.totp(clock.now),
    )


def signed_in(app: Flask, clock: Clock, user_name: str, *roles: Role) -> FlaskClient:
    client = app.test_client()
    assert enter(client, make.member(user_name, *roles), clock).status_code == 303
    return client
