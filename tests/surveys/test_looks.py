"""No two looks at results lie so few answers apart that they tell what these said."""

from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.dumping import make as people
from tests.surveys import waves as make
from wufei_public.common.errors import Conflict, Invalid, NotAllowed
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import looking
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import looks
from wufei_public.surveys.rules.estimates import FLOOR
from wufei_public.surveys.rules.looking import Step, fewest_apart, shown
from wufei_public.surveys.rules.waves import LEAST_TO_LOOK

DAY = date(2026, 11, 20)


def on(day: int) -> date:
    return DAY + timedelta(days=day)


# ---- rules ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "today", "step"),
    [
        # Not over yet; too few; nothing after them yet.
        ([150], 0, None),
        ([99, 40], 1, None),
        ([100], 1, None),
        ([100, 29], 1, None),
        ([100, 30], 1, Step(on(0), 100)),
        ([100, 29, 30], 2, Step(on(0), 100)),
        ([100, 29, 30], 3, Step(on(0), 100)),
        ([100, 30, 30], 2, Step(on(1), 130)),
        ([60, 60, 10, 10, 10, 40], 6, Step(on(4), 150)),
    ],
)
def test_figures_move_on_in_steps(counts: list[int], today: int, step: Step | None) -> None:
    by_day = {on(at): n for at, n in enumerate(counts)}
    assert shown(by_day, on(today), LEAST_TO_LOOK, FLOOR) == step


@given(st.lists(st.integers(0, 60), max_size=12), st.lists(st.integers(0, 9), max_size=12))
def test_any_two_looks_and_the_end_are_a_step_apart(counts: list[int], more: list[int]) -> None:
    """Look several times a day, every day, as the answers come in."""
    seen: set[int] = set()
    by_day: dict[date, int] = {}
    for at, count in enumerate(counts):
        for part in (count // 2, count - count // 2, *more[:1]):
            by_day[on(at)] = by_day.get(on(at), 0) + part
            step = shown(by_day, on(at), 100, 30)
            seen |= {step.count} if step else set()
    every = sorted({*seen, sum(by_day.values())} if seen else ())
    assert all(later - earlier >= 30 for earlier, later in pairwise(every))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(1, 90)), min_size=2, max_size=8))
def test_no_sum_of_ways_tells_of_a_few(parts: list[tuple[int, int]]) -> None:
    """Add and subtract three ways as one likes: the answers that are left are none or many."""
    by_ways: dict[tuple[int, ...], int] = {}
    for bits, n in parts:
        key = tuple(bits >> at & 1 for at in range(3))
        by_ways[key] = by_ways.get(key, 0) + n
    pairs = {key[:2]: sum(n for k, n in by_ways.items() if k[:2] == key[:2]) for key in by_ways}
    if fewest_apart(pairs, FLOOR) or fewest_apart(by_ways, FLOOR):
        return
    ways = {tuple(key[at] for key in by_ways) for at in range(3)}
    for signs in product((-2, -1, 0, 1, 2), repeat=3):
        told = sum(
            n
            for key, n in by_ways.items()
            if sum(sign for sign, out in zip(signs, key, strict=True) if not out)
        )
        assert len(ways) == 1 or told == 0 or told >= FLOOR


# ---- in the database --------------------------------------------------------------------

loaded = pytest.mark.usefixtures("loaded")
OFFICER = people.DISTRICT_OFFICER


def marked(wave: Wave, count: int) -> None:
    """Let exactly so many answers carry the marks."""

    def do(_: object) -> None:
        rows = reading().query(Response).filter(Response.wave_id == wave.id).order_by(Response.id)
        for at, row in enumerate(rows):
            row.pace = "fast" if at < count else "usual"
            row.straight = row.duplicate = False

    work(OFFICER, do)


def decide(wave: Wave, flag: str = "fast", *, out: bool = True) -> None:
    do = actions.exclude if out else actions.include
    work(OFFICER, lambda w: do(w, code=wave.code, flag=flag, reason="查过"))


def look(wave: Wave, *, everything: bool = False) -> None:
    work(OFFICER, lambda w: looking.look(w, code=wave.code, at="page", everything=everything))


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(OFFICER))


