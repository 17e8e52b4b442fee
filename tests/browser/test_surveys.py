"""Surveys on a phone: one question a screen, no signal, a nervous thumb, an older resident."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from tests.browser.browsers import PHONE, faults_of, window
from tests.browser.site import until
from tests.browser.surveys import _wave
from tests.browser.town import Town
from tests.media.make import jpeg
from wufei_public.infra.web.view import MODE_COOKIE
from wufei_public.infra.work import reading, work
from wufei_public.people.rules.roles import Role
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.rules.waves import Mode

pytestmark = pytest.mark.browser

QUIET = ("sat_household", "sat_construction", "sat_industrial", "sat_hazardous", "sat_agriculture")
WAY = {
    "consent": "yes",
    "town": "410307106",
    "age": "60_69",
    "sat_overall": "4",
    **dict.fromkeys(QUIET, "5"),
    "contact": "media",
    "know_medicine": "hazardous",
    "know_kitchen": "green",
    "know_pesticide": "dk",
    "actions": "none",
    "barrier": "place",
    "open_comment": "",
    "sex": "female",
}


def answers(town: Town, name: str = "open") -> int:
    with town.site.app.app_context():
        of_wave = select(Wave.id).where(Wave.code == town.surveys[name]).scalar_subquery()
        counted = select(func.count()).where(Response.wave_id == of_wave)
        return reading().scalar(counted) or 0


def begin(page: Page, town: Town, name: str = "open") -> None:
    page.goto(f"{town.site.address}/surveys/{town.surveys[name]}")
    page.get_by_role("button", name="开始答题").click()
    expect(page.locator("[data-screen=consent]")).to_be_visible()


def here(page: Page) -> str:
    return page.locator(".wf-screen.wf-is-here").get_attribute("data-screen") or ""


def answer(page: Page, name: str, value: str) -> None:
    expect(page.locator(f".wf-screen.wf-is-here[data-screen='{name}']")).to_be_visible()
    if value:
        page.locator(f"[name={name}][value='{value}']").check(force=True)
    page.locator("[data-next]").click()


def answer_all(page: Page, until: str = "") -> None:
    for name, value in WAY.items():
        if name == until:
            return
        answer(page, name, value)


def test_a_resident_answers_screen_by_screen_and_once(town: Town, browser: Browser) -> None:
    before = answers(town)
    with window(browser, PHONE) as context:
        page = context.new_page()
        faults = faults_of(page)
        begin(page, town)
        page.locator("[data-next]").click()
        expect(page.locator("[data-screen=consent] .wf-error")).to_have_text("请选一项再继续。")
        answer_all(page, until="sat_overall")
        page.reload()
        expect(page.locator("[data-screen=sat_overall]")).to_be_visible()
        page.locator("[data-back]").click()
        assert here(page) == "age"
        expect(page.locator("[name=age][value='60_69']")).to_be_checked()
        page.locator("[data-next]").click()
        for name in list(WAY)[3:-1]:
            answer(page, name, WAY[name])
        page.locator("[name=sex][value=female]").check(force=True)
        expect(page.locator("[data-next]")).to_have_text("提交")
        page.locator("[data-next]").dblclick()
        expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
        assert answers(town) == before + 1
        begin_again(page, town)
        assert (answers(town), faults) == (before + 1, [])


def begin_again(page: Page, town: Town) -> None:
    begin(page, town)
    expect(page.locator("[name=consent][value=yes]")).not_to_be_checked()
    answer_all(page)
    expect(page.get_by_text("您已经答过这次调查了").first).to_be_visible()


def test_without_a_signal_it_waits_and_sends_itself(town: Town, browser: Browser) -> None:
    before = answers(town)
    with window(browser, PHONE) as context:
        page = context.new_page()
        begin(page, town)
        context.set_offline(True)
        answer_all(page)
        expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
        assert answers(town) == before
        context.set_offline(False)
        expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible(timeout=40_000)
        assert answers(town) == before + 1


def test_who_declines_is_done_after_one_screen(town: Town, browser: Browser) -> None:
    before = answers(town)
    with window(browser, PHONE) as context:
        page = context.new_page()
        begin(page, town)
        page.locator("[name=consent][value=no]").check(force=True)
        expect(page.locator("[data-next]")).to_have_text("提交")
        page.locator("[data-next]").click()
        expect(page.get_by_role("heading", name="好的，谢谢您")).to_be_visible()
        assert answers(town) == before


def test_none_of_these_takes_back_the_others(town: Town, browser: Browser) -> None:
    with window(browser, PHONE) as context:
        page = context.new_page()
        begin(page, town)
        answer_all(page, until="contact")
        for value in ("media", "poster", "none"):
            page.locator(f"[name=contact][value={value}]").check(force=True)
        expect(page.locator("[name=contact]:checked")).to_have_count(1)
        page.locator("[name=contact][value=online]").check(force=True)
        expect(page.locator("[name=contact][value=none]")).not_to_be_checked()


def test_rules_and_notes_follow_earlier_answers(town: Town, browser: Browser) -> None:
    with window(browser, PHONE) as context:
        page = context.new_page()
        begin(page, town, "ruled")
        answer(page, "consent", "yes")
        for most, told in (("2", False), ("1", True)):
            page.locator("[name=most]").fill(most)
            page.locator("[data-next]").click()
            assert here(page) == "some"
            expect(page.get_by_text("一个人住，也请接着答。")).to_be_visible(visible=told)
            page.locator("[name=some]").fill("3")
            page.locator("[data-next]").click()
            expect(page.get_by_text("不会比家里人多。")).to_be_visible()
            page.locator("[data-back]").click()
        page.locator("[data-next]").click()
        page.locator("[name=some]").fill("1")
        page.locator("[data-next]").click()
        expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()


def test_an_older_resident_has_large_targets_and_nothing_is_cut_off(
    town: Town, browser: Browser
) -> None:
    with window(browser, PHONE | {"viewport": {"width": 320, "height": 640}}) as context:
        cookie = {"name": MODE_COOKIE, "value": "care", "url": town.site.address}
        context.add_cookies([cookie])
        page = context.new_page()
        begin(page, town)
        for name, value in list(WAY.items())[:5]:
            boxes = page.locator(".wf-is-here .wf-opt").all()
            assert all((box.bounding_box() or {})["height"] >= 56 for box in boxes)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            answer(page, name, value)


def test_who_falls_into_a_full_cell_is_thanked_at_once(town: Town, browser: Browser) -> None:
    with window(browser, PHONE) as context:
        page = context.new_page()
        begin(page, town, "full")
        for name in ("consent", "town"):
            answer(page, name, WAY[name])
        answer(page, "age", "60_69")
        expect(page.get_by_role("heading", name="好的，谢谢您")).to_be_visible()
        expect(page.get_by_text("已经答够了")).to_be_visible()
    with window(browser, PHONE) as context:
        page = context.new_page()
        begin(page, town, "full")
        for name in ("consent", "town"):
            answer(page, name, WAY[name])
        answer(page, "age", "18_29")
        expect(page.locator("[data-screen=sat_overall]")).to_be_visible()
    assert answers(town, "full") == 0


def test_a_photo_and_a_place_wait_for_a_signal(
    town: Town, browser: Browser, tmp_path: Path
) -> None:
    before = answers(town, "photos")
    picture = tmp_path / "bin.jpg"
    picture.write_bytes(jpeg(lat=34.5, lon=112.5))
    with window(browser, PHONE) as context:
        page = context.new_page()
        page.goto(f"{town.site.address}/surveys/{town.surveys['photos']}")
        expect(page.get_by_text("可能让人认出您")).to_be_visible()
        page.get_by_role("button", name="开始答题").click()
        expect(page.locator("[data-screen=consent]")).to_be_visible()
        answer(page, "consent", "yes")
        context.set_offline(True)
        page.locator("input[type=file]").nth(1).set_input_files(picture)
        expect(page.locator("[data-photo-list] li")).to_have_count(1)
        answer(page, "bin", "")
        assert here(page) == "where"
        page.locator("select[name=where]").select_option("410307106201")
        page.locator("[data-next]").click()
        expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
        assert answers(town, "photos") == before
        context.set_offline(False)
        until(lambda: answers(town, "photos") == before + 1, 60)
    with town.site.app.app_context():
        of_wave = select(Wave.id).where(Wave.code == town.surveys["photos"]).scalar_subquery()
        kept = reading().scalars(select(Response.answers).where(Response.wave_id == of_wave)).all()
        assert [(row["where"], len(row["bin"])) for row in kept] == [("410307106201", 1)]


def test_an_interviewer_calls_asks_and_comes_back_to_the_list(town: Town, browser: Browser) -> None:
    before = answers(town, "telephone")
    with window(browser, PHONE) as context:
        town.sign_in(context, "town_officer")
        page = context.new_page()
        page.goto(f"{town.site.address}/staff/surveys/{town.surveys['telephone']}/calls")
        page.get_by_role("link", name=re.compile("第 2 号")).click()
        page.get_by_role("button", name="看号码").click()
        expect(page.get_by_role("link", name="拨号")).to_have_attribute(
            "href", re.compile(r"tel:1381234\d{4}")
        )
        page.get_by_role("link", name="接通了，开始问").click()
        expect(page.locator("[data-screen=consent]")).to_be_visible()
        answer_all(page)
        expect(page.get_by_text("这一份收到了，可以打下一个。")).to_be_visible()
        expect(page.get_by_role("link", name=re.compile("第 2 号"))).to_have_count(0)
    assert answers(town, "telephone") == before + 1


def test_an_interviewer_asks_ten_without_a_signal(town: Town, browser: Browser) -> None:
    before = answers(town, "interviews")
    with window(browser, PHONE) as context:
        town.sign_in(context, "town_officer")
        page = context.new_page()
        page.goto(f"{town.site.address}/staff/surveys/{town.surveys['interviews']}/interview")
        context.set_offline(True)
        for count in range(1, 11):
            answer_all(page)
            expect(page.locator("[data-act-note]")).to_contain_text(f"第 {count} 份记下了")
        assert answers(town, "interviews") == before
        context.set_offline(False)
        until(lambda: answers(town, "interviews") == before + 10, 60)


def test_an_interviewer_whose_session_is_over_signs_in_and_nothing_waits_for_a_hand(
    town: Town, browser: Browser
) -> None:
    before = answers(town, "interviews")
    with window(browser, PHONE) as context:
        town.sign_in(context, "town_officer")
        page = context.new_page()
        page.goto(f"{town.site.address}/staff/surveys/{town.surveys['interviews']}/interview")
        context.clear_cookies()
        context.set_offline(True)
        answer_all(page)
        expect(page.locator("[data-act-note]")).to_contain_text("第 1 份记下了")
        context.set_offline(False)
        answer_all(page)
        expect(page.locator("[data-act-note]")).to_contain_text("第 2 份记下了")
        expect(page.locator("[data-act-note]")).to_contain_text("请重新登录")
        page.goto(f"{town.site.address}/mine#waiting")
        expect(page.locator("[data-waiting-list] li")).to_have_count(2)
        expect(page.get_by_text("等登录")).to_have_count(2)
        assert answers(town, "interviews") == before
        town.sign_in(context, "town_officer")
        page.goto(f"{town.site.address}/staff")
        until(lambda: answers(town, "interviews") == before + 2, 60)


def test_the_interview_after_a_stopped_one_is_whole_again(town: Town, browser: Browser) -> None:
    with window(browser, PHONE) as context:
        town.sign_in(context, "town_officer")
        page = context.new_page()
        page.goto(f"{town.site.address}/staff/surveys/{town.surveys['interviews']}/interview")
        answer_all(page, until="contact")
        page.locator("[data-stop]").click()
        expect(page.locator("[data-act-note]")).to_contain_text("第 1 份记下了")
        assert [page.input_value(f"[name={name}]") for name in ("stop", "full")] == ["", ""]
        with page.expect_request(lambda request: request.method == "POST") as sent:
            answer_all(page)
        assert 'name="stop"\r\n\r\n\r\n' in (sent.value.post_data or "")


def planned(town: Town, title: str, **changes: Any) -> str:
    """Plan one more wave for a test that ends it; return its code."""
    with town.site.app.app_context():
        return _wave(town.staff[Role.DISTRICT_OFFICER].actor, title, **changes).code


def test_an_interviewer_goes_on_after_a_reload(town: Town, browser: Browser) -> None:
    code = planned(town, "入户，会断", mode=Mode.INTERVIEWER)
    with window(browser, PHONE) as context:
        town.sign_in(context, "town_officer")
        page = context.new_page()
        page.goto(f"{town.site.address}/staff/surveys/{code}/interview")
        answer_all(page, until="sat_overall")
        page.reload()
        expect(page.locator("[data-screen=sat_overall]")).to_be_visible()
        expect(page.locator("[name=consent][value=yes]")).to_be_checked()
        for name, value in list(WAY.items())[3:]:
            answer(page, name, value)
        expect(page.locator("[data-act-note]")).to_contain_text("第 1 份记下了")
        # Nothing of one person is there for the next, after a reload neither.
        page.reload()
        expect(page.locator("[data-screen=consent]")).to_be_visible()
        expect(page.locator("input:checked")).to_have_count(0)


def test_an_interviewer_gets_the_order_that_the_wave_asks_for(town: Town, browser: Browser) -> None:
    code = planned(town, "入户，轮换", mode=Mode.INTERVIEWER, rotates=True)
    with window(browser, PHONE) as context:
        town.sign_in(context, "town_officer")
        page = context.new_page()
        page.goto(f"{town.site.address}/staff/surveys/{code}/interview")
        scales, first = set(), set()
        for count in range(1, 15):
            steps = page.locator("[data-screen=sat_overall] input")
            scales.add(tuple(one.get_attribute("value") for one in steps.all()))
            first.add(page.locator("[data-battery]").first.get_attribute("data-screen"))
            answer(page, "consent", "no")
            expect(page.locator("[data-act-note]")).to_contain_text(f"第 {count} 份记下了")
    # Of 14 persons all alike by chance: once in 8,000 times.
    assert {one[:5] for one in scales} == {("5", "4", "3", "2", "1"), ("1", "2", "3", "4", "5")}
    assert {one[5:] for one in scales} == {("dk",)}
    assert len(first) > 1


def test_what_the_server_refuses_outright_stays_on_the_phone(town: Town, browser: Browser) -> None:
    code = planned(town, "要作废的调查")
    officer = town.staff[Role.DISTRICT_OFFICER].actor
    with window(browser, PHONE) as context:
        page = context.new_page()
        page.goto(f"{town.site.address}/surveys/{code}")
        page.get_by_role("button", name="开始答题").click()
        answer_all(page, until="sex")
        with town.site.app.app_context():
            work(officer, lambda w: actions.close(w, code=code))
            work(officer, lambda w: actions.drop(w, code=code, reason="弄错了"))
        answer(page, "sex", "female")
        expect(page.locator("[data-act-note]")).to_contain_text("没有这次调查")
        expect(page.locator("[data-screen=sex]")).to_be_visible()
        expect(page.locator("[name=sex][value=female]")).to_be_checked()
        expect(page.locator("[data-next]")).to_be_enabled()


def test_an_interview_that_comes_too_late_comes_back_whole(town: Town, browser: Browser) -> None:
    code = planned(town, "入户，结束了", mode=Mode.INTERVIEWER)
    officer = town.staff[Role.DISTRICT_OFFICER].actor
    with window(browser, PHONE) as context:
        town.sign_in(context, "town_officer")
        page = context.new_page()
        page.goto(f"{town.site.address}/staff/surveys/{code}/interview")
        answer_all(page, until="sex")
        with town.site.app.app_context():
            work(officer, lambda w: actions.close(w, code=code))
        answer(page, "sex", "female")
        expect(page.get_by_text("这次调查现在不收回答")).to_be_visible()
        expect(page.locator("[name=sex][value=female]")).to_be_checked()


def test_without_a_script_all_questions_stand_below_each_other(
    town: Town, browser: Browser
) -> None:
    before = answers(town)
    with window(browser, PHONE, java_script_enabled=False) as context:
        page: Page = context.new_page()
        begin_plain(context, page, town)
        for name, value in WAY.items():
            if value:
                page.locator(f"[name={name}][value='{value}']").check(force=True)
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("heading", name=re.compile("收到了"))).to_be_visible()
    assert answers(town) == before + 1


def begin_plain(_context: BrowserContext, page: Page, town: Town) -> None:
    page.goto(f"{town.site.address}/surveys/{town.surveys['open']}")
    page.get_by_role("button", name="开始答题").click()
    expect(page.locator("[name=sex][value=female]")).to_have_count(1)
    expect(page.locator("[data-screen=sex]")).to_be_visible()


def test_an_official_writes_a_questionnaire_and_plans_a_wave_with_it(
    town: Town, desk: BrowserContext
) -> None:
    town.sign_in(desk, "district_officer")
    page = desk.new_page()
    faults = faults_of(page)
    page.goto(f"{town.site.address}/staff/surveys/questionnaires/{town.surveys['form']}")
    page.get_by_role("button", name="照它改一版").click()
    page.get_by_role("textbox", name="版本").fill("2026112899")
    page.get_by_role("button", name="存名称和版本").click()
    expect(page.get_by_role("textbox", name="版本")).to_have_value("2026112899")
    page.locator("#line-1").get_by_role("link", name="在这后面加").click()
    page.get_by_role("link", name="单选题").click()
    shown = page.locator("[data-sketched]")
    page.get_by_label("问什么").fill("家里沤肥吗？")
    page.get_by_label("第 1 个选项", exact=True).fill("沤")
    page.get_by_label("第 3 个选项", exact=True).fill("想学")
    expect(shown).to_contain_text("题目名只用字母、数字和下划线")
    page.get_by_label("代号", exact=True).fill("compost")
    expect(shown.get_by_text("家里沤肥吗？")).to_be_visible()
    expect(shown.locator(".wf-opt")).to_have_count(2)
    page.get_by_text("提示、条件和检查").click()
    page.get_by_label("什么时候问").fill("${consent} = 'maybe")
    page.get_by_role("button", name="加进去").click()
    expect(page.get_by_label("什么时候问")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("第 3 个选项", exact=True)).to_have_value("想学")
    page.get_by_label("什么时候问").fill("${consent} = 'yes'")
    page.get_by_role("button", name="加进去").click()
    expect(page.locator("#line-2")).to_contain_text("家里沤肥吗？")
    page.locator("#line-2").get_by_role("button", name="下移：家里沤肥吗？").click()
    expect(page.locator("#line-3")).to_contain_text("家里沤肥吗？")
    page.get_by_role("button", name=re.compile("撤销上一步")).click()
    expect(page.locator("#line-2")).to_contain_text("家里沤肥吗？")
    page.get_by_role("button", name="发布这一版").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("版本 2026112899")).to_be_visible()
    expect(page.locator("[data-screen=compost]")).to_be_visible()
    page.get_by_role("link", name="用它做调查").click()
    expect(page.get_by_label("问卷").locator("option:checked")).to_contain_text("2026112899")
    assert faults == []


def test_an_official_looks_through_a_collectors_file_and_loads_it(
    town: Town, desk: BrowserContext
) -> None:
    code = planned(town, "电话公司的数据", mode=Mode.EXTERNAL, collector="某调查公司")
    header = ["编号", "consent", "town", "age", "Q7"]
    rows = [[str(n), "yes", "410307106", "60_69", str(1 + n % 5)] for n in range(40)]
    data = "\n".join(",".join(row) for row in [header, *rows]).encode()
    town.sign_in(desk, "district_officer")
    page = desk.new_page()
    faults = faults_of(page)
    page.goto(f"{town.site.address}/staff/surveys/{code}")
    page.get_by_role("link", name="载入回答文件").click()
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": data}
    page.get_by_label("回答文件").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_role("button", name="上传，先看看").click()
    page.get_by_label("“Q7”是什么").select_option("sat_overall")
    page.get_by_label("“编号”是什么").select_option("id")
    page.get_by_role("button", name="按这样再看").click()
    expect(page.get_by_label("“Q7”是什么")).to_have_value("sat_overall")
    expect(page.get_by_text("a.csv：40 行。")).to_be_visible()
    page.get_by_role("button", name="载入", exact=True).click()
    expect(page.get_by_role("link", name="载入回答文件")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []
    with town.site.app.app_context():
        of_wave = select(Wave.id).where(Wave.code == code).scalar_subquery()
        counted = select(func.count()).where(Response.wave_id == of_wave)
        assert reading().scalar(counted) == 40


def test_an_official_reads_results_and_takes_them_along(town: Town, desk: BrowserContext) -> None:
    town.sign_in(desk, "district_officer")
    page = desk.new_page()
    faults = faults_of(page)
    address = f"{town.site.address}/staff/surveys/{town.surveys['ended']}"
    page.goto(address)
    page.get_by_role("link", name="看结果").click()
    expect(page.locator("svg.wf-likert").first).to_be_visible()
    expect(page.locator("svg.wf-ci").first).to_be_visible()
    for kind, head in (("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf")):
        with page.expect_download() as coming:
            page.locator(f"a[href*='results.{kind}']").first.click()
        assert coming.value.path().read_bytes().startswith(head)
    assert faults == []
