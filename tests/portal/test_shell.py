"""What features offer: which hero and tab win, which doors and tasks a page shows."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping import make
from wufei_public.infra.web.shell import Card, Door, Offer, init_shell
from wufei_public.infra.web.view import Tab

HERO = "dumping/_hero.html"
WAITS = (
    Door("/a", "doc", "甲事", count=3),
    Door("/b", "doc", "乙事", count=0, tone="bad"),
    Door("/c", "doc", "丙事", count=1, tone="doing"),
    Door("/d", "doc", "丁事", count=2, tone="bad"),
)


@pytest.fixture
def offered(app: Flask) -> Iterator[None]:
    before = app.extensions["shell"]
    init_shell(
        app,
        [
            Offer(hero=lambda _: None),
            Offer(
                hero=lambda _: Card(HERO, {"url": "/first"}),
                tab=lambda: Tab("one", "/first", "checkin", "打卡"),
                doors=lambda _: [
                    Door("/first", "checkin", "打卡", primary=True),
                    Door("/survey", "survey", "问卷", count=2),
                ],
                mine_doors=lambda _: [Door("/points", "points", "积分", "320 分")],
                tasks=lambda _: WAITS,
            ),
            Offer(
                hero=lambda _: Card(HERO, {"url": "/second"}),
                tab=lambda: Tab("two", "/second", "search", "查进度"),
                doors=lambda _: [Door("/second", "camera", "随手拍", primary=True)],
                outbox=lambda _: Card(HERO, {"url": "/waits"}),
            ),
            Offer(
                tab=lambda: Tab("report", "/dumped", "camera", "随手拍", middle=True),
                mine=lambda _: Card(HERO, {"url": "/own"}),
            ),
        ],
    )
    yield
    app.extensions["shell"] = before


def links(html: str, css: str) -> list[str]:
    return re.findall(f'<a class="{css}[^"]*" href="([^"]+)"', html)


@pytest.mark.usefixtures("offered")
def test_the_first_hero_wins_and_needs_no_second_door(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    assert links(html, "weui-btn wf-btn wf-btn--warm") == ["/first"]
    assert links(html, "wf-door") == ["/second", "/survey"]
    assert html.index("wf-doors--wide") < html.index('href="/second"') < html.index("/survey")


@pytest.mark.usefixtures("offered")
def test_the_first_tab_has_the_second_place_and_the_first_large_one_the_middle(
    client: FlaskClient,
) -> None:
    html = client.get("/").get_data(as_text=True)
    assert links(html, "weui-tabbar__item") == ["/", "/first", "/dumped", "/notices", "/mine"]


@pytest.mark.usefixtures("offered")
def test_what_waits_in_the_phone_stands_above_the_cards(client: FlaskClient) -> None:
    html = client.get("/mine").get_data(as_text=True)
    assert html.index("/waits") < html.index("/own")


@pytest.mark.usefixtures("offered")
def test_own_records_stand_under_mine(client: FlaskClient) -> None:
    html = client.get("/mine").get_data(as_text=True)
    assert re.findall(r'href="/points">.*?<span>(.*?)</span>', html) == [
        "积分<small>320 分</small>"
    ]


@pytest.mark.usefixtures("offered")
def test_tasks_come_by_urgency_and_leave_out_what_is_done(app: Flask) -> None:
    make.places()
    officer = make.account(make.TOWN_OFFICER)
    html = make.browser(app, officer).get("/staff").get_data(as_text=True)
    assert links(html, "wf-task") == ["/d", "/c", "/a"]


def test_home_without_any_offer_still_says_whose_it_is(client: FlaskClient, app: Flask) -> None:
    before = app.extensions["shell"]
    init_shell(app, [])
    try:
        html = client.get("/").get_data(as_text=True)
    finally:
        app.extensions["shell"] = before
    assert "示例无废城市</h1>" in html
    assert len(links(html, "weui-tabbar__item")) == 3
