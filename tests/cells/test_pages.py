"""Every page of cells: walked through in a browser's stead, and who gets it at each state."""

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cells import make, rubrics
from tests.cells.make import EXPERTS, OFFICE, OUTSIDER, OWNER, SECOND, SECTOR, STRANGER, do
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import OTHER_OFFICER, TOWN_OFFICER
from tests.media.make import jpeg
from wufei_public.cells import jobs
from wufei_public.cells.actions import panels, reviewing
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import Actor
from wufei_public.infra.i18n import COOKIE, ENGLISH
from wufei_public.infra.work import reading

pytestmark = pytest.mark.usefixtures("district")


class Window:
    """A browser of each person."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.clients: dict[int | None, FlaskClient] = {}

    def of(self, actor: Actor | None) -> FlaskClient:
        key = actor.id if actor else None
        if key not in self.clients:
            found = people.browser(self.app, actor) if actor else self.app.test_client()
            found.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
            self.clients[key] = found
        return self.clients[key]

    def get(self, actor: Actor | None, path: str, status: int = 200) -> str:
        answer = self.of(actor).get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return answer.text

    def post(self, actor: Actor | None, path: str, status: int = 303, **form: Any) -> Any:
        answer = self.of(actor).post(path, data=form)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:3000])
        return answer


@pytest.fixture
def see(app: Flask) -> Window:
    return Window(app)


def photo(seed: int = 1) -> tuple[io.BytesIO, str]:
    return io.BytesIO(jpeg(width=320, height=240, seed=seed)), "a.jpg"


# ---- the whole process through its pages ----------------------------------------


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
    see.post(OFFICE, f"{desk}/inspect", text="看过，分开了。")
    see.post(OFFICE, f"{desk}/propose", document="4号", minutes="同意。")
    see.post(SECOND, f"{desk}/confirm", text="好")
    reject_one_objection(see, code)
    clock.move(days=20)
    see.clients.clear()  # the sessions are over by then
    jobs.end_overdue("")
    assert "洛水饭店" in see.get(OFFICE, "/staff/cells/office/naming")
    see.post(OFFICE, "/staff/cells/office/naming", 422, document="9号")
    see.post(OFFICE, "/staff/cells/office/naming", codes=[code], document="9号")
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


# ---- who gets what at each state ------------------------------------------------

UNIT, DESK, SHEET = "/mine/cells/{0}", "/staff/cells/{0}", "/staff/scoring/{0}"
NOTICE = "/cells/notices/{0}"


def who_gets(see: Window, path: str) -> set[str]:
    """Return who gets the page; everybody else gets 302, 403 or 404, nothing in between."""
    found = set()
    for actor in (None, *make.EVERYBODY):
        answer = see.of(actor).get(path)
        assert answer.status_code in {200, 302, 403, 404}
        if answer.status_code == 200:
            found.add(actor.name if actor else "公众")
    return found


OFFICERS_HERE = {TOWN_OFFICER.name, SECTOR.name, OFFICE.name, SECOND.name, OUTSIDER.name}
ALL = {"公众", *(actor.name for actor in make.EVERYBODY)}


def test_each_sees_exactly_what_they_may_at_each_state(see: Window, clock: Clock) -> None:
    opened = make.a_round()
    stages = {
        State.DRAFT: make.started(opened=opened, number=1),
        State.SUBMITTED: make.submitted(opened=opened, number=2),
        State.EXPERTS: make.with_experts(opened=opened, number=3),
        State.NOTICED: make.noticed(opened=opened, number=4),
    }
    panel = {one.name for one in EXPERTS[:3]}
    for state, case in stages.items():
        assert case.row.state == state
        assert who_gets(see, UNIT.format(case.code)) == {OWNER.name}
        assert who_gets(see, f"{UNIT.format(case.code)}/items/hotel-org-01") == {OWNER.name}
        desk = set() if state is State.DRAFT else OFFICERS_HERE
        assert who_gets(see, DESK.format(case.code)) == desk
        seated = panel if state in {State.EXPERTS, State.NOTICED} else set()
        assert who_gets(see, SHEET.format(case.code)) == seated
        assert who_gets(see, NOTICE.format(case.code)) == (ALL if state is State.NOTICED else set())


def test_only_their_own_photos_are_served(see: Window) -> None:
    case = make.with_experts()
    people.develop()
    (one, *_rest) = queries.evidence(reading(), case.row.id)
    path = f"/photos/{one.photo_id}/thumb"
    assert who_gets(see, UNIT.format(case.code) + path) == {OWNER.name}
    assert who_gets(see, DESK.format(case.code) + path) == OFFICERS_HERE
    assert who_gets(see, SHEET.format(case.code) + path) == {one.name for one in EXPERTS[:3]}


def test_a_stranger_writes_nothing(see: Window) -> None:
    case = make.submitted()
    for path in (
        f"/mine/cells/{case.code}/submit",
        f"/mine/cells/{case.code}/withdraw",
        f"/mine/cells/{case.code}/items/hotel-org-01",
        f"/mine/cells/{case.code}/items/hotel-org-01/photos",
    ):
        see.post(STRANGER, path, 404, committed="1", answer="0")
        see.post(None, path, 401)
    see.post(OTHER_OFFICER, f"/staff/cells/{case.code}/check", 404)
    see.post(SECTOR, f"/staff/cells/{case.code}/check", 409)
    see.post(EXPERTS[0], f"/staff/scoring/{case.code}/declare", 404)
    assert case.row.state == State.SUBMITTED


# ---- blind scoring --------------------------------------------------------------

# What tells a moment or a visit and nothing of the others.
PAGES = (
    "/staff", "/staff/scoring", SHEET, "/staff/messages", "/cells", "/staff/cells", DESK,
    "/staff/cells/office/rounds/{1}", "/api/v1/cells", "/api/v1/cells/count", UNIT, "/mine",
    "/notices", "/mine/cells", "/cells/rounds/{1}",
)  # fmt: skip


def view(see: Window, actor: Actor | None, code: str, round_code: str) -> list[tuple[int, str]]:
    """Return everything that `actor` gets by GET, as bytes."""
    found = []
    for path in PAGES:
        answer = see.of(actor).get(path.format(code, round_code))
        found.append((answer.status_code, answer.text))
    return found


OTHERS = ([(1, 0)], [(1, 3)], [(2, 1)], [(1, 0), (2, 2)], [(2, 4), (1, 1)])


@pytest.mark.parametrize("others", OTHERS)
def test_no_view_tells_an_expert_of_the_others_before_the_own_score(
    see: Window, others: list[tuple[int, int]]
) -> None:
    """Two worlds that differ in what the others gave look the same, byte for byte.

    Sorting, counts, bars, messages and the ranking are all in those bytes; so are the
    pages of the unit and of everyone, who must not learn of it either.
    """
    case = make.with_experts()
    # The whole sheet is on the page now, with everything that could leak.
    do(EXPERTS[0], panels.declare, code=case.code)
    round_code = queries_round(case)
    blind = (EXPERTS[0], OWNER, STRANGER, None)
    for actor in blind:
        view(see, actor, case.code, round_code)  # a message that was looked at is read from then on
    before = {actor: view(see, actor, case.code, round_code) for actor in blind}
    for number, low in others:
        make.score(case, EXPERTS[number], low=low)
    assert case.row.state == State.EXPERTS
    for actor in blind:
        assert view(see, actor, case.code, round_code) == before[actor]


def queries_round(case: make.Case) -> str:
    from wufei_public.cells.models.rounds import CellRound  # noqa: PLC0415

    return reading().get_one(CellRound, case.row.round_id).code


def test_the_office_sees_who_is_late_and_no_figure_before_all_are_in(see: Window) -> None:
    case = make.with_experts()
    make.score(case, EXPERTS[1], low=1)
    page = see.get(OFFICE, DESK.format(case.code))
    assert page.count("还没交") == 2
    total = reviews.sheet_of(reading(), case.row, EXPERTS[1].id).total
    assert total == 92
    assert "92 分" not in page
    assert "评完分" in see.get(OFFICE, f"/staff/cells/office/rounds/{queries_round(case)}")


def test_a_reporter_of_the_own_score_sees_the_others_without_names(see: Window) -> None:
    case = make.with_experts()
    make.score(case, EXPERTS[1], low=1)
    make.score(case, EXPERTS[0])
    page = see.get(EXPERTS[0], SHEET.format(case.code))
    assert "92 分" in page
    assert EXPERTS[1].name not in page


def test_a_score_is_changed_on_the_page_after_a_discussion(see: Window) -> None:
    case = make.scored(low=(0, 0, 3))
    sheet, far = SHEET.format(case.code), EXPERTS[2]
    form = {"item": "hotel-org-01", "answer": "0", "reason": "补看了"}
    see.post(far, f"{sheet}/revise", 409, **form)
    see.post(OFFICE, f"/staff/cells/{case.code}/moderate", text="讨论过了。")
    assert "改分" in see.get(far, sheet)
    see.post(far, f"{sheet}/revise", **form)
    assert "77 → 85：补看了" in see.get(OFFICE, f"/staff/cells/{case.code}")
    see.post(far, f"{sheet}/mark", 409, item="hotel-org-01", answer="1")
    see.post(far, f"{sheet}/revise", 422, item="hotel-org-01", answer="0")


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
    assert "org: 106" in see.post(OFFICE, page, 422, file=(broken, "hotel.json")).text
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
    case = make.scored()
    see.post(OFFICE, f"/staff/cells/{case.code}/refuse", 422, ground="below")
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
    see.post(OFFICE, f"/staff/cells/{case.code}/revoke", 422)
    see.post(OFFICE, f"/staff/cells/{case.code}/suspend", reason="停业装修")
    assert "暂停使用" in see.get(None, f"/cells/c/{found.code}")
    see.post(OFFICE, f"/staff/cells/{case.code}/revoke", reason="混投被查")
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
