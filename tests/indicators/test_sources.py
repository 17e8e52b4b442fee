"""Figures of the register of places and of activity, each with the list behind it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.checkins import make as checkins
from tests.conftest import Clock
from tests.dumping import make as cases
from tests.dumping.make import browser
from tests.indicators import make
from tests.learning.test_training import event, sign_in
from tests.organisations import make as units
from wufei_public.checkins.actions import coverage, quiz
from wufei_public.checkins.jobs import recount
from wufei_public.checkins.queries.coverage import coverage as coverage_of
from wufei_public.checkins.rules.coverage import Entry, Kind
from wufei_public.checkins.rules.schemes import Scheme
from wufei_public.common.clock import district_day
from wufei_public.indicators.actions import computing
from wufei_public.indicators.jobs import tend
from wufei_public.indicators.queries.sources import SOURCES
from wufei_public.indicators.rules.lineage import Computed
from wufei_public.indicators.rules.periods import read_period
from wufei_public.indicators.rules.states import Move, State
from wufei_public.infra.work import reading, work
from wufei_public.learning.actions import training
from wufei_public.learning.rules.training import Audience
from wufei_public.organisations.actions import cards, importing
from wufei_public.organisations.models import Organisation
from wufei_public.organisations.rules.cards import Card

pytestmark = pytest.mark.usefixtures("district")
OCTOBER, NOVEMBER = read_period("2026-10"), read_period("2026-11")


def sorts(
    division: str,
    name: str,
    started_on: date | None,
    since: date | None = None,
    *,
    checked: bool = True,
) -> str:
    entry = Entry(division, name, 320, started_on, since)
    code = work(make.DISTRICT_OFFICER, lambda w: coverage.enter(w, entry))
    if checked:
        work(make.CHIEF, lambda w: coverage.check(w, code=code))
    return code


def source(series: str, period: str = "2026-11") -> Computed | None:
    return SOURCES[series](reading(), read_period(period))


def test_coverage_is_of_what_is_checked_on_the_last_day(session: Session) -> None:
    assert source("12") is None
    assert source("13") is None
    estate = sorts(checkins.COMMUNITY, "河畔花园", date(2026, 11, 20))
    sorts(checkins.COMMUNITY, "东城小区", date(2026, 3, 1), checked=False)
    sorts(checkins.COMMUNITY, "西城小区", None, checked=False)
    village = sorts(checkins.VILLAGE, "", date(2026, 3, 1))
    found = source("12")
    assert found is not None
    assert (found.figure, found.rows) == (Decimal(100) / 3, 3)
    assert found.inputs == {"kind": "estate", "whole": 3, "places": [estate]}
    assert source("12", "2026-10").figure == 0  # type: ignore[union-attr]
    villages = coverage_of(session, Kind.VILLAGE, NOVEMBER.last)
    found = source("13")
    assert found is not None
    assert found.inputs["places"] == [village]
    assert found.figure == Decimal(100) / villages.whole
    assert villages.whole > 100


def test_a_place_that_is_entered_late_corrects_a_frozen_month(clock: Clock) -> None:
    sorts(checkins.COMMUNITY, "河畔花园", date(2026, 3, 1))
    clock.move(minutes=61)
    assert tend("")
    (row,) = make.rows("12")
    assert (row.period, row.figure, row.state) == ("2026-10", 100, State.CHECKED)
    make.moved(row, make.DISTRICT_OFFICER, Move.PUBLISH)
    sorts(checkins.COMMUNITY, "东城小区", date(2026, 11, 3))
    clock.move(minutes=61)
    assert tend("")
    assert [(one.version, one.state, one.figure) for one in make.rows("12")] == [
        (1, State.PUBLISHED, 100), (2, State.CHECKED, 50),
    ]  # fmt: skip


def test_a_place_that_is_new_leaves_older_months_alone(clock: Clock) -> None:
    sorts(checkins.COMMUNITY, "河畔花园", date(2026, 3, 1))
    clock.move(minutes=61)
    assert tend("")
    (row,) = make.rows("12")
    make.moved(row, make.DISTRICT_OFFICER, Move.PUBLISH)
    sorts(checkins.COMMUNITY, "东城小区", None, date(2026, 11, 1), checked=False)
    clock.move(minutes=61)
    assert tend("")
    assert [one.figure for one in make.rows("12")] == [100]
    assert source("12").figure == 50  # type: ignore[union-attr]
    assert all(again.same for again in computing.recompute(reading()))


def corrected(found: Organisation, **changes: Any) -> None:
    fresh = reading().get_one(Organisation, found.id)
    card = replace(importing.card_of(fresh), **changes)
    told = {"code": fresh.code, "version": fresh.version, "card": card}
    work(cases.TOWN_OFFICER, lambda w: cards.correct(w, **told))


def test_a_permit_that_is_corrected_late_corrects_a_frozen_month(clock: Clock) -> None:
    began = date(2026, 3, 1)
    found = []
    for number in (11, 12, 13):
        name, uscc = f"{number}号厂", units.uscc(number)
        card = Card(
            uscc, name, "factory", units.TOWN,
            permit_class="key", waste_related=True, permit_since=began,
        )  # fmt: skip
        found.append(work(cases.TOWN_OFFICER, lambda w, card=card: cards.register(w, card)))
    stays, moves, ends = found
    clock.move(minutes=61)
    assert tend("")
    corrected(moves, permit_class="registered", permit_since=date(2026, 9, 1))
    clock.move(minutes=61)
    assert tend("")
    corrected(ends, ended_on=date(2026, 10, 20))
    clock.move(minutes=61)
    assert tend("")
    assert [(one.period, sorted((one.inputs or {})["holders"])) for one in make.rows("41")] == [
        ("2026-10", sorted(one.uscc for one in found)),
        ("2026-10", sorted((stays.uscc, ends.uscc))),
        ("2026-10", [stays.uscc]),
    ]


def took_the_quiz(clock: Clock) -> None:
    chosen = {one.id: one.answer for one in quiz.asked_on(district_day(clock.now), Scheme.TWO)}
    work(cases.RESIDENT, lambda w: quiz.play(w, scheme=Scheme.TWO, chosen=chosen))


def test_activity_stands_under_names_of_its_own(clock: Clock) -> None:
    checkins.home(cases.RESIDENT)
    for name in ("residents", "quiz", "units"):
        assert source(name) is None, name
    for _ in range(2):
        took_the_quiz(clock)
        checkins.check_in(cases.RESIDENT)
        clock.move(days=1)
    cases.report(cases.RESIDENT)
    recount("")
    assert source("quiz").figure == 2  # type: ignore[union-attr]
    found = source("residents")
    assert found is not None
    assert (found.figure, found.inputs["by"]) == (1, {"checkins": 1, "quiz": 1, "reports": 1})
    assert source("residents", "2026-10") is None


def test_trainings_count_who_signed_in_by_group(clock: Clock) -> None:
    assert source("training") is None
    school, office = event(Audience.SCHOOL), event(Audience.OFFICE)
    cancelled = event(Audience.ENTERPRISE)
    for who in (cases.RESIDENT, cases.account(cases.NEIGHBOUR)):
        sign_in(who, school)
    sign_in(cases.RESIDENT, office)
    sign_in(cases.RESIDENT, cancelled)
    work(make.DISTRICT_OFFICER, lambda w: training.cancel_event(w, code=cancelled))
    found = source("training")
    assert found is not None
    assert (found.figure, found.inputs) == (3, {"trainings": {"office": [1, 1], "school": [1, 2]}})
    clock.move(days=9)
    assert tend("")
    (row,) = make.rows("training")
    assert (row.figure, row.source, row.state) == (3, "trainings", State.CHECKED)
    make.moved(row, make.DISTRICT_OFFICER, Move.PUBLISH)
    assert all(again.same for again in computing.recompute(reading(), "training"))


def test_units_count_while_somebody_speaks_for_them(clock: Clock) -> None:
    one, other = units.organisation(1), units.organisation(2)
    units.proven(one)
    row = units.proven(other)
    assert source("units").inputs == {"units": sorted([one.code, other.code])}  # type: ignore[union-attr]
    clock.move(days=20)
    units.decided(row, make.TOWN_OFFICER, "end", reason="人已经调走了。")
    assert source("units", "2026-12").figure == 1  # type: ignore[union-attr]
    assert source("units", "2026-11").figure == 2  # type: ignore[union-attr]


def test_an_official_reads_the_list_behind_a_figure(app: Flask) -> None:
    sorts(checkins.COMMUNITY, "河畔花园", date(2026, 11, 2))
    cases.report()
    make.computed()
    made = {row.series: row.code for row in make.rows()}
    official = browser(app, make.TOWN_OFFICER)
    page = official.get(f"/staff/indicators/values/{made['12']}").text
    for word in ("河畔花园", "2026-11-02", f"/staff/coverage/{checkins.COMMUNITY}"):
        assert word in page, word
    assert "各镇、街道的件数" in official.get(f"/staff/indicators/values/{made['reports']}").text
    assert f"/staff/indicators/values/{made['12']}" in official.get("/staff/indicators/12").text
    told = make.entered()
    assert "不是本站算的" in official.get(f"/staff/indicators/values/{told.code}").text
    assert official.get("/staff/indicators/values/none").status_code == 404
    resident = browser(app, make.RESIDENT)
    assert resident.get(f"/staff/indicators/values/{made['12']}").status_code in {302, 303, 403}
