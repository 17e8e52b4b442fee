"""What the plan says and what follows from a figure, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from wufei_public.common.errors import Invalid
from wufei_public.indicators.rules import checks, gauges, lineage
from wufei_public.indicators.rules.checks import jumps
from wufei_public.indicators.rules.judging import CHIPS, LABELS, Light, Reading, judge, target_for
from wufei_public.indicators.rules.periods import Kind, month_before, month_of, read_period
from wufei_public.indicators.rules.plans import Indicator, Words, current, plans, table
from wufei_public.indicators.rules.states import WORKFLOW, State
from wufei_public.indicators.rules.targets import Direction, Part, Rule, number_in, read_target
from wufei_public.indicators.rules.tasks import Notice, Progress, is_overdue

PLAN = current()


def indicator(number: int) -> Indicator:
    return PLAN.indicators[number - 1]


def test_the_plan_is_whole_and_has_a_version() -> None:
    assert [one.number for one in PLAN.indicators] == list(range(1, 55))
    assert len(PLAN.tasks) == 83
    assert (PLAN.tasks[0].code, PLAN.tasks[-1].code) == ("A-1", "E-7")
    assert plans()[-1] is PLAN
    assert len(PLAN.version) == 12
    assert sum(one.mandatory for one in PLAN.indicators) == 25
    assert sum(one.adjusted for one in PLAN.indicators) == 2


def test_every_word_of_the_plan_has_english() -> None:
    for one in PLAN.indicators:
        assert one.name.en, one.number
        assert bool(one.note.zh) == bool(one.note.en), one.number
        assert all((one.theme.en, one.group.en)), one.number
    assert all(task.title.en and task.group.en for task in PLAN.tasks)
    assert Words("甲", "").told(english=True) == "甲"


def test_targets_are_read_from_what_the_plan_writes() -> None:
    def last(number: int) -> list[tuple[str, Rule, Decimal | None]]:
        parts = indicator(number).targets[-1].parts
        return [(part.component, part.rule, part.bound) for part in parts]

    assert last(1) == [("", Rule.AT_MOST, Decimal("2.14"))]
    assert last(2) == [("", Rule.AT_MOST, Decimal("0.014"))]
    assert last(15) == [("", Rule.AT_LEAST, Decimal(75))]
    assert last(28) == [("", Rule.AT_LEAST, Decimal(5))]
    assert last(43) == [("", Rule.RISING, None)]
    assert last(19) == [("", Rule.STATE, None)]
    assert last(48) == [
        ("产废单位", Rule.AT_LEAST, Decimal(96)),
        ("经营单位", Rule.AT_LEAST, Decimal(98)),
    ]
    assert last(11) == [("", Rule.UNCLEAR, Decimal(16))]
    assert [target.year for target in indicator(54).targets] == [2023, 2025]


def test_a_target_in_words_without_a_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        read_target(2025, "差不多就行", Direction.UP, {})
    assert number_in("9.7") == Decimal("9.7")
    assert number_in("无台账") is None


@pytest.mark.parametrize(
    ("number", "reading", "light"),
    [
        (24, Reading(Decimal(35)), Light.MET),
        (24, Reading(Decimal("34.999")), Light.MISSED),
        (1, Reading(Decimal("2.14")), Light.MET),
        (1, Reading(Decimal("2.15")), Light.MISSED),
        (24, Reading(), Light.NONE),
        (11, Reading(Decimal(16)), Light.UNCLEAR),
        (19, Reading(met=True), Light.MET),
        (19, Reading(met=False), Light.MISSED),
        (19, Reading(), Light.NONE),
        (43, Reading(Decimal(15), before=Decimal(14)), Light.MET),
        (43, Reading(Decimal(14), before=Decimal(14)), Light.MISSED),
        (43, Reading(Decimal(14)), Light.NONE),
        (54, Reading(Decimal(91), interval=(Decimal("88.5"), Decimal(93))), Light.NEAR),
        (54, Reading(Decimal(93), interval=(Decimal("90.5"), Decimal(95))), Light.MET),
        (54, Reading(Decimal(80), interval=(Decimal(77), Decimal(83))), Light.MISSED),
    ],
)
def test_a_figure_is_judged_by_the_targets_rule(
    number: int, reading: Reading, light: Light
) -> None:
    assert judge(indicator(number).targets[-1], {"": reading}) is light
    assert LABELS[light]
    assert CHIPS[light]


def test_a_falling_figure_is_asked_for_where_the_plan_says_so() -> None:
    target = read_target(2025, "逐渐降低", Direction.DOWN, {"逐渐降低": "falling"})
    assert judge(target, {"": Reading(Decimal(3), before=Decimal(4))}) is Light.MET
    assert judge(target, {"": Reading(Decimal(4), before=Decimal(4))}) is Light.MISSED


def test_an_indicator_with_parts_is_met_only_as_a_whole() -> None:
    target = indicator(48).targets[-1]
    good = {"产废单位": Reading(Decimal(97)), "经营单位": Reading(Decimal(98))}
    assert judge(target, good) is Light.MET
    assert judge(target, good | {"经营单位": Reading(Decimal("97.9"))}) is Light.MISSED
    assert judge(target, {"产废单位": Reading(Decimal(97))}) is Light.NONE
    assert judge(target_for((target,), 2030), good) is Light.MET
    nothing = Part("", Rule.AT_LEAST)
    assert judge(type(target)(2025, "", (nothing,)), {"": Reading(Decimal(1))}) is Light.NONE


def test_the_target_is_the_next_one_then_the_last() -> None:
    targets = indicator(54).targets
    assert [target_for(targets, year).year for year in (2021, 2023, 2024, 2025, 2026)] == [
        2023, 2023, 2025, 2025, 2025,
    ]  # fmt: skip


def test_periods_are_read_by_their_key() -> None:
    assert read_period("2026").last == date(2026, 12, 31)
    assert read_period("2026-q3").first == date(2026, 7, 1)
    assert read_period("2026-Q3").last == date(2026, 9, 30)
    assert read_period("2024-02").last == date(2024, 2, 29)
    assert read_period("2026-10-05").kind is Kind.DAY
    assert month_of(date(2026, 11, 24)).key == "2026-11"
    assert month_before(date(2026, 1, 2)).key == "2025-12"
    for wrong in ("", "26", "2026-13", "2026-02-30", "2026-Q5", "1999"):
        with pytest.raises(Invalid):
            read_period(wrong)


FREE: checks.Bounds = (None, None)
BOUNDS = (Decimal(80), Decimal(90))
SURVEY = checks.Told(Decimal(85), "", BOUNDS, survey=True, n=800, method="抽样", collector="统计局")


@pytest.mark.parametrize(
    ("told", "unit", "faults"),
    [
        (checks.Told(Decimal("99.9"), ""), "%", []),
        (checks.Told(Decimal(-12), ""), "%", []),  # a share that went down
        (checks.Told(Decimal(5000), ""), "吨", []),
        (checks.Told(None, "已拟定"), "", []),
        (SURVEY, "%", []),
        (checks.Told(None, ""), "吨", ["figure"]),
        (checks.Told(Decimal("100.1"), ""), "%", ["figure"]),
        (checks.Told(Decimal(-1), ""), "家", ["figure"]),
        (checks.Told(Decimal("NaN"), ""), "吨", ["figure"]),
        (checks.Told(Decimal(85), "", (Decimal(86), Decimal(90))), "%", ["low"]),
        (checks.Told(Decimal(85), "", (Decimal(80), None)), "%", ["low"]),
        (checks.Told(Decimal(85), "", (Decimal(80), Decimal(500))), "%", ["high"]),
        (checks.Told(None, "好", (Decimal(80), Decimal(90))), "%", ["low"]),
        (checks.Told(Decimal(85), "", FREE, n=0), "%", ["n"]),
        (replace(SURVEY, figure=Decimal(-1), bounds=FREE), "%", ["figure"]),
        (checks.Told(None, "好", survey=True), "%", ["figure", "n", "method", "collector"]),
    ],
)
def test_impossible_entries_are_refused_at_their_field(
    told: checks.Told, unit: str, faults: list[str]
) -> None:
    if not faults:
        checks.check_entry(told, unit)
        return
    with pytest.raises(Invalid) as refused:
        checks.check_entry(told, unit)
    assert [fault.pointer for fault in refused.value.errors] == faults


def test_a_jump_asks_for_a_second_look() -> None:
    assert jumps(Decimal(16), Decimal(10))
    assert not jumps(Decimal(15), Decimal(10))
    assert not jumps(Decimal(15), None)
    assert not jumps(Decimal(15), Decimal(0))


def test_figures_keep_every_digit() -> None:
    assert lineage.per_cent(0.8123456789012345) == Decimal("81.23456789012345")
    assert f"{lineage.per_cent(0.9):f}" == "90"
    assert lineage.ratio(1, 3) == Decimal(100) / 3
    weights = {"a": 1, "b": 3}
    assert lineage.mean({"a": 0.5, "b": 0.9}, weights) == Decimal(80)


def test_gauges_are_drawn_from_values() -> None:
    full = gauges.gauge(Decimal(80), (Decimal(76), Decimal(84)), Decimal(90))
    assert all((full.track, full.solid, full.interval, full.target))
    bare = gauges.gauge(None, None, None)
    assert (bare.solid, bare.interval, bare.target) == ("", "", "")
    plain = gauges.gauge(Decimal(80), None, Decimal(90))
    assert plain.solid
    assert not plain.interval
    one, other = gauges.spots([(Decimal(0),) * 3, (Decimal(100),) * 3], 0)
    assert one.x < other.x
    assert one.y > other.y


def test_a_trend_begins_a_ten_below_what_is_in_it() -> None:
    assert gauges.begin_of([Decimal(66), Decimal(90)]) == 50
    assert gauges.begin_of([Decimal(4)]) == 0
    assert gauges.height_of(100, 50) < gauges.height_of(75, 50) < gauges.height_of(50, 50)


def test_every_state_is_reached_and_left() -> None:
    assert WORKFLOW.reachable() == frozenset(State)
    for state in State:
        assert bool(WORKFLOW.moves(state)) == (state not in WORKFLOW.finals)


def test_nothing_is_overdue_before_the_notice_is_over() -> None:
    due, notice = date(2022, 12, 31), Notice(date(2026, 11, 1), 30)
    for progress in (Progress.UNREPORTED, Progress.DOING):
        assert not is_overdue(progress, due, None, date(2030, 1, 1))
        assert not is_overdue(progress, due, notice, date(2026, 12, 1))
        assert is_overdue(progress, due, notice, date(2026, 12, 2))
        assert not is_overdue(progress, None, notice, date(2030, 1, 1))
    assert not is_overdue(Progress.DONE, due, notice, date(2030, 1, 1))
    assert not is_overdue(Progress.DOING, date(2027, 1, 1), notice, date(2026, 12, 31))


def test_the_groups_of_participation_weigh_the_same() -> None:
    assert {row["weight"] for row in table("groups.csv")} == {"1"}
    assert len(table("groups.csv")) == 4
