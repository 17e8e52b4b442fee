"""Named cells and left-over drafts in the browser: two persons, tasks, replies, copies."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.browsers import PHONE, window
from tests.browser.steps import a_photo, open_move
from tests.browser.test_cells import enter, later
from tests.browser.town import Town
from tests.cells import make
from tests.cells.make import FOURTH, OFFICE, OUTSIDER, OWNER, SECOND, THIRD, do
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, naming, objecting, rounds
from wufei_public.common.clock import utc_now

pytestmark = pytest.mark.browser


@pytest.fixture
def bureau(desk: BrowserContext) -> Page:
    return desk.new_page()


@pytest.fixture
def guest(browser: Browser) -> Iterator[Page]:
    """Open a phone on which nobody has signed in."""
    with window(browser, PHONE) as context:
        yield context.new_page()


def applied(town: Town, number: int, name: str) -> make.Case:
    """Return a hotel's application that was handed in to the town's round."""
    unit, opened = make.unit(number, name=name), town.cells["round"]
    where = {"places": [make.place(unit)], "unit": name}
    row = do(OWNER, applying.start, round_code=opened, kind="hotel", **where)
    case = make.filled(make.Case(row.code, unit))
    do(OWNER, applying.submit, code=case.code, committed=True)
    return case


def named(town: Town, number: int, name: str) -> tuple[make.Case, str]:
    """Return a named hotel of the town's round and the code of its certificate."""
    with town.site.app.app_context():
        case = make.decided(applied(town, number, name))
    with later(town, 20):
        jobs.end_overdue("")
        made = do(OFFICE, naming.name, codes=[case.code], document="9号")
        code: str = made[0].code
    return case, code


def press(page: Page, name: str) -> None:
    """Press a button that asks back, and say yes."""
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("办好了。")).to_be_visible()


def test_a_removal_is_proposed_seen_by_the_unit_and_confirmed_by_another(
    town: Town, page: Page, bureau: Page, guest: Page
) -> None:
    case, code = named(town, 81, "晚霞饭店")
    desk = f"{town.site.address}/staff/cells/{case.code}"
    office = enter(bureau, town, OFFICE)
    office.goto(desk)
    form = open_move(office, "propose_removal")
    form.get_by_label("原因（会公开）").fill("厨余混投三次。")
    form.get_by_role("button", name="提出摘牌").click()
    expect(office.get_by_text("要由另一个人来确认。")).to_be_visible()
    expect(office.get_by_role("button", name="确认摘牌")).to_have_count(0)
    enter(page, town, OWNER)
    page.goto(f"{town.site.address}/mine/cells/{case.code}")
    expect(page.get_by_role("heading", name="有人提出摘牌")).to_be_visible()
    guest.goto(f"{town.site.address}/cells/c/{code}")
    expect(guest.get_by_role("heading", name="证书有效")).to_be_visible()
    office = enter(bureau, town, SECOND)
    office.goto(desk)
    open_move(office, "confirm_removal")
    press(office, "确认摘牌")
    guest.reload()
    expect(guest.get_by_role("heading", name="已经摘牌，证书无效")).to_be_visible()
    expect(guest.get_by_text("厨余混投三次。")).to_be_visible()


def test_a_re_evaluation_is_ordered_answered_on_the_phone_and_concluded(
    town: Town, page: Page, bureau: Page
) -> None:
    case, _code = named(town, 82, "朝露饭店")
    desk = f"{town.site.address}/staff/cells/{case.code}"
    office = enter(bureau, town, OFFICE)
    office.goto(desk)
    form = open_move(office, "review")
    form.get_by_label("复核什么，单位要交什么").fill("满一年，请交台账照片。")
    form.get_by_role("button", name="要求复核").click()
    expect(office.get_by_text("办好了。")).to_be_visible()
    enter(page, town, OWNER)
    page.goto(f"{town.site.address}/mine/cells/{case.code}")
    expect(page.get_by_text("满一年，请交台账照片。").first).to_be_visible()
    page.get_by_label("做了什么").fill("台账都在。")
    name, mime, data = a_photo(35)
    file: Any = {"name": name, "mimeType": mime, "buffer": data}
    page.locator("input[name=photos]").set_input_files([file])
    page.get_by_role("button", name="交回复").click()
    expect(page.get_by_text("办好了。")).to_be_visible()
    office.goto(desk)
    expect(office.get_by_text("台账都在。").first).to_be_visible()
    office.get_by_text("下结论", exact=True).click()
    office.locator("label.wf-opt", has_text=re.compile(r"^\s*通过了")).click()
    office.get_by_label("结论（单位看得到）").fill("看过，保持得好。")
    office.get_by_role("button", name="记下结论").click()
    expect(office.get_by_text("办好了。")).to_be_visible()
    page.reload()
    expect(page.get_by_text("看过，保持得好。").first).to_be_visible()


