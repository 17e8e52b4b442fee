"""Waste-free cells on phones: a school of two campuses, a hotel, experts on the spot."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.browsers import DESK, PHONE, faults_of
from tests.browser.people import session_of
from tests.browser.steps import a_photo, open_move
from tests.browser.town import Town
from tests.cells import make
from tests.cells.make import EDUCATION, EXPERTS, OFFICE, OUTSIDER, OWNER, SECOND, do
from tests.cells.rubrics import best
from tests.dumping.make import TOWN_OFFICER
from tests.media.make import pdf
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, panels, proving, reviewing
from wufei_public.cells.queries import applications, reviews
from wufei_public.common.actor import Actor
from wufei_public.common.clock import utc_now
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import House, Work, reading, work
from wufei_public.media.actions import papers
from wufei_public.organisations.actions import cards
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.browser
ITEM = "hotel-sort-01"


def visit_photos(town: Town, code: str) -> int:
    with town.site.app.app_context():
        row = applications.application(reading(), code)
        sheets = [one.id for one in reviews.sheets(reading(), row)]
        return sum(len(applications.evidence(reading(), row.id, one)) for one in sheets)


def test_an_expert_scores_without_signal_and_it_sends_itself(
    town: Town, phone: BrowserContext, page: Page
) -> None:
    code = town.cells["experts"]
    town.sign_in(phone, Role.EXPERT)
    page.goto(f"{town.site.address}/staff/scoring/{code}")
    item = page.locator(f"#i-{ITEM}")
    before = visit_photos(town, code)
    phone.set_offline(True)
    item.locator("input[type=file]").set_input_files(
        [{"name": n, "mimeType": kind, "buffer": data} for n, kind, data in (a_photo(31),)]
    )
    item.get_by_role("button", name="传照片").click()
    expect(page.get_by_text("有 1 份存在这台手机里")).to_be_visible()
    item.locator("label.wf-opt").first.click()
    item.get_by_role("button", name="记下").click()
    expect(page.get_by_text("有 2 份存在这台手机里")).to_be_visible()
    assert visit_photos(town, code) == before
    phone.set_offline(False)
    expect(page.locator("[data-outbox-note]")).to_be_hidden()
    assert visit_photos(town, code) == before + 1
    page.reload()
    expect(page.locator(f"#i-{ITEM} summary").get_by_text("我给的")).to_be_visible()


def enter(browser: Browser, town: Town, actor: Actor | None, **how: Any) -> Page:
    """Open a window of `actor` beside the others."""
    context = browser.new_context(**(PHONE | how))
    if actor is not None:
        token = session_of(town.site.app, actor)
        context.add_cookies([{"name": COOKIE, "value": token, "url": town.site.address}])
    return context.new_page()


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
        fill(case)
    page.reload()
    expect(page.get_by_role("heading", name="都填好了")).to_be_visible()
    page.get_by_text("我代表单位看过并同意").click()
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_text("交上去了。")).to_be_visible()


def fill(case: make.Case) -> None:
    """Answer and prove every item in one transaction: the pages are walked elsewhere."""
    items = make.rubric_of(case).items

    def do_all(w: Work) -> None:
        prepared = papers.prepare(w.store, pdf(), "台账.pdf")
        for item in items:
            at = {"code": case.code, "item": item.id}
            given = best(item)
            applying.save_answer(w, **at, step=given.step, value=given.value)
            proving.add_papers(w, **at, prepared=[prepared])

    work(OWNER, do_all)


def score(case: make.Case, expert: Actor, *, hand_in: bool = True) -> None:
    """Score every item in one transaction."""
    items = make.rubric_of(case).items

    def do_all(w: Work) -> None:
        panels.declare(w, code=case.code)
        for item in items:
            given = best(item)
            marked = {"step": given.step, "value": given.value}
            panels.mark(w, code=case.code, item=item.id, **marked)
        if hand_in:
            panels.hand_in(w, code=case.code)

    work(expert, do_all)


def review(browser: Browser, town: Town, case: make.Case) -> None:
    """The town on its page, the others by their actions; one of three experts on a phone."""
    page = enter(browser, town, TOWN_OFFICER, **DESK)
    page.goto(f"{town.site.address}/staff/cells/{case.code}")
    open_move(page, "check").get_by_role("button", name="初审通过").click()
    expect(page.get_by_text("办好了。")).to_be_visible()
    page.context.close()
    with town.site.app.app_context():
        make.seated(case)
        for expert in EXPERTS[:2]:
            score(case, expert)
    page = enter(browser, town, EXPERTS[2])
    page.goto(f"{town.site.address}/staff/scoring/{case.code}")
    expect(page.get_by_text("其他专家")).to_have_count(0)
    page.get_by_role("button", name="我声明没有利害关系").click()
    with town.site.app.app_context():
        score(case, EXPERTS[2], hand_in=False)
    page.reload()
    page.get_by_role("button", name="交评分").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("heading", name="其他专家")).to_be_visible()
    page.context.close()


def decide(browser: Browser, town: Town, unit: str) -> None:
    """The office votes on a list, a second person confirms it."""
    for actor, name in ((OFFICE, "集体决定一份名单"), (SECOND, "确认一份名单，开始公示")):
        page = enter(browser, town, actor, **DESK)
        page.goto(f"{town.site.address}/staff/cells/office/rounds/{town.cells['round']}")
        box = page.locator("details", has_text=name)
        box.locator("summary").click()
        box.locator("label.wf-opt", has_text=unit).click()
        if actor is OFFICE:
            box.get_by_label("文件号").fill("无废办〔2026〕3号")
            box.get_by_label("赞成票").fill("7")
        box.locator("button[type=submit]").click()
        expect(box.locator("label.wf-opt", has_text=unit)).to_have_count(0)
        page.context.close()


def object_and_answer(browser: Browser, town: Town, code: str, outcome: str) -> None:
    """Somebody objects on a phone; whoever had no part decides."""
    page = enter(browser, town, None)
    page.goto(f"{town.site.address}/cells/notices/{code}")
    page.get_by_label("为什么不该命名").fill("厨余没有分开。")
    page.get_by_role("button", name="提交异议").click()
    page.wait_for_url(re.compile("/cells/objections/"))
    receipt = page.url
    desk = enter(browser, town, OUTSIDER, **DESK)
    desk.goto(f"{town.site.address}/staff/cells/{code}")
    desk.locator("label.wf-opt", has_text=re.compile(f"^\\s*{outcome}")).click()
    desk.get_by_label("答复（会公开）").fill("查过了。")
    desk.get_by_role("button", name="答复").click()
    desk.get_by_role("button", name="确定").click()
    expect(desk.get_by_text("办好了。")).to_be_visible()
    page.goto(receipt)
    expect(page.get_by_text("查过了。")).to_be_visible()
    page.context.close()
    desk.context.close()


@contextmanager
def later(town: Town, days: int) -> Iterator[None]:
    """Let the house's clock run ahead."""
    house: House = town.site.app.extensions["house"]
    ahead = timedelta(days=days)
    town.site.app.extensions["house"] = replace(house, clock=lambda: utc_now() + ahead)
    with town.site.app.app_context():
        yield
    town.site.app.extensions["house"] = house


