"""What officials do with a case: each move, what it leaves behind, every refusal."""

from typing import Any

import pytest

from tests.conftest import Clock
from tests.dumping import make
from tests.dumping.trace import refused, staff, traced
from wufei_public.common.actor import Actor, Grant
from wufei_public.common.clock import day_end, district_day
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from wufei_public.dumping.actions import officer, placing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.usefixtures("town")

TOWN, DISTRICT, DEPARTMENT = make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.DEPARTMENT_OFFICER
HERE = {"lat": 34.7, "lon": 112.8, "accuracy": 20.0}
RESIDENT_ID = make.RESIDENT.id


def audit(receipt: Receipt, move: str, before: str, after: str) -> tuple[Any, ...]:
    states = {"state": after, "release": "pending"}
    return (f"dumping:case:{move}", f"dumping/{receipt.code}", {"state": before}, states)


@pytest.fixture
def mine() -> Receipt:
    """Return a report of a resident who has an account."""
    make.account(make.RESIDENT)
    return make.report(make.RESIDENT)


# ---- accept and refuse --------------------------------------------------------------


def test_accept_starts_the_clocks_and_tells_the_reporter(mine: Receipt, clock: Clock) -> None:
    clock.move(days=1)
    with traced(mine) as left:
        make.do(TOWN, officer.accept, mine.code)
    row = make.case(mine)
    today = district_day(clock.now)
    assert (row.state, row.accepted_at, row.due_at) == ("accepted", clock.now, row.transfer_due)
    assert row.transfer_due == day_end(today.replace(day=26))
    assert row.finish_due == day_end(today.replace(month=12, day=16))
    assert row.legal_finish_due == day_end(today.replace(year=2027, month=1, day=24))
    assert left.event == ("accept", "submitted", "accepted", "", "")
    assert left.by == staff(TOWN)
    assert left.audit == audit(mine, "accept", "submitted", "accepted")
    assert (left.marks, left.told) == ([make.TOWN], [(RESIDENT_ID, "dumping.accept")])


def test_accept_without_a_place_is_refused_until_there_is_one() -> None:
    receipt = make.report(division=None)
    with refused(WrongState, "no_place_yet", receipt):
        make.do(DISTRICT, officer.accept, receipt.code)
    with refused(NotAllowed, "not_yours_to_do", receipt):
        make.do(TOWN, officer.accept, receipt.code)
    make.do(DISTRICT, placing.place, receipt.code, division=make.VILLAGE)
    make.do(TOWN, officer.accept, receipt.code)


def test_refuse_ends_the_case_with_ground_and_clean_words(mine: Receipt) -> None:
    with traced(mine) as left:
        make.do(TOWN, officer.refuse, mine.code, ground="not_here", text=f"请打 {make.PHONE}。")
    row = make.case(mine)
    assert (row.state, row.refuse_ground, row.due_at) == ("refused", "not_here", None)
    assert left.event == ("refuse", "submitted", "refused", "请打 ［手机号已隐去］。", "")
    assert left.told == [(RESIDENT_ID, "dumping.refuse")]


def test_a_case_that_is_over_takes_no_move() -> None:
    receipt = make.closed()
    for action, values in (
        (officer.accept, {}),
        (officer.refuse, {"ground": "not_here", "text": "不在。"}),
        (officer.assign, {"department": make.DEPARTMENT}),
        (officer.send_back, {"text": "不归我们。"}),
        (officer.ask, {"text": "哪天？"}),
        (officer.close, {"text": "清走了。", **HERE}),
    ):
        with refused(WrongState, "wrong_state", receipt):
            make.do(DISTRICT, action, receipt.code, **values)
    make.do(DISTRICT, officer.add_note, receipt.code, text="回访过。")


# ---- assign -----------------------------------------------------------------------


def test_assign_to_a_department(mine: Receipt) -> None:
    make.do(TOWN, officer.accept, mine.code)
    with traced(mine) as left:
        make.do(TOWN, officer.assign, mine.code, department=make.DEPARTMENT, text="请快。")
    row = make.case(mine)
    assert (row.state, row.department, row.crew_id) == ("assigned", make.DEPARTMENT, None)
    assert row.due_at == row.finish_due
    told = f"→ {make.DEPARTMENT} #\n请快。"
    assert left.event == ("assign", "accepted", "assigned", "", told)
    assert left.told == [(RESIDENT_ID, "dumping.assign")]


def test_assign_to_a_crew_member_tells_them() -> None:
    make.account(make.CREW)
    receipt = make.accepted()
    with traced(receipt) as left:
        make.do(TOWN, officer.assign, receipt.code, crew=make.CREW.id)
    assert make.case(receipt).crew_id == make.CREW.id
    assert left.told == [(make.CREW.id, "dumping.yours")]


def test_reassign_by_the_department_that_has_it() -> None:
    receipt = make.assigned()
    make.do(DEPARTMENT, officer.assign, receipt.code, department=make.OTHER_DEPARTMENT)
    assert make.case(receipt).department == make.OTHER_DEPARTMENT
    with refused(NotAllowed, "not_yours_to_do", receipt):
        make.do(DEPARTMENT, officer.assign, receipt.code, department=make.DEPARTMENT)


