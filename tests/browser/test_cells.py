"""Waste-free cells on phones: a school of two campuses, a hotel, experts on the spot."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.browsers import PHONE, window
from tests.browser.people import session_of
from tests.browser.site import until
from tests.browser.steps import a_photo, awaited, open_move
from tests.browser.town import Town
from tests.cells import make
from tests.cells.make import EDUCATION, EXPERTS, OFFICE, OUTSIDER, OWNER, SECOND, SECTOR, do
from tests.dumping.make import TOWN_OFFICER
from tests.media.make import pdf
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, panels, reviewing
from wufei_public.cells.queries import applications, reviews
from wufei_public.cells.queries import rounds as round_queries
from wufei_public.cells.rules.scoring import NOTHING
from wufei_public.common.actor import Actor
from wufei_public.common.clock import utc_now
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import House, reading, work
from wufei_public.organisations.actions import cards
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.browser
ITEM = "hotel-sort-01"


def to_visit(town: Town, expert: Actor) -> make.Case:
    """Return an application of which the expert has scored all but one item."""
    row = round_queries.round_of(reading(), town.cells["round"])
    case = make.started(opened=row, number=73)
    make.filled(case)
    do(OWNER, applying.submit, code=case.code, committed=True)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="support")
    do(OFFICE, panels.assign, code=case.code, experts=[expert.id or 0])
    work(expert, make.marking(case, but=ITEM))
    return case


def sent(town: Town, code: str, expert: Actor) -> tuple[int, int | None, str]:
    """Return how many photos, which step and which words of the expert have arrived."""
    with town.site.app.app_context():
        session = reading()
        row = applications.application(session, code)
        sheet = reviews.sheet_of(session, row, expert.id)
        photos = applications.evidence(session, row.id, sheet.id)
        answer, _note = reviews.marks(session, sheet.id).get(ITEM, (NOTHING, ""))
        return len(photos), answer.step, sheet.words


def test_an_expert_scores_a_whole_visit_without_signal_and_it_is_sent_once(
    town: Town, phone: BrowserContext, page: Page
) -> None:
    expert = town.staff[Role.EXPERT].actor
    with town.site.app.app_context():
        case = to_visit(town, expert)
    sheet = f"{town.site.address}/staff/scoring/{case.code}"
    town.sign_in(phone, Role.EXPERT)
    # The list keeps the sheets that wait: nobody has opened this one before.
    page.goto(f"{town.site.address}/staff/scoring")
    kept = f"caches.match('/staff/scoring/{case.code}').then(Boolean)"
    until(lambda: awaited(page, kept))
    phone.set_offline(True)
    page.goto(sheet)
    item = page.locator(f"#i-{ITEM}")
    name, mime, data = a_photo(31)
    file: Any = {"name": name, "mimeType": mime, "buffer": data}
    item.locator("input[type=file]").set_input_files([file])
    item.get_by_role("button", name="传照片").click()
    expect(item.get_by_text("1 张照片存在手机里")).to_be_visible()
    item.locator("label.wf-opt").nth(1).click()
    item.get_by_role("button", name="记下").click()
    expect(page.get_by_text("有 2 份存在这台手机里")).to_be_visible()
    page.close()
    page = phone.new_page()
    page.goto(sheet)  # still without a signal
    item = page.locator(f"#i-{ITEM}")
    expect(item.locator("input[type=radio]").nth(1)).to_be_checked()
    expect(item.get_by_text("存在手机里，还没发", exact=True)).to_be_visible()
    page.get_by_label("总的意见").fill("看过后厨。")
    page.get_by_role("button", name="交评分").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("整份评分存在手机里")).to_be_visible()
    assert sent(town, case.code, expert) == (0, None, "")
    phone.set_offline(False)
    expect(page.get_by_text(re.compile("您给了 .* 分"))).to_be_visible()
    assert sent(town, case.code, expert) == (1, 1, "看过后厨。")
    page.reload()
    expect(page.locator("[data-outbox-note]")).to_have_count(0)
    assert sent(town, case.code, expert) == (1, 1, "看过后厨。")


def enter(page: Page, town: Town, actor: Actor | None) -> Page:
    """Hand the window over to `actor`: what the browser has loaded stays."""
    page.context.clear_cookies()
    if actor is not None:
        token = session_of(town.site.app, actor)
        cookie: Any = {"name": COOKIE, "value": token, "url": town.site.address}
        page.context.add_cookies([cookie])
    return page


@pytest.fixture
def others(browser: Browser) -> Iterator[Page]:
    """Open a second phone, for whoever is not the unit."""
    with window(browser, PHONE) as context:
        yield context.new_page()


@pytest.fixture
def bureau(desk: BrowserContext) -> Page:
    return desk.new_page()


def begin(page: Page, town: Town, names: Sequence[str], kind: str, unit: str) -> str:
    """Start an application on the phone and return its code."""
    page.goto(f"{town.site.address}/cells/rounds/{town.cells['round']}")
    page.get_by_role("link", name="开始申报").click()
    for name in names:
        page.locator("label.wf-opt", has_text=name).click()
    page.locator("label.wf-opt", has_text=kind).click()
    page.get_by_label("单位名称").fill(unit)
    page.get_by_role("button", name="开始填评分表").click()
    page.wait_for_url(re.compile(r"/mine/cells/\w{10}$"))
    return page.url.rsplit("/", 1)[1]


def answer_first(page: Page, item: str) -> None:
    """Answer an item, prove it by a photo and a PDF, see that it saves itself."""
    page.goto(f"{page.url}/items/{item}")
    page.locator("label.wf-opt").first.click()
    expect(page.locator("[data-act-note]")).to_contain_text("已保存")
    name, mime, data = a_photo(33)
    file: Any = {"name": name, "mimeType": mime, "buffer": data}
    page.locator("input[name=photos][multiple]").set_input_files([file])
    expect(page.locator("ul.wf-up > li")).to_have_count(1)
    paper: Any = {"name": "责任表.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    page.locator("input[name=papers]").set_input_files([paper])
    expect(page.get_by_role("link", name="责任表.pdf")).to_be_visible()
    page.get_by_role("link", name="这件申报").first.click()


def hand_in(page: Page, town: Town, case: make.Case) -> None:
    with town.site.app.app_context():
        make.filled(case)
    page.reload()
    expect(page.get_by_role("heading", name="都填好了")).to_be_visible()
    page.get_by_text("我代表单位看过并同意").click()
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_text("交上去了。")).to_be_visible()


def review(desk: Page, other: Page, town: Town, case: make.Case) -> None:
    """The town on its page, the sector by its action, three experts on a phone, each blind."""
    page = enter(desk, town, TOWN_OFFICER)
    page.goto(f"{town.site.address}/staff/cells/{case.code}")
    open_move(page, "check").get_by_role("button", name="初审通过").click()
    expect(page.get_by_text("办好了。")).to_be_visible()
    with town.site.app.app_context():
        make.seated(case)
    for expert in EXPERTS[:3]:
        page = enter(other, town, expert)
        page.goto(f"{town.site.address}/staff/scoring/{case.code}")
        expect(page.get_by_text("其他专家")).to_have_count(0)
        page.get_by_role("button", name="我声明没有利害关系").click()
        with town.site.app.app_context():
            work(expert, make.marking(case))
        page.reload()
        page.get_by_label("总的意见").fill("看过后厨，没有拍照。")
        page.get_by_role("button", name="交评分").click()
        page.get_by_role("button", name="确定").click()
        expect(page.get_by_text(re.compile("您给了 .* 分"))).to_be_visible()
    expect(page.get_by_role("heading", name="其他专家")).to_be_visible()


def decide(desk: Page, town: Town, unit: str) -> None:
    """The office votes on a list, a second person confirms it."""
    for actor, name in ((OFFICE, "集体决定一份名单"), (SECOND, "确认一份名单，开始公示")):
        page = enter(desk, town, actor)
        page.goto(f"{town.site.address}/staff/cells/office/rounds/{town.cells['round']}")
        box = page.locator("details", has_text=name)
        box.locator("summary").click()
        box.locator("label.wf-opt", has_text=unit).click()
        if actor is OFFICE:
            box.get_by_label("文件号").fill("无废办〔2026〕3号")
            box.get_by_label("赞成票").fill("7")
        box.locator("button[type=submit]").click()
        expect(box.locator("label.wf-opt", has_text=unit)).to_have_count(0)


def object_and_answer(desk: Page, other: Page, town: Town, code: str, outcome: str) -> None:
    """Somebody objects on a phone; whoever had no part decides."""
    page = enter(other, town, None)
    page.goto(f"{town.site.address}/cells/notices/{code}")
    page.get_by_label("为什么不该命名").fill("厨余没有分开。")
    page.get_by_role("button", name="提交异议").click()
    page.wait_for_url(re.compile("/cells/objections/"))
    receipt = page.url
    enter(desk, town, OUTSIDER)
    desk.goto(f"{town.site.address}/staff/cells/{code}")
    desk.locator("label.wf-opt", has_text=re.compile(f"^\\s*{outcome}")).click()
    desk.get_by_label("答复（会公开）").fill("查过了。")
    desk.get_by_role("button", name="答复").click()
    desk.get_by_role("button", name="确定").click()
    expect(desk.get_by_text("办好了。")).to_be_visible()
    page.goto(receipt)
    expect(page.get_by_text("查过了。")).to_be_visible()


@contextmanager
def later(town: Town, days: int) -> Iterator[None]:
    """Let the house's clock run ahead."""
    house: House = town.site.app.extensions["house"]
    ahead = timedelta(days=days)
    town.site.app.extensions["house"] = replace(house, clock=lambda: utc_now() + ahead)
    with town.site.app.app_context():
        yield
    town.site.app.extensions["house"] = house


