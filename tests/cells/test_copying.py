"""A round that is closed early leaves its drafts: told, kept, and copied into the next one."""

from typing import Any

import pytest

from tests.cells import make
from tests.cells.make import OFFICE, OWNER, STRANGER, do
from tests.cells.window import UNIT, Window, photo
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import messages
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, copying, rounds
from wufei_public.cells.actions import rubrics as rubric_actions
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules import editing
from wufei_public.cells.rules.rounds import left_over
from wufei_public.cells.rules.stages import State
from wufei_public.common.errors import Conflict, NotAllowed, WrongState
from wufei_public.infra.work import house, reading

pytestmark = pytest.mark.usefixtures("district")


def closed_early(clock: Clock) -> tuple[make.Case, CellRound]:
    """Return a filled draft whose round was closed before its day."""
    opened = make.a_round()
    case = make.filled(make.started(opened=opened))
    clock.move(days=2)
    do(OFFICE, rounds.close_round, code=opened.code, reason="名额已满")
    clock.move(hours=1)
    return case, opened


def test_drafts_of_a_round_that_was_closed_early_are_told_and_kept(clock: Clock) -> None:
    case, opened = closed_early(clock)
    assert messages()[-1] == (OWNER.id, "cells.closed_early")
    clock.move(days=60)
    jobs.end_overdue("")
    assert case.row.state == State.DRAFT
    with pytest.raises(WrongState):
        do(OWNER, applying.submit, code=case.code, committed=True)
    # It lives again with its round, and lapses with it on the day that was promised then.
    until = house().clock()
    do(OFFICE, rounds.extend_round, code=opened.code, closes_at=until.replace(year=2028),
       reason="重开")  # fmt: skip
    clock.now = until.replace(year=2029)
    jobs.end_overdue("")
    assert case.row.state == State.WITHDRAWN


def test_units_hear_of_the_next_round_of_their_kind(clock: Clock) -> None:
    closed_early(clock)
    make.a_round(kinds=("school",))
    assert messages()[-1] == (OWNER.id, "cells.closed_early")
    make.a_round(kinds=("hotel",))
    assert messages()[-1] == (OWNER.id, "cells.draft_waits")


def test_a_draft_goes_on_in_the_next_round_with_all_that_it_holds(
    clock: Clock, see: Window
) -> None:
    case, _opened = closed_early(clock)
    before = queries.entries(reading(), case.row.id)
    following = make.a_round()
    made = make.Case(do(OWNER, copying.copy_draft, code=case.code, round_code=following.code).code,
                     case.unit)  # fmt: skip
    assert (case.row.state, made.row.state) == (State.WITHDRAWN, State.DRAFT)
    assert queries.entries(reading(), made.row.id) == before
    assert queries.entries(reading(), case.row.id).keys() == before.keys()
    assert made.row.story == "我们从厨房做起。"
    people.develop()
    (first,) = before[make.rubric_of(made).items[0].id].photos
    assert see.of(OWNER).get(f"{UNIT.format(made.code)}/photos/{first}/thumb").status_code == 200
    do(OWNER, applying.submit, code=made.code, committed=True)
    with pytest.raises(Conflict):
        do(OWNER, copying.copy_draft, code=case.code, round_code=following.code)


def test_answers_that_the_new_rubric_does_not_know_stay_behind(clock: Clock) -> None:
    case, _opened = closed_early(clock)
    gone, item = "hotel-org-02", "hotel-org-01"
    content = editing.without(rubric_content(), gone)
    section = next(one for one in content["sections"] if one["id"] == "org")
    known = editing.fields_of(editing.found_in(content, item)[1])
    whole = dict.fromkeys(("points", "score0"), str(section["points"]))
    content = editing.with_item(content, item, known | whole)
    do(OFFICE, rubric_actions.add_rubric, content=content | {"version": "2027-1"})
    following = make.a_round()
    row = do(OWNER, copying.copy_draft, code=case.code, round_code=following.code)
    answered = {
        name for name, one in queries.entries(reading(), row.id).items() if one.answer.given
    }
    assert gone not in answered
    assert item in answered


def rubric_content() -> Any:
    from wufei_public.cells.queries.rounds import content  # noqa: PLC0415

    return content(reading(), "hotel", "2026-1")


def test_only_what_was_left_over_is_copied(clock: Clock) -> None:
    running = make.a_round()
    draft = make.started(opened=running)
    with pytest.raises(WrongState) as refusal:
        do(OWNER, copying.copy_draft, code=draft.code, round_code=make.a_round().code)
    assert make.code_of(refusal) == "not_left_over"
    handed_in = make.submitted(opened=running, number=2)
    do(OWNER, applying.withdraw, code=handed_in.code)
    with pytest.raises(WrongState):
        do(OWNER, copying.copy_draft, code=handed_in.code, round_code=make.a_round().code)
    do(OFFICE, rounds.close_round, code=running.code, reason="名额已满")
    clock.move(hours=1)
    with pytest.raises(NotAllowed):
        do(STRANGER, copying.copy_draft, code=draft.code, round_code=make.a_round().code)


def test_a_draft_that_lapsed_may_be_copied_too(clock: Clock) -> None:
    case = make.filled(make.started())
    clock.move(days=31)
    jobs.end_overdue("")
    assert case.row.state == State.WITHDRAWN
    row = do(OWNER, copying.copy_draft, code=case.code, round_code=make.a_round().code)
    assert row.state == State.DRAFT


@pytest.mark.parametrize(
    ("state", "submissions", "hours", "left"),
    [
        (State.DRAFT, 0, 1, True), (State.DRAFT, 0, 0, False), (State.DRAFT, 0, -1, False),
        (State.WITHDRAWN, 0, -1, True), (State.WITHDRAWN, 1, 1, False),
        (State.RETURNED, 1, 1, False), (State.SUBMITTED, 0, 1, False),
    ],
)  # fmt: skip
def test_what_is_left_over(
    state: State, submissions: int, hours: int, left: bool, clock: Clock
) -> None:
    closes = clock.now
    assert left_over(state, submissions, closes, clock.move(hours=hours)) is left


def test_a_draft_is_copied_on_the_page(clock: Clock, see: Window) -> None:
    case, _opened = closed_early(clock)
    page = UNIT.format(case.code)
    text = see.get(OWNER, page)
    assert "填好的内容和材料都留着" in text
    assert f"{page}/copy" not in text
    assert "承诺并提交" not in text
    following = make.a_round(title="2027年第一批")
    assert "2027年第一批" in see.get(OWNER, page)
    see.post(OWNER, f"{page}/copy", 422)
    see.post(STRANGER, f"{page}/copy", 404, round=following.code)
    where = see.post(OWNER, f"{page}/copy", round=following.code).location
    assert "都填好了" in see.get(OWNER, where)
    assert "已经有一件申报" in see.post(OWNER, f"{page}/copy", 409, round=following.code).text
    see.post(OWNER, f"{where.split('?')[0]}/pictures", photos=photo(61))
