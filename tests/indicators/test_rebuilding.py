"""A whole run lets every bucket be what the rows come to, whether little is wrong or nearly all."""

from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask
from sqlalchemy import delete, insert

from tests.conftest import Clock
from tests.indicators import make
from tests.indicators.test_engine import buckets, by_hand, check_ins, engine, finished
from wufei_public.common.actor import SYSTEM
from wufei_public.indicators.actions import claiming
from wufei_public.indicators.actions.driving import run_due
from wufei_public.indicators.actions.rebuilding import MOST_SINGLY
from wufei_public.indicators.models.runs import Bucket, Run
from wufei_public.infra.work import reading, work

__all__ = ["engine"]
FIRST = date(2020, 1, 1)


def rebuilt() -> int:
    """Count everything again; return how many rows that changed."""
    work(make.DISTRICT_OFFICER, lambda w: claiming.ask(w, whole=True))
    code = run_due()
    reading().rollback()
    return reading().query(Run).filter_by(code=code).one().rows


@pytest.mark.parametrize("wrong", [0, 1, MOST_SINGLY, MOST_SINGLY + 1])
def test_made_up_buckets_go_and_the_others_stay(engine: Flask, clock: Clock, wrong: int) -> None:
    check_ins(Random(13), 20)  # noqa: S311  repeatable on purpose
    finished(clock)
    rows = [
        {"series": "checkins", "kind": "day", "place": "410307106201", "figure": 7}
        | {"starts_on": FIRST + timedelta(days=at)}
        for at in range(wrong)
    ]
    if rows:
        work(SYSTEM, lambda w: w.session.execute(insert(Bucket), rows))
    assert rebuilt() == wrong
    assert buckets() == by_hand()


def test_what_is_gone_comes_back(engine: Flask, clock: Clock) -> None:
    check_ins(Random(14), 20)  # noqa: S311  repeatable on purpose
    finished(clock)
    whole = len(buckets())
    work(SYSTEM, lambda w: w.session.execute(delete(Bucket)))
    assert rebuilt() == whole
    assert buckets() == by_hand()


def test_a_run_says_how_many_rows_it_wrote(engine: Flask, clock: Clock) -> None:
    check_ins(Random(15), 20)  # noqa: S311  repeatable on purpose
    finished(clock)
    whole = len(buckets())
    check_ins(Random(16), 1)  # noqa: S311  repeatable on purpose
    finished(clock)
    first, second = reading().query(Run).order_by(Run.id)
    assert first.rows == whole
    # One village-day and, for two series each, its month, quarter and year at three heights.
    assert second.rows == 2 * (1 + 3 * 3)
