"""The list in a browser: an enterprise is heard, officials publish, a repaired entry is gone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browsers import DESK, PHONE, faults_of, window
from tests.browser.cases import CLEAN, at, photo
from tests.browser.people import TOWN
from tests.browser.pictures import jpeg
from tests.browser.registers import FACTS, GROUND, served, uscc
from tests.browser.town import Town
from wufei_public.infra.keys import check_signature
from wufei_public.infra.work import work
from wufei_public.organisations.actions import cards, memberships
from wufei_public.organisations.rules.cards import Card
from wufei_public.people.rules.roles import Role
from wufei_public.redblack.actions import officer
from wufei_public.redblack.actions.basis import Proposal

pytestmark = pytest.mark.browser


@contextmanager
def looking(town: Town, browser: Browser, who: str, shape: dict[str, Any]) -> Iterator[Page]:
    """Give a page through the eyes of `who`, whose scripts may not fail."""
    with window(browser, shape) as context:
        town.sign_in(context, who)
        page = context.new_page()
        faults = faults_of(page)
        yield page
        assert faults == []


def proposed(town: Town, number: int, name: str, *, heard: bool = False) -> str:
    """Return a proposal against an enterprise of its own, for which the resident speaks."""
    clerk, resident = town.actor(Role.TOWN_OFFICER), town.actor("resident")
    paper = {"document": "示决〔2026〕9号", "document_on": date(2026, 7, 20)}
    with town.site.app.app_context():
        card = work(clerk, lambda w: cards.register(w, Card(uscc(number), name, "factory", TOWN)))
        letter = [photo(jpeg(number, CLEAN))]
        member = work(
            resident,
            lambda w: memberships.apply(
                w, organisation=card.code, name="张敏", duty="经理", letter=letter
            ),
        )
        prove = {"code": member.code, "move": "prove", "proof": "letter"}
        chief = town.actor(Role.DISTRICT_OFFICER)
        work(chief, lambda w: memberships.decide(w, **prove))
        draft = Proposal(card.code, "black", FACTS, GROUND, 3, "minor", **paper)  # type: ignore[arg-type]
        if not heard:
            return str(work(clerk, lambda w: officer.propose(w, draft)).code)
        code = str(at(30, lambda: work(clerk, lambda w: officer.propose(w, draft))).code)
        at(29, lambda: served(clerk, code))
    return code


def opened(page: Page, heading: str) -> Any:
    """Open the form under `heading` and return it."""
    form = page.locator("details", has=page.locator("summary", has_text=heading))
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    return form


def test_an_enterprise_objects_and_is_heard(town: Town, browser: Browser) -> None:
    name = "听证石材厂"
    code = proposed(town, 901, name)
    own = f"{town.site.address}/mine/listings/{code}"
    with looking(town, browser, "resident", PHONE) as page:
        page.goto(f"{town.site.address}/mine/listings")
        page.get_by_role("link", name=name).first.click()
        page.get_by_role("button", name="我代表企业确认收到").click()
        form = opened(page, "提出异议")
        form.locator("[name=against][value=party]").check(force=True)
        form.get_by_label("您的话").fill("不是我们倒的，有磅单。")
        form.get_by_role("button", name="交上去").click()
        expect(page.get_by_text("不是我们倒的，有磅单。")).to_be_visible()
    with looking(town, browser, Role.DEPARTMENT_OFFICER, DESK) as page:
        page.goto(f"{town.site.address}/staff/listings/{code}")
        expect(page.get_by_text("有异议没答复")).to_be_visible()
        form = opened(page, "答复异议")
        form.locator("[name=outcome][value=upheld]").check(force=True)
        form.get_by_label("答复").fill("磅单属实，不列入。")
        form.get_by_role("button", name="答复").click()
        expect(page.locator("h1 + p")).to_contain_text("不列入")
    with looking(town, browser, "resident", PHONE) as page:
        page.goto(own)
        expect(page.get_by_text("磅单属实，不列入。").first).to_be_visible()


def test_two_officials_publish_and_a_repaired_entry_is_gone(town: Town, browser: Browser) -> None:
    name, site = "修复石材厂", town.site.address
    code = proposed(town, 902, name, heard=True)
    desk, entry = f"{site}/staff/listings/{code}", f"{site}/redblack/{code}"
    with looking(town, browser, Role.DEPARTMENT_OFFICER, DESK) as page:
        page.goto(desk)
        form = opened(page, "决定列入")
        form.get_by_label("理由").fill("事实清楚。")
        form.get_by_role("button", name="决定列入").click()
        page.get_by_role("button", name="确定").click()
        expect(page.locator("h1 + p")).to_contain_text("已决定")
        # Who decided finds no way to publish.
        expect(page.get_by_role("button", name="复核同意，公布")).to_have_count(0)
    with looking(town, browser, Role.DISTRICT_OFFICER, DESK) as page:
        page.goto(desk)
        page.locator("#do-publish summary").click()
        page.get_by_label("看过了，没有人名和号码").check()
        page.get_by_role("button", name="复核同意，公布").click()
        page.get_by_role("button", name="确定").click()
        expect(page.locator("h1 + p")).to_contain_text("公布中")
    with looking(town, browser, "anonymous", PHONE) as page:
        page.goto(f"{site}/redblack")
        page.get_by_label("企业名称或信用代码").fill("修复石")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        record = page.request.get(f"{site}/api/v1/redblack/entries/{code}/record").json()
    with looking(town, browser, "resident", PHONE) as page:
        page.goto(f"{site}/mine/listings/{code}")
        form = opened(page, "申请信用修复")
        form.get_by_label("您的话").fill("料已运回，罚款已交，今后按合同送。")
        form.get_by_role("button", name="交上去").click()
    with looking(town, browser, Role.DEPARTMENT_OFFICER, DESK) as page:
        page.goto(desk)
        form = opened(page, "审核信用修复")
        form.locator("[name=outcome][value=upheld]").check(force=True)
        form.get_by_label("理由").fill("查过了，属实。")
        form.get_by_role("button", name="定下来").click()
        expect(page.locator("h1 + p")).to_contain_text("已撤下")
    with looking(town, browser, "anonymous", PHONE) as page:
        answer = page.goto(entry)
        assert answer is not None
        assert answer.status == 410
        get = page.request.get
        for path in ("/redblack", "/redblack?words=修复石", "/api/v1/redblack/entries",
                     "/redblack/changes.atom"):  # fmt: skip
            assert name not in get(f"{site}{path}").text(), path
        numbers = (record["snapshot"], record["snapshot"] + 1)
        found = [get(f"{site}/api/v1/redblack/snapshots/{number}").json() for number in numbers]
        check_snapshots(record, found)


def check_snapshots(record: dict[str, Any], found: list[dict[str, Any]]) -> None:
    """Check that both snapshots are signed, and that the record was in the first alone."""
    assert json.loads(record["record"])["name"] == "修复石材厂"
    for one in found:
        key, signature = bytes.fromhex(one["public_key"]), bytes.fromhex(one["signature"])
        check_signature(key, signature, one["message"].encode())
    assert [record["leaf"] in one["leaves"] for one in found] == [True, False]
