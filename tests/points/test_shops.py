"""Shops: entered by the town, also from a sheet; a clerk hands out in the own shop alone."""

import io
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.dumping.make import last_audit
from tests.points import make
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound
from wufei_public.infra.work import reading, work
from wufei_public.infra.workbooks import read_book, write_book
from wufei_public.people.rules.roles import Role
from wufei_public.points.actions import rewards, shops
from wufei_public.points.policy import may_hand_over, may_keep_shop
from wufei_public.points.queries import rewards as catalogue
from wufei_public.points.queries import shops as queries
from wufei_public.points.rules.shops import Entry, ShopFacts

OTHER_TOWN = "410307107"
OFFICER = Actor(ActorKind.STAFF, 301, "", (Grant(Role.TOWN_OFFICER, make.TOWN),))


@pytest.fixture
def town(session: Session) -> Session:
    make.places()
    for one in (make.RESIDENT, make.DISTRICT_OFFICER, make.CREW):
        make.account(one)
    return session


# ---- who may -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "here", "there", "office"),
    [
        (Actor(ActorKind.STAFF, 9, "", (Grant(Role.SHOP_CLERK, make.TOWN),)), True, False, False),
        (Actor(ActorKind.STAFF, 9, "", (Grant(Role.SHOP_CLERK, OTHER_TOWN),)), False, False, False),
        (Actor(ActorKind.STAFF, 9), False, False, False),
        (OFFICER, True, True, True),
        (replace(OFFICER, grants=(Grant(Role.TOWN_OFFICER, OTHER_TOWN),)), False, False, True),
        (replace(OFFICER, grants=(Grant(Role.AUDITOR),)), False, False, False),
    ],
)
def test_a_clerk_hands_out_in_the_own_shop_alone(
    actor: Actor, *, here: bool, there: bool, office: bool
) -> None:
    mine, theirs = (ShopFacts(make.VILLAGE, frozenset({one})) for one in (9, 8))
    asked = [may_hand_over(actor, shop).allowed for shop in (mine, theirs, None)]
    assert asked == [here, there, office]


def test_a_town_keeps_the_shops_of_its_own() -> None:
    asked = [may_keep_shop(OFFICER, one).allowed for one in (make.VILLAGE, OTHER_TOWN)]
    assert asked == [True, False]
    clerk = Actor(ActorKind.STAFF, 9, "", (Grant(Role.SHOP_CLERK, make.TOWN),))
    assert not may_keep_shop(clerk, make.VILLAGE).allowed


# ---- what it does ------------------------------------------------------------------


def test_a_code_of_another_shop_is_no_code(town: Session) -> None:
    mine, other = make.clerk(1), make.clerk(2)
    make.points(make.RESIDENT, 4)
    code = make.reward(shop=make.shop("村口便民店", mine), stock=2)
    make.shop("南街小卖部", other)
    made = make.redeemed(make.RESIDENT, code)
    with pytest.raises(NotFound) as refusal:
        work(other, lambda w: rewards.hand_over(w, code=made))
    with pytest.raises(NotFound) as unknown:
        work(other, lambda w: rewards.hand_over(w, code="0000000000"))
    assert (refusal.value.code, refusal.value.message) == (
        unknown.value.code,
        unknown.value.message,
    )
    assert work(mine, lambda w: rewards.hand_over(w, code=made)) == made
    row = catalogue.redemption(town, made)
    assert (row.state, row.shop_name) == ("handed", "村口便民店")


def test_what_waits_stays_where_it_was_redeemed(town: Session) -> None:
    mine = make.clerk(1)
    here, there = make.shop("村口便民店", mine), make.shop("南街小卖部")
    make.points(make.RESIDENT, 4)
    reward = make.reward(shop=here)
    made = make.redeemed(make.RESIDENT, reward)
    offer = rewards.Offer("一卷垃圾袋", 10, 5, shop=there)
    work(SYSTEM, lambda w: rewards.change_reward(w, code=reward, offer=offer))
    assert catalogue.redemption(town, made).shop_name == "村口便民店"
    assert work(mine, lambda w: rewards.hand_over(w, code=made)) == made


@pytest.mark.usefixtures("town")
def test_a_retired_shop_gives_only_what_waits() -> None:
    mine = make.clerk(1)
    here = make.shop("村口便民店", mine)
    make.points(make.RESIDENT, 4)
    reward = make.reward(shop=here)
    made = make.redeemed(make.RESIDENT, reward)
    work(make.DISTRICT_OFFICER, lambda w: shops.retire(w, code=here))
    with pytest.raises(Conflict):
        make.redeemed(make.RESIDENT, reward)
    with pytest.raises(Invalid):
        make.reward(shop=here)
    assert work(mine, lambda w: rewards.hand_over(w, code=made)) == made
    again = Entry(make.VILLAGE, "村口便民店")
    assert work(make.DISTRICT_OFFICER, lambda w: shops.enter(w, again)) == here


def test_whoever_left_the_shop_hands_nothing_out(town: Session) -> None:
    mine = make.clerk(1)
    here = make.shop("村口便民店", mine)
    make.points(make.RESIDENT, 2)
    made = make.redeemed(make.RESIDENT, make.reward(shop=here))
    account = mine.id or 0
    work(make.DISTRICT_OFFICER, lambda w: shops.remove_clerk(w, code=here, account=account))
    with pytest.raises(NotFound):
        work(mine, lambda w: rewards.hand_over(w, code=made))
    assert queries.shops_of(town, account) == []


