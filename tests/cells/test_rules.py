"""States, rubrics as data, conflicts, clocks, rounds, certificates, the count: no application."""

import copy
from datetime import UTC, date, datetime

import pytest

from tests.cells.rubrics import content, kinds, rubric
from tests.common.graphs import check_graph, check_table
from wufei_public.cells.rules import counting, diffs, naming, stages
from wufei_public.cells.rules import kinds as kind_rules
from wufei_public.cells.rules.clocks import CLOCKS, RUNNING, after_hold, due_at, years_after
from wufei_public.cells.rules.conflicts import Expert, conflict, offered
from wufei_public.cells.rules.faults import faults
from wufei_public.cells.rules.rounds import (
    Phase,
    RoundFacts,
    phase,
    require_dates,
    require_fits,
    require_longer,
    require_open,
)
from wufei_public.cells.rules.routes import STANDARD
from wufei_public.cells.rules.rubrics import read_rubric
from wufei_public.cells.rules.scoring import Answer
from wufei_public.cells.rules.stages import Move, State, Who, workflow
from wufei_public.cells.rules.standing import STANDINGS, Act, Shown, Standing, shown
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.common.workdays import Holidays

TOWN, OTHER = "410307106", "410307107"


# ---- states ---------------------------------------------------------------------


def test_every_standing_is_reached_and_left() -> None:
    check_graph(STANDINGS, frozenset())
    check_table(STANDINGS, Act)


def test_every_state_and_ground_has_words() -> None:
    assert set(stages.LABELS) == set(stages.CHIPS) == set(State)
    assert set(stages.GROUND_LABELS) == set(stages.Ground)


def test_only_who_had_no_part_decides_on_objections_and_appeals() -> None:
    steps = workflow(STANDARD).steps.values()
    independent = {step.move for step in steps if Who.INDEPENDENT in step.who}
    assert independent == {Move.REJECT, Move.UPHOLD, Move.OVERTURN, Move.READMIT, Move.DISMISS}
    for step in steps:
        if Who.INDEPENDENT in step.who:
            assert step.who == {Who.INDEPENDENT}


def test_every_kind_has_a_department_and_words() -> None:
    assert set(kind_rules.KINDS) == set(kind_rules.LABELS) == set(kinds())


# ---- rubrics --------------------------------------------------------------------


@pytest.mark.parametrize("kind", kinds())
def test_the_packaged_rubric_has_no_fault(kind: str) -> None:
    found = rubric(kind)
    assert faults(found) == []
    assert sum(one.points for one in found.sections) == 100
    assert found.version == "2026-1"
    assert len(found.of_section("bonus")) == len(found.bonus)


def test_an_item_is_found_by_its_id_and_says_what_is_uploaded() -> None:
    item = rubric("hotel").item("hotel-sort-02")
    assert item
    assert item.ratio
    assert [one.kind for one in item.evidence if one not in item.uploads] == ["visit"]
    assert rubric("hotel").item("hotel-none") is None


def broken(change: str) -> list[str]:
    found = copy.deepcopy(content("hotel"))
    kind = found["kind"]
    exec(change, {"kind": kind, "frame": found})  # noqa: S102  the test's own words
    told = faults(read_rubric(found))
    return [f"{fault.pointer}: {fault.message % fault.facts}" for fault in told]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("kind['items'][0]['points'] = 9", "org: “组织管理”各项合计 16 分，这一部分是 15 分"),
        ("frame['sections'][0]['points'] = 14", "sections: 各部分合计 99 分"),
        ("kind['items'][1]['id'] = 'hotel-org-01'", "hotel-org-01: 编号 hotel-org-01 用了两次"),
        ("kind['vetoes'][0]['id'] = 'org'", "org: 编号 org 用了两次"),
        ("kind['items'][0]['section'] = 'x'", "hotel-org-01: “总经理负责到部门”不在任何"),
        ("kind['thresholds']['levels']['4'] = 80", "levels: 要有三星、四星、五星"),
        ("kind['thresholds']['levels']['3'] = 70", "levels: 三星的分数不能低于"),
        ("kind['thresholds']['levels']['5'] = 111", "levels: 五星的分数谁也拿不到"),
        ("kind['thresholds']['pass'] = 0", "pass: 通过的总分"),
        ("kind['thresholds']['section_min_percent'] = 101", "pass: 通过的总分"),
        (
            "kind['items'][3]['ratio']['zero_at'] = 100",
            "hotel-reduce-02: “大瓶装洗护用品”得满分的值",
        ),
        (
            "kind['items'][0]['steps'][2]['score'] = 1",
            "hotel-org-01: “总经理负责到部门”的各档要从高",
        ),
        ("kind['items'][0]['steps'] = []", "hotel-org-01: “总经理负责到部门”的各档要从高"),
        ("kind['items'][0]['steps'][0]['score'] = 7", "hotel-org-01: “总经理负责到部门”的第一档"),
        ("kind['items'][0]['steps'][1]['when'] = ''", "hotel-org-01: “总经理负责到部门”有一档没写"),
        ("kind['items'][0]['requirement'] = ''", "hotel-org-01: “总经理负责到部门”要写题目和要求"),
        ("kind['items'][0]['points'] = 0", "hotel-org-01: “总经理负责到部门”的分要大于 0"),
        ("kind['items'][0]['allows_na'] = True", "hotel-org-01: “总经理负责到部门”可以不适用"),
        ("kind['vetoes'][0]['text'] = ''", "hotel-veto-01: 一票否决的情形要写"),
        ("kind['bonus'][0]['section'] = 'org'", "hotel-bonus-01: 加分项“绿色饭店称号”只能是"),
        ("kind['items'][-1]['allows_na'] = True", "data: “数据与台账”里至少要有一项"),
    ],
)
def test_a_fault_of_a_rubric_is_named(change: str, said: str) -> None:
    assert any(fault.startswith(said) for fault in broken(change))


