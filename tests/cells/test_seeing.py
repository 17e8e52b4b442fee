"""Who gets which page at each state; nobody learns of others' scores too early."""

import re

import pytest

from tests.cells import make, rubrics
from tests.cells.make import EXPERTS, OFFICE, OUTSIDER, OWNER, SECOND, SECTOR, STRANGER, do
from tests.cells.window import DESK, NOTICE, SHEET, UNIT, Window
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import OTHER_OFFICER, TOWN_OFFICER
from wufei_public.cells.actions import panels
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import Actor
from wufei_public.infra.i18n import COOKIE, ENGLISH
from wufei_public.infra.work import reading

pytestmark = pytest.mark.usefixtures("district")


# ---- who gets what at each state ------------------------------------------------


def who_gets(see: Window, path: str) -> set[str]:
    """Return who gets the page; everybody else gets 302, 403 or 404, nothing in between."""
    found = set()
    for actor in (None, *make.EVERYBODY):
        answer = see.of(actor).get(path)
        assert answer.status_code in {200, 302, 403, 404}
        if answer.status_code == 200:
            found.add(actor.name if actor else "公众")
    return found


OFFICERS_HERE = {
    one.name for one in (TOWN_OFFICER, SECTOR, OFFICE, SECOND, OUTSIDER, make.THIRD, make.FOURTH)
}
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
    assert page.count("还没交，最晚") == 2
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


def test_words_that_exist_in_chinese_alone_are_marked_in_english(see: Window) -> None:
    case = make.submitted()
    see.of(OWNER).set_cookie(COOKIE, ENGLISH)
    page = see.get(OWNER, UNIT.format(case.code))
    answer = next(i for i in rubrics.rubric().items if i.steps and i.steps[0].when).steps[0].when
    assert f'<span lang="zh-Hans">{answer}</span>' in page
    see.of(None).set_cookie(COOKIE, ENGLISH)
    page = see.get(None, "/cells/rubrics/hotel")
    bare = re.sub(r'<(\w+)[^>]* lang="zh-Hans".*?</\1>', "", page.split("<main", 1)[1])
    assert re.findall(r"[\u4e00-\u9fff]+", bare.split("</main>")[0]) == []
    assert "&lt;span" not in page
