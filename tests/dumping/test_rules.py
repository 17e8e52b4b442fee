"""States, assigning, photos, proof: no application, no database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.common.graphs import check_graph, check_table
from tests.conftest import NOW
from wufei_public.common.actor import Grant
from wufei_public.common.geo import Point
from wufei_public.dumping.rules import states
from wufei_public.dumping.rules.assigning import can_get, return_move
from wufei_public.dumping.rules.clocks import RUNNING, STANDING
from wufei_public.dumping.rules.kinds import ICONS, OFFICIAL, PLAIN, official_of
from wufei_public.dumping.rules.photos import MOST_FROM_REPORTER, has_room
from wufei_public.dumping.rules.proof import ON_SITE, TOO_ROUGH, is_on_site
from wufei_public.dumping.rules.ratings import (
    DECISION_LABELS,
    RATING_ICONS,
    RATING_LABELS,
    Decision,
    Rating,
    Satisfaction,
    may_rate,
    objection_move,
)
from wufei_public.dumping.rules.release import RELEASES, WITHHOLD_LABELS, Show, WithholdReason
from wufei_public.dumping.rules.states import (
    BEFORE_ACCEPTANCE,
    MERGED,
    OPEN,
    PHASE_LABELS,
    RATEABLE,
    REFUSE_LABELS,
    REVIEWS,
    WAITING,
    WITH_RESULT,
    WORKFLOW,
    Move,
    Phase,
    RefuseGround,
    State,
    Who,
)
from wufei_public.people.rules.roles import OFFICERS, Role

TOWN, OTHER = "410307106", "410307107"
HEAP = Point(34.7, 112.8)
# One second of latitude is 30.8 m: these lie 200 m and 600 m north of the heap.
NEAR, FAR = Point(34.7018, 112.8), Point(34.7054, 112.8)


# ---- states ---------------------------------------------------------------------


def test_every_state_is_reached_and_left() -> None:
    finals = frozenset({State.REFUSED, State.CLOSED, State.UNCLEARED}) | MERGED
    check_graph(WORKFLOW, finals)
    check_table(WORKFLOW, Move)


def test_every_release_is_reached_and_left() -> None:
    check_graph(RELEASES, frozenset())
    check_table(RELEASES, Show)
    assert {step.who for step in RELEASES.steps.values()} == {OFFICERS}


def test_only_the_reporter_answers_and_only_the_system_resumes() -> None:
    may = {step.move: set[str]() for step in WORKFLOW.steps.values()}
    for step in WORKFLOW.steps.values():
        may[step.move] |= step.who
    assert may[Move.ANSWER] == {Who.REPORTER}
    assert may[Move.RESUME] == may[Move.HAND_OVER] == {Who.SYSTEM}
    assert may[Move.ACCEPT] == {Role.TOWN_OFFICER, Role.DISTRICT_OFFICER}
    everyone = OFFICERS | {Role.CREW_MEMBER}
    assert may[Move.CLOSE] == may[Move.RETURN] == may[Move.DISPUTE] == everyone


def test_an_answer_and_its_absence_lead_back_to_where_the_question_was_asked() -> None:
    asked = {step.target: step.source for step in WORKFLOW.steps.values() if step.move is Move.ASK}
    assert set(asked) == WAITING
    for waiting, source in asked.items():
        assert WORKFLOW.step(waiting, Move.ANSWER).target is source
        assert WORKFLOW.step(waiting, Move.RESUME).target is source


def test_only_the_district_decides_a_dispute() -> None:
    steps = WORKFLOW.moves(State.DISPUTED)
    assert {step.move for step in steps} == {
        Move.ASSIGN, Move.REFUSE, Move.CLOSE, Move.CLOSE_UNCLEARED, Move.MERGE,
    }  # fmt: skip
    assert {step.who for step in steps} == {frozenset({Role.DISTRICT_OFFICER})}


def test_only_the_reporter_and_a_proof_that_fails_lead_out_of_an_end() -> None:
    out = [step for final in WORKFLOW.finals - MERGED for step in WORKFLOW.moves(final)]
    assert {step.source for step in out} == RATEABLE == WITH_RESULT - OPEN
    reporter, system = frozenset({Who.REPORTER}), frozenset({Who.SYSTEM})
    assert {(step.move, step.who) for step in out} == {
        (Move.REOPEN, reporter), (Move.OBJECT, reporter),
        (Move.DOUBT, system), (Move.UNPROVEN, system), (Move.UNPROVEN_LEFT, system),
    }  # fmt: skip


def test_a_merged_case_comes_out_before_or_after_its_acceptance_as_it_went_in() -> None:
    ways = {
        step.source: WORKFLOW.step(step.target, Move.UNMERGE).target
        for step in WORKFLOW.steps.values()
        if step.move is Move.MERGE
    }
    assert set(ways) == OPEN - {State.OBJECTED}
    assert {s for s, t in ways.items() if t is State.SUBMITTED} == BEFORE_ACCEPTANCE
    assert {t for s, t in ways.items() if s not in BEFORE_ACCEPTANCE} == {State.ACCEPTED}
    assert {step.move for one in MERGED for step in WORKFLOW.moves(one)} == {Move.UNMERGE}


def test_every_way_to_close_has_both_ends() -> None:
    ways = {
        move: {step.source: step.who for step in WORKFLOW.steps.values() if step.move is move}
        for move in (Move.CLOSE, Move.CLOSE_UNCLEARED)
    }
    assert ways[Move.CLOSE] == ways[Move.CLOSE_UNCLEARED]


def test_an_objection_is_decided_by_town_or_district() -> None:
    steps = WORKFLOW.moves(State.OBJECTED)
    assert {step.move for step in steps} == REVIEWS == {Move(one) for one in Decision}
    assert {step.who for step in steps} == {frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})}


def test_the_first_objection_is_a_right_and_later_ones_are_decided() -> None:
    assert [objection_move(n) for n in (0, 1, 2)] == [Move.REOPEN, Move.OBJECT, Move.OBJECT]


def test_a_result_is_rated_until_its_time_is_over() -> None:
    assert may_rate(State.CLOSED, NOW, NOW)
    assert may_rate(State.UNCLEARED, NOW, NOW)
    assert not may_rate(State.CLOSED, NOW, NOW + timedelta(seconds=1))
    assert not may_rate(State.CLOSED, None, NOW)
    assert not may_rate(State.OBJECTED, NOW, NOW)


def test_who_says_nothing_is_not_satisfied() -> None:
    said = Satisfaction(10, {Rating.SATISFIED: 3, Rating.MOSTLY: 2, Rating.UNSATISFIED: 1})
    assert (said.content, said.silent) == (5, 4)
    assert (Satisfaction().content, Satisfaction().silent) == (0, 0)


def test_every_word_for_people_is_there() -> None:
    assert set(RATING_LABELS) == set(RATING_ICONS) == set(Rating)
    assert set(DECISION_LABELS) == set(Decision)
    assert set(states.LABELS) == set(states.CHIPS) == set(State)
    assert set(PHASE_LABELS) == set(Phase)
    assert set(REFUSE_LABELS) == set(RefuseGround)
    assert set(WITHHOLD_LABELS) == set(WithholdReason)


def test_each_open_state_and_no_other_has_a_clock() -> None:
    assert set(RUNNING) == OPEN == set(State) - WORKFLOW.finals
    assert {state for state, clock in RUNNING.items() if clock == "held_until"} == WAITING
    assert set(STANDING) == WAITING


def test_what_stands_while_asked_is_what_runs_before_and_after() -> None:
    for state, standing in STANDING.items():
        assert RUNNING[WORKFLOW.step(state, Move.ANSWER).target] in standing


# ---- kinds ----------------------------------------------------------------------


def test_every_plain_kind_is_an_official_one() -> None:
    assert {official_of(code) for code in PLAIN} <= set(OFFICIAL)
    assert official_of("unsure") == "other"
    assert {code for code, kind in OFFICIAL.items() if kind.hazardous} == {"hazardous", "medical"}
    kept = {code for code, kind in OFFICIAL.items() if kind.keep_original}
    assert kept == {"industrial", "hazardous", "medical"}
    assert set(ICONS) == set(OFFICIAL)


# ---- assigning ------------------------------------------------------------------


def test_the_second_return_goes_to_the_district() -> None:
    assert [return_move(n) for n in (1, 2, 3)] == [Move.RETURN, Move.DISPUTE, Move.DISPUTE]


@pytest.mark.parametrize(
    ("grants", "department", "can"),
    [
        ([Grant(Role.CREW_MEMBER, TOWN)], None, True),
        ([Grant(Role.CREW_MEMBER, TOWN)], "sanitation", True),
        ([Grant(Role.CREW_MEMBER, OTHER)], None, False),
        ([Grant(Role.CREW_MEMBER, "410307")], None, True),
        ([Grant(Role.CREW_MEMBER, None, "sanitation")], None, True),
        ([Grant(Role.CREW_MEMBER, None, "sanitation")], "sanitation", True),
        ([Grant(Role.CREW_MEMBER, None, "sanitation")], "water", False),
        ([Grant(Role.CREW_MEMBER, OTHER, "sanitation")], "sanitation", False),
        ([Grant(Role.CREW_MEMBER, OTHER), Grant(Role.CREW_MEMBER, TOWN)], None, True),
        ([Grant(Role.TOWN_OFFICER, TOWN)], None, False),
        ([], None, False),
    ],
)
def test_a_crew_member_gets_cases_of_the_own_place_and_department(
    grants: list[Grant], department: str | None, *, can: bool
) -> None:
    assert can_get(grants, TOWN, department) is can


# ---- photos ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "more", "room"),
    [(0, 9, True), (9, 9, True), (10, 9, False), (18, 0, True), (18, 1, False)],
)
def test_room_for_photos_ends_at_two_posts(count: int, more: int, *, room: bool) -> None:
    assert MOST_FROM_REPORTER == 18
    assert has_room(count, more) is room


# ---- proof ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "case_accuracy", "here", "accuracy", "proves"),
    [
        (HEAP, None, HEAP, None, True),
        (HEAP, None, NEAR, None, True),
        (HEAP, None, FAR, None, False),
        (HEAP, None, FAR, 250.0, False),
        (HEAP, None, FAR, 310.0, True),
        (HEAP, 310.0, FAR, None, True),
        (HEAP, 1e6, Point(34.7054, 112.8), None, True),
        # A case of ±1000 km is not proven from the next town: its roughness is cut at 500 m.
        (HEAP, 1e6, Point(34.71, 112.8), None, False),
        (HEAP, None, HEAP, TOO_ROUGH, True),
        (HEAP, None, HEAP, TOO_ROUGH + 1, False),
    ],
)
def test_a_position_proves_within_both_accuracies(
    case: Point,
    case_accuracy: float | None,
    here: Point,
    accuracy: float | None,
    *,
    proves: bool,
) -> None:
    assert is_on_site(case, case_accuracy, here, accuracy) is proves


@given(st.floats(0, TOO_ROUGH), st.floats(0, 0.02))
def test_a_rougher_position_never_proves_less(accuracy: float, step: float) -> None:
    there = Point(HEAP.lat + step, HEAP.lon)
    assert is_on_site(HEAP, 0.0, there, accuracy) or not is_on_site(HEAP, 0.0, there, 0.0)
    assert ON_SITE < TOO_ROUGH