# ---- conflicts ------------------------------------------------------------------

UNIT = {"kind": "hotel", "divisions": [TOWN + "201"], "organisations": [7]}


@pytest.mark.parametrize(
    ("expert", "reason"),
    [
        (Expert(1, frozenset({OTHER}), 8), ""),
        (Expert(1, frozenset(), None), ""),
        (Expert(1, frozenset({OTHER}), 7), "same_unit"),
        (Expert(1, frozenset({OTHER, TOWN}), 8), "same_town"),
        (Expert(1, frozenset({OTHER}), 8, frozenset({"school"})), "other_kind"),
        (Expert(2, frozenset({OTHER}), 8), "had_part"),
        (Expert(3, frozenset({OTHER}), 8), "declared"),
    ],
)
def test_a_conflict_is_named(expert: Expert, reason: str) -> None:
    assert conflict(expert, busy={2}, recused={3}, **UNIT) == reason
    assert (expert in offered([expert], busy={2}, recused={3}, **UNIT)) == (reason == "")


# ---- clocks ---------------------------------------------------------------------

NO_HOLIDAYS = Holidays()
# A Tuesday, 10:00 in the district.
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_every_running_clock_has_its_number_and_source() -> None:
    assert set(RUNNING.values()) <= set(CLOCKS)
    assert all(clock.source for clock in CLOCKS.values())
    assert not any(clock.verified for clock in CLOCKS.values())


def test_a_notice_ends_with_its_fifth_working_day() -> None:
    assert due_at("notice", NOW, NO_HOLIDAYS) == datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC)
    assert due_at("appeal_answer", NOW, NO_HOLIDAYS).date() == date(2026, 12, 15)


def test_a_notice_that_stood_still_runs_for_what_was_left() -> None:
    until = due_at("notice", NOW, NO_HOLIDAYS)  # Tuesday 1 December
    held = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)  # Friday: Monday and Tuesday are left
    settled = datetime(2026, 12, 9, 2, 0, tzinfo=UTC)  # Wednesday
    assert after_hold(until, held, settled, NO_HOLIDAYS) == datetime(
        2026, 12, 11, 15, 59, 59, tzinfo=UTC
    )


def test_three_years_end_on_the_day_before() -> None:
    assert years_after(date(2026, 11, 24), 3) == date(2029, 11, 23)
    assert years_after(date(2028, 2, 29), 3) == date(2031, 2, 28)
    assert due_at("valid_years", NOW, NO_HOLIDAYS).date() == date(2029, 11, 23)


# ---- rounds ---------------------------------------------------------------------

ROUND = RoundFacts(
    datetime(2026, 11, 1, tzinfo=UTC),
    datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC),
    frozenset({"hotel"}),
    frozenset({TOWN}),
)


