"""What a phone does every day: looks a bin up, checks in, with a signal and without."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete, select

from tests.browser.browsers import PHONE, faults_of, window
from tests.browser.steps import DONE, a_photo, awaited, choose
from tests.browser.town import Town
from wufei_public.checkins.actions import photos
from wufei_public.checkins.models import CheckIn, CheckInPhoto, SecondSplit
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day, utc_now
from wufei_public.infra.work import Work, reading, work
from wufei_public.media.queries import photos_by_owner
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.browser


@pytest.fixture
def mine(town: Town, phone: BrowserContext) -> Iterator[Page]:
    """Open a page of the signed-in resident, who has not checked in today."""
    forget_today(town)
    town.sign_in(phone, "resident")
    page = phone.new_page()
    faults = faults_of(page)
    yield page
    assert faults == []


def forget_today(town: Town) -> None:
    def do(w: Work) -> None:
        photos.forget(w, CheckInPhoto.day == district_day(w.now))
        w.session.execute(delete(CheckIn).where(CheckIn.day == district_day(w.now)))

    with town.site.app.app_context():
        work(SYSTEM, do)


def today(town: Town) -> list[tuple[int, str]]:
    """Return member and origin of today's check-ins."""
    with town.site.app.app_context():
        rows = reading().execute(
            select(CheckIn.member, CheckIn.origin).where(CheckIn.day == district_day(utc_now()))
        )
        return [(member, origin) for member, origin in rows]


# ---- 分类查询 --------------------------------------------------------------------


def test_the_phone_answers_while_one_types_also_without_a_network(
    town: Town, phone: BrowserContext, page: Page
) -> None:
    page.goto(f"{town.site.address}/sorting")
    page.wait_for_selector("form[data-ready]")
    phone.set_offline(True)
    field = page.get_by_label("东西的名字")
    field.fill("菜叶")
    first = page.locator(".wf-thing").first
    expect(first).to_contain_text("菜叶")
    expect(first).to_contain_text("厨余垃圾")
    expect(first.locator("svg")).to_have_count(2)
    began = time.perf_counter()
    field.fill("caiye")
    expect(page.locator(".wf-thing").first).to_contain_text("菜叶")
    assert time.perf_counter() - began < 2
    field.fill("没有这样东西")
    expect(page.get_by_text("没有查到")).to_be_visible()


def test_the_page_opens_without_a_network(town: Town, phone: BrowserContext, page: Page) -> None:
    page.goto(f"{town.site.address}/sorting")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()  # the worker keeps what the page is made of
    page.wait_for_selector("form[data-ready]")
    phone.set_offline(True)
    page.goto(f"{town.site.address}/sorting")
    page.wait_for_selector("form[data-ready]")
    page.get_by_label("东西的名字").fill("dianchi")
    expect(page.locator(".wf-thing").first).to_contain_text("电池")


# ---- 打卡 ------------------------------------------------------------------------


def test_a_check_in_takes_two_taps_and_less_than_fifteen_seconds(town: Town, mine: Page) -> None:
    began = time.perf_counter()
    mine.goto(f"{town.site.address}/checkin")
    mine.get_by_role("button", name="打卡，得 5 分").click()
    expect(mine.get_by_role("heading", name="打卡成功")).to_be_visible()
    assert time.perf_counter() - began < 15
    assert today(town) == [(0, "today")]


