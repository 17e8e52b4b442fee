"""Counts by place and day: exact at every moment, recounted from marks, read from few rows."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make, plans
from tests.dumping.plans import fill, over, shown
from wufei_public.common.actor import SYSTEM
from wufei_public.dumping.actions import officer, placing
from wufei_public.dumping.actions.counting import recount
from wufei_public.dumping.jobs import count_marked, mend_totals
from wufei_public.dumping.models.counts import ReportCount, ReportTotal
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import figures
from wufei_public.dumping.queries.counts import STATES_OF, satisfaction
from wufei_public.dumping.rules.states import MERGED, State
from wufei_public.infra.buckets import BucketMark
from wufei_public.infra.work import reading, work


def number(session: Session, model: type[BucketMark] | type[ReportCount]) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def everything(session: Session) -> list[object]:
    """Return every figure there is."""
    periods = [figures.figures(session, days, NOW) for days in (None, 30, 365)]
    return [*periods, figures.totals(session), satisfaction(session)]


states = st.sampled_from(
    [{}, shown(), over(), over() | shown(), over("refused"), over() | {"state": "uncleared"}]
)
places = st.sampled_from(
    [{}, {"town": make.OTHER_TOWN, "division": make.OTHER_TOWN}, {"town": None, "division": None}]
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.lists(st.tuples(states, places, st.integers(0, 400)), min_size=1, max_size=12),
    counted=st.integers(0, 40),
)
def test_what_is_kept_and_what_is_marked_add_up_to_what_there_is(
    town: None, session: Session, drawn: list[tuple[object, object, int]], counted: int
) -> None:
    rows = []
    for index, (state, place, days) in enumerate(drawn):
        row = {"release_token": None} | state | place  # type: ignore[operator]
        if row.get("town", "") is None and (row.get("release") == "released" or "state" in row):
            continue
        at = NOW - timedelta(days=days)
        token = f"t{index}{len(session.scalars(select(Report.id)).all())}"
        row |= {"submitted_at": at, "business_day": at.date(), "code": f"A{index:05d}"}
        rows.append(row | ({"release_token": token} if row.get("release") == "released" else {}))
    assume(rows)
    fill_anew(session, rows)
    before = everything(session)
    work(SYSTEM, lambda w: recount(w, counted))
    assert everything(session) == before
    assert count_marked("") >= 0
    assert number(session, BucketMark) == 0
    assert everything(session) == before


def fill_anew(session: Session, rows: list[dict[str, object]]) -> None:
    """Write cases whose codes no earlier example has used."""
    base = session.scalar(select(func.count()).select_from(Report)) or 0
    fill(session, [row | {"code": f"{base:03d}{index:03d}"} for index, row in enumerate(rows)])


@pytest.mark.usefixtures("town")
def test_every_step_of_a_case_is_counted_at_once_and_after(session: Session) -> None:
    receipt = make.report(division=None, **make.POSITION)
    for act in (
        lambda: make.do(make.DISTRICT_OFFICER, placing.place, receipt.code, division=make.VILLAGE),
        lambda: make.do(make.TOWN_OFFICER, officer.accept, receipt.code),
        lambda: make.released(receipt),
        lambda: make.do(
            make.TOWN_OFFICER, officer.close, receipt.code, text="清走了。", lat=34.7, lon=112.8
        ),
    ):
        count_marked("")
        act()
        fresh = everything(session)
        assert number(session, BucketMark) > 0
        assert count_marked("") > 0
        assert everything(session) == fresh
    assert figures.totals(session).closed == 1
    assert figures.figures(session, None, NOW).whole.total == 0


@pytest.mark.usefixtures("town")
def test_a_place_and_day_is_one_row_however_many_cases(session: Session) -> None:
    fill(session, [shown(release_token=f"t{n}") for n in range(40)])
    assert count_marked("") == number(session, BucketMark) + 2
    assert number(session, ReportCount) == 1
    assert figures.totals(session).open == 40


@pytest.mark.usefixtures("town")
def test_nothing_marked_takes_no_lock(app: Flask) -> None:
    count_marked("")
    with plans.statements() as seen:
        assert count_marked("") == 0
    assert len(seen) == 1


@pytest.mark.usefixtures("town")
def test_a_total_that_went_wrong_is_told_and_set_right(session: Session) -> None:
    fill(session, [shown(release_token=f"t{n}") for n in range(3)])
    count_marked("")
    right = figures.totals(session)
    assert mend_totals("") == 0
    work(SYSTEM, lambda w: w.session.execute(update(ReportTotal).values(open_all=7)))
    session.expire_all()
    assert figures.totals(session) != right
    assert mend_totals("") == 1
    session.expire_all()
    assert figures.totals(session) == right
    assert mend_totals("") == 0


# ---- while others write -------------------------------------------------------------


def test_a_case_that_moves_is_counted_once_by_whoever_looks(own_app: Flask) -> None:
    """Towns change, counts are recounted by two at once, and readers see one case, always."""
    make.places()
    receipt = make.report()
    work(SYSTEM, recount)
    done = Event()

    def inside(act: object) -> int:
        with own_app.app_context():
            times = 0
            while not done.is_set():
                times += act()  # type: ignore[operator]
            return times

    def look() -> int:
        reading().rollback()
        assert figures.totals(reading()).total == 1
        assert figures.figures(reading(), 30, NOW).whole.total <= 1
        return 1

    with ThreadPoolExecutor(5) as pool:
        readers = [pool.submit(inside, look) for _ in range(2)]
        counters = [pool.submit(inside, lambda: work(SYSTEM, recount)) for _ in range(2)]
        for turn in range(30):
            place = make.OTHER_TOWN if turn % 2 else make.TOWN
            make.do(make.DISTRICT_OFFICER, placing.place, receipt.code, division=place)
        done.set()
        looks = [reader.result(60) for reader in readers]
        recounts = [counter.result(60) for counter in counters]
    assert min(looks) > 0
    assert sum(recounts) > 0
    while work(SYSTEM, recount):
        pass
    assert figures.totals(reading()).total == 1
    reading().rollback()


# ---- how they are read --------------------------------------------------------------


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("days", [None, 90, "totals"])
def test_figures_are_read_from_counts_and_marked_days_alone(
    session: Session, days: int | str | None
) -> None:
    fill(session, [shown(release_token=f"t{n}") for n in range(5)])
    count_marked("")
    make.report()

    def read() -> object:
        if isinstance(days, str):
            return figures.totals(session)
        return figures.figures(session, days, NOW)

    lines = plans.plan(session, read)
    assert "ix_report_counted" in lines
    assert not re.search(r"Seq Scan on report |SCAN report( |$)", lines, re.MULTILINE)
    assert set(re.findall(r"ix_report_(?!count_open)\w+", lines)) == {"ix_report_counted"}


def test_every_state_belongs_to_one_phase() -> None:
    found = [state for states in STATES_OF.values() for state in states]
    # A merged case counts as the one that goes on for it.
    assert sorted(found) == sorted(set(State) - MERGED)


@pytest.mark.usefixtures("town")
def test_all_days_are_read_from_one_row_a_place(session: Session) -> None:
    days = [NOW - timedelta(days=n) for n in range(50)]
    fill(
        session,
        [
            shown(at, submitted_at=at, business_day=at.date(), release_token=f"t{number}")
            for number, at in enumerate(days)
        ],
    )
    count_marked("")
    lines = plans.plan(session, lambda: figures.totals(session))
    assert figures.totals(session).open == len(days)
    assert "report_total" in lines
    assert (
        re.search(r"SCAN report_count|Seq Scan on report_count|Seq Scan on report\b", lines) is None
    )