def test_the_servers_clock_opens_and_closes_a_round() -> None:
    assert phase(ROUND, datetime(2026, 10, 31, 23, 59, tzinfo=UTC)) is Phase.AHEAD
    assert phase(ROUND, ROUND.opens_at) is phase(ROUND, ROUND.closes_at) is Phase.OPEN
    late = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert phase(ROUND, late) is Phase.CLOSED
    require_open(ROUND, NOW)
    for instant in (late, datetime(2026, 10, 1, tzinfo=UTC)):
        with pytest.raises(WrongState):
            require_open(ROUND, instant)


def test_a_round_is_for_its_kinds_and_towns() -> None:
    require_fits(ROUND, "hotel", [TOWN + "201"])
    for kind, place in (("school", TOWN + "201"), ("hotel", OTHER + "201")):
        with pytest.raises(Invalid):
            require_fits(ROUND, kind, [place])
    whole = RoundFacts(ROUND.opens_at, ROUND.closes_at, ROUND.kinds)
    require_fits(whole, "hotel", [OTHER + "201"])


def test_dates_of_a_round_run_forward() -> None:
    require_dates(ROUND.opens_at, ROUND.closes_at)
    require_longer(ROUND, datetime(2026, 12, 5, tzinfo=UTC))
    with pytest.raises(Invalid):
        require_dates(ROUND.closes_at, ROUND.closes_at)
    with pytest.raises(Invalid):
        require_longer(ROUND, ROUND.closes_at)


# ---- certificates ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "today", "said"),
    [
        (Standing.VALID, date(2029, 11, 23), Shown.VALID),
        (Standing.VALID, date(2029, 11, 24), Shown.EXPIRED),
        (Standing.SUSPENDED, date(2029, 11, 24), Shown.SUSPENDED),
        (Standing.REVOKED, date(2026, 11, 24), Shown.REVOKED),
    ],
)
def test_a_certificate_says_how_it_stands(standing: Standing, today: date, said: Shown) -> None:
    assert shown(standing, date(2029, 11, 23), today) is said


STATEMENT = naming.Statement(
    "WFXB-2026-0001", "K3M7Q00000", "某饭店", "东店", "hotel", TOWN, "4", "2026-1", "某〔2026〕1号",
    "2026-12-20", "2029-12-19",
)  # fmt: skip


def test_the_signed_bytes_are_sorted_json_without_spaces() -> None:
    signed = naming.signed_bytes(STATEMENT).decode()
    assert signed.startswith(
        '{"code":"K3M7Q00000","division":"410307106","document":"某〔2026〕1号"'
    )
    assert " " not in signed
    assert naming.number_of(2026, 7) == "WFXB-2026-0007"


def test_a_unit_reports_once_for_each_year_after_naming() -> None:
    assert naming.report_years(date(2026, 12, 20), date(2029, 12, 19)) == (2027, 2028, 2029)


# ---- the count ------------------------------------------------------------------


def cell(number: str, kind: str = "hotel", standing: Standing = Standing.VALID) -> counting.Cell:
    return counting.Cell(number, kind, standing, date(2026, 1, 10), date(2029, 1, 9))


def test_the_count_takes_valid_cells_of_the_plans_kinds_on_the_day() -> None:
    cells = [
        cell("4", standing=Standing.SUSPENDED),
        cell("3", "park"),
        cell("2", "school"),
        cell("1"),
    ]
    day = date(2026, 11, 24)
    assert [one.number for one in counting.counted(cells, day)] == ["1", "2"]
    assert counting.counted(cells, date(2026, 1, 9)) == ()
    assert counting.counted(cells, date(2029, 1, 10)) == ()


def test_the_rule_of_the_day_is_the_newest_that_holds() -> None:
    assert counting.rule_on(date(2026, 1, 1)).version == "1"
    assert counting.rule_on(date(2000, 1, 1)).version == "1"
    assert [counting.target_in(year) for year in (2022, 2023, 2024, 2025, 2030)] == [
        5,
        5,
        5,
        15,
        15,
    ]


# ---- what changed ---------------------------------------------------------------


def test_a_resubmission_shows_what_changed_in_order() -> None:
    before = {"a": diffs.Entry(Answer(step=0), "好", (1, 2)), "b": diffs.Entry(Answer(step=1))}
    after = {"b": diffs.Entry(Answer(step=1)), "a": diffs.Entry(Answer(step=0), "好", (2, 3)),
             "c": diffs.Entry(note="新")}  # fmt: skip
    found = diffs.changes(["c", "b", "a"], before, after)
    assert [change.item for change in found] == ["c", "a"]
    assert (found[1].added, found[1].removed) == (1, 1)
