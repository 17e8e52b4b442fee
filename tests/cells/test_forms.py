"""Forms that come back with what is wrong, and what each changes."""

import io
import json
import re

import pytest

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OUTSIDER, OWNER, SECOND, do
from tests.cells.window import DESK, SHEET, Window, photo
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import OTHER_OFFICER, TOWN_OFFICER
from wufei_public.cells.actions import panels, reviewing
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.stages import State
from wufei_public.infra.i18n import COOKIE, ENGLISH
from wufei_public.infra.work import reading

pytestmark = pytest.mark.usefixtures("district")


# ---- forms that come back -------------------------------------------------------


def test_a_form_that_fails_says_where(see: Window) -> None:
    case = make.started()
    item = f"/mine/cells/{case.code}/items/hotel-org-01"
    see.post(OWNER, item, 422, answer="9")
    see.post(OWNER, f"{item}/photos", 422)
    see.post(OWNER, f"{item}/photos", 422, photos=(io.BytesIO(b"no photo"), "a.jpg"))
    see.get(OWNER, f"/mine/cells/{case.code}/items/hotel-none", 404)
    see.post(OWNER, f"/mine/cells/{case.code}/appeal", 409, text="不服气")
    see.post(OWNER, f"/mine/cells/{case.code}/report", 404, year=2027, text="都还在做")
    see.get(None, "/cells/rubrics/castle", 404)
    see.get(None, "/cells/c/WFXB-2026-9999", 404)
    see.get(None, "/cells/objections/0000000000", 404)


def test_a_photo_may_be_taken_out_on_the_page(see: Window) -> None:
    case = make.started()
    item = f"/mine/cells/{case.code}/items/hotel-org-01"
    see.post(OWNER, f"{item}/photos", photos=photo())
    (one,) = queries.evidence(reading(), case.row.id)
    people.develop()
    assert "已收好" in see.get(OWNER, item)
    see.post(OWNER, f"{item}/photos/{one.photo_id}/remove")
    assert queries.evidence(reading(), case.row.id) == []


def test_an_expert_steps_back_on_the_page(see: Window) -> None:
    case = make.with_experts()
    page = SHEET.format(case.code)
    see.post(EXPERTS[0], f"{page}/recuse", 422)
    see.post(EXPERTS[0], f"{page}/recuse", reason="亲戚在那里")
    see.get(EXPERTS[0], page, 404)
    assert "亲戚在那里" in see.get(OFFICE, DESK.format(case.code))
    see.post(OFFICE, f"/staff/cells/{case.code}/assign", 422, experts=[EXPERTS[0].id])
    see.post(OFFICE, f"/staff/cells/{case.code}/assign", experts=[EXPERTS[3].id])


def test_the_sheet_that_is_not_complete_names_its_gaps(see: Window) -> None:
    case = make.with_experts()
    page = SHEET.format(case.code)
    do(EXPERTS[0], panels.declare, code=case.code)
    see.post(EXPERTS[0], f"{page}/mark", item="hotel-org-01", answer="1")
    assert "还有没打分的项目" in see.post(EXPERTS[0], f"{page}/handin", 422).text


def test_rounds_are_extended_and_closed_on_the_page(see: Window) -> None:
    opened = make.a_round()
    page = f"/staff/cells/office/rounds/{opened.code}"
    see.post(OFFICE, f"{page}/extend", 422, closes_on="2026-11-25", reason="提前不行")
    see.post(OFFICE, f"{page}/extend", closes_on="2027-01-31", reason="连续下雨")
    see.post(OFFICE, f"{page}/close", 422)
    see.post(OFFICE, f"{page}/close", reason="名额已满")
    assert "连续下雨" in see.get(None, f"/cells/rounds/{opened.code}")
    assert "名额已满" in see.get(OFFICE, page)
    see.post(OFFICE, "/staff/cells/office/rounds", 422, title="甲")


def test_a_rubric_is_taken_out_changed_and_brought_back(see: Window) -> None:
    page = "/staff/cells/office/rubrics"
    kept = json.loads(see.get(OFFICE, f"{page}/hotel/2026-1.json"))
    kept["version"] = "2027-1"
    file = io.BytesIO(json.dumps(kept).encode())
    see.post(OFFICE, page, file=(file, "hotel.json"))
    assert "2027-1" in see.get(OFFICE, page)
    again = io.BytesIO(json.dumps(kept).encode())
    assert "这个版本已经有了" in see.post(OFFICE, page, 422, file=(again, "hotel.json")).text
    kept["kind"]["items"][0]["points"] = 99
    kept["version"] = "2028-1"
    broken = io.BytesIO(json.dumps(kept).encode())
    assert (
        "“组织管理”各项合计 106 分" in see.post(OFFICE, page, 422, file=(broken, "hotel.json")).text
    )
    see.post(OFFICE, page, 422, file=(io.BytesIO(b"[1]"), "hotel.json"))
    see.post(OFFICE, page, 422)
    see.get(OFFICE, f"{page}/hotel/1999-1.json", 404)