@pytest.mark.usefixtures("town")
def test_a_shop_of_another_town_is_refused() -> None:
    with pytest.raises(NotAllowed):
        work(OFFICER, lambda w: shops.enter(w, Entry(f"{OTHER_TOWN}201", "南街小卖部")))
    with pytest.raises(Invalid) as refusal:
        work(OFFICER, lambda w: shops.enter(w, Entry(make.TOWN, "南街小卖部")))
    assert refusal.value.errors[0].pointer == "division"
    here, stranger = make.shop(), make.clerk(3, town=OTHER_TOWN)
    with pytest.raises(Invalid):
        work(OFFICER, lambda w: shops.add_clerk(w, code=here, clerk=stranger.name))


# ---- in requests -------------------------------------------------------------------


@pytest.fixture
def office(app: Flask, town: Session) -> FlaskClient:
    assert not queries.shops(town)
    return make.browser(app, make.DISTRICT_OFFICER)


def test_a_shop_is_opened_and_its_clerk_sees_it_alone(app: Flask, office: FlaskClient) -> None:
    mine, other = make.clerk(1), make.clerk(2)
    values = {"division": make.VILLAGE, "name": "村口便民店", "address": "", "hours": "8 点起"}
    page = office.post("/staff/points/shops", data=values).headers["Location"]
    choice = re.findall(r'<option value="(\w{10})">店员1', office.get(page).get_data(as_text=True))[
        0
    ]
    assert office.post(f"{page}/clerks", data={"clerk": choice}).status_code == 303
    make.points(make.RESIDENT, 2)
    made = make.redeemed(make.RESIDENT, make.reward(shop=page.rpartition("/")[2]))
    mine_phone, others = make.browser(app, mine), make.browser(app, other)
    counter = mine_phone.get("/staff/points/counter").get_data(as_text=True)
    assert "村口便民店：有 1 件等人来领。" in counter
    assert "村口便民店" not in others.get("/staff/points/counter").get_data(as_text=True)
    for path in ("/staff/points/counter", "/staff/points/counter/hand-over"):
        answer = others.post(path, data={"code": made})
        html = answer.get_data(as_text=True)
        assert (answer.status_code, "一卷垃圾袋" in html) == (422, False)
        assert "没有这个兑换码" in html
    assert mine_phone.get("/staff/points/shops").status_code == 403
    done = mine_phone.post("/staff/points/counter/hand-over", data={"code": made})
    assert "已核销" in done.get_data(as_text=True)
    assert office.post(f"{page}/clerks/{mine.id}/remove").status_code == 303
    assert office.post(f"{page}/retire").status_code == 303
    assert "停用了" in office.get("/staff/points/shops?town=" + make.TOWN).get_data(as_text=True)


def test_a_shop_is_called_otherwise_and_stays_the_same(office: FlaskClient) -> None:
    place = {"division": make.VILLAGE, "address": "", "hours": ""}
    page, other = (
        office.post("/staff/points/shops", data=place | {"name": name}).headers["Location"]
        for name in ("村口便民店", "村尾小卖部")
    )
    make.points(make.RESIDENT, 2)
    made = make.redeemed(make.RESIDENT, make.reward(shop=page.rpartition("/")[2]))
    assert office.post(f"{page}/name", data={"name": "惠民超市"}).status_code == 303
    html = office.get(page).get_data(as_text=True)
    assert ("惠民超市" in html, "村口便民店" in html) == (True, False)
    assert last_audit().action == "points:shop:rename"
    shown = office.post("/staff/points/counter", data={"code": made}).get_data(as_text=True)
    assert "惠民超市" in shown
    # The same name again is nothing, another's of the place is refused, also a retired one's.
    assert office.post(f"{page}/name", data={"name": "惠民超市"}).status_code == 303
    office.post(f"{other}/retire")
    for name in ("村尾小卖部", ""):
        answer = office.post(f"{page}/name", data={"name": name})
        assert (answer.status_code, 'id="e-name"' in answer.get_data(as_text=True)) == (422, True)
    code = page.rpartition("/")[2]
    stranger = replace(OFFICER, grants=(Grant(Role.TOWN_OFFICER, OTHER_TOWN),))
    with pytest.raises(NotAllowed):
        work(stranger, lambda w: shops.rename(w, code=code, name="甲"))


def _sheet(*rows: tuple[str, ...]) -> dict[str, tuple[io.BytesIO, str]]:
    book = write_book({"Sheet": [("村或社区", "店名", "店址", "开门时间"), *rows]})
    return {"sheet": (io.BytesIO(book), "shops.xlsx")}


def test_shops_come_from_a_sheet_whole_or_not_at_all(office: FlaskClient) -> None:
    good = (make.VILLAGE, "村口便民店", "村委会对面", "8 点起")
    bad = _sheet(good, ("没有这个村", "", "", ""))
    refused = office.post("/staff/points/shops/sheet", data=bad).get_data(as_text=True)
    assert re.findall(r'<td class="wf-num">(\d+)</td><td>(\S+?)</td><td>', refused) == [
        ("3", "村或社区"),
        ("3", "店名"),
    ]
    assert 'name="digest"' not in refused
    html = office.post("/staff/points/shops/sheet", data=_sheet(good)).get_data(as_text=True)
    digest = re.findall(r'name="digest" value="(\w+)"', html)[0]
    table = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)[0]
    form = {"digest": digest, "table": table}
    assert office.post("/staff/points/shops/sheet/write", data=form).status_code == 303
    assert [one.name for one in queries.shops(reading())] == ["村口便民店"]
    assert office.post("/staff/points/shops/sheet/write", data=form).status_code == 409
    taken = read_book(office.get("/staff/points/shops/shops.xlsx").get_data())
    assert taken["Sheet"][1][1:] == ["村口便民店", "村委会对面", "8 点起"]
