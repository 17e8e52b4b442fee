"""What an English reader sees of places and departments: their English names, everywhere."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from tests.dumping import make
from tests.dumping.test_pages import text
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import COOKIE, ENGLISH
from wufei_public.infra.work import reading

pytestmark = pytest.mark.usefixtures("town")


def in_english(client: FlaskClient) -> FlaskClient:
    client.set_cookie(COOKIE, ENGLISH)
    return client


@pytest.fixture
def named() -> tuple[str, str]:
    """Return the town's name in Chinese and in English."""
    town = places.directory(reading()).places[make.TOWN]
    assert town.name != town.name_en
    return town.name, town.name_en


def test_public_pages_name_places_in_english(
    app: Flask, client: FlaskClient, named: tuple[str, str]
) -> None:
    code = make.shown_as(make.released(make.report()))
    for path in ("/report", "/cases", f"/cases/{code}"):
        assert named[0] in text(client.get(path)), path
    in_english(client)
    for path in ("/report", "/cases", f"/cases/{code}"):
        page = text(client.get(path))
        assert named[1] in page, path
        assert named[0] not in page, path


def test_the_desk_names_places_and_departments_in_english(
    app: Flask, named: tuple[str, str]
) -> None:
    desk = in_english(make.browser(app, make.account(make.TOWN_OFFICER)))
    page = text(desk.get(f"/staff/cases/{make.assigned().code}"))
    offices = places.departments(reading()).active
    assert [office.name for office in offices if office.name in page] == []
    assert [office.name_en for office in offices if escape(office.name_en) not in page] == []
    assert named[1] in page
    assert named[0] not in page


def test_a_deed_and_its_event_have_different_words(app: Flask) -> None:
    desk = in_english(make.browser(app, make.account(make.TOWN_OFFICER)))
    assert ">Accept</button>" in text(desk.get(f"/staff/cases/{make.report().code}"))
    assert "<b>Accepted</b>" in text(desk.get(f"/staff/cases/{make.accepted().code}"))


def test_the_code_that_is_a_key_is_not_called_public(client: FlaskClient) -> None:
    receipt = make.report()
    page = text(in_english(client).get(f"/r/{receipt.code}/{receipt.secret}"))
    assert "Tracking code" in page
    assert "Public code" not in page
    assert "Tracking code" in text(client.get("/track"))