def name_it(desk: Page, town: Town, unit: str) -> None:
    page = enter(desk, town, OFFICE)
    page.goto(f"{town.site.address}/staff/cells/office/naming")
    page.locator("label.wf-opt", has_text=unit).click()
    page.get_by_label("命名文件号").fill("无废办〔2026〕9号")
    page.get_by_role("button", name="命名").click()
    page.get_by_role("button", name="确定").click()
    page.wait_for_url(re.compile("state=named"))


def test_a_hotel_goes_from_its_application_to_a_certificate_that_anyone_checks(
    town: Town, page: Page, others: Page, bureau: Page
) -> None:
    with town.site.app.app_context():
        case = make.Case("", make.unit(71, name="晨光饭店"))
    enter(page, town, OWNER)
    case = replace(case, code=begin(page, town, ["晨光饭店"], "饭店（酒店）", "晨光饭店"))
    answer_first(page, "hotel-org-01")
    hand_in(page, town, case)
    review(bureau, others, town, case)
    decide(bureau, town, "晨光饭店")
    object_and_answer(bureau, others, town, case.code, "不成立")
    with later(town, 20):
        jobs.end_overdue("")
    name_it(bureau, town, "晨光饭店")
    page.goto(f"{town.site.address}/mine/cells/{case.code}")
    page.get_by_role("link", name=re.compile("WFXB-")).click()
    expect(page.get_by_role("heading", name="证书有效")).to_be_visible()
    enter(others, town, None).goto(page.url)
    expect(others.get_by_role("heading", name="证书有效")).to_be_visible()


