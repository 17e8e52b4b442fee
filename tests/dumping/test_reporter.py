"""The reporter's part: the answer while the clock stands, more photos; leavers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import Clock
from tests.dumping import make
from tests.dumping.trace import refused, traced
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, Grant
from wufei_public.common.clock import day_end, district_day
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.common.workdays import Holidays, workdays_between
from wufei_public.dumping import policy
from wufei_public.dumping.actions import officer, placing, reporter
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.jobs import hand_over_left, resume_held
from wufei_public.dumping.rules.clocks import STANDING
from wufei_public.dumping.rules.states import State
from wufei_public.infra.work import house
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.usefixtures("town")

WEEKENDS = Holidays()  # there is no holiday in these weeks
TOWN, DISTRICT, DEPARTMENT = make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.DEPARTMENT_OFFICER


def answer(receipt: Receipt, actor: Actor = ANONYMOUS, **values: object) -> None:
    values = {"secret": receipt.secret, "text": "周二晚上。"} | values
    make.do(actor, reporter.answer, receipt.code, **values)


def test_who_is_the_reporter() -> None:
    for actor in (make.RESIDENT, make.NEIGHBOUR):
        make.account(actor)
    own, other = make.report(make.RESIDENT), make.report()

    def is_reporter(actor: Actor, receipt: Receipt, secret: str = "") -> bool:
        return reporter.is_reporter(house().keys, actor, make.case(receipt), secret)

    assert is_reporter(make.RESIDENT, own)
    assert is_reporter(ANONYMOUS, own, own.secret)
    assert not is_reporter(make.NEIGHBOUR, own)
    assert not is_reporter(make.RESIDENT, other)
    assert not is_reporter(ANONYMOUS, own, other.secret)
    assert not is_reporter(ANONYMOUS, own, "секрет")
    # A member of staff who happens to have the same number is somebody else.
    assert not is_reporter(Actor(TOWN.kind, make.RESIDENT.id), own)


# ---- ask and answer -------------------------------------------------------------------


def test_ask_holds_the_clock_and_tells_the_reporter(clock: Clock) -> None:
    make.account(make.RESIDENT)
    receipt = make.report(make.RESIDENT)
    with traced(receipt) as left:
        make.do(TOWN, officer.ask, receipt.code, text=f"打 {make.PHONE} 说说。")
    row = make.case(receipt)
    assert (row.state, row.asked_at) == ("asked_submitted", clock.now)
    assert row.due_at == row.held_until == day_end(district_day(clock.now).replace(month=12, day=1))
    assert left.event == ("ask", "submitted", "asked_submitted", "打 ［手机号已隐去］ 说说。", "")
    assert left.told == [(make.RESIDENT.id, "dumping.ask")]


def test_the_clock_is_held_once_in_a_life() -> None:
    receipt = make.asked(make.report())
    answer(receipt)
    make.do(TOWN, officer.accept, receipt.code)
    with refused(WrongState, "asked_before", receipt):
        make.do(TOWN, officer.ask, receipt.code, text="再说说？")


@pytest.mark.parametrize("state", ["submitted", "accepted", "assigned"])
def test_an_answer_leads_back_and_the_deadlines_move_by_what_stood(
    clock: Clock, state: str
) -> None:
    receipt = {"submitted": make.report, "accepted": make.accepted, "assigned": make.assigned}[
        state
    ]()
    before = make.case(receipt)
    stood = {name: getattr(before, name) for name in STANDING[State(f"asked_{state}")]}
    clock.move(hours=1)
    make.asked(receipt)
    clock.move(days=2)
    with traced(receipt) as left:
        answer(receipt)
    row = make.case(receipt)
    assert left.event == ("answer", f"asked_{state}", state, "", "周二晚上。")
    assert left.by == ("anonymous", None)
    assert row.held_until is None
    for name, due in stood.items():
        gone = workdays_between(district_day(due), district_day(getattr(row, name)), WEEKENDS)
        assert gone.days == 2


def test_an_answer_brings_photos_that_nobody_sees_yet() -> None:
    receipt = make.asked(make.report(photo=[make.photo_token(1)]))
    answer(receipt, photo=[make.photo_token(2), make.photo_token(3)])
    assert make.case(receipt).photos == 3
    assert [(p.role, p.position, p.public) for p in make.photos(receipt)] == [
        ("reported", 0, False), ("answer", 1, False), ("answer", 2, False),
    ]  # fmt: skip


def test_a_resident_answers_by_account() -> None:
    make.account(make.RESIDENT)
    receipt = make.asked(make.report(make.RESIDENT))
    with traced(receipt) as left:
        answer(receipt, make.RESIDENT, secret="")
    assert left.by == ("resident", make.RESIDENT.id)


@pytest.mark.parametrize("actor", [ANONYMOUS, make.NEIGHBOUR, TOWN, DISTRICT, SYSTEM])
def test_nobody_answers_for_the_reporter(actor: Actor) -> None:
    receipt, other = make.asked(make.report()), make.report()
    for secret in ("", other.secret, receipt.pin):
        with refused(NotAllowed, "not_the_reporter", receipt):
            answer(receipt, actor, secret=secret)


def test_an_answer_that_comes_too_late_is_taken_all_the_same(clock: Clock) -> None:
    receipt = make.asked(make.accepted())
    clock.move(days=30)
    assert resume_held("") == 1
    finish = make.case(receipt).finish_due
    answer(receipt, photo=[make.photo_token(1)])
    assert make.moves(receipt)[-3:] == ["resume", "added", "photos"]
    assert (make.case(receipt).state, make.case(receipt).finish_due) == ("accepted", finish)


def test_an_answer_sent_twice_is_one_answer() -> None:
    receipt, token = make.asked(make.report()), make.photo_token(1)
    for _time in range(2):
        answer(receipt, photo=[token])
    assert make.moves(receipt) == ["submit", "ask", "answer"]
    assert make.case(receipt).photos == 1


def test_an_answer_nobody_asked_for_is_refused() -> None:
    receipt = make.report()
    with refused(WrongState, "wrong_state", receipt):
        answer(receipt)


# ---- photos afterwards ----------------------------------------------------------------


def add_photos(receipt: Receipt, *seeds: int, secret: str = "") -> None:
    tokens = [make.photo_token(seed) for seed in seeds]
    values = {"secret": secret or receipt.secret, "photo": tokens}
    make.do(ANONYMOUS, reporter.add, receipt.code, **values)


def test_words_come_after_the_report_too_and_once() -> None:
    receipt = make.assigned()
    for _time in range(2):
        make.do(ANONYMOUS, reporter.add, receipt.code, secret=receipt.secret, text="又倒了一车。")
    event = make.last_event(receipt)
    assert (event.move, event.public_text, event.internal_text) == ("added", "", "又倒了一车。")
    assert make.moves(receipt).count("added") == 1
    with refused(Invalid, "nothing_said", receipt, "text"):
        make.do(ANONYMOUS, reporter.add, receipt.code, secret=receipt.secret)


def test_photos_come_after_the_words() -> None:
    receipt = make.report(kind="danger", photo=[make.photo_token(1)])
    with traced(receipt) as left:
        add_photos(receipt, 2, 3)
    assert left.event == ("photos", "submitted", "submitted", "", "2")
    assert [p.position for p in make.photos(receipt)] == [0, 1, 2]
    assert make.keeps_originals(receipt) == [True] * 3


def test_photos_end_at_two_posts() -> None:
    receipt = make.report(photo=[make.photo_token(n) for n in range(9)])
    add_photos(receipt, *range(10, 19))
    with pytest.raises(WrongState) as refusal:
        add_photos(receipt, 20)
    assert refusal.value.code == "photos_full"
    assert make.case(receipt).photos == len(make.photos(receipt)) == 18


def test_photos_for_a_case_that_is_over_or_anothers_are_refused() -> None:
    receipt, over = make.report(), make.closed()
    with pytest.raises(WrongState) as refusal:
        add_photos(over, 1)
    assert refusal.value.code == "case_over"
    with pytest.raises(NotAllowed):
        add_photos(receipt, 1, secret=over.secret)
    with refused(Invalid, "photo_gone", receipt, "photo/0"):
        make.do(ANONYMOUS, reporter.add, receipt.code, secret=receipt.secret, photo=["gone"])
    token = make.photo_token(2)
    make.do(ANONYMOUS, reporter.add, receipt.code, secret=receipt.secret, photo=[token])
    # The place of the one that is gone, however many before it are there already or twice.
    with refused(Invalid, "photo_gone", receipt, "photo/2"):
        again = [token, token, "gone"]
        make.do(ANONYMOUS, reporter.add, receipt.code, secret=receipt.secret, photo=again)


# ---- no answer ------------------------------------------------------------------------


def test_without_an_answer_the_case_goes_on_after_the_hold(clock: Clock) -> None:
    receipt = make.asked(make.accepted())
    finish = make.case(receipt).finish_due
    end = make.case(receipt).held_until
    assert end is not None
    clock.now = end
    assert resume_held("") == 0
    assert make.case(receipt).state == "asked_accepted"
    clock.move(seconds=1)
    with traced(receipt) as left:
        assert resume_held("") == 1
    assert left.event == ("resume", "asked_accepted", "accepted", "", "")
    assert left.by == ("system", None)
    row = make.case(receipt)
    assert finish is not None
    # Tuesday to Tuesday: five working days stood, and one has begun.
    assert row.finish_due == day_end(district_day(finish) + timedelta(days=8))
    assert resume_held("") == 0


def test_nobody_but_the_system_resumes_and_only_when_it_is_time(clock: Clock) -> None:
    receipt = make.asked(make.report())
    make.do(SYSTEM, officer.resume, receipt.code)
    assert make.case(receipt).state == "asked_submitted"
    clock.move(days=8)
    with refused(NotAllowed, "not_yours_to_do", receipt):
        make.do(DISTRICT, officer.resume, receipt.code)


# ---- leavers --------------------------------------------------------------------------


def test_a_leavers_cases_go_back_to_who_assigned_them(clock: Clock) -> None:
    for crew in (make.CREW, make.OTHER_CREW):
        make.account(crew)
    alone, shared, others, done = make.crewed(), make.assigned(), make.accepted(), make.crewed()
    both = {"department": make.DEPARTMENT, "crew": make.CREW.id}
    make.do(TOWN, officer.assign, shared.code, **both)
    make.do(TOWN, officer.assign, others.code, crew=make.OTHER_CREW.id)
    make.do(TOWN, officer.close, done.code, text="清走了。", lat=34.7, lon=112.8)
    assert hand_over_left("") == 0
    make.leave(make.CREW)
    clock.move(days=1)
    assert hand_over_left("") == 2
    assert hand_over_left("") == 0
    row = make.case(alone)
    assert (row.state, row.crew_id, row.returns) == ("accepted", None, 0)
    assert row.due_at == day_end(district_day(clock.now) + timedelta(days=1))
    event = make.last_event(alone)
    assert (event.move, event.actor_kind, event.actor_id) == ("hand_over", "system", None)
    row = make.case(shared)
    assert (row.state, row.department, row.crew_id) == ("assigned", make.DEPARTMENT, None)
    assert make.last_event(shared).move == "hand_over"
    assert make.case(others).crew_id == make.OTHER_CREW.id
    assert make.case(done).crew_id == make.CREW.id


def test_a_leavers_case_that_is_asked_about_keeps_its_promise(clock: Clock) -> None:
    """What was handed over while the clock stood gets one working day from the answer on."""
    make.account(make.CREW)
    receipt = make.asked(make.crewed())
    make.leave(make.CREW)
    clock.move(days=2)
    hand_over_left("")
    assert make.case(receipt).state == "asked_accepted"
    clock.move(days=1)  # a Friday
    answer(receipt)
    row = make.case(receipt)
    assert (row.state, row.due_at) == ("accepted", row.transfer_due)
    assert row.due_at == day_end(district_day(clock.now) + timedelta(days=3))


def test_who_moved_to_another_towns_crew_has_the_old_cases_no_more() -> None:
    make.account(make.CREW)
    receipt = make.crewed()
    make.leave(make.CREW)
    make.grant(make.CREW, Grant(Role.CREW_MEMBER, make.OTHER_TOWN))
    moved = replace(make.CREW, grants=(Grant(Role.CREW_MEMBER, make.OTHER_TOWN),))
    assert not policy.may_handle(moved, make.case(receipt).facts).allowed
    assert hand_over_left("") == 1
    assert (make.case(receipt).crew_id, make.case(receipt).state) == (None, "accepted")
    assert hand_over_left("") == 0


# ---- the place --------------------------------------------------------------------------


def say(receipt: Receipt, division: str = make.VILLAGE, secret: str = "") -> None:
    values = {"secret": secret or receipt.secret, "division": division}
    make.do(ANONYMOUS, placing.say_place, receipt.code, **values)


def test_the_reporter_says_where_a_case_without_a_place_is() -> None:
    receipt = make.report(division=None)
    with traced(receipt) as left:
        say(receipt)
    assert left.event == ("place", "submitted", "submitted", "", f" → {make.VILLAGE}")
    assert left.by == ("anonymous", None)
    assert (left.audit[0], left.marks) == ("dumping:case:place", ["", make.TOWN])
    row = make.case(receipt)
    assert (row.division, row.town) == (make.VILLAGE, make.TOWN)
    say(receipt)  # the same tap again
    assert make.case(receipt).version == row.version


def test_only_the_reporter_says_the_place_and_only_where_none_is_known() -> None:
    receipt, other = make.report(division=None), make.report()
    with refused(NotAllowed, "not_the_reporter", receipt):
        say(receipt, secret=other.secret)
    with refused(Invalid, "no_place", receipt, "division"):
        say(receipt, "410307999")
    with refused(WrongState, "place_known", other):
        say(other, make.OTHER_TOWN)
