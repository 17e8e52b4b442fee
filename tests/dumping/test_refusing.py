"""A refusal says on what it rests and where to turn instead, for each ground its own."""

import pytest
from flask.testing import FlaskClient

from tests.dumping import make
from tests.dumping.test_pages import text
from wufei_public.dumping.actions import officer
from wufei_public.dumping.rules.refusing import DOOR_WORDS, GROUNDS
from wufei_public.dumping.rules.states import RefuseGround


def test_every_ground_has_a_regulation_and_a_door() -> None:
    assert set(GROUNDS) == set(RefuseGround)
    assert all(ground.source and ground.doors for ground in GROUNDS.values())
    assert {door for ground in GROUNDS.values() for door in ground.doors} == set(DOOR_WORDS)


@pytest.mark.parametrize(
    ("ground", "door"),
    [
        ("not_waste", "别的环境污染问题，请打 12369。"),
        ("not_waste", "不是环境方面的事，请打 12345。"),
        ("in_court", "请找正在办的法院、复议机关或信访部门。"),
        ("answered", "申请复查，怎么办请问 12345。"),
        ("not_here", "请打事发地的 12345 或 12369。"),
        ("not_found", "请带照片和位置再举报一次。"),
    ],
)
def test_the_own_and_the_public_page_say_where_to_turn(
    town: None, client: FlaskClient, ground: str, door: str
) -> None:
    receipt = make.released(make.report())
    make.do(make.TOWN_OFFICER, officer.refuse, receipt.code, ground=ground, text="说明。")
    number = make.shown_as(receipt)
    for page in (f"/r/{receipt.code}/{receipt.secret}", f"/cases/{number}"):
        found = text(client.get(page))
        assert door in found
        assert GROUNDS[RefuseGround(ground)].source in found
        assert ("不是环境方面的事" in found) == (ground == "not_waste")
    body = client.get(f"/api/v1/dumping/reports/{number}").json or {}
    assert any(door in words for words in body["refusal"]["doors"])