def test_after_an_upheld_objection_the_unit_answers_and_others_decide(
    town: Town, page: Page, bureau: Page
) -> None:
    with town.site.app.app_context():
        case = make.decided(applied(town, 83, "云起饭店"))
        found = make.objected(case)
        upheld = {"outcome": "upheld", "answer": "确实没有分开。"}
        do(OUTSIDER, objecting.decide, code=found.code, **upheld)
    enter(page, town, OWNER)
    page.goto(f"{town.site.address}/mine/cells/{case.code}")
    page.get_by_text("对这个结论说几句").click()
    page.get_by_label("我们的回应").fill("桶是前一天才换的。")
    page.get_by_role("button", name="交回应").click()
    expect(page.get_by_text("桶是前一天才换的。").first).to_be_visible()
    desk = f"{town.site.address}/staff/cells/{case.code}"
    office = enter(bureau, town, OFFICE)
    office.goto(desk)
    expect(office.locator("#do-propose")).to_have_count(0)
    office = enter(bureau, town, THIRD)
    office.goto(desk)
    form = open_move(office, "propose")
    form.get_by_label("文件号").fill("无废办〔2026〕4号")
    form.get_by_label("赞成票").fill("5")
    form.get_by_role("button", name="记下决定").click()
    expect(office.get_by_text("办好了。")).to_be_visible()
    office = enter(bureau, town, FOURTH)
    office.goto(desk)
    open_move(office, "confirm").get_by_role("button", name="确认").click()
    expect(office.get_by_text("公示中").first).to_be_visible()


def test_a_draft_of_a_round_that_was_closed_early_goes_on_in_the_next(
    town: Town, page: Page, bureau: Page
) -> None:
    with town.site.app.app_context():
        opened = make.a_round(title="提前结束的一批")
        closing = opened.code
        case = make.filled(make.started(opened=opened, number=84))
    office = enter(bureau, town, OFFICE)
    office.goto(f"{town.site.address}/staff/cells/office/rounds/{closing}")
    box = office.locator("details", has_text="提前截止")
    box.locator("summary").click()
    box.get_by_label("原因（会公开）").fill("名额已满")
    box.get_by_role("button", name="截止").click()
    office.get_by_role("button", name="确定").click()
    expect(office.get_by_text("名额已满").first).to_be_visible()
    enter(page, town, OWNER)
    page.goto(f"{town.site.address}/mine/cells/{case.code}")
    expect(page.get_by_role("heading", name="没有交上去，这一批已经截止")).to_be_visible()
    with town.site.app.app_context():
        do(OFFICE, rounds.open_round, title="接着的一批", notice="请申报。", opens_at=utc_now(),
           closes_at=make.house().clock().replace(year=utc_now().year + 1),
           kinds=["hotel"])  # fmt: skip
    page.reload()
    page.locator("label.wf-opt", has_text="接着的一批").click()
    page.get_by_role("button", name="复制到这一批").click()
    page.wait_for_url(lambda address: case.code not in address)
    expect(page.get_by_role("heading", name="都填好了")).to_be_visible()


def test_everyone_reads_what_a_rubric_rests_on(town: Town, guest: Page) -> None:
    guest.goto(f"{town.site.address}/cells/rubrics/worksite")
    expect(guest.get_by_text("不得申报")).to_be_visible()
    expect(guest.get_by_role("heading", name="依据的标准和文件")).to_be_visible()
    expect(guest.get_by_text("未核对").first).to_be_visible()
