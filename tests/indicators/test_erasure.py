"""Who ends an account takes the own rows along; what was published of them stays, and says so."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.checkins import make as checkins
from tests.conftest import Clock
from tests.dumping import make as cases
from tests.indicators import make
from tests.indicators.test_sources import took_the_quiz
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.dumping.jobs import count_marked
from wufei_public.indicators.actions import computing
from wufei_public.indicators.jobs import tend
from wufei_public.indicators.rules.lineage import only_erased
from wufei_public.indicators.rules.states import Move, State
from wufei_public.infra.buckets import BucketErased
from wufei_public.infra.web.shell import belongings
from wufei_public.infra.work import reading, work
from wufei_public.learning.models import QuizRound
from wufei_public.people.actions.personal import erase_account

pytestmark = pytest.mark.usefixtures("district")
OTHER = Actor(ActorKind.RESIDENT, 777)
SERIES = ("quiz", "reports", "residents")


@pytest.fixture
def published(session: Session, district: None, clock: Clock) -> None:
    """Publish November of two residents, of whom one does everything."""
    cases.account(OTHER)
    for who in (cases.RESIDENT, OTHER):
        checkins.home(who)
        checkins.check_in(who)
    took_the_quiz(clock)
    cases.report(cases.RESIDENT)
    cases.report(OTHER)
    clock.move(days=9)
    count_marked("")
    assert tend("")
    for series in SERIES:
        (row,) = make.rows(series)
        make.moved(row, make.DISTRICT_OFFICER, Move.PUBLISH)


def erased(who: Actor) -> None:
    work(who, lambda w: erase_account(w, erasers=[owned.erase for owned in belongings()]))
    reading().rollback()
    reading().expire_all()


@pytest.mark.usefixtures("published")
def test_erasing_a_person_leaves_what_was_published_and_is_told(app: Flask, clock: Clock) -> None:
    before = {row.series: (row.figure, row.digest) for row in make.rows()}
    clock.move(minutes=5)
    erased(cases.RESIDENT)
    noted = reading().execute(select(BucketErased.measure, BucketErased.month, BucketErased.rows))
    month = date(2026, 11, 1)
    assert sorted(noted.tuples()) == [
        ("checkins.home", month, 1), ("quiz", month, 1), ("reports.person", month, 1),
    ]  # fmt: skip
    clock.move(minutes=61)
    assert tend("")
    assert {row.series: (row.figure, row.digest) for row in make.rows()} == before
    again = {one.value.series: one for one in computing.recompute(reading())}
    told = {name: (again[name].same, again[name].only_erased) for name in SERIES}
    assert told == {"quiz": (False, True), "reports": (True, False), "residents": (False, True)}
    answer = app.test_cli_runner().invoke(args=["indicators", "recompute", "--all"])
    assert answer.exit_code == 0
    assert "quiz 2026-11 v1: published 1, inputs erased: 1 rows; what is left gives no value" in (
        answer.output
    )
    assert "residents 2026-11 v1: published 2, inputs erased: 3 rows; what is left gives 1" in (
        answer.output
    )


@pytest.mark.usefixtures("published")
def test_rows_that_go_without_a_word_are_a_difference(app: Flask, clock: Clock) -> None:
    work(cases.DISTRICT_OFFICER, lambda w: w.session.execute(delete(QuizRound)))
    reading().rollback()
    answer = app.test_cli_runner().invoke(args=["indicators", "recompute", "quiz"])
    assert (answer.exit_code, "its rows give no value" in answer.output) == (1, True)
    # What was erased before a value was computed explains nothing of it.
    early = {"measure": "quiz", "month": date(2026, 11, 1), "rows": 1}
    at = clock.now.replace(month=11, day=1)
    work(cases.DISTRICT_OFFICER, lambda w: w.insert(BucketErased, early | {"erased_at": at}))
    answer = app.test_cli_runner().invoke(args=["indicators", "recompute", "quiz"])
    assert answer.exit_code == 1
    work(
        cases.DISTRICT_OFFICER,
        lambda w: w.session.execute(update(BucketErased).values(erased_at=clock.move(minutes=1))),
    )
    answer = app.test_cli_runner().invoke(args=["indicators", "recompute", "quiz"])
    assert answer.exit_code == 0
    assert [row.state for row in make.rows("quiz")] == [State.PUBLISHED]


@pytest.mark.parametrize(
    ("published", "left", "rows", "explained"),
    [
        (10, 9, 1, True), (10, 8, 1, False), (10, 11, 1, False), (10, 10, 1, True),
        (1, None, 1, True), (2, None, 1, False), (10, 9, 0, False), (None, None, 3, False),
    ],
)  # fmt: skip
def test_erased_rows_explain_no_more_than_they_were(
    published: int | None, left: int | None, rows: int, *, explained: bool
) -> None:
    figures = [None if one is None else make.Decimal(one) for one in (published, left)]
    assert only_erased(*figures, rows) is explained
