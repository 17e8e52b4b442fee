"""Waves: their workflow, who may what, and the plan before anybody has answered."""

from datetime import date

import pytest

from tests.common.graphs import check_graph, check_table
from tests.dumping.make import CREW, DISTRICT_OFFICER, RESIDENT, STRANGER, TOWN_OFFICER
from wufei_public.common.actor import Actor
from wufei_public.common.errors import WrongState
from wufei_public.surveys import policy
from wufei_public.surveys.rules.planning import half_width, quotas
from wufei_public.surveys.rules.waves import (
    CHIPS,
    LABELS,
    LEAST_TO_LOOK,
    MODES,
    WORKFLOW,
    Mode,
    Move,
    State,
    WaveFacts,
)

FIRST, LAST = date(2026, 11, 20), date(2026, 12, 10)


def facts(state: State = State.OPEN, mode: Mode = Mode.LINK, form_id: str = "public") -> WaveFacts:
    return WaveFacts(state, mode, FIRST, LAST, form_id)


def test_the_workflow_is_whole() -> None:
    check_graph(WORKFLOW, frozenset({State.DROPPED}))
    check_table(WORKFLOW, Move)
    assert (set(LABELS), set(CHIPS), set(MODES)) == (set(State), set(State), set(Mode))


@pytest.mark.parametrize(
    ("state", "day", "found"),
    [
        (State.OPEN, FIRST, True),
        (State.OPEN, LAST, True),
        (State.OPEN, date(2026, 11, 19), False),
        (State.OPEN, date(2026, 12, 11), False),
        (State.DRAFT, FIRST, False),
        (State.CLOSED, FIRST, False),
    ],
)
def test_answers_come_in_from_the_first_day_to_the_last(
    state: State, day: date, found: bool
) -> None:
    assert facts(state).takes_answers(day) is found


def test_persons_are_protected_and_units_answer_in_their_own_name() -> None:
    names = ("public", "government", "enterprise", "ngo", "own_form")
    found = {name: facts(form_id=name).of_persons for name in names}
    assert found == {
        "public": True, "government": False, "enterprise": False, "ngo": False, "own_form": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("actor", "manages", "interviews", "looks"),
    [
        (DISTRICT_OFFICER, True, True, True),
        (TOWN_OFFICER, False, True, True),
        (CREW, False, False, False),
        (STRANGER, False, False, False),
        (RESIDENT, False, False, False),
    ],
)
def test_who_may(actor: Actor, manages: bool, interviews: bool, looks: bool) -> None:
    asking = facts(mode=Mode.INTERVIEWER)
    assert policy.may_manage(actor).allowed is manages
    assert policy.may_move(actor, facts(), Move.CLOSE).allowed is manages
    assert policy.may_interview(actor, asking).allowed is interviews
    assert policy.may_look(actor, facts(), LEAST_TO_LOOK).allowed is looks
    assert not policy.may_interview(actor, facts()).allowed


def test_of_an_open_wave_nobody_sees_results_below_the_floor() -> None:
    few = LEAST_TO_LOOK - 1
    reasons = {
        state: policy.may_look(DISTRICT_OFFICER, facts(state), few).reason for state in State
    }
    assert reasons == {
        State.DRAFT: "too_few_to_look", State.OPEN: "too_few_to_look", State.CLOSED: "",
        State.PUBLISHED: "", State.DROPPED: "",
    }  # fmt: skip


def test_a_move_that_nobody_could_make_is_no_question_of_rights() -> None:
    with pytest.raises(WrongState):
        policy.may_move(DISTRICT_OFFICER, facts(State.DROPPED), Move.BEGIN)


def test_a_plan_has_forty_five_a_town_at_least_and_says_how_wide_intervals_will_be() -> None:
    found = quotas([("a", 9000.0), ("b", 1000.0)], 300)
    assert [(one.level, one.wanted) for one in found] == [("a", 270), ("b", 45)]
    assert found[1].half_width == pytest.approx(1.96 * (0.09 / 45) ** 0.5)
    assert half_width(800) == pytest.approx(1.96 * (2 * 0.09 / 800) ** 0.5)
    assert half_width(0) == 1.0
    assert quotas([("a", 0.0)], 300)[0].wanted == 45
