"""Clocks, terms, names and the table of due process."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.common.graphs import check_graph, check_table
from wufei_public.common.clock import district_day
from wufei_public.common.workdays import Holidays
from wufei_public.redblack.rules.clocks import (
    CLOCKS,
    SEVERITIES,
    add_months,
    due_at,
    months_fit,
    term_ends,
)
from wufei_public.redblack.rules.facts import ListingFacts
from wufei_public.redblack.rules.names import (
    MOST_NAMES,
    for_public,
    hides_too_much,
    no_names,
    read_names,
)
from wufei_public.redblack.rules.showing import (
    LAPSE,
    has_lapsed,
    is_heard,
    is_shown,
    may_be_repaired,
)
from wufei_public.redblack.rules.states import (
    CHIPS,
    LABELS,
    LIST_LABELS,
    MOVE_LABELS,
    ONLY,
    OUTCOME_LABELS,
    PAPER_LABELS,
    WAY_LABELS,
    WORKFLOW,
    ListKind,
    Move,
    Outcome,
    Paper,
    State,
    Way,
)

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NOBODY = Holidays()


def facts(state: State = State.PUBLISHED, **more: object) -> ListingFacts:
    given = {"proposed_by": 1, "proposed_at": NOW} | more
    return ListingFacts(ListKind.BLACK, state, "410307106", **given)  # type: ignore[arg-type]


def test_every_state_is_reached_and_left() -> None:
    check_graph(WORKFLOW, frozenset({State.DROPPED, State.REMOVED, State.ENDED}))
    check_table(WORKFLOW, Move)


@pytest.mark.parametrize("kind", ListKind)
def test_each_list_alone_leads_from_proposal_to_an_end(kind: ListKind) -> None:
    seen, todo = set(), [State.PROPOSED]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            steps = WORKFLOW.moves(state)
            todo += [step.target for step in steps if ONLY.get(step.move, kind) is kind]
    other = {State.NOTICED} if kind is ListKind.BLACK else {State.SERVED, State.REPAIR_ASKED}
    assert seen == set(State) - other


def test_everything_has_its_words() -> None:
    assert (set(LABELS), set(CHIPS)) == (set(State), set(State))
    assert (set(MOVE_LABELS), set(LIST_LABELS)) == (set(Move), set(ListKind))
    assert (set(WAY_LABELS), set(PAPER_LABELS)) == (set(Way), set(Paper))
    assert set(OUTCOME_LABELS) == set(Outcome)


def test_every_number_names_its_source() -> None:
    assert [one for one in (*CLOCKS.values(), *SEVERITIES.values()) if not one.source] == []
    assert all(one.least_months < one.most_months for one in SEVERITIES.values())


def test_a_clock_runs_to_the_end_of_its_last_day() -> None:
    # Tuesday: ten working days later is a Tuesday, 24:00 in the district is 16:00 UTC.
    assert due_at("respond", NOW, NOBODY) == datetime(2026, 12, 8, 15, 59, 59, tzinfo=UTC)
    assert due_at("objection", NOW, NOBODY) == datetime(2026, 12, 15, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 24), 3, date(2027, 2, 24)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 12, 31), 36, date(2029, 12, 31)),
    ],
)
def test_months_later(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@given(st.integers(0, 20 * 365 * 24 * 3600), st.integers(1, 36))
def test_a_term_is_never_a_day_longer(seconds: int, months: int) -> None:
    start = NOW + timedelta(seconds=seconds)
    ends = term_ends(start, months)
    assert start < ends
    assert district_day(ends) == add_months(district_day(start), months)
    assert district_day(ends - timedelta(seconds=1)) < district_day(ends)


@pytest.mark.parametrize(
    ("severity", "months", "fits"),
    [
        ("minor", 0, False), ("minor", 1, True), ("minor", 3, True), ("minor", 4, False),
        ("ordinary", 2, False), ("ordinary", 3, True), ("ordinary", 12, True),
        ("ordinary", 13, False), ("serious", 11, False), ("serious", 36, True),
        ("serious", 37, False), ("", 12, True), ("", 13, False), ("", 0, False),
    ],
)  # fmt: skip
def test_months_fit_the_severity(severity: str, months: int, fits: bool) -> None:
    assert months_fit(severity, months) == fits


def test_what_is_over_is_not_shown_whether_a_job_ran_or_not() -> None:
    assert is_shown(facts(ends_at=NOW + timedelta(seconds=1)), NOW)
    assert not is_shown(facts(ends_at=NOW), NOW)
    assert not is_shown(facts(), NOW)
    assert not is_shown(facts(State.REMOVED, ends_at=NOW + timedelta(days=1)), NOW)


def test_an_enterprise_is_heard_when_its_time_is_over_or_it_says_so() -> None:
    assert is_heard(facts(respond_until=NOW - timedelta(seconds=1)), NOW)
    assert not is_heard(facts(respond_until=NOW), NOW)
    assert not is_heard(facts(), NOW)
    assert is_heard(facts(respond_until=NOW, waived_from=NOW), NOW)
    assert not is_heard(facts(respond_until=NOW, waived_from=NOW + timedelta(seconds=1)), NOW)


def test_what_nobody_decides_hangs_over_nobody() -> None:
    last = NOW - LAPSE
    assert not has_lapsed(facts(State.SERVED, proposed_at=last, decide_until=last), NOW)
    earlier = last - timedelta(seconds=1)
    assert has_lapsed(facts(State.SERVED, proposed_at=last, decide_until=earlier), NOW)
    # Nobody was served: it runs from the proposal.
    assert has_lapsed(facts(State.PROPOSED, proposed_at=earlier), NOW)
    assert not has_lapsed(facts(State.PUBLISHED, proposed_at=earlier), NOW)


def test_repair_begins_after_the_least_term() -> None:
    later = NOW + timedelta(days=9)
    assert may_be_repaired(facts(ends_at=later, repair_from=NOW), NOW)
    assert not may_be_repaired(facts(ends_at=later, repair_from=later), NOW)
    assert not may_be_repaired(facts(ends_at=NOW, repair_from=NOW), NOW)
    assert not may_be_repaired(facts(ends_at=later), NOW)


def test_names_and_numbers_are_hidden_from_the_public() -> None:
    names = read_names("张三，张三丰; 李 ,王五")
    assert names == ("张三丰", "张三", "王五")
    said = for_public("张三丰和张三、王五，电话 13812345678", names)
    assert said == "张**和张*、王*，电话 ［手机号已隐去］"


@pytest.mark.parametrize(
    "typed",
    [
        "我们没有倒过任何东西", "没有倒", "40吨", "磅单。",
        " ".join(f"张{chr(0x4E00 + n)}" for n in range(MOST_NAMES + 1)),
    ],
)  # fmt: skip
def test_a_sentence_is_no_name(typed: str) -> None:
    assert no_names(read_names(typed))


def test_names_of_all_peoples_are_names() -> None:
    assert not no_names(read_names("张三、欧阳明月 阿卜杜拉·热合曼 Smith J.Smith"))


def test_no_more_than_names_is_hidden() -> None:
    said = "磅单和照片都在，" * 5
    assert not hides_too_much("李四丁和王五六倒的。", "李**和王**倒的。")
    assert hides_too_much(said, said.replace("磅单", "磅*").replace("照片", "照*"))
    # What was hidden in what was said before counts for nobody.
    assert not hides_too_much("*" * 30, "*" * 30)
