"""Figures computed here: from the rows below, once, and the same again from those rows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.indicators import make
from tests.surveys import waves
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.common.actor import ANONYMOUS
from wufei_public.dumping.actions import extending, merging, officer, withdrawing
from wufei_public.dumping.jobs import count_marked
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.closing import closing
from wufei_public.indicators.actions import claiming, computing
from wufei_public.indicators.documents import words
from wufei_public.indicators.documents.behind import behind
from wufei_public.indicators.jobs import tend
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.queries.sources import SOURCES
from wufei_public.indicators.rules.lineage import WITHOUT, without_extensions
from wufei_public.indicators.rules.periods import read_period
from wufei_public.indicators.rules.states import Move, State
from wufei_public.infra.buckets import mark
from wufei_public.infra.work import Work, reading, work
from wufei_public.surveys.actions import waves as wave_actions
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.models import Wave

pytestmark = pytest.mark.usefixtures("district")
NOVEMBER = read_period("2026-11")


def published_wave(form: str = "public", seed: int = 1) -> Wave:
    """Return a wave that ended in November and whose results everybody may read."""
    row = waves.wave(form, closes_on=date(2026, 11, 30))
    waves.answered(row, 260 if form == "public" else 60, seed)
    row = waves.closed(row)
    figures = figures_of(row, assembled(reading(), row, ()), ())
    who = make.DISTRICT_OFFICER
    work(who, lambda w: wave_actions.publish(w, code=row.code, figures=figures))
    return waves.again(row)


def measure(row: Wave, column: str, name: str) -> dict[str, Any]:
    return next(
        one
        for one in (row.figures or {})["measures"]
        if (one["column"], one["measure"]) == (column, name)
    )


def figure(series: str) -> Decimal | None:
    found = SOURCES[series](reading(), NOVEMBER)
    return found.figure if found else None


def test_satisfaction_and_reach_are_the_waves_own_estimates() -> None:
    row = published_wave()
    make.computed()
    (found,) = make.rows("54")
    told = measure(row, "sat_overall", "top_two")
    assert found.figure == Decimal(repr(told["weighted"])) * 100
    assert (found.low, found.high) == tuple(Decimal(repr(one)) * 100 for one in told["interval"])
    assert (found.n, found.source, found.state) == (told["n"], "wave", State.CHECKED)
    assert found.inputs["wave"] == row.code
    (reach,) = make.rows("52")
    assert reach.figure == Decimal(repr(measure(row, "i52", "share")["weighted"])) * 100
    assert make.rows("53") == []


def test_participation_needs_all_four_groups() -> None:
    for form in ("public", "government", "enterprise"):
        published_wave(form)
    assert figure("53") is None
    published_wave("ngo")
    rates = []
    for form, column in (("public", "i53"), ("government", "i53_units"),
                         ("enterprise", "i53_units"), ("ngo", "i53_units")):  # fmt: skip
        wave = next(one for one in reading().query(Wave) if one.form_id == form)
        rates.append(Decimal(repr(measure(wave, column, "share")["weighted"])))
    assert figure("53") == (sum(rates) * 100 / 4)


def test_a_wave_that_is_not_published_gives_nothing() -> None:
    waves.closed(waves.answered(waves.wave(closes_on=date(2026, 11, 30))))
    assert figure("54") is None
    assert figure("52") is None
    # A wave of another month is not November's.
    published_wave()
    assert SOURCES["54"](reading(), read_period("2026-12")) is None


def test_the_closing_rate_counts_cases_by_their_lawful_day() -> None:
    """Accepted on 24 November, a case has until 23 January at the latest."""
    january = read_period("2027-01")
    assert SOURCES["50"](reading(), january) is None
    cases.closed()
    cases.assigned()
    cases.report()
    cases.do(
        cases.TOWN_OFFICER, officer.refuse, cases.report().code, ground="not_waste", text="不是"
    )
    found = SOURCES["50"](reading(), january)
    assert found is not None
    assert (found.figure, found.inputs["due"], found.inputs["in_time"]) == (50, 2, 1)
    assert figure("50") is None


def test_the_closing_rate_stands_beside_what_it_were_without_more_time(clock: Clock) -> None:
    """Its last lawful day goes from 23 January to 22 February once more time was granted."""
    january, february = read_period("2027-01"), read_period("2027-02")
    longer = cases.assigned()
    cases.do(cases.TOWN_OFFICER, extending.ask_longer, longer.code, text="要等挖机。")
    cases.do(cases.DISTRICT_OFFICER, extending.decide_longer, longer.code, decision="grant")
    cases.closed()
    first = SOURCES["50"](reading(), january)
    assert first is not None
    assert (first.figure, first.inputs["due"]) == (100, 1)
    assert first.inputs[WITHOUT] == {"due": 2, "in_time": 1}
    assert without_extensions(first.inputs) == 50
    clock.now = datetime(2027, 2, 1, tzinfo=UTC)
    cases.do(
        cases.TOWN_OFFICER, officer.close, longer.code, text="清走了。",
        photo=[cases.photo_token(seed=8)],
    )  # fmt: skip
    second = SOURCES["50"](reading(), february)
    assert second is not None
    assert (second.figure, second.inputs["due"]) == (100, 1)
    assert second.inputs[WITHOUT] == {"due": 0, "in_time": 0}
    assert without_extensions(second.inputs) is None
    # With more time it is in January no more; without it, January stays as it was: late.
    again = SOURCES["50"](reading(), january)
    assert again is not None
    assert again.inputs[WITHOUT] == {"due": 2, "in_time": 1}


def test_cells_are_counted_on_the_last_day() -> None:
    assert reading().query(CellCertificate).count() == 0
    assert figure("39") == 0


def test_reports_are_counted_under_their_own_name() -> None:
    assert figure("reports") is None
    cases.report()
    cases.report()
    assert figure("reports") == 2
    assert SOURCES["reports"](reading(), read_period("2026-10")) is None


def test_a_second_run_changes_nothing() -> None:
    published_wave()
    cases.report()
    assert make.computed(run="first") > 0
    before = [(row.code, row.state, row.figure, row.run) for row in make.rows()]
    assert make.computed(run="second") == 0
    assert [(row.code, row.state, row.figure, row.run) for row in make.rows()] == before


def test_late_rows_make_a_new_version_and_leave_the_published_one(session: Session) -> None:
    cases.report()
    make.computed()
    (row,) = make.rows("reports")
    make.moved(row, make.DISTRICT_OFFICER, Move.PUBLISH)
    cases.report()
    assert make.computed(run="later") == 1
    assert [(one.version, one.state, one.figure) for one in make.rows("reports")] == [
        (1, State.PUBLISHED, 1), (2, State.CHECKED, 2),
    ]  # fmt: skip
    cases.report()
    make.computed(run="later still")
    assert [one.state for one in make.rows("reports")] == [
        State.PUBLISHED, State.DROPPED, State.CHECKED,
    ]  # fmt: skip


def test_published_values_come_back_digit_by_digit(app: Flask, session: Session) -> None:
    row = published_wave()
    cases.report()
    make.computed()
    for one in make.rows():
        make.moved(one, make.DISTRICT_OFFICER, Move.PUBLISH)
    again = list(computing.recompute(reading()))
    assert {one.value.series for one in again} == {"39", "52", "54", "reports"}
    assert all(one.same for one in again)
    run = app.test_cli_runner()
    answer = run.invoke(args=["indicators", "recompute", "--all"])
    assert (answer.exit_code, answer.output.count("reproduced")) == (0, 4)
    assert run.invoke(args=["indicators", "recompute"]).exit_code == 2
    nonsense = run.invoke(args=["indicators", "recompute", "nonsense"])
    assert nonsense.exit_code == 2
    assert "no series 'nonsense'" in nonsense.output
    work(
        make.DISTRICT_OFFICER,
        lambda w: wave_actions.withdraw(w, code=row.code, reason="权数有误"),
    )
    reading().rollback()
    answer = run.invoke(args=["indicators", "recompute", "54"])
    assert answer.exit_code == 1
    assert "its rows give no value" in answer.output


def published_all(series: str) -> None:
    for one in make.rows(series):
        if one.state == State.CHECKED:
            make.moved(one, make.DISTRICT_OFFICER, Move.PUBLISH)


def test_what_can_be_computed_no_more_becomes_a_version_without_a_value(
    app: Flask, session: Session
) -> None:
    row = published_wave()
    make.computed()
    published_all("54")
    district = make.DISTRICT_OFFICER
    work(district, lambda w: wave_actions.withdraw(w, code=row.code, reason="权数有误"))
    assert make.computed(run="later") > 0
    assert make.computed(run="again") == 0
    value, nothing = make.rows("54")
    assert (nothing.version, nothing.state, nothing.figure) == (2, State.CHECKED, None)
    assert nothing.statement == "没有数：这段时间没有可用的调查。"
    published_all("54")
    value, nothing = make.rows("54")
    assert [value.state, nothing.state] == [State.SUPERSEDED, State.PUBLISHED]
    # What was published is still to be read, beside the reason why there is no value now.
    page = app.test_client().get("/indicators/54").text
    assert "没有数：这段时间没有可用的调查。" in page
    assert words.said(value, "%") in page
    assert "没有数" in app.test_client().get("/indicators/54/data.csv").text
    english = app.test_client()
    english.set_cookie("wf_lang", "en")
    assert "No value: no survey of this time can be used." in english.get("/indicators/54").text
    board = app.test_client().get("/indicators").text
    assert board.count("没有数：这段时间没有可用的调查。") == 2  # read out, and under the gauge
    assert ">没有数" not in board
    assert "暂无数据" in app.test_client().get("/indicators/54/badge.svg").text
    assert all(again.same for again in computing.recompute(reading(), "54"))


def test_a_value_that_comes_back_needs_no_word_that_it_was_gone() -> None:
    first = cases.report()
    make.computed()
    published_all("reports")
    update_day(first.code, date(2026, 10, 25))
    count_marked("")
    make.computed()
    assert [one.figure for one in make.rows("reports")] == [1, None]
    update_day(first.code, date(2026, 11, 25))
    count_marked("")
    make.computed()
    assert [(one.figure, one.state) for one in make.rows("reports")] == [
        (1, State.PUBLISHED), (None, State.DROPPED),
    ]  # fmt: skip


def test_nobody_is_told_that_a_draft_is_no_more() -> None:
    row = published_wave()
    make.computed()
    district = make.DISTRICT_OFFICER
    work(district, lambda w: wave_actions.withdraw(w, code=row.code, reason="权数有误"))
    make.computed()
    assert [one.state for one in make.rows("54")] == [State.DROPPED]


def tended(clock: Clock) -> str:
    """Count what cases changed, and do what the jobs process does a while later."""
    count_marked("")
    clock.move(minutes=61)
    return tend("")


def test_a_month_freezes_on_its_day_and_later_rows_correct_it(
    session: Session, clock: Clock
) -> None:
    cases.report()
    assert tended(clock)
    assert make.rows("reports") == []  # November is not over; October had none
    clock.move(days=9)  # 3 December: November was to be frozen on the second
    assert tended(clock)
    (row,) = make.rows("reports")
    assert (row.period, row.figure, row.state) == ("2026-11", 1, State.CHECKED)
    assert row.run.startswith("indicators ")
    make.moved(row, make.DISTRICT_OFFICER, Move.PUBLISH)
    assert not tended(clock)
    late = cases.report()
    update_day(late.code, date(2026, 11, 25))
    assert tended(clock)
    assert [(one.version, one.state, one.figure) for one in make.rows("reports")] == [
        (1, State.PUBLISHED, 1), (2, State.CHECKED, 2),
    ]  # fmt: skip


def update_day(code: str, day: date) -> None:
    """Let a case be of another day, as one that was sent without a signal."""

    def do(w: Work) -> None:
        w.session.execute(update(Report).where(Report.code == code).values(business_day=day))
        mark(w, "reports", cases.TOWN, day)

    work(make.DISTRICT_OFFICER, do)


def test_months_that_nobody_froze_are_made_up_for(clock: Clock) -> None:
    work(make.DISTRICT_OFFICER, lambda w: claiming.set_freeze_day(w, day=20))
    assert tended(clock)  # 24 November: October
    clock.move(days=80)  # 12 February: the machine was off, and January is not due
    assert tended(clock)
    assert [row.period for row in make.rows("39")] == ["2026-10", "2026-11", "2026-12"]


def test_the_command_computes_and_says_how_many(app: Flask) -> None:
    cases.report()
    run = app.test_cli_runner()
    assert "2026-11: 2 new values" in run.invoke(args=["indicators", "compute", "2026-11"]).output
    assert run.invoke(args=["indicators", "compute", "2026-44"]).exit_code == 1
    answer = run.invoke(args=["indicators", "go-live", "2026-10-01", "--notice-days", "14"])
    assert (answer.exit_code, "14 days" in answer.output) == (0, True)


def test_the_closing_rate_is_told_by_town_department_and_door_and_what_stands_apart(
    app: Flask,
) -> None:
    january = read_period("2027-01")
    cases.closed()
    heap, merged = cases.assigned(), cases.accepted()
    cases.do(cases.TOWN_OFFICER, merging.merge, merged.code, into=heap.code)
    cases.do(ANONYMOUS, withdrawing.withdraw, heap.code, secret=heap.secret)
    cases.accepted(kind="danger")
    found = SOURCES["50"](reading(), january)
    assert found is not None
    assert found.inputs["parts"] == {
        "town": {cases.TOWN: (3, 1)},
        "department": {"ecology_branch": (1, 0), cases.DEPARTMENT: (2, 1)},
        "source": {"h5": (3, 1)},
    }
    assert found.inputs["apart"] == {"merged": 1, "withdrawn": 1, "refused": 0}
    cases.do(
        cases.TOWN_OFFICER, officer.refuse, cases.report().code, ground="not_waste", text="不是"
    )
    november = read_period("2026-11")
    assert closing(reading(), november.first, november.last).apart["refused"] == 1
    with app.test_request_context():
        told = behind(reading(), Value(inputs=found.inputs, source=found.source))
    named = {line.name: line.figure for line in told.lines}
    assert named["网页"] == "到期 3，按期 1"
    assert "只算平台里的案件：其他渠道没有录入或导入的，不在里面" in named
    assert named["举报人撤回了话和照片的（照样计）"] == "1"
