"""The whole process through its pages, from the round to the certificate."""

import re
from typing import Any

import pytest

from tests.cells import make, rubrics
from tests.cells.make import (
    EXPERTS,
    FOURTH,
    OFFICE,
    OUTSIDER,
    OWNER,
    SECOND,
    SECTOR,
    STRANGER,
    THIRD,
    do,
)
from tests.cells.window import Window, photo
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import TOWN_OFFICER
from wufei_public.cells import jobs
from wufei_public.common.actor import Actor

pytestmark = pytest.mark.usefixtures("district")


# ---- the whole process through its pages ----------------------------------------
AGAIN = {"document": "4号", "minutes": "同意。"}


def apply(see: Window, round_code: str, unit: Any, *, site: str = "") -> str:
    start = see.post(
        OWNER,
        f"/mine/cells/new/{round_code}",
        kind="hotel",
        unit=unit.name,
        site=[site or unit.code],
    )
    return str(start.location).rsplit("/", 1)[1]


def fill(see: Window, code: str) -> None:
    for item in rubrics.rubric("hotel").items:
        path = f"/mine/cells/{code}/items/{item.id}"
        see.get(OWNER, path)
        answer = rubrics.best(item)
        form = {"value": str(answer.value)} if item.ratio else {"answer": "0"}
        see.post(OWNER, path, **form)
        if item.uploads:
            see.post(OWNER, f"{path}/photos", photos=photo())


def score(see: Window, expert: Actor, code: str) -> None:
    page = f"/staff/scoring/{code}"
    assert code in see.get(expert, "/staff/scoring")
    see.get(expert, page)
    see.post(expert, f"{page}/declare")
    for item in rubrics.rubric("hotel").items:
        answer = rubrics.best(item)
        form = {"value": str(answer.value)} if item.ratio else {"answer": "0"}
        see.post(expert, f"{page}/mark", item=item.id, note="看过", **form)
    see.post(expert, f"{page}/visit", item="hotel-sort-01", photos=photo(expert.id or 0))
    see.post(expert, f"{page}/handin", words="不错", visited_on="2026-11-25")


def test_a_hotel_goes_through_every_page_to_its_certificate(see: Window, clock: Clock) -> None:
    code, round_code = open_and_apply(see)
    desk = f"/staff/cells/{code}"
    check_and_score(see, code, desk)
    assert "其他专家" in see.get(EXPERTS[0], f"/staff/scoring/{code}")
    assert "专家评分：100 分" in see.get(OFFICE, desk)
    assert "洛水饭店" in see.get(OFFICE, f"/staff/cells/office/rounds/{round_code}")
    see.post(OFFICE, f"{desk}/propose", document="3号", minutes="一致同意。")
    assert "要由另一个人" in see.post(OFFICE, f"{desk}/confirm", 409, text="好").text
    see.post(SECOND, f"{desk}/confirm")
    assert "洛水饭店" in see.get(None, "/cells/notices")
    uphold_one_objection(see, code, desk)
    see.post(OFFICE, f"{desk}/rectify", text="厨余要分开。")
    see.post(OWNER, f"/mine/cells/{code}/mend", text="分开了。", photos=photo(10))
    assert "请传现场照片" in see.post(OFFICE, f"{desk}/inspect", 422, text="看过，分开了。").text
    see.post(OFFICE, f"{desk}/inspect", text="看过，分开了。", photos=photo(11))
    people.develop()
    assert "验收时的照片" in see.get(OFFICE, desk)
    assert "被推翻了" in see.post(SECOND, f"{desk}/propose", 409, **AGAIN).text
    see.post(THIRD, f"{desk}/propose", **AGAIN)
    assert "被推翻了" in see.post(OFFICE, f"{desk}/confirm", 409, text="好").text
    see.post(FOURTH, f"{desk}/confirm", text="好")
    reject_one_objection(see, code)
    clock.move(days=20)
    see.clients.clear()  # the sessions are over by then
    jobs.end_overdue("")
    assert "洛水饭店" in see.get(OFFICE, "/staff/cells/office/naming")
    see.post(THIRD, "/staff/cells/office/naming", 422, document="9号")
    see.post(THIRD, "/staff/cells/office/naming", codes=[code], document="9号")
    assert "WFXB-2026-0001" in see.get(OWNER, f"/mine/cells/{code}")
    assert "洛水饭店" in see.get(None, "/cells?kind=hotel")
    assert "证书有效" in see.get(None, "/cells/c/WFXB-2026-0001")
    assert "已命名" in see.get(OFFICE, desk)


