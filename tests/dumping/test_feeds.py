"""Feeds of released cases: of a town, of an area, and how a reader learns of a change."""

from typing import Any

import pytest
import xmltodict
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.dumping.actions import officer

pytestmark = pytest.mark.usefixtures("town")

ELSEWHERE = "410307106202"


def feed(client: FlaskClient, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/cases.atom?{query}")
    assert answer.mimetype == "application/atom+xml"
    found: dict[str, Any] = xmltodict.parse(answer.text, force_list=("entry",))["feed"]
    return found


def ids(client: FlaskClient, query: str) -> list[str]:
    return [entry["id"] for entry in feed(client, query).get("entry", [])]


def test_an_entry_tells_what_was_released_and_how_it_stands(client: FlaskClient) -> None:
    receipt = make.released(make.closed(), public_words="三车碎砖 <b>", public_spot="村口")
    make.accepted()
    found = feed(client, f"area={make.VILLAGE}")
    address = f"http://localhost/cases/{make.shown_as(receipt)}"
    assert found["title"] == "随手拍案件 · 化寨村"
    assert found["id"] == f"http://localhost/cases.atom?area={make.VILLAGE}"
    assert found["entry"] == [
        {
            "title": "建筑装修垃圾 · 缑氏镇 化寨村 村口",
            "id": address,
            "link": {"@href": address},
            "updated": "2026-11-24T02:00:00+00:00",
            "summary": "已办结: 已经清走。 三车碎砖 <b>",
        }
    ]
    assert receipt.code not in client.get("/cases.atom").text


def test_feeds_are_of_a_town_an_area_a_kind(client: FlaskClient) -> None:
    here = make.released(make.accepted())
    there = make.released(make.accepted(division=ELSEWHERE, kind="house"))
    first, second = (f"http://localhost/cases/{make.shown_as(one)}" for one in (here, there))
    assert ids(client, f"town={make.TOWN}") == [second, first]
    assert ids(client, f"town={make.OTHER_TOWN}") == []
    assert ids(client, f"area={ELSEWHERE}") == [second]
    assert ids(client, "kind=construction") == [first]
    # The list under which it stands agrees, and leads to it.
    page = client.get(f"/cases?town={make.TOWN}&area={ELSEWHERE}").text
    assert f"/cases.atom?town={make.TOWN}&amp;area={ELSEWHERE}" in page
    assert (make.shown_as(there) in page, make.shown_as(here) in page) == (True, False)


def test_the_village_of_another_town_is_forgotten(client: FlaskClient) -> None:
    here = make.released(make.accepted())
    address = f"http://localhost/cases/{make.shown_as(here)}"
    assert ids(client, f"town={make.TOWN}&area={make.OTHER_TOWN}201") == [address]


def test_a_case_that_moves_is_new_again_and_one_withheld_is_gone(
    client: FlaskClient, clock: Clock
) -> None:
    receipt = make.released(make.accepted())
    clock.move(hours=1)
    make.do(make.TOWN_OFFICER, officer.assign, receipt.code, department=make.DEPARTMENT)
    assert feed(client)["entry"][0]["updated"] == "2026-11-24T03:00:00+00:00"
    make.withheld(receipt)
    assert feed(client)["updated"] == "1970-01-01T00:00:00+00:00"