@pytest.mark.parametrize(
    ("values", "code", "pointer"),
    [
        ({}, "nobody", "department"),
        ({"department": "no_such"}, "no_department", "department"),
        ({"crew": 999}, "no_crew", "crew"),
        ({"crew": make.OTHER_CREW.id}, "no_crew", "crew"),
        ({"department": make.DEPARTMENT, "crew": make.OTHER_CREW.id}, "no_crew", "crew"),
    ],
)
def test_assign_to_nobody_who_could_is_refused(
    values: dict[str, Any], code: str, pointer: str
) -> None:
    away = Actor(
        make.OTHER_CREW.kind,
        make.OTHER_CREW.id,
        "外镇",
        (Grant(Role.CREW_MEMBER, make.OTHER_TOWN),),
    )
    make.account(away)
    receipt = make.accepted()
    with refused(Invalid, code, receipt, pointer):
        make.do(TOWN, officer.assign, receipt.code, **values)


# ---- return -----------------------------------------------------------------------


def test_the_first_return_goes_to_the_town_and_the_second_to_the_district(clock: Clock) -> None:
    receipt = make.assigned()
    clock.move(days=1)
    with traced(receipt) as left:
        make.do(DEPARTMENT, officer.send_back, receipt.code, text="不归我们。")
    row = make.case(receipt)
    assert left.event == ("return", "assigned", "accepted", "", "不归我们。")
    assert (row.state, row.returns, row.department, row.crew_id) == ("accepted", 1, None, None)
    assert row.due_at == row.transfer_due == day_end(district_day(clock.now).replace(day=26))
    make.do(TOWN, officer.assign, receipt.code, department=make.OTHER_DEPARTMENT)
    with traced(receipt) as left:
        make.do(make.OTHER_DEPARTMENT_OFFICER, officer.send_back, receipt.code, text="也不归我们。")
    assert left.event == ("dispute", "assigned", "disputed", "", "也不归我们。")
    assert make.case(receipt).returns == 2
    with refused(NotAllowed, "not_yours_to_do", receipt):
        make.do(TOWN, officer.assign, receipt.code, department=make.DEPARTMENT)
    make.do(DISTRICT, officer.assign, receipt.code, department=make.DEPARTMENT)
    make.do(DEPARTMENT, officer.send_back, receipt.code, text="还是不归。")
    assert (make.case(receipt).state, make.case(receipt).returns) == ("disputed", 3)


def test_who_does_not_handle_it_returns_nothing() -> None:
    receipt = make.assigned()
    for actor in (make.OTHER_DEPARTMENT_OFFICER, make.CREW, make.STRANGER, make.OTHER_OFFICER):
        with refused(NotAllowed, "not_yours_to_do", receipt):
            make.do(actor, officer.send_back, receipt.code, text="不归我们。")


# ---- notes ------------------------------------------------------------------------


def test_notes_are_internal_unless_said() -> None:
    receipt = make.assigned()
    with traced(receipt) as left:
        make.do(DEPARTMENT, officer.add_note, receipt.code, text=f"联系 {make.PHONE}")
    assert left.event == ("note", "assigned", "assigned", "", f"联系 {make.PHONE}")
    with traced(receipt) as left:
        make.do(DEPARTMENT, officer.add_note, receipt.code, text=f"联系 {make.PHONE}", public=True)
    assert left.event == ("note", "assigned", "assigned", "联系 ［手机号已隐去］", "")
    with refused(NotAllowed, "not_handler_here", receipt):
        make.do(make.OTHER_OFFICER, officer.add_note, receipt.code, text="路过。")


# ---- close ------------------------------------------------------------------------


def test_close_by_photo(mine: Receipt, clock: Clock) -> None:
    make.do(TOWN, officer.accept, mine.code)
    make.do(TOWN, officer.assign, mine.code, department=make.DEPARTMENT)
    clock.move(days=2)
    token = make.photo_token(seed=5)
    with traced(mine) as left:
        make.do(DEPARTMENT, officer.close, mine.code, text=f"清走，{make.PHONE}。", photo=[token])
    row = make.case(mine)
    assert (row.state, row.proof, row.closed_at, row.due_at) == ("closed", "photo", clock.now, None)
    assert row.outcome == "清走，［手机号已隐去］。"
    assert (row.proof_lat, row.photos) == (None, 0)
    assert left.event == ("close", "assigned", "closed", row.outcome, "")
    assert left.told == [(RESIDENT_ID, "dumping.close")]
    assert [(p.role, p.public) for p in make.photos(mine)] == [("proof", True)]


def test_close_by_position_of_the_crew_on_the_spot() -> None:
    make.account(make.CREW)
    receipt = make.crewed(lat=34.7, lon=112.8)
    make.do(make.CREW, officer.close, receipt.code, text="清走了。", **HERE)
    row = make.case(receipt)
    assert (row.proof, row.proof_lat, row.proof_lon) == ("position", 34.7, 112.8)


