"""积分 in requests: what a resident has and redeems, the counter, the catalogue."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping.make import last_audit
from tests.points import make

OFFER = {"name": "洗衣液", "cost": "20", "stock": "3", "active": "1"}


@pytest.fixture
def phone(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.RESIDENT))


@pytest.fixture
def clerk(app: Flask) -> FlaskClient:
    return make.browser(app, make.account(make.CREW))


def redeem(phone: FlaskClient, code: str, key: str = "k" * 24) -> str:
    answer = phone.post(f"/points/redeem/{code}", data={"client_key": key})
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_two_phones_at_the_counter(phone: FlaskClient, clerk: FlaskClient) -> None:
    make.points(make.RESIDENT, 3)
    page = redeem(phone, make.reward(cost=10))
    html = phone.get(page).get_data(as_text=True)
    shown = re.findall(r'translate="no">(\w{5}-\w{5})<', html)[0]
    assert "data:image/svg+xml" in html
    found = clerk.post("/staff/points/counter", data={"code": shown}).get_data(as_text=True)
    assert "一卷垃圾袋" in found
    code = re.findall(r'name="code" value="(\w{10})"', found)[0]
    assert clerk.get("/staff/points/counter", query_string={"code": code}).status_code == 200
    done = clerk.post("/staff/points/counter/hand-over", data={"code": code})
    assert "已核销" in done.get_data(as_text=True)
    again = clerk.post("/staff/points/counter/hand-over", data={"code": code})
    assert again.status_code == 409
    assert "已经用过" in again.get_data(as_text=True)
    assert "已经领了" in phone.get(page).get_data(as_text=True)


def test_a_wrong_code_is_said_at_its_field(clerk: FlaskClient) -> None:
    for code in ("0000000000", ""):
        answer = clerk.post("/staff/points/counter", data={"code": code})
        assert answer.status_code == 422
        assert 'id="e-code"' in answer.get_data(as_text=True)


def test_my_points_show_what_they_came_from(phone: FlaskClient) -> None:
    make.points(make.RESIDENT, 1)
    code = make.reward(cost=10)
    html = phone.get("/points").get_data(as_text=True)
    assert "您有 5 分" in html
    assert "还差 5 分" in html
    answer = phone.post(f"/points/redeem/{code}", data={"client_key": "k" * 24})
    assert answer.status_code == 409
    assert "积分不够：要 10 分，您有 5 分。" in answer.get_data(as_text=True)


def test_points_come_back(phone: FlaskClient) -> None:
    make.points(make.RESIDENT, 2)
    page = redeem(phone, make.reward(cost=10))
    assert phone.post(f"{page}/cancel").status_code == 303
    assert "您有 10 分" in phone.get("/points").get_data(as_text=True)


def test_a_neighbour_sees_no_code(app: Flask, phone: FlaskClient) -> None:
    make.points(make.RESIDENT, 2)
    page = redeem(phone, make.reward(cost=10))
    neighbour = make.browser(app, make.account(make.NEIGHBOUR))
    assert neighbour.get(page).status_code == 404
    assert neighbour.post(f"{page}/cancel").status_code == 404


def test_a_keeper_adds_and_changes(app: Flask, clerk: FlaskClient) -> None:
    keeper = make.browser(app, make.account(make.DISTRICT_OFFICER))
    assert keeper.post("/staff/points/rewards/new", data=OFFER).status_code == 303
    html = keeper.get("/staff/points/rewards").get_data(as_text=True)
    address = re.findall(r'href="(/staff/points/rewards/\w{10})"', html)[0]
    assert keeper.post(address, data=OFFER | {"stock": "9"}).status_code == 303
    assert 'value="9"' in keeper.get(address).get_data(as_text=True)
    bad = keeper.post(address, data=OFFER | {"cost": "0"})
    assert (bad.status_code, 'id="e-cost"' in bad.get_data(as_text=True)) == (422, True)
    assert clerk.get("/staff/points/rewards").status_code == 403
    assert clerk.post(address, data=OFFER).status_code == 403


def test_a_resident_hands_nothing_out(phone: FlaskClient) -> None:
    assert phone.get("/staff/points/counter").status_code == 403


def test_the_api_tells_and_redeems(phone: FlaskClient) -> None:
    make.points(make.RESIDENT, 2)
    code = make.reward(cost=10)
    body = {"reward": code, "client_key": "k" * 24}
    first = phone.post("/api/v1/points/redemptions", json=body)
    assert first.status_code == 201
    assert phone.post("/api/v1/points/redemptions", json=body).get_json() == first.get_json()
    mine = phone.get("/api/v1/points").get_json()
    assert mine["balance"] == 0
    assert [line["amount"] for line in mine["entries"]] == [-10, 5, 5]


def test_the_district_takes_a_booking_back_with_a_reason(app: Flask, phone: FlaskClient) -> None:
    make.points(make.RESIDENT, 2)
    number = re.findall(r"编号 (\d+)", phone.get("/points").get_data(as_text=True))[0]
    desk = make.browser(app, make.account(make.DISTRICT_OFFICER))
    page = "/staff/points/entries"
    assert "退回这笔积分" in desk.get(f"{page}?number={number}").get_data(as_text=True)
    assert desk.get(f"{page}?number=99999").status_code == 404
    assert desk.get(f"{page}?number=x").status_code == 404
    address = f"{page}/{number}/reverse"
    empty = desk.post(address, data={"reason": " "})
    assert (empty.status_code, 'id="e-reason"' in empty.get_data(as_text=True)) == (422, True)
    done = desk.post(address, data={"reason": "抽查时两种混在一起"})
    assert "退回过了" in desk.get(done.headers["Location"]).get_data(as_text=True)
    assert make.balance(make.RESIDENT) == 5
    assert "抽查时两种混在一起" in phone.get("/points").get_data(as_text=True)
    assert last_audit().action == "points:entry:reverse"
    assert desk.post(address, data={"reason": "再来一次"}).status_code == 409
    assert make.balance(make.RESIDENT) == 5


def test_only_what_was_earned_is_taken_back_and_only_by_the_district(
    app: Flask, phone: FlaskClient, clerk: FlaskClient
) -> None:
    make.points(make.RESIDENT, 3)
    make.redeemed(make.RESIDENT, make.reward(cost=10))
    spent, earned, *_rest = re.findall(r"编号 (\d+)", phone.get("/points").get_data(as_text=True))
    desk = make.browser(app, make.account(make.DISTRICT_OFFICER))
    reason = {"reason": "记错了"}
    assert desk.post(f"/staff/points/entries/{spent}/reverse", data=reason).status_code == 404
    assert clerk.get("/staff/points/entries").status_code == 403
    make.redeemed(make.RESIDENT, make.reward(cost=5))
    late = desk.post(f"/staff/points/entries/{earned}/reverse", data=reason)
    assert (late.status_code, "已经用掉了" in late.get_data(as_text=True)) == (409, True)