def test_a_check_in_without_a_signal_waits_and_sends_itself(
    town: Town, phone: BrowserContext, mine: Page
) -> None:
    mine.goto(f"{town.site.address}/checkin")
    phone.set_offline(True)
    mine.get_by_role("button", name="打卡，得 5 分").click()
    expect(mine.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    assert today(town) == []
    phone.set_offline(False)
    expect(mine.get_by_role("heading", name="打卡成功")).to_be_visible()
    assert today(town) == [(0, "today")]


def test_the_check_in_page_opens_without_a_signal_and_its_check_in_comes_later(
    town: Town, phone: BrowserContext, mine: Page
) -> None:
    mine.goto(f"{town.site.address}/checkin")
    mine.wait_for_function("() => navigator.serviceWorker.controller !== null")
    mine.reload()
    phone.set_offline(True)
    mine.goto(f"{town.site.address}/checkin")
    mine.get_by_role("button", name="打卡，得 5 分").click()
    expect(mine.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    mine.close()
    phone.set_offline(False)
    later = phone.new_page()
    later.goto(f"{town.site.address}/mine")
    expect(later.get_by_text("已收到")).to_be_visible()
    assert today(town) == [(0, "today")]


def photos_of_today(town: Town) -> int:
    """Return how many of today's check-ins have a photo that the media room holds for them."""
    with town.site.app.app_context():
        reading().rollback()
        found = select(CheckInPhoto.code).where(CheckInPhoto.day == district_day(utc_now()))
        owners = [f"checkin/{code}" for code in reading().scalars(found)]
        return len(photos_by_owner(reading(), owners))


def test_a_check_in_with_a_photo_and_taking_the_photo_back(town: Town, mine: Page) -> None:
    mine.on("dialog", lambda dialog: dialog.accept())
    mine.goto(f"{town.site.address}/checkin")
    mine.locator("#f-photo > summary").click()
    choose(mine, a_photo(21), within="#f-photo")
    expect(mine.locator(DONE)).to_have_count(1)
    mine.get_by_role("button", name="打卡，得 5 分").click()
    expect(mine.get_by_role("heading", name="打卡成功")).to_be_visible()
    assert photos_of_today(town) == 1
    mine.get_by_role("button", name="删掉照片").click()
    expect(mine.get_by_text("照片删掉了，打卡还算数。")).to_be_visible()
    assert (photos_of_today(town), today(town)) == (0, [(0, "today")])


def test_a_photo_taken_without_a_signal_comes_with_its_check_in(
    town: Town, phone: BrowserContext, mine: Page
) -> None:
    mine.goto(f"{town.site.address}/checkin")
    mine.locator("#f-photo > summary").click()
    phone.set_offline(True)
    choose(mine, a_photo(22), within="#f-photo")
    mine.get_by_role("button", name="打卡，得 5 分").click()
    expect(mine.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    assert today(town) == []
    phone.set_offline(False)
    expect(mine.get_by_role("heading", name="打卡成功")).to_be_visible()
    assert (photos_of_today(town), today(town)) == (1, [(0, "today")])


def test_a_kept_page_that_is_used_on_two_days_without_a_signal_loses_neither(
    town: Town, phone: BrowserContext, mine: Page
) -> None:
    mine.goto(f"{town.site.address}/checkin")
    mine.wait_for_function("() => navigator.serviceWorker.controller !== null")
    mine.reload()
    phone.set_offline(True)
    for _day in range(2):
        mine.goto(f"{town.site.address}/checkin")
        mine.get_by_role("button", name="打卡，得 5 分").click()
        expect(mine.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    kept = "new Promise((done) => { const asked = indexedDB.open('wufei');"
    kept += " asked.onsuccess = () => { const all = asked.result.transaction('reports')"
    kept += ".objectStore('reports').getAll(); all.onsuccess = () => done(all.result"
    kept += ".filter((one) => one.state === 'waiting').length); }; })"
    assert awaited(mine, kept) == 2


def test_who_checks_in_every_day_does_so_on_a_morning_without_a_signal(
    town: Town, phone: BrowserContext, mine: Page
) -> None:
    mine.goto(f"{town.site.address}/checkin")
    mine.wait_for_function("() => navigator.serviceWorker.controller !== null")
    mine.get_by_role("button", name="打卡，得 5 分").click()
    expect(mine.get_by_role("heading", name="打卡成功")).to_be_visible()
    mine.goto(f"{town.site.address}/checkin")
    expect(mine.get_by_role("heading", name="今天打过卡了")).to_be_visible()
    expect(mine.get_by_role("button", name="打卡，得 5 分")).to_be_hidden()
    phone.set_offline(True)
    mine.add_init_script("const now = Date.now; Date.now = () => now() + 86400000;")
    mine.goto(f"{town.site.address}/checkin")
    expect(mine.get_by_role("heading", name="今天打过卡了")).to_be_hidden()
    mine.get_by_role("button", name="打卡，得 5 分").click()
    expect(mine.get_by_role("heading", name="存好了，等信号")).to_be_visible()


def test_no_bin_is_said_without_asking_the_server(town: Town, mine: Page) -> None:
    mine.goto(f"{town.site.address}/checkin")
    form = mine.locator("form[data-checkin]").first
    while (chosen := form.locator(".wf-pick__one:has(input:checked)")).count():
        chosen.first.click()
    mine.get_by_role("button", name="打卡，得 5 分").click()
    expect(mine.get_by_text("请选今天分了哪几种。").first).to_be_visible()
    assert today(town) == []


def test_a_grandmother_is_checked_in_by_her_grandson(town: Town, mine: Page) -> None:
    mine.goto(f"{town.site.address}/checkin")
    mine.locator("summary", has_text="奶奶").click()
    mine.get_by_role("button", name="代打卡，得 2 分").click()
    expect(mine.get_by_text("替 奶奶 打的。")).to_be_visible()
    assert today(town) == [(1, "today")]


def test_a_phone_that_changed_hands_keeps_nothing_of_the_other(
    town: Town, phone: BrowserContext, mine: Page
) -> None:
    mine.goto(f"{town.site.address}/checkin")
    mine.wait_for_function("() => navigator.serviceWorker.controller !== null")
    mine.reload()
    mine.goto(f"{town.site.address}/mine")
    mine.get_by_role("button", name="退出登录").click()
    mine.wait_for_function(
        "async () => (await (await caches.open('wf-pages')).keys()).length === 0"
    )


# ---- a shop with two phones ------------------------------------------------------


def test_a_redemption_at_a_shop_with_two_phones(
    browser: Browser, town: Town, phone: BrowserContext, mine: Page
) -> None:
    mine.on("dialog", lambda dialog: dialog.accept())
    mine.goto(f"{town.site.address}/points")
    mine.get_by_role("button", name="换", exact=True).click()
    mine.wait_for_url(re.compile(r"/points/redemptions/\w{10}$"))
    shown = mine.locator(".wf-code__no").inner_text()
    with window(browser, PHONE) as shop:
        town.sign_in(shop, Role.SHOP_CLERK)
        clerk = shop.new_page()
        clerk.goto(f"{town.site.address}/staff/points/counter")
        clerk.get_by_label("兑换码").fill(shown)
        clerk.get_by_role("button", name="查").click()
        clerk.get_by_role("button", name="交给他，核销").click()
        expect(clerk.get_by_text("已核销")).to_be_visible()
        clerk.get_by_label("兑换码").fill(shown)
        clerk.get_by_role("button", name="查").click()
        expect(clerk.get_by_text("这个码不能再用。")).to_be_visible()
    mine.reload()
    expect(mine.get_by_text("已经领了").first).to_be_visible()


# ---- a village sorter's round ----------------------------------------------------


def weighed(town: Town) -> list[tuple[str, int, str]]:
    """Return way, weight and origin of what the sorter recorded by phone."""
    with town.site.app.app_context():
        rows = reading().execute(
            select(SecondSplit.way, SecondSplit.compost, SecondSplit.origin)
            .where(SecondSplit.households == 31)
            .order_by(SecondSplit.id)
        )
        return [(way, compost, origin) for way, compost, origin in rows]


def test_a_sorter_s_rounds_without_a_signal_come_later_each_once(
    town: Town, phone: BrowserContext, page: Page
) -> None:
    town.sign_in(phone, Role.VILLAGE_SORTER)
    address = f"{town.site.address}/staff/second-split"
    page.goto(address)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()
    phone.set_offline(True)
    for kilograms in ("41.5", "7"):
        page.goto(address)
        page.get_by_label("收了几户").fill("31")
        page.get_by_label("拿去堆肥").fill(kilograms)
        page.get_by_role("button", name="记下").click()
        expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    assert weighed(town) == []
    phone.set_offline(False)
    expect(page.get_by_text("记下了：挨户收的")).to_be_visible()
    assert weighed(town) == [("round", 415, "today"), ("round", 70, "today")]


# ---- a teacher's class page ------------------------------------------------------


def test_a_child_joins_a_class_and_the_teacher_s_page_counts_it(town: Town, mine: Page) -> None:
    mine.on("dialog", lambda dialog: dialog.accept())
    mine.goto(f"{town.site.address}/checkin/classes")
    mine.get_by_label("班级名称").fill("四年级 1 班")
    mine.get_by_role("button", name="建一个班").click()
    mine.get_by_role("link", name="四年级 1 班").click()
    shown = mine.locator(".wf-code__no").inner_text()
    expect(mine.locator(".wf-stat dd").first).to_have_text("0人")
    mine.goto(f"{town.site.address}/checkin/classes")
    mine.get_by_label("班级码").fill(shown)
    mine.get_by_label("谁在这个班").select_option(label="小宝")
    mine.get_by_role("button", name="加入").click()
    expect(mine.locator("#h-joined")).to_be_visible()
    mine.get_by_role("link", name="四年级 1 班").first.click()
    expect(mine.locator(".wf-stat dd").first).to_have_text("1人")


# ---- a road chief ----------------------------------------------------------------


def test_a_road_chief_walks_without_a_signal(town: Town, phone: BrowserContext, page: Page) -> None:
    town.sign_in(phone, Role.ROAD_CHIEF)
    address = f"{town.site.address}/staff/road"
    page.goto(address)
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.reload()
    phone.set_offline(True)
    page.goto(address)
    page.get_by_label("哪一段路").select_option(label="镇东口到加油站")
    page.get_by_label("有人偷倒的堆").check()
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    phone.set_offline(False)
    expect(page.get_by_text("记下了：镇东口到加油站，有问题。")).to_be_visible()