def seen(officer: FlaskClient, wave: Wave) -> dict[str, bytes]:
    """Return what page and files show."""
    pages = ("results", "results.csv", "comments")
    return {page: officer.get(f"/staff/surveys/{wave.code}/{page}").data for page in pages}


@loaded
def test_one_more_answer_moves_no_figure_on_page_and_files(
    app: Flask, officer: FlaskClient, clock: Clock
) -> None:
    wave = make.answered(make.wave(), 120)
    make.submit(wave)
    with pytest.raises(NotAllowed):
        look(wave)
    for _ in range(FLOOR - 1):
        make.submit(wave)
    before = seen(officer, wave)
    assert b"120" in before["results"]
    make.submit(wave, make.sent({**make.ANSWERS, "open_comment": "只有我这样说"}))
    assert seen(officer, wave) == before
    clock.move(days=1)
    tomorrow = people.browser(app, OFFICER)
    assert seen(tomorrow, wave) == before


@loaded
def test_while_answers_come_in_nothing_is_left_out(officer: FlaskClient) -> None:
    wave = make.answered(make.wave(), 120)
    for _ in range(FLOOR):
        make.submit(wave)
    before = seen(officer, wave)
    decide(wave)
    assert seen(officer, wave) == before


@loaded
@pytest.mark.parametrize(("count", "refused"), [(1, True), (FLOOR - 1, True), (FLOOR, False)])
def test_results_with_and_without_few_answers_are_not_both_seen(count: int, refused: bool) -> None:
    wave = make.answered(make.wave(), 200)
    marked(wave, count)
    decide(wave)
    wave = make.closed(wave)
    look(wave)
    if refused:
        with pytest.raises(Conflict):
            look(wave, everything=True)
        with pytest.raises(Invalid) as error:
            decide(wave, out=False)
        assert [fault.pointer for fault in error.value.errors] == ["flag"]
    else:
        look(wave, everything=True)
        decide(wave, out=False)
    look(make.again(wave)) if refused else look(make.again(wave), everything=True)


@loaded
def test_after_a_look_no_decision_takes_few_answers_out() -> None:
    wave = make.answered(make.wave(), 200)
    marked(wave, 8)
    wave = make.closed(wave)
    look(wave)
    with pytest.raises(Invalid):
        decide(wave)
    assert looks.too_near(reading(), make.again(wave), ("fast",)) == 8


@loaded
def test_the_page_says_why_it_does_not_compare(officer: FlaskClient) -> None:
    wave = make.answered(make.wave(), 200)
    marked(wave, 8)
    decide(wave)
    wave = make.closed(wave)
    page = officer.get(f"/staff/surveys/{wave.code}/results").get_data(as_text=True)
    assert ("all=1" in page, "最多动 4.2 个百分点" in page) == (False, True)
    assert officer.get(f"/staff/surveys/{wave.code}/results?all=1").status_code == 409
    assert officer.get(f"/staff/surveys/{wave.code}/results.csv?all=1").status_code == 409


@loaded
def test_units_answer_in_their_own_name_and_may_be_compared() -> None:
    wave = make.answered(make.wave("government"), 60)
    marked(wave, 8)
    decide(wave)
    wave = make.closed(wave)
    look(wave)
    look(wave, everything=True)


@loaded
def test_four_ways_of_counting_do_not_tell_of_the_one_with_both_marks() -> None:
    """Before: any two of them lay 40 apart, and A - B - C + D was one person's questionnaire."""
    wave = make.answered(make.wave(), 300)

    def mark(_: object) -> None:
        rows = reading().query(Response).filter(Response.wave_id == wave.id).order_by(Response.id)
        for at, row in enumerate(rows):
            row.pace = "fast" if at < 40 else "usual"
            row.straight, row.duplicate = 39 <= at < 79, False

    work(OFFICER, mark)
    wave = make.closed(wave)
    look(wave)
    decide(wave, "fast")
    look(wave)
    decide(wave, "fast", out=False)
    with pytest.raises(Invalid):
        decide(wave, "straight")
    assert looks.too_near(reading(), make.again(wave), ("straight",)) == 1
    look(wave)
    look(make.again(wave), everything=True)