def test_a_school_of_two_campuses_loses_its_decision_to_an_objection(
    town: Town, page: Page, others: Page, bureau: Page
) -> None:
    with town.site.app.app_context():
        unit = make.unit(72, name="书声小学", kind="school")
        for name in ("东校区", "西校区"):
            site = {"code": unit.code, "name": name, "division": make.VILLAGE}
            do(TOWN_OFFICER, cards.add_site, **site)
    enter(page, town, OWNER)
    code = begin(page, town, ["书声小学·东校区", "书声小学·西校区"], "学校", "书声小学")
    expect(page.get_by_text("书声小学·东校区、书声小学·西校区")).to_be_visible()
    case = make.Case(code, unit)
    with town.site.app.app_context():
        make.filled(case)
        do(OWNER, applying.submit, code=code, committed=True)
        do(TOWN_OFFICER, reviewing.pass_check, code=code)
        do(EDUCATION, reviewing.give_opinion, code=code, opinion="support")
        do(OFFICE, panels.assign, code=code, experts=[one.id for one in EXPERTS[:3]])
        for expert in EXPERTS[:3]:
            make.score(case, expert)
    with town.site.app.app_context():
        make.confirmed(case)
    object_and_answer(bureau, others, town, code, "成立")
    page.reload()
    expect(page.get_by_text("异议成立", exact=True)).to_be_visible()
    expect(page.get_by_text("待集体决定").first).to_be_visible()
