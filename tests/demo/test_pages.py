"""The site looks lived in: the pages that people open first, on the filled year."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.dumping.models.reports import Report
from wufei_public.infra.db import db
from wufei_public.people.queries.accounts import one_of_each
from wufei_public.people.rules.roles import Role
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.rules.states import State

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(demo: Flask) -> FlaskClient:
    return demo.test_client()


def become(client: FlaskClient, role: Role | None) -> str:
    """Enter as one of that role; return the account's code."""
    with Session(db.engine) as session:
        code = next(code for code, _, held in one_of_each(session) if held == role)
    done = client.post("/people/demo", data={"code": code}, headers=SAME)
    assert done.status_code == 303
    return code


def released() -> str:
    with Session(db.engine) as session:
        return (
            session.scalars(
                select(Report.public_code).where(
                    Report.state == "closed", Report.cover_id.is_not(None), Report.proof == "photo"
                )
            ).first()
            or ""
        )


def test_everybody_is_offered_once(client: FlaskClient) -> None:
    page = client.get("/people/demo").text
    assert page.count('name="code"') == 1 + len(Role)


def test_the_public_sees_cases_with_photos(client: FlaskClient) -> None:
    page = client.get("/cases")
    assert page.status_code == 200
    assert page.text.count('href="/cases/') >= 20
    assert client.get("/").status_code == 200


def test_a_closed_case_shows_before_and_after(client: FlaskClient) -> None:
    case = client.get(f"/cases/{released()}").text
    thumbs = set(re.findall(r"/p/[^\"]+/thumb", case))
    assert len(thumbs) >= 2
    for address in thumbs:
        assert client.get(address).mimetype == "image/webp"


@pytest.mark.parametrize(
    "role", [Role.TOWN_OFFICER, Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER, Role.CREW_MEMBER]
)
def test_staff_find_work(client: FlaskClient, role: Role) -> None:
    become(client, role)
    assert client.get("/staff").status_code == 200
    queue = client.get("/staff/cases")
    assert queue.status_code == 200
    if role is Role.DISTRICT_OFFICER:
        assert queue.text.count('href="/staff/cases/') >= 10
        code = queue.text.split('href="/staff/cases/', 1)[1].split('"')[0]
        assert client.get(f"/staff/cases/{code}").status_code == 200


def test_a_resident_finds_own_reports(client: FlaskClient) -> None:
    become(client, None)
    page = client.get("/mine")
    assert page.status_code == 200


def test_the_list_has_both_kinds_and_a_resident_has_notices(client: FlaskClient) -> None:
    page = client.get("/redblack").text
    assert page.count('href="/redblack/') >= 6
    assert client.get("/api/v1/redblack/snapshots").json["snapshots"][0]["number"] >= 8
    assert client.get("/credit").text.count('href="/credit/') >= 5
    become(client, None)
    assert client.get("/mine/listings").text.count('href="/mine/listings/') >= 4


def test_entries_stand_in_every_state(demo: Flask) -> None:
    with Session(db.engine) as session:
        assert set(session.scalars(select(Listing.state))) == set(State)