def test_pages_read_in_english_too(see: Window, clock: Clock) -> None:
    case, found = make.named(clock)
    client = see.of(OWNER)
    client.set_cookie(COOKIE, ENGLISH)
    for path in ("/mine/cells", f"/mine/cells/{case.code}", "/cells", f"/cells/c/{found.code}"):
        assert client.get(path).status_code == 200


def test_refusal_and_appeal_on_the_page(see: Window) -> None:
    case = make.scored(low=(4, 4, 4))
    see.post(OFFICE, f"/staff/cells/{case.code}/refuse", 422, ground="below")
    wrong = {"ground": "quota", "reason": "名额满了。"}
    assert "和记录不符" in see.post(OFFICE, f"/staff/cells/{case.code}/refuse", 422, **wrong).text
    see.post(OFFICE, f"/staff/cells/{case.code}/refuse", ground="below", reason="厨余没分开。")
    page = see.get(OWNER, f"/mine/cells/{case.code}")
    assert "厨余没分开。" in page
    assert "得分没有达到标准" in page
    see.post(OWNER, f"/mine/cells/{case.code}/appeal", 422)
    see.post(OWNER, f"/mine/cells/{case.code}/appeal", text="请再看一次。")
    assert "请再看一次" in see.get(OUTSIDER, f"/staff/cells/{case.code}")


def test_a_certificate_is_removed_on_the_page_and_the_unit_reports(
    see: Window, clock: Clock
) -> None:
    case, found = make.named(clock)
    clock.move(days=200)
    # The sessions are over by then.
    see.clients.clear()
    assert "交年度自查" in see.get(OWNER, f"/mine/cells/{case.code}")
    see.post(OWNER, f"/mine/cells/{case.code}/report", year=2027, text="都还在做。")
    assert "都还在做" in see.get(None, f"/cells/c/{found.code}")
    desk = f"/staff/cells/{case.code}"
    see.post(OFFICE, f"{desk}/propose_removal", 422)
    see.post(OFFICE, f"/staff/cells/{case.code}/suspend", reason="停业装修")
    assert "暂停使用" in see.get(None, f"/cells/c/{found.code}")
    see.post(OFFICE, f"{desk}/propose_removal", reason="混投被查")
    assert "暂停使用" in see.get(None, f"/cells/c/{found.code}")
    assert "混投被查" in see.get(OWNER, f"/mine/cells/{case.code}")
    assert 'action="' + f"{desk}/confirm_removal" not in see.get(OFFICE, desk)
    assert "要由另一个人来确认" in see.post(OFFICE, f"{desk}/confirm_removal", 409).text
    see.post(SECOND, f"{desk}/decline_removal", 422)
    see.post(SECOND, f"{desk}/confirm_removal")
    page = see.get(None, f"/cells/c/{found.code}")
    assert "已经摘牌" in page
    assert "混投被查" in page
    see.post(OFFICE, f"/staff/cells/{case.code}/restore", 409, reason="算了吧")
    see.post(OWNER, f"/mine/cells/{case.code}/appeal", text="请再看一次。")
    other = make.submitted(opened=make.a_round(), number=2)
    see.post(OFFICE, f"/staff/cells/{other.code}/suspend", 404, reason="没有证书")


def test_withdrawing_on_the_page(see: Window) -> None:
    case = make.submitted()
    see.post(OWNER, f"/mine/cells/{case.code}/withdraw", text="不报了")
    assert case.row.state == State.WITHDRAWN
    see.get(OWNER, f"/mine/cells/{case.code}")
    with pytest.raises(Exception, match="现在不能"):
        do(TOWN_OFFICER, reviewing.pass_check, code=case.code)


def test_cards_and_menus_show_what_waits(see: Window) -> None:
    make.with_experts()
    assert "等您评分的" in see.get(EXPERTS[0], "/staff")
    assert "专家评分中" in see.get(OFFICE, "/staff")
    assert "现在没有在办的申报" in see.get(OTHER_OFFICER, "/staff")
    assert "洛水饭店" in see.get(OWNER, "/mine")
    assert "无废细胞" in see.get(None, "/notices")
    assert "请您评分" in see.get(EXPERTS[0], "/staff/messages")


def test_every_label_of_a_page_leads_to_a_field_of_its_own(see: Window, clock: Clock) -> None:
    opened = make.a_round()
    case, _found = make.named(clock, opened=opened)
    other = make.scored(opened=make.a_round(), number=2)
    see.clients.clear()
    pages = {
        OFFICE: (f"/staff/cells/{case.code}", f"/staff/cells/{other.code}",
                 f"/staff/cells/office/rounds/{opened.code}"),
        OWNER: (f"/mine/cells/{case.code}",),
    }  # fmt: skip
    for actor, paths in pages.items():
        for path in paths:
            ids = re.findall(r' id="([^"]+)"', see.get(actor, path))
            assert [one for one in set(ids) if ids.count(one) > 1] == [], path
