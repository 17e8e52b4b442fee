"""Who stands before whom, who is passed over and why, and how many places are taken."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cells import make
from tests.cells.make import OFFICE, OUTSIDER, code_of, do
from tests.cells.window import Window
from tests.conftest import Clock
from wufei_public.cells.actions import deciding, objecting
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import lists, reviews
from wufei_public.cells.rules.ranking import earliness
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.infra.work import reading

DECISION = {"document": "4号", "minutes": "同意"}
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, MOMENTS)
def test_who_hands_in_earlier_ranks_higher(one: datetime, other: datetime) -> None:
    assert (earliness(one) > earliness(other)) == (one < other)


@pytest.mark.usefixtures("district")
def test_of_equal_totals_the_earlier_hand_in_stands_first_on_every_page(clock: Clock) -> None:
    opened = make.a_round()
    cases = []
    for number in (1, 2, 3):
        cases.append(make.scored(opened=opened, number=number))
        clock.move(minutes=5)
    assert len({one.row.total for one in cases}) == 1
    found, after = [], None
    for _page in range(3):
        rows, after = lists.ranking(reading(), opened.id, after, limit=1)
        found += [row.code for row in rows]
    assert (found, after) == ([one.code for one in cases], None)


def taken(opened: CellRound) -> int:
    reading().rollback()
    reading().expire_all()
    return reading().get_one(CellRound, opened.id).taken


@pytest.mark.usefixtures("district")
def test_nobody_better_is_passed_over_without_a_reason(clock: Clock, see: Window) -> None:
    opened = make.a_round(quota=2)
    first = make.scored(opened=opened, number=1)
    second = make.scored(opened=opened, number=2, low=(1, 0, 0))
    clock.move(minutes=5)
    third = make.scored(opened=opened, number=3, low=(1, 0, 0))
    with pytest.raises(Invalid) as refusal:
        do(OFFICE, deciding.propose, code=second.code, **DECISION)
    assert (code_of(refusal), refusal.value.facts) == ("passed_over", {"unit": first.row.unit})
    with pytest.raises(Invalid):
        do(OFFICE, deciding.propose_list, codes=[first.code, third.code], **DECISION)
    page = f"/staff/cells/office/rounds/{opened.code}"
    assert (
        "排在前面" in see.post(OFFICE, f"{page}/decide", 422, codes=[third.code], **DECISION).text
    )
    do(OFFICE, deciding.propose, code=third.code, why="上一批已有一处。", **DECISION)
    assert "上一批已有一处。" in reviews.opinions(reading(), third.row.id)[-1].text
    do(OFFICE, deciding.propose_list, codes=[first.code], **DECISION)
    assert taken(opened) == 2
    with pytest.raises(WrongState) as full:
        do(OFFICE, deciding.propose, code=second.code, **DECISION)
    assert code_of(full) == "quota_full"


@pytest.mark.usefixtures("district")
def test_a_place_that_is_given_back_is_free_again(clock: Clock) -> None:
    opened = make.a_round(quota=1)
    case = make.noticed(opened=opened)
    assert taken(opened) == 1
    found = make.objected(case)
    assert taken(opened) == 1
    do(OUTSIDER, objecting.decide, code=found.code, outcome="upheld", answer="属实。")
    assert taken(opened) == 0
    do(make.THIRD, deciding.propose, code=case.code, **DECISION)
    do(make.FOURTH, deciding.disagree, code=case.code, text="再看看。")
    assert taken(opened) == 0


@pytest.mark.usefixtures("district")
def test_a_position_of_nonsense_is_refused(see: Window) -> None:
    opened = make.a_round(closes_at=make.house().clock() + timedelta(days=3))
    see.get(OFFICE, f"/staff/cells/office/rounds/{opened.code}?after=MS4x", 422)