def test_a_hotel_goes_on_a_phone_from_application_to_certificate(
    browser: Browser, town: Town
) -> None:
    with town.site.app.app_context():
        unit = make.unit(71, name="月华饭店")
    page = enter(browser, town, OWNER)
    faults = faults_of(page)
    code = begin(page, town, ["月华饭店"], "饭店（酒店）", "月华饭店")
    answer_first(page, "hotel-org-01")
    case = make.Case(code, unit)
    hand_in(page, town, case)
    review(browser, town, case)
    decide(browser, town, "月华饭店")
    object_and_answer(browser, town, code, "不成立")
    with later(town, 20):
        jobs.end_overdue("")
    office = enter(browser, town, OFFICE, **DESK)
    office.goto(f"{town.site.address}/staff/cells/office/naming")
    office.locator("label.wf-opt", has_text="月华饭店").click()
    office.get_by_label("命名文件号").fill("无废办〔2026〕9号")
    office.get_by_role("button", name="命名").click()
    office.get_by_role("button", name="确定").click()
    office.wait_for_url(re.compile("state=named"))
    office.context.close()
    page.goto(f"{town.site.address}/mine/cells/{code}")
    page.get_by_role("link", name=re.compile("WFXB-")).click()
    expect(page.get_by_role("heading", name="证书有效")).to_be_visible()
    assert faults == []
    page.context.close()


def test_a_school_of_two_campuses_loses_its_decision_to_an_objection(
    browser: Browser, town: Town
) -> None:
    with town.site.app.app_context():
        unit = make.unit(72, name="书声小学", kind="school")
        for name in ("东校区", "西校区"):
            site = {"code": unit.code, "name": name, "division": make.VILLAGE}
            do(TOWN_OFFICER, cards.add_site, **site)
    page = enter(browser, town, OWNER)
    code = begin(page, town, ["书声小学·东校区", "书声小学·西校区"], "学校", "书声小学")
    expect(page.get_by_text("书声小学·东校区、书声小学·西校区")).to_be_visible()
    case = make.Case(code, unit)
    with town.site.app.app_context():
        fill(case)
        do(OWNER, applying.submit, code=code, committed=True)
        do(TOWN_OFFICER, reviewing.pass_check, code=code)
        do(EDUCATION, reviewing.give_opinion, code=code, opinion="support")
        do(OFFICE, panels.assign, code=code, experts=[one.id for one in EXPERTS[:3]])
        for expert in EXPERTS[:3]:
            score(case, expert)
    decide(browser, town, "书声小学")
    object_and_answer(browser, town, code, "成立")
    page.reload()
    expect(page.get_by_text("异议成立", exact=True)).to_be_visible()
    expect(page.get_by_text("待集体决定").first).to_be_visible()
    page.context.close()