@pytest.mark.parametrize(
    ("values", "code", "pointer"),
    [
        ({}, "no_proof", "photo"),
        ({"lat": 34.7}, "no_proof", "photo"),
        ({"lat": 34.75, "lon": 112.8}, "not_on_site", "lat"),
        (HERE | {"accuracy": 600.0}, "not_on_site", "lat"),
        # The same numbers in the other datum lie half a kilometre away.
        (HERE | {"accuracy": 0.0, "datum": "gcj02"}, "not_on_site", "lat"),
        ({"photo": ["never-existed"]}, "photo_gone", "photo/0"),
    ],
)
def test_close_without_proof_is_refused(values: dict[str, Any], code: str, pointer: str) -> None:
    receipt = make.assigned(lat=34.7, lon=112.8)
    with refused(Invalid, code, receipt, pointer):
        make.do(TOWN, officer.close, receipt.code, text="清走了。", **values)


def test_a_position_proves_nothing_where_the_case_has_none() -> None:
    receipt = make.assigned(lat=None, lon=None)
    with refused(Invalid, "no_position", receipt, "photo"):
        make.do(TOWN, officer.close, receipt.code, text="清走了。", **HERE)


def test_a_case_that_is_asked_about_can_still_be_closed() -> None:
    receipt = make.asked(make.assigned())
    make.do(TOWN, officer.close, receipt.code, text="清走了。", **HERE)
    assert (make.case(receipt).state, make.case(receipt).held_until) == ("closed", None)


# ---- place and kind -----------------------------------------------------------------


def test_place_keeps_release_and_marks_both_towns() -> None:
    receipt = make.released(make.report())
    before = make.case(receipt)
    shown = (before.release, before.released_at, before.release_token, before.public_words)
    with traced(receipt) as left:
        make.do(TOWN, placing.place, receipt.code, division=make.OTHER_TOWN, text="桥那边的。")
    row = make.case(receipt)
    assert (row.division, row.town) == (make.OTHER_TOWN, make.OTHER_TOWN)
    assert (row.release, row.released_at, row.release_token, row.public_words) == shown
    assert left.event[0] == "place"
    assert left.event[4] == f"{make.VILLAGE} → {make.OTHER_TOWN}\n桥那边的。"
    assert left.marks == [make.TOWN, make.OTHER_TOWN]
    with refused(NotAllowed, "not_officer_here", receipt):
        make.do(TOWN, placing.place, receipt.code, division=make.TOWN)


def test_the_same_place_and_kind_again_change_nothing() -> None:
    receipt = make.report()
    make.do(TOWN, placing.place, receipt.code, division=make.VILLAGE)
    make.do(TOWN, officer.reclassify, receipt.code, kind="construction")
    assert make.moves(receipt) == ["submit"]


def test_place_must_be_one_for_records() -> None:
    receipt = make.report()
    for division in ("999999999", make.DISTRICT):
        with refused(Invalid, "no_place", receipt, "division"):
            make.do(TOWN, placing.place, receipt.code, division=division)


def test_reclassify_keeps_what_the_resident_said() -> None:
    receipt = make.report(photo=[make.photo_token()])
    with traced(receipt) as left:
        make.do(TOWN, officer.reclassify, receipt.code, kind="hazardous")
    row = make.case(receipt)
    assert (row.plain_kind, row.official_kind) == ("build", "hazardous")
    assert left.event[4] == "construction → hazardous"
    assert make.keeps_originals(receipt) == [True]
    make.do(TOWN, officer.reclassify, receipt.code, kind="household")
    assert make.keeps_originals(receipt) == [False]
    with refused(NotAllowed, "not_officer_here", receipt):
        make.do(make.OTHER_OFFICER, officer.reclassify, receipt.code, kind="medical")


# ---- who, and who was faster ----------------------------------------------------------


@pytest.mark.parametrize(
    "actor", [make.OTHER_OFFICER, DEPARTMENT, make.CREW, make.STRANGER, make.AUDITOR, make.RESIDENT]
)
def test_whoever_has_no_role_over_a_new_case_moves_nothing(actor: Actor) -> None:
    receipt = make.report()
    for action, values in (
        (officer.accept, {}),
        (officer.refuse, {"ground": "not_here", "text": "不在。"}),
        (officer.ask, {"text": "哪天？"}),
    ):
        with refused(NotAllowed, "not_yours_to_do", receipt):
            make.do(actor, action, receipt.code, **values)


def test_a_decision_on_an_older_version_is_a_conflict() -> None:
    receipt = make.report()
    seen = make.case(receipt).version
    make.do(TOWN, officer.accept, receipt.code, version=seen)
    for action, values in (
        (officer.assign, {"department": make.DEPARTMENT}),
        (officer.close, {"text": "清走了。", **HERE}),
        (officer.ask, {"text": "哪天？"}),
        (officer.add_note, {"text": "看过。"}),
        (placing.place, {"division": make.TOWN}),
        (officer.reclassify, {"kind": "medical"}),
    ):
        with refused(Conflict, "case_changed", receipt):
            make.do(TOWN, action, receipt.code, version=seen, **values)
    make.do(TOWN, officer.add_note, receipt.code, text="看过。", version=seen + 1)


def test_a_code_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        make.do(TOWN, officer.accept, "0000000000")