def open_and_apply(see: Window) -> tuple[str, str]:
    """Open a round, apply as a hotel, hand in; return both codes."""
    unit = make.unit()
    see.get(OFFICE, "/staff/cells/office/rounds")
    opened = see.post(
        OFFICE,
        "/staff/cells/office/rounds",
        title="第一批",
        notice="请按时申报。",
        opens_on="2026-11-24",
        closes_on="2026-12-20",
        kinds=["hotel", "school"],
    )
    round_code = str(opened.location).rsplit("/", 1)[1]
    assert "第一批" in see.get(None, "/cells")
    assert "请按时申报" in see.get(None, f"/cells/rounds/{round_code}")
    assert "一票否决" in see.get(None, "/cells/rubrics/hotel")
    assert "洛水饭店" in see.get(OWNER, f"/mine/cells/new/{round_code}")
    code = apply(see, round_code, unit)
    assert "还差 16 项" in see.get(OWNER, f"/mine/cells/{code}")
    fill(see, code)
    people.develop()
    see.post(OWNER, f"/mine/cells/{code}/story", story="我们从厨房做起。")
    bad = see.post(OWNER, f"/mine/cells/{code}/submit", 422)
    assert "请先看过承诺书" in bad.text
    see.post(OWNER, f"/mine/cells/{code}/submit", committed="1")
    assert "待镇办初审" in see.get(OWNER, f"/mine/cells/{code}?done=submit")
    return code, round_code


def check_and_score(see: Window, code: str, desk: str) -> None:
    """The town returns it once, with a remark to one item; then sector and experts."""
    assert "洛水饭店" in see.get(TOWN_OFFICER, "/staff/cells?state=submitted")
    see.post(TOWN_OFFICER, f"{desk}/return", 422)
    see.post(TOWN_OFFICER, f"{desk}/return", **{"remark-hotel-org-01": "缺责任表"})
    assert "缺责任表" in see.get(OWNER, f"/mine/cells/{code}")
    assert "缺责任表" in see.get(OWNER, f"/mine/cells/{code}/items/hotel-org-01")
    see.post(OWNER, f"/mine/cells/{code}/items/hotel-org-01", answer="1", note="补了")
    see.post(OWNER, f"/mine/cells/{code}/submit", committed="1")
    assert "和上次比改了什么" in see.get(TOWN_OFFICER, desk)
    see.post(TOWN_OFFICER, f"{desk}/check")
    see.post(SECTOR, f"{desk}/opine", opinion="support", text="推荐")
    for expert in EXPERTS[:3]:
        see.post(OFFICE, "/staff/cells/office/experts", account=expert.id, division="410307107",
                 about="环境工程")  # fmt: skip
    assert "环境工程" in see.get(OFFICE, "/staff/cells/office/experts")
    assert EXPERTS[0].name in see.get(OFFICE, desk)
    see.post(OFFICE, f"{desk}/assign", experts=[one.id for one in EXPERTS[:3]])
    for expert in EXPERTS[:3]:
        score(see, expert, code)
    people.develop()


def uphold_one_objection(see: Window, code: str, desk: str) -> None:
    notice = f"/cells/notices/{code}"
    see.get(None, notice)
    objection = see.post(None, notice, text="厨余没有分开。", phone="13800000000", photos=photo(9))
    assert "最晚" in see.get(None, str(objection.location))
    found = str(objection.location).rsplit("/", 1)[1]
    page = see.get(OFFICE, desk)
    assert "由没有参加评审的人处理" in page
    assert "13800000000" not in page + see.get(OUTSIDER, desk)
    answer = {"outcome": "upheld", "answer": "确实没有分开。"}
    see.post(OFFICE, f"/staff/cells/objections/{found}", 409, **answer)
    see.post(OUTSIDER, f"/staff/cells/objections/{found}", **answer)
    assert "异议成立" in see.get(None, str(objection.location))


def reject_one_objection(see: Window, code: str) -> None:
    objection = see.post(STRANGER, f"/cells/notices/{code}", text="我不喜欢他们。")
    found = str(objection.location).rsplit("/", 1)[1]
    see.post(OUTSIDER, f"/staff/cells/objections/{found}", outcome="rejected", answer="没有根据。")


def test_a_school_of_two_campuses_applies_as_one(see: Window) -> None:
    from wufei_public.organisations.actions import cards  # noqa: PLC0415

    opened = make.a_round()
    unit = make.unit(name="洛水中学", kind="school")
    for name in ("东校区", "西校区"):
        site = {"code": unit.code, "name": name, "division": make.VILLAGE}
        do(TOWN_OFFICER, cards.add_site, **site)
    page = see.get(OWNER, f"/mine/cells/new/{opened.code}")
    keys = re.findall(r'name="site" value="([^"]+)"', page)
    assert len(keys) == 2
    see.post(OWNER, f"/mine/cells/new/{opened.code}", 422, kind="school", unit="洛水中学")
    made = see.post(
        OWNER, f"/mine/cells/new/{opened.code}", kind="school", unit="洛水中学", site=keys
    )
    page = see.get(OWNER, str(made.location))
    assert "洛水中学·东校区、洛水中学·西校区" in page
    again = see.post(
        OWNER, f"/mine/cells/new/{opened.code}", 409, kind="school", unit="x学", site=keys[:1]
    )
    assert "已经有一件申报" in again.text
